package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The calls that publish or wait for it, in order of arrival. Calls that move the same tag publish one after the other.
 * No call holds one tag and waits for another: it gets all its tags at once.
 *
 * <p>The queue survives a restart of the controller. Builds that are resumed keep their places.
 */
@Extension(ordinal = 1000)
public final class TagQueue extends ItemListener {

    private static final Logger LOGGER = Logger.getLogger(TagQueue.class.getName());

    private final List<Entry> entries = new ArrayList<>();

    private boolean loaded;

    /** The state of a call. */
    enum State {
        /** It waits outside of {@code node}. */
        WAITING,
        /** Its turn has come and it asks for an executor. Until it has one, calls that have theirs may go first. */
        CALLED,
        /** It waits with an executor. */
        WAITING_ON_AGENT,
        /** It publishes. */
        PUBLISHING
    }

    private static final class Entry {

        private TagOwner owner;
        private final Set<String> tags;
        private State state;
        private Runnable ready;

        Entry(TagOwner owner, Set<String> tags, State state) {
            this.owner = owner;
            this.tags = tags;
            this.state = state;
        }

        boolean isWaiting() {
            return state == State.WAITING || state == State.WAITING_ON_AGENT;
        }

        /** Whether it has to wait for another call, which came before or after it. */
        boolean hasToWaitFor(Entry other, boolean cameBefore) {
            boolean goesFirst =
                    switch (other.state) {
                        case PUBLISHING -> true;
                        case CALLED -> cameBefore && state == State.WAITING;
                        case WAITING, WAITING_ON_AGENT -> cameBefore;
                    };
            return goesFirst && other.tags.stream().anyMatch(tags::contains);
        }
    }

    /** Returns the queue of this controller. */
    @NonNull
    static TagQueue get() {
        return ExtensionList.lookupSingleton(TagQueue.class);
    }

    /** Lets a call publish if no other call publishes to one of its tags or waits for one; otherwise does nothing. */
    synchronized boolean tryToPublish(@NonNull TagOwner owner, @NonNull Set<String> tags) throws IOException {
        load();
        Entry entry = find(owner);
        if (entry == null) {
            Entry candidate = new Entry(owner, tags, State.WAITING_ON_AGENT);
            if (entries.stream().anyMatch(other -> candidate.hasToWaitFor(other, true))) {
                return false;
            }
            candidate.state = State.PUBLISHING;
            entries.add(candidate);
            save();
            return true;
        }
        return entry.state == State.PUBLISHING;
    }

    /**
     * Waits for a call's turn. A call that already waits keeps its place.
     *
     * @param onAgent whether it has an executor
     * @param ready called once, from any thread, when the call may publish or, without an executor, may ask for one
     */
    void await(@NonNull TagOwner owner, @NonNull Set<String> tags, boolean onAgent, @NonNull Runnable ready)
            throws IOException {
        List<Runnable> called;
        synchronized (this) {
            load();
            Entry entry = find(owner);
            State waiting = onAgent ? State.WAITING_ON_AGENT : State.WAITING;
            if (entry == null) {
                entry = new Entry(owner, tags, waiting);
                entries.add(entry);
            } else if (onAgent && entry.state != State.PUBLISHING) {
                entry.state = waiting;
            }
            entry.ready = ready;
            called = admit();
            save();
        }
        called.forEach(Runnable::run);
    }

    /** Whether a call may publish now. */
    synchronized boolean isPublishing(@NonNull TagOwner owner) {
        load();
        Entry entry = find(owner);
        return entry != null && entry.state == State.PUBLISHING;
    }

    /** Returns the call that a waiting call waits for first, or null if there is none. */
    @CheckForNull
    synchronized TagOwner before(@NonNull TagOwner owner) {
        Entry entry = find(owner);
        return entry == null || !entry.isWaiting() ? null : obstacle(entry);
    }

    /** Removes a call from the queue, whether it waits or publishes. */
    void leave(@NonNull TagOwner owner) {
        remove(entry -> entry.owner.equals(owner));
    }

    /** Removes all calls of a finished build from the queue. */
    void leave(@NonNull Run<?, ?> run) {
        remove(entry -> entry.owner.run().isOf(run));
    }

    /** Removes the calls whose builds are over. */
    void leaveIfOver() {
        List<TagOwner> owners;
        synchronized (this) {
            load();
            owners = entries.stream().map(entry -> entry.owner).toList();
        }
        // loads builds, so not while other calls wait for the lock
        List<TagOwner> over =
                owners.stream().filter(owner -> !owner.run().isBuilding()).toList();
        remove(entry -> over.contains(entry.owner));
    }

    /** Keeps the places of builds whose job moves. */
    @Override
    public synchronized void onLocationChanged(Item item, String oldFullName, String newFullName) {
        load();
        boolean changed = false;
        for (Entry entry : entries) {
            BuildId moved = entry.owner.run().moved(oldFullName, newFullName);
            changed |= moved != entry.owner.run();
            entry.owner = new TagOwner(moved, entry.owner.call());
        }
        if (changed) {
            try {
                save();
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
            }
        }
    }

    private void remove(Predicate<Entry> condition) {
        List<Runnable> called;
        synchronized (this) {
            load();
            if (!entries.removeIf(condition)) {
                return;
            }
            called = admit();
            try {
                save();
            } catch (IOException e) {
                // what is removed in memory must not keep others waiting; after a restart the build is known to be over
                LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
            }
        }
        called.forEach(Runnable::run);
    }

    /** Gives a turn to every call that need not wait any longer, and returns whom to notify. */
    private List<Runnable> admit() {
        List<Runnable> called = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.isWaiting() && obstacle(entry) == null) {
                entry.state = entry.state == State.WAITING ? State.CALLED : State.PUBLISHING;
            }
            if (!entry.isWaiting() && entry.ready != null) {
                called.add(entry.ready);
                entry.ready = null;
            }
        }
        return called;
    }

    @CheckForNull
    private TagOwner obstacle(Entry entry) {
        boolean cameBefore = true;
        for (Entry other : entries) {
            if (other == entry) {
                cameBefore = false;
            } else if (entry.hasToWaitFor(other, cameBefore)) {
                return other.owner;
            }
        }
        return null;
    }

    @CheckForNull
    private Entry find(TagOwner owner) {
        return entries.stream()
                .filter(entry -> entry.owner.equals(owner))
                .findFirst()
                .orElse(null);
    }

    private void save() throws IOException {
        file().write(new ArrayList<>(entries.stream()
                .map(entry -> String.join(
                        "\n",
                        entry.owner.run().text(),
                        entry.owner.call(),
                        entry.state.name(),
                        String.join("\n", entry.tags)))
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
                    String[] parts = line.toString().split("\n", 4);
                    // those that are over are removed later: a job may be moving
                    entries.add(new Entry(
                            new TagOwner(BuildId.parse(parts[0]), parts[1]),
                            Set.of(parts[3].split("\n")),
                            State.valueOf(parts[2])));
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot read " + file);
            }
        }
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), TagQueue.class.getName() + ".xml"));
    }
}
