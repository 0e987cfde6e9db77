package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.Util;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.MasterToSlaveFileCallable;
import jenkins.model.Jenkins;

/**
 * The directories of this plugin that exist on agents, most of them with logins or secrets. The build that created one
 * removes it. This list, which survives a restart of the controller, is for agents that died before that.
 */
@Extension
public final class AgentDirectories {

    private static final Logger LOGGER = Logger.getLogger(AgentDirectories.class.getName());

    private final Set<Entry> entries = new LinkedHashSet<>();
    private boolean loaded;

    /**
     * One directory.
     *
     * @param run external id of the build that created it
     * @param node name of the node that it is on, empty for the built-in node
     * @param path its path on the node
     */
    record Entry(
            @NonNull String run,
            @NonNull String node,
            @NonNull String path) {}

    /** Removes what earlier builds of the job left in a temporary directory. */
    static void sweep(@NonNull FilePath temporary, @NonNull String ownPrefix) throws IOException, InterruptedException {
        temporary.act(new SweepDirectory(ownPrefix));
    }

    /** Returns the list of this controller. */
    @NonNull
    static AgentDirectories get() {
        return ExtensionList.lookupSingleton(AgentDirectories.class);
    }

    /** Adds a directory to the list, before anything is written into it. */
    void add(@NonNull Run<?, ?> run, @NonNull FilePath directory) throws IOException {
        Computer computer = directory.toComputer();
        if (computer != null) {
            change(true, new Entry(run.getExternalizableId(), computer.getName(), directory.getRemote()));
        }
    }

    /** Removes what finished builds have left on a node that is online. */
    void sweep(@NonNull Computer computer) {
        sweep(entry -> entry.node().equals(computer.getName()) && !isBuilding(entry));
    }

    /** Removes what a finished build has left on the nodes that are online. */
    void sweep(@NonNull Run<?, ?> run) {
        String id = run.getExternalizableId();
        sweep(entry -> entry.run().equals(id));
    }

    private void sweep(Predicate<Entry> condition) {
        for (Entry entry : list()) {
            boolean orphan = Jenkins.get().getComputer(entry.node()) == null && !isBuilding(entry);
            if (orphan || condition.test(entry)) {
                try {
                    if (isGone(entry)) {
                        change(false, entry);
                    }
                } catch (IOException | InterruptedException e) {
                    // it stays on the list until the agent is online again
                    LOGGER.log(Level.INFO, e, () -> "cannot remove " + entry.path() + " from '" + entry.node() + "'");
                }
            }
        }
    }

    private static boolean isGone(Entry entry) throws IOException, InterruptedException {
        Computer computer = Jenkins.get().getComputer(entry.node());
        if (computer == null) {
            // the node was removed, so its disk cannot be reached
            return true;
        }
        VirtualChannel channel = computer.getChannel();
        if (channel == null) {
            return false;
        }
        new FilePath(channel, entry.path()).deleteRecursive();
        return true;
    }

    private static boolean isBuilding(Entry entry) {
        // a user who brings an agent online may not see every job
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Run<?, ?> run = Run.fromExternalizableId(entry.run());
            return run != null && run.isBuilding();
        }
    }

    private synchronized List<Entry> list() {
        load();
        return new ArrayList<>(entries);
    }

    private synchronized void change(boolean add, Entry entry) throws IOException {
        load();
        if (add ? entries.add(entry) : entries.remove(entry)) {
            file().write(new ArrayList<>(entries.stream()
                    .map(each -> String.join("\n", each.run(), each.node(), each.path()))
                    .toList()));
        }
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        XmlFile file = file();
        if (file.exists()) {
            try {
                for (Object line : (List<?>) file.read()) {
                    String[] parts = line.toString().split("\n", -1);
                    entries.add(new Entry(parts[0], parts[1], parts[2]));
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot read " + file);
            }
        }
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), AgentDirectories.class.getName() + ".xml"));
    }

    /**
     * Removes what earlier builds of the job left in a temporary directory: only an agent that died leaves something.
     */
    private static final class SweepDirectory extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final String ownPrefix;

        /** @param ownPrefix prefix of the names of the current build's directories */
        SweepDirectory(@NonNull String ownPrefix) {
            this.ownPrefix = ownPrefix;
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            File[] left = directory.listFiles(
                    (parent, name) -> name.startsWith(Agent.DIRECTORY_PREFIX) && !name.startsWith(ownPrefix));
            if (left != null) {
                for (File each : left) {
                    Util.deleteRecursive(each);
                }
            }
            return null;
        }
    }
}
