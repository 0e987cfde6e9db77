package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads several images on the agent at the same time. */
final class Readers {

    /** Reads one image. */
    @FunctionalInterface
    interface Reader {

        /** @return the verdict, or null if that is not all */
        @CheckForNull
        Verdict read(@NonNull Reading reading) throws IOException;
    }

    private Readers() {}

    /**
     * Reads images.
     *
     * @return the verdicts in the order of the images
     * @throws IOException if one of them cannot be read
     */
    @NonNull
    static LinkedHashMap<Platform, Verdict> run(@NonNull List<Reading> readings, @NonNull Reader reader)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, readings.size()), task -> {
            Thread thread = new Thread(task, "multi-arch-build verification");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Map<Platform, Future<Verdict>> running = new LinkedHashMap<>();
            readings.forEach(reading -> running.put(reading.platform(), threads.submit(() -> reader.read(reading))));
            LinkedHashMap<Platform, Verdict> verdicts = new LinkedHashMap<>();
            for (Map.Entry<Platform, Future<Verdict>> each : running.entrySet()) {
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
}
