package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The images that were verified recently, for each job, since an agent of another job may lie about what it built. They
 * are kept in memory only: at worst an image is verified once more.
 */
@Extension
public final class VerifiedImages {

    private static final int MOST = 5000;

    private final Map<Entry, Verdict> entries = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Entry, Verdict> eldest) {
            return size() > MOST;
        }
    };

    private record Entry(String job, Platform platform, String digest, PathPatterns allowed) {}

    @NonNull
    static VerifiedImages get() {
        return ExtensionList.lookupSingleton(VerifiedImages.class);
    }

    /** Returns the verdict on an image that was verified, or null if it is to be verified. */
    @CheckForNull
    synchronized Verdict get(@NonNull String job, @NonNull BuiltImage image, @NonNull PathPatterns allowed) {
        return entries.get(entry(job, image, allowed));
    }

    /** Keeps that an image is verified. */
    synchronized void add(
            @NonNull String job, @NonNull BuiltImage image, @NonNull PathPatterns allowed, @NonNull Verdict verdict) {
        entries.put(entry(job, image, allowed), verdict);
    }

    /** The image manifest is the same in every build; the index around it has attestations with a time of their own. */
    private static Entry entry(String job, BuiltImage image, PathPatterns allowed) {
        return new Entry(job, image.platform(), image.image().knownDigest().value(), allowed);
    }
}
