package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Publishes images under tags, in this order: finds out what each tag points at and what the image index will be; brings
 * everything to every repository, by digest; moves the arch tags and then the base tags; reads every tag back. Publishing
 * the same again ends in the same state.
 */
public final class Publisher {

    private final Registry registry;

    /** @param registry the registries that hold the images and get the tags */
    public Publisher(@NonNull Registry registry) {
        this.registry = registry;
    }

    /**
     * Publishes images as one under tags.
     *
     * @param platforms the platforms that the images must be for, all of them and no other; empty if any will do
     * @return what the tags now point at
     * @throws BuildxException as {@link #publish(Publication)}
     */
    @NonNull
    public ImageIndex publish(
            @NonNull List<ImageReference> images,
            @NonNull List<ImageReference> tags,
            @NonNull Collection<Platform> platforms)
            throws IOException, InterruptedException, BuildxException {
        return publish(new Publication(images, tags, Map.of(), List.copyOf(platforms), Map.of(), Prefer.NEITHER))
                .index();
    }

    /**
     * Publishes what is asked for.
     *
     * @return what the tags now point at, and what they pointed at before
     * @throws BuildxException if two images are of one platform, the platforms are not those wanted, a registry fails, or
     *     a tag does not show what was published; its message says which tags have moved, {@link BuildxException#tags()}
     *     too
     */
    @NonNull
    public Published publish(@NonNull Publication publication)
            throws IOException, InterruptedException, BuildxException {
        return publish(publication, tags -> {});
    }

    /**
     * Publishes what is asked for.
     *
     * @param aboutToMove told once, before the first tag moves, what each points at
     * @return as {@link #publish(Publication)}
     * @throws BuildxException as {@link #publish(Publication)}
     */
    @NonNull
    public Published publish(@NonNull Publication publication, @NonNull Consumer<List<TagState>> aboutToMove)
            throws IOException, InterruptedException, BuildxException {
        try (Concurrently commands = new Concurrently()) {
            var found = commands.start(publication.allTags(), registry::find);
            Merge merge = Merge.of(registry, commands, publication);
            Map<ImageReference, Digest> before = new HashMap<>();
            List<Optional<ImageIndex>> answers = found.await();
            for (int i = 0; i < answers.size(); i++) {
                Optional<ImageIndex> answer = answers.get(i);
                ImageReference tag = publication.allTags().get(i);
                answer.ifPresent(index -> before.put(tag, index.digest()));
            }
            try {
                spread(commands, publication, merge);
            } catch (BuildxException e) {
                throw new BuildxException("Nothing is published and no tag has moved. " + hint(e, merge));
            }
            aboutToMove.accept(publication.allTags().stream()
                    .map(tag -> new TagState(tag, TagState.Outcome.UNKNOWN, before.get(tag), null))
                    .toList());
            try {
                move(commands, publication, merge, before);
                return readBack(commands, publication, merge, before);
            } catch (BuildxException e) {
                List<TagState> tags = states(commands, publication, merge, before);
                throw new BuildxException(
                        hint(e, merge) + " The tags: "
                                + tags.stream().map(TagState::toString).collect(Collectors.joining("; ")) + ".",
                        tags);
            }
        }
    }

    /** Brings the index, and with it all images, to each repository that does not hold them yet; moves no tag. */
    private void spread(Concurrently commands, Publication publication, Merge merge)
            throws IOException, InterruptedException, BuildxException {
        List<ImageReference> targets = publication.baseTags().stream()
                .filter(tag -> !merge.isIn(tag))
                .map(tag -> tag.at(merge.index().digest()))
                .distinct()
                .toList();
        if (!targets.isEmpty()) {
            registry.copy(merge.sources(), targets, publication.annotations());
        }
        Map<ImageReference, ImageReference> images = new LinkedHashMap<>();
        publication.archTags().forEach((tag, image) -> {
            // a single image is a child of the index and so there already
            if (!image.repository().equals(tag.repository()) && !merge.index().lists(image.knownDigest())) {
                images.put(tag.at(image.knownDigest()), image);
            }
        });
        commands.start(images.entrySet(), entry -> {
                    registry.copy(List.of(entry.getValue()), List.of(entry.getKey()), Map.of());
                    return entry;
                })
                .await();
    }

    /** Moves the tags that do not point at the right thing, those of the whole image last. */
    private void move(Concurrently commands, Publication publication, Merge merge, Map<ImageReference, Digest> before)
            throws IOException, InterruptedException, BuildxException {
        Map<ImageReference, List<ImageReference>> byImage = new LinkedHashMap<>();
        publication.archTags().forEach((tag, image) -> {
            if (!image.knownDigest().equals(before.get(tag))) {
                byImage.computeIfAbsent(tag.at(image.knownDigest()), there -> new ArrayList<>())
                        .add(tag);
            }
        });
        commands.start(byImage.entrySet(), entry -> {
                    registry.tag(entry.getKey(), entry.getValue());
                    return entry;
                })
                .await();
        Map<String, List<ImageReference>> byRepository = publication.baseTags().stream()
                .filter(tag -> !merge.index().digest().equals(before.get(tag)))
                .collect(Collectors.groupingBy(
                        ImageReference::repository, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
        commands.start(byRepository.values(), tags -> {
                    ImageReference first = tags.get(0);
                    if (merge.isIn(first)) {
                        registry.create(merge.sources(), tags, publication.annotations());
                    } else {
                        registry.create(List.of(first.at(merge.index().digest())), tags, Map.of());
                    }
                    return tags;
                })
                .await();
    }

    private Published readBack(
            Concurrently commands, Publication publication, Merge merge, Map<ImageReference, Digest> before)
            throws IOException, InterruptedException, BuildxException {
        List<TagState> states = commands.start(publication.allTags(), tag -> {
                    Digest wanted = wanted(publication, merge, tag);
                    Digest was = before.get(tag);
                    ImageIndex shown = registry.readMoved(tag, wanted.equals(was) ? null : was);
                    Digest now = isAround(shown, wanted, publication, tag) ? wanted : shown.digest();
                    return TagState.found(tag, wanted, was, now);
                })
                .await();
        for (TagState state : states) {
            if (state.outcome() != TagState.Outcome.PUBLISHED) {
                throw new BuildxException("The tag " + state.tag() + " does not show what was published, "
                        + wanted(publication, merge, state.tag()) + ", but " + state.now()
                        + ". Someone else may have published to it at the same time.");
            }
        }
        return new Published(merge.index(), states);
    }

    private List<TagState> states(
            Concurrently commands, Publication publication, Merge merge, Map<ImageReference, Digest> before)
            throws IOException, InterruptedException, BuildxException {
        return commands.start(publication.allTags(), tag -> {
                    Digest was = before.get(tag);
                    Digest wanted = wanted(publication, merge, tag);
                    try {
                        Optional<ImageIndex> shown = registry.find(tag);
                        boolean around = shown.filter(index -> isAround(index, wanted, publication, tag))
                                .isPresent();
                        return TagState.found(
                                tag,
                                wanted,
                                was,
                                around ? wanted : shown.map(ImageIndex::digest).orElse(null));
                    } catch (BuildxException e) {
                        return new TagState(tag, TagState.Outcome.UNKNOWN, was, null);
                    }
                })
                .await();
    }

    private static Digest wanted(Publication publication, Merge merge, ImageReference tag) {
        ImageReference image = publication.archTags().get(tag);
        return image == null ? merge.index().digest() : image.knownDigest();
    }

    /** Whether an arch tag shows an index of nothing but its image, which is the best that buildx before 0.15 can do. */
    private static boolean isAround(ImageIndex shown, Digest wanted, Publication publication, ImageReference tag) {
        return publication.archTags().containsKey(tag)
                && shown.children().stream()
                        .map(ImageIndex.Child::digest)
                        .collect(Collectors.toSet())
                        .equals(Set.of(wanted));
    }

    private static String hint(BuildxException failure, Merge merge) {
        return Failure.sentence(
                Failure.withAttestationHint(failure.getMessage(), merge.index().isAttested()));
    }
}
