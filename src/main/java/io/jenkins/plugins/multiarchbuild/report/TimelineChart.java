package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The timeline of a call as a picture with one row for each entry, under a heading for each group. Lengths are in pixels,
 * and positions on the axis in percent of its length.
 */
public final class TimelineChart {

    /** The height of a row. */
    static final int ROW = 22;

    private static final int AXIS = 24;

    /** What is too short is drawn this wide, to be seen. */
    private static final double NARROWEST = 0.3;

    private static final int MOST_TICKS = 7;

    /** Distances between ticks in milliseconds. */
    private static final long[] DISTANCES = {
        100,
        200,
        500,
        1_000,
        2_000,
        5_000,
        10_000,
        15_000,
        30_000,
        60_000,
        120_000,
        300_000,
        600_000,
        900_000,
        1_800_000,
        3_600_000,
        7_200_000,
        14_400_000
    };

    private final List<TimelineEntry> entries;
    private final long origin;
    private final long length;

    /** @param entries at least one, {@linkplain #inOrder in order} */
    TimelineChart(@NonNull List<TimelineEntry> entries) {
        this.entries = List.copyOf(entries);
        this.origin = entries.stream().mapToLong(TimelineEntry::getStart).min().orElseThrow();
        this.length =
                Math.max(1, entries.stream().mapToLong(TimelineEntry::end).max().orElseThrow() - origin);
    }

    /**
     * Returns entries with the critical path marked, as people read them: what concerns the whole call, then each group
     * with its phases, and in each bake the steps of one platform after those of the other.
     */
    @NonNull
    static List<TimelineEntry> inOrder(@NonNull List<TimelineEntry> entries) {
        Map<String, List<TimelineEntry>> groups = new LinkedHashMap<>();
        CriticalPath.mark(entries).stream()
                .sorted(Comparator.comparing((TimelineEntry entry) -> entry.getGroup() != null)
                        .thenComparing(TimelineEntry::getStart)
                        .thenComparing(TimelineEntry::end))
                .forEach(entry -> groups.computeIfAbsent(String.valueOf(entry.getGroup()), name -> new ArrayList<>())
                        .add(entry));
        List<TimelineEntry> ordered = new ArrayList<>();
        groups.values().forEach(group -> addGroup(group, ordered));
        return ordered;
    }

    private static void addGroup(List<TimelineEntry> group, List<TimelineEntry> ordered) {
        List<TimelineEntry> steps =
                new ArrayList<>(group.stream().filter(TimelineEntry::isStep).toList());
        steps.sort(Comparator.comparing(step -> Objects.requireNonNullElse(step.getPlatform(), "")));
        for (TimelineEntry phase : group) {
            if (!phase.isStep()) {
                ordered.add(phase);
                if (phase.kind() == TimelineEntry.Kind.BAKE) {
                    List<TimelineEntry> own = steps.stream()
                            .filter(step -> CriticalPath.isIn(phase, step))
                            .toList();
                    ordered.addAll(own);
                    steps.removeAll(own);
                }
            }
        }
        // of a bake whose phase is not known yet
        ordered.addAll(steps);
    }

    /** Returns the rows, from top to bottom. */
    @NonNull
    public List<Row> getRows() {
        List<Row> rows = new ArrayList<>();
        String group = null;
        String platform = null;
        for (TimelineEntry entry : entries) {
            String next = entry.getGroup();
            if (next != null && !next.equals(group)) {
                group = next;
                rows.add(new Row(rows.size(), group, null, 0));
                platform = group;
            }
            String own = Objects.requireNonNullElse(entry.getPlatform(), String.valueOf(group));
            if (entry.isStep() && !own.equals(platform)) {
                rows.add(new Row(rows.size(), own, null, 2));
            }
            platform = entry.isStep() ? own : group;
            rows.add(new Row(rows.size(), entry.getTitle(), entry, entry.isStep() ? 3 : group == null ? 0 : 1));
        }
        return rows;
    }

    /** Returns the marks on the axis of time, the first at 0. */
    @NonNull
    public List<Tick> getTicks() {
        long distance = DISTANCES[DISTANCES.length - 1];
        while (length / distance > MOST_TICKS) {
            distance *= 2;
        }
        for (int i = DISTANCES.length - 1; i >= 0 && length / DISTANCES[i] <= MOST_TICKS; i--) {
            distance = DISTANCES[i];
        }
        List<Tick> ticks = new ArrayList<>();
        for (long at = 0; at <= length; at += distance) {
            ticks.add(new Tick(percent(at), tickText(at, distance)));
        }
        return ticks;
    }

    private static String tickText(long millis, long distance) {
        if (distance < TimeUnit.SECONDS.toMillis(1)) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = TimeUnit.MILLISECONDS.toSeconds(millis);
        if (distance < TimeUnit.SECONDS.toMillis(15)) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 60
                ? String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, seconds % 60);
    }

    private String percent(double millis) {
        return String.format(Locale.ROOT, "%.2f%%", millis * 100 / length);
    }

    /** Returns the height of the picture. */
    public int getHeight() {
        return AXIS + getRows().size() * ROW;
    }

    /** Returns the entries with the texts of a table. */
    @NonNull
    public List<Row> getTableRows() {
        return getRows().stream().filter(row -> row.entry != null).toList();
    }

    /** Returns what the whole call took, as a text. */
    @NonNull
    public String getLengthText() {
        return Util.getTimeSpanString(length);
    }

    /** Returns by how much steps may have begun and ended earlier, as a text; empty if that is not worth a word. */
    @NonNull
    public String getSlackText() {
        long slack =
                entries.stream().mapToLong(TimelineEntry::getSlackMillis).max().orElse(0);
        return slack == 0 ? "" : Util.getTimeSpanString(slack);
    }

    /** A mark on the axis. */
    public static final class Tick {

        private final String x;
        private final String text;

        private Tick(String x, String text) {
            this.x = x;
            this.text = text;
        }

        /** Returns its position. */
        @NonNull
        public String getX() {
            return x;
        }

        /** Returns the time since the call began. */
        @NonNull
        public String getText() {
            return text;
        }
    }

    /** A row of the picture: a heading, or a bar with its label. */
    public final class Row {

        private final int index;
        private final String label;
        private final TimelineEntry entry;
        private final int depth;

        private Row(int index, String label, @CheckForNull TimelineEntry entry, int depth) {
            this.index = index;
            this.label = label;
            this.entry = entry;
            this.depth = depth;
        }

        /** Returns its text. */
        @NonNull
        public String getLabel() {
            return label;
        }

        /** Returns what it shows, or null for a heading. */
        @CheckForNull
        public TimelineEntry getEntry() {
            return entry;
        }

        /** Returns the position of its upper edge. */
        public int getY() {
            return AXIS + index * ROW;
        }

        /** Returns the position of its label, which shows what belongs to what. */
        public int getIndent() {
            return depth * 12;
        }

        /** Returns where the bar begins. */
        @NonNull
        public String getX() {
            double at = entry.getStart() - origin;
            return percent(Math.min(at, length * (1 - NARROWEST / 100)));
        }

        /** Returns the length of the bar. */
        @NonNull
        public String getWidth() {
            return percent(Math.max(entry.getMillis(), length * NARROWEST / 100));
        }

        /** Returns the class of the bar in the stylesheet. */
        @NonNull
        public String getStyleClass() {
            String own = entry.isCached()
                    ? "cached"
                    : entry.isFailed() ? "failed" : entry.kind().isWait() ? "wait" : entry.isStep() ? "step" : "phase";
            return "mab-timeline__bar mab-timeline__bar--" + own;
        }

        /** Returns when it began after the call, as a text. */
        @NonNull
        public String getStartText() {
            return Util.getTimeSpanString(entry.getStart() - origin);
        }

        /** Returns the platforms of a step or phase; empty for the whole call. */
        @NonNull
        public String getPlatforms() {
            String platform = entry.getPlatform();
            String group = entry.getGroup();
            if (platform != null) {
                return platform;
            }
            return group == null ? "" : group;
        }

        /** Returns what a tooltip says. */
        @NonNull
        public String getTooltip() {
            return Messages.TimelineChart_tooltip(label, getPlatforms(), getStartText(), entry.getDurationText());
        }
    }
}
