package io.jenkins.plugins.multiarchbuild.harness;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** Conditions of this machine, and how to wait for one. */
public final class Conditions {

    private static final long INTERVAL_MILLIS = 50;

    private Conditions() {}

    /** Waits until a condition holds, and fails if that takes longer than some time. */
    public static void await(Duration atMost, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("The condition does not hold after " + atMost);
            }
            Thread.sleep(INTERVAL_MILLIS);
        }
    }

    /** Whether a process on this machine has an argument. */
    public static boolean isRunningWith(String argument) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> Arrays.asList(process.info().arguments().orElse(new String[0]))
                        .contains(argument));
    }
}
