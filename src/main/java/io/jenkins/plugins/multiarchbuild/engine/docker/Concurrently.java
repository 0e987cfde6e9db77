package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Runs independent commands, a few at a time; closing it ends those that still run. */
public final class Concurrently implements AutoCloseable {

    /** Enough to hide a registry's latency, few enough for rate limits and for the agent's processes. */
    private static final int AT_A_TIME = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, task -> {
        Thread thread = new Thread(task, "multi-arch-build");
        thread.setDaemon(true);
        return thread;
    });

    /** A command for one subject. */
    @FunctionalInterface
    public interface Command<A, R> {

        @NonNull
        R run(@NonNull A subject) throws IOException, InterruptedException, DockerException;
    }

    /** A command for one subject, without a result. */
    @FunctionalInterface
    public interface Action<A> {

        void run(@NonNull A subject) throws IOException, InterruptedException, DockerException;
    }

    /**
     * Running commands.
     *
     * @param futures their future results, in the order of the subjects
     */
    public record Running<R>(@NonNull List<Future<R>> futures) {

        /**
         * Waits for all of them, even if one fails.
         *
         * @return the results in the order of the subjects
         * @throws DockerException the first failure in the order of the subjects
         */
        @NonNull
        public List<R> await() throws IOException, InterruptedException, DockerException {
            List<R> results = new ArrayList<>();
            Throwable failure = null;
            for (Future<R> future : futures) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                }
            }
            if (failure instanceof DockerException e) {
                throw e;
            }
            if (failure instanceof IOException e) {
                throw e;
            }
            // such as one that says that the agent has gone
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return results;
        }
    }

    /** Starts a command for each subject. */
    @NonNull
    public <A, R> Running<R> start(@NonNull Collection<A> subjects, @NonNull Command<A, R> command) {
        List<Future<R>> futures = new ArrayList<>();
        subjects.forEach(subject -> futures.add(threads.submit(() -> command.run(subject))));
        return new Running<>(futures);
    }

    /**
     * Runs a command for each subject and waits for them. Once one has failed, none of those after it begins any more; the
     * failure that is thrown is always that of the first subject that fails, in their order.
     *
     * @throws DockerException as {@link Running#await}
     */
    public <A> void forEach(@NonNull Collection<A> subjects, @NonNull Action<A> action)
            throws IOException, InterruptedException, DockerException {
        List<A> all = List.copyOf(subjects);
        AtomicInteger failed = new AtomicInteger(all.size());
        start(IntStream.range(0, all.size()).boxed().toList(), i -> {
                    if (failed.get() < i) {
                        return i;
                    }
                    try {
                        action.run(all.get(i));
                        return i;
                    } catch (IOException | InterruptedException | DockerException | RuntimeException e) {
                        failed.accumulateAndGet(i, Math::min);
                        throw e;
                    }
                })
                .await();
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
    }
}
