package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jenkins.model.RunAction2;
import jenkins.model.Tab;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The page 'Multi-arch images' of a run, which the new page of builds shows as a tab. */
@ExportedBean
public final class MultiArchReport extends Tab implements RunAction2 {

    /** The URL of the page, relative to that of the run. */
    public static final String URL = "multi-arch-images";

    /** The maximum number of entries of a timeline before those that are added. */
    private static final int MOST_TIMES = 1000;

    private final CopyOnWriteArrayList<ImageReport> images = new CopyOnWriteArrayList<>();

    private transient Run<?, ?> run;

    private MultiArchReport() {
        super(null);
    }

    /**
     * Shows the result of a step. It replaces an earlier report of the same step on the same image, except for what each
     * tag pointed at before: a step that is done again after a restart finds tags that it has moved itself.
     */
    public static void add(@NonNull Run<?, ?> run, @NonNull ImageReport image) throws IOException {
        synchronized (run) {
            of(run).replace(image);
            run.save();
        }
    }

    /** Shows what a step has built so far. It is saved with the step's result. */
    public static void note(@NonNull Run<?, ?> run, @NonNull ImageReport image) {
        synchronized (run) {
            of(run).replace(image);
        }
    }

    /**
     * Shows when the steps of a bake ran. They replace those that were read of the same bake before.
     *
     * @param id identifies the step within the run
     * @param group the platforms of the bake
     * @param start when the bake began, in milliseconds since 1970
     */
    public static void addSteps(
            @NonNull Run<?, ?> run,
            @NonNull String id,
            @NonNull String group,
            long start,
            @NonNull List<TimelineEntry> steps)
            throws IOException {
        addTimes(run, id, entry -> !group.equals(entry.getGroup()) || entry.getStart() < start, steps);
    }

    /**
     * Shows the phases of a step that has ended.
     *
     * @param id identifies the step within the run
     * @param repository the repository of its first base tag, or null if it has none
     */
    public static void addPhases(
            @NonNull Run<?, ?> run,
            @NonNull String id,
            @CheckForNull String repository,
            @NonNull List<TimelineEntry> phases)
            throws IOException {
        synchronized (run) {
            MultiArchReport report = of(run);
            ImageReport known = report.known(id);
            report.put(known, known.getRepository() == null ? known.of(repository) : known);
            addTimes(run, id, TimelineEntry::isStep, phases);
        }
    }

    /** Shows how to build the images of a step again elsewhere. */
    public static void addReplay(@NonNull Run<?, ?> run, @NonNull String id, @NonNull ReplayReport replay)
            throws IOException {
        keep(run, id, kept -> kept.with(replay));
    }

    /** Shows that the progress of a bake was kept. */
    public static void addProgress(@NonNull Run<?, ?> run, @NonNull String id, @NonNull ProgressReport progress)
            throws IOException {
        keep(run, id, kept -> kept.with(progress));
    }

    private static void keep(Run<?, ?> run, String id, UnaryOperator<KeptReport> change) throws IOException {
        synchronized (run) {
            MultiArchReport report = of(run);
            ImageReport known = report.known(id);
            report.put(known, known.keeping(change.apply(known.kept())));
            run.save();
        }
    }

    /** Whether a step may keep the progress of another bake in a file of this name. */
    public static boolean hasRoomForProgress(@NonNull Run<?, ?> run, @NonNull String id, @NonNull String file) {
        synchronized (run) {
            return of(run).known(id).kept().hasRoomFor(file);
        }
    }

    private static void addTimes(Run<?, ?> run, String id, Predicate<TimelineEntry> kept, List<TimelineEntry> added)
            throws IOException {
        synchronized (run) {
            MultiArchReport report = of(run);
            ImageReport known = report.known(id);
            List<TimelineEntry> times = new ArrayList<>(
                    known.timeline().stream().filter(kept).limit(MOST_TIMES).toList());
            times.addAll(added);
            report.put(known, known.timed(times));
            run.save();
        }
    }

    /** Of several images of a step, the first one shows what the step has done. */
    private ImageReport known(String id) {
        List<ImageReport> known = all(id);
        return known.stream()
                .filter(ImageReport::isBuilder)
                .findFirst()
                .or(() -> known.stream().findFirst())
                .orElseGet(() -> new ImageReport(id, null, List.of(), List.of()));
    }

    private List<ImageReport> all(String id) {
        return images.stream().filter(image -> image.getId().equals(id)).toList();
    }

    private void put(ImageReport known, ImageReport image) {
        int position = images.indexOf(known);
        if (position < 0) {
            images.add(image);
        } else {
            images.set(position, image);
        }
    }

    /**
     * Shows that a step failed or was aborted. What it has built or published by then stays.
     *
     * @param id identifies the step within the run
     * @param platforms the platforms that it was to build
     */
    public static void end(
            @NonNull Run<?, ?> run,
            @NonNull String id,
            @NonNull ImageReport.Ending ending,
            @NonNull List<Platform> platforms)
            throws IOException {
        synchronized (run) {
            MultiArchReport report = of(run);
            List<ImageReport> known = report.all(id);
            report.images.removeAll(known);
            for (ImageReport image : known.isEmpty() ? List.of(report.known(id)) : known) {
                report.images.add(image.ended(ending, platforms));
            }
            run.save();
        }
    }

    /**
     * Shows that the image of a step is in an archive.
     *
     * @param id identifies the step within the run
     * @param file path of the archive
     * @param digest of the image index in it
     */
    public static void archived(
            @NonNull Run<?, ?> run, @NonNull String id, @NonNull String file, @NonNull Digest digest)
            throws IOException {
        synchronized (run) {
            MultiArchReport report = of(run);
            report.images.replaceAll(image -> image.getId().equals(id) ? image.archived(file, digest) : image);
            run.save();
        }
    }

    /** Branches of a run report at the same time, and there must be only one page. */
    private static MultiArchReport of(Run<?, ?> run) {
        MultiArchReport report = run.getAction(MultiArchReport.class);
        if (report == null) {
            report = new MultiArchReport();
            run.addAction(report);
        }
        return report;
    }

    /**
     * Returns what another build of the same job has published under a tag.
     *
     * @param build its number after {@code #}
     * @return empty if the build is gone or did not publish under that tag
     */
    @NonNull
    public static Optional<Digest> published(
            @NonNull Run<?, ?> run, @NonNull String build, @NonNull ImageReference tag) {
        Run<?, ?> other = run.getParent().getBuildByNumber(Integer.parseInt(build.substring(1)));
        MultiArchReport report = other == null ? null : other.getAction(MultiArchReport.class);
        if (report == null) {
            return Optional.empty();
        }
        return report.images.stream()
                .flatMap(image -> image.getTags().stream())
                .filter(each -> each.getTag().equals(tag.toString())
                        && each.getOutcome().equals(TagState.Outcome.PUBLISHED.name()))
                .flatMap(each -> Stream.ofNullable(each.getNow()))
                .map(Digest::new)
                .reduce((first, last) -> last);
    }

    /** The images of one step stay in their order, of which the first shows what the step has done. */
    private void replace(ImageReport image) {
        for (ImageReport earlier : images) {
            if (earlier.isReplacedBy(image)) {
                ImageReport shown = image.startingFrom(earlier);
                if (image.getTarget() == null) {
                    images.remove(earlier);
                    images.add(shown);
                } else {
                    put(earlier, shown);
                }
                return;
            }
        }
        images.add(image);
    }

    /** Returns the results of the run's steps, in the order in which they ended. */
    @NonNull
    @Exported(inline = true)
    public List<ImageReport> getImages() {
        return List.copyOf(images);
    }

    /** Returns everything that the run has pushed, by digest: the platforms' images and their indexes. */
    @NonNull
    public Set<String> getReferences() {
        Set<String> references = new HashSet<>();
        images.forEach(image -> references.addAll(image.references()));
        return references;
    }

    /**
     * Serves a file that is kept with the run, to everybody who may see the run and its log.
     *
     * @return not found, unless one of the steps has a file of that name
     */
    @NonNull
    public HttpResponse doDownload(@NonNull StaplerRequest2 request) {
        run.checkPermission(Item.READ);
        String name = request.getRestOfPath().replaceFirst("^/", "");
        return images.stream().anyMatch(image -> image.kept().has(name))
                ? new KeptFile(run, name)
                : HttpResponses.notFound();
    }

    @Override
    public void onAttached(Run<?, ?> attachedTo) {
        run = attachedTo;
        object = attachedTo;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
        object = loaded;
    }

    @Override
    public String getIconFileName() {
        return "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Messages.MultiArchReport_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }
}
