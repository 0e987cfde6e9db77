package io.jenkins.plugins.multiarchbuild.flow;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Computer;
import io.jenkins.plugins.multiarchbuild.harness.GitRepository;
import io.jenkins.plugins.multiarchbuild.harness.OlderProgram;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.rig.Gate;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The controller or the agent goes away while Git is asked for the tags. */
@NeedsRig
class TagsRestartTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    private final FlagExtension<Long> patience = RigJenkins.patience();

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final String repository = RigJenkins.newRepository();

    @TempDir
    private Path source;

    @TempDir
    private Path stub;

    /** Answers as Git does, but the question for all tags only after a while. */
    @BeforeEach
    void git() throws Exception {
        Rig.writeApp(source);
        Path git = stub.resolve("git");
        Files.writeString(git, """
                #!/bin/sh
                case "$*" in
                *ls-remote*)
                  echo asked >> %1$s/asked
                  while [ ! -e %1$s/go ]; do sleep 0.1; done ;;
                esac
                exec %2$s "$@"
                """.formatted(stub, Rig.program("git")));
        git.toFile().setExecutable(true);
    }

    @Test
    void tagsAreReadAgainAfterARestart() throws Throwable {
        sessions.then(jenkins -> {
            start(jenkins);
            await(PATIENCE, () -> asked() == 1);
        });
        sessions.then(jenkins -> {
            agents.start(jenkins, "builder");
            Files.createFile(stub.resolve("go"));
            assertPublished(jenkins);
            assertEquals(2, asked());
        });
    }

    @Test
    void tagsAreReadAgainIfTheControllerIsKilledRightAfter() throws Throwable {
        Files.createFile(stub.resolve("go"));
        try (Gate gate = new Gate()) {
            Path dockerfile = source.resolve("Dockerfile");
            Files.writeString(dockerfile, gate.guarded(Files.readString(dockerfile)));
            sessions.then(jenkins -> {
                start(jenkins);
                gate.awaitBuild();
            });
            OlderProgram.restore();
            sessions.then(jenkins -> {
                agents.start(jenkins, "builder");
                gate.open();
                assertPublished(jenkins);
                jenkins.assertLogContains(
                        "The controller was killed at the end of a step, which is done again.", run(jenkins));
                assertEquals(2, asked());
            });
        }
    }

    @Test
    void tagsAreReadAgainWhenALostAgentIsBack() throws Throwable {
        sessions.then(jenkins -> {
            start(jenkins);
            await(PATIENCE, () -> asked() == 1);
            Computer computer = jenkins.jenkins.getComputer("builder");

            agents.stop("builder");
            await(PATIENCE, computer::isOffline);
            Files.createFile(stub.resolve("go"));
            agents.start(jenkins, "builder");

            assertPublished(jenkins);
            jenkins.assertLogContains(
                    "Agent 'builder' was disconnected. The build goes on when it is back.", run(jenkins));
            assertEquals(2, asked());
        });
    }

    private void start(JenkinsRule jenkins) throws Exception {
        RigJenkins.addCredentials();
        agents.createAgent(jenkins, RigJenkins.agent("builder", "builder"));
        Files.writeString(
                source.resolve("Jenkinsfile"), """
                node('builder') {
                    checkout scm
                    withEnv(['PATH+GIT=%s']) {
                        multiArchBuild(platforms: 'amd64', builder: '%s', credentialsId: 'registry-push',
                                       tagsFrom: 'git', repositories: ['%s/%s'])
                    }
                }
                """.formatted(stub, Rig.REMOTE_BUILDER, Rig.REGISTRY, repository));
        GitRepository git = GitRepository.of(source);
        git.git("tag", "v1.2.3");
        git.tagLater("v2.0.0");
        git.job(jenkins).scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun run(JenkinsRule jenkins) {
        return jenkins.jenkins.getAllItems(WorkflowJob.class).get(0).getBuildByNumber(1);
    }

    private long asked() throws Exception {
        Path asked = stub.resolve("asked");
        return Files.exists(asked) ? Files.readAllLines(asked).size() : 0;
    }

    private void assertPublished(JenkinsRule jenkins) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run(jenkins)));
        String commit = new GitRepository(source).head().substring(0, 7);
        assertEquals(Set.of("1.2.3", "1.2", "1", "main", "sha-" + commit), Set.copyOf(Rig.tags(repository)));
    }

    @TestExtension("tagsAreReadAgainIfTheControllerIsKilledRightAfter")
    public static final class AfterTheTags extends OlderProgram {

        public AfterTheTags() {
            super("Ask Git for the base tags");
        }
    }
}
