package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTaskExecution;
import io.jenkins.plugins.multiarchbuild.call.AgentLabels;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.language.Language;
import io.jenkins.plugins.multiarchbuild.readiness.CheckTask;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Asks the agents whether they are ready to build for several platforms, without building anything. */
public final class MultiArchCheckStep extends Step {

    private final Serializable platforms;
    private Serializable agents;
    private String builder;
    private boolean failOnProblem = true;

    /** @param platforms a list, or a string with commas or white space */
    @DataBoundConstructor
    public MultiArchCheckStep(Object platforms) {
        this.platforms = Parameter.plain(platforms);
    }

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        try {
            return new ControllerTaskExecution(
                    context,
                    new CheckTask(
                            parsedPlatforms(),
                            new AgentLabels(
                                    parsedAgents(),
                                    MultiArchBuildConfiguration.get().agentLabels()),
                            BuildRequest.checkBuilder(builder),
                            failOnProblem,
                            context.get(Computer.class)));
        } catch (InvalidRequestException e) {
            throw new AbortException(Language.text(e));
        }
    }

    private List<Platform> parsedPlatforms() {
        return Platform.parseAll(Parameter.PLATFORMS.list(platforms));
    }

    private PlatformMap parsedAgents() {
        return Parameter.AGENTS.platformMap(agents);
    }

    public Object getPlatforms() {
        return platforms;
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
    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixEmptyAndTrim(builder);
    }

    public boolean isFailOnProblem() {
        return failOnProblem;
    }

    @DataBoundSetter
    public void setFailOnProblem(boolean failOnProblem) {
        this.failOnProblem = failOnProblem;
    }

    /** Registers the step as {@code multiArchCheck}, and validates its form by parsing the parameters. */
    @Extension
    public static final class DescriptorImpl extends FormStepDescriptor {

        @Override
        public String getFunctionName() {
            return "multiArchCheck";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MultiArchCheckStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }

        @POST
        public FormValidation doCheckPlatforms(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> new MultiArchCheckStep(Parameter.fromForm("platforms", value)).parsedPlatforms());
        }

        @POST
        public FormValidation doCheckAgents(@AncestorInPath Item item, @QueryParameter String value) {
            return checkAgents(item, value);
        }

        @POST
        public FormValidation doCheckBuilder(@AncestorInPath Item item, @QueryParameter String value) {
            return check(item, () -> BuildRequest.checkBuilder(Util.fixEmptyAndTrim(value)));
        }
    }
}
