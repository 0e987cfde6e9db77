package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the files of one image are read. An image mostly differs from the one before in its upper layers, and to get all
 * its files out of a builder costs more than anything else. Therefore the files of the lower layers are read once for
 * each job, as the builder unpacks them, and the upper layers as they are stored.
 *
 * @param key tells the image from the others
 * @param config what it starts
 * @param layers its layers, the lowest first
 * @param layout the directory where the upper layers are read, relative to the group's
 * @param lower how many of the lower layers the builder unpacks; all of them if none is read as it is stored
 * @param known whether the builder need not unpack them, because the agent knows their files
 */
record Reading(
        @NonNull ImageKey key,
        @NonNull ImageConfig config,
        @NonNull List<Manifest.Layer> layers,
        @NonNull String layout,
        int lower,
        boolean known)
        implements Serializable {

    /** Below, nothing is gained, in bytes. */
    static final long SMALL = 8L << 20;

    /** The most that is written to the agent's disk for a moment, in bytes. */
    static final long LARGEST_REST = 64L << 20;

    /** As many as overlayfs takes, with some to spare. */
    private static final int MOST_LAYERS = 200;

    Reading {
        layers = List.copyOf(layers);
    }

    /** Reads an image as the builder unpacks it. */
    @NonNull
    static Reading whole(@NonNull ImageKey key, @NonNull ImageConfig config, @NonNull List<Manifest.Layer> layers) {
        return new Reading(key, config, layers, "", layers.size(), false);
    }

    /** Reads an image that is in a layout on the agent. */
    @NonNull
    static Reading ofLayout(@NonNull ImageKey key, @NonNull ImageConfig config, @NonNull List<Manifest.Layer> layers) {
        Reading reading = new Reading(key, config, layers, BakeFiles.layout(key), 0, true);
        return reading.isWhole() || !reading.canRead(0) ? whole(key, config, layers) : reading;
    }

    /** Reads an image that was pushed; see {@link #withKnown}. */
    @NonNull
    static Reading ofPushed(@NonNull ImageKey key, @NonNull ImageConfig config, @NonNull List<Manifest.Layer> layers) {
        Reading whole = whole(key, config, layers);
        int count = layers.size();
        if (whole.rest(0) <= SMALL || count != config.diffIds().size() || count > MOST_LAYERS) {
            return whole;
        }
        int lower = count;
        while (lower > 1 && whole.rest(lower - 1) <= LARGEST_REST && whole.canRead(lower - 1)) {
            lower--;
        }
        return lower == count ? whole : new Reading(key, config, layers, key.name() + ".layers", lower, false);
    }

    /** Returns the image's platform. */
    @NonNull
    Platform platform() {
        return key.platform();
    }

    /** Whether everything is read as the builder unpacks it. */
    boolean isWhole() {
        return lower == layers.size();
    }

    /** Whether the builder has to write the upper layers into the layout, where they are not kept. */
    boolean isExported() {
        return !isWhole() && lower > 0;
    }

    /** Whether the agent may know the files of the lower layers. */
    boolean canBeKnown() {
        return !isWhole() && !known;
    }

    /**
     * Makes use of what the agent knows.
     *
     * @param count the number of lower layers whose files it knows; anything that an agent may answer
     */
    @NonNull
    Reading withKnown(int count) {
        return canBeKnown() && count >= lower && count < layers.size()
                ? new Reading(key, config, layers, layout, count, true)
                : this;
    }

    /** Returns the digests of the lowest layers. */
    @NonNull
    List<Digest> lowest(int count) {
        return layers.subList(0, count).stream().map(Manifest.Layer::digest).toList();
    }

    /** Returns the digests of layers whose files are worth knowing for other images, the fewest first. */
    @NonNull
    List<List<Digest>> knowable() {
        return canBeKnown()
                ? IntStream.range(lower, layers.size()).mapToObj(this::lowest).toList()
                : List.of();
    }

    private long rest(int from) {
        return layers.subList(from, layers.size()).stream()
                .mapToLong(Manifest.Layer::size)
                .sum();
    }

    private boolean canRead(int from) {
        return layers.subList(from, layers.size()).stream().allMatch(StoredLayer::canRead);
    }
}
