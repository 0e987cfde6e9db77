import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
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
import java.util.Properties;

/** A Jenkins with two agents, each in a process of its own. Its script console answers what the REST API does not. */
final class Jenkins implements AutoCloseable {

    /** A step of a build that is over: what it is, when it began and how long it was until the next one began. */
    record Node(String name, long start, long millis) {}

    private static final String NODES = """
            import org.jenkinsci.plugins.workflow.actions.*
            import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner
            def run = Jenkins.get().getItem('%s').getBuildByNumber(%d)
            new DepthFirstScanner().allNodes(run.execution).sort { it.id as int }.each {
                println(TimingAction.getStartTime(it) + '\\t' + (it.getAction(LabelAction)?.displayName ?: it.displayName))
            }
            return
            """;

    private final Path work;
    private final Properties settings = new Properties();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> agents = new ArrayList<>();
    private Process controller;

    Jenkins(Path work) throws IOException {
        this.work = work;
        try (InputStream file = Files.newInputStream(work.resolve("jenkins/bench.properties"))) {
            settings.load(file);
        }
    }

    void start() throws Exception {
        controller = start("controller", work.resolve("controller").toString());
        awaitUp();
        Path jar = work.resolve("agent.jar");
        client.send(request("jnlpJars/agent.jar").build(), HttpResponse.BodyHandlers.ofFile(jar));
        for (String name : List.of("a1", "a2")) {
            String secret = Files.readString(work.resolve("jenkins/" + name + ".secret"));
            Files.createDirectories(work.resolve(name));
            agents.add(start(
                    name, "java", "-Xmx256m", "-jar", jar.toString(), "-url", settings.getProperty("url"), "-name", name,
                    "-webSocket", "-workDir", work.resolve(name).toString(), "-secret", secret));
        }
        awaitAgents();
    }

    /** Ends the controller as a service manager does, and starts it again; the agents come back by themselves. */
    void restart() throws Exception {
        controller.destroy();
        controller.waitFor();
        controller = start("controller", work.resolve("controller").toString());
        awaitUp();
    }

    /** Runs a script in a job of that name, and returns the number of the build once it is over. */
    int run(String job, String script) throws Exception {
        int number = schedule(job, script, 1);
        await(job, number);
        return number;
    }

    /** Runs the Jenkinsfile of a Git repository in a job of that name, and returns the number of the build once it is over. */
    int runFromGit(String job, Path repository) throws Exception {
        int number = Integer.parseInt(groovy("""
                import hudson.plugins.git.GitSCM
                import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition
                import org.jenkinsci.plugins.workflow.job.WorkflowJob
                def job = Jenkins.get().getItem('%1$s') ?: Jenkins.get().createProject(WorkflowJob, '%1$s')
                job.definition = new CpsScmFlowDefinition(new GitSCM('%2$s'), 'Jenkinsfile')
                print(job.scheduleBuild2(0).getStartCondition().get().number)
                """.formatted(job, repository)).strip());
        await(job, number);
        return number;
    }

    /** Schedules builds of a job, and returns the number of the first. */
    int schedule(String job, String script, int count) throws Exception {
        return Integer.parseInt(groovy("""
                import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
                import org.jenkinsci.plugins.workflow.job.WorkflowJob
                def job = Jenkins.get().getItem('%1$s') ?: Jenkins.get().createProject(WorkflowJob, '%1$s')
                job.definition = new CpsFlowDefinition(new String('%2$s'.decodeBase64(), 'UTF-8'), true)
                def first = job.nextBuildNumber
                %3$d.times {
                    job.scheduleBuild2(0, new hudson.model.ParametersAction(
                        [new hudson.model.StringParameterValue('N', it as String)], ['N'])).getStartCondition().get()
                }
                print(first)
                """.formatted(
                        job, Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8)), count))
                .strip());
    }

    void await(String job, int number) throws Exception {
        while (true) {
            // not by the script console, which compiles every question and so is a part of what row 10 measures
            String state = send(request("job/" + job + "/" + number + "/api/json?tree=building,result")).body();
            if (state.contains("\"result\":\"SUCCESS\"") && state.contains("\"building\":false")) {
                return;
            }
            if (state.contains("\"building\":false")) {
                throw new IOException(job + " #" + number + " is " + state + ":\n" + log(job, number));
            }
            Thread.sleep(500);
        }
    }

    String log(String job, int number) throws Exception {
        return send(request("job/" + job + "/" + number + "/consoleText")).body();
    }

    /** What a build did, step by step. */
    List<Node> nodes(String job, int number) throws Exception {
        List<Node> nodes = new ArrayList<>();
        List<String> lines = groovy(NODES.formatted(job, number)).lines().toList();
        for (int i = 0; i + 1 < lines.size(); i++) {
            String[] parts = lines.get(i).split("\t");
            long start = Long.parseLong(parts[0]);
            nodes.add(new Node(parts[1], start, Long.parseLong(lines.get(i + 1).split("\t")[0]) - start));
        }
        return nodes;
    }

    /** Runs Groovy on the controller and returns what it prints. */
    String groovy(String script) throws Exception {
        HttpResponse<String> response = send(request("scriptText")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "script=" + URLEncoder.encode(script, StandardCharsets.UTF_8))));
        if (response.statusCode() != 200 || response.body().contains("Exception")) {
            throw new IOException("Jenkins answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** The CPU time that the controller has used since it was started. */
    long cpuMillis() {
        return controller.info().totalCpuDuration().orElseThrow().toMillis();
    }

    /** How many threads the controller has. */
    int threads() throws Exception {
        return Integer.parseInt(
                groovy("print(java.lang.management.ManagementFactory.threadMXBean.threadCount)").strip());
    }

    @Override
    public void close() throws InterruptedException {
        for (Process agent : agents) {
            agent.destroy();
        }
        if (controller != null) {
            controller.destroy();
            controller.waitFor();
        }
    }

    private void awaitUp() throws Exception {
        while (true) {
            if (!controller.isAlive()) {
                throw new IOException("Jenkins ended while it started, see " + work.resolve("jenkins.log"));
            }
            try {
                if (send(request("api/json")).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // it does not listen yet
            }
            Thread.sleep(200);
        }
    }

    private void awaitAgents() throws Exception {
        while (!groovy("print(Jenkins.get().nodes.every { it.toComputer().online })").contains("true")) {
            Thread.sleep(200);
        }
    }

    private Process start(String name, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // what listens here is no business of the jobs
        builder.environment().keySet().removeAll(List.of("RIG_PASSWORD", "RIG_OTHER_PASSWORD"));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(work.toFile(), name + ".log")));
        Process process = builder.start();
        Files.writeString(work.resolve(name + ".pid"), Long.toString(process.pid()));
        return process;
    }

    private HttpRequest.Builder request(String path) {
        String login = "bench:" + settings.getProperty("token");
        return HttpRequest.newBuilder(URI.create(settings.getProperty("url") + path))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .timeout(Duration.ofMinutes(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
