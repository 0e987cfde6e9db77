package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.PlatformCheck;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jenkins.MasterToSlaveFileCallable;

/** Reads the files of all images from named pipes on the agent, at the same time, and checks them. */
final class ReadImages extends MasterToSlaveFileCallable<LinkedHashMap<Platform, Verdict>> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 64 * 1024;

    private final LinkedHashMap<Platform, ImageConfig> images;
    private final PathPatterns allowed;

    /**
     * @param images the configurations of the images that there are pipes for
     * @param allowed the programs that may be for other platforms
     */
    ReadImages(@NonNull Map<Platform, ImageConfig> images, @NonNull PathPatterns allowed) {
        this.images = new LinkedHashMap<>(images);
        this.allowed = allowed;
    }

    /** @return the verdicts on the images, in their order */
    @Override
    public LinkedHashMap<Platform, Verdict> invoke(File directory, VirtualChannel channel)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(images.size(), task -> {
            Thread thread = new Thread(task, "multi-arch-build verification");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Map<Platform, Future<Verdict>> verdicts = new LinkedHashMap<>();
            images.forEach((platform, config) ->
                    verdicts.put(platform, threads.submit(() -> read(directory.toPath(), platform, config))));
            LinkedHashMap<Platform, Verdict> results = new LinkedHashMap<>();
            for (Map.Entry<Platform, Future<Verdict>> verdict : verdicts.entrySet()) {
                results.put(verdict.getKey(), verdict.getValue().get());
            }
            return results;
        } catch (ExecutionException e) {
            // the controller may not have the class of the cause
            throw new IOException(e.getCause().getMessage());
        } finally {
            threads.shutdownNow();
        }
    }

    private Verdict read(Path directory, Platform platform, ImageConfig config) throws IOException {
        try (InputStream pipe = new BufferedInputStream(
                new FileInputStream(directory.resolve(platform.targetName()).toFile()), BUFFER)) {
            return PlatformCheck.check(platform, ImageFiles.read(pipe), config, allowed);
        }
    }

    /**
     * Checks what an agent answered. It may be anything: an agent can be under the control of what was built on it.
     *
     * @param asked the platforms that it was asked about
     * @return the verdict on each of them
     * @throws DockerException if it is not one verdict for each
     */
    @NonNull
    static Map<Platform, Verdict> checked(@CheckForNull Object answer, @NonNull Set<Platform> asked)
            throws DockerException {
        Map<Platform, Verdict> verdicts = new LinkedHashMap<>();
        if (answer instanceof Map<?, ?> answers && answers.size() == asked.size()) {
            for (Platform platform : asked) {
                if (answers.get(platform) instanceof Verdict verdict) {
                    verdicts.put(platform, verdict);
                }
            }
        }
        if (verdicts.size() != asked.size()) {
            throw new DockerException("The images cannot be verified: the agent was asked about " + asked
                    + " and answered about something else. Build again on another agent, and install this one anew.");
        }
        return verdicts;
    }

    /**
     * Releases readers that wait for a writer that will not come: opening a pipe for reading and writing never blocks.
     */
    static final class Release extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final ArrayList<String> names;

        Release(@NonNull List<String> names) {
            this.names = new ArrayList<>(names);
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            for (String name : names) {
                File pipe = new File(directory, name);
                if (pipe.exists()) {
                    new RandomAccessFile(pipe, "rw").close();
                }
            }
            return null;
        }
    }
}
