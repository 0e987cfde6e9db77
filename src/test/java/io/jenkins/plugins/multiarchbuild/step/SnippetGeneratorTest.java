package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.harness.ChineseBrowser;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import io.jenkins.plugins.multiarchbuild.harness.SharedJenkins;
import java.beans.Introspector;
import java.util.List;
import org.htmlunit.Page;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlOption;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.htmlunit.html.HtmlTextArea;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** The form in a browser, from the choice of the step to the snippet. */
class SnippetGeneratorTest {

    @RegisterExtension
    private static final SharedJenkins jenkins = new SharedJenkins();

    @Test
    void filledInFormBecomesSnippet() throws Exception {
        RigJenkins.addCredentials("registry-push", "a-password-of-some-length");
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            HtmlPage page = client.getPage(job, "pipeline-syntax/");
            choose(client, page, "multiArchBuild: ");

            type(page, "platforms", "linux/amd64 vax");
            client.waitForBackgroundJavaScript(10_000);
            assertTrue(page.asNormalizedText().contains("Unknown platform 'vax'."), "the check's word is shown");

            type(page, "platforms", "linux/amd64, linux/arm64");
            type(page, "baseTags", "app:1 app:latest");
            type(page, "agents", "linux/amd64=x86\n*=arm64");
            type(page, "buildArgs", "VERSION=1.0");
            client.waitForBackgroundJavaScript(10_000);
            assertTrue(
                    page.asNormalizedText().contains("No agent has the label 'x86', 'arm64' at the moment."), "agents");
            HtmlSelect credentials = page.getFirstByXPath("//select[@name='_.credentialsId']");
            assertEquals(
                    List.of("", "registry-push"),
                    credentials.getOptions().stream()
                            .map(HtmlOption::getValueAttribute)
                            .toList());
            credentials.setSelectedAttribute("registry-push", true);

            assertEquals(
                    "multiArchBuild agents: ['linux/amd64': 'x86', '*': 'arm64'], baseTags: ['app:1', 'app:latest'],"
                            + " buildArgs: [VERSION: '1.0'], credentialsId: 'registry-push',"
                            + " platforms: ['linux/amd64', 'linux/arm64']",
                    generate(client, page));
        }
    }

    @Test
    void everyFieldHasHelp() throws Exception {
        try (JenkinsRule.WebClient client = jenkins.createWebClient()) {
            for (Class<?> step :
                    List.of(MultiArchBuildStep.class, MultiArchPublishStep.class, MultiArchCheckStep.class)) {
                HtmlPage page = client.goTo("pipeline-syntax/");
                choose(
                        client,
                        page,
                        Introspector.decapitalize(step.getSimpleName().replaceFirst("Step$", "")) + ": ");
                for (DescribableParameter parameter : DescribableModel.of(step).getParameters()) {
                    String field = parameter.getName();
                    assertFalse(page.getByXPath("//*[@name='_." + field + "']").isEmpty(), field);
                    String url = "/descriptor/" + step.getName() + "/help/" + field;
                    List<DomElement> help = page.getByXPath("//*[contains(@helpurl, '" + url + "')]");
                    assertEquals(
                            1,
                            help.stream()
                                    .filter(link -> link.getAttribute("helpurl").endsWith(url))
                                    .count(),
                            field);
                }
            }
        }
    }

    @Test
    void formAndHelpAreInChinese() throws Exception {
        try (JenkinsRule.WebClient client = ChineseBrowser.of(jenkins)) {
            HtmlPage page = client.goTo("pipeline-syntax/");
            choose(client, page, "multiArchBuild: 构建并发布多架构镜像");
            ChineseBrowser.assertShows(page, "基础标签", "镜像仓库凭据", "写入归档文件（代替推送）");

            type(page, "agents", "*=nowhere");
            client.waitForBackgroundJavaScript(10_000);
            ChineseBrowser.assertShows(page, "目前没有代理带有节点标签 'nowhere'。");

            page.<HtmlElement>getFirstByXPath("//*[contains(@helpurl, 'MultiArchBuildStep/help/agents')]")
                    .click();
            client.waitForBackgroundJavaScript(10_000);
            ChineseBrowser.assertShows(page, "每行一个条目，例如 linux/arm64=arm64 && docker。");

            Page help = client.goTo("descriptor/" + MultiArchBuildStep.class.getName() + "/help/ssh", "text/html");
            ChineseBrowser.assertShows(help, "构建可以使用的 SSH 私钥");
        }
    }

    private static void choose(JenkinsRule.WebClient client, HtmlPage page, String title) throws Exception {
        HtmlSelect steps = page.getFirstByXPath("//select[contains(@class, 'dropdownList')]");
        HtmlOption step = steps.getOptions().stream()
                .filter(option -> option.getText().startsWith(title))
                .findFirst()
                .orElseThrow();
        step.click();
        client.waitForBackgroundJavaScript(20_000);
    }

    private static void type(HtmlPage page, String field, String text) throws Exception {
        DomElement element = page.getFirstByXPath("//*[@name='_." + field + "']");
        if (element instanceof HtmlTextArea area) {
            area.setText(text);
        } else {
            ((HtmlInput) element).setValue(text);
        }
        element.fireEvent("change");
    }

    private static String generate(JenkinsRule.WebClient client, HtmlPage page) throws Exception {
        page.getElementById("generatePipelineScript").click();
        client.waitForBackgroundJavaScript(20_000);
        return ((HtmlTextArea) page.getElementById("prototypeText")).getText();
    }
}
