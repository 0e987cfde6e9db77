package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.XmlFile;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import hudson.model.listeners.SaveableListener;
import hudson.slaves.ComputerListener;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import java.util.concurrent.TimeUnit;

/** Removes builders that nothing needs any more, whenever that may have come true. */
final class BuilderSweeper {

    private BuilderSweeper() {}

    private static void sweep() {
        Computer.threadPoolForRemoting.execute(() -> ManagedBuilders.get().sweep());
    }

    /** A builder that a build used may be out of date. */
    @Extension
    public static final class BuildIsOver extends RunListener<Run<?, ?>> {

        @Override
        public void onFinalized(Run<?, ?> run) {
            Computer.threadPoolForRemoting.execute(() -> {
                ManagedBuilders builders = ManagedBuilders.get();
                if (builders.isUser(run)) {
                    builders.sweep();
                }
            });
        }
    }

    /** The settings of a builder may have changed or gone. */
    @Extension
    public static final class SettingsChanged extends SaveableListener {

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof MultiArchBuildConfiguration) {
                sweep();
            }
        }
    }

    /** An agent came back that may have been away then. */
    @Extension
    public static final class AgentIsBack extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            sweep();
        }
    }

    /** A builder may have been idle for too long. */
    @Extension
    public static final class Hourly extends AsyncPeriodicWork {

        public Hourly() {
            super("Removal of multi-arch builders");
        }

        @Override
        public long getRecurrencePeriod() {
            return TimeUnit.HOURS.toMillis(1);
        }

        @Override
        protected void execute(@NonNull TaskListener listener) {
            ManagedBuilders.get().sweep();
        }
    }
}
