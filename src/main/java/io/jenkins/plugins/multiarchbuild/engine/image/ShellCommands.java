package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the commands in the text of a shell, as far as that is possible without running it. */
final class ShellCommands {

    /** The most commands that are kept of a script. */
    static final int MOST_OF_SCRIPT = 8;

    private static final Set<String> KEYWORDS =
            Set.of("if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "nohup", "command");

    private static final Pattern ASSIGNMENT = Pattern.compile("\\w+=.*", Pattern.DOTALL);

    /** What a text has in it that lets the machine decide which of several programs it starts. */
    private static final Pattern CHOICE = Pattern.compile("\\b(?:case|if|uname|arch)\\b|print-architecture");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    private static final Pattern EXEC = Pattern.compile("(?<![\\w.$/-])exec[ \\t]+(?<command>[^\\n;&|)]+)");

    /** How {@code env} gets several words as one. */
    private static final Pattern SPLIT =
            Pattern.compile("(?:-[a-zA-Z]*?S|--split-string(?:=|$))(?<text>.*)", Pattern.DOTALL);

    private ShellCommands() {}

    /**
     * One command of a text.
     *
     * @param words the program and its arguments, without quotes; not empty
     * @param last whether it takes the shell's place, with {@code exec}
     */
    record Command(@NonNull List<String> words, boolean last) {}

    /** Whether a text looks as if it starts another program on each machine: {@code case $(uname -m) in …}. */
    static boolean choose(@NonNull String text) {
        return CHOICE.matcher(text).find();
    }

    /**
     * Returns the text that a shell among these words gets, the last word of {@code sh -o pipefail -c TEXT}, or that
     * {@code env -S TEXT} takes apart; or null.
     */
    @CheckForNull
    static String text(@NonNull List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("env") || words.get(i).endsWith("/env")) {
                String next = i + 1 < words.size() ? words.get(i + 1) : "";
                Matcher split = SPLIT.matcher(next);
                if (split.matches()) {
                    String attached = split.group("text");
                    return !attached.isEmpty() || i + 2 == words.size() ? attached : words.get(i + 2);
                }
            }
            if (!words.get(i).endsWith("sh")) {
                continue;
            }
            boolean text = false;
            int next = i + 1;
            while (next < words.size() && words.get(next).matches("[-+].+")) {
                String option = words.get(next++);
                if (option.startsWith("--")) {
                    continue;
                }
                text |= option.indexOf('c') > 0;
                // -o and -O have a value
                next += option.endsWith("o") || option.endsWith("O") ? 1 : 0;
            }
            if (text && next < words.size()) {
                return words.get(next);
            }
        }
        return null;
    }

    /** Returns the commands behind each {@code exec} in the beginning of a script; a few at most. */
    @NonNull
    static List<String> ofScript(@NonNull String beginning) {
        String text = COMMENT.matcher(beginning).replaceAll("").replace("\\\n", " ");
        List<String> commands = new ArrayList<>();
        Matcher matcher = EXEC.matcher(text);
        while (commands.size() < MOST_OF_SCRIPT && matcher.find()) {
            String command = matcher.group("command").trim();
            // "$@" and $APP are only known when it runs
            if (!command.startsWith("$") && !command.startsWith("\"$")) {
                commands.add(command);
            }
        }
        return List.copyOf(commands);
    }

    /** Returns the commands of a text such as {@code cd / && A=b exec ./app}. */
    @NonNull
    static List<Command> of(@NonNull String text) {
        List<Command> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean redirected = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (quote != 0 && i < text.length()) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '#' && word.isEmpty()) {
                int end = text.indexOf('\n', i);
                i = (end < 0 ? text.length() : end) - 1;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '\\' && i + 1 < text.length()) {
                i++;
                if (text.charAt(i) != '\n') {
                    word.append(text.charAt(i));
                }
            } else if ("; \t\r\n&|()<>".indexOf(c) < 0) {
                word.append(c);
            } else {
                boolean descriptor = (c == '<' || c == '>') && word.toString().matches("\\d+");
                if (!word.isEmpty()) {
                    if (!redirected && !descriptor) {
                        words.add(word.toString());
                    }
                    redirected = false;
                    word.setLength(0);
                }
                if (c == '<' || c == '>') {
                    redirected = true;
                } else if (c != ' ' && c != '\t' && !(c == '&' && redirected)) {
                    addCommand(commands, words);
                    words = new ArrayList<>();
                    redirected = false;
                }
            }
        }
        return commands;
    }

    private static void addCommand(List<Command> commands, List<String> words) {
        boolean last = false;
        int first = 0;
        while (first < words.size()) {
            String word = words.get(first);
            if (word.equals("exec") || word.equals("env") || word.endsWith("/env")) {
                last = true;
            } else if (!KEYWORDS.contains(word)
                    && !ASSIGNMENT.matcher(word).matches()
                    && !(last && word.startsWith("-"))) {
                break;
            }
            first++;
        }
        if (first < words.size()) {
            commands.add(new Command(List.copyOf(words.subList(first, words.size())), last));
        }
    }
}
