package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.XmlFile;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Records which build of a job has moved each tag last, in a file in the job's directory. */
public final class TagHistory {

    /**
     * The maximum number of tags of a job, unless a single build has more; those that were published longest ago are
     * dropped first.
     */
    static final int MOST_TAGS = 1000;

    private static final Logger LOGGER = Logger.getLogger(TagHistory.class.getName());

    private TagHistory() {}

    /**
     * Returns those of the given tags that a later build of the same job has moved.
     *
     * @return the later build by tag, such as {@code #42}
     */
    @NonNull
    public static synchronized Map<ImageReference, String> superseded(
            @NonNull Run<?, ?> run, @NonNull Collection<ImageReference> tags) {
        Map<String, Integer> builds = read(run.getParent());
        Map<ImageReference, String> superseded = new LinkedHashMap<>();
        for (ImageReference tag : tags) {
            int last = builds.getOrDefault(tag.identity(), 0);
            // the next build number may have been set back after all builds were deleted
            if (last > run.getNumber() && last < run.getParent().getNextBuildNumber()) {
                superseded.put(tag, "#" + last);
            }
        }
        return superseded;
    }

    /**
     * Records that a build moves tags. It is called before the first one moves: from then on nothing that happens to the
     * build lets an earlier one move them back.
     *
     * @return the last builds before that by tag, 0 where there was none
     */
    @NonNull
    public static synchronized Map<ImageReference, Integer> published(
            @NonNull Run<?, ?> run, @NonNull Collection<ImageReference> tags) throws IOException {
        Map<ImageReference, Integer> earlier = new LinkedHashMap<>();
        if (tags.isEmpty()) {
            return earlier;
        }
        Map<String, Integer> builds = read(run.getParent());
        // a number that was set back is reached again, and then means another build
        builds.values().removeIf(build -> build >= run.getParent().getNextBuildNumber());
        for (ImageReference tag : tags) {
            earlier.put(tag, builds.getOrDefault(tag.identity(), 0));
            builds.remove(tag.identity());
            builds.put(tag.identity(), run.getNumber());
        }
        var oldest = builds.values().iterator();
        for (int surplus = builds.size() - MOST_TAGS; surplus > 0 && oldest.next() != run.getNumber(); surplus--) {
            oldest.remove();
        }
        file(run.getParent()).write(builds);
        return earlier;
    }

    /**
     * Records that tags did not move after all.
     *
     * @param earlier the builds that {@link #published} returned, by tag
     */
    public static synchronized void withdrawn(@NonNull Run<?, ?> run, @NonNull Map<ImageReference, Integer> earlier)
            throws IOException {
        Map<String, Integer> builds = read(run.getParent());
        boolean changed = false;
        for (Map.Entry<ImageReference, Integer> tag : earlier.entrySet()) {
            String name = tag.getKey().identity();
            if (builds.getOrDefault(name, 0) == run.getNumber()) {
                changed = true;
                builds.remove(name);
                if (tag.getValue() > 0) {
                    builds.put(name, tag.getValue());
                }
            }
        }
        if (changed) {
            file(run.getParent()).write(builds);
        }
    }

    private static Map<String, Integer> read(Job<?, ?> job) {
        Map<String, Integer> builds = new LinkedHashMap<>();
        XmlFile file = file(job);
        if (file.exists()) {
            try {
                ((Map<?, ?>) file.read()).forEach((tag, build) -> builds.put((String) tag, (Integer) build));
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot read " + file);
            }
        }
        return builds;
    }

    private static XmlFile file(Job<?, ?> job) {
        return new XmlFile(new File(job.getRootDir(), "multi-arch-build-tags.xml"));
    }
}
