package io.jenkins.plugins.multiarchbuild.engine.image;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;

/**
 * Patterns of absolute paths in an image: {@code *} and {@code ?} stand for anything within one name, {@code **} for
 * any number of names.
 *
 * @param patterns the patterns as written
 */
public record PathPatterns(@NonNull List<String> patterns) implements Serializable {

    /** Patterns that match nothing. */
    public static final PathPatterns NONE = new PathPatterns(List.of());

    private static final int LONGEST = 4096;

    private static final Pattern WILDCARD = Pattern.compile("\\*\\*/?|\\*|\\?");

    /** @throws InvalidRequestException if a pattern is not an absolute path */
    public PathPatterns {
        patterns = List.copyOf(patterns);
        for (String pattern : patterns) {
            if (!pattern.startsWith("/") || pattern.length() > LONGEST) {
                throw new InvalidRequestException(Sentence.of("PathPatterns.relative", pattern));
            }
        }
    }

    /** Returns what tells whether a path matches one of them, in a time that grows with the path's length only. */
    @NonNull
    public Predicate<String> matcher() {
        List<Pattern> compiled =
                patterns.stream().map(PathPatterns::regex).map(Pattern::compile).toList();
        return path -> compiled.stream().anyMatch(pattern -> pattern.matches(path));
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        Matcher wildcard = WILDCARD.matcher(pattern);
        int end = 0;
        while (wildcard.find()) {
            regex.append(Pattern.quote(pattern.substring(end, wildcard.start())));
            regex.append(
                    switch (wildcard.group()) {
                        case "?" -> "[^/]";
                        case "*" -> "[^/]*";
                        case "**/" -> "(?s:.*/)?";
                        default -> "(?s:.*)";
                    });
            end = wildcard.end();
        }
        return regex.append(Pattern.quote(pattern.substring(end))).toString();
    }
}
