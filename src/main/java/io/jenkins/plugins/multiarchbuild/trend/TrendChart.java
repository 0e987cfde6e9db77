package io.jenkins.plugins.multiarchbuild.trend;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Functions;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * A picture with one column for each build: a bar for the whole, if there is one, and a line for each platform. Heights are
 * in pixels, and positions of columns in percent of the width.
 */
public final class TrendChart {

    /** The height of the part with bars and lines. */
    static final int PLOT = 180;

    /** The height of what is above and below that. */
    private static final int MARGIN = 24;

    private static final int MOST_TICKS = 4;

    /** A few builds do not get broader columns. */
    private static final int LEAST_COLUMNS = 10;

    private static final int MOST_LABELS = 10;

    private static final double BAR = 0.56;

    /** The outline of the mark of each line, around its point. Further platforms begin with the first one again. */
    private static final List<String> MARKS = List.of(
            "M -4 0 a 4 4 0 1 0 8 0 a 4 4 0 1 0 -8 0 z",
            "M -4 -4 h 8 v 8 h -8 z",
            "M 0 -5 L 5 4 L -5 4 z",
            "M 0 -6 L 6 0 L 0 6 L -6 0 z",
            "M 0 5 L 5 -4 L -5 -4 z",
            "M -2 -5 h 4 v 3 h 3 v 4 h -3 v 3 h -4 v -3 h -3 v -4 h 3 z");

    private final List<TrendBuild> builds;
    private final List<String> platforms;
    private final ToLongFunction<TrendBuild> whole;
    private final ToLongFunction<PlatformReport> part;
    private final LongFunction<String> text;

    /** The distance between ticks. */
    private final Unit unit;

    private final BigDecimal step;
    private final double top;

    /** A unit of the axis, with its size in what is measured. */
    private enum Unit {
        SECOND(TimeUnit.SECONDS.toMillis(1), 0),
        MINUTE(TimeUnit.MINUTES.toMillis(1), TimeUnit.MINUTES.toMillis(2)),
        HOUR(TimeUnit.HOURS.toMillis(1), TimeUnit.HOURS.toMillis(2)),
        BYTE(1, 0),
        KIB(1L << 10, 1L << 10),
        MIB(1L << 20, 1L << 20),
        GIB(1L << 30, 1L << 30);

        private final long size;

        /** What is at least this large is measured in it. */
        private final long from;

        Unit(long size, long from) {
            this.size = size;
            this.from = from;
        }

        private String text(String number) {
            return switch (this) {
                case SECOND -> Messages.TrendChart_seconds(number);
                case MINUTE -> Messages.TrendChart_minutes(number);
                case HOUR -> Messages.TrendChart_hours(number);
                case BYTE -> number + " B";
                case KIB -> number + " KiB";
                case MIB -> number + " MiB";
                case GIB -> number + " GiB";
            };
        }

        private static Unit of(long most, Unit... units) {
            Unit found = units[0];
            for (Unit each : units) {
                found = most >= each.from ? each : found;
            }
            return found;
        }
    }

    /** A mark on the axis. */
    public record Tick(@NonNull String y, @NonNull String text) {}

    /** A build, with its bar if {@code height} is positive, and its number if there is room for it. */
    public record Column(
            @NonNull String left,
            @NonNull String width,
            @NonNull String barLeft,
            @NonNull String barWidth,
            @NonNull String middle,
            @NonNull String y,
            @NonNull String height,
            boolean hasBar,
            boolean failed,
            @NonNull String label,
            @NonNull String tooltip) {}

    /** A part of a line from one build to the next. */
    public record Segment(
            @NonNull String x1,
            @NonNull String y1,
            @NonNull String x2,
            @NonNull String y2) {}

    /** A point of a line. */
    public record Point(@NonNull String x, @NonNull String y) {}

    /** What a platform's builds were like. */
    public record Line(
            @NonNull String platform,
            int style,
            @NonNull String mark,
            @NonNull List<Segment> segments,
            @NonNull List<Point> points) {}

    private TrendChart(
            List<TrendBuild> builds,
            List<String> platforms,
            ToLongFunction<TrendBuild> whole,
            ToLongFunction<PlatformReport> part,
            LongFunction<String> text,
            Unit... units) {
        this.builds = builds;
        this.platforms = platforms;
        this.whole = whole;
        this.part = part;
        this.text = text;
        // what failed may have hung for hours, which would leave no room for the others
        boolean allFailed = builds.stream().allMatch(TrendBuild::isFailed);
        long most = 1;
        for (TrendBuild build : builds) {
            if (allFailed || !build.isFailed()) {
                most = Math.max(most, whole.applyAsLong(build));
                for (String platform : platforms) {
                    most = Math.max(most, value(build, platform));
                }
            }
        }
        this.unit = Unit.of(most, units);
        this.step = step((double) most / unit.size);
        double distance = step.doubleValue() * unit.size;
        this.top = Math.ceil(most / distance) * distance;
    }

    /** @param builds the oldest first */
    @NonNull
    static TrendChart ofDurations(@NonNull List<TrendBuild> builds, @NonNull List<String> platforms) {
        return new TrendChart(
                builds,
                platforms,
                TrendBuild::getTotalMillis,
                PlatformReport::getStepMillis,
                Util::getTimeSpanString,
                Unit.SECOND,
                Unit.MINUTE,
                Unit.HOUR);
    }

    /** @param builds the oldest first */
    @NonNull
    static TrendChart ofSizes(@NonNull List<TrendBuild> builds, @NonNull List<String> platforms) {
        return new TrendChart(
                builds,
                platforms,
                build -> -1,
                PlatformReport::getSize,
                Functions::humanReadableByteSize,
                Unit.BYTE,
                Unit.KIB,
                Unit.MIB,
                Unit.GIB);
    }

    /** Returns 1, 2 or 5 times a power of ten, so that there are few ticks. */
    private static BigDecimal step(double most) {
        double least = most / MOST_TICKS;
        int exponent = (int) Math.floor(Math.log10(least));
        for (int digit : new int[] {1, 2, 5}) {
            BigDecimal found = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
            if (found.doubleValue() >= least) {
                return found;
            }
        }
        return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1);
    }

    /** Whether there is anything to draw. */
    public boolean isDrawn() {
        return hasBars()
                || builds.stream()
                        .anyMatch(build -> platforms.stream().anyMatch(platform -> value(build, platform) >= 0));
    }

    /** Whether there are bars, and not only lines. */
    public boolean hasBars() {
        return builds.stream().anyMatch(build -> whole.applyAsLong(build) >= 0);
    }

    /** Whether one of the builds failed or was aborted. */
    public boolean hasFailures() {
        return builds.stream().anyMatch(TrendBuild::isFailed);
    }

    private long value(TrendBuild build, String platform) {
        PlatformReport known = build.platform(platform);
        return known == null ? -1 : part.applyAsLong(known);
    }

    private double height(long value) {
        return Math.min(PLOT, value * PLOT / top);
    }

    private String y(long value) {
        return pixels(MARGIN + PLOT - height(value));
    }

    private static String pixels(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private String x(double column) {
        return String.format(Locale.ROOT, "%.2f%%", column * 100 / Math.max(LEAST_COLUMNS, builds.size()));
    }

    /** Returns the marks on the axis, from 0 to the top. */
    @NonNull
    public List<Tick> getTicks() {
        List<Tick> ticks = new ArrayList<>();
        double distance = step.doubleValue() * unit.size;
        for (int i = 0; i <= Math.round(top / distance); i++) {
            BigDecimal number = step.multiply(BigDecimal.valueOf(i));
            if (number.signum() != 0) {
                number = number.setScale(Math.max(0, number.stripTrailingZeros().scale()), RoundingMode.UNNECESSARY);
            }
            ticks.add(new Tick(
                    pixels(MARGIN + PLOT - i * distance * PLOT / top),
                    i == 0 ? "0" : unit.text(number.toPlainString())));
        }
        return ticks;
    }

    /** Returns one column for each build, from left to right. */
    @NonNull
    public List<Column> getColumns() {
        List<Column> columns = new ArrayList<>();
        int labelled = (builds.size() + MOST_LABELS - 1) / MOST_LABELS;
        for (int i = 0; i < builds.size(); i++) {
            TrendBuild build = builds.get(i);
            long value = whole.applyAsLong(build);
            columns.add(new Column(
                    x(i),
                    x(1),
                    x(i + (1 - BAR) / 2),
                    x(BAR),
                    x(i + 0.5),
                    y(Math.max(0, value)),
                    pixels(height(Math.max(0, value))),
                    value >= 0,
                    build.isFailed(),
                    (builds.size() - 1 - i) % labelled == 0 ? "#" + build.getNumber() : "",
                    tooltip(build)));
        }
        return columns;
    }

    private String tooltip(TrendBuild build) {
        List<String> lines = new ArrayList<>();
        lines.add("#" + build.getNumber() + " " + build.getStateText());
        long value = whole.applyAsLong(build);
        if (value >= 0) {
            lines.add(Messages.TrendChart_total(text.apply(value)));
        }
        for (String platform : platforms) {
            long own = value(build, platform);
            if (own >= 0) {
                lines.add(platform + ": " + text.apply(own));
            }
        }
        return String.join("\n", lines);
    }

    /** Returns one line for each platform. */
    @NonNull
    public List<Line> getLines() {
        List<Line> lines = new ArrayList<>();
        for (String platform : platforms) {
            List<Point> points = new ArrayList<>();
            List<Segment> segments = new ArrayList<>();
            Point last = null;
            for (int i = 0; i < builds.size(); i++) {
                long value = value(builds.get(i), platform);
                Point point = value < 0 ? null : new Point(x(i + 0.5), y(value));
                if (point != null) {
                    points.add(point);
                }
                if (point != null && last != null) {
                    segments.add(new Segment(last.x, last.y, point.x, point.y));
                }
                last = point;
            }
            int style = lines.size() % MARKS.size();
            lines.add(new Line(platform, style, MARKS.get(style), segments, points));
        }
        return lines;
    }

    /** Returns the height of the picture. */
    public int getHeight() {
        return MARGIN + PLOT + MARGIN;
    }
}
