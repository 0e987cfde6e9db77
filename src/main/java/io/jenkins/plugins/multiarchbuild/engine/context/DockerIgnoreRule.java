package io.jenkins.plugins.multiarchbuild.engine.context;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One rule of a {@link DockerIgnore} file.
 *
 * @param pattern matches whole paths; in the syntax and with the linear run time of Go's regular expressions, which
 *     BuildKit uses
 * @param exception whether it includes again what another rule excludes
 */
public record DockerIgnoreRule(@NonNull com.google.re2j.Pattern pattern, boolean exception) implements Serializable {

    /** No file has a longer path, and compiling takes a time that grows with the square of the length. */
    private static final int LONGEST = 4096;

    /** The white space that Go trims. */
    private static final Pattern SPACE = Pattern.compile("\\p{IsWhite_Space}");

    /** Characters that Java could not decode, or that Go's scanner treats specially. */
    private static final Pattern ODD = Pattern.compile("[\\x00\ufeff\ufffd]");

    /** Without one of these a pattern is a literal. */
    private static final Pattern SPECIAL = Pattern.compile("[*?\\[\\]\\\\]");

    /** A class of ordinary characters and ranges. */
    private static final Pattern CLASS = Pattern.compile("\\[\\^?(?:[^]\\[\\\\^-](?:-[^]\\[\\\\^-])?)+]");

    private static final Pattern ESCAPED = Pattern.compile("\\\\[\\p{Punct} ]");

    private static final Pattern RANGE = Pattern.compile("(.)-(.)", Pattern.DOTALL);

    /** Returns the pattern of a line, with {@code !} in front for an exception; empty if there is none. */
    @NonNull
    static String normalise(@NonNull String line) {
        String rule = strip(line);
        String pattern = rule.startsWith("!") ? "!" + relative(strip(rule.substring(1))) : relative(rule);
        // twice, as in BuildKit: first in the frontend, then in the matcher
        return clean(strip(pattern));
    }

    /**
     * Reads a pattern.
     *
     * @param pattern a pattern of {@link #normalise}, not empty
     * @return the rule, or empty if BuildKit rejects it or only BuildKit knows what it matches
     */
    @NonNull
    static Optional<DockerIgnoreRule> parse(@NonNull String pattern) {
        boolean exception = pattern.startsWith("!");
        String path = exception ? pattern.substring(1) : pattern;
        if (path.isEmpty() || path.length() > LONGEST || ODD.matcher(path).find()) {
            return Optional.empty();
        }
        return regex(path).map(regex -> new DockerIgnoreRule(com.google.re2j.Pattern.compile(regex), exception));
    }

    boolean matches(@NonNull String path) {
        return pattern.matches(path);
    }

    private static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return SPACE.matcher(String.valueOf(c)).matches();
    }

    private static String relative(String path) {
        String cleaned = clean(path);
        return cleaned.length() > 1 && cleaned.startsWith("/") ? cleaned.substring(1) : cleaned;
    }

    /** As Go's {@code filepath.Clean}, but an empty path stays empty. */
    private static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            boolean up = part.equals("..");
            if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(up && rooted)) {
                parts.addLast(part);
            }
        }
        String cleaned = (rooted ? "/" : "") + String.join("/", parts);
        return cleaned.isEmpty() && !path.isEmpty() ? "." : cleaned;
    }

    /**
     * BuildKit compares literals, prefixes and suffixes as they are, and turns all other patterns into regular
     * expressions.
     */
    private static Optional<String> regex(String path) {
        boolean begins = path.startsWith("**");
        String rest = begins ? path.substring(2) : path.endsWith("**") ? path.substring(0, path.length() - 2) : path;
        if (SPECIAL.matcher(rest).find()) {
            return expression(path);
        }
        String any = "(?s:.*)";
        if (!begins) {
            return Optional.of(quote(rest) + (rest.equals(path) ? "" : any));
        }
        return Optional.of(rest.startsWith("/") ? "(?:" + any + "/)?" + quote(rest.substring(1)) : any + quote(rest));
    }

    private static Optional<String> expression(String path) {
        StringBuilder regex = new StringBuilder();
        Matcher characters = CLASS.matcher(path);
        Matcher escaped = ESCAPED.matcher(path);
        for (int i = 0; i < path.length(); i = path.offsetByCodePoints(i, 1)) {
            int c = path.codePointAt(i);
            if (path.startsWith("**", i)) {
                i += path.startsWith("**/", i) ? 2 : 1;
                // unlike a single star, two do not match a line break
                regex.append(i + 1 == path.length() ? ".*" : "(?:.*/)?");
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '^') {
                regex.append('^');
            } else if (c == '[') {
                if (!characters.find(i) || characters.start() != i || hasReversedRange(characters.group())) {
                    return Optional.empty();
                }
                regex.append(characters.group().replace("&", "\\&"));
                i = characters.end() - 1;
            } else if (c == '\\') {
                if (!escaped.find(i) || escaped.start() != i) {
                    return Optional.empty();
                }
                i++;
                regex.append(quote(path.substring(i, i + 1)));
            } else {
                regex.append(quote(Character.toString(c)));
            }
        }
        return Optional.of(regex.toString());
    }

    private static String quote(String literal) {
        return com.google.re2j.Pattern.quote(literal);
    }

    private static boolean hasReversedRange(String characters) {
        return RANGE.matcher(characters)
                .results()
                .anyMatch(
                        range -> range.group(1).codePointAt(0) > range.group(2).codePointAt(0));
    }
}
