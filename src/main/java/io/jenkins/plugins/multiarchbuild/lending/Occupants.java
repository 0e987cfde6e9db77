package io.jenkins.plugins.multiarchbuild.lending;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.core.Authentication;

/** Names the builds that keep the executors of an agent busy. */
final class Occupants {

    private Occupants() {}

    /**
     * Returns a sentence about the agent; builds that the waiting one may not see are not named.
     */
    @NonNull
    static String of(@NonNull Computer computer, @NonNull Queue.Item waiting) {
        if (computer.isOffline()) {
            return Messages.Occupants_offline(computer.getDisplayName());
        }
        Authentication reader = Tasks.getAuthenticationOf2(Tasks.getOwnerTaskOf(waiting.task));
        List<String> names = new ArrayList<>();
        for (Executor executor : computer.getExecutors()) {
            Queue.Executable executable = executor.getCurrentExecutable();
            if (executable != null) {
                Queue.Task owner = Tasks.getOwnerTaskOf(executable.getParent().getOwnerTask());
                boolean visible = owner instanceof Item item && item.getACL().hasPermission2(reader, Item.READ);
                names.add(visible ? executable.getParent().getDisplayName() : Messages.Occupants_another());
            }
        }
        return names.isEmpty()
                ? Messages.Occupants_none(computer.getDisplayName())
                : Messages.Occupants_held(computer.getDisplayName(), String.join(", ", names));
    }
}
