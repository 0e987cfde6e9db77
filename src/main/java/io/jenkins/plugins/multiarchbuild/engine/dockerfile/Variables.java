package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The variables that a Dockerfile sets before its first {@code FROM}, and the words that use them, as of
 * <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">environment replacement</a>.
 */
final class Variables {

    /** How deep defaults may be nested: enough for any Dockerfile, few enough for the stack. */
    private static final int DEEPEST = 20;

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> unknown = new HashSet<>();
    private final char escape;

    /** @param escape the character that takes the next one as it is */
    Variables(char escape) {
        this.escape = escape;
    }

    /** Sets a variable; null stands for a value that is not known. */
    void set(@NonNull String name, @CheckForNull String value) {
        values.remove(name);
        unknown.remove(name);
        if (value == null) {
            unknown.add(name);
        } else {
            values.put(name, value);
        }
    }

    /**
     * Returns a word with its variables replaced and its quotes removed: {@code "alpine:${V:-3}"} is {@code alpine:3}.
     *
     * @return null if it cannot be determined
     */
    @CheckForNull
    String expand(@NonNull String word) {
        try {
            return new Word(word, 0).expand();
        } catch (UndeterminedException e) {
            return null;
        }
    }

    private static final class UndeterminedException extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private final class Word {

        private final String text;
        private final int depth;
        private final StringBuilder result = new StringBuilder();
        private int at;

        Word(String text, int depth) {
            this.text = text;
            this.depth = depth;
        }

        String expand() throws UndeterminedException {
            determined(depth < DEEPEST);
            char quote = 0;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == quote) {
                    quote = 0;
                } else if (quote == '\'') {
                    result.append(c);
                } else if (c == escape && at < text.length()) {
                    escaped(c, text.charAt(at++), quote);
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == '$') {
                    variable();
                } else {
                    result.append(c);
                }
            }
            determined(quote == 0);
            return result.toString();
        }

        /** Between double quotes only these can be escaped. */
        private void escaped(char sign, char next, char quote) {
            if (quote == '"' && next != '"' && next != '$' && next != sign) {
                result.append(sign);
            }
            result.append(next);
        }

        private void variable() throws UndeterminedException {
            boolean braces = at < text.length() && text.charAt(at) == '{';
            int start = braces ? at + 1 : at;
            at = start;
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            String name = text.substring(start, at);
            determined(!name.isEmpty() && !unknown.contains(name));
            String modifier = "";
            if (braces) {
                int end = closingBrace();
                modifier = text.substring(at, end);
                at = end + 1;
            }
            result.append(value(name, modifier));
        }

        /** The modifier is what follows the name in braces: nothing, or one of {@code :- - :+ +} and a word. */
        private String value(String name, String modifier) throws UndeterminedException {
            String value = values.get(name);
            boolean colon = modifier.startsWith(":");
            boolean set = value != null && !(colon && value.isEmpty());
            String operator = colon ? modifier.substring(1) : modifier;
            if (operator.startsWith("-")) {
                return set ? value : new Word(operator.substring(1), depth + 1).expand();
            }
            if (operator.startsWith("+")) {
                return set ? new Word(operator.substring(1), depth + 1).expand() : "";
            }
            // the others end the build, or are new in BuildKit and rare
            determined(modifier.isEmpty());
            return value == null ? "" : value;
        }

        private int closingBrace() throws UndeterminedException {
            int open = 1;
            for (int i = at; i < text.length(); i++) {
                if (text.charAt(i) == '{') {
                    open++;
                } else if (text.charAt(i) == '}' && --open == 0) {
                    return i;
                }
            }
            throw new UndeterminedException();
        }

        private boolean isNamePart(char c) {
            return c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
        }

        private void determined(boolean determined) throws UndeterminedException {
            if (!determined) {
                throw new UndeterminedException();
            }
        }
    }
}
