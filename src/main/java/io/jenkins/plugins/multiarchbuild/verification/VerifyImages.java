package io.jenkins.plugins.multiarchbuild.task;

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
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageBakes;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification.Omission;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Checks that the programs of each platform's image are for that platform. The builder writes the files of all images
 * out of its cache into named pipes, which {@link ReadImages} reads on the agent meanwhile; only verdicts
 * leave the agent.
 */
final class VerifyImages {

    private static final String MAKE_PIPES =
            "rm -f \"$@\" && mkfifo -m 600 \"$@\" && mkdir -p \"$MULTI_ARCH_BUILD/empty\"";

    /**
     * Keeps every pipe open until buildx has ended, so that each of its readers ends, whatever buildx does. Which files
     * buildx may read was checked when the image was built.
     */
    private static final String EXPORT = BakeScript.BUILDX + """
            cd "$MULTI_ARCH_BUILD/empty" || exit
            export BUILDX_BAKE_ENTITLEMENTS_FS=0
            hold() {
              pipe=$1
              shift
              {
                if [ $# -gt 0 ]; then
                  hold "$@"
                else
                  buildx bake --file ../export.json --progress plain 3>&-
                fi
              } 3> "$pipe"
            }
            hold "$@"
            """;

    /** Why an image that is not pushed cannot be checked. */
    static final String NOT_KEPT =
            "it is not pushed and was not kept. That needs a Unix agent and, with the driver docker, the containerd image"
                    + " store.";

    private final Agent agent;
    private final FilePath directory;
    private final PathPatterns allowed;
    private final Map<String, Verification> known = new LinkedHashMap<>();
    private final Map<Platform, PlatformImage> open = new LinkedHashMap<>();
    private Concurrently.Running<?> prepared;
    private Concurrently.Running<ImageConfig> configurations;

    /**
     * @param agent with the environment of the bake
     * @param directory the private directory of the group that was built
     * @param allowed the programs that may be for other platforms
     */
    VerifyImages(@NonNull Agent agent, @NonNull FilePath directory, @NonNull PathPatterns allowed) {
        this.agent = agent;
        this.directory = directory;
        this.allowed = allowed;
    }

    /** Finds out which images have to be read, and starts what is needed for that. */
    void start(@NonNull Concurrently commands, @NonNull List<PlatformImage> images) {
        if (!agent.launcher().isUnix()) {
            agent.log("Not verified: the programs of images are checked on agents with a Unix system only.");
            images.forEach(image -> known.put(image.getPlatform(), Verification.omitted(Omission.NOT_ON_UNIX)));
            return;
        }
        images.forEach(this::sort);
        if (!open.isEmpty()) {
            configurations = commands.start(open.values(), this::configuration);
            prepared = commands.start(List.of(open.values()), this::prepare);
        }
    }

    private void sort(PlatformImage image) {
        Platform platform = Platform.parse(image.getPlatform());
        Digest digest = image.manifestDigest().orElse(null);
        Verdict before = digest == null ? null : VerifiedImages.get().get(job(), platform, digest, allowed);
        if (digest == null) {
            known.put(image.getPlatform(), Verification.omitted(Omission.NOT_PUSHED));
            agent.log(platform + " not verified, because " + NOT_KEPT);
        } else if (before != null) {
            known.put(image.getPlatform(), Verification.of(before));
            agent.log(platform + " verified: an earlier build checked the same image");
        } else if (platform.os().equals("linux")) {
            open.put(platform, image);
        } else {
            known.put(image.getPlatform(), Verification.omitted(Omission.NOT_FOR_LINUX));
            agent.log(platform + " not verified: only images for Linux are checked.");
        }
    }

    private String job() {
        return agent.run().getParent().getFullName();
    }

    /**
     * Reads the images that have to be read.
     *
     * @return what came of the verification of every image, by platform; it may be a failure
     * @throws DockerException if an image cannot be read
     */
    @NonNull
    Map<String, Verification> await() throws IOException, InterruptedException, DockerException {
        Map<String, Verification> found = new LinkedHashMap<>(known);
        if (!open.isEmpty()) {
            read().forEach((platform, verdict) -> {
                PlatformImage image = open.get(platform);
                if (verdict.failure(platform) == null) {
                    agent.log(verdict.summary(platform));
                    Digest digest = image.manifestDigest().orElseThrow();
                    VerifiedImages.get().add(job(), platform, digest, allowed, verdict);
                }
                found.put(image.getPlatform(), Verification.of(verdict));
            });
        }
        return found;
    }

    /** Returns what stands for an image in a bake in a directory beside the layouts; empty if it was not kept. */
    @NonNull
    static Optional<CheckedImage> checked(@NonNull PlatformImage image) {
        return image.toBuiltImage()
                .map(CheckedImage::of)
                .or(() -> image.manifestDigest()
                        .map(digest -> CheckedImage.inLayout(Platform.parse(image.getPlatform()), digest, "..")));
    }

    private List<PlatformImage> prepare(Collection<PlatformImage> images)
            throws IOException, InterruptedException, DockerException {
        List<CheckedImage> checked =
                images.stream().map(image -> checked(image).orElseThrow()).toList();
        AgentFiles.write(directory.child(BakeFiles.EXPORT), ImageBakes.export(checked, directory.getRemote()));
        Docker.Output output = agent.run("sh", script(MAKE_PIPES, pipes()));
        if (!output.succeeded()) {
            throw new DockerException("The images cannot be verified: " + ErrorText.lastError(output.stderr())
                    + " verifyPlatforms: false builds without this check.");
        }
        return List.copyOf(images);
    }

    private List<String> names() {
        return open.keySet().stream().map(Platform::targetName).toList();
    }

    private List<String> pipes() {
        return names().stream().map(name -> directory.child(name).getRemote()).toList();
    }

    private Map<Platform, Verdict> read() throws IOException, InterruptedException, DockerException {
        Map<Platform, ImageConfig> images = new LinkedHashMap<>();
        List<ImageConfig> read = configurations.await();
        open.keySet().forEach(platform -> images.put(platform, read.get(images.size())));
        prepared.await();
        Future<?> reader = directory.actAsync(new ReadImages(images, allowed));
        try {
            Docker.Output output = agent.run("sh", script(EXPORT, pipes()));
            if (!output.succeeded()) {
                BuildErrors.checkBuilder(output.stderr());
                throw new DockerException("The files of the images cannot be read from the builder, so they cannot be"
                        + " verified: " + ErrorText.lastError(output.stderr())
                        + " Build again; verifyPlatforms: false builds without this check.");
            }
            return ReadImages.checked(reader.get(), images.keySet());
        } catch (ExecutionException e) {
            if (Channel.isClosedChannelException(e.getCause())) {
                throw new IOException(e);
            }
            throw new DockerException("The images cannot be verified: "
                    + ErrorText.sentence(OneLine.of(String.valueOf(e.getCause().getMessage())))
                    + " verifyPlatforms: false builds without this check.");
        } finally {
            if (!reader.isDone()) {
                reader.cancel(true);
                directory.act(new ReadImages.Release(names()));
            }
        }
    }

    private ImageConfig configuration(PlatformImage image) throws IOException, InterruptedException, DockerException {
        Platform platform = Platform.parse(image.getPlatform());
        BuiltImage pushed = image.toBuiltImage().orElse(null);
        if (pushed != null) {
            return ImageConfig.parse(agent.registry().configuration(pushed.image()), platform);
        }
        return AgentFiles.layout(directory, platform)
                .configuration(image.manifestDigest().orElseThrow());
    }

    private static List<String> script(String script, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("-c", script, "sh"));
        words.addAll(arguments);
        return words;
    }
}
