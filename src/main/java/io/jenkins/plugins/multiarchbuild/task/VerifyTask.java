package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import hudson.remoting.Future;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.agent.BakeScript;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageBakes;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageLayout;
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
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.io.IOException;
import java.util.ArrayList;
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
public final class VerifyTask implements AgentTask<ArrayList<PlatformImage>> {

    private static final long serialVersionUID = 1L;

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

    private static final int LARGEST_BLOB = 4 << 20;

    private final BuildPlan plan;
    private final PlannedGroup group;
    private final ArrayList<String> environment;
    private final ArrayList<PlatformImage> images;

    /**
     * @param environment the environment of the bake, {@code NAME=value} each
     * @param images what the group built
     */
    public VerifyTask(
            @NonNull BuildPlan plan,
            @NonNull PlannedGroup group,
            @NonNull List<String> environment,
            @NonNull List<PlatformImage> images) {
        this.plan = plan;
        this.group = group;
        this.environment = new ArrayList<>(environment);
        this.images = new ArrayList<>(images);
    }

    @Override
    public String label() {
        return Messages.VerifyTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return plan.call().credentials().registries();
    }

    /** @return the images with what was found out about them */
    @Override
    public ArrayList<PlatformImage> run(Agent agent) throws IOException, InterruptedException, DockerException {
        if (!agent.launcher().isUnix()) {
            agent.log("Not verified: the programs of images are checked on agents with a Unix system only.");
            return omitted(Omission.NOT_ON_UNIX);
        }
        String job = agent.run().getParent().getFullName();
        PathPatterns allowed = plan.call().checks().foreignPrograms();
        Map<String, Verification> found = new LinkedHashMap<>();
        Map<Platform, PlatformImage> open = new LinkedHashMap<>();
        for (PlatformImage image : images) {
            Platform platform = Platform.parse(image.getPlatform());
            Digest digest = image.manifestDigest().orElse(null);
            Verdict known = digest == null ? null : VerifiedImages.get().get(job, platform, digest, allowed);
            if (digest == null) {
                found.put(image.getPlatform(), Verification.omitted(Omission.NOT_PUSHED));
                agent.log(platform + " not verified, because " + NOT_KEPT);
            } else if (known != null) {
                found.put(image.getPlatform(), Verification.of(known));
                agent.log(platform + " verified: an earlier build checked the same image");
            } else if (platform.os().equals("linux")) {
                open.put(platform, image);
            } else {
                found.put(image.getPlatform(), Verification.omitted(Omission.NOT_FOR_LINUX));
                agent.log(platform + " not verified: only images for Linux are checked.");
            }
        }
        if (!open.isEmpty()) {
            Map<Platform, Verdict> verdicts = read(agent.with(environment), open, allowed);
            report(agent, open, verdicts);
            verdicts.forEach((platform, verdict) -> {
                PlatformImage image = open.get(platform);
                VerifiedImages.get().add(job, platform, image.manifestDigest().orElseThrow(), allowed, verdict);
                found.put(image.getPlatform(), Verification.of(verdict));
            });
        }
        ArrayList<PlatformImage> results = new ArrayList<>();
        images.forEach(image -> results.add(image.verified(found.get(image.getPlatform()))));
        PublishTask.note(agent, plan, results, false);
        return results;
    }

    private ArrayList<PlatformImage> omitted(Omission omission) {
        ArrayList<PlatformImage> results = new ArrayList<>();
        images.forEach(image -> results.add(image.verified(Verification.omitted(omission))));
        return results;
    }

    private void report(Agent agent, Map<Platform, PlatformImage> open, Map<Platform, Verdict> verdicts)
            throws IOException, DockerException {
        List<String> errors = new ArrayList<>();
        verdicts.forEach((platform, verdict) -> {
            String failure = verdict.failure(platform);
            if (failure == null) {
                agent.log(verdict.summary(platform));
            } else {
                errors.add(failure);
            }
        });
        if (!errors.isEmpty()) {
            List<PlatformReport> platforms = new ArrayList<>();
            open.forEach((platform, image) ->
                    platforms.add(PublishTask.report(image, Verification.of(verdicts.get(platform)))));
            MultiArchReport.add(agent.run(), new ImageReport(plan.id(), null, List.of(), platforms));
            throw new DockerException(String.join("\n", errors));
        }
    }

    /** Returns what stands for an image in a bake in a directory beside the layouts; empty if it was not kept. */
    @NonNull
    static Optional<CheckedImage> checked(@NonNull PlatformImage image) {
        return image.toBuiltImage()
                .map(CheckedImage::of)
                .or(() -> image.manifestDigest()
                        .map(digest -> CheckedImage.inLayout(Platform.parse(image.getPlatform()), digest, "..")));
    }

    private Map<Platform, Verdict> read(Agent agent, Map<Platform, PlatformImage> open, PathPatterns allowed)
            throws IOException, InterruptedException, DockerException {
        FilePath directory = agent.privateDirectory(group.id());
        List<CheckedImage> checked = open.values().stream()
                .map(image -> checked(image).orElseThrow())
                .toList();
        List<String> names = open.keySet().stream().map(Platform::targetName).toList();
        List<String> pipes =
                names.stream().map(name -> directory.child(name).getRemote()).toList();
        Map<Platform, ImageConfig> configurations;
        try (Concurrently commands = new Concurrently()) {
            var prepared = commands.start(List.of(checked), images -> {
                AgentFiles.write(directory.child(BakeFiles.EXPORT), ImageBakes.export(images, directory.getRemote()));
                shell(agent, MAKE_PIPES, pipes);
                return images;
            });
            configurations = configurations(commands, agent, directory, open);
            prepared.await();
        }
        Future<?> reader = directory.actAsync(new ReadImages(configurations, allowed));
        try {
            Docker.Output output = agent.run("sh", script(EXPORT, pipes));
            if (!output.succeeded()) {
                BuildErrors.checkBuilder(output.stderr());
                throw new DockerException("The files of the images cannot be read from the builder, so they cannot be"
                        + " verified: " + ErrorText.lastError(output.stderr())
                        + " Build again; verifyPlatforms: false builds without this check.");
            }
            return ReadImages.checked(reader.get(), configurations.keySet());
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
                directory.act(new ReadImages.Release(names));
            }
        }
    }

    private static Map<Platform, ImageConfig> configurations(
            Concurrently commands, Agent agent, FilePath directory, Map<Platform, PlatformImage> images)
            throws IOException, InterruptedException, DockerException {
        Map<Platform, ImageConfig> configurations = new LinkedHashMap<>();
        List<ImageConfig> read = commands.start(
                        List.copyOf(images.values()), image -> configuration(agent, directory, image))
                .await();
        for (Platform platform : images.keySet()) {
            configurations.put(platform, read.get(configurations.size()));
        }
        return configurations;
    }

    private static ImageConfig configuration(Agent agent, FilePath directory, PlatformImage image)
            throws IOException, InterruptedException, DockerException {
        Platform platform = Platform.parse(image.getPlatform());
        BuiltImage pushed = image.toBuiltImage().orElse(null);
        if (pushed != null) {
            return ImageConfig.parse(agent.registry().configuration(pushed.image()), platform);
        }
        return layout(directory, platform).configuration(image.manifestDigest().orElseThrow());
    }

    /**
     * Returns the layout of an image that is not pushed.
     *
     * @param directory the directory of its group
     */
    @NonNull
    static ImageLayout layout(@NonNull FilePath directory, @NonNull Platform platform) {
        FilePath layout = directory.child(BakeFiles.layout(platform));
        return new ImageLayout(platform, path -> AgentFiles.read(layout.child(path), LARGEST_BLOB));
    }

    private static void shell(Agent agent, String script, List<String> arguments)
            throws IOException, InterruptedException, DockerException {
        Docker.Output output = agent.run("sh", script(script, arguments));
        if (!output.succeeded()) {
            throw new DockerException("The images cannot be verified: " + ErrorText.lastError(output.stderr())
                    + " verifyPlatforms: false builds without this check.");
        }
    }

    private static List<String> script(String script, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("-c", script, "sh"));
        words.addAll(arguments);
        return words;
    }
}
