import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Measures the command line tool on this machine, without Jenkins. */
final class Local {

    private static final String PLATFORMS = "linux/amd64,linux/arm64";

    private static final int MOST_FAILURES = 3;

    private final Path work;
    private final String registry = System.getenv("RIG_REGISTRY");

    Local(Path work) {
        this.work = work;
    }

    /** The tool and one bare command, with everything in the builder's cache. */
    Table.Pairs warm(int rounds) throws Exception {
        Path context = context("warm", "COPY busybox-$TARGETARCH /bin/busybox\n");
        return beside(context, rounds, tool("warm", context, List.of()));
    }

    /** The calls that the tool cannot do without, and the bare command. No earlier run has told it about the images. */
    Table.Pairs floor(int rounds) throws Exception {
        Path context = work.resolve("context-warm");
        return beside(
                context,
                rounds,
                List.of(
                        "env", "NEW=yes", "bench/calls", registry + "/bench/calls", context.toString(), "1", "latest"));
    }

    private Table.Pairs beside(Path context, int rounds, List<String> command) throws Exception {
        Table.Pairs pairs = new Table.Pairs();
        for (int i = 0; i <= rounds; i++) {
            long ours = time(command);
            long theirs = bare(context);
            // the first round is there to warm up
            if (i > 0) {
                pairs.add(ours, theirs);
            }
        }
        return pairs;
    }

    private long bare(Path context) throws Exception {
        return time(List.of(
                "docker", "buildx", "build", "--progress", "plain", "--platform", PLATFORMS, "--push", "--tag",
                registry + "/bench/bare:1", "--tag", registry + "/bench/bare:latest", context.toString()));
    }

    /** One short call of buildx after another, each of which asks the registry once: what nothing can be faster than. */
    List<Double> calls(int rounds) throws Exception {
        Path context = context("call", "COPY busybox-$TARGETARCH /bin/busybox\n");
        String tag = registry + "/bench/call:1";
        time(List.of("docker", "buildx", "build", "--push", "--tag", tag, context.toString()));
        List<Double> times = new ArrayList<>();
        for (int i = 0; i <= rounds; i++) {
            double millis = time(List.of("docker", "buildx", "imagetools", "inspect", "--raw", tag));
            // the first round is there to warm up
            if (i > 0) {
                times.add(millis);
            }
        }
        return times;
    }

    /**
     * Cold builds, compared with the recipe.
     *
     * @param tool the times of the tool
     * @param calls those of the calls that it cannot do without
     */
    record Cold(Table.Pairs tool, Table.Pairs calls) {}

    /**
     * The tool and the recipe of many articles, with nothing in the builder's cache: each platform is built into the
     * engine, pushed, and listed in a manifest list. The application is a jar of 2 MB in a directory of classes.
     */
    Cold cold(int rounds) throws Exception {
        Path context = context("cold", """
                ARG NONCE
                COPY busybox-$TARGETARCH /bin/busybox
                RUN ["/bin/busybox", "mkdir", "-p", "/app"]
                COPY app.jar /app/
                RUN ["/bin/busybox", "unzip", "-q", "/app/app.jar", "-d", "/app/classes"]
                CMD ["java", "-cp", "/app/classes", "App"]
                """);
        Files.copy(Path.of("cli/target/multi-arch-build.jar"), context.resolve("app.jar"));
        Cold cold = new Cold(new Table.Pairs(), new Table.Pairs());
        for (int failures = 0; cold.tool.ours.size() < rounds; ) {
            String nonce = "NONCE=" + System.nanoTime();
            long ours = time(tool("cold", context, List.of("--build-arg", nonce + "-tool", "--provenance", "false")));
            Path recipe = Path.of("bench/recipe").toAbsolutePath();
            try {
                long calls = time(List.of(
                        "env", nonce + "-calls", "NEW=yes", "PROVENANCE=false", "bench/calls", registry + "/bench/calls",
                        context.toString(), "cold", "latest"));
                long theirs = time(List.of(recipe.toString(), registry + "/bench/recipe:1", nonce, context.toString()));
                cold.tool.add(ours, theirs);
                cold.calls.add(calls, theirs);
            } catch (IOException e) {
                // the engine at times removes a layer that it is about to use, and the registry refuses a push
                if (++failures == MOST_FAILURES) {
                    throw e;
                }
            }
        }
        return cold;
    }

    /** Creates a Git repository of 200 MB in 4,000 files, with a Jenkinsfile. */
    Path repository(String jenkinsfile) throws Exception {
        Path directory = Files.createDirectories(work.resolve("repository"));
        Path files = Files.createDirectories(directory.resolve("files"));
        Random random = new Random();
        byte[] content = new byte[50_000];
        for (int i = 0; i < 4_000; i++) {
            random.nextBytes(content);
            Files.write(files.resolve("f" + i), content);
        }
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        Files.writeString(directory.resolve("Jenkinsfile"), jenkinsfile);
        time(List.of("git", "init", "--quiet", "--initial-branch=master", directory.toString()));
        commit(directory);
        return directory;
    }

    void changeOneFile(Path repository) throws Exception {
        Files.writeString(repository.resolve("files/f0"), Long.toString(System.nanoTime()));
        commit(repository);
    }

    private void commit(Path repository) throws Exception {
        time(List.of("git", "-C", repository.toString(), "add", "."));
        time(List.of(
                "git", "-C", repository.toString(), "-c", "user.name=bench", "-c", "user.email=bench@example.com",
                "commit", "--quiet", "--message", "A change"));
    }

    private List<String> tool(String name, Path context, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "cli/multi-arch-build", "--platforms", PLATFORMS, "--base-tags",
                registry + "/bench/" + name + ":1," + registry + "/bench/" + name + ":latest"));
        command.addAll(more);
        command.add(context.toString());
        return command;
    }

    private Path context(String name, String dockerfile) throws IOException {
        Path context = Files.createDirectories(work.resolve("context-" + name));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nARG TARGETARCH\n" + dockerfile);
        for (String architecture : List.of("amd64", "arm64")) {
            String busybox = "busybox-" + architecture;
            Files.copy(Path.of(System.getenv("RIG_BUSYBOX"), busybox), context.resolve(busybox));
        }
        return context;
    }

    private long time(List<String> command) throws Exception {
        File log = work.resolve("local.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DOCKER_CONFIG", work.resolve("docker").toString());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        long start = System.nanoTime();
        int exitCode = builder.start().waitFor();
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (exitCode != 0) {
            throw new IOException(command + " ended with " + exitCode + ":\n"
                    + Files.readString(log.toPath(), StandardCharsets.UTF_8));
        }
        return millis;
    }
}
