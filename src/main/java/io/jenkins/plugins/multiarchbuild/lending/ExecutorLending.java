package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.remoting.VirtualChannel;
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

    private final Map<GuestId, Guest> guests = new HashMap<>();

    /** After a restart of the controller, the workspaces of the guests that have not gone on yet. */
    private final Map<GuestId, WorkspaceList.Lease> workspaces = new HashMap<>();

    /** After a restart of the controller, the executors that builds with guests elsewhere have to get back. */
    private final List<Reservation> reservations = new ArrayList<>();

    /**
     * @param node the {@code node} block that had the executor
     * @param guest id of the guest that can only go on when its build has the executor again
     */
    private record Reservation(String agent, FlowNode node, GuestId guest) {}

    private record Guest(String agent, boolean claimed, long since) {

        boolean wasForgotten() {
            return !claimed && System.nanoTime() - since > LONGEST_UNCLAIMED;
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
     * @param id the group, by its request for an agent
     * @return the loan, or null if there is no executor to lend or the group has a loan already
     */
    @CheckForNull
    synchronized Loan lend(@NonNull Computer computer, @NonNull GuestId id) {
        if (guests.containsKey(id) || guests(computer) >= Holders.waiting(computer)) {
            return null;
        }
        guests.put(id, new Guest(computer.getName(), false, System.nanoTime()));
        return new Loan(id, computer.getName());
    }

    /** Takes up a loan. Fails if it has been withdrawn, for example by a restart of the controller. */
    synchronized boolean claim(@NonNull Loan loan, @NonNull FlowNode block) throws IOException {
        Guest guest = guests.remove(loan.id());
        if (guest == null) {
            return false;
        }
        guests.put(new GuestId(loan.id().run(), block.getId()), new Guest(guest.agent(), true, guest.since()));
        return true;
    }

    /** Ends a loan that was not taken up. */
    synchronized void withdraw(@NonNull Loan loan) {
        guests.remove(loan.id());
    }

    /** Records that a guest has left. */
    synchronized void left(@NonNull Run<?, ?> run, @NonNull FlowNode block) throws IOException {
        guests.remove(GuestId.of(run, block));
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
        guests.entrySet()
                .removeIf(each ->
                        each.getValue().wasForgotten() || !each.getKey().run().isBuilding());
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
    synchronized WorkspaceList.Lease workspace(@NonNull Run<?, ?> run, @NonNull FlowNode block) throws IOException {
        return workspaces.remove(GuestId.of(run, block));
    }

    private synchronized void moved(String oldFullName, String newFullName) {
        for (GuestId id : List.copyOf(guests.keySet())) {
            GuestId moved = id.moved(oldFullName, newFullName);
            guests.put(moved, guests.remove(id));
            if (workspaces.containsKey(id)) {
                workspaces.put(moved, workspaces.remove(id));
            }
        }
        reservations.replaceAll(
                each -> new Reservation(each.agent(), each.node(), each.guest().moved(oldFullName, newFullName)));
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
                GuestId id = GuestId.of(run, block);
                Guest guest = new Guest(workspace.getNode(), true, System.nanoTime());
                if (guests.putIfAbsent(id, guest) == null) {
                    keepWorkspace(id, workspace);
                    reserve(id, block);
                }
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot load the build of " + execution);
        }
    }

    private void keepWorkspace(GuestId guest, WorkspaceAction workspace) throws InterruptedException {
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

    private void reserve(GuestId guest, FlowNode block) {
        for (BlockStartNode enclosing : block.iterateEnclosingBlocks()) {
            WorkspaceAction workspace = enclosing.getAction(WorkspaceAction.class);
            if (Holders.is(enclosing, Holders.NODE) && workspace != null) {
                reservations.add(new Reservation(workspace.getNode(), enclosing, guest));
            }
        }
    }

    /** Restores the guests before Pipeline resumes its builds, and knows them when their jobs move. */
    @Extension(ordinal = 1000)
    public static final class Jobs extends ItemListener {

        @Override
        public void onLoaded() {
            ExecutorLending.get().load();
        }

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            ExecutorLending.get().moved(oldFullName, newFullName);
        }
    }
}
