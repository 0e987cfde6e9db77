package io.jenkins.plugins.multiarchbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PropertyResourceBundle;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every text that a page shows is there in English and in Chinese, and both say it with the same values. */
class TranslationTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    private static final String CHINESE = "_zh_CN";

    /** The update center shows the description as it stands in this file, so it cannot have keys. */
    private static final Path DESCRIPTION = RESOURCES.resolve("index.jelly");

    /** The sentences that code makes with {@code Sentence.of}; an apostrophe in them is one. */
    private static final Path SENTENCES =
            RESOURCES.resolve("io/jenkins/plugins/multiarchbuild/engine/text/Sentences.properties");

    /** Names that are the same in every language. */
    private static final Set<String> NAMES = Set.of("Dockerfile");

    private static final Pattern HAN = Pattern.compile("\\p{IsHan}");
    private static final Pattern KEY = Pattern.compile("\\$\\{%([^}(]+)");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\b(?:title|add|tooltip|aria-label|description|placeholder|header|alt)=\"([^\"]*)\"");
    private static final Pattern CODE = Pattern.compile("(?s)<(code|pre|em)>.*?</\\1>");
    private static final Pattern TAG = Pattern.compile("</?[a-z]+");
    private static final Pattern LINK = Pattern.compile("(?:href|src)=['\"][^'\"]*");

    private static final Pattern VALUE = Pattern.compile("\\{\\d}");
    private static final Pattern CALL = Pattern.compile("\\bSentence\\.of\\(");
    private static final Pattern ERROR = Pattern.compile("\\bnew (?:InvalidRequest|Docker)Exception\\(");
    private static final Pattern CODE_OF_SENTENCE = Pattern.compile("\"[A-Z]\\w*\\.[a-z]\\w*\"");

    /** What a browser shows as a gap in the middle of a sentence. */
    private static final Pattern GAP =
            Pattern.compile("[\\p{IsHan}\u3001\u3002\uff0c\uff1a\uff1b\uff08\uff09]\\s+[\\p{IsHan}\uff08\uff09]");

    @Test
    void everyTextHasItsTranslation() throws Exception {
        assertComplete(originals(".properties"), translated(".properties"), "translated files");
        for (Path file : originals(".properties")) {
            assertComplete(texts(file).keySet(), texts(translation(file)).keySet(), translation(file));
        }
    }

    @Test
    void everyHelpHasItsTranslation() throws Exception {
        assertComplete(originals(".html"), translated(".html"), "translated files");
        for (Path file : originals(".html")) {
            String english = Files.readString(file);
            String chinese = Files.readString(translation(file));
            assertTrue(HAN.matcher(chinese).find(), file.toString());
            assertEquals(List.of(), all(GAP, chinese), file + ": a line may end only beside a letter or a tag");
            assertComplete(codes(english), codes(chinese), translation(file));
            assertEquals(all(LINK, english), all(LINK, chinese), file.toString());
            assertEquals(tags(english), tags(chinese), file.toString());
        }
    }

    @Test
    void everyViewTakesItsTextsFromItsProperties() throws Exception {
        for (Path view : originals(".jelly")) {
            if (view.equals(DESCRIPTION)) {
                continue;
            }
            String jelly = Files.readString(view);
            Path texts = view.resolveSibling(view.getFileName().toString().replace(".jelly", ".properties"));
            Set<String> used =
                    KEY.matcher(jelly).results().map(match -> match.group(1)).collect(Collectors.toSet());
            assertComplete(used, Files.exists(texts) ? texts(texts).keySet() : Set.of(), texts);

            String shown = ATTRIBUTE
                            .matcher(jelly)
                            .results()
                            .map(match -> match.group(1))
                            .collect(Collectors.joining())
                    + jelly.replaceAll("(?s)<[^>]*>", "");
            assertEquals("", shown.replaceAll("(?s)\\$\\{[^}]*}|\\P{L}", ""), view + " has texts of its own");
        }
    }

    @Test
    void translationsAreFormattedWithTheSameValues() throws Exception {
        for (Path file : originals(".properties")) {
            Map<String, String> english = texts(file);
            texts(translation(file)).forEach((key, chinese) -> {
                String name = file + " " + key;
                assertNotNull(english.get(key), name);
                boolean words = VALUE.matcher(english.get(key)).replaceAll("").matches(".*\\p{L}.*");
                assertTrue(!words || HAN.matcher(chinese).find() || NAMES.contains(chinese), name);
                assertEquals(values(english.get(key)), values(chinese), name);
                if (!file.equals(SENTENCES)) {
                    assertFormatted(english.get(key), name);
                    assertFormatted(chinese, name);
                }
            });
        }
    }

    @Test
    void everySentenceIsUsedWithItsValues() throws Exception {
        Map<String, String> sentences = texts(SENTENCES);
        Set<String> used = new TreeSet<>();
        for (Path source : sources()) {
            String java = Files.readString(source);
            String own = source.getFileName().toString().replace(".java", "");
            all(Pattern.compile("\"" + own + "\\.[a-z]\\w*\""), java)
                    .forEach(code -> used.add(code.substring(1, code.length() - 1)));
            for (MatchResult call : CALL.matcher(java).results().toList()) {
                List<String> arguments = arguments(java.substring(call.end()));
                for (String code : all(CODE_OF_SENTENCE, arguments.get(0))) {
                    String key = code.substring(1, code.length() - 1);
                    used.add(key);
                    assertEquals(
                            values(sentences.getOrDefault(key, "")).size(),
                            arguments.size() - 1,
                            source + ": values of " + key);
                }
            }
        }
        assertComplete(used, sentences.keySet(), SENTENCES);
    }

    @Test
    void everyErrorIsASentence() throws Exception {
        for (Path source : sources()) {
            String java = Files.readString(source);
            for (MatchResult error : ERROR.matcher(java).results().toList()) {
                String text = arguments(java.substring(error.end())).get(0);
                assertTrue(!text.contains("\"") || text.contains("Sentence."), source + ": " + text);
            }
        }
    }

    /** Returns the arguments of a call, from the text after its parenthesis. */
    private static List<String> arguments(String call) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < call.length() && depth >= 0; i++) {
            char character = call.charAt(i);
            if (character == '"' && call.charAt(Math.max(0, i - 1)) != '\\') {
                quoted = !quoted;
            }
            depth += quoted ? 0 : "([{".indexOf(character) >= 0 ? 1 : ")]}".indexOf(character) >= 0 ? -1 : 0;
            if (depth < 0 || depth == 0 && character == ',' && !quoted) {
                arguments.add(call.substring(start, i));
                start = i + 1;
            }
        }
        return arguments.isEmpty() ? List.of("") : arguments;
    }

    /** Names only what is missing and what is left over. */
    private static void assertComplete(Collection<?> wanted, Collection<?> actual, Object where) {
        Set<Object> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(actual);
        Set<Object> leftOver = new LinkedHashSet<>(actual);
        leftOver.removeAll(wanted);
        assertEquals("missing [], left over []", "missing " + missing + ", left over " + leftOver, where.toString());
    }

    /** A single apostrophe vanishes, and no value is put in after it. */
    private static void assertFormatted(String pattern, String name) {
        Object[] arguments =
                IntStream.range(0, values(pattern).size()).mapToObj(i -> 11 + i).toArray();
        String text = MessageFormat.format(pattern, arguments);
        for (Object argument : arguments) {
            assertTrue(text.contains(argument.toString()), name + " shows no " + argument + ": " + text);
        }
        assertFalse(text.contains("{"), name);
        assertEquals(apostrophes(pattern), 2 * apostrophes(text), name + ": write every apostrophe twice");
    }

    private static long apostrophes(String text) {
        return text.chars().filter(character -> character == '\'').count();
    }

    /** Returns the numbers of the values in a message, from 0 without a gap. */
    private static Set<String> values(String pattern) {
        Set<String> values = Pattern.compile("\\{(\\d+)")
                .matcher(pattern)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                IntStream.range(0, values.size()).mapToObj(Integer::toString).toList(), List.copyOf(values), pattern);
        return values;
    }

    /** Reads texts as Jenkins does: in UTF-8. */
    private static Map<String, String> texts(Path file) throws IOException {
        // Jenkins takes what is not UTF-8 for Latin-1, without a word
        Files.readString(file);
        try (InputStream in = Files.newInputStream(file)) {
            PropertyResourceBundle bundle = new PropertyResourceBundle(in);
            return bundle.keySet().stream()
                    .collect(Collectors.toMap(key -> key, bundle::getString, (a, b) -> a, TreeMap::new));
        }
    }

    private static List<String> codes(String html) {
        return all(CODE, html).stream()
                .filter(code -> !code.startsWith("<em>"))
                .map(code -> code.replaceAll("\\s+", " "))
                .toList();
    }

    /** Returns how often each tag is there; a sentence may name the same code more or less often. */
    private static Map<String, Long> tags(String html) {
        Map<String, Long> tags =
                all(TAG, html).stream().collect(Collectors.groupingBy(tag -> tag, Collectors.counting()));
        assertEquals(tags.remove("<code"), tags.remove("</code"), html);
        return tags;
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }

    private static List<Path> originals(String extension) throws IOException {
        return files(extension).filter(file -> !isTranslation(file)).toList();
    }

    /** Returns the originals of the translations that are there, whether they exist or not. */
    private static List<Path> translated(String extension) throws IOException {
        return files(extension)
                .filter(TranslationTest::isTranslation)
                .map(file -> file.resolveSibling(file.getFileName().toString().replace(CHINESE, "")))
                .sorted()
                .toList();
    }

    private static Path translation(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(name.substring(0, dot) + CHINESE + name.substring(dot));
    }

    private static boolean isTranslation(Path file) {
        return file.getFileName().toString().contains(CHINESE + ".");
    }

    private static Stream<Path> files(String extension) throws IOException {
        return files(RESOURCES, extension);
    }

    private static List<Path> sources() throws IOException {
        return files(Path.of("src/main/java"), ".java").toList();
    }

    private static Stream<Path> files(Path root, String extension) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(extension)).sorted().forEach(found::add);
        }
        return found.stream();
    }
}
