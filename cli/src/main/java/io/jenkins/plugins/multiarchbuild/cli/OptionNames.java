package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** Names the options of the tool where a sentence of the engine names the parameters of the step. */
final class OptionNames {

    private static final Pattern FIRST = Pattern.compile("^([a-zA-Z]+)(?=: )");

    /** A list as a Pipeline writes it. */
    private static final Pattern LIST = Pattern.compile("\\b([a-zA-Z]+): \\[([^\\]:]*)]");

    /** Only names that are no English words, such as baseTags. */
    private static final Pattern WORD = Pattern.compile("\\b([a-z]+[A-Z][a-zA-Z]*)\\b");

    private static final Pattern VALUE = Pattern.compile("\0(\\d+)\0");

    private final ParseResult options;

    /** @param options those of the command line, of which a sentence names the one that was given */
    OptionNames(@NonNull ParseResult options) {
        this.options = options;
    }

    /** Returns what is wrong, in one line of English. */
    @NonNull
    String text(@NonNull Exception failure) {
        // what users and other programs wrote stays as it is
        List<String> values = new ArrayList<>();
        Sentence sentence = Explained.of(failure).map(value -> {
            values.add(value);
            return "\0" + (values.size() - 1) + "\0";
        });
        String text = sentence.in(Locale.ROOT)
                .replace("verifyPlatforms: false", "--no-verify")
                .replace("as the keys of baseTags", "in --base-tags-for");
        text = LIST.matcher(text).replaceAll(this::list);
        text = WORD.matcher(text).replaceAll(this::name);
        text = VALUE.matcher(text)
                .replaceAll(value -> Matcher.quoteReplacement(values.get(Integer.parseInt(value.group(1)))));
        return OneLine.of(FIRST.matcher(text).replaceFirst(this::name));
    }

    private String name(MatchResult name) {
        String option = option(name.group(1));
        return option == null ? name.group() : option;
    }

    private String list(MatchResult list) {
        String option = option(list.group(1));
        return Matcher.quoteReplacement(
                option == null ? list.group() : option + " " + list.group(2).replace("'", "").replace(", ", ","));
    }

    /** Returns the option for a parameter, or null if there is none. */
    @CheckForNull
    private String option(String parameter) {
        String plural = "--" + parameter.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        String singular = plural.replaceFirst("s$", "");
        List<String> all = Stream.of(plural, singular, plural + "-for", singular + "-for")
                .filter(options.commandSpec().optionsMap()::containsKey)
                .toList();
        return all.stream()
                .filter(options::hasMatchedOption)
                .findFirst()
                .orElse(all.isEmpty() ? null : all.get(0));
    }
}
