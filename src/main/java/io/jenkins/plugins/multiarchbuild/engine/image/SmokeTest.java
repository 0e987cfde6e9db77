package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that each platform's image has to run before anything is published.
 *
 * @param commands program and arguments by platform, with the keys of a {@link PlatformMap}; a platform without an
 *     entry is not tested
 * @param network {@code none}, or {@code default} for the builder's own setting
 * @param seconds how long it may take
 */
public record SmokeTest(
        @NonNull Map<String, List<String>> commands,
        @NonNull String network,
        int seconds) implements Serializable {

    /** How long a command may take unless the user says otherwise, in seconds. */
    public static final int DEFAULT_SECONDS = 120;

    private static final int MOST_SECONDS = 24 * 60 * 60;

    private static final Pattern WORD = Pattern.compile("\"(?<double>[^\"]*)\"|'(?<single>[^']*)'|(?<plain>\\S+)");

    /**
     * @throws InvalidRequestException if a key is not a platform, two mean the same one, a command is empty, or a value is
     *     out of range
     */
    public SmokeTest {
        Map<String, List<String>> checked = new LinkedHashMap<>();
        PlatformMap.withCheckedKeys(commands).forEach((key, command) -> {
            if (command.isEmpty() || command.get(0).isBlank()) {
                throw new InvalidRequestException(Sentence.of("SmokeTest.noCommand"));
            }
            if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
                throw new InvalidRequestException(Sentence.of("SmokeTest.nul"));
            }
            checked.put(key, List.copyOf(command));
        });
        commands = Collections.unmodifiableMap(checked);
        if (!network.equals("none") && !network.equals("default")) {
            throw new InvalidRequestException(Sentence.of("SmokeTest.network", network));
        }
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new InvalidRequestException(Sentence.of("SmokeTest.timeout", seconds, MOST_SECONDS));
        }
    }

    /** Returns program and arguments for a platform, if it is to be tested. */
    @NonNull
    public Optional<List<String>> command(@NonNull Platform platform) {
        return PlatformMap.closestKey(commands.keySet(), platform).map(commands::get);
    }

    /** Returns how long it may take. */
    @NonNull
    public Duration limit() {
        return Duration.ofSeconds(seconds);
    }

    /**
     * Splits a text at white space; quotes keep words together. No variable is replaced and nothing else is special.
     *
     * @return program and arguments; empty for nothing
     */
    @NonNull
    public static List<String> words(@CheckForNull String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text == null ? "" : text);
        while (word.find()) {
            String quoted = word.group("double") == null ? word.group("single") : word.group("double");
            words.add(quoted == null ? word.group("plain") : quoted);
        }
        return words;
    }

    /** Returns a text that {@link #words} splits into the same words, unless one has both kinds of quotes. */
    @NonNull
    public static String text(@NonNull List<String> words) {
        List<String> quoted = new ArrayList<>();
        for (String word : words) {
            boolean plain = word.matches("[^\\s\"']\\S*");
            char quote = word.indexOf('"') < 0 ? '"' : '\'';
            quoted.add(plain ? word : quote + word + quote);
        }
        return String.join(" ", quoted);
    }
}
