package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import java.io.Serializable;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** The reason why a group stops waiting in the queue: it may work on an executor that another build lends. */
public final class Loan extends CauseOfInterruption implements Serializable {

    private static final long serialVersionUID = 1L;

    // not a GuestId: flow nodes keep the loan, and XStream cannot read records
    private final String run;
    private final String block;

    @CheckForNull
    private final String agent;

    /**
     * @param id the group that it is for
     * @param agent name of the node, empty for the built-in one, or null if the loan is withdrawn
     */
    Loan(@NonNull GuestId id, @CheckForNull String agent) {
        this.run = id.run().text();
        this.block = id.block();
        this.agent = agent;
    }

    /**
     * Returns the loan that ended a wait.
     *
     * @param interruption the exception with which {@code node} ended
     * @return the loan, or null if it was withdrawn, so that the group has to ask for an agent again
     * @throws FlowInterruptedException if the interruption has another cause
     */
    @CheckForNull
    public static Loan of(@NonNull FlowInterruptedException interruption) throws FlowInterruptedException {
        for (CauseOfInterruption cause : interruption.getCauses()) {
            if (cause instanceof Loan loan) {
                return loan.agent == null ? null : loan;
            }
        }
        throw interruption;
    }

    @NonNull
    GuestId id() {
        return new GuestId(BuildId.parse(run), block);
    }

    @CheckForNull
    String agent() {
        return agent;
    }

    @NonNull
    Loan withdrawn() {
        return new Loan(id(), null);
    }

    @Override
    public String getShortDescription() {
        return agent == null ? Messages.Loan_withdrawn() : Messages.Loan_granted();
    }
}
