package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
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
import jenkins.model.Jenkins;

/**
 * The directories with logins and secrets that lie on agents now. The build that made one removes it; this list, which
 * outlives the controller, is for agents that died before it could.
 */
@Extension
public final class OutstandingDirectories {

    private static final Logger LOGGER = Logger.getLogger(OutstandingDirectories.class.getName());

    private final Set<Entry> entries = new LinkedHashSet<>();
    private boolean loaded;

    /**
     * One directory.
     *
     * @param run external id of the build that it is for
     * @param node name of the node that it lies on, empty for the controller's own
     * @param path its path there
     */
    record Entry(
            @NonNull String run,
            @NonNull String node,
            @NonNull String path) {}

    /** The list of this controller. */
    @NonNull
    static OutstandingDirectories get() {
        return ExtensionList.lookupSingleton(OutstandingDirectories.class);
    }

    /** Notes a directory before anything secret is put into it. */
    void add(@NonNull Run<?, ?> run, @NonNull FilePath directory) throws IOException {
        Computer computer = directory.toComputer();
        if (computer != null) {
            change(true, new Entry(run.getExternalizableId(), computer.getName(), directory.getRemote()));
        }
    }

    /** Removes what builds that are over have left on a node that can be reached. */
    void sweep(@NonNull Computer computer) {
        sweep(entry -> entry.node().equals(computer.getName()) && !isBuilding(entry));
    }

    /** Removes what a build that is over has left, wherever it can be reached. */
    void sweep(@NonNull Run<?, ?> run) {
        String id = run.getExternalizableId();
        sweep(entry -> entry.run().equals(id));
    }

    private void sweep(Predicate<Entry> condition) {
        for (Entry entry : list()) {
            if (condition.test(entry)) {
                try {
                    if (isGone(entry)) {
                        change(false, entry);
                    }
                } catch (IOException | InterruptedException e) {
                    // it stays on the list until the agent is online another time
                    LOGGER.log(Level.INFO, e, () -> "cannot remove " + entry.path() + " from '" + entry.node() + "'");
                }
            }
        }
    }

    private static boolean isGone(Entry entry) throws IOException, InterruptedException {
        Computer computer = Jenkins.get().getComputer(entry.node());
        if (computer == null) {
            // the node is no more, and its disk is out of reach for ever
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
        // whoever brings an agent online need not see every job
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
        return new XmlFile(new File(Jenkins.get().getRootDir(), OutstandingDirectories.class.getName() + ".xml"));
    }
}
