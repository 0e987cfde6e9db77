package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
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

    /** @param digest of the image manifest; the index around it has attestations with a time of their own */
    private record Entry(String job, Platform platform, Digest digest, PathPatterns allowed) {}

    @NonNull
    static VerifiedImages get() {
        return ExtensionList.lookupSingleton(VerifiedImages.class);
    }

    /** Returns the verdict on an image that was verified, or null if it is to be verified. */
    @CheckForNull
    synchronized Verdict get(
            @NonNull String job, @NonNull Platform platform, @NonNull Digest digest, @NonNull PathPatterns allowed) {
        return entries.get(new Entry(job, platform, digest, allowed));
    }

    /** Keeps that an image is verified. */
    synchronized void add(
            @NonNull String job,
            @NonNull Platform platform,
            @NonNull Digest digest,
            @NonNull PathPatterns allowed,
            @NonNull Verdict verdict) {
        entries.put(new Entry(job, platform, digest, allowed), verdict);
    }
}
