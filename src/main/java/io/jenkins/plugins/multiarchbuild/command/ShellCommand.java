package io.jenkins.plugins.multiarchbuild.command;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.BuildxPlugin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines for agents with a Bourne shell. The shell finds the program in the PATH of the build, where Java would
 * use the agent's own. It also passes arguments to the program byte for byte: Java encodes them in the charset of its
 * locale, which in a POSIX locale turns everything but ASCII into question marks.
 */
public final class ShellCommand {

    /**
     * The environment variable with the directories of {@code docker}'s plugins, separated by colons. Only where it is
     * set, {@code docker buildx} is replaced by the plugin, as {@link BuildxPlugin} explains.
     */
    public static final String PLUGINS = "MULTI_ARCH_BUILD_PLUGINS";

    /**
     * Replaces {@code docker buildx} at the beginning of the arguments by the plugin. The shell that runs the command
     * looks for it, since that may be in a container.
     */
    public static final String DIRECTLY = """
            directly() {
              docker=$(command -v docker) || return 0
              IFS= read -r first < "$docker" || :
              case $first in '#!'*) return 0 ;; esac
              IFS=:
              for directory in $MULTI_ARCH_BUILD_PLUGINS; do
                if [ -x "$directory/docker-buildx" ]; then
                  plugin=$directory/docker-buildx
                  break
                fi
              done
              unset IFS
            }
            plugin=
            if [ -n "$MULTI_ARCH_BUILD_PLUGINS" ] && [ "$1 $2" = 'docker buildx' ]; then
              directly
              if [ -n "$plugin" ]; then
                shift 2
                set -- "$plugin" "$@"
              fi
            fi
            """;

    private static final String EXEC = DIRECTLY + "exec \"$@\"";

    /** Decodes every argument. The dot preserves line breaks at the end of an argument, which a substitution drops. */
    private static final String DECODE = """
            n=$#
            while [ "$n" -gt 0 ]; do
              a=$(printf '%b.' "$1")
              shift
              set -- "$@" "${a%.}"
              n=$((n - 1))
            done
            """ + EXEC;

    private ShellCommand() {}

    /** Returns the command line that runs a program with arguments. */
    @NonNull
    static List<String> of(@NonNull String program, @NonNull List<String> arguments) {
        boolean ascii = arguments.stream().allMatch(argument -> argument.chars().allMatch(c -> c < 0x80));
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", ascii ? EXEC : DECODE, program, program));
        arguments.forEach(argument -> command.add(ascii ? argument : encode(argument)));
        return command;
    }

    /** Returns the form that {@code printf %b} decodes: {@code é\} is {@code \0303\0251\\}. */
    @NonNull
    static String encode(@NonNull String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            if (value == '\\') {
                encoded.append("\\\\");
            } else if (value < 0) {
                encoded.append("\\0").append(Integer.toOctalString(value & 0xff));
            } else {
                encoded.append((char) value);
            }
        }
        return encoded.toString();
    }
}
