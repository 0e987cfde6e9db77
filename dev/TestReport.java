import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Adds up what the reports in some directories of Maven Surefire say: what failed, how many passed, why the others were
 * skipped. Its exit code is 0 only if a test ran and none failed.
 */
public final class TestReport {

    private static final int MOST_LINES = 40;

    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> skips = new TreeMap<>();
    private int tests;

    public static void main(String[] directories) throws Exception {
        TestReport report = new TestReport();
        for (String directory : directories) {
            report.read(Path.of(directory));
        }
        System.exit(report.print() ? 0 : 1);
    }

    private void read(Path directory) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (Path file : reports(directory)) {
            NodeList cases = parser.parse(file.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                read((Element) cases.item(i));
            }
        }
    }

    private static List<Path> reports(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        }
    }

    private void read(Element test) {
        tests++;
        for (String trouble : new String[] {"failure", "error"}) {
            Element found = child(test, trouble);
            if (found != null) {
                failures.add(test.getAttribute("classname") + "." + test.getAttribute("name") + ": "
                        + String.join("\n    ", lines(found)));
                return;
            }
        }
        Element skipped = child(test, "skipped");
        if (skipped != null) {
            skips.merge(lines(skipped).get(0), 1, Integer::sum);
        }
    }

    private static Element child(Element test, String name) {
        return (Element) test.getElementsByTagName(name).item(0);
    }

    /** Returns what went wrong, and the end of what follows, such as a build's log. */
    private static List<String> lines(Element trouble) {
        String text = trouble.getAttribute("message").strip();
        text = text.isEmpty() ? trouble.getTextContent().strip() : text;
        List<String> lines = text.isEmpty() ? List.of("without a reason") : text.lines().toList();
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        List<String> shown = new ArrayList<>(List.of(lines.get(0), "…"));
        shown.addAll(lines.subList(lines.size() - MOST_LINES, lines.size()));
        return shown;
    }

    private boolean print() {
        int skipped = skips.values().stream().mapToInt(Integer::intValue).sum();
        failures.forEach(failure -> System.out.println("Failed: " + failure));
        int passed = tests - failures.size() - skipped;
        System.out.println(passed + " passed, " + failures.size() + " failed, " + skipped + " skipped");
        skips.forEach((reason, count) -> System.out.println("Skipped, " + count + " of them: " + reason));
        return failures.isEmpty() && passed > 0;
    }
}
