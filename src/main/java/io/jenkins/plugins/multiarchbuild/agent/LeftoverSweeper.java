package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import hudson.slaves.ComputerListener;

/** Removes directories that a build could not remove itself, when the build is over and when their agent is back. */
final class LeftoverSweeper {

    private LeftoverSweeper() {}

    /** An agent came back, perhaps after it died in the middle of a build. */
    @Extension
    public static final class AgentIsBack extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            AgentDirectories.get().sweep(computer);
        }
    }

    /** A build is over, so none of its branches needs its directories any more. */
    @Extension
    public static final class BuildIsOver extends RunListener<Run<?, ?>> {

        @Override
        public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
            Computer.threadPoolForRemoting.execute(() -> AgentDirectories.get().sweep(run));
        }
    }
}
