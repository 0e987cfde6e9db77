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

/** Records which build of a job has published each tag last, in a file in the job's directory. */
public final class TagHistory {

    /** The maximum number of tags of a job; those that were published longest ago are dropped first. */
    static final int MOST_TAGS = 1000;

    private static final Logger LOGGER = Logger.getLogger(TagHistory.class.getName());

    private TagHistory() {}

    /**
     * Returns those of the given tags that a later build of the same job has published.
     *
     * @return the later build by tag, such as {@code #42}
     */
    @NonNull
    public static synchronized Map<ImageReference, String> superseded(
            @NonNull Run<?, ?> run, @NonNull Collection<ImageReference> tags) {
        Map<String, Integer> builds = read(run.getParent());
        Map<ImageReference, String> superseded = new LinkedHashMap<>();
        for (ImageReference tag : tags) {
            int last = builds.getOrDefault(tag.toString(), 0);
            // the next build number may have been set back after all builds were deleted
            if (last > run.getNumber() && last < run.getParent().getNextBuildNumber()) {
                superseded.put(tag, "#" + last);
            }
        }
        return superseded;
    }

    /** Records that a build has published tags. */
    public static synchronized void published(@NonNull Run<?, ?> run, @NonNull Collection<ImageReference> tags)
            throws IOException {
        if (tags.isEmpty()) {
            return;
        }
        Map<String, Integer> builds = read(run.getParent());
        for (ImageReference tag : tags) {
            builds.remove(tag.toString());
            builds.put(tag.toString(), run.getNumber());
        }
        var oldest = builds.keySet().iterator();
        for (int surplus = builds.size() - MOST_TAGS; surplus > 0; surplus--) {
            oldest.next();
            oldest.remove();
        }
        file(run.getParent()).write(builds);
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
