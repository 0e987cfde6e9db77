package io.jenkins.plugins.multiarchbuild.engine.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a program on Windows gets its arguments as they were, by the rules of Java and of Windows. */
class WindowsCommandTest {

    private static final List<String> MORE = List.of(
            "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":424}",
            "index:org.example.note=say \"hi\" in C:\\Program Files\\",
            "\"quoted\"",
            "\"a b\"",
            "tab\there",
            "é 中文 %PATH% ^&|<>",
            "C:\\\\\"x");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void argumentsArriveAsTheyWere(boolean javaEscapes) {
        List<String> arguments = new ArrayList<>(MORE);
        List<String> longest = List.of("");
        for (int length = 1; length <= 6; length++) {
            longest = longest.stream()
                    .flatMap(start -> List.of("a", " ", "\\", "\"").stream().map(start::concat))
                    .toList();
            arguments.addAll(longest);
        }
        if (javaEscapes) {
            // Java takes these for quoted already, but no argument of the plugin begins with a quotation mark
            arguments.removeIf(WindowsCommandTest::isQuoted);
        }

        List<String> command = WindowsCommand.of("docker", arguments, javaEscapes);

        List<String> expected = new ArrayList<>(List.of("docker"));
        expected.addAll(arguments);
        assertEquals(expected, split(join(command, javaEscapes)));
    }

    /** As {@code java.lang.ProcessImpl} joins a command on Windows, with and without allowAmbiguousCommands. */
    private static String join(List<String> command, boolean escapes) {
        return command.stream()
                .map(argument -> {
                    boolean special =
                            argument.isEmpty() || argument.matches(escapes ? "(?s).*[ \t\"<>].*" : "(?s).*[ \t].*");
                    if (isQuoted(argument) || !special) {
                        return argument;
                    }
                    String inner = argument;
                    if (escapes) {
                        inner = "";
                        for (String part : argument.split("(?<=\")", -1)) {
                            inner += part.endsWith("\"")
                                    ? part.substring(0, part.length() - 1)
                                            + "\\".repeat(trailing(part.substring(0, part.length() - 1)) + 1) + "\""
                                    : part;
                        }
                    }
                    return "\"" + inner + "\\".repeat(trailing(argument)) + "\"";
                })
                .collect(Collectors.joining(" "));
    }

    private static boolean isQuoted(String argument) {
        return argument.length() > 1
                && argument.startsWith("\"")
                && argument.endsWith("\"")
                && !argument.endsWith("\\\"");
    }

    private static int trailing(String text) {
        return text.length() - text.replaceFirst("\\\\+$", "").length();
    }

    /** As {@code CommandLineToArgvW} documents it. */
    private static List<String> split(String line) {
        List<String> arguments = new ArrayList<>();
        StringBuilder argument = null;
        boolean quoted = false;
        for (int i = 0; i < line.length(); ) {
            char c = line.charAt(i);
            if ((c == ' ' || c == '\t') && !quoted) {
                if (argument != null) {
                    arguments.add(argument.toString());
                    argument = null;
                }
                i++;
                continue;
            }
            argument = argument == null ? new StringBuilder() : argument;
            int end = i;
            while (end < line.length() && line.charAt(end) == '\\') {
                end++;
            }
            int backslashes = end - i;
            if (end < line.length() && line.charAt(end) == '"') {
                argument.append("\\".repeat(backslashes / 2));
                if (backslashes % 2 == 1) {
                    argument.append('"');
                } else {
                    quoted = !quoted;
                }
                i = end + 1;
            } else if (backslashes > 0) {
                argument.append("\\".repeat(backslashes));
                i = end;
            } else {
                argument.append(c);
                i++;
            }
        }
        if (argument != null) {
            arguments.add(argument.toString());
        }
        return arguments;
    }
}
