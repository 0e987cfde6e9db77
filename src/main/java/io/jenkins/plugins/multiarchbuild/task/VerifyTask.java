package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import hudson.remoting.Future;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushedImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification.Omission;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Checks that the programs of each platform's image are for that platform. The builder writes the files of all images
 * that it pushed out of its cache into named pipes, which {@link ReadImages} reads on the agent meanwhile; only verdicts
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
    private static final String EXPORT = """
            cd "$MULTI_ARCH_BUILD/empty" || exit
            export BUILDX_BAKE_ENTITLEMENTS_FS=0
            hold() {
              pipe=$1
              shift
              {
                if [ $# -gt 0 ]; then
                  hold "$@"
                else
                  docker buildx bake --file ../export.json --progress plain 3>&-
                fi
              } 3> "$pipe"
            }
            hold "$@"
            """;

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
        if (!plan.request().push()) {
            agent.log("Not verified: the programs of images that are not pushed are not checked.");
            return omitted(Omission.NOT_PUSHED);
        }
        String job = agent.run().getParent().getFullName();
        PathPatterns allowed = plan.call().checks().foreignPrograms();
        Map<String, Verification> found = new LinkedHashMap<>();
        List<BuiltImage> open = new ArrayList<>();
        for (PlatformImage each : images) {
            BuiltImage image = each.toBuiltImage().orElseThrow();
            Verdict known = VerifiedImages.get().get(job, image, allowed);
            if (known != null) {
                found.put(each.getPlatform(), Verification.of(known));
                agent.log(image.platform() + " verified: an earlier build checked the same image");
            } else if (image.platform().os().equals("linux")) {
                open.add(image);
            } else {
                found.put(each.getPlatform(), Verification.omitted(Omission.NOT_FOR_LINUX));
                agent.log(image.platform() + " not verified: only images for Linux are checked.");
            }
        }
        if (!open.isEmpty()) {
            Map<Platform, Verdict> verdicts = read(agent.with(environment), open, allowed);
            report(agent, verdicts);
            for (BuiltImage image : open) {
                Verdict verdict = verdicts.get(image.platform());
                VerifiedImages.get().add(job, image, allowed, verdict);
                found.put(image.platform().toString(), Verification.of(verdict));
            }
        }
        ArrayList<PlatformImage> results = new ArrayList<>();
        images.forEach(image -> results.add(image.verified(found.get(image.getPlatform()))));
        return results;
    }

    private ArrayList<PlatformImage> omitted(Omission omission) {
        ArrayList<PlatformImage> results = new ArrayList<>();
        images.forEach(image -> results.add(image.verified(Verification.omitted(omission))));
        return results;
    }

    private static void report(Agent agent, Map<Platform, Verdict> verdicts) throws DockerException {
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
            throw new DockerException(String.join("\n", errors));
        }
    }

    private Map<Platform, Verdict> read(Agent agent, List<BuiltImage> open, PathPatterns allowed)
            throws IOException, InterruptedException, DockerException {
        FilePath directory = agent.privateDirectory(group.id());
        Map<Platform, ImageConfig> configurations = configurations(agent.registry(), open);
        List<String> names =
                open.stream().map(image -> image.platform().targetName()).toList();
        List<String> pipes =
                names.stream().map(name -> directory.child(name).getRemote()).toList();
        AgentFiles.write(directory.child(BakeFiles.EXPORT), PushedImages.export(open, directory.getRemote()));
        shell(agent, MAKE_PIPES, pipes);
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

    private static Map<Platform, ImageConfig> configurations(Registry registry, List<BuiltImage> images)
            throws IOException, InterruptedException, DockerException {
        Map<Platform, ImageConfig> configurations = new LinkedHashMap<>();
        try (Concurrently commands = new Concurrently()) {
            List<String> printed = commands.start(images, image -> registry.configuration(image.image()))
                    .await();
            for (int i = 0; i < images.size(); i++) {
                Platform platform = images.get(i).platform();
                configurations.put(platform, ImageConfig.parse(printed.get(i), platform));
            }
        }
        return configurations;
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
