import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The table of all rows, in Markdown. */
final class Table {

    /** Pairs of times in milliseconds, measured in turn. */
    static final class Pairs {
        final List<Double> ours = new ArrayList<>();
        final List<Double> theirs = new ArrayList<>();

        void add(double our, double their) {
            ours.add(our);
            theirs.add(their);
        }

        void addAll(List<Double> more, List<Double> others) {
            for (int i = 0; i < more.size(); i++) {
                add(more.get(i), others.get(i));
            }
        }

        List<Double> each(BiFunction<Double, Double, Double> compare) {
            List<Double> results = new ArrayList<>();
            for (int i = 0; i < ours.size(); i++) {
                results.add(compare.apply(ours.get(i), theirs.get(i)));
            }
            return results;
        }
    }

    private final StringBuilder text = new StringBuilder("""
            | row | ours (s) | against (s) | result | target |
            | --- | --- | --- | --- | --- |
            """);

    /** A row whose target is a difference, in seconds. */
    void difference(String name, Pairs pairs, double most) {
        row(name, pairs, pairs.each((our, their) -> (our - their) / 1000), "%.2f s more", "at most %.1f s more", most);
    }

    /** A row whose target is a ratio. */
    void ratio(String name, Pairs pairs, double most) {
        row(name, pairs, pairs.each((our, their) -> our / their), "%.2f x", "at most %.2f x", most);
    }

    /** What nothing can be faster than, of a row whose target is a difference. */
    void floorOfDifference(String name, Pairs pairs) {
        floor(name, pairs, pairs.each((floor, their) -> (floor - their) / 1000), "%.2f s more");
    }

    /** What nothing can be faster than, of a row whose target is a ratio. */
    void floorOfRatio(String name, Pairs pairs) {
        floor(name, pairs, pairs.each((floor, their) -> floor / their), "%.2f x");
    }

    private void floor(String name, Pairs pairs, List<Double> results, String format) {
        line("| %s | %s | %s | %s (%s) | the floor |",
                name,
                spread(pairs.ours),
                spread(pairs.theirs),
                String.format(Locale.ROOT, format, median(results)),
                range(results));
    }

    /** A time that is no row, for reading the others, in milliseconds. */
    void note(String name, List<Double> millis) {
        line("| %s | %s | | | |", name, spread(millis));
    }

    /** A row whose target is that a number is hardly larger than it was. */
    void count(String name, int our, int their, int most) {
        String missed = our - their <= most ? "" : ", **missed**";
        line("| %s | %d | %d | **%+d** | at most %d more%s |", name, our, their, our - their, most, missed);
    }

    private void row(String name, Pairs pairs, List<Double> results, String format, String targetFormat, double most) {
        line("| %s | %s | %s | **%s** (%s) | %s |",
                name,
                spread(pairs.ours),
                spread(pairs.theirs),
                String.format(Locale.ROOT, format, median(results)),
                range(results),
                String.format(Locale.ROOT, targetFormat, most) + (median(results) <= most ? "" : ", **missed**"));
    }

    private void line(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        System.err.println(line);
        text.append(line).append('\n');
    }

    private static String spread(List<Double> millis) {
        List<Double> seconds = millis.stream().map(each -> each / 1000).toList();
        return String.format(Locale.ROOT, "%.2f (%s)", median(seconds), range(seconds));
    }

    private static String range(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.2f–%.2f",
                values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
