package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/** How maps, lists and switches are written in the text of a form's field. */
final class FormText {

    /** A line of a text that says for which platform the lines below it are. */
    private static final Pattern HEADING = Pattern.compile("\\s*\\[(?<name>[^=\\]]+)]\\s*");

    private FormText() {}

    /** Returns the text of a form's field for the value of any parameter. */
    @NonNull
    static String of(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            // below a heading stands what belongs to it, so the values without one come first
            return Stream.of(false, true)
                    .flatMap(own -> map.entrySet().stream().filter(entry -> entry.getValue() instanceof Map == own))
                    .map(entry -> entry.getValue() instanceof Map
                            ? "[" + entry.getKey() + "]\n" + of(entry.getValue())
                            : entry.getKey() + "=" + of(entry.getValue()))
                    .collect(Collectors.joining("\n"));
        }
        if (value instanceof Collection<?> items) {
            if (items.stream().anyMatch(Map.class::isInstance)) {
                return RegistryParameter.print(items);
            }
            return SmokeTest.text(items.stream().map(String::valueOf).toList());
        }
        return value == null ? "" : value.toString();
    }

    /** Returns the lines below each line {@code [name]}; those before the first have the name {@code ""}, which is always there. */
    @NonNull
    static Map<String, String> sections(@NonNull String text) {
        Map<String, String> sections = new LinkedHashMap<>(Map.of("", ""));
        String name = "";
        for (String line : text.lines().toList()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                name = heading.group("name");
            }
            sections.merge(name, heading.matches() ? "" : line + "\n", String::concat);
        }
        return sections;
    }

    /** Returns true or false for their names, and any other text as it is. */
    @NonNull
    static Object switchValue(@NonNull String text) {
        return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : text;
    }

    /** Whether the Snippet Generator prints a key wrong: it omits the quotes that Groovy needs around a name with dots. */
    static boolean isMisprinted(@NonNull String key) {
        return key.indexOf('.') >= 0 && SourceVersion.isName(key);
    }
}
