package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.Annotations;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters that are handed through to buildx. */
public abstract class BuildingStep extends FetchingStep {

    private static final long serialVersionUID = 1L;

    private String context;
    private String dockerfile;
    private Serializable dockerfiles;
    private String builder;
    private Serializable buildArgs;
    private Serializable labels;
    private String target;
    private Serializable provenance;
    private Serializable sbom;
    private Serializable secrets;
    private Serializable ssh;

    BuildingStep(@CheckForNull Object baseTags) {
        super(baseTags);
    }

    /** @throws InvalidRequestException if the parameters name no source */
    @NonNull
    BuildSource source() {
        return new BuildSource(
                context == null ? "." : context,
                dockerfile,
                new PlatformMap(StepParameters.map("dockerfiles", dockerfiles)),
                namedContexts());
    }

    /** @throws InvalidRequestException if a parameter is malformed */
    @NonNull
    BuildOptions options() {
        return new BuildOptions(
                StepParameters.map("buildArgs", buildArgs),
                StepParameters.map("labels", labels),
                target,
                getNetwork(),
                cache(),
                provenance == null ? null : provenance.toString(),
                sbom == null ? null : sbom.toString(),
                annotations(Origin.UNKNOWN, Instant.EPOCH));
    }

    /**
     * Annotations of the image index by key: the caller's own, and if wanted those that can be told from the build.
     *
     * @throws InvalidRequestException if a parameter is malformed
     */
    @NonNull
    Map<String, String> annotations(@NonNull Origin origin, @NonNull Instant created) {
        Map<String, String> all = new LinkedHashMap<>();
        if (wantsStandardAnnotations()) {
            all.putAll(Annotations.standard(origin, parsedBaseTags(), created));
        }
        all.putAll(parsedAnnotations());
        return all;
    }

    /** @throws InvalidRequestException if the parameter is malformed */
    @NonNull
    SecretParameters secretParameters() {
        return new SecretParameters(StepParameters.map("secrets", secrets), StepParameters.map("ssh", ssh));
    }

    @CheckForNull
    public Object getSecrets() {
        return secrets;
    }

    @DataBoundSetter
    public void setSecrets(Object secrets) {
        this.secrets = StepParameters.plain(secrets);
    }

    @CheckForNull
    public Object getSsh() {
        return ssh;
    }

    @DataBoundSetter
    public void setSsh(Object ssh) {
        this.ssh = StepParameters.plain(ssh);
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
        this.dockerfiles = StepParameters.plain(dockerfiles);
    }

    @CheckForNull
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixEmptyAndTrim(builder);
    }

    @CheckForNull
    public Object getBuildArgs() {
        return buildArgs;
    }

    @DataBoundSetter
    public void setBuildArgs(Object buildArgs) {
        this.buildArgs = StepParameters.plain(buildArgs);
    }

    @CheckForNull
    public Object getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(Object labels) {
        this.labels = StepParameters.plain(labels);
    }

    @CheckForNull
    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = Util.fixEmptyAndTrim(target);
    }

    @CheckForNull
    public Object getProvenance() {
        return provenance;
    }

    @DataBoundSetter
    public void setProvenance(Object provenance) {
        this.provenance = StepParameters.plain(provenance);
    }

    @CheckForNull
    public Object getSbom() {
        return sbom;
    }

    @DataBoundSetter
    public void setSbom(Object sbom) {
        this.sbom = StepParameters.plain(sbom);
    }
}
