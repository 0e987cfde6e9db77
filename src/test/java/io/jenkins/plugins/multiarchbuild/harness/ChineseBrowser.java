package io.jenkins.plugins.multiarchbuild.harness;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.Functions;
import java.util.Locale;
import java.util.regex.Pattern;
import org.htmlunit.Page;
import org.htmlunit.html.HtmlPage;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.localizer.LocaleProvider;

/** The browser of a user who reads Chinese. */
public final class ChineseBrowser {

    /** What is left of characters that were read or sent in the wrong encoding. */
    private static final Pattern GARBAGE =
            Pattern.compile("\ufffd|\\?\\?|[\u00c0-\u00ff][\u0080-\u00bf]|\\\\u[0-9a-f]{4}");

    private ChineseBrowser() {}

    /** Lets Jenkins answer in the language that a browser asks for. */
    public static void useLanguageOfRequests() {
        LocaleProvider.setProvider(new OfRequest());
    }

    public static JenkinsRule.WebClient of(JenkinsRule jenkins) {
        useLanguageOfRequests();
        JenkinsRule.WebClient client = jenkins.createWebClient();
        client.addRequestHeader("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8");
        return client;
    }

    /** Asserts that a page shows some texts, and none that cannot be read. */
    public static void assertShows(Page page, String... texts) {
        String content = page.getWebResponse().getContentAsString();
        String shown = page instanceof HtmlPage html ? html.asNormalizedText() : content;
        for (String text : texts) {
            assertTrue(shown.contains(text), () -> "no " + text + " in " + shown);
        }
        assertFalse(GARBAGE.matcher(shown).find(), shown);
        assertFalse(content.contains("${%"), content);
    }

    /** What WebAppMain does in a Jenkins that does not run in a test. */
    private static final class OfRequest extends LocaleProvider {

        @Override
        public Locale get() {
            return Functions.getCurrentLocale();
        }
    }
}
