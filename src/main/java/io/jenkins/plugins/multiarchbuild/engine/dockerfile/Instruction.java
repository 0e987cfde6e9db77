package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction of a Dockerfile, on one line whatever its number of lines was.
 *
 * @param line number of its first line, from 1
 * @param name its name in upper case
 * @param text what follows the name
 */
record Instruction(int line, @NonNull String name, @NonNull String text) {

    /** A parser directive, which looks like a comment. */
    private static final Pattern DIRECTIVE =
            Pattern.compile("\\s*#\\s*(?<name>[a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(?<value>\\S.*?)\\s*");

    private static final Pattern HEREDOC =
            Pattern.compile("\\d*<<(?<tabs>-?)(?:(?<quote>[\"'])(?<quoted>[^<\"']+)\\k<quote>|(?<end>[^<\"'\\s]+))");

    private static final Set<String> WITH_HEREDOCS = Set.of("RUN", "COPY", "ADD", "ONBUILD");

    /**
     * A Dockerfile.
     *
     * @param syntax the frontend that it asks for, or an empty text
     * @param escape the character that continues a line
     * @param instructions its instructions
     */
    record Script(
            @NonNull String syntax, char escape, @NonNull List<Instruction> instructions) {}

    /** Reads a Dockerfile as BuildKit does: comments, empty lines and here-documents are left out. */
    @NonNull
    static Script parse(@NonNull String dockerfile) {
        List<String> lines = dockerfile.replaceFirst("^\ufeff", "").lines().toList();
        String syntax = "";
        char escape = '\\';
        for (String line : lines) {
            Matcher directive = DIRECTIVE.matcher(line);
            if (!directive.matches()) {
                break;
            }
            String value = directive.group("value");
            switch (directive.group("name").toLowerCase(Locale.ROOT)) {
                case "syntax" -> syntax = value;
                case "escape" -> escape = value.charAt(0);
                default -> {}
            }
        }
        return new Script(syntax, escape, read(lines, escape));
    }

    /** The words of the text, separated by white space. */
    @NonNull
    List<String> words() {
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
    }

    private static List<Instruction> read(List<String> lines, char escape) {
        List<Instruction> instructions = new ArrayList<>();
        int next = 0;
        while (next < lines.size()) {
            int first = next;
            StringBuilder text = new StringBuilder();
            boolean continued = true;
            while (continued && next < lines.size()) {
                String line = lines.get(next++);
                if (isComment(line) || line.isBlank()) {
                    // neither ends an instruction that goes on
                    continued = text.length() > 0;
                    continue;
                }
                continued = isContinued(line, escape);
                text.append(continued ? line.substring(0, line.stripTrailing().length() - 1) : line);
            }
            String[] parts = text.toString().strip().split("\\s+", 2);
            if (!parts[0].isEmpty()) {
                Instruction instruction = new Instruction(
                        first + 1, parts[0].toUpperCase(Locale.ROOT), parts.length < 2 ? "" : parts[1].strip());
                instructions.add(instruction);
                if (WITH_HEREDOCS.contains(instruction.name)) {
                    next = skipHeredocs(instruction.text, lines, next, escape);
                }
            }
        }
        return instructions;
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }

    private static boolean isContinued(String line, char escape) {
        String text = line.stripTrailing();
        int last = text.length() - 1;
        return last >= 0 && text.charAt(last) == escape && (last == 0 || text.charAt(last - 1) != escape);
    }

    private static int skipHeredocs(String text, List<String> lines, int next, char escape) {
        int line = next;
        for (String word : shellWords(text, escape)) {
            Matcher heredoc = HEREDOC.matcher(word);
            if (heredoc.matches()) {
                boolean tabs = !heredoc.group("tabs").isEmpty();
                String end = heredoc.group("end") == null ? heredoc.group("quoted") : heredoc.group("end");
                while (line < lines.size() && !end.equals(tabs ? withoutTabs(lines.get(line)) : lines.get(line))) {
                    line++;
                }
                line++;
            }
        }
        return line;
    }

    private static String withoutTabs(String line) {
        return line.replaceFirst("^\t+", "");
    }

    /** Splits at white space outside of quotes; the quotes are kept. */
    private static List<String> shellWords(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                words.add(word.toString());
                word.setLength(0);
                continue;
            }
            word.append(c);
            if (c == escape && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        words.add(word.toString());
        return words;
    }
}
