package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.util.Locale;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** What a controller that speaks Chinese says of builds that fail on an agent that does not. */
@NeedsRig
class ChineseFailureTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    private static final Locale BEFORE = Locale.getDefault();

    private static final String BOTH = "linux/amd64 linux/arm64";

    private final String repository = RigJenkins.newRepository();
    private DumbSlave agent;

    @BeforeEach
    void agent() throws Exception {
        agent = RigJenkins.onlyAgent(jenkins);
        Locale.setDefault(Locale.SIMPLIFIED_CHINESE);
    }

    @AfterEach
    void backToEnglish() {
        Locale.setDefault(BEFORE);
    }

    @Test
    void parameterThatIsNotUnderstood() throws Exception {
        assertLog(
                "ERROR: 未知平台“linux/vax”。请按“操作系统/架构[/变体]”的形式填写",
                build("linux/vax", "a", "FROM scratch\n", "", Result.FAILURE));
    }

    @Test
    void loginThatIsRefused() throws Exception {
        RigJenkins.addCredentials("wrong", "not-the-password");
        WorkflowRun run = build(BOTH, "a", "FROM scratch\n", "credentialsId: 'wrong'", Result.FAILURE);
        assertLog("ERROR: 在代理“" + agent.getDisplayName() + "”上：镜像仓库 " + Rig.REGISTRY + " 拒绝了登录：", run);
        assertLog(Rig.REGISTRY + " 的凭据是“wrong”。", run);
    }

    @Test
    void imageThatDoesNotFit() throws Exception {
        String credentials = "credentialsId: '" + RigJenkins.CREDENTIALS + "'";
        String copied = "FROM scratch\nCOPY busybox-amd64 /bin/app\nCMD [\"/bin/app\"]\n";
        String base = RigJenkins.tag(repository, "base");
        WorkflowRun run = build("linux/amd64", "base", copied, credentials + ", noCache: true", Result.SUCCESS);
        assertLog("[multiArchBuild] linux/amd64 验证通过：1 个程序，/bin/app 是 x86-64", run);
        assertLog("linux/amd64  [1/1] COPY busybox-amd64 /bin/app ... ", run);
        assertLog(" 秒\n", run);

        run = build(BOTH, "a", "FROM " + base + "\n", credentials, Result.FAILURE);
        assertLog("基础镜像 " + base + "（Dockerfile，第 1 行）没有 linux/arm64。它有 linux/amd64。请使用含有该平台的镜像。", run);

        run = build(BOTH, "b", copied, credentials, Result.FAILURE);
        String failure = "linux/arm64 的镜像无法在该平台上运行：/bin/app（由镜像启动）是 x86-64，而不是 AArch64。"
                + "它来自“COPY busybox-amd64 /bin/app”：请在那里复制目标平台的文件";
        assertLog(failure, run);
        try (JenkinsRule.WebClient client = ChineseBrowser.of(jenkins)) {
            ChineseBrowser.assertShows(client.getPage(run, "multi-arch-images/"), failure);
        }
    }

    private static void assertLog(String expected, WorkflowRun run) throws Exception {
        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains(expected), () -> expected + " is not in " + log);
    }

    private WorkflowRun build(String platforms, String tag, String dockerfile, String more, Result result)
            throws Exception {
        WorkflowJob job = RigJenkins.job(
                jenkins,
                "node { multiArchBuild(platforms: '%s', baseTags: '%s', builder: '%s'%s) }"
                        .formatted(
                                platforms,
                                RigJenkins.tag(repository, tag),
                                Rig.REMOTE_BUILDER,
                                more.isEmpty() ? "" : ", " + more));
        RigJenkins.writeApp(job, agent).child("Dockerfile").write(dockerfile, "UTF-8");
        return jenkins.buildAndAssertStatus(result, job);
    }
}
