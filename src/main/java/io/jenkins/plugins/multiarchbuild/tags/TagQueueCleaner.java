package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.PeriodicWork;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;

/** Removes builds from the queue that could not leave it themselves. */
final class TagQueueCleaner {

    private TagQueueCleaner() {}

    /** A build is over. */
    @Extension
    public static final class BuildIsOver extends RunListener<Run<?, ?>> {

        @Override
        public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
            Computer.threadPoolForRemoting.execute(() -> TagQueue.get().leave(run));
        }
    }

    /** Finds builds that were deleted or could not be resumed, whose end is not announced. */
    @Extension
    public static final class BuildIsGone extends PeriodicWork {

        @Override
        public long getRecurrencePeriod() {
            return MIN;
        }

        @Override
        protected void doRun() {
            TagQueue.get().leaveIfOver();
        }
    }
}
