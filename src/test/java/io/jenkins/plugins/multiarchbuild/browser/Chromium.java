package io.jenkins.plugins.multiarchbuild.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarchbuild.harness.Conditions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * A headless Chromium without a profile that reaches nothing but this machine. It is driven by ChromeDriver, whose protocol
 * is JSON over HTTP (<a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>), so that no library is needed.
 */
final class Chromium implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

    private static final List<String> OPTIONS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1280,1000",
            // there is no proxy; loopback is reached without one
            "--proxy-server=127.0.0.1:9");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String session;

    private Chromium(Process driver, int port) throws IOException, InterruptedException {
        this.driver = driver;
        Map<String, Object> wanted = Map.of(
                "browserName",
                "chrome",
                "goog:loggingPrefs",
                Map.of("browser", "ALL"),
                "goog:chromeOptions",
                Map.of("binary", onPath("chromium").toString(), "args", OPTIONS));
        String server = "http://127.0.0.1:" + port + "/session";
        JsonNode answer =
                send("POST", server, Map.of("capabilities", Map.of("alwaysMatch", wanted)), Duration.ofMinutes(2));
        session = server + "/" + answer.path("sessionId").asText();
    }

    /** Whether both programs are on the PATH. */
    static boolean isInstalled() {
        return onPath("chromium") != null && onPath("chromedriver") != null;
    }

    private static Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Starts one. */
    static Chromium start() throws IOException, InterruptedException {
        Process driver = new ProcessBuilder(onPath("chromedriver").toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader output = driver.inputReader();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher started = STARTED.matcher(line);
                if (started.find()) {
                    return new Chromium(driver, Integer.parseInt(started.group(1)));
                }
            }
            throw new IOException("ChromeDriver did not start");
        } catch (IOException | InterruptedException | RuntimeException e) {
            driver.destroy();
            throw e;
        }
    }

    /** Opens a page and waits until it is loaded. */
    void open(URL url) throws IOException, InterruptedException {
        command("url", Map.of("url", url.toString()));
    }

    /** Opens a page, and returns the status code that it came with. */
    int status(URL url) throws IOException, InterruptedException {
        open(url);
        return run("return performance.getEntriesByType('navigation')[0].responseStatus")
                .asInt();
    }

    /** Runs a script as the body of a function in the page, and returns what that returns. */
    JsonNode run(String script, Object... arguments) throws IOException, InterruptedException {
        return command("execute/sync", Map.of("script", script, "args", arguments));
    }

    /** Runs a script of the test's resources as the body of a function in the page. */
    JsonNode runResource(String name) throws IOException, InterruptedException {
        return run(resource(name));
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String expression) throws Exception {
        Conditions.await(PATIENCE, () -> run("return !!(" + expression + ")").asBoolean());
    }

    /** Waits until the page shows a text. */
    void awaitText(String text) throws Exception {
        Conditions.await(PATIENCE, () -> text().contains(text));
    }

    /** The text that the page shows. */
    String text() throws IOException, InterruptedException {
        return run("return document.body.innerText").asText();
    }

    /** Clicks on the first element that a CSS selector finds, or on what the page has put in its place just then. */
    void click(String selector) throws Exception {
        Conditions.await(PATIENCE, () -> {
            try {
                command("element/" + element(selector) + "/click", Map.of());
                return true;
            } catch (IOException e) {
                if (e.getMessage().contains("stale element reference")) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Types into a field, instead of what is there, and leaves it. */
    void type(String selector, String text) throws IOException, InterruptedException {
        String field = element(selector);
        command("element/" + field + "/clear", Map.of());
        command("element/" + field + "/value", Map.of("text", text));
        run("document.activeElement.blur()");
    }

    /**
     * The first of the elements that is shown, or else the first; it is scrolled to the middle, where none of Jenkins' bars
     * lies over it.
     */
    private String element(String selector) throws IOException, InterruptedException {
        JsonNode element = run("""
                const found = [...document.querySelectorAll(arguments[0])];
                const shown = found.find(each => each.getClientRects().length) ?? found[0];
                shown?.scrollIntoView({block: 'center', behavior: 'instant'});
                return shown ?? null;
                """, selector);
        if (element.isNull()) {
            throw new IOException("no element " + selector);
        }
        return element.elements().next().asText();
    }

    /** Reads pages in some languages from now on, written as in the header {@code Accept-Language}. */
    void setLanguages(String languages) throws IOException, InterruptedException {
        devTools("Network.enable", Map.of());
        devTools("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Accept-Language", languages)));
    }

    /** Runs a script in each page that is opened from now on, before anything else; returns its identifier. */
    String addScript(String script) throws IOException, InterruptedException {
        return devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .path("identifier")
                .asText();
    }

    /** Takes back {@link #addScript}. */
    void removeScript(String identifier) throws IOException, InterruptedException {
        devTools("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", identifier));
    }

    /** Logs a user in whose password is the name, instead of the one who is. */
    void logIn(JenkinsRule jenkins, String user) throws Exception {
        send("DELETE", session + "/cookie", null, PATIENCE);
        open(new URL(jenkins.getURL(), "login"));
        type("[name=j_username]", user);
        type("[name=j_password]", user);
        click("[name=Submit]");
        await("!location.pathname.endsWith('/login') && document.readyState == 'complete'");
    }

    /** Makes a picture in PNG format of a part of the page, wherever it is scrolled to. */
    byte[] picture(double x, double y, double width, double height) throws IOException, InterruptedException {
        Map<String, Double> clip = Map.of("x", x, "y", y, "width", width, "height", height, "scale", 1.0);
        JsonNode picture = devTools(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
        return Base64.getDecoder().decode(picture.path("data").asText());
    }

    /** Sends a command of Chromium's DevTools. */
    JsonNode devTools(String command, Map<String, ?> parameters) throws IOException, InterruptedException {
        return command("goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    /** Returns the errors that the console has got since the last call. */
    List<String> takeComplaints() throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        for (JsonNode entry : command("se/log", Map.of("type", "browser"))) {
            if (entry.path("level").asText().equals("SEVERE")) {
                complaints.add(entry.path("message").asText());
            }
        }
        return complaints;
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Chromium.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private JsonNode command(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send("POST", session + "/" + path, body, PATIENCE.multipliedBy(2));
    }

    private JsonNode send(String method, String url, Map<String, ?> body, Duration limit)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(limit)
                .method(method, publisher)
                .build();
        JsonNode answer = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray())
                        .body())
                .path("value");
        if (answer.path("error").isTextual()) {
            throw new IOException(answer.path("error").asText() + ": "
                    + answer.path("message").asText());
        }
        return answer;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            send("DELETE", session, null, PATIENCE);
        } finally {
            driver.destroy();
            driver.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
