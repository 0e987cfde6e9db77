package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.FilePath.TarCompression;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.flow.StashManager;

/** Makes the directory for the source of a group, and unpacks the calling workspace's contexts there if that is the source. */
public final class UnpackTask implements AgentTask<String> {

    private static final long serialVersionUID = 1L;

    private final BuildJob job;
    private final GroupBuild build;

    public UnpackTask(@NonNull BuildJob job, @NonNull GroupBuild build) {
        this.job = job;
        this.build = build;
    }

    @Override
    public String label() {
        return Messages.AgentTask_unpack();
    }

    /** @return the directory to build in */
    @Override
    public String run(Agent agent) throws IOException, InterruptedException {
        PrivateDirectory.create(build.directory(agent));
        FilePath source = build.sourceDirectory(agent);
        source.mkdirs();
        if (job.getSource() == SourceFrom.WORKSPACE) {
            FilePath download = build.directory(agent).child("download");
            StashManager.unstash(
                    agent.run(), job.getStashName(), download, agent.launcher(), agent.environment(), agent.listener());
            BuildSource contexts = build.request().source();
            for (String path : contexts.directories()) {
                download.child(PackTask.archive(contexts, path)).untar(source.child(path), TarCompression.NONE);
            }
            download.deleteRecursive();
        }
        return source.getRemote();
    }
}
