package io.jenkins.plugins.multiarchbuild.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * A Git repository for jobs to check out.
 *
 * @param directory its working tree
 */
public record GitRepository(Path directory) {

    /** Makes a repository of what is in a directory. */
    public static GitRepository of(Path directory) throws Exception {
        GitRepository repository = new GitRepository(directory);
        repository.git("init", "--initial-branch=main");
        repository.commit("app");
        return repository;
    }

    /** Tags a commit that no branch has. */
    public void tagLater(String tag) throws Exception {
        git("checkout", "--detach");
        commit("later");
        git("tag", tag);
        git("checkout", "main");
    }

    /** Makes a commit of all files. */
    public void commit(String message) throws Exception {
        git("add", ".");
        git(
                "-c",
                "user.name=test",
                "-c",
                "user.email=test@example.com",
                "commit",
                "--allow-empty",
                "--message=" + message);
    }

    /** The commit that a checkout gets. */
    public String head() throws Exception {
        return git("rev-parse", "HEAD").strip();
    }

    /** A Pipeline job that takes its Jenkinsfile from here. */
    public WorkflowJob job(JenkinsRule jenkins) throws Exception {
        // off by default, for a path on the controller is no repository for its users
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        GitSCM scm = new GitSCM(
                GitSCM.createRepoList(directory.toString(), null),
                List.of(new BranchSpec("main")),
                null,
                null,
                List.of());
        job.setDefinition(new CpsScmFlowDefinition(scm, "Jenkinsfile"));
        return job;
    }

    /** Runs Git there, and returns what it prints. */
    public String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
