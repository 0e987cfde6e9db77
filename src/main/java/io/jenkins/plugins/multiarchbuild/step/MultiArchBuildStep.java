package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tools.ToolInstallation;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.call.CredentialsIds;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.layout.ArchiveFile;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.flow.MultiArchBuildExecution;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.docker.commons.tools.DockerTool;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Builds an image for several platforms on Jenkins agents and publishes it as one. */
public final class MultiArchBuildStep extends ImageStep {

    /** How often a group is built again if its agent goes away, by default. */
    private static final int DEFAULT_RETRIES = 2;

    private static final int MOST_RETRIES = 10;

    private final Serializable platforms;
    private Serializable repositories;
    private String tagsFrom;

    @CheckForNull
    private String bake;

    private Serializable bakeTargets;
    private Serializable agents;
    private String stash;
    private String context;
    private String dockerfile;
    private Serializable dockerfiles;
    private Serializable buildContexts;
    private Serializable builder;

    @CheckForNull
    private String tool;

    private Serializable buildArgs;
    private Serializable labels;
    private Serializable target;
    private String network;
    private Serializable shmSize;
    private Serializable ulimits;
    private Serializable addHosts;
    private Serializable entitlements;
    private boolean pull;
    private boolean noCache;
    private Serializable cache;
    private Serializable cacheFrom;
    private Serializable cacheTo;
    private Serializable provenance;
    private Serializable sbom;
    private Serializable secrets;
    private Serializable ssh;
    private Serializable archTags;
    private boolean verifyPlatforms = true;
    private Serializable foreignPrograms;
    private Serializable smokeTest;
    private String smokeTestNetwork;
    private int smokeTestTimeout = SmokeTest.DEFAULT_SECONDS;
    private boolean push = true;

    @CheckForNull
    private String archive;

    private boolean publish = true;
    private boolean failFast = true;

    @CheckForNull
    private String log;

    private int retries = DEFAULT_RETRIES;

    /**
     * @param platforms a list, or a string with commas or white space
     * @param baseTags a list, or a string with commas or white space; may be null if nothing is pushed
     */
    @DataBoundConstructor
    public MultiArchBuildStep(Object platforms, Object baseTags) {
        super(baseTags);
        this.platforms = Parameter.plain(platforms);
    }

    @Override
    public StepExecution start(StepContext stepContext) throws AbortException {
        try {
            return new MultiArchBuildExecution(stepContext, call());
        } catch (InvalidRequestException e) {
            throw new AbortException(Language.text(e));
        }
    }

    /**
     * Parses the parameters and adds the global settings.
     *
     * @throws InvalidRequestException if a parameter is wrong
     */
    @NonNull
    BuildCall call() {
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.retries", retries, MOST_RETRIES));
        }
        // before the tags: without any, what is wrong is not that they are missing
        String archiveFile = archive == null ? null : ArchiveFile.checked(archive, push);
        Map<String, String> secretIds = Parameter.SECRETS.map(secrets);
        Map<String, String> sshIds = Parameter.SSH.map(ssh);
        BuildSecrets.checkIds("secrets", secretIds.keySet());
        BuildSecrets.checkIds("ssh", sshIds.keySet());
        BuilderParameter managed = BuilderParameter.of(builder);
        return new BuildCall(
                request(managed),
                new CredentialsIds(credentialsIds(), secretIds, sshIds),
                parsedAgents(),
                MultiArchBuildConfiguration.get().agentLabels(),
                new ImageChecks(
                        omittedVerification(),
                        new PathPatterns(Parameter.FOREIGN_PROGRAMS.list(foreignPrograms)),
                        new SmokeTest(
                                Parameter.SMOKE_TEST.commands(smokeTest),
                                smokeTestNetwork == null ? "none" : smokeTestNetwork,
                                smokeTestTimeout)),
                parsedStash(),
                retries,
                failFast,
                isSupersede(),
                isRawLog(),
                destinations().stream()
                        .anyMatch(tag -> MultiArchBuildConfiguration.get().isNoOciArtifacts(tag.registry())),
                parsedRepositories(),
                archiveFile,
                managed == null ? null : managed.settings(),
                managed != null && managed.isOwn(),
                parsedTool(),
                parsedBake());
    }

    /** Returns the bake file with the targets to build, or null if there is none. */
    @CheckForNull
    private BakeFile parsedBake() {
        List<String> targets = Parameter.BAKE_TARGETS.list(bakeTargets);
        if (bake == null) {
            if (!targets.isEmpty()) {
                throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.noBakeFile"));
            }
            return null;
        }
        if (targets.isEmpty()) {
            boolean isNamed = baseTags instanceof Map<?, ?> || baseTags instanceof String text && text.indexOf('=') > 0;
            targets = isNamed
                    ? List.copyOf(Parameter.BASE_TAGS.lists(baseTags).keySet())
                    : List.of(BakeFile.DEFAULT_TARGET);
        }
        return BakeParameter.of(bake, targets, context != null, archive, tagsFrom, baseTags, push);
    }

    private boolean isRawLog() {
        if (log != null && !log.equals("steps") && !log.equals("raw")) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.log", log));
        }
        return "raw".equals(log);
    }

    @CheckForNull
    private Verification.Omission omittedVerification() {
        if (!MultiArchBuildConfiguration.get().isVerifyPlatforms()) {
            return Verification.Omission.OFF_FOR_ALL;
        }
        return verifyPlatforms ? null : Verification.Omission.OFF_FOR_CALL;
    }

    /** Returns no tags if nothing is pushed, or if they come from Git. */
    @Override
    List<ImageReference> parsedBaseTags() {
        boolean named = getBaseTags() != null || (push && parsedRepositories().isEmpty());
        if (!named) {
            return List.of();
        }
        BakeFile file = parsedBake();
        return file == null
                ? super.parsedBaseTags()
                : BuildRequest.parseBaseTags(BakeParameter.tags(file.targets(), baseTags).values().stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @Override
    List<ImageReference> destinations() {
        List<ImageReference> parsed = parsedRepositories();
        return parsed.isEmpty() ? super.destinations() : parsed;
    }

    /** Returns the repositories whose tags come from Git; none if the base tags are named. */
    private List<ImageReference> parsedRepositories() {
        List<ImageReference> parsed = Parameter.REPOSITORIES.list(repositories).stream()
                .map(ImageReference::parseRepository)
                .distinct()
                .toList();
        if (tagsFrom == null) {
            if (!parsed.isEmpty()) {
                throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.noTags"));
            }
            return parsed;
        }
        if (!tagsFrom.equals("git")) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.tagsFrom", tagsFrom));
        }
        if (getBaseTags() != null) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.tagsTwice"));
        }
        if (parsed.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.noRepository"));
        }
        return parsed;
    }

    /** The login of the base tags is for pushing; base images may need those of other registries all the same. */
    @Override
    Map<String, String> credentialsIds() {
        return push ? super.credentialsIds() : registriesIds();
    }

    private BuildRequest request(@CheckForNull BuilderParameter managed) {
        return new BuildRequest(
                Platform.parseAll(Parameter.PLATFORMS.list(platforms)),
                parsedBaseTags(),
                new BuildSource(
                        context == null ? "." : Text.checked("context", context),
                        dockerfile == null ? null : Text.checked("dockerfile", dockerfile),
                        Parameter.DOCKERFILES.platformMap(dockerfiles),
                        new NamedContexts(Parameter.BUILD_CONTEXTS.platformValues(buildContexts))),
                options(),
                managed == null ? (String) builder : managed.settings().name(),
                archTags instanceof Map
                        ? ArchTags.of(Parameter.ARCH_TAGS.platformMap(archTags))
                        : ArchTags.parse(archTags == null ? "false" : archTags.toString()),
                push,
                publish,
                isImmutableTags());
    }

    private BuildOptions options() {
        return new BuildOptions(
                Parameter.BUILD_ARGS.platformValues(buildArgs),
                Parameter.LABELS.platformValues(labels),
                target instanceof Map
                        ? Parameter.TARGET.platformMap(target)
                        : PlatformMap.ofAll(target == null ? null : Text.checked("target", target.toString())),
                new RunOptions(
                        network,
                        shmSize == null ? null : shmSize.toString().trim(),
                        Parameter.ULIMITS.list(ulimits),
                        Parameter.ADD_HOSTS.map(addHosts),
                        Parameter.ENTITLEMENTS.list(entitlements)),
                CacheOptions.parse(
                                Parameter.CACHE_FROM.list(cacheFrom), Parameter.CACHE_TO.list(cacheTo), pull, noCache)
                        .withShared(
                                cache == null ? null : Text.checked("cache", cache.toString()), destinations(), push),
                provenance == null ? null : provenance.toString(),
                sbom == null ? null : sbom.toString(),
                parsedAnnotations(),
                wantsStandardAnnotations());
    }

    /** The name, checked as {@code stash} checks it. */
    @CheckForNull
    private String parsedStash() {
        try {
            if (stash != null) {
                Jenkins.checkGoodName(stash);
            }
            return stash;
        } catch (Failure e) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildStep.stash", stash, e.getMessage()));
        }
    }

    @CheckForNull
    private String parsedTool() {
        List<String> names = tools();
        if (tool != null && !names.contains(tool)) {
            throw new InvalidRequestException(
                    names.isEmpty()
                            ? Sentence.of("MultiArchBuildStep.noTools", tool)
                            : Sentence.of("MultiArchBuildStep.noTool", tool, String.join(", ", names)));
        }
        return tool;
    }

    /** Returns the names of the Docker tools that an administrator has defined. */
    private static List<String> tools() {
        return Stream.of(ExtensionList.lookupSingleton(DockerTool.DescriptorImpl.class)
                        .getInstallations())
                .map(ToolInstallation::getName)
                .toList();
    }

    private PlatformMap parsedAgents() {
        return Parameter.AGENTS.platformMap(agents);
    }

    public Object getPlatforms() {
        return platforms;
    }

    @CheckForNull
    public Object getRepositories() {
        return repositories;
    }

    @DataBoundSetter
    public void setRepositories(Object repositories) {
        this.repositories = Parameter.plain(repositories);
    }

    @CheckForNull
    public String getTagsFrom() {
        return tagsFrom;
    }

    @DataBoundSetter
    public void setTagsFrom(String tagsFrom) {
        this.tagsFrom = Util.fixEmptyAndTrim(tagsFrom);
    }

    @CheckForNull
    public String getBake() {
        return bake;
    }

    @DataBoundSetter
    public void setBake(String bake) {
        this.bake = Util.fixEmptyAndTrim(bake);
    }

    @CheckForNull
    public Object getBakeTargets() {
        return bakeTargets;
    }

    @DataBoundSetter
    public void setBakeTargets(Object bakeTargets) {
        this.bakeTargets = Parameter.plain(bakeTargets);
    }

    @CheckForNull
    public Object getAgents() {
        return agents;
    }

    @DataBoundSetter
    public void setAgents(Object agents) {
        this.agents = Parameter.plain(agents);
    }

    @CheckForNull
    public String getStash() {
        return stash;
    }

    @DataBoundSetter
    public void setStash(String stash) {
        this.stash = Util.fixEmptyAndTrim(stash);
    }

    @CheckForNull
    public Object getArchTags() {
        return archTags;
    }

    @DataBoundSetter
    public void setArchTags(Object archTags) {
        this.archTags = Boolean.FALSE.equals(archTags) ? null : Parameter.plain(archTags);
    }

    public boolean isVerifyPlatforms() {
        return verifyPlatforms;
    }

    @DataBoundSetter
    public void setVerifyPlatforms(boolean verifyPlatforms) {
        this.verifyPlatforms = verifyPlatforms;
    }

    @CheckForNull
    public Object getForeignPrograms() {
        return foreignPrograms;
    }

    @DataBoundSetter
    public void setForeignPrograms(Object foreignPrograms) {
        this.foreignPrograms = Parameter.plain(foreignPrograms);
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
    }

    @CheckForNull
    public String getArchive() {
        return archive;
    }

    @DataBoundSetter
    public void setArchive(String archive) {
        this.archive = Util.fixEmptyAndTrim(archive);
    }

    @CheckForNull
    public Object getSmokeTest() {
        return smokeTest;
    }

    @DataBoundSetter
    public void setSmokeTest(Object smokeTest) {
        this.smokeTest = Parameter.plain(smokeTest);
    }

    @CheckForNull
    public String getSmokeTestNetwork() {
        return smokeTestNetwork;
    }

    @DataBoundSetter
    public void setSmokeTestNetwork(String smokeTestNetwork) {
        this.smokeTestNetwork = Util.fixEmptyAndTrim(smokeTestNetwork);
    }

    public int getSmokeTestTimeout() {
        return smokeTestTimeout;
    }

    @DataBoundSetter
    public void setSmokeTestTimeout(int smokeTestTimeout) {
        this.smokeTestTimeout = smokeTestTimeout;
    }

    public boolean isPublish() {
        return publish;
    }

    @DataBoundSetter
    public void setPublish(boolean publish) {
        this.publish = publish;
    }

    public boolean isFailFast() {
        return failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    @CheckForNull
    public String getLog() {
        return log;
    }

    @DataBoundSetter
    public void setLog(String log) {
        this.log = Util.fixEmptyAndTrim(log);
    }

    public int getRetries() {
        return retries;
    }

    @DataBoundSetter
    public void setRetries(int retries) {
        this.retries = retries;
    }

    @CheckForNull
    public Object getSecrets() {
        return secrets;
    }

    @DataBoundSetter
    public void setSecrets(Object secrets) {
        this.secrets = Parameter.plain(secrets);
    }

    @CheckForNull
    public Object getSsh() {
        return ssh;
    }

    @DataBoundSetter
    public void setSsh(Object ssh) {
        this.ssh = Parameter.plain(ssh);
    }

    @CheckForNull
    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixEmptyAndTrim(context);
    }

    @CheckForNull
    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = Util.fixEmptyAndTrim(dockerfile);
    }

    @CheckForNull
    public Object getDockerfiles() {
        return dockerfiles;
    }

    @DataBoundSetter
    public void setDockerfiles(Object dockerfiles) {
        this.dockerfiles = Parameter.plain(dockerfiles);
    }

    @CheckForNull
    public Object getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(Object builder) {
        Serializable plain = Parameter.plain(builder);
        this.builder = plain instanceof String name ? name.trim() : plain;
    }

    @CheckForNull
    public String getTool() {
        return tool;
    }

    @DataBoundSetter
    public void setTool(String tool) {
        this.tool = Util.fixEmptyAndTrim(tool);
    }

    @CheckForNull
    public Object getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(Object buildArgs) {
        this.buildArgs = Parameter.plain(buildArgs);
    }

    @CheckForNull
    public Object getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Object labels) {
        this.labels = Parameter.plain(labels);
    }

    @CheckForNull
    public Object getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(Object target) {
        this.target = Parameter.plain(target);
    }

    @CheckForNull
    public Object getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(Object provenance) {
        this.provenance = Parameter.plain(provenance);
    }

    @CheckForNull
    public Object getSbom() {
        return sbom;
    }

    @DataBoundSetter
    public void setSbom(Object sbom) {
        this.sbom = Parameter.plain(sbom);
    }

    @CheckForNull
    public Object getBuildContexts() {
        return buildContexts;
    }

    @DataBoundSetter
    public void setBuildContexts(Object buildContexts) {
        this.buildContexts = Parameter.plain(buildContexts);
    }

    @CheckForNull
    public Object getCache() {
        return cache;
    }

    @DataBoundSetter
    public void setCache(Object cache) {
        this.cache = Boolean.FALSE.equals(cache) ? null : Parameter.plain(cache);
    }

    @CheckForNull
    public Object getCacheFrom() {
        return cacheFrom;
    }

    @DataBoundSetter
    public void setCacheFrom(Object cacheFrom) {
        this.cacheFrom = Parameter.plain(cacheFrom);
    }

    @CheckForNull
    public Object getCacheTo() {
        return cacheTo;
    }

    @DataBoundSetter
    public void setCacheTo(Object cacheTo) {
        this.cacheTo = Parameter.plain(cacheTo);
    }

    public boolean isPull() {
        return pull;
    }

    @DataBoundSetter
    public void setPull(boolean pull) {
        this.pull = pull;
    }

    public boolean isNoCache() {
        return noCache;
    }

    @DataBoundSetter
    public void setNoCache(boolean noCache) {
        this.noCache = noCache;
    }

    @CheckForNull
    public String getNetwork() {
        return network;
    }

    @DataBoundSetter
    public void setNetwork(String network) {
        this.network = Util.fixEmptyAndTrim(network);
    }

    @CheckForNull
    public Object getShmSize() {
        return shmSize;
    }

    @DataBoundSetter
    public void setShmSize(Object shmSize) {
        this.shmSize = Parameter.plain(shmSize);
    }

    @CheckForNull
    public Object getUlimits() {
        return ulimits;
    }

    @DataBoundSetter
    public void setUlimits(Object ulimits) {
        this.ulimits = Parameter.plain(ulimits);
    }

    @CheckForNull
    public Object getAddHosts() {
        return addHosts;
    }

    @DataBoundSetter
    public void setAddHosts(Object addHosts) {
        this.addHosts = Parameter.plain(addHosts);
    }

    @CheckForNull
    public Object getEntitlements() {
        return entitlements;
    }

    @DataBoundSetter
    public void setEntitlements(Object entitlements) {
        this.entitlements = Parameter.plain(entitlements);
    }

    /** Registers the step as {@code multiArchBuild}, and validates its form by parsing the parameters. */
    @Extension
    public static final class DescriptorImpl extends ImageStepDescriptor {

        @Override
        public String getFunctionName() {
            return "multiArchBuild";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchBuildStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }

        @POST
        public FormValidation doCheckPlatforms(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new MultiArchBuildStep(Parameter.fromForm("platforms", value), ANY_TAG).call());
        }

        @POST
        public FormValidation doCheckRepositories(
                @AncestorInPath Item item,
                @QueryParameter String value,
                @QueryParameter String tagsFrom,
                @QueryParameter String baseTags) {
            return check(item, () -> {
                MultiArchBuildStep step = new MultiArchBuildStep(ANY_PLATFORM, baseTags);
                step.setRepositories(Parameter.fromForm("repositories", value));
                step.setTagsFrom(tagsFrom);
                step.parsedRepositories();
            });
        }

        @POST
        public ListBoxModel doFillTagsFromItems(@AncestorInPath Item item) {
            if (!maySee(item)) {
                return new ListBoxModel();
            }
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.MultiArchBuildStep_tagsAreNamed(), "");
            items.add(Messages.MultiArchBuildStep_tagsFromGit(), "git");
            return items;
        }

        /** Those of a target of a bake file follow its name. */
        @NonNull
        @Override
        List<String> baseTags(@CheckForNull String text) {
            return Parameter.BASE_TAGS.lists(text).values().stream()
                    .flatMap(List::stream)
                    .toList();
        }

        @POST
        public FormValidation doCheckBake(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setBake(value));
        }

        @POST
        public FormValidation doCheckBakeTargets(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String bake) {
            return check(item, () -> {
                // the tags are checked in their own field
                MultiArchBuildStep step = new MultiArchBuildStep(ANY_PLATFORM, null);
                step.setPush(false);
                step.setBake(bake);
                step.setBakeTargets(Parameter.fromForm("bakeTargets", value));
                step.call();
            });
        }

        @POST
        public FormValidation doCheckArchive(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String push) {
            return checkStep(item, step -> {
                step.setPush(!"false".equals(push));
                step.setArchive(value);
            });
        }

        @POST
        public FormValidation doCheckContext(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setContext(value));
        }

        @POST
        public FormValidation doCheckDockerfile(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setDockerfile(value));
        }

        @POST
        public FormValidation doCheckTarget(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setTarget(Parameter.fromForm("target", value)));
        }

        @POST
        public FormValidation doCheckDockerfiles(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setDockerfiles(Parameter.fromForm("dockerfiles", value)));
        }

        /** Returns the text of the form for the parameter {@code builder}; the form asks for it. */
        @NonNull
        @Restricted(NoExternalUse.class)
        public String builderText(@CheckForNull Object builder) {
            return BuilderParameter.formText(builder);
        }

        @POST
        public FormValidation doCheckBuilder(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setBuilder(Parameter.fromForm("builder", value)));
        }

        @POST
        public ListBoxModel doFillToolItems(@AncestorInPath Item item) {
            if (!maySee(item)) {
                return new ListBoxModel();
            }
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.MultiArchBuildStep_toolOfAgent(), "");
            tools().forEach(items::add);
            return items;
        }

        @POST
        public FormValidation doCheckTool(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setTool(value));
        }

        @POST
        public FormValidation doCheckBuildArgs(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setBuildArgs(Parameter.fromForm("buildArgs", value)));
        }

        @POST
        public FormValidation doCheckSecrets(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> {
                step.setSecrets(Parameter.fromForm("secrets", value));
                step.call();
            });
        }

        @POST
        public FormValidation doCheckSsh(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> {
                step.setSsh(Parameter.fromForm("ssh", value));
                step.call();
            });
        }

        @POST
        public FormValidation doCheckLabels(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setLabels(Parameter.fromForm("labels", value)));
        }

        @POST
        public FormValidation doCheckBuildContexts(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setBuildContexts(Parameter.fromForm("buildContexts", value)));
        }

        @POST
        public FormValidation doCheckCache(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setCache(Parameter.fromForm("cache", value)));
        }

        @POST
        public FormValidation doCheckCacheFrom(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setCacheFrom(Parameter.fromForm("cacheFrom", value)));
        }

        @POST
        public FormValidation doCheckCacheTo(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setCacheTo(Parameter.fromForm("cacheTo", value)));
        }

        @POST
        public FormValidation doCheckNetwork(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setNetwork(value));
        }

        @POST
        public FormValidation doCheckShmSize(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setShmSize(Parameter.fromForm("shmSize", value)));
        }

        @POST
        public FormValidation doCheckUlimits(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setUlimits(Parameter.fromForm("ulimits", value)));
        }

        @POST
        public FormValidation doCheckAddHosts(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setAddHosts(Parameter.fromForm("addHosts", value)));
        }

        @POST
        public FormValidation doCheckEntitlements(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setEntitlements(Parameter.fromForm("entitlements", value)));
        }

        @POST
        public FormValidation doCheckSbom(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setSbom(Parameter.fromForm("sbom", value)));
        }

        @POST
        public FormValidation doCheckAnnotations(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setAnnotations(Parameter.fromForm("annotations", value)));
        }

        @POST
        public FormValidation doCheckProvenance(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setProvenance(Parameter.fromForm("provenance", value)));
        }

        @POST
        public FormValidation doCheckForeignPrograms(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setForeignPrograms(Parameter.fromForm("foreignPrograms", value)));
        }

        /**
         * Two platforms must not get the same tag, so the platforms and base tags that were entered are checked too.
         */
        @POST
        public FormValidation doCheckArchTags(
                @AncestorInPath Item item,
                @QueryParameter String value,
                @QueryParameter String platforms,
                @QueryParameter String baseTags) {
            FormValidation alone = checkStep(item, step -> step.setArchTags(Parameter.fromForm("archTags", value)));
            boolean othersAreGood = doCheckPlatforms(item, platforms).kind == FormValidation.Kind.OK
                    && doCheckBaseTags(item, baseTags, null, null).kind == FormValidation.Kind.OK;
            if (alone.kind != FormValidation.Kind.OK || !othersAreGood) {
                return alone;
            }
            return check(item, () -> {
                MultiArchBuildStep step = new MultiArchBuildStep(platforms, baseTags);
                step.setArchTags(Parameter.fromForm("archTags", value));
                step.call();
            });
        }

        @POST
        public FormValidation doCheckSmokeTest(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setSmokeTest(Parameter.fromForm("smokeTest", value)));
        }

        @POST
        public FormValidation doCheckLog(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setLog(value));
        }

        @POST
        public FormValidation doCheckSmokeTestNetwork(@AncestorInPath Item item, @QueryParameter String value) {
            return checkStep(item, step -> step.setSmokeTestNetwork(value));
        }

        @POST
        public FormValidation doCheckSmokeTestTimeout(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNumber(item, value, MultiArchBuildStep::setSmokeTestTimeout);
        }

        @POST
        public FormValidation doCheckRetries(@AncestorInPath Item item, @QueryParameter String value) {
            return checkNumber(item, value, MultiArchBuildStep::setRetries);
        }

        private static FormValidation checkNumber(Item item, String value, ObjIntConsumer<MultiArchBuildStep> setter) {
            if (!maySee(item) || Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.ok();
            }
            try {
                int number = Integer.parseInt(value.trim());
                return checkStep(item, step -> setter.accept(step, number));
            } catch (NumberFormatException e) {
                return FormValidation.error(Messages.MultiArchBuildStep_noNumber(value));
            }
        }

        @POST
        public FormValidation doCheckAgents(@AncestorInPath Item item, @QueryParameter String value) {
            return checkAgents(item, value);
        }

        private static FormValidation checkStep(Item item, Consumer<MultiArchBuildStep> setter) {
            return check(item, () -> {
                MultiArchBuildStep step = new MultiArchBuildStep(ANY_PLATFORM, ANY_TAG);
                setter.accept(step);
                step.call();
            });
        }
    }
}
