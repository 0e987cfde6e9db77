package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.agent.BakeScript;
import io.jenkins.plugins.multiarchbuild.agent.RegistryAccess;
import io.jenkins.plugins.multiarchbuild.builders.AgentBuilder;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.CredentialsIds;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.SourceFrom;
import io.jenkins.plugins.multiarchbuild.credentials.SecretFiles;
import io.jenkins.plugins.multiarchbuild.emulation.Executions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BaseImages;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Entitlements;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Preflight;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import io.jenkins.plugins.multiarchbuild.engine.context.ContextName;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.source.ResolveSource;
import io.jenkins.plugins.multiarchbuild.verification.BaseVersions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prepares an agent for a bake: checks source, logins and builder, and writes the bake definition. */
public final class PrepareTask implements AgentTask<ArrayList<String>> {

    private static final long serialVersionUID = 1L;

    /** The most bytes of a Dockerfile: those of the message in which BuildKit receives it. */
    private static final int LARGEST_DOCKERFILE = 16 * 1024 * 1024;

    private final BuildPlan plan;

    private final PlannedGroup group;
    private final PackedSource packed;

    /** @param packed the source that was packed for this group, or null if it comes from elsewhere */
    public PrepareTask(@NonNull BuildPlan plan, @NonNull PlannedGroup group, @CheckForNull PackedSource packed) {
        this.plan = plan;
        this.group = group;
        this.packed = packed;
    }

    @Override
    public String label() {
        return Messages.PrepareTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return plan.call().credentials().registries();
    }

    /** @return the environment of the bake, {@code NAME=value} each */
    @Override
    public ArrayList<String> run(Agent agent) throws IOException, InterruptedException, DockerException {
        checkDirectory(agent);
        agent.sweep();
        FilePath directory = agent.privateDirectory(group.id());
        AgentBuilder managed = AgentBuilder.of(agent, plan.call());
        BakeTargets resolved = resolve(agent, directory, managed);
        checkGit(agent, resolved);
        PublishTask.note(agent, plan, List.of(), false);
        BuildRequest request = resolved.images().get(0).request();
        List<Map<Platform, String>> dockerfiles = dockerfiles(agent, resolved);
        BaseImages bases = bases(resolved, dockerfiles);
        BaseVersions.of(agent.run(), plan.id()).name(bases.references());
        agent.create(directory);
        BakeTargets targets = resolved.withContexts(context -> accepted(agent, directory, context));
        Map<String, String> environment = environment(agent, directory, targets, bases);
        if (managed != null) {
            environment.putAll(managed.create(agent.with(environment), agent, directory));
        }
        BuildSecrets secrets = secrets(agent, directory);
        Agent ready = agent.with(environment);
        List<String> written = needsLayouts(agent) ? List.of(directory.getRemote()) : List.of();
        Builder builder;
        List<String> entitlements;
        try (Concurrently commands = new Concurrently()) {
            var asked = commands.start(List.of(targets), each -> Entitlements.of(ready, each, secrets, written));
            var found = bases.lookUp(commands, ready.registry());
            builder = Preflight.check(ready, ready.registry(), targets, group.group());
            entitlements = asked.await().get(0);
            bases.check(found, builder, ready, pulls(targets), agent::log);
        }
        if (managed != null) {
            managed.checkDisk(ready);
        }
        checkArchive(agent, builder);
        PushStrategy strategy = PushStrategy.of(request, builder.driver());
        agent.log(Sentence.of(
                "PrepareTask.group", group.name(), agent.name(), group.chosenBy(), builder.title(), strategy.reason()));
        environment.putAll(Executions.of(builder, targets, group.group().platforms(), dockerfiles)
                .variables());
        environment.put(PushStrategy.VARIABLE, strategy.name());
        String definition = BakeDefinition.write(targets, group.group(), strategy, secrets);
        if (plan.call().noOciArtifacts()) {
            definition = BakeDefinition.withoutArtifacts(definition);
        }
        List<ImageKey> images = targets.keys(group.group().platforms());
        if (plan.isArchived()) {
            definition = BakeDefinition.forArchive(definition, images, directory.getRemote());
        } else if (needsLayouts(agent) && builder.ociExporter()) {
            definition = BakeDefinition.intoLayouts(definition, images, directory.getRemote());
        }
        AgentFiles.write(directory.child(BakeFiles.DEFINITION), definition);
        for (BakeTarget image : targets.images()) {
            createCaches(agent, image.request());
        }
        allow(ready, directory, environment, entitlements);
        return new ArrayList<>(
                environment.entrySet().stream().map(Object::toString).toList());
    }

    /**
     * Returns whether the agent is not a Windows one, which gets flags where the others have a file.
     *
     * @param environment what {@link #run} returned
     */
    public static boolean isOnUnix(@NonNull List<String> environment) {
        return environment.stream().noneMatch(variable -> variable.startsWith(BakeScript.FLAGS + "="));
    }

    /**
     * Checks that Git, which has been asked in the current directory, was asked about the source of the bake file.
     *
     * @throws DockerException if that comes from somewhere else
     */
    private void checkGit(Agent agent, BakeTargets targets) throws IOException, InterruptedException, DockerException {
        boolean hasAsked = !plan.call().repositories().isEmpty()
                && !plan.request().baseTags().isEmpty();
        boolean hasCheckout = group.label() == null || plan.source() == SourceFrom.SCM;
        if (plan.call().bake() == null || !hasAsked || !hasCheckout) {
            return;
        }
        BuildSource source = targets.images().get(0).request().source();
        Optional<String> asked =
                AgentGit.of(agent, plan.request().source().context()).ask("rev-parse", "--show-toplevel");
        Optional<String> built = Optional.empty();
        if (!source.isRemote()) {
            AgentGit git = AgentGit.of(agent, source.context());
            // the tags of a repository are also those of its submodules
            Optional<String> superproject =
                    git.ask("rev-parse", "--show-superproject-working-tree").filter(text -> !text.isEmpty());
            built = superproject.isPresent() ? superproject : git.ask("rev-parse", "--show-toplevel");
        }
        if (source.isRemote() || !asked.equals(built)) {
            throw new DockerException(Sentence.of("PrepareTask.otherGit", source.context()));
        }
    }

    private void checkArchive(Agent agent, Builder builder) throws DockerException {
        if (!plan.isArchived()) {
            return;
        }
        if (!agent.launcher().isUnix()) {
            throw new DockerException(Sentence.of("PrepareTask.notOnUnix"));
        }
        Preflight.checkArchive(builder);
    }

    /** Whether images that are not pushed are kept on the agent, so that they can be checked or archived. */
    private boolean needsLayouts(Agent agent) {
        return !plan.request().push()
                && (plan.call().checks().any() || plan.isArchived())
                && agent.launcher().isUnix();
    }

    /** The step {@code sh} puts the path between apostrophes and then waits for a script that never starts. */
    private static void checkDirectory(Agent agent) throws DockerException {
        String directory = agent.directory().getRemote();
        if (directory.indexOf('\'') >= 0 && agent.launcher().isUnix()) {
            throw new DockerException(Sentence.of("PrepareTask.apostrophe", directory));
        }
    }

    /** Returns what is built, with the paths of the source on this agent and the builder that is used there. */
    private BakeTargets resolve(Agent agent, FilePath directory, @CheckForNull AgentBuilder managed)
            throws IOException, InterruptedException {
        boolean elsewhere =
                group.label() != null && (plan.source() == SourceFrom.WORKSPACE || plan.source() == SourceFrom.STASH);
        FilePath root = elsewhere ? agent.sourceDirectory(group.id()) : agent.workspace();
        FilePath from = elsewhere ? root : agent.directory();
        BakeTargets targets = plan.targets();
        List<BuildRequest> requests = new ArrayList<>();
        for (BakeTarget target : targets.all()) {
            BuildSource source = packed == null
                    ? target.request().source()
                    : packed.sources().get(requests.size());
            BuildRequest resolved = target.request()
                    .withSource(new ResolveSource(
                                    source,
                                    group.group().platforms(),
                                    root.getRemote(),
                                    directory.getRemote(),
                                    agent.name())
                            .in(from));
            requests.add(managed == null ? resolved : resolved.withBuilder(managed.name()));
        }
        return targets.with(requests);
    }

    /** Returns a path to a context whose last name buildx accepts. */
    private static String accepted(Agent agent, FilePath directory, String context)
            throws IOException, InterruptedException {
        if (!agent.launcher().isUnix() || ContextName.isAccepted(context)) {
            return context;
        }
        FilePath link = directory.child(ContextName.ofLink(context));
        link.symlinkTo(context, agent.listener());
        return link.getRemote();
    }

    private List<Map<Platform, String>> dockerfiles(Agent agent, BakeTargets targets)
            throws IOException, InterruptedException {
        List<Map<Platform, String>> dockerfiles = new ArrayList<>();
        for (BakeTarget target : targets.all()) {
            dockerfiles.add(dockerfiles(agent, target.request()));
        }
        return dockerfiles;
    }

    private static BaseImages bases(BakeTargets targets, List<Map<Platform, String>> dockerfiles) {
        List<BaseImages> bases = new ArrayList<>();
        for (BakeTarget target : targets.all()) {
            bases.add(BaseImages.of(target.request(), dockerfiles.get(bases.size())));
        }
        return BaseImages.of(bases);
    }

    /** The texts of the Dockerfiles whose base images are to be checked; those that BuildKit fetches are not known. */
    private Map<Platform, String> dockerfiles(Agent agent, BuildRequest request)
            throws IOException, InterruptedException {
        Map<Platform, String> texts = new LinkedHashMap<>();
        if (!plan.call().checks().programs()) {
            return texts;
        }
        Map<String, String> read = new HashMap<>();
        for (Platform platform : group.group().platforms()) {
            if (request.source().isInline(platform)) {
                texts.put(platform, request.source().inline());
                continue;
            }
            if (request.source().isRemote()) {
                continue;
            }
            String path = request.source().dockerfileFor(platform);
            if (!read.containsKey(path)) {
                read.put(path, AgentFiles.read(agent.directory().child(path), LARGEST_DOCKERFILE));
            }
            texts.put(platform, read.get(path));
        }
        return texts;
    }

    private Map<String, String> environment(Agent agent, FilePath directory, BakeTargets targets, BaseImages bases)
            throws IOException, InterruptedException, DockerException {
        BuildRequest request = targets.images().get(0).request();
        List<ImageReference> images =
                new ArrayList<>(request.push() ? plan.request().baseTags() : List.of());
        images.addAll(bases.references());
        Map<String, String> environment =
                new TreeMap<>(RegistryAccess.grant(agent, directory, images, credentialsIds()));
        if (request.builder() != null) {
            environment.put("BUILDX_BUILDER", request.builder());
        }
        // the paths of the definition are those of the current directory, whatever an agent says about users' files
        environment.put("BUILDX_BAKE_FILE_RELATIVE_PATHS", "0");
        return environment;
    }

    /** Whether the builder asks the registry for each base image, even if it has one. */
    private static boolean pulls(BakeTargets targets) {
        return targets.images().stream()
                .allMatch(image -> image.request().options().cache().pull());
    }

    private BuildSecrets secrets(Agent agent, FilePath directory) throws IOException, InterruptedException {
        CredentialsIds ids = plan.call().credentials();
        return SecretFiles.write(agent.run(), directory, ids.secrets(), ids.ssh());
    }

    /**
     * Creates the directories of caches: buildx denies access to one that does not exist, although it would create it.
     */
    private static void createCaches(Agent agent, BuildRequest request)
            throws IOException, InterruptedException, DockerException {
        for (String path : request.options().cache().writtenDirectories()) {
            try {
                agent.directory().child(path).mkdirs();
            } catch (IOException e) {
                if (Channel.isClosedChannelException(e)) {
                    throw e;
                }
                throw new DockerException(Sentence.of("PrepareTask.cacheDirectory", path));
            }
        }
    }

    private static void allow(
            Agent agent, FilePath directory, Map<String, String> environment, List<String> entitlements)
            throws IOException, InterruptedException, DockerException {
        for (String entitlement : entitlements) {
            if (entitlement.indexOf('\n') >= 0) {
                throw new DockerException(Sentence.of(
                        "PrepareTask.lineBreak", OneLine.of(entitlement.substring(entitlement.indexOf('=') + 1))));
            }
        }
        if (agent.launcher().isUnix()) {
            AgentFiles.write(
                    directory.child(BakeScript.ALLOW),
                    String.join(
                            "", entitlements.stream().map(each -> each + "\n").toList()));
        } else {
            environment.put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
            List<String> flags = entitlements.stream()
                    .filter(each -> !each.startsWith("fs."))
                    .map(each -> "--allow=" + each)
                    .toList();
            environment.put(BakeScript.FLAGS, String.join(" ", flags));
        }
    }
}
