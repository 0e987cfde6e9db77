package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import java.lang.ref.SoftReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of lower layers that were read on this agent, for each job, since another job may have tampered with what
 * was read. They are kept in memory only, here and as {@link SharedFiles} on the controller: at worst they are read once
 * more.
 */
final class KnownFiles {

    /** The most memory that they take, in bytes. */
    private static final long MOST = 32L << 20;

    private static final Map<Key, Known> KNOWN = new LinkedHashMap<>(16, 0.75f, true);

    private static long size;

    private record Key(String job, List<Digest> layers) {}

    private record Known(SoftReference<ImageFiles> files, long size) {}

    private KnownFiles() {}

    /**
     * Returns the files of layers.
     *
     * @param layers their digests, the lowest first
     * @return the files, or null if they are to be read
     */
    @CheckForNull
    static synchronized ImageFiles get(@NonNull String job, @NonNull List<Digest> layers) {
        Known known = KNOWN.get(new Key(job, layers));
        return known == null ? null : known.files.get();
    }

    /** Keeps the files of layers, unless that is too much. */
    static synchronized void add(@NonNull String job, @NonNull List<Digest> layers, @NonNull ImageFiles files) {
        if (!files.hasAllExecutables() || files.size() > MOST) {
            return;
        }
        Known before = KNOWN.put(new Key(job, layers), new Known(new SoftReference<>(files), files.size()));
        size += files.size() - (before == null ? 0 : before.size);
        Iterator<Known> eldest = KNOWN.values().iterator();
        while (size > MOST) {
            size -= eldest.next().size;
            eldest.remove();
        }
    }
}
