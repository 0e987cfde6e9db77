package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ConfigDirectory;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Makes directories on agents that only the agent's user may enter. */
final class PrivateDirectory {

    private PrivateDirectory() {}

    static void create(@NonNull FilePath directory) throws IOException, InterruptedException {
        directory.act(new Create());
    }

    private static final class Create extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            ConfigDirectory.create(directory.toPath());
            return null;
        }
    }
}
