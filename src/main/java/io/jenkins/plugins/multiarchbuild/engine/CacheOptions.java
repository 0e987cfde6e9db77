package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Options of the build cache, as of {@code docker buildx build}. Every platform exports its cache to a location of its
 * own: platforms are built separately and would overwrite each other's cache.
 *
 * @param from where cache is imported from
 * @param to where cache is exported to
 * @param pull whether base images are pulled again even if the builder has them
 * @param noCache whether the cache is ignored
 */
public record CacheOptions(
        @NonNull List<CacheEntry> from, @NonNull List<CacheEntry> to, boolean pull, boolean noCache)
        implements Serializable {

    /** Buildx's defaults. */
    public static final CacheOptions DEFAULTS = new CacheOptions(List.of(), List.of(), false, false);

    public CacheOptions {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /**
     * Reads the entries of {@code cacheFrom} and {@code cacheTo}.
     *
     * @throws InvalidRequestException if one is not understood or holds a secret
     */
    @NonNull
    public static CacheOptions parse(
            @NonNull Collection<String> from, @NonNull Collection<String> to, boolean pull, boolean noCache) {
        return new CacheOptions(
                from.stream().map(text -> CacheEntry.parse("cacheFrom", text)).toList(),
                to.stream().map(text -> CacheEntry.parse("cacheTo", text)).toList(),
                pull,
                noCache);
    }

    /** Returns a platform's imports: its own location and, unless this build exports to it, the location as written. */
    @NonNull
    public List<String> fromFor(@NonNull Platform platform) {
        List<String> entries = new ArrayList<>();
        for (CacheEntry entry : from) {
            CacheEntry own = entry.of(platform);
            entries.add(own.toString());
            if (!own.equals(entry) && to.stream().noneMatch(entry::isSameAs)) {
                entries.add(entry.toString());
            }
        }
        return entries;
    }

    /** Returns a platform's exports. */
    @NonNull
    public List<String> toFor(@NonNull Platform platform) {
        return to.stream().map(entry -> entry.of(platform).toString()).toList();
    }

    /** Returns the directories on the agent that cache is imported from. */
    @NonNull
    public List<String> readDirectories() {
        return from.stream()
                .filter(entry -> entry.place().equals("src"))
                .map(CacheEntry::location)
                .toList();
    }

    /** Returns the directories on the agent that cache is exported to. */
    @NonNull
    public List<String> writtenDirectories() {
        return to.stream()
                .filter(entry -> entry.place().equals("dest"))
                .map(CacheEntry::location)
                .toList();
    }

    /** Whether a platform exports its cache to a tag. */
    boolean writes(@NonNull ImageReference tag, @NonNull Platform platform) {
        return to.stream()
                .map(entry -> entry.of(platform))
                .anyMatch(
                        entry -> entry.place().equals("ref") && entry.location().equals(tag.toString()));
    }
}
