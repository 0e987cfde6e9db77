package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.emulation.Executions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.MetadataFile;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Execution;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.registry.ImageManifests;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.kept.KeptProgress;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.timeline.BakeSteps;
import io.jenkins.plugins.multiarchbuild.verification.BaseVersions;
import io.jenkins.plugins.multiarchbuild.verification.VerifyImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Reads the digests after a bake and verifies the images, or finds out why it failed and whether pushing again may
 * help.
 */
public final class CollectTask implements AgentTask<ArrayList<PlatformImage>> {

    private static final long serialVersionUID = 1L;

    private static final ImageManifests MANIFESTS = new ImageManifests();

    private static final int MOST_ATTEMPTS = 4;

    /** How many times a manifest may be refused before that counts as the registry's last word. */
    private static final int MOST_REFUSALS = 2;

    private static final int LONGEST_EXIT = 16;

    /** How much of the end of the log is searched for the error, in bytes. */
    private static final int LONGEST_LOG_END = 64 * 1024;

    /** The maximum size of buildx's metadata file in bytes. With provenance it has about 10 KiB per platform. */
    private static final int LARGEST_METADATA = 16 * 1024 * 1024;

    /**
     * The header in which buildx sends the name of the context, which must be ASCII. On Unix, PrepareTask gives it one that
     * is.
     */
    private static final String NAME_OF_CONTEXT = "x-docker-expose-session-sharedkey";

    private final BuildPlan plan;
    private final PlannedGroup group;
    private final ArrayList<String> environment;
    private final int exitCode;
    private final int attempt;
    private final long durationMillis;

    /** 0 in a build that an older version of the plugin began. */
    private final long bakeStart;

    /**
     * @param environment the environment of the bake, {@code NAME=value} each
     * @param exitCode the exit code of buildx
     * @param attempt how many bakes there have been, including this one
     * @param durationMillis how long the group has taken so far, in milliseconds
     * @param bakeStart when the bake began, in milliseconds since 1970
     */
    public CollectTask(
            @NonNull BuildPlan plan,
            @NonNull PlannedGroup group,
            @NonNull List<String> environment,
            int exitCode,
            int attempt,
            long durationMillis,
            long bakeStart) {
        this.plan = plan;
        this.group = group;
        this.environment = new ArrayList<>(environment);
        this.exitCode = exitCode;
        this.attempt = attempt;
        this.durationMillis = durationMillis;
        this.bakeStart = bakeStart;
    }

    @Override
    public String label() {
        return Messages.CollectTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return plan.call().credentials().registries();
    }

    /** @return the images, or none if the bake is to be done again, from the builder's cache */
    @Override
    public ArrayList<PlatformImage> run(Agent agent) throws IOException, InterruptedException, DockerException {
        FilePath directory = agent.privateDirectory(group.id());
        int ended = exitCode < 0 ? recordedExit(directory) : exitCode;
        BakeSteps steps =
                BakeSteps.read(agent, group, plan.targets().keys(group.group().platforms()));
        if (bakeStart > 0) {
            // each save writes the whole run
            try (BulkChange change = new BulkChange(agent.run())) {
                steps.report(agent, plan.id(), bakeStart);
                KeptProgress.keep(
                        agent, plan.id(), group, plan.call().credentials().secrets(), bakeStart);
                change.commit();
            }
        }
        if (ended != 0) {
            if (isDiskFull(directory)) {
                throw new DockerException(Sentence.of("CollectTask.diskFull", group.name(), directory));
            }
            String log = AgentFiles.readEnd(directory.child(BakeFiles.LOG), LONGEST_LOG_END);
            if (attempt < MOST_ATTEMPTS && prepareAgain(agent, directory.child(BakeFiles.DEFINITION), log)) {
                return new ArrayList<>();
            }
            throw failure(log);
        }
        steps.bases()
                .forEach((platform, versions) -> BaseVersions.of(agent.run(), plan.id())
                        .add(platform, versions)
                        .forEach(agent::log));
        ArrayList<PlatformImage> images =
                withSteps(steps, plan.request().push() ? pushed(agent, directory) : unpushed(agent, directory));
        PublishTask.note(agent, plan, images, false);
        return verified(agent, completed(agent.with(environment), directory, images));
    }

    private ArrayList<PlatformImage> pushed(Agent agent, FilePath directory)
            throws IOException, InterruptedException, DockerException {
        String metadata = AgentFiles.read(directory.child(BakeFiles.METADATA), LARGEST_METADATA);
        Map<ImageKey, BuiltImage> pushed = MetadataFile.read(metadata, plan.targets(), group.group());
        Map<String, List<ImageKey>> keys = pushed.keySet().stream()
                .collect(Collectors.groupingBy(ImageKey::image, LinkedHashMap::new, Collectors.toList()));
        Registry registry = agent.with(environment).registry();
        ArrayList<PlatformImage> images = new ArrayList<>();
        try (Concurrently commands = new Concurrently()) {
            var finding = commands.start(
                    keys.values(),
                    each -> ImageManifests.find(
                            registry, each.stream().map(pushed::get).toList()));
            Iterator<ImageKey> order = pushed.keySet().iterator();
            for (List<BuiltImage> found : finding.await()) {
                for (BuiltImage image : found) {
                    ImageKey key = order.next();
                    images.add(new PlatformImage(key, image, agent.name(), durationMillis, execution(key.platform()))
                            .onNode(node(key.platform())));
                    agent.log(
                            image.isAttested()
                                    ? Sentence.of("CollectTask.imageAttested", key, image.image(), image.reference())
                                    : Sentence.of("CollectTask.image", key, image.image()));
                    if (environment.contains(PushStrategy.VARIABLE + "=" + PushStrategy.ARCH_TAGS)) {
                        BuildRequest request = plan.targets().request(key);
                        agent.log(Sentence.of(
                                "CollectTask.archTag", key, request.archTags().tag(request.pushTag(), key.platform())));
                    }
                }
            }
        }
        return images;
    }

    /** Where the node is that builds a platform, if the builder is known to have several. */
    @CheckForNull
    private String node(Platform platform) {
        BuilderSettings settings = plan.call().managedBuilder();
        return settings == null ? null : settings.nodeOf(platform);
    }

    /** Adds size and verification. All commands that need only the digests run at the same time. */
    private List<PlatformImage> completed(Agent agent, FilePath directory, List<PlatformImage> images)
            throws IOException, InterruptedException, DockerException {
        ImageChecks checks = plan.call().checks();
        VerifyImages verification = new VerifyImages(agent, directory, checks.foreignPrograms());
        List<PlatformImage> completed = new ArrayList<>();
        try (Concurrently commands = new Concurrently()) {
            if (checks.programs()) {
                verification.start(commands, images);
            }
            List<PlatformImage> withManifest = images.stream()
                    .filter(image -> image.manifestDigest().isPresent())
                    .toList();
            var reading = commands.start(withManifest, image -> manifest(agent, directory, image));
            Map<ImageKey, Manifest> manifests = new HashMap<>();
            for (Manifest manifest : reading.await()) {
                manifests.put(withManifest.get(manifests.size()).key(), manifest);
            }
            Map<ImageKey, Verification> found = checks.programs() ? verification.await(manifests) : Map.of();
            for (PlatformImage image : images) {
                PlatformImage sized = sized(image, manifests.get(image.key()));
                Verification outcome = found.get(image.key());
                completed.add(outcome == null ? sized : sized.verified(outcome));
            }
        }
        return completed;
    }

    private static Manifest manifest(Agent agent, FilePath directory, PlatformImage image)
            throws IOException, InterruptedException, DockerException {
        BuiltImage pushed = image.toBuiltImage().orElse(null);
        return pushed == null
                ? AgentFiles.layout(directory, image.key())
                        .read(image.manifestDigest().orElseThrow())
                : MANIFESTS.read(agent.registry(), pushed);
    }

    private static PlatformImage sized(PlatformImage image, @CheckForNull Manifest manifest) {
        BuiltImage pushed = image.toBuiltImage().orElse(null);
        return pushed == null || manifest == null ? image : image.sized(ImageManifests.sized(pushed, manifest));
    }

    /**
     * Returns the images, on the page as well, if none of them failed.
     *
     * @throws DockerException if programs of an image are not for its platform
     */
    private ArrayList<PlatformImage> verified(Agent agent, List<PlatformImage> images)
            throws IOException, DockerException {
        List<Sentence> errors = new ArrayList<>();
        for (PlatformImage image : images) {
            Verification verification = image.verification();
            Verdict verdict = verification == null ? null : verification.verdict();
            Sentence failure = verdict == null ? null : verdict.failure(Platform.parse(image.getPlatform()));
            if (failure != null) {
                errors.add(image.key().prefixed(failure));
            }
        }
        if (!errors.isEmpty()) {
            for (ImageReport report :
                    PublishTask.reports(plan, images, image -> PublishTask.report(image, image.verification()))) {
                MultiArchReport.add(agent.run(), report);
            }
            throw new DockerException(Sentence.join(" ", errors));
        }
        PublishTask.note(agent, plan, images, false);
        return new ArrayList<>(images);
    }

    /**
     * If the controller is killed just when the shell has ended, Pipeline asks for a shell that is no longer there, and
     * reports a negative exit code in the end.
     */
    private int recordedExit(FilePath directory) throws IOException, InterruptedException {
        String recorded = AgentFiles.readEnd(directory.child(BakeFiles.EXIT), LONGEST_EXIT)
                .strip();
        return recorded.matches("\\d{1,3}") ? Integer.parseInt(recorded) : exitCode;
    }

    /** Prepares another bake, if one may help. */
    private boolean prepareAgain(Agent agent, FilePath definition, String log)
            throws IOException, InterruptedException, DockerException {
        boolean refused = BuildErrors.isRefusedArtifact(log);
        boolean again = BuildErrors.isPassingPushFailure(log)
                || attempt <= MOST_REFUSALS && (refused || BuildErrors.isRefusedManifest(log));
        if (!refused && !again) {
            return false;
        }
        String next = BakeDefinition.again(AgentFiles.read(definition, LARGEST_METADATA));
        String older = BakeDefinition.withoutArtifacts(next);
        boolean inOlderFormat = refused && !older.equals(next);
        if (!inOlderFormat && !again) {
            return false;
        }
        AgentFiles.write(definition, inOlderFormat ? older : next);
        if (inOlderFormat) {
            agent.log(Sentence.of("CollectTask.refusedArtifact"));
        } else {
            long delay = 1L << attempt;
            agent.log(
                    Sentence.of("CollectTask.pushingAgain", delay, failure(log).sentence()));
            TimeUnit.SECONDS.sleep(delay);
        }
        return true;
    }

    private ArrayList<PlatformImage> unpushed(Agent agent, FilePath directory)
            throws IOException, InterruptedException, DockerException {
        List<ImageKey> keys = plan.targets().keys(group.group().platforms());
        Map<ImageKey, Digest> digests = new HashMap<>();
        if (directory.child(BakeFiles.layout(keys.get(0))).exists()) {
            String metadata = AgentFiles.read(directory.child(BakeFiles.METADATA), LARGEST_METADATA);
            for (Map.Entry<ImageKey, Digest> built :
                    MetadataFile.digests(metadata, keys).entrySet()) {
                ImageKey key = built.getKey();
                digests.put(key, AgentFiles.layout(directory, key).manifest(built.getValue()));
            }
        }
        ArrayList<PlatformImage> images = new ArrayList<>();
        for (ImageKey key : keys) {
            images.add(new PlatformImage(key, digests.get(key), agent.name(), durationMillis, execution(key.platform()))
                    .onNode(node(key.platform())));
            agent.log(Sentence.of("CollectTask.notPushed", key));
        }
        return images;
    }

    /** Adds what the steps took. The log of a bake that only pushed again does not tell. */
    private ArrayList<PlatformImage> withSteps(BakeSteps steps, List<PlatformImage> images) {
        ArrayList<PlatformImage> results = new ArrayList<>();
        for (PlatformImage image : images) {
            results.add(image.withSteps(attempt > 1 ? null : steps.of(image.key())));
        }
        return results;
    }

    @CheckForNull
    private Execution execution(Platform platform) {
        return Executions.in(environment).of(platform);
    }

    /** Whether the script has ended and could not write how. */
    private static boolean isDiskFull(FilePath directory) throws IOException, InterruptedException {
        FilePath exit = directory.child(BakeFiles.EXIT);
        return exit.exists() && exit.length() == 0;
    }

    private DockerException failure(String log) {
        if (log.contains(NAME_OF_CONTEXT)) {
            return new DockerException(Sentence.of("CollectTask.nameOfContext", group.name()));
        }
        if (exitCode < 0 && !log.contains("ERROR")) {
            return new DockerException(Sentence.of("CollectTask.lost", group.name()));
        }
        if (log.isEmpty()) {
            return new DockerException(Sentence.of("CollectTask.exitCode", group.name(), exitCode));
        }
        DockerException reason =
                BuildErrors.ofBake(log, plan.targets().keys(group.group().platforms()));
        return new DockerException(Sentence.of("CollectTask.failed", group.name(), reason.sentence()), reason);
    }
}
