package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.credentials.BoundSecrets;
import io.jenkins.plugins.multiarchbuild.credentials.SecretCredentials;
import io.jenkins.plugins.multiarchbuild.credentials.SecretFiles;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.credentials.SshKeys;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The parameters {@code secrets} and {@code ssh}.
 *
 * @param secrets credentials ids by the id that {@code RUN --mount=type=secret} names
 * @param ssh credentials ids by the id that {@code RUN --mount=type=ssh} names
 */
record SecretParameters(
        @NonNull Map<String, String> secrets, @NonNull Map<String, String> ssh) {

    /** @throws InvalidRequestException if an id cannot stand in a Dockerfile */
    SecretParameters {
        BuildSecrets.checkIds("secrets", secrets.keySet());
        BuildSecrets.checkIds("ssh", ssh.keySet());
    }

    /**
     * Makes sure that a build may use all the credentials.
     *
     * @throws InvalidRequestException if it may not, or they do not exist
     */
    void check(@NonNull Run<?, ?> run) {
        SecretCredentials.check(run, secrets);
        SshKeys.check(run, ssh);
    }

    /** Writes the secrets into a build group's directory. */
    @NonNull
    BuildSecrets write(@NonNull Agent agent, @NonNull FilePath directory) throws IOException, InterruptedException {
        return SecretFiles.write(agent.run(), directory, secrets, ssh);
    }

    /** What keeps the secrets out of the log, beside what keeps others out already. */
    @NonNull
    ConsoleLogFilter mask(@NonNull StepContext context) throws IOException, InterruptedException {
        return BodyInvoker.mergeConsoleLogFilters(
                context.get(ConsoleLogFilter.class), SecretMask.of(context.get(Run.class), secrets));
    }

    /** Says so in the log if a secret that the Pipeline has bound is about to become a readable part of the image. */
    static void warn(@NonNull StepContext context, @NonNull BuildOptions options)
            throws IOException, InterruptedException {
        EnvironmentExpander environment = context.get(EnvironmentExpander.class);
        PrintStream log = context.get(TaskListener.class).getLogger();
        Map<String, Map<String, String>> readable = new LinkedHashMap<>();
        readable.put("buildArgs", options.buildArgs());
        readable.put("labels", options.labels());
        for (Map.Entry<String, Map<String, String>> parameter : readable.entrySet()) {
            for (String name : BoundSecrets.in(environment, parameter.getValue())) {
                log.println("[multiArchBuild] WARNING: " + parameter.getKey() + " '" + name + "' holds a secret of"
                        + " withCredentials, which everybody who can pull the image can read in its history or"
                        + " configuration. Pass it with secrets: [" + name + ": 'credentials-id'] and"
                        + " RUN --mount=type=secret,id=" + name + " instead.");
            }
        }
    }
}
