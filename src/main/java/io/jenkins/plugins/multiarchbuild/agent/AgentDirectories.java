package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.Util;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
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
@Extension(ordinal = 1000)
public final class AgentDirectories extends ItemListener {

    private static final Logger LOGGER = Logger.getLogger(AgentDirectories.class.getName());

    private final Set<Entry> entries = new LinkedHashSet<>();
    private boolean loaded;

    /**
     * One directory.
     *
     * @param run the build that created it
     * @param node name of the node that it is on, empty for the built-in node
     * @param path its path on the node
     */
    record Entry(
            @NonNull BuildId run,
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
        add(BuildId.of(run), directory);
    }

    private void add(BuildId run, FilePath directory) throws IOException {
        Computer computer = directory.toComputer();
        if (computer != null) {
            change(true, new Entry(run, computer.getName(), directory.getRemote()));
        }
    }

    /**
     * Creates a directory that only the agent's user may enter and that belongs to no build. It is removed at the next
     * contact with its agent, unless {@link #removeTemporary} has removed it before.
     */
    public static void createTemporary(@NonNull FilePath directory) throws IOException, InterruptedException {
        get().add(BuildId.NONE, directory);
        AgentFiles.createPrivateDirectory(directory);
    }

    /** Removes a directory of {@link #createTemporary}; if that fails, it is removed when its agent is back. */
    public static void removeTemporary(@NonNull FilePath directory) throws IOException, InterruptedException {
        AgentDirectories list = get();
        for (Entry entry : list.list()) {
            if (entry.run().equals(BuildId.NONE) && entry.path().equals(directory.getRemote()) && isGone(entry)) {
                list.change(false, entry);
            }
        }
    }

    /** Removes what finished builds have left on a node that is online. */
    void sweep(@NonNull Computer computer) {
        sweep(entry -> entry.node().equals(computer.getName()) && !entry.run().isBuilding());
    }

    /** Removes what a finished build has left on the nodes that are online. */
    void sweep(@NonNull Run<?, ?> run) {
        sweep(entry -> entry.run().isOf(run));
    }

    private void sweep(Predicate<Entry> condition) {
        for (Entry entry : list()) {
            boolean orphan = Jenkins.get().getComputer(entry.node()) == null
                    && !entry.run().isBuilding();
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

    /** Remembers whose the directories are when a job moves while it builds. */
    @Override
    public synchronized void onLocationChanged(Item item, String oldFullName, String newFullName) {
        load();
        boolean changed = false;
        for (Entry entry : List.copyOf(entries)) {
            BuildId moved = entry.run().moved(oldFullName, newFullName);
            if (moved != entry.run()) {
                changed = true;
                // they are equal, so the new one does not replace the old one
                entries.remove(entry);
                entries.add(new Entry(moved, entry.node(), entry.path()));
            }
        }
        if (changed) {
            try {
                save();
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
            }
        }
    }

    private synchronized List<Entry> list() {
        load();
        return new ArrayList<>(entries);
    }

    private synchronized void change(boolean add, Entry entry) throws IOException {
        load();
        if (add ? entries.add(entry) : entries.remove(entry)) {
            save();
        }
    }

    private void save() throws IOException {
        file().write(new ArrayList<>(entries.stream()
                .map(each -> String.join("\n", each.run().text(), each.node(), each.path()))
                .toList()));
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
                    entries.add(new Entry(BuildId.parse(parts[0]), parts[1], parts[2]));
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
