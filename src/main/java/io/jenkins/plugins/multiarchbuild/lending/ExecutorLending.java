package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.remoting.VirtualChannel;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.WorkspaceList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/**
 * The guests: groups that work on lent executors. Whenever a guest arrives or a build goes on, an agent has no more
 * guests than executors whose builds only wait ({@link Holders}).
 */
@Extension
public final class ExecutorLending {

    private static final Logger LOGGER = Logger.getLogger(ExecutorLending.class.getName());

    /** How long a loan is kept for a group that has not taken it up. */
    private static final long LONGEST_UNCLAIMED = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Guest> guests = new HashMap<>();

    /** After a restart of the controller, the workspaces of the guests that have not gone on yet, by id of the guest. */
    private final Map<String, WorkspaceList.Lease> workspaces = new HashMap<>();

    /** After a restart of the controller, the executors that builds with guests elsewhere have to get back. */
    private final List<Reservation> reservations = new ArrayList<>();

    /**
     * @param node the {@code node} block that had the executor
     * @param guest id of the guest that can only go on when its build has the executor again
     */
    private record Reservation(String agent, FlowNode node, String guest) {}

    /** @param run external id of the build that the group belongs to */
    private record Guest(String run, String agent, boolean claimed, long since) {

        boolean isGone() {
            return !claimed && System.nanoTime() - since > LONGEST_UNCLAIMED || !isBuilding(run);
        }
    }

    /** Returns the instance of this controller. */
    @NonNull
    public static ExecutorLending get() {
        return ExtensionList.lookupSingleton(ExecutorLending.class);
    }

    /**
     * Whether a build that holds an executor and has only waited may go on, because no guest needs the executor.
     *
     * @param computer the agent of the executor
     */
    public synchronized boolean mayGoOn(@NonNull Computer computer) {
        int there = guests(computer);
        return there == 0 || there <= Holders.waiting(computer);
    }

    /**
     * Lends an executor, if the agent has one to lend.
     *
     * @param run external id of the build that the group belongs to
     * @param id identifies the group's request for an agent
     * @return the loan, or null if there is no executor to lend or the group has a loan already
     */
    @CheckForNull
    synchronized Loan lend(@NonNull Computer computer, @NonNull String run, @NonNull String id) {
        if (guests.containsKey(id) || guests(computer) >= Holders.waiting(computer)) {
            return null;
        }
        guests.put(id, new Guest(run, computer.getName(), false, System.nanoTime()));
        return new Loan(id, computer.getName());
    }

    /** Takes up a loan. Fails if it has been withdrawn, for example by a restart of the controller. */
    synchronized boolean claim(@NonNull Loan loan, @NonNull FlowNode block) throws IOException {
        Guest guest = guests.remove(loan.id());
        if (guest == null) {
            return false;
        }
        guests.put(id(guest.run(), block), new Guest(guest.run(), guest.agent(), true, guest.since()));
        return true;
    }

    /** Ends a loan that was not taken up. */
    synchronized void withdraw(@NonNull Loan loan) {
        guests.remove(loan.id());
    }

    /** Records that a guest has left. */
    synchronized void left(@NonNull Run<?, ?> run, @NonNull FlowNode block) {
        guests.remove(id(run.getExternalizableId(), block));
    }

    /** Returns how many guests an agent has. */
    synchronized int guests(@NonNull Computer computer) {
        int count = 0;
        for (Guest guest : guests.values()) {
            count += guest.agent().equals(computer.getName()) ? 1 : 0;
        }
        return count;
    }

    /** Returns how many executors of an agent are kept for builds that had them before a restart of the controller. */
    synchronized int reserved(@NonNull Computer computer) {
        reservations.removeIf(each -> !guests.containsKey(each.guest())
                || each.agent().equals(computer.getName()) && Holders.has(computer, each.node()));
        return (int) reservations.stream()
                .filter(each -> each.agent().equals(computer.getName()))
                .map(Reservation::node)
                .distinct()
                .count();
    }

    /** Removes guests that did not announce their end, such as those of killed builds. */
    synchronized void prune() {
        guests.values().removeIf(Guest::isGone);
        workspaces.entrySet().removeIf(each -> {
            boolean gone = !guests.containsKey(each.getKey());
            if (gone) {
                each.getValue().release();
            }
            return gone;
        });
    }

    /**
     * Returns the workspace of a guest that goes on after a restart of the controller, which it has to release.
     *
     * @return null if its agent or the workspace is gone
     */
    @CheckForNull
    synchronized WorkspaceList.Lease workspace(@NonNull Run<?, ?> run, @NonNull FlowNode block) {
        return workspaces.remove(id(run.getExternalizableId(), block));
    }

    @NonNull
    static String id(@NonNull String run, @NonNull FlowNode node) {
        return run + ":" + node.getId();
    }

    /** Restores the guests of builds that go on after a restart of the controller. */
    private synchronized void load() {
        for (FlowExecution execution : FlowExecutionList.get()) {
            for (FlowNode head : execution.getCurrentHeads()) {
                for (BlockStartNode block : head.iterateEnclosingBlocks()) {
                    WorkspaceAction workspace = block.getAction(WorkspaceAction.class);
                    if (Holders.is(block, GuestStep.FUNCTION) && workspace != null) {
                        add(execution, block, workspace);
                    }
                }
            }
        }
    }

    private void add(FlowExecution execution, FlowNode block, WorkspaceAction workspace) {
        try {
            if (execution.getOwner().getExecutable() instanceof Run<?, ?> run) {
                String id = id(run.getExternalizableId(), block);
                Guest guest = new Guest(run.getExternalizableId(), workspace.getNode(), true, System.nanoTime());
                if (guests.putIfAbsent(id, guest) == null) {
                    keepWorkspace(id, workspace);
                    reserve(id, block);
                }
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot load the build of " + execution);
        }
    }

    private void keepWorkspace(String guest, WorkspaceAction workspace) throws InterruptedException {
        Computer computer = Jenkins.get().getComputer(workspace.getNode());
        if (computer == null) {
            // without the agent the guest fails as soon as it uses it
            return;
        }
        FilePath path = new FilePath((VirtualChannel) null, workspace.getPath());
        WorkspaceList.Lease lease = computer.getWorkspaceList().allocate(path);
        if (lease.path.getRemote().equals(path.getRemote())) {
            workspaces.put(guest, lease);
        } else {
            lease.release();
            LOGGER.warning(() -> "Another build has the workspace " + path + " on " + computer.getDisplayName());
        }
    }

    private void reserve(String guest, FlowNode block) {
        for (BlockStartNode enclosing : block.iterateEnclosingBlocks()) {
            WorkspaceAction workspace = enclosing.getAction(WorkspaceAction.class);
            if (Holders.is(enclosing, Holders.NODE) && workspace != null) {
                reservations.add(new Reservation(workspace.getNode(), enclosing, guest));
            }
        }
    }

    /** Runs before Pipeline resumes its builds. */
    @Extension(ordinal = 1000)
    public static final class Restart extends ItemListener {

        @Override
        public void onLoaded() {
            ExecutorLending.get().load();
        }
    }

    private static boolean isBuilding(String run) {
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Run<?, ?> found = Run.fromExternalizableId(run);
            return found != null && found.isBuilding();
        }
    }
}
