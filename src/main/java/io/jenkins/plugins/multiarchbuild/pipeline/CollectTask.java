package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Failure;
import io.jenkins.plugins.multiarchbuild.engine.buildx.MetadataFile;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Reads the digests after a bake, or why it failed. */
public final class CollectTask implements AgentTask<ArrayList<PlatformImage>> {

    private static final long serialVersionUID = 1L;

    private final GroupBuild build;
    private final int exitCode;
    private final long durationMillis;

    public CollectTask(@NonNull GroupBuild build, int exitCode, long durationMillis) {
        this.build = build;
        this.exitCode = exitCode;
        this.durationMillis = durationMillis;
    }

    @Override
    public String label() {
        return Messages.AgentTask_collect();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return build.credentialsIds();
    }

    @Override
    public ArrayList<PlatformImage> run(Agent agent) throws IOException, InterruptedException, BuildxException {
        FilePath directory = build.directory(agent);
        if (exitCode != 0) {
            String log = directory.child(BakeScript.LOG).act(new Tail());
            throw new BuildxException("The build of " + build.getName() + " failed. "
                    + (log.isEmpty()
                            ? "buildx ended with exit code " + exitCode + "."
                            : Failure.ofBuild(log, build.group().platforms())));
        }
        String metadata = directory.child(BakeScript.METADATA).readToString();
        ArrayList<PlatformImage> images = new ArrayList<>();
        for (BuiltImage image : MetadataFile.read(metadata, build.request(), build.group())) {
            images.add(new PlatformImage(image, agent.name(), durationMillis));
            agent.log(image.platform() + " is " + image.reference());
        }
        return images;
    }

    /** The end of a file, or nothing where there is no file. */
    private static final class Tail extends MasterToSlaveFileCallable<String> {

        private static final long serialVersionUID = 1L;

        private static final int LONGEST = 64 * 1024;

        @Override
        public String invoke(File file, VirtualChannel channel) throws IOException {
            if (!file.exists()) {
                return "";
            }
            try (RandomAccessFile log = new RandomAccessFile(file, "r")) {
                byte[] end = new byte[(int) Math.min(LONGEST, log.length())];
                log.seek(log.length() - end.length);
                log.readFully(end);
                return new String(end, StandardCharsets.UTF_8);
            }
        }
    }
}
