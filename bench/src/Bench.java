import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Measures the rows of docs/benchmarks.md and prints them as a table. Arguments: the directory for everything that is
 * written, then {@code --quick} or the numbers of rows, or nothing for all rows.
 */
public final class Bench {

    /** How many rounds or builds do not count: a controller that has just started is slower than those of farms. */
    private static final int WARM_UP = 8;

    private final Path work;
    private final boolean quick;
    private final Set<String> rows;
    private final Jenkins jenkins;
    private final Table table = new Table();

    private Bench(Path work, List<String> arguments) throws IOException {
        this.work = work;
        quick = arguments.contains("--quick");
        rows = new TreeSet<>(arguments);
        rows.remove("--quick");
        if (rows.isEmpty()) {
            rows.addAll(quick ? List.of("1", "3", "5") : List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"));
        }
        jenkins = new Jenkins(work);
    }

    public static void main(String[] arguments) throws Exception {
        List<String> all = Arrays.asList(arguments);
        Bench bench = new Bench(Path.of(all.get(0)), all.subList(1, all.size()));
        try (bench.jenkins) {
            bench.measure();
        }
        System.out.println("\n" + bench.table);
    }

    private void measure() throws Exception {
        Local local = new Local(work);
        table.note("One docker buildx imagetools inspect", local.calls(10));
        if (rows.contains("5")) {
            int rounds = quick ? 5 : 10;
            table.difference("5. command line tool, warm", local.warm(rounds), 0.6);
            table.floorOfDifference("5. the calls alone", local.floor(rounds));
        }
        if (rows.contains("2")) {
            Local.Cold cold = local.cold(5);
            table.ratio("2. command line tool, cold, Java application", cold.tool(), 0.95);
            table.floorOfRatio("2. the calls alone", cold.calls());
        }
        jenkins.start();
        if (rows.contains("1") || rows.contains("6")) {
            step(quick ? 5 : 10);
        }
        if (rows.contains("4")) {
            agents(2);
        }
        if (rows.contains("7")) {
            transfer(3);
        }
        if (rows.contains("8")) {
            again(3, local);
        }
        if (rows.contains("9")) {
            table.ratio("9. cache: true on an empty builder", pairs("cache", run("cache", 2), "cache"), 0.3);
        }
        if (rows.contains("11")) {
            verify(6);
        }
        if (rows.contains("10")) {
            many(2);
        }
        if (rows.contains("3")) {
            silent("3. build that is silent for 75 s", quick ? 1 : 2, false);
            silent("3. the same, controller restarted in the middle", 1, true);
        }
    }

    private void step(int rounds) throws Exception {
        int number = jenkins.run("step", script("step", WARM_UP + rounds, ""));
        String log = jenkins.log("step", number);
        Table.Pairs step = new Table.Pairs();
        Table.Pairs publish = new Table.Pairs();
        found(log, "BENCH step (\\d+) (\\d+)").skip(WARM_UP).forEach(round -> step.add(number(round, 1), number(round, 2)));
        List<Double> ours = found(log, "Published in (\\d+) ms").skip(WARM_UP).map(round -> number(round, 1)).toList();
        List<Double> theirs = found(log, "BENCH create (\\d+)").skip(WARM_UP).map(round -> number(round, 1)).toList();
        publish.addAll(ours, theirs);
        Table.Pairs calls = new Table.Pairs();
        found(log, "BENCH calls (\\d+) (\\d+)").skip(WARM_UP).forEach(round -> calls.add(number(round, 1), number(round, 2)));
        Table.Pairs publishCalls = new Table.Pairs();
        List<Double> alone = found(log, "BENCH calls-publish (\\d+)").skip(WARM_UP).map(round -> number(round, 1)).toList();
        publishCalls.addAll(alone, theirs);
        table.difference("1. step, warm", step, 0.5);
        table.floorOfDifference("1. the calls alone", calls);
        if (rows.contains("6")) {
            table.ratio("6. publishing two tags", publish, 1.5);
            table.floorOfRatio("6. the calls alone", publishCalls);
        }
        profile("step", number);
    }

    private void verify(int rounds) throws Exception {
        int number = run("verify", rounds);
        table.difference("11. verification of two images of 10 MB", pairs("verify", number, "verify"), 0.3);
        table.floorOfDifference("11. the calls alone", pairs("verify", number, "verify-calls"));
    }

    /** Runs a script that prints the times for every round; what warms up is up to the script. */
    private int run(String name, int rounds) throws Exception {
        int number = jenkins.run(name, script(name, rounds, Long.toString(System.nanoTime())));
        profile(name, number);
        return number;
    }

    /** Finds the times of both sides that a script has printed. */
    private Table.Pairs pairs(String job, int number, String name) throws Exception {
        Table.Pairs pairs = new Table.Pairs();
        found(jenkins.log(job, number), "BENCH " + name + " (\\d+) (\\d+)")
                .forEach(round -> pairs.add(number(round, 1), number(round, 2)));
        return pairs;
    }

    /** Where the time of a build's last call went, for those who want to make it faster. */
    private void profile(String job, int number) throws Exception {
        List<Jenkins.Node> nodes = jenkins.nodes(job, number);
        StringBuilder profile = new StringBuilder();
        nodes.subList(Math.max(0, nodes.size() - 30), nodes.size())
                .forEach(node -> profile.append("%6d ms  %s%n".formatted(node.millis(), node.name())));
        Files.writeString(work.resolve(job + "-profile.txt"), profile);
    }

    private void silent(String name, int rounds, boolean restart) throws Exception {
        Table.Pairs lateness = new Table.Pairs();
        for (int i = 0; i < rounds; i++) {
            int number = jenkins.schedule("silent", script("silent", 1, "%d-%s".formatted(System.nanoTime(), restart)), 1);
            ProcessHandle bake = bake();
            if (restart) {
                Thread.sleep(20_000);
                jenkins.restart();
            }
            while (bake.isAlive()) {
                Thread.sleep(10);
            }
            long end = System.currentTimeMillis();
            jenkins.await("silent", number);
            List<Jenkins.Node> nodes = jenkins.nodes("silent", number);
            Jenkins.Node sh = nodes.stream()
                    .filter(node -> node.name().startsWith("docker buildx bake"))
                    .findFirst()
                    .orElseThrow();
            lateness.add(sh.millis(), end - sh.start());
        }
        table.difference(name, lateness, 0.5);
    }

    /** The process of the bake that is under way on an agent of this Jenkins; others may run on this machine. */
    private ProcessHandle bake() throws InterruptedException {
        while (true) {
            Optional<ProcessHandle> found = ProcessHandle.allProcesses()
                    .filter(process -> {
                        List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
                        return arguments.contains("bake")
                                && arguments.stream().anyMatch(argument -> argument.startsWith(work.toString()));
                    })
                    .min((one, other) -> Long.compare(one.pid(), other.pid()));
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(20);
        }
    }

    private void agents(int rounds) throws Exception {
        Table.Pairs pairs = new Table.Pairs();
        Table.Pairs calls = new Table.Pairs();
        for (int i = 0; i <= rounds; i++) {
            int number = run("agents", 1);
            String log = jenkins.log("agents", number);
            // the first round is there to warm up
            if (i > 0) {
                pairs.add(first(log, "BENCH agents (\\d+)"), first(log, "BENCH hand (\\d+)"));
                calls.add(first(log, "BENCH calls (\\d+)"), first(log, "BENCH hand (\\d+)"));
            }
        }
        table.ratio("4. one platform on each of two agents, 35 s", pairs, 1.05);
        table.floorOfRatio("4. the calls alone", calls);
    }

    private static double first(String log, String pattern) {
        return found(log, pattern).map(each -> number(each, 1)).findFirst().orElseThrow();
    }

    private void transfer(int rounds) throws Exception {
        int number = jenkins.run("transfer", script("transfer", rounds, ""));
        Table.Pairs pairs = new Table.Pairs();
        List<Double> stash = found(jenkins.log("transfer", number), "BENCH stash (\\d+)")
                .map(each -> number(each, 1))
                .toList();
        List<Jenkins.Node> nodes = jenkins.nodes("transfer", number);
        List<Double> pack = millis(nodes, "Pack the source for other agents");
        List<Double> unpack = millis(nodes, "Unpack the source");
        for (int i = 0; i < stash.size(); i++) {
            pairs.add(pack.get(i) + unpack.get(i), stash.get(i));
        }
        table.ratio("7. 200 MB in 4,000 files to another agent", pairs, 0.6);
        profile("transfer", number);
    }

    /** The checkout of an agent that has checked out all of the source before, and its first one. */
    private void again(int rounds, Local local) throws Exception {
        Path repository = local.repository(script("again", 1, ""));
        Table.Pairs pairs = new Table.Pairs();
        for (int i = 0; i < rounds; i++) {
            String job = "again-" + i;
            double first = checkout(job, repository);
            local.changeOneFile(repository);
            pairs.add(checkout(job, repository), first);
        }
        table.ratio("8. the same from Git again, one file changed", pairs, 0.2);
    }

    private double checkout(String job, Path repository) throws Exception {
        int number = jenkins.runFromGit(job, repository);
        return millis(jenkins.nodes(job, number), "Check out from version control").get(0);
    }

    private static List<Double> millis(List<Jenkins.Node> nodes, String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .map(node -> (double) node.millis())
                .toList();
    }

    private void many(int rounds) throws Exception {
        Table.Pairs pairs = new Table.Pairs();
        Table.Pairs cpu = new Table.Pairs();
        // what both sides load and compile once is no matter of how many builds there are
        many("many-step", WARM_UP);
        many("many-bare", WARM_UP);
        many("many-calls", WARM_UP);
        many("many-nodes", WARM_UP);
        Table.Pairs calls = new Table.Pairs();
        Table.Pairs nodes = new Table.Pairs();
        int threads = restingThreads();
        for (int i = 0; i < rounds; i++) {
            Many ours = many("many-step", 40);
            Many theirs = many("many-bare", 40);
            pairs.add(ours.millis, theirs.millis);
            cpu.add(ours.cpuMillis, theirs.cpuMillis);
            calls.add(many("many-calls", 40).millis, theirs.millis);
            nodes.add(many("many-nodes", 40).cpuMillis, theirs.cpuMillis);
        }
        table.ratio("10. 40 builds on 8 executors", pairs, 1.2);
        table.floorOfRatio("10. the calls alone", calls);
        table.ratio("10. CPU time of the controller meanwhile", cpu, 1.5);
        table.floorOfRatio("10. nine steps more that do nothing", nodes);
        table.count("10. threads of the controller, afterwards and before", restingThreads(), threads, 4);
    }

    /** How long many builds took, and how much CPU time the controller needed meanwhile. */
    private record Many(long millis, long cpuMillis) {}

    private Many many(String job, int builds) throws Exception {
        long start = System.currentTimeMillis();
        long cpu = jenkins.cpuMillis();
        int first = jenkins.schedule(job, script(job, 1, ""), builds);
        for (int number = first; number < first + builds; number++) {
            jenkins.await(job, number);
        }
        return new Many(System.currentTimeMillis() - start, jenkins.cpuMillis() - cpu);
    }

    /** The controller's threads once the pools have let go of those that they do not need, which takes a minute. */
    private int restingThreads() throws Exception {
        Thread.sleep(75_000);
        return jenkins.threads();
    }

    private String script(String name, int rounds, String nonce) throws IOException {
        return Files.readString(Path.of("bench/pipelines/" + name + ".groovy"))
                .replace("@REGISTRY@", System.getenv("RIG_REGISTRY"))
                .replace("@BUSYBOX@", System.getenv("RIG_BUSYBOX"))
                .replace("@CALLS@", Path.of("bench/calls").toAbsolutePath().toString())
                .replace("@BUILDX@", System.getenv("BUILDX"))
                .replace("@DOCKER@", work.resolve("docker").toString())
                .replace("@NONCE@", nonce)
                .replace("@ROUNDS@", Integer.toString(rounds));
    }

    private static java.util.stream.Stream<MatchResult> found(String log, String pattern) {
        return Pattern.compile("(?m)^.*" + pattern).matcher(log).results();
    }

    private static double number(MatchResult match, int group) {
        return Double.parseDouble(match.group(group));
    }
}
