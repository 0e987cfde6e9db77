package io.jenkins.plugins.multiarchbuild.trend;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An image of a job, as its last builds have built it. */
@ExportedBean
public final class TrendImage {

    private final String name;
    private final List<TrendBuild> builds;

    /** @param builds the oldest first, at least one */
    TrendImage(@NonNull String name, @NonNull List<TrendBuild> builds) {
        this.name = name;
        this.builds = List.copyOf(builds);
    }

    /** Returns its repository, or its latest tag if the job has several images in that repository. */
    @NonNull
    @Exported
    public String getName() {
        return name;
    }

    /** Returns the builds, the oldest first. */
    @NonNull
    @Exported(inline = true)
    public List<TrendBuild> getBuilds() {
        return builds;
    }

    /** Returns the builds as a table has them, the latest first. */
    @NonNull
    public List<TrendBuild> getRows() {
        List<TrendBuild> rows = new ArrayList<>(builds);
        Collections.reverse(rows);
        return rows;
    }

    /** Returns the platforms of all builds, those of the latest build first. */
    @NonNull
    public List<String> getPlatforms() {
        Set<String> platforms = new LinkedHashSet<>();
        for (TrendBuild build : getRows()) {
            build.getPlatforms().stream().map(PlatformReport::getPlatform).forEach(platforms::add);
        }
        return List.copyOf(platforms);
    }

    /** Returns the picture of what builds and platforms took. */
    @NonNull
    public TrendChart getDurations() {
        return TrendChart.ofDurations(builds, getPlatforms());
    }

    /** Returns the picture of the sizes of the platforms' images. */
    @NonNull
    public TrendChart getSizes() {
        return TrendChart.ofSizes(builds, getPlatforms());
    }
}
