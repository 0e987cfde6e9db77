package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The image indexes that buildx has put together lately on one machine. What a build has just looked into is mostly what
 * it publishes, and buildx need not be asked twice: of the same digests it makes the same index.
 */
public final class RecentIndexes {

    /** Some registries remove images that have no tag, so after a while buildx has to look whether they are there. */
    private static final long LONGEST = Duration.ofMinutes(1).toNanos();

    /** The largest index that is kept, in characters: an agent can make up one of any size. */
    private static final int LARGEST = 32 * 1024;

    private static final int MOST = 100;

    private final Map<List<String>, Entry> entries = new HashMap<>();

    private record Entry(Manifest index, long time) {}

    /** Returns the index that a command has printed. */
    @NonNull
    synchronized Optional<Manifest> get(@NonNull List<String> command) {
        dropOld();
        return Optional.ofNullable(entries.get(command)).map(Entry::index);
    }

    /** Keeps the index that a command has printed, if all its sources are images by digest: a tag may move. */
    synchronized void add(
            @NonNull List<String> command, @NonNull List<?> sources, @NonNull String printed, @NonNull Manifest index) {
        dropOld();
        boolean lasting = sources.stream()
                .allMatch(source -> source instanceof ImageReference reference && reference.digest() != null);
        if (lasting && printed.length() <= LARGEST && entries.size() < MOST) {
            entries.put(List.copyOf(command), new Entry(index, System.nanoTime()));
        }
    }

    private void dropOld() {
        entries.values().removeIf(entry -> System.nanoTime() - entry.time > LONGEST);
    }
}
