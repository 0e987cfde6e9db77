package io.jenkins.plugins.multiarchbuild.trend;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.report.TagReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What the last builds of a job have built: one {@link TrendImage} for each image. A build may call the step several times;
 * the calls of different builds that belong together are those that share a tag, or else a repository, or else their place
 * in the Pipeline.
 */
@ExportedBean
public final class Trend {

    /** The maximum number of builds that are looked at, with a report or without one: each may have to be read from disk. */
    static final int MOST_BUILDS = 30;

    private final List<TrendImage> images;

    /** The images of several builds that belong together, while they are being collected. */
    private static final class Series {

        private final Set<String> tags = new HashSet<>();
        private final Set<String> repositories = new HashSet<>();
        private final Set<String> places = new HashSet<>();

        /** The latest first. */
        private final List<TrendBuild> builds = new ArrayList<>();

        private void add(TrendBuild build) {
            ImageReport image = build.image();
            tags.addAll(tags(image));
            repositories.add(image.getRepository());
            places.add(place(image));
            builds.add(build);
        }

        private boolean sharesTag(ImageReport image) {
            return !Collections.disjoint(tags, tags(image));
        }

        private boolean sharesRepository(ImageReport image) {
            return image.getRepository() != null && repositories.contains(image.getRepository());
        }

        /** Of several images in one repository, each has its target. */
        private boolean sharesTarget(ImageReport image) {
            String target = image.getTarget();
            return sharesRepository(image)
                    && target != null
                    && builds.stream()
                            .anyMatch(build -> target.equals(build.image().getTarget()));
        }

        /** Only if one of both has no name. */
        private boolean sharesPlace(ImageReport image) {
            return places.contains(place(image))
                    && (image.getRepository() == null || repositories.equals(Collections.singleton(null)));
        }

        private static String place(ImageReport image) {
            return image.getId() + " " + image.getTarget();
        }

        private static Set<String> tags(ImageReport image) {
            return image.getTags().stream().map(TagReport::getTag).collect(Collectors.toSet());
        }

        @CheckForNull
        private String repository() {
            return repositories.stream().filter(Objects::nonNull).findFirst().orElse(null);
        }

        /** Returns the first tag of the latest build that has one. */
        @CheckForNull
        private String tag() {
            return builds.stream()
                    .flatMap(build -> build.image().getTags().stream())
                    .map(TagReport::getTag)
                    .findFirst()
                    .orElse(null);
        }
    }

    private Trend(List<TrendImage> images) {
        this.images = List.copyOf(images);
    }

    /** Returns the trend of a job. */
    @NonNull
    static Trend of(@NonNull Job<?, ?> job) {
        List<Series> all = new ArrayList<>();
        last(job).forEach(run -> add(run, all));
        List<TrendImage> images = new ArrayList<>();
        for (Series series : all) {
            List<TrendBuild> builds = new ArrayList<>(series.builds);
            Collections.reverse(builds);
            images.add(new TrendImage(name(series, all), builds));
        }
        return new Trend(images);
    }

    /** Whether one of the last builds has something to show. */
    static boolean isKnown(@NonNull Job<?, ?> job) {
        return last(job).anyMatch(run -> !built(run).isEmpty());
    }

    /** Returns the last builds, the latest first. Each is read when it is asked for. */
    private static Stream<Run<?, ?>> last(Job<?, ?> job) {
        return Stream.<Run<?, ?>>iterate(job.getLastBuild(), Objects::nonNull, Run::getPreviousBuild)
                .limit(MOST_BUILDS);
    }

    /** Returns the images that a build has built or failed to build, in the order of the Pipeline. */
    private static List<ImageReport> built(Run<?, ?> run) {
        MultiArchReport report = run.getAction(MultiArchReport.class);
        return report == null
                ? List.of()
                : report.getImages().stream()
                        .filter(image -> image.getTotalMillis() >= 0
                                || image.getPlatforms().stream().anyMatch(Trend::isMeasured))
                        .sorted(Comparator.comparing(
                                        (ImageReport image) -> image.getId().length())
                                .thenComparing(ImageReport::getId))
                        .toList();
    }

    /** {@code multiArchPublish} builds nothing. */
    private static boolean isMeasured(PlatformReport platform) {
        return platform.getDurationMillis() >= 0 || platform.getStepMillis() >= 0;
    }

    private static void add(Run<?, ?> run, List<Series> all) {
        List<ImageReport> images = new ArrayList<>(built(run));
        List<Series> free = new ArrayList<>(all);
        for (BiPredicate<Series, ImageReport> belongs : List.<BiPredicate<Series, ImageReport>>of(
                Series::sharesTag, Series::sharesTarget, Series::sharesRepository, Series::sharesPlace)) {
            for (ImageReport image : List.copyOf(images)) {
                free.stream()
                        .filter(series -> belongs.test(series, image))
                        .findFirst()
                        .ifPresent(series -> {
                            series.add(new TrendBuild(run, image));
                            free.remove(series);
                            images.remove(image);
                        });
            }
        }
        for (ImageReport image : images) {
            Series series = new Series();
            series.add(new TrendBuild(run, image));
            all.add(series);
        }
    }

    /** Returns the repository or else the target, or what tells the series from others with the same repository. */
    private static String name(Series series, List<Series> all) {
        String repository = series.repository();
        List<Series> same = all.stream()
                .filter(other -> Objects.equals(other.repository(), repository))
                .toList();
        String target = series.builds.get(0).image().getTarget();
        if (repository == null && target != null) {
            return target;
        }
        String name = repository == null ? Messages.Trend_unnamed() : repository;
        if (same.size() == 1) {
            return name;
        }
        String tag = series.tag();
        return tag == null ? name + " (" + (same.indexOf(series) + 1) + ")" : tag;
    }

    /** Returns the images, those of the latest build first. */
    @NonNull
    @Exported(inline = true)
    public List<TrendImage> getImages() {
        return images;
    }
}
