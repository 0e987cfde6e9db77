package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Job;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.CredentialsIds;
import io.jenkins.plugins.multiarchbuild.call.SourceFrom;
import io.jenkins.plugins.multiarchbuild.credentials.BoundSecrets;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.credentials.SecretCredentials;
import io.jenkins.plugins.multiarchbuild.credentials.ServerCertificates;
import io.jenkins.plugins.multiarchbuild.credentials.SshKeys;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.kept.KeptReplay;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Checks the credentials of a call, and plans it. */
public final class PlanTask implements ControllerTask<BuildPlan> {

    private static final long serialVersionUID = 1L;

    private final BuildCall call;
    private final String id;
    private final boolean scm;

    /**
     * @param id identifies the call within the build; valid in a file name
     * @param scm whether the job has an SCM, which only Pipeline's program thread can tell
     */
    public PlanTask(@NonNull BuildCall call, @NonNull String id, boolean scm) {
        this.call = call;
        this.id = id;
        this.scm = scm;
    }

    @Override
    public String label() {
        return Messages.PlanTask_label();
    }

    @Override
    public BuildPlan run(StepContext context) throws IOException, InterruptedException {
        Run<?, ?> run = context.get(Run.class);
        CredentialsIds credentials = call.credentials();
        RegistryLogins.check(run, credentials.registries());
        SecretCredentials.check(run, credentials.secrets());
        SshKeys.check(run, credentials.ssh());
        BuilderSettings builder = call.managedBuilder();
        String certificates = builder == null ? null : builder.certificates();
        if (certificates != null) {
            ServerCertificates.check(run, certificates);
        }
        TaskListener listener = context.get(TaskListener.class);
        BoundSecrets.warn(context.get(EnvironmentExpander.class), listener, call.request());
        logUnused(listener);
        Computer computer = context.get(Computer.class);
        Node here = computer == null ? null : computer.getNode();
        if (call.archive() != null && here == null) {
            throw new InvalidRequestException(Sentence.of("PlanTask.noWorkspace"));
        }
        BuildPlan plan = new BuildPlan(
                withCacheOfBranch(run.getParent(), listener),
                new Planner(call, here).groups(id),
                sourceFrom(here),
                id,
                null);
        if (call.bake() == null) {
            KeptReplay.keep(context, plan);
        }
        return plan;
    }

    /** Calls may share a map, so a platform that is not built is no error, but its name may be mistyped. */
    private void logUnused(TaskListener listener) {
        BuildOptions options = call.request().options();
        BuildSource source = call.request().source();
        Map<String, Set<String>> keys = new TreeMap<>(Map.of(
                "buildArgs", options.buildArgs().byPlatform().keySet(),
                "labels", options.labels().byPlatform().keySet(),
                "target", options.target().entries().keySet(),
                "buildContexts", source.contexts().sources().byPlatform().keySet(),
                "dockerfiles", source.dockerfiles().entries().keySet(),
                "smokeTest", call.checks().smokeTest().commands().keySet()));
        keys.forEach((parameter, platforms) -> {
            List<String> others =
                    PlatformMap.keysOfOthers(platforms, call.request().platforms());
            if (!others.isEmpty()) {
                Agent.log(listener, Sentence.of("PlanTask.unused", parameter, String.join(", ", others)));
            }
        });
    }

    /** Asks the job and not the step: a multibranch Pipeline sets its variables, no script and no parameter does. */
    private BuildCall withCacheOfBranch(Job<?, ?> project, TaskListener listener)
            throws IOException, InterruptedException {
        CacheOptions cache = call.request().options().cache();
        if (cache.shared().isEmpty()) {
            return call;
        }
        EnvVars job = project.getEnvironment(null, listener);
        String branch = job.get("BRANCH_NAME", "");
        if (!job.get("TAG_NAME", "").isBlank()) {
            cache = cache.withoutWritingShared();
        } else if (!branch.isBlank()
                && !(job.get("CHANGE_ID", "").isBlank() && "true".equals(job.get("BRANCH_IS_PRIMARY")))) {
            cache = cache.ofBranch(branch);
        }
        return call.withRequest(call.request().withCache(cache));
    }

    private SourceFrom sourceFrom(@CheckForNull Node here) {
        if (call.request().source().isRemote()) {
            checkTags("PlanTask.url");
        }
        if (call.bake() == null && call.request().source().isAllRemote()) {
            return SourceFrom.URL;
        }
        if (call.stash() != null) {
            checkTags("PlanTask.stash");
            return SourceFrom.STASH;
        }
        if (here != null) {
            return SourceFrom.WORKSPACE;
        }
        if (!scm) {
            throw new InvalidRequestException(Sentence.of("PlanTask.noSource"));
        }
        return SourceFrom.SCM;
    }

    private void checkTags(String code) {
        if (!call.repositories().isEmpty()) {
            throw new InvalidRequestException(Sentence.of("PlanTask.noTags", Sentence.of(code)));
        }
    }
}
