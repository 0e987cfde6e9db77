package io.jenkins.plugins.multiarchbuild.emulation;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Node;
import hudson.model.Run;
import hudson.slaves.AbstractCloudSlave;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.io.File;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Counts what emulation took, when calls of the step end. It is kept in a small file in the controller's home directory, so
 * that nobody ever has to look through the builds, which may be many and may be deleted.
 */
@Extension
public final class EmulationTally {

    /** How many days the page looks back, including today. */
    static final int DAYS = 30;

    /** The maximum number of days that are kept. */
    private static final int MOST_DAYS = DAYS + 1;

    /** The maximum number of labels with their platforms on one day; what comes after that is counted together. */
    static final int MOST_KINDS = 100;

    /**
     * How many of the last calls are known: a call can end twice if the controller is killed just then, and the calls that
     * ended at the same time are few.
     */
    private static final int MOST_CALLS = 500;

    private static final int LONGEST_LABEL = 200;

    private static final Logger LOGGER = Logger.getLogger(EmulationTally.class.getName());

    private final TreeMap<LocalDate, Map<Kind, EmulatedSteps>> days = new TreeMap<>();
    private final Set<String> calls = new LinkedHashSet<>();
    private boolean loaded;

    /** When the first platform was counted. */
    @CheckForNull
    private LocalDate since;

    /** What is counted together. */
    private record Kind(@NonNull String label, @NonNull String platform) {

        private static final Kind REST = new Kind("", "");
    }

    /** Returns the tally of this controller. */
    @NonNull
    public static EmulationTally get() {
        return ExtensionList.lookupSingleton(EmulationTally.class);
    }

    /**
     * Counts what was emulated in a call that has ended, if that was measured. A second time, nothing happens.
     *
     * @param id identifies the call within the run
     * @param labels the labels of agents that were asked for, by platform
     */
    public void count(@NonNull Run<?, ?> run, @NonNull String id, @NonNull Map<String, String> labels) {
        count(run, id, labels, LocalDate.now());
    }

    void count(
            @NonNull Run<?, ?> run, @NonNull String id, @NonNull Map<String, String> labels, @NonNull LocalDate today) {
        MultiArchReport report = run.getAction(MultiArchReport.class);
        List<ImageReport> images = report == null ? List.of() : report.getImages();
        Map<Kind, EmulatedSteps> steps = new HashMap<>();
        for (ImageReport image : images) {
            for (PlatformReport platform : image.getPlatforms()) {
                if (image.getId().equals(id) && platform.isEmulated() && platform.getStepMillis() >= 0) {
                    Kind kind = new Kind(label(labels, platform), platform.getPlatform());
                    steps.merge(kind, EmulatedSteps.of(image, platform), EmulatedSteps::plus);
                }
            }
        }
        if (!steps.isEmpty()) {
            // a job may be created again under the same name
            add(run.getExternalizableId() + " " + run.getStartTimeInMillis() + " " + id, today, steps);
        }
    }

    private static String label(Map<String, String> labels, PlatformReport platform) {
        String asked = labels.get(platform.getPlatform());
        if (asked == null) {
            asked = Objects.requireNonNullElse(platform.getAgent(), "");
            Node node = Jenkins.get().getNode(asked);
            // agents of a cloud have a new name each time
            if (node instanceof AbstractCloudSlave && !node.getLabelString().isBlank()) {
                asked = node.getLabelString();
            }
        }
        String line = asked.replaceAll("[\\p{Cc}\\s]+", " ");
        return line.length() <= LONGEST_LABEL ? line : line.substring(0, LONGEST_LABEL) + "...";
    }

    private synchronized void add(String call, LocalDate today, Map<Kind, EmulatedSteps> steps) {
        load();
        if (!calls.add(call)) {
            return;
        }
        since = since == null ? today : since;
        Map<Kind, EmulatedSteps> day = days.computeIfAbsent(today, date -> new HashMap<>());
        steps.forEach((kind, taken) -> day.merge(
                day.size() < MOST_KINDS || day.containsKey(kind) ? kind : Kind.REST, taken, EmulatedSteps::plus));
        while (days.size() > MOST_DAYS) {
            days.pollFirstEntry();
        }
        var oldest = calls.iterator();
        for (int surplus = calls.size() - MOST_CALLS; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
        try {
            save();
        } catch (IOException e) {
            // it is written with the next call
            LOGGER.log(Level.WARNING, e, () -> "cannot write " + file());
        }
    }

    /** Returns what was emulated in the last {@value #DAYS} days, what took longest first. */
    @NonNull
    public List<EmulationRow> rows() {
        return rows(LocalDate.now());
    }

    @NonNull
    synchronized List<EmulationRow> rows(@NonNull LocalDate today) {
        load();
        Map<Kind, EmulatedSteps> sums = new HashMap<>();
        days.subMap(today.minusDays(DAYS - 1), true, today, true)
                .values()
                .forEach(day -> day.forEach((kind, taken) -> sums.merge(kind, taken, EmulatedSteps::plus)));
        List<EmulationRow> rows = sums.entrySet().stream()
                .map(sum -> new EmulationRow(sum.getKey().label(), sum.getKey().platform(), sum.getValue()))
                .sorted(Comparator.comparingLong(EmulationRow::getEmulatedMillis)
                        .reversed()
                        .thenComparing(EmulationRow::getLabel)
                        .thenComparing(EmulationRow::getPlatform))
                .toList();
        if (rows.size() <= MOST_KINDS) {
            return rows;
        }
        List<EmulationRow> shown = new ArrayList<>(rows.subList(0, MOST_KINDS));
        EmulatedSteps rest = rows.subList(MOST_KINDS, rows.size()).stream()
                .map(row -> sums.get(new Kind(row.getLabel(), row.getPlatform())))
                .reduce(EmulatedSteps.NONE, EmulatedSteps::plus);
        shown.add(new EmulationRow(Kind.REST.label(), Kind.REST.platform(), rest));
        return shown;
    }

    /** Returns the day on which a platform was counted for the first time, or null if none was. */
    @CheckForNull
    public synchronized LocalDate since() {
        load();
        return since;
    }

    private void save() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(String.valueOf(since));
        days.forEach((day, kinds) -> kinds.forEach((kind, taken) -> lines.add(String.join(
                "\n",
                day.toString(),
                kind.label(),
                kind.platform(),
                String.valueOf(taken.builds()),
                String.valueOf(taken.own()),
                String.valueOf(taken.compared()),
                String.valueOf(taken.natively())))));
        List<List<String>> all = new ArrayList<>();
        all.add(lines);
        all.add(new ArrayList<>(calls));
        file().write(all);
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        XmlFile file = file();
        if (file.exists()) {
            try {
                List<?> all = (List<?>) file.read();
                List<?> lines = (List<?>) all.get(0);
                for (Object line : lines.subList(1, lines.size())) {
                    read(line.toString().split("\n", -1));
                }
                ((List<?>) all.get(1)).forEach(call -> calls.add(call.toString()));
                since = LocalDate.parse(lines.get(0).toString());
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot read " + file + ", so emulation is counted from now on");
                days.clear();
                calls.clear();
            }
        }
    }

    private void read(String[] parts) {
        days.computeIfAbsent(LocalDate.parse(parts[0]), date -> new HashMap<>())
                .put(
                        new Kind(parts[1], parts[2]),
                        new EmulatedSteps(
                                Long.parseLong(parts[3]),
                                Long.parseLong(parts[4]),
                                Long.parseLong(parts[5]),
                                Long.parseLong(parts[6])));
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), EmulationTally.class.getName() + ".xml"));
    }
}
