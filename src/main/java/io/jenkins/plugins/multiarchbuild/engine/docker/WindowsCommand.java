package io.jenkins.plugins.multiarchbuild.engine.docker;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines for Windows agents. A program there gets one string, which it takes apart by the rules of {@code
 * CommandLineToArgvW}. Java puts this string together, and by default quotes arguments with spaces but leaves quotation
 * marks in them as they are.
 */
public final class WindowsCommand {

    private WindowsCommand() {}

    /**
     * Returns the command line that runs a program with arguments.
     *
     * @param javaEscapes whether Java on the agent escapes quotation marks
     */
    @NonNull
    public static List<String> of(@NonNull String program, @NonNull List<String> arguments, boolean javaEscapes) {
        List<String> command = new ArrayList<>(List.of(program));
        arguments.forEach(argument -> command.add(javaEscapes ? argument : escape(argument)));
        return command;
    }

    /** Escapes quotation marks, with twice the backslashes before them: {@code "a\"} is {@code \"a\\\"}. */
    private static String escape(String argument) {
        return argument.replaceAll("(\\\\*)\"", "$1$1\\\\\"");
    }
}
