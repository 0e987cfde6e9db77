package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/** Asks agents at the same time, each for a limited time. Nothing waits for an agent that does not answer. */
final class Survey {

    /** How many seconds an agent may take. Starting a builder for the first time includes pulling BuildKit's image. */
    private static final String SECONDS = Survey.class.getPackageName() + ".seconds";

    private static final int DEFAULT_SECONDS = 60;

    private final long started = System.currentTimeMillis();
    private final Map<Computer, AskAgent> questions = new LinkedHashMap<>();
    private final Map<Computer, AgentReadiness> answers = new ConcurrentHashMap<>();
    private final List<Future<?>> threads = new ArrayList<>();
    private final CountDownLatch missing;
    private boolean cancelled;

    /** @param questions one for each agent; those of agents that are offline are not asked */
    Survey(@NonNull List<AskAgent> questions) {
        questions.forEach(each -> this.questions.put(each.computer(), each));
        missing = new CountDownLatch(this.questions.size());
    }

    /** Returns how long an agent may take. */
    @NonNull
    static Duration limit() {
        return Duration.ofSeconds(Math.max(1, SystemProperties.getInteger(SECONDS, DEFAULT_SECONDS)));
    }

    /**
     * Begins to ask, in threads of its own.
     *
     * @param logins looks up the logins that the agents try; it may take as long as an agent
     */
    void start(@NonNull Supplier<Logins> logins) {
        for (AskAgent question : questions.values()) {
            if (question.computer().isOffline()) {
                answer(question, offline(question.computer()));
            }
        }
        keep(Computer.threadPoolForRemoting.submit(() -> ask(logins)));
        // even if a store of credentials does not answer
        Timer.get().schedule(this::end, 2 * limit().toSeconds(), TimeUnit.SECONDS);
    }

    private void ask(Supplier<Logins> lookedUp) {
        Logins logins = lookedUp.get();
        for (AskAgent question : questions.values()) {
            if (!answers.containsKey(question.computer())) {
                Future<?> thread = Computer.threadPoolForRemoting.submit(() -> {
                    answer(question, question.answer(logins));
                    return null;
                });
                keep(thread);
                Timer.get()
                        .schedule(
                                () -> {
                                    if (answer(question, noAnswer(question.computer()))) {
                                        thread.cancel(true);
                                    }
                                },
                                limit().toSeconds(),
                                TimeUnit.SECONDS);
            }
        }
    }

    private synchronized void keep(Future<?> thread) {
        threads.add(thread);
        if (cancelled) {
            thread.cancel(true);
        }
    }

    /** Whether this is the first answer of the agent. */
    private boolean answer(AskAgent question, AgentReadiness answer) {
        boolean first = answers.putIfAbsent(question.computer(), answer) == null;
        if (first) {
            missing.countDown();
        }
        return first;
    }

    private static AgentReadiness offline(Computer computer) {
        return AgentReadiness.without(
                computer.getDisplayName(), AgentReadiness.State.OFFLINE, Sentence.of("Survey.offline"));
    }

    private static AgentReadiness noAnswer(Computer computer) {
        return AgentReadiness.without(
                computer.getDisplayName(),
                AgentReadiness.State.NO_ANSWER,
                Sentence.of("Survey.noAnswer", limit().toSeconds()));
    }

    /** Ends it; agents that have not answered count as such. */
    void end() {
        questions.values().forEach(question -> answer(question, noAnswer(question.computer())));
        synchronized (this) {
            cancelled = true;
            threads.forEach(thread -> thread.cancel(true));
        }
    }

    /** Waits until all agents have answered or their time is over. */
    void await() throws InterruptedException {
        missing.await();
    }

    boolean isRunning() {
        return missing.getCount() > 0;
    }

    /** Returns when it began, in milliseconds since 1970. */
    long started() {
        return started;
    }

    /** Returns what is known so far of an agent. */
    @NonNull
    AgentReadiness of(@NonNull Computer computer) {
        AgentReadiness answer = answers.get(computer);
        return answer == null ? AgentReadiness.asking(computer.getDisplayName()) : answer;
    }

    /** Returns the agents that went away while they were asked. */
    @NonNull
    List<Computer> gone() {
        return questions.keySet().stream()
                .filter(computer -> of(computer).isGone())
                .toList();
    }

    /** Returns what is known so far, in the order of the questions. */
    @NonNull
    List<AgentReadiness> rows() {
        return questions.keySet().stream().map(this::of).toList();
    }
}
