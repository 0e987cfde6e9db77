package io.jenkins.plugins.multiarchbuild.agent;

import io.jenkins.plugins.multiarchbuild.command.ShellCommand;
import io.jenkins.plugins.multiarchbuild.engine.progress.BakeProgress;

/**
 * The scripts that run buildx. They are the same for every build: whatever differs is in the environment, in the bake
 * definition or in a file with one entitlement per line, so that no shell reads it as code.
 */
public final class BakeScript {

    /** The environment variable with the private directory of the build group. */
    public static final String DIRECTORY = "MULTI_ARCH_BUILD";

    /** The environment variable with flags for Windows agents, where no file of entitlements is read. */
    public static final String FLAGS = "MULTI_ARCH_BUILD_FLAGS";

    /** The file with the entitlements that the bake gets, one per line. */
    public static final String ALLOW = "allow";

    /** Defines the shell function {@code buildx}, which calls {@code docker buildx}, or its plugin where that is the same. */
    public static final String BUILDX = """
            buildx() {
              set -- docker buildx "$@"
            """ + ShellCommand.DIRECTLY + """
              "$@"
            }
            """;

    /**
     * For agents with a Bourne shell. It keeps a copy of the log, from which the platform that failed is read. After
     * five seconds without output from buildx it prints a {@link BakeProgress#HEARTBEAT} every second: without output,
     * {@code sh} checks whether its process has ended less and less often, in the end only every 15 s.
     *
     * <p>It also notes when the log reached which size, and the last time when it had not reached it yet. It looks four
     * times a second for the first ten seconds, where {@code sleep} takes fractions, and every second from then on. So
     * the times of steps do not depend on when Jenkins reads the log, and a restart of the controller does not lose them.
     *
     * <p>On a full disk it empties its log, to make room for the exit code that {@code sh} writes: Pipeline waits minutes
     * for one that could not be written.
     */
    public static final String UNIX =
            """
            #!/bin/sh
            set -- docker buildx
            """ + ShellCommand.DIRECTLY + """
            set -- "$@" bake
            while IFS= read -r entitlement; do
              set -- "$@" --allow "$entitlement"
            done < "$MULTI_ARCH_BUILD/allow"
            : > "$MULTI_ARCH_BUILD/bake.log"
            rm -f "$MULTI_ARCH_BUILD/exit"
            note() {
              now=$(wc -c < "$MULTI_ARCH_BUILD/bake.log") || return
              before=$time
              time=$(date +%s%N)
              if [ "$now" != "$noted" ]; then
                noted=$now
                echo "${before:-$time}" "$time" $now >> "$MULTI_ARCH_BUILD/times"
              fi
            }
            pass_second() {
              if [ "$passed" -lt 10 ] && sleep 0.25 2> /dev/null; then
                passed=$((passed + 1))
                note
                sleep 0.25
                note
                sleep 0.25
                note
                sleep 0.25
              else
                sleep 1
              fi
              note
            }
            show_life() {
              size=0
              silent=0
              passed=0
              while pass_second; do
                silent=$((silent + 1))
                if [ "$now" != "$size" ]; then
                  size=$now
                  silent=0
                elif [ "$silent" -ge 5 ]; then
                  echo '""" + BakeProgress.HEARTBEAT + """
            '
                fi
              done
            }
            rm -f "$MULTI_ARCH_BUILD/times"
            note
            show_life &
            {
              "$@" --file "$MULTI_ARCH_BUILD/plan.json" \\
                --metadata-file "$MULTI_ARCH_BUILD/metadata.json" --progress plain 2>&1
              echo $? > "$MULTI_ARCH_BUILD/exit"
            } | tee "$MULTI_ARCH_BUILD/bake.log"
            kill $! 2>/dev/null
            note
            echo '""" + BakeProgress.END_OF_BAKE + """
            '
            if [ -e "$MULTI_ARCH_BUILD/exit" ] && [ ! -s "$MULTI_ARCH_BUILD/exit" ]; then
              : > "$MULTI_ARCH_BUILD/bake.log"
              exit 1
            fi
            exit "$(cat "$MULTI_ARCH_BUILD/exit")"
            """;

    /** For Windows agents. */
    public static final String WINDOWS = """
            @docker buildx bake %MULTI_ARCH_BUILD_FLAGS% --file "%MULTI_ARCH_BUILD%\\plan.json" ^
              --metadata-file "%MULTI_ARCH_BUILD%\\metadata.json" --progress plain
            """;

    private BakeScript() {}
}
