package io.jenkins.plugins.multiarchbuild.readiness;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static io.jenkins.plugins.multiarchbuild.harness.Conditions.isRunningWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.configuration.PlatformAgent;
import io.jenkins.plugins.multiarchbuild.configuration.RegistryCredentials;
import io.jenkins.plugins.multiarchbuild.harness.Documentation;
import io.jenkins.plugins.multiarchbuild.harness.ProcessAgent;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.SecretSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/** The step {@code multiArchCheck} in Pipelines. */
@NeedsRig
class CheckStepTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static ProcessAgent good;

    @BeforeAll
    static void farm(@TempDir Path directory) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        good = ProcessAgent.start(jenkins, "good", directory, Map.of("LANG", "C.UTF-8"));
        jenkins.jenkins.addNode(new DumbSlave("away", directory.toString(), new JNLPLauncher()));
        RigJenkins.addCredentials();
    }

    @AfterAll
    static void close() {
        good.close();
    }

    @Test
    void whatCanBeBuiltIsReturned() throws Exception {
        MultiArchBuildConfiguration.get()
                .setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, RigJenkins.CREDENTIALS)));

        WorkflowRun run = jenkins.buildAndAssertSuccess(RigJenkins.job(jenkins, """
                def checked = multiArchCheck(platforms: ['linux/amd64', 'aarch64'], agents: ['*': 'good'])
                checked.each { echo "${it.platform} ${it.label} ${it.buildable} ${it.problems}" }
                def agent = checked[1].agents[0]
                echo "${agent.name} ${agent.state} ${agent.builder} ${agent.driver} ${agent.freeDiskBytes > 0}"
                echo "${agent.logins} ${'linux/arm64' in agent.emulatedPlatforms} ${agent.buildxVersion.size() > 0}"
                """));

        jenkins.assertLogContains("linux/amd64 good true []", run);
        jenkins.assertLogContains("linux/arm64 good true []", run);
        jenkins.assertLogContains("good ready default docker true", run);
        jenkins.assertLogContains("registry:" + Rig.REGISTRY, run);
        jenkins.assertLogContains("accepted:true", run);
        jenkins.assertLogContains(
                "[multiArchCheck] linux/amd64 can be built on agent 'good' with builder 'default' (driver docker).",
                run);
        jenkins.assertLogContains(
                "linux/arm64 can be built on agent 'good' with builder 'default' (driver docker), by emulation.", run);
        assertEquals(0, good().countBusy(), "no executor was taken");
    }

    @Test
    void whatCannotBeBuiltFailsTheStepWithOneLine() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, """
                multiArchCheck platforms: 'amd64 arm64 windows/amd64',
                               agents: [amd64: 'nobody', 'windows/amd64': 'good', arm64: 'away']
                """));

        List<String> errors = JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.startsWith("ERROR: "))
                .toList();
        assertEquals(1, errors.size(), errors::toString);
        assertTrue(
                errors.get(0)
                        .startsWith(
                                "ERROR: linux/amd64 cannot be built: No agent has the label 'nobody'. Give one that"),
                errors::toString);
        assertTrue(
                errors.get(0).contains("linux/arm64 cannot be built: On agent 'away': The agent is offline"),
                errors::toString);
        assertTrue(
                errors.get(0)
                        .contains(
                                "windows/amd64 cannot be built: On agent 'good': The builder 'default' (driver docker)"
                                        + " cannot build windows/amd64."),
                errors::toString);
        jenkins.assertLogContains("[multiArchCheck] agent 'good': The builder 'default'", run);
    }

    @Test
    void badLoginIsLoggedAndFailsNothing() throws Exception {
        String wrong = "another-wrong-pa55word";
        RigJenkins.addCredentials("wrong", wrong);
        MultiArchBuildConfiguration settings = MultiArchBuildConfiguration.get();
        settings.setRegistries(List.of(new RegistryCredentials(Rig.REGISTRY, "wrong")));
        settings.setAgents(List.of(new PlatformAgent("*", "good")));

        WorkflowRun run = jenkins.buildAndAssertSuccess(RigJenkins.job(jenkins, """
                def checked = multiArchCheck(platforms: 'amd64', builder: '%s')
                echo "${checked[0].label} ${checked[0].buildable} ${checked[0].agents[0].state}"
                """.formatted(Rig.REMOTE_BUILDER)));

        jenkins.assertLogContains("good true problems", run);
        jenkins.assertLogContains(
                "[multiArchCheck] agent 'good': The registry " + Rig.REGISTRY + " refused the login", run);
        jenkins.assertLogContains("were 'wrong'.", run);
        SecretSearch search = new SecretSearch(wrong);
        assertEquals(List.of(), search.files(run.getRootDir().toPath()));
        assertEquals(
                List.of(), search.files(Path.of(good().getNode().getRootPath().getRemote())));
        assertEquals(List.of(), search.processes());
    }

    @Test
    void problemsCanBeReturned() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(RigJenkins.job(jenkins, """
                def checked = multiArchCheck(platforms: 'amd64', agents: ['*': 'nobody'], failOnProblem: false)
                echo "${checked[0].buildable} ${checked[0].problems.size()} ${checked[0].agents}"
                """));

        jenkins.assertLogContains("false 1 []", run);
        jenkins.assertLogContains("[multiArchCheck] linux/amd64: No agent has the label 'nobody'.", run);
    }

    @Test
    void withoutLabelItIsTheCurrentAgent() throws Exception {
        WorkflowRun inside = jenkins.buildAndAssertSuccess(
                RigJenkins.job(jenkins, "node('good') { multiArchCheck platforms: 'amd64' }"));
        jenkins.assertLogContains("linux/amd64 can be built on agent 'good'", inside);

        WorkflowRun outside = jenkins.buildAndAssertStatus(
                Result.FAILURE, RigJenkins.job(jenkins, "multiArchCheck platforms: 'amd64'"));
        jenkins.assertLogContains("ERROR: No agent for linux/amd64: call multiArchCheck inside node { }", outside);
    }

    @Test
    void wrongParametersAreOneLine() throws Exception {
        for (String[] each : new String[][] {
            {"platforms: 'vax'", "Unknown platform 'vax'."},
            {"platforms: ''", "No platforms."},
            {"platforms: 'amd64', agents: ['*': 'a &&']", "agents: 'a &&' for linux/amd64 is not a label expression."},
            {"platforms: 'amd64', builder: 'a b'", "builder: 'a b' is not the name of a builder."}
        }) {
            WorkflowRun run = jenkins.buildAndAssertStatus(
                    Result.FAILURE, RigJenkins.job(jenkins, "multiArchCheck(" + each[0] + ")"));
            jenkins.assertLogContains("ERROR: " + each[1], run);
        }
    }

    @Test
    void jobThatMayNotUseAnAgentIsToldNothingOfIt() throws Exception {
        WorkflowJob job = RigJenkins.job(jenkins, "multiArchCheck platforms: 'amd64', agents: ['*': 'good']");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("developer")
                .grant(Computer.BUILD)
                .everywhere()
                .to("other"));
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .replaceBy(List.of(new MockQueueItemAuthenticator()
                        .authenticate(
                                job.getFullName(),
                                User.getById("developer", true).impersonate2())));

        jenkins.assertLogContains("No agent has the label 'good'.", jenkins.buildAndAssertStatus(Result.FAILURE, job));
    }

    @Test
    void abortEndsWhatRunsOnTheAgent(@TempDir Path directory) throws Exception {
        Path reached = directory.resolve("reached");
        Path docker = Files.writeString(
                directory.resolve("docker"), "#!/bin/sh\ntouch " + reached + "\nexec sleep 300.625\n");
        docker.toFile().setExecutable(true);
        jenkins.waitOnline(jenkins.createSlave("hanging", "hanging", new EnvVars("PATH+STUB", directory.toString())));
        WorkflowRun run = RigJenkins.job(jenkins, "multiArchCheck platforms: 'amd64', agents: ['*': 'hanging']")
                .scheduleBuild2(0)
                .waitForStart();
        await(Duration.ofMinutes(2), () -> Files.exists(reached));
        await(Duration.ofSeconds(30), () -> isRunningWith("300.625"));

        run.getExecutor().interrupt();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        await(Duration.ofSeconds(30), () -> !isRunningWith("300.625"));
    }

    @Test
    void exampleOfTheDocumentationWorks() throws Exception {
        ((DumbSlave) good().getNode()).setLabelString("good x86 docker arm64");

        WorkflowRun run =
                jenkins.buildAndAssertSuccess(RigJenkins.job(jenkins, Documentation.example("check", "groovy")));

        jenkins.assertLogContains("linux/arm64 can be built on agent 'good'", run);
    }

    private static Computer good() {
        return jenkins.jenkins.getComputer("good");
    }
}
