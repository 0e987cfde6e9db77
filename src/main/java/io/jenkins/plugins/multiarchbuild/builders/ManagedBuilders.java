package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.engine.builder.ManagedBuilder;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The builders that this controller has created and not yet removed. The list outlives the controller. It only says
 * where to look: nothing is removed that does not bear this controller's mark.
 */
@Extension
public final class ManagedBuilders extends ItemListener {

    private static final Logger LOGGER = Logger.getLogger(ManagedBuilders.class.getName());

    /** How long a builder is kept whose settings came with a call, after its last build. */
    private static final long LONGEST_IDLE = TimeUnit.DAYS.toMillis(7);

    private static final long LONGEST_REMOVAL = TimeUnit.MINUTES.toMillis(2);

    private final List<KnownBuilder> builders = new ArrayList<>();

    /** The names of the builders that are being removed right now. */
    private final Set<String> leaving = new HashSet<>();

    private boolean loaded;

    @NonNull
    static ManagedBuilders get() {
        return ExtensionList.lookupSingleton(ManagedBuilders.class);
    }

    /**
     * Notes that a build uses a builder, before it is created. It then stays until the build is over.
     *
     * @param node name of the node, empty for the built-in node
     * @param byCall whether the call brought the settings along
     * @param environment what {@code docker} needs there to find the builder
     */
    synchronized void use(
            @NonNull Run<?, ?> run,
            @NonNull String node,
            @NonNull ManagedBuilder builder,
            boolean byCall,
            @NonNull Map<String, String> environment)
            throws IOException, InterruptedException, DockerException {
        load();
        long end = System.currentTimeMillis() + LONGEST_REMOVAL;
        while (leaving.contains(builder.name())) {
            long left = end - System.currentTimeMillis();
            if (left <= 0) {
                throw new DockerException(Sentence.of("ManagedBuilders.beingRemoved", builder.name()));
            }
            wait(left);
        }
        KnownBuilder known = new KnownBuilder(node, builder);
        for (KnownBuilder each : builders) {
            if (each.isSameAs(known)) {
                known = each;
            }
        }
        known.use(BuildId.of(run), byCall, environment, System.currentTimeMillis());
        if (!builders.contains(known)) {
            builders.add(known);
        }
        save();
    }

    /** Whether a build has used a builder of the list. */
    boolean isUser(@NonNull Run<?, ?> run) {
        return uses().stream().anyMatch(each -> BuildId.parse(each).isOf(run));
    }

    /** Removes the builders that nothing needs any more from the nodes that are online. */
    void sweep() {
        // a build that is over stays over, so this can be found out before anything else waits
        Set<String> over = new HashSet<>(uses());
        over.removeIf(each -> BuildId.parse(each).isBuilding());
        Set<KnownBuilder> tried = new HashSet<>();
        for (KnownBuilder next = next(over, tried); next != null; next = next(over, tried)) {
            KnownBuilder each = next;
            boolean gone = false;
            try {
                gone = isGone(each);
            } catch (IOException | DockerException | RuntimeException e) {
                LOGGER.log(Level.INFO, e, () -> "cannot remove " + each.builder() + " from '" + each.node() + "'");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                left(each, gone);
            }
        }
    }

    private static boolean isGone(KnownBuilder builder) throws IOException, InterruptedException, DockerException {
        Computer computer = Jenkins.get().getComputer(builder.node());
        if (computer == null) {
            // the node was removed, so nobody can be asked
            return true;
        }
        return computer.getChannel() != null
                && ManagedBuilder.remove(
                        new NodeDocker(computer, builder.environment()), Owner.id(), builder.builder());
    }

    private synchronized List<String> uses() {
        load();
        return builders.stream().flatMap(each -> each.uses().stream()).toList();
    }

    /** Takes one at a time: who wants to use it meanwhile has to wait until it is gone. */
    @CheckForNull
    private synchronized KnownBuilder next(Set<String> over, Set<KnownBuilder> tried) {
        builders.forEach(each -> each.endUses(over));
        for (KnownBuilder each : builders) {
            if (!tried.contains(each) && !leaving.contains(each.builder()) && !isNeeded(each, over)) {
                tried.add(each);
                leaving.add(each.builder());
                return each;
            }
        }
        return null;
    }

    private synchronized void left(KnownBuilder builder, boolean gone) {
        leaving.remove(builder.builder());
        notifyAll();
        if (gone && builders.remove(builder)) {
            LOGGER.log(Level.INFO, () -> "removed the builder " + builder.builder() + " of '" + builder.node() + "'");
            try {
                save();
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
            }
        }
    }

    private boolean isNeeded(KnownBuilder builder, Set<String> over) {
        // nodes may share a machine, and a user on it
        List<KnownBuilder> same = builders.stream()
                .filter(each -> each.builder().equals(builder.builder()))
                .toList();
        if (same.stream().anyMatch(each -> each.isUsed(over))
                || MultiArchBuildConfiguration.get()
                        .isBuilder(
                                builder.setting(),
                                settings -> Owner.builder(settings, builder.environment())
                                        .name()
                                        .equals(builder.builder()))) {
            return true;
        }
        long idleSince = System.currentTimeMillis() - LONGEST_IDLE;
        return same.stream()
                .anyMatch(each -> each.isOwn()
                        && each.lastUsed() > idleSince
                        && builders.stream().noneMatch(each::isReplacedBy));
    }

    /** Remembers who uses the builders when a job moves while it builds. */
    @Override
    public synchronized void onLocationChanged(Item item, String oldFullName, String newFullName) {
        load();
        if (builders.isEmpty()) {
            return;
        }
        builders.forEach(each -> each.moved(oldFullName, newFullName));
        try {
            save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
        }
    }

    private void save() throws IOException {
        file().write(new ArrayList<>(builders));
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        XmlFile file = file();
        if (file.exists()) {
            try {
                for (Object each : (List<?>) file.read()) {
                    builders.add((KnownBuilder) each);
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot read " + file);
            }
        }
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), ManagedBuilders.class.getName() + ".xml"));
    }
}
