package io.jenkins.plugins.multiarchbuild.engine.text;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sentence for a user in any language: {@code Sentences.properties} has the English text for each code, in which
 * {@code {0}} stands for the first argument. Every other character stands for itself, unlike in {@code Messages}.
 *
 * @param code the key in {@code Sentences.properties}, or nothing to show the arguments one after the other
 * @param arguments strings, which are shown as they are, and sentences
 */
public record Sentence(@NonNull String code, @NonNull List<Serializable> arguments) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_ARGUMENT = 20_000;

    /** An agent could send one that holds another one twice, which does the same, and so on. */
    private static final int LARGEST = 1 << 21;

    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    public Sentence {
        arguments = List.copyOf(arguments);
        if (size(code, arguments) > LARGEST) {
            throw new IllegalArgumentException("The arguments of a sentence are too long");
        }
    }

    /**
     * Returns a sentence.
     *
     * @param code the key in {@code Sentences.properties}
     * @param arguments sentences, and objects that are shown as text
     */
    @NonNull
    public static Sentence of(@NonNull String code, @NonNull Object... arguments) {
        return new Sentence(
                code, Arrays.stream(arguments).map(Sentence::argument).toList());
    }

    /** Returns a sentence that is the same text in every language, for example one that another program wrote. */
    @NonNull
    public static Sentence verbatim(@NonNull String text) {
        return of("", text);
    }

    /**
     * Returns several sentences one after the other.
     *
     * @param separator what is between them: a string or a sentence
     */
    @NonNull
    public static Sentence join(@NonNull Object separator, @NonNull List<Sentence> sentences) {
        return new Sentence(
                "",
                sentences.stream()
                        .flatMap(each -> Stream.of(argument(separator), each))
                        .skip(1)
                        .toList());
    }

    /** Returns this sentence with text in front of it that is the same in every language. */
    @NonNull
    public Sentence after(@NonNull String prefix) {
        return join("", List.of(verbatim(prefix), this));
    }

    /**
     * Returns this sentence about one of several images.
     *
     * @param image its name, or nothing if there is only one: then the sentence stays as it is
     */
    @NonNull
    public Sentence about(@NonNull String image) {
        return image.isEmpty() ? this : after(image + ": ");
    }

    /** Returns this sentence with every text among its arguments changed, for example with secrets masked. */
    @NonNull
    public Sentence map(@NonNull UnaryOperator<String> change) {
        return new Sentence(
                code,
                arguments.stream()
                        .<Serializable>map(argument -> argument instanceof Sentence sentence
                                ? sentence.map(change)
                                : change.apply(argument.toString()))
                        .toList());
    }

    /** Returns this sentence with a full stop, so that another one can follow; it may end with another program's text. */
    @NonNull
    public Sentence ended() {
        String text = toString();
        return text.endsWith(".") || text.endsWith(")") ? this : of("Sentence.ended", this);
    }

    /** Returns the text in a language, or in English if there is none in that one. */
    @NonNull
    public String in(@NonNull Locale locale) {
        return code.isEmpty()
                ? arguments.stream().map(argument -> text(argument, locale)).collect(Collectors.joining())
                : PLACE.matcher(pattern(locale)).replaceAll(place -> Matcher.quoteReplacement(text(place, locale)));
    }

    private String pattern(Locale locale) {
        try {
            return ResourceBundle.getBundle(
                            Sentence.class.getPackageName() + ".Sentences",
                            locale,
                            Sentence.class.getClassLoader(),
                            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES))
                    .getString(code);
        } catch (MissingResourceException e) {
            // an agent can send any code
            return code + ": {0}";
        }
    }

    private String text(MatchResult place, Locale locale) {
        int number = Integer.parseInt(place.group(1));
        return number < arguments.size() ? text(arguments.get(number), locale) : "";
    }

    private static String text(Serializable argument, Locale locale) {
        return argument instanceof Sentence sentence ? sentence.in(locale) : argument.toString();
    }

    /** Returns the text in English. */
    @Override
    public String toString() {
        return in(Locale.ROOT);
    }

    private static Serializable argument(@CheckForNull Object argument) {
        if (argument instanceof Sentence sentence) {
            return sentence;
        }
        String text = String.valueOf(argument);
        return text.length() <= LONGEST_ARGUMENT ? text : text.substring(0, LONGEST_ARGUMENT) + "...";
    }

    private static int size(String code, List<Serializable> arguments) {
        int size = code.length();
        for (Serializable argument : arguments) {
            size += argument instanceof Sentence sentence
                    ? size(sentence.code, sentence.arguments)
                    : argument.toString().length();
        }
        return size;
    }
}
