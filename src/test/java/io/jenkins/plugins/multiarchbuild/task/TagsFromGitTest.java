package io.jenkins.plugins.multiarchbuild.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Result;
import hudson.plugins.git.GitSCM;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.PrivateGit;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.SecretSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jenkins.branch.BranchSource;
import jenkins.plugins.git.GitSCMSource;
import jenkins.plugins.git.traits.BranchDiscoveryTrait;
import jenkins.plugins.git.traits.TagDiscoveryTrait;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Which tags {@code tagsFrom: 'git'} publishes. */
@NeedsRig
class TagsFromGitTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @TempDir
    private Path source;

    private final String repository = RigJenkins.newRepository();

    private static DumbSlave agent;

    @BeforeAll
    static void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        agent.setLabelString("docker");
    }

    @BeforeEach
    void source() throws Exception {
        Rig.writeApp(source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "remote"})
    void checkoutInTheWorkspaceGivesTags(String driver) throws Exception {
        GitRepository git = repository("node('docker') { checkout scm; " + step(Rig.builder(driver), "") + " }");
        git.git("tag", "v1.2.3");
        git.git("tag", "v1.2.2");

        WorkflowRun run = jenkins.buildAndAssertSuccess(git.job(jenkins));

        String sha = sha(git);
        jenkins.assertLogContains("Base tags from Git: 1.2.3, 1.2, 1, latest, 1.2.2, main, " + sha, run);
        assertPublished("1.2.3 1.2 1 latest 1.2.2 main " + sha);
        assertEquals(Rig.digest(repository, sha), Rig.digest(repository, "latest"));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "1.2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "remote"})
    void agentsThatCheckOutForThemselvesGetTags(String driver) throws Exception {
        GitRepository git = repository(step(Rig.builder(driver), ", agents: [amd64: 'docker', arm64: 'docker || x']"));

        jenkins.buildAndAssertSuccess(git.job(jenkins));

        assertPublished("main " + sha(git));
        assertEquals("aarch64", Rig.run("linux/arm64", RigJenkins.tag(repository, "main")));
    }

    @Test
    void variablesOfTheJobTakePrecedence() throws Exception {
        StringBuilder steps = new StringBuilder("node('docker') { checkout scm\n");
        for (String variables : List.of(
                "'BRANCH_NAME=feature/Größe_X'",
                "'BRANCH_NAME=PR-12', 'CHANGE_ID=12'",
                "'BRANCH_NAME=v1.0.1', 'TAG_NAME=v1.0.1'",
                "'BRANCH_NAME=v3.0.0-rc.1', 'TAG_NAME=v3.0.0-rc.1'",
                "'BRANCH_NAME=v0.9.0', 'TAG_NAME=v0.9.0'")) {
            steps.append("withEnv([" + variables + "]) { " + step(Rig.REMOTE_BUILDER, "") + " }\n");
        }
        GitRepository git = repository(steps + "}");
        for (String tag : List.of("v0.9.0", "v1.0.1", "v2.0.0", "v3.0.0-rc.1")) {
            git.git("tag", tag);
        }

        jenkins.buildAndAssertSuccess(git.job(jenkins));

        assertPublished("feature-Gr-e_X pr-12 1.0.1 1.0 1 3.0.0-rc.1 0.9.0 0.9 " + sha(git));
    }

    @Test
    void multibranchBuildsOfBranchesAndTagsGetTheirOwn() throws Exception {
        GitRepository git = repository("node('docker') { checkout scm; " + step(Rig.REMOTE_BUILDER, "") + " }");
        String first = sha(git);
        git.git("tag", "v1.0.0");
        git.git("checkout", "-b", "feature/x");
        git.commit("more");
        git.git("tag", "v1.1.0");
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        WorkflowMultiBranchProject project = jenkins.createProject(WorkflowMultiBranchProject.class);
        GitSCMSource branches = new GitSCMSource(source.toString());
        branches.setTraits(List.of(new BranchDiscoveryTrait(), new TagDiscoveryTrait()));
        project.getSourcesList().add(new BranchSource(branches));
        project.scheduleBuild2(0).getFuture().get();
        jenkins.waitUntilNoActivity();
        assertPublished("main feature-x " + first + " " + sha(git));

        // the workspace of this job has no other tag
        jenkins.buildAndAssertSuccess(project.getItem("v1.0.0"));
        assertPublished("main feature-x 1.0.0 1.0 " + first + " " + sha(git));

        jenkins.buildAndAssertSuccess(project.getItem("v1.1.0"));
        assertPublished("main feature-x 1.0.0 1.0 1.1.0 1.1 1 latest " + first + " " + sha(git));
        assertEquals(Rig.digest(repository, sha(git)), Rig.digest(repository, "latest"));
    }

    @Test
    void serverThatWantsALoginIsAskedWithThatOfTheCheckout() throws Exception {
        GitRepository git = repository("node('docker') { checkout scm; " + step(Rig.REMOTE_BUILDER, "") + " }");
        git.git("tag", "v1.0.0");
        git.tagLater("v1.1.0");
        try (PrivateGit server = new PrivateGit(git)) {
            WorkflowRun run = jenkins.buildAndAssertSuccess(tag(server, "v1.0.0"));

            jenkins.assertLogNotContains("are not known", run);
            assertPublished("1.0.0 1.0 " + sha(git));
            assertNoLogin(run);
        }
    }

    @Test
    void loginThatThePipelineBindsCountsWhereThereIsNoOther() throws Exception {
        String step = step(Rig.REMOTE_BUILDER, "");
        GitRepository git = repository("node('docker') { checkout scm\n"
                + "sh 'git remote set-url origin $(git remote get-url origin | sed s/127.0.0.1/localhost/)'\n" + step
                + "\nwithCredentials([gitUsernamePassword(credentialsId: 'git')]) { " + step + " } }");
        git.git("tag", "v1.0.0");
        try (PrivateGit server = new PrivateGit(git)) {
            WorkflowRun run = jenkins.buildAndAssertSuccess(tag(server, "v1.0.0"));

            jenkins.assertLogContains(
                    "The Git tags of the repository are not known, so that only the tag of this", run);
            jenkins.assertLogContains("withCredentials([gitUsernamePassword(credentialsId: '...')]) around", run);
            jenkins.assertLogContains("Base tags from Git: 1.0.0, " + sha(git), run);
            jenkins.assertLogContains("Base tags from Git: 1.0.0, 1.0, 1, latest, " + sha(git), run);
            assertNoLogin(run);
        }
    }

    @Test
    void onlyTheVersionIsPublishedIfOtherReleasesAreNotKnown() throws Exception {
        GitRepository git = repository("node('docker') { checkout scm\n"
                + "sh 'git remote set-url origin https://127.0.0.1:9/gone.git'\n"
                + step(Rig.REMOTE_BUILDER, "") + " }");
        git.git("tag", "v1.2.3");
        String commit = sha(git);

        WorkflowRun run = jenkins.buildAndAssertSuccess(git.job(jenkins));

        jenkins.assertLogContains("Base tags from Git: 1.2.3, main, " + commit, run);
        jenkins.assertLogContains(
                "Git cannot ask the server for its tags: fatal: unable to access 'https://127.0.0.1:9/gone.git/'", run);
        jenkins.assertLogContains("or its server did not answer or refused to. Check out with tags", run);
    }

    @Test
    void detachedCommitOfSeveralBranchesHasNoBranch() throws Exception {
        GitRepository git = repository(
                "node('docker') { checkout scm\nsh 'git checkout --detach'\n" + step(Rig.REMOTE_BUILDER, "") + " }");
        git.git("branch", "other");
        WorkflowJob job = git.job(jenkins);

        jenkins.buildAndAssertSuccess(job);

        assertPublished(sha(git));
    }

    /** Jobs that are not multibranch may call a remote as they like. */
    @Test
    void remoteOfTheCheckoutIsAskedWhateverItsName() throws Exception {
        GitRepository git = repository("""
                node('docker') {
                    checkout scm
                    sh 'git remote rename origin upstream && git remote add fork /nowhere && git tag --delete v1.3.0'
                    def url = sh(script: 'git remote get-url upstream', returnStdout: true).trim()
                    def commit = sh(script: 'git rev-parse HEAD', returnStdout: true).trim()
                    withEnv(['GIT_BRANCH=upstream/main', "GIT_URL=$url", "GIT_COMMIT=$commit"]) { %s }
                }
                """.formatted(step(Rig.REMOTE_BUILDER, "")));
        git.git("tag", "v1.3.0");
        git.git("commit", "--quiet", "--allow-empty", "--message", "next");
        git.git("tag", "v1.2.9");

        jenkins.buildAndAssertSuccess(git.job(jenkins));

        assertPublished("1.2.9 1.2 main " + sha(git));
    }

    /** Git is asked in the current directory, before bake says where the sources of its targets are. */
    @Test
    void sourceOfABakeFileInAnotherCheckoutIsAnError() throws Exception {
        GitRepository git = repository("""
                node('docker') {
                    checkout scm
                    dir('app') { checkout scm }
                    writeFile file: 'app.hcl', text: 'target "app" { context = "app" }'
                    multiArchBuild(platforms: 'amd64', bake: 'app.hcl', bakeTargets: 'app', builder: '%1$s',
                        tagsFrom: 'git', repositories: ['%2$s'], credentialsId: 'registry-push')
                }
                """.formatted(Rig.REMOTE_BUILDER, Rig.REGISTRY + "/" + repository));

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, git.job(jenkins));

        jenkins.assertLogContains(": tagsFrom: the context of the bake file, ", run);
        jenkins.assertLogContains("is not part of the Git repository in the current directory", run);
        assertTrue(Rig.tags(repository).isEmpty());
    }

    @Test
    void nameThatIsTooLongFailsBeforeTheBuild() throws Exception {
        WorkflowRun run = fail("node('docker') { checkout scm; withEnv(['BRANCH_NAME=" + "b".repeat(129) + "']) { "
                + step(Rig.REMOTE_BUILDER, "") + " } }");

        jenkins.assertLogContains("is too long for a tag, which has at most 128 characters. Name the tags", run);
        assertTrue(Rig.tags(repository).isEmpty());
    }

    @Test
    void suffixOfAnArchTagCountsToo() throws Exception {
        WorkflowRun run = fail("node('docker') { checkout scm; withEnv(['BRANCH_NAME=" + "b".repeat(125) + "']) { "
                + step(Rig.REMOTE_BUILDER, ", archTags: true") + " } }");

        jenkins.assertLogContains("is not a valid image reference: the tag 'bbb", run);
    }

    @Test
    void sourceWithoutGitIsAnError() throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "node('docker') { " + step(Rig.REMOTE_BUILDER, "") + " }");

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains("ERROR: tagsFrom: nothing is known about the source", run);
    }

    @Test
    void repositoryWithoutCommitIsAnError() throws Exception {
        WorkflowJob job =
                RigJenkins.job(jenkins, "node('docker') { sh 'git init -q'\n" + step(Rig.REMOTE_BUILDER, "") + " }");

        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        jenkins.assertLogContains(
                "there is no Git repository here, or no Git, or it has no commit. Check it out, or name the tags", run);
    }

    @Test
    void withoutPushThereAreNoTags() throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node('docker') { writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY Dockerfile /'\n"
                        + step(Rig.REMOTE_BUILDER, ", push: false") + " }");

        jenkins.buildAndAssertSuccess(job);

        assertTrue(Rig.tags(repository).isEmpty());
    }

    @Test
    void tagsAreTheNamesInAnArchive() throws Exception {
        GitRepository git = repository("node('docker') { checkout scm\n"
                + step(Rig.REMOTE_BUILDER, ", push: false, archive: 'app.tar'")
                + "\nsh 'tar -xOf app.tar index.json' }");

        WorkflowRun run = jenkins.buildAndAssertSuccess(git.job(jenkins));

        jenkins.assertLogContains("/" + repository + ":" + sha(git) + "\"", run);
        assertTrue(Rig.tags(repository).isEmpty());
    }

    /** A job of a multibranch project, which fetches no tag but its own. */
    private static WorkflowJob tag(PrivateGit server, String tag) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "git", null, PrivateGit.USERNAME, PrivateGit.PASSWORD));
        WorkflowMultiBranchProject project = jenkins.createProject(WorkflowMultiBranchProject.class);
        GitSCMSource tags = new GitSCMSource(server.url());
        tags.setCredentialsId("git");
        tags.setTraits(List.of(new TagDiscoveryTrait()));
        project.getSourcesList().add(new BranchSource(tags));
        project.scheduleBuild2(0).getFuture().get();
        jenkins.waitUntilNoActivity();
        return project.getItem(tag);
    }

    private static void assertNoLogin(WorkflowRun run) throws Exception {
        SecretSearch search = new SecretSearch(PrivateGit.PASSWORD);
        assertFalse(search.matches(JenkinsRule.getLog(run)));
        assertEquals(List.of(), search.files(Path.of(agent.getRemoteFS())));
        assertEquals(List.of(), search.processes());
    }

    private WorkflowRun fail(String jenkinsfile) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, repository(jenkinsfile).job(jenkins));
        assertTrue(JenkinsRule.getLog(run).lines().noneMatch(line -> line.contains("\tat ")), "no stack trace");
        return run;
    }

    private GitRepository repository(String jenkinsfile) throws Exception {
        Files.writeString(source.resolve("Jenkinsfile"), jenkinsfile);
        return GitRepository.of(source);
    }

    private String step(String builder, String more) {
        return "multiArchBuild(platforms: 'amd64,arm64', builder: '" + builder + "', credentialsId: 'registry-push',"
                + " tagsFrom: 'git', repositories: ['" + Rig.REGISTRY + "/" + repository + "']" + more + ")";
    }

    private void assertPublished(String tags) throws Exception {
        Set<String> all = new TreeSet<>(Rig.tags(repository));
        // the docker driver's own
        all.removeIf(tag -> tag.endsWith("-amd64") || tag.endsWith("-arm64"));
        assertEquals(words(tags), all);
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(Arrays.asList(text.split(" ")));
    }

    private static String sha(GitRepository git) throws Exception {
        return "sha-" + git.head().substring(0, 7);
    }
}
