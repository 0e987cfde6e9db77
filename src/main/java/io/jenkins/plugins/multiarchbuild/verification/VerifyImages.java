package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import hudson.remoting.Future;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.BakeScript;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification.Omission;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Checks that the programs of each platform's image are for that platform. The builder writes the files of images, or
 * those of their lower layers, out of its cache into named pipes, which {@link ReadImages} reads on the agent meanwhile,
 * and the upper layers into layouts, for {@link ReadLayers}. Only verdicts leave the agent.
 */
public final class VerifyImages {

    private static final String MAKE_PIPES = "rm -f \"$@\" && mkfifo -m 600 \"$@\"";

    /**
     * Keeps every pipe open until buildx has ended, so that each of its readers ends, whatever buildx does. Which files
     * buildx may read was checked when the image was built. It writes an inline Dockerfile to the directory for temporary
     * files, which may be read-only.
     */
    private static final String EXPORT = BakeScript.BUILDX + """
            mkdir -p "$MULTI_ARCH_BUILD/empty" && cd "$MULTI_ARCH_BUILD/empty" || exit
            export BUILDX_BAKE_ENTITLEMENTS_FS=0 TMPDIR="$MULTI_ARCH_BUILD"
            hold() {
              if [ $# -gt 0 ]; then
                pipe=$1
                shift
                { hold "$@"; } 3> "$pipe"
              else
                buildx bake --file ../export.json --progress plain 3>&-
              fi
            }
            hold "$@"
            """;

    /** Why an image that is not pushed cannot be checked. */
    public static final Sentence NOT_KEPT = Sentence.of("VerifyImages.notKept");

    private static final Logger LOGGER = Logger.getLogger(VerifyImages.class.getName());

    private final Agent agent;
    private final FilePath directory;
    private final PathPatterns allowed;
    private final Map<ImageKey, Verification> known = new LinkedHashMap<>();
    private final Map<ImageKey, PlatformImage> open = new LinkedHashMap<>();
    private Concurrently.Running<ImageConfig> configurations;

    /**
     * @param agent with the environment of the bake
     * @param directory the private directory of the group that was built
     * @param allowed the programs that may be for other platforms
     */
    public VerifyImages(@NonNull Agent agent, @NonNull FilePath directory, @NonNull PathPatterns allowed) {
        this.agent = agent;
        this.directory = directory;
        this.allowed = allowed;
    }

    /** Finds out which images have to be read, and starts what is needed for that. */
    public void start(@NonNull Concurrently commands, @NonNull List<PlatformImage> images) {
        if (!agent.launcher().isUnix()) {
            agent.log(Sentence.of("VerifyImages.notOnUnix"));
            images.forEach(image -> known.put(image.key(), Verification.omitted(Omission.NOT_ON_UNIX)));
            return;
        }
        images.forEach(this::sort);
        if (!open.isEmpty()) {
            configurations = commands.start(open.values(), this::configuration);
        }
    }

    private void sort(PlatformImage image) {
        ImageKey key = image.key();
        Platform platform = key.platform();
        Digest digest = image.manifestDigest().orElse(null);
        Verdict before = digest == null ? null : VerifiedImages.get().get(job(), platform, digest, allowed);
        if (digest == null) {
            known.put(key, Verification.omitted(Omission.NOT_PUSHED));
            agent.log(Sentence.of("VerifyImages.because", key, NOT_KEPT));
        } else if (before != null) {
            known.put(key, Verification.of(before));
            agent.log(Sentence.of("VerifyImages.known", key));
        } else if (platform.os().equals("linux")) {
            open.put(key, image);
        } else {
            known.put(key, Verification.omitted(Omission.NOT_FOR_LINUX));
            agent.log(Sentence.of("VerifyImages.notForLinux", key));
        }
    }

    private String job() {
        return agent.run().getParent().getFullName();
    }

    /**
     * Reads the images that have to be read.
     *
     * @param manifests the manifests of the images that were started with, as far as there are any
     * @return what came of the verification of every image, by its key; it may be a failure
     * @throws DockerException if an image cannot be read
     */
    @NonNull
    public Map<ImageKey, Verification> await(@NonNull Map<ImageKey, Manifest> manifests)
            throws IOException, InterruptedException, DockerException {
        Map<ImageKey, Verification> found = new LinkedHashMap<>(known);
        if (!open.isEmpty()) {
            KnownLayers layers = new KnownLayers(directory, job());
            List<Reading> readings = layers.find(readings(manifests));
            Map<ImageKey, Verdict> verdicts = read(readings);
            layers.share(readings);
            verdicts.forEach((key, verdict) -> {
                PlatformImage image = open.get(key);
                Platform platform = key.platform();
                if (verdict.failure(platform) == null) {
                    agent.log(key.prefixed(verdict.summary(platform)));
                    Digest digest = image.manifestDigest().orElseThrow();
                    VerifiedImages.get().add(job(), platform, digest, allowed, verdict);
                }
                found.put(key, Verification.of(verdict));
            });
        }
        return found;
    }

    /** Returns what stands for an image in a bake in a directory beside the layouts; empty if it was not kept. */
    @NonNull
    public static Optional<CheckedImage> checked(@NonNull PlatformImage image) {
        return image.toBuiltImage()
                .map(pushed -> CheckedImage.of(image.key(), pushed))
                .or(() -> image.manifestDigest().map(digest -> CheckedImage.inLayout(image.key(), digest, "..")));
    }

    private List<Reading> readings(Map<ImageKey, Manifest> manifests)
            throws IOException, InterruptedException, DockerException {
        List<ImageConfig> read = configurations.await();
        List<Reading> readings = new ArrayList<>();
        open.forEach((key, image) -> {
            ImageConfig config = read.get(readings.size());
            Manifest manifest = manifests.get(key);
            List<Manifest.Layer> layers = manifest == null ? List.of() : manifest.layers();
            readings.add(
                    image.toBuiltImage().isPresent()
                            ? Reading.ofPushed(key, config, layers)
                            : Reading.ofLayout(key, config, layers));
        });
        return readings;
    }

    private Map<ImageKey, Verdict> read(List<Reading> readings)
            throws IOException, InterruptedException, DockerException {
        try {
            return readOnce(readings);
        } catch (IOException | DockerException e) {
            if (Channel.isClosedChannelException(e) || readings.stream().allMatch(Reading::isWhole)) {
                throw e;
            }
            // another version of buildx may not leave out what is there, or the agent's memory was needed for more
            LOGGER.log(Level.INFO, e, () -> "Reading the images of " + job() + " as a whole");
            return readOnce(readings.stream()
                    .map(reading -> Reading.whole(reading.key(), reading.config(), reading.layers()))
                    .toList());
        }
    }

    private Map<ImageKey, Verdict> readOnce(List<Reading> readings)
            throws IOException, InterruptedException, DockerException {
        List<Reading> piped =
                readings.stream().filter(reading -> !reading.known()).toList();
        List<Reading> whole = piped.stream().filter(Reading::isWhole).toList();
        List<Reading> inParts =
                readings.stream().filter(reading -> !reading.isWhole()).toList();
        Map<ImageKey, Verdict> verdicts = new LinkedHashMap<>();
        if (prepare(readings)) {
            verdicts.putAll(ImageReader.checked(export(piped), whole));
        }
        if (!inParts.isEmpty()) {
            verdicts.putAll(ImageReader.checked(directory.act(new ReadLayers(job(), inParts, allowed)), inParts));
        }
        return verdicts;
    }

    /** @return whether the builder has anything to export */
    private boolean prepare(List<Reading> readings) throws IOException, InterruptedException, DockerException {
        ExportFiles files = new ExportFiles(directory.getRemote());
        for (Reading reading : readings) {
            files.add(reading, checked(open.get(reading.key())).orElseThrow());
        }
        if (files.isEmpty()) {
            return false;
        }
        directory.act(new WriteFiles(files.texts()));
        List<String> pipes = pipes(readings);
        if (!pipes.isEmpty()) {
            Docker.Output output = agent.run("sh", script(MAKE_PIPES, pipes));
            if (!output.succeeded()) {
                throw new DockerException(Sentence.of("VerifyImages.failed", ErrorText.reason(output.stderr())));
            }
        }
        return true;
    }

    private List<String> pipes(List<Reading> readings) {
        return readings.stream()
                .filter(reading -> !reading.known())
                .map(reading -> directory.child(reading.key().name()).getRemote())
                .toList();
    }

    private Object export(List<Reading> piped) throws IOException, InterruptedException, DockerException {
        Future<?> reader = directory.actAsync(new ReadImages(job(), piped, allowed));
        try {
            Docker.Output output = agent.run("sh", script(EXPORT, pipes(piped)));
            if (!output.succeeded()) {
                BuildErrors.checkBuilder(output.stderr());
                throw new DockerException(Sentence.of("VerifyImages.notRead", ErrorText.reason(output.stderr())));
            }
            return reader.get();
        } catch (ExecutionException e) {
            if (Channel.isClosedChannelException(e.getCause())) {
                throw new IOException(e);
            }
            throw new DockerException(Sentence.of(
                    "VerifyImages.failed",
                    Sentence.verbatim(OneLine.of(String.valueOf(e.getCause().getMessage())))
                            .ended()));
        } finally {
            if (!reader.isDone()) {
                reader.cancel(true);
                directory.act(new ReadImages.Release(piped));
            }
        }
    }

    private ImageConfig configuration(PlatformImage image) throws IOException, InterruptedException, DockerException {
        BuiltImage pushed = image.toBuiltImage().orElse(null);
        if (pushed != null) {
            return ImageConfig.parse(
                    agent.registry().configuration(pushed.image()), image.key().platform());
        }
        return AgentFiles.layout(directory, image.key())
                .configuration(image.manifestDigest().orElseThrow());
    }

    private static List<String> script(String script, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("-c", script, "sh"));
        words.addAll(arguments);
        return words;
    }
}
