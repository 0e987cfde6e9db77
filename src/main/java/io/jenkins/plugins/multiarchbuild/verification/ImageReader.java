package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.PlatformCheck;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jenkins.MasterToSlaveFileCallable;

/** Reads images in the private directory of a group on the agent, all at the same time. */
abstract class ImageReader extends MasterToSlaveFileCallable<LinkedHashMap<ImageKey, Verdict>> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final ArrayList<Reading> readings;
    private final PathPatterns allowed;

    /**
     * @param job the full name of the job
     * @param readings the images
     * @param allowed the programs that may be for other platforms
     */
    ImageReader(@NonNull String job, @NonNull List<Reading> readings, @NonNull PathPatterns allowed) {
        this.job = job;
        this.readings = new ArrayList<>(readings);
        this.allowed = allowed;
    }

    /** Reads one image and returns the verdict on it, or null if more of it is to be read. */
    @CheckForNull
    abstract Verdict read(@NonNull Path directory, @NonNull Reading reading) throws IOException;

    /** @return the verdicts in the order of the images */
    @Override
    public LinkedHashMap<ImageKey, Verdict> invoke(File directory, VirtualChannel channel)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, readings.size()), task -> {
            Thread thread = new Thread(task, "multi-arch-build verification");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Map<ImageKey, Future<Verdict>> running = new LinkedHashMap<>();
            readings.forEach(reading ->
                    running.put(reading.key(), threads.submit(() -> read(directory.toPath(), reading))));
            LinkedHashMap<ImageKey, Verdict> verdicts = new LinkedHashMap<>();
            for (Map.Entry<ImageKey, Future<Verdict>> each : running.entrySet()) {
                Verdict verdict = each.getValue().get();
                if (verdict != null) {
                    verdicts.put(each.getKey(), verdict);
                }
            }
            return verdicts;
        } catch (ExecutionException e) {
            // the controller may not have the class of the cause
            throw new IOException(e.getCause().getMessage());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns the images. */
    @NonNull
    final List<Reading> readings() {
        return readings;
    }

    /** Checks an image of which everything is read. */
    @NonNull
    final Verdict verdict(@NonNull Reading reading, @NonNull ImageFiles files) {
        return PlatformCheck.check(reading.platform(), files, reading.config(), allowed);
    }

    /** Returns the files of the lowest layers of an image, or null if they are not known. */
    @CheckForNull
    final ImageFiles known(@NonNull Reading reading, int layers) {
        return layers == 0 ? ImageFiles.NONE : KnownFiles.get(job, reading.lowest(layers));
    }

    /** Keeps the files of the lowest layers of an image. */
    final void keep(@NonNull Reading reading, int layers, @NonNull ImageFiles files) {
        KnownFiles.add(job, reading.lowest(layers), files);
    }

    /**
     * Checks what an agent answered. It may be anything: an agent can be under the control of what was built on it.
     *
     * @param asked the images that it was asked about
     * @return the verdict on each of them
     * @throws DockerException if it is not one verdict for each
     */
    @NonNull
    static Map<ImageKey, Verdict> checked(@CheckForNull Object answer, @NonNull List<Reading> asked)
            throws DockerException {
        Map<ImageKey, Verdict> verdicts = new LinkedHashMap<>();
        if (answer instanceof Map<?, ?> answers && answers.size() == asked.size()) {
            for (Reading reading : asked) {
                if (answers.get(reading.key()) instanceof Verdict verdict) {
                    verdicts.put(reading.key(), verdict);
                }
            }
        }
        if (verdicts.size() != asked.size()) {
            String images = asked.stream().map(Reading::key).toList().toString();
            throw new DockerException(Sentence.of("ImageReader.otherAnswer", images));
        }
        return verdicts;
    }
}
