package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a build may reuse, as in {@code docker buildx build}. Every platform has its own place for the cache that it leaves,
 * since platforms are built apart and would overwrite each other's.
 *
 * @param from where to look for cache
 * @param to where to leave cache
 * @param pull whether the registry is asked for images that the builder has already
 * @param noCache whether nothing is reused
 */
public record CacheOptions(
        @NonNull List<CacheEntry> from, @NonNull List<CacheEntry> to, boolean pull, boolean noCache) {

    /** Nothing but buildx's own defaults. */
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

    /** Where a platform looks for cache: in its own place and, unless this build writes there, in what is named itself. */
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

    /** Where a platform leaves cache. */
    @NonNull
    public List<String> toFor(@NonNull Platform platform) {
        return to.stream().map(entry -> entry.of(platform).toString()).toList();
    }

    /** Whether a platform leaves cache under a tag. */
    boolean writes(@NonNull ImageReference tag, @NonNull Platform platform) {
        return to.stream()
                .map(entry -> entry.of(platform))
                .anyMatch(
                        entry -> entry.place().equals("ref") && entry.location().equals(tag.toString()));
    }
}
