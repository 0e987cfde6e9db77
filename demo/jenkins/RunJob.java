import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the job 'demo' of a Jenkins, as soon as that is up, and prints its log while it runs. The exit code is 0 if the
 * job succeeded.
 *
 * <p>Arguments: the file with the settings of demo/run, and the process that must not end before Jenkins is up.
 */
public final class RunJob {

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final String authorization;

    private RunJob(Properties settings) {
        url = settings.getProperty("url");
        String login = "demo:" + settings.getProperty("token");
        authorization = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        try (InputStream file = Files.newInputStream(Path.of(args[0]))) {
            settings.load(file);
        }
        RunJob job = new RunJob(settings);
        job.awaitJenkins(Long.parseLong(args[1]));
        String result = job.follow(job.schedule());
        System.exit("SUCCESS".equals(result) ? 0 : 1);
    }

    private void awaitJenkins(long process) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(5));
        while (!isUp()) {
            if (ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty()) {
                throw new IOException("Jenkins ended while it started");
            }
            if (Instant.now().isAfter(end)) {
                throw new IOException("Jenkins did not come up within five minutes");
            }
            Thread.sleep(200);
        }
    }

    private boolean isUp() throws InterruptedException {
        try {
            return send("GET", "job/demo/api/json").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Schedules a build and waits until it has a number. */
    private int schedule() throws Exception {
        HttpResponse<String> response = send("POST", "job/demo/build?delay=0sec");
        if (response.statusCode() != 201) {
            throw new IOException("Jenkins answered " + response.statusCode() + " when asked to run the job");
        }
        String item = response.headers().firstValue("Location").orElseThrow().replaceFirst(".*/(queue/item/)", "$1");
        Pattern number = Pattern.compile("\"executable\":\\{[^}]*\"number\":(\\d+)");
        while (true) {
            HttpResponse<String> waiting = send("GET", item + "api/json");
            Matcher matcher = number.matcher(waiting.body());
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
            if (waiting.statusCode() != 200) {
                throw new IOException("Jenkins answered " + waiting.statusCode() + " when asked for " + item);
            }
            Thread.sleep(200);
        }
    }

    /** Prints a build's log until the build ends, and returns its result. */
    private String follow(int build) throws Exception {
        String start = "0";
        boolean more = true;
        while (more) {
            HttpResponse<String> log = send("GET", "job/demo/" + build + "/logText/progressiveText?start=" + start);
            // Without what Jenkins hides in the log for its own pages.
            System.out.print(log.body().replaceAll("\u001B\\[8m.*?\u001B\\[0m", ""));
            System.out.flush();
            start = log.headers().firstValue("X-Text-Size").orElseThrow();
            more = log.headers().firstValue("X-More-Data").isPresent();
            Thread.sleep(more ? 300 : 0);
        }
        return send("GET", "job/demo/" + build + "/api/json?tree=result")
                .body()
                .replaceAll(".*\"result\":\"(\\w+)\".*", "$1");
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", authorization)
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
