package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What agents know of the files of lower layers, for agents that are new and would have to read them again, such as those
 * that exist for one build. The controller does not look into it. Like {@link KnownFiles}, it is kept for each job and in
 * memory only.
 */
@Extension
public final class SharedFiles {

    /** The most that is kept of the layers of one image, in bytes; a base image with a JDK takes 4,000. */
    static final int LARGEST = 1 << 20;

    /** The most that is kept of all, in bytes. */
    private static final long MOST = 16L << 20;

    /** What a digest takes, roughly, in bytes. */
    private static final int DIGEST = 256;

    private final Map<Key, byte[]> files = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    private record Key(String job, List<Digest> layers) {}

    @NonNull
    static SharedFiles get() {
        return ExtensionList.lookupSingleton(SharedFiles.class);
    }

    /**
     * Returns what is kept of layers.
     *
     * @param layers their digests, the lowest first
     * @return the bytes, or null if nothing is kept
     */
    @CheckForNull
    synchronized byte[] get(@NonNull String job, @NonNull List<Digest> layers) {
        return files.get(new Key(job, layers));
    }

    /** Keeps what an agent knows of layers. */
    synchronized void add(@NonNull String job, @NonNull List<Digest> layers, @NonNull byte[] bytes) {
        forget(job, layers);
        Key key = new Key(job, layers);
        files.put(key, bytes);
        size += size(key, bytes);
        Iterator<Map.Entry<Key, byte[]>> eldest = files.entrySet().iterator();
        while (size > MOST) {
            Map.Entry<Key, byte[]> entry = eldest.next();
            size -= size(entry.getKey(), entry.getValue());
            eldest.remove();
        }
    }

    /** Keeps nothing of layers any more, because an agent cannot read it. */
    synchronized void forget(@NonNull String job, @NonNull List<Digest> layers) {
        Key key = new Key(job, layers);
        byte[] bytes = files.remove(key);
        size -= bytes == null ? 0 : size(key, bytes);
    }

    private static long size(Key key, byte[] bytes) {
        return bytes.length + 2L * key.job.length() + (long) DIGEST * key.layers.size();
    }
}
