package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentDirectories;
import io.jenkins.plugins.multiarchbuild.agent.RegistryAccess;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CachePlace;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Equipment;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.security.MasterToSlaveCallable;

/**
 * Asks one agent, over its channel and with the environment that builds have there, but without an executor.
 *
 * @param computer the agent, which is online
 * @param wanted the platforms that it is to build; may be empty
 * @param builder name of the builder, or null for the current one
 * @param limit how long it may take
 */
record AskAgent(
        @NonNull Computer computer,
        @NonNull List<Platform> wanted,
        @CheckForNull String builder,
        @NonNull Duration limit) {

    private static final Logger LOGGER = Logger.getLogger(AskAgent.class.getName());

    /** The part of the time that is for commands; the rest is for an answer that names the one that takes too long. */
    private static final double FOR_COMMANDS = 0.8;

    private static final long LITTLE_DISK = 1L << 30;

    /** Returns what the agent answers, or that it has gone away. */
    @NonNull
    AgentReadiness answer(@NonNull Logins logins) throws InterruptedException {
        String name = computer.getDisplayName();
        VirtualChannel channel = computer.getChannel();
        try {
            Node node = computer.getNode();
            FilePath root = node == null ? null : node.getRootPath();
            if (node == null || root == null || channel == null) {
                return gone(name);
            }
            return AgentReadiness.of(name, ask(node, root, logins));
        } catch (IOException | RuntimeException e) {
            boolean closing = channel instanceof Channel remote && remote.isClosingOrClosed();
            if (closing || Channel.isClosedChannelException(e)) {
                LOGGER.log(Level.FINE, e, () -> "'" + name + "' went away");
                return gone(name);
            }
            LOGGER.log(Level.WARNING, e, () -> "cannot ask '" + name + "'");
            return AgentReadiness.without(
                    name,
                    AgentReadiness.State.PROBLEMS,
                    Findings.text(logins, Sentence.of("AskAgent.failed", Explained.of(e))));
        }
    }

    private static AgentReadiness gone(String name) {
        return AgentReadiness.without(name, AgentReadiness.State.GONE, Sentence.of("AskAgent.gone"));
    }

    private Findings ask(Node node, FilePath root, Logins logins) throws IOException, InterruptedException {
        // an agent that has never built may have none yet
        root.mkdirs();
        TaskListener listener = TaskListener.NULL;
        EnvVars environment = new EnvVars(computer.getEnvironment());
        environment.overrideExpandingAll(computer.buildEnvironment(listener));
        Launcher launcher = node.createLauncher(listener);
        FilePath own = root.child(Agent.DIRECTORY_PREFIX + "check-" + UUID.randomUUID());
        Duration forCommands = Duration.ofMillis((long) (limit.toMillis() * FOR_COMMANDS));
        AskedMachine machine = new AskedMachine(
                new Commands(root, environment, launcher), own, forCommands, System.nanoTime() + forCommands.toNanos());
        List<Sentence> problems = new ArrayList<>();
        List<Sentence> notes = new ArrayList<>();
        if (launcher.isUnix() && root.act(new JavaCharset()).matches("(?i)ANSI_X3.*|US-ASCII|POSIX|C")) {
            notes.add(Sentence.of("AskAgent.posix"));
        }
        Equipment equipment = Equipment.of(machine, builder, wanted);
        long free = FreeDisk.UNKNOWN;
        List<RegistryLogin> accepted = List.of();
        Builder found = equipment.builder();
        if (found != null && !found.platforms().isEmpty()) {
            free = freeDisk(machine, root, found);
            if (free != FreeDisk.UNKNOWN && free < LITTLE_DISK) {
                problems.add(Sentence.of("AskAgent.littleDisk", free >> 20));
            }
            problems.addAll(logins.problems());
            accepted = logins(machine, logins, problems);
        }
        return Findings.of(equipment, wanted, free, accepted, logins, problems, notes);
    }

    /** An engine on another machine, or outside of the container in which the agent runs, has another name. */
    private static long freeDisk(AskedMachine machine, FilePath root, Builder builder)
            throws IOException, InterruptedException {
        Optional<CachePlace> place = CachePlace.of(machine, builder);
        if (place.isEmpty() || !machine.commands().launcher().isUnix()) {
            return FreeDisk.UNKNOWN;
        }
        try {
            String name = machine.commands()
                    .run("uname", List.of("-n"), machine.left())
                    .stdout()
                    .strip();
            return name.equals(place.get().machine())
                    ? Math.max(
                            FreeDisk.UNKNOWN, root.act(new FreeDisk(place.get().directories())))
                    : FreeDisk.UNKNOWN;
        } catch (DockerException e) {
            return FreeDisk.UNKNOWN;
        }
    }

    /** Tries the logins, from a private directory that is gone afterwards. */
    private static List<RegistryLogin> logins(AskedMachine machine, Logins logins, List<Sentence> problems)
            throws IOException, InterruptedException {
        if (logins.auths().isEmpty()) {
            return List.of();
        }
        try {
            AgentDirectories.createTemporary(machine.own());
            AskedMachine ready = machine.with(RegistryAccess.grant(machine.commands(), machine.own(), logins.auths()));
            Registry registry = new Registry(new PlainHttpDocker(ready), delay -> {}, line -> {});
            try (Concurrently commands = new Concurrently()) {
                List<Optional<DockerException>> failures = commands.start(
                                logins.auths().keySet(), host -> failure(registry, host))
                        .await();
                List<RegistryLogin> tried = new ArrayList<>();
                for (String host : logins.auths().keySet()) {
                    Optional<DockerException> failure = failures.get(tried.size());
                    failure.ifPresent(each -> problems.add(RegistryLogins.explain(each, logins.ids())));
                    tried.add(new RegistryLogin(host, failure.isEmpty()));
                }
                return tried;
            }
        } catch (DockerException e) {
            problems.add(e.sentence());
            return List.of();
        } finally {
            remove(machine.own());
        }
    }

    /** Removes the logins, also if the time is over in this moment. */
    private static void remove(FilePath own) throws IOException, InterruptedException {
        try {
            AgentDirectories.removeTemporary(own);
        } catch (InterruptedException e) {
            Computer.threadPoolForRemoting.execute(() -> {
                try {
                    AgentDirectories.removeTemporary(own);
                } catch (IOException | InterruptedException again) {
                    LOGGER.log(Level.INFO, again, () -> "cannot remove " + own + " before its agent is back");
                }
            });
            throw e;
        }
    }

    private static Optional<DockerException> failure(Registry registry, String host)
            throws IOException, InterruptedException {
        try {
            registry.checkLogin(host);
            return Optional.empty();
        } catch (DockerException e) {
            return Optional.of(e);
        }
    }

    /** Reads the charset in which Java on an agent names files. */
    private static final class JavaCharset extends MasterToSlaveCallable<String, IOException> {

        private static final long serialVersionUID = 1L;

        @Override
        public String call() {
            return System.getProperty("sun.jnu.encoding", "");
        }
    }
}
