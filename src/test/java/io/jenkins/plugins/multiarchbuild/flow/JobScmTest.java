package io.jenkins.plugins.multiarchbuild.flow;

import static org.junit.jupiter.api.Assertions.assertFalse;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsScript;
import org.jenkinsci.plugins.workflow.cps.GlobalVariable;
import org.jenkinsci.plugins.workflow.cps.GlobalVariableSet;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A job that has an SCM which cannot be read now. */
@WithJenkins
class JobScmTest {

    @TempDir
    private Path directory;

    @Test
    void failureToReadTheScmIsNotReportedAsNone(JenkinsRule jenkins) throws Exception {
        Files.writeString(
                directory.resolve("Jenkinsfile"),
                "multiArchBuild(platforms: 'amd64', baseTags: 'registry.example.com/app:1', agents: ['*': 'any'])");
        WorkflowJob job = GitRepository.of(directory).job(jenkins);

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains(
                "ERROR: The SCM of this job cannot be read: no answer from the server."
                        + " Check the job's configuration.",
                run);
        jenkins.assertLogNotContains("no SCM", run);
        assertFalse(JenkinsRule.getLog(run).contains("\tat "), "no stack trace");
    }

    /** The variable {@code scm} while the server of the SCM does not answer. */
    @TestExtension
    public static final class BrokenScm extends GlobalVariableSet {

        @NonNull
        @Override
        public Collection<GlobalVariable> forRun(Run<?, ?> run) {
            return List.of(new Variable());
        }

        @NonNull
        @Override
        public Collection<GlobalVariable> forJob(Job<?, ?> job) {
            return List.of(new Variable());
        }
    }

    private static final class Variable extends GlobalVariable {

        @NonNull
        @Override
        public String getName() {
            return "scm";
        }

        @NonNull
        @Override
        public Object getValue(@NonNull CpsScript script) throws Exception {
            throw new IOException("no answer\nfrom the server");
        }
    }
}
