package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** One attempt at a publication: the steps that {@link Publisher} calls in order, and their common state. */
final class PublishAttempt {

    private final Registry registry;
    private final Concurrently commands;
    private final String image;
    private final Publication publication;
    private final Merge merge;
    private final Map<ImageReference, Digest> before;

    /** The tags that a registry has accepted, even if it still shows what they pointed at before. */
    private final Set<ImageReference> accepted = ConcurrentHashMap.newKeySet();

    private PublishAttempt(
            Registry registry,
            Concurrently commands,
            String image,
            Publication publication,
            Merge merge,
            Map<ImageReference, Digest> before) {
        this.registry = registry;
        this.commands = commands;
        this.image = image;
        this.publication = publication;
        this.merge = merge;
        this.before = before;
    }

    /**
     * Finds out what each tag points at and what the image index will be.
     *
     * @param image the name of the image, for messages; empty if there is only one
     * @throws DockerException as {@link Merge#of}
     */
    @NonNull
    static PublishAttempt begin(
            @NonNull Registry registry,
            @NonNull Concurrently commands,
            @NonNull String image,
            @NonNull Publication publication)
            throws IOException, InterruptedException, DockerException {
        try {
            var found = commands.start(publication.allTags(), registry::find);
            Merge merge = Merge.of(registry, commands, publication);
            return new PublishAttempt(
                    registry, commands, image, publication, merge, digests(publication.allTags(), found.await()));
        } catch (DockerException e) {
            throw new DockerException(e.sentence().about(image), e);
        }
    }

    @NonNull
    String image() {
        return image;
    }

    private static Map<ImageReference, Digest> digests(List<ImageReference> tags, List<Optional<Manifest>> found) {
        Map<ImageReference, Digest> digests = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            ImageReference tag = tags.get(i);
            found.get(i).ifPresent(manifest -> digests.put(tag, manifest.digest()));
        }
        return digests;
    }

    /** Returns what each tag pointed at when the attempt began. */
    @NonNull
    List<TagState> before() {
        return publication.allTags().stream().map(this::unknown).toList();
    }

    /**
     * Checks that no immutable tag would have to move.
     *
     * @throws DockerException if one points at something else
     */
    void checkImmutable() throws DockerException {
        checkImmutable(before);
    }

    /**
     * Checks it again: to copy images can take so long that somebody else has published in the meantime.
     *
     * @throws DockerException as {@link #checkImmutable}
     */
    void checkStillImmutable() throws IOException, InterruptedException, DockerException {
        if (publication.immutable()) {
            List<ImageReference> tags = publication.allTags();
            Map<ImageReference, Digest> found;
            try {
                found = digests(tags, commands.start(tags, registry::find).await());
            } catch (DockerException e) {
                throw nothing(e);
            }
            checkImmutable(found);
        }
    }

    private void checkImmutable(Map<ImageReference, Digest> found) throws DockerException {
        for (ImageReference tag : publication.immutable() ? publication.allTags() : List.<ImageReference>of()) {
            Digest there = found.get(tag);
            if (there != null && !there.equals(wanted(tag)) && !isSuperseded(tag)) {
                throw nothing(RegistryErrors.ofImmutable(tag, there));
            }
        }
    }

    /**
     * Copies the index and its images to each repository that does not hold them yet, by digest, so that no tag moves.
     * The index is written even if no base tag moves to it.
     *
     * @throws DockerException if a registry does not accept it
     */
    void copy() throws IOException, InterruptedException, DockerException {
        try {
            List<ImageReference> targets = publication.baseTags().stream()
                    .filter(tag -> !merge.isIn(tag) || isSuperseded(tag))
                    .map(tag -> tag.at(merge.index().digest()))
                    .distinct()
                    .toList();
            // one command for all targets, and one of those whose number is bounded for all images together
            commands.forEach(
                    targets.isEmpty() ? List.<List<ImageReference>>of() : List.of(targets),
                    all -> registry.copy(merge.sources(), all, publication.annotations()));
            Map<ImageReference, ImageReference> images = new LinkedHashMap<>();
            publication.archTags().forEach((tag, image) -> {
                // children of the index were copied with it
                if (!image.repository().equals(tag.repository())
                        && !merge.index().lists(image.knownDigest())) {
                    images.put(tag.at(image.knownDigest()), image);
                }
            });
            commands.forEach(
                    images.entrySet(),
                    copy -> registry.copy(List.of(copy.getValue()), List.of(copy.getKey()), Map.of()));
        } catch (DockerException e) {
            throw nothing(e);
        }
    }

    /**
     * Moves the tags that do not point at the right thing yet, the base tags last.
     *
     * @throws DockerException if a registry does not accept it
     */
    void move() throws IOException, InterruptedException, DockerException {
        try {
            moveTags();
        } catch (DockerException e) {
            throw failure(e);
        }
    }

    private void moveTags() throws IOException, InterruptedException, DockerException {
        Map<ImageReference, List<ImageReference>> archTags = new LinkedHashMap<>();
        publication.archTags().forEach((tag, image) -> {
            if (isSetBack(tag) || !image.knownDigest().equals(before.get(tag)) && !isSuperseded(tag)) {
                Digest digest = isSetBack(tag) ? publication.theirs().get(tag) : image.knownDigest();
                archTags.computeIfAbsent(tag.at(digest), there -> new ArrayList<>())
                        .add(tag);
            }
        });
        commands.forEach(archTags.entrySet(), tags -> {
            registry.tag(tags.getKey(), tags.getValue());
            accepted.addAll(tags.getValue());
        });
        Map<String, List<ImageReference>> baseTags = publication.baseTags().stream()
                .filter(tag -> !merge.index().digest().equals(before.get(tag)) && !isSuperseded(tag))
                .collect(Collectors.groupingBy(
                        ImageReference::repository, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
        commands.forEach(baseTags.values(), tags -> {
            ImageReference first = tags.get(0);
            if (merge.isIn(first)) {
                registry.create(merge.sources(), tags, publication.annotations());
            } else {
                registry.create(List.of(first.at(merge.index().digest())), tags, Map.of());
            }
            accepted.addAll(tags);
        });
    }

    /**
     * Reads every tag that was to move. A tag that shows neither the new image nor the old one has been moved by
     * someone else.
     *
     * @throws DockerException if a tag still shows the old image
     */
    @NonNull
    PublicationResult readBack() throws IOException, InterruptedException, DockerException {
        List<TagState> states = commands.start(publication.allTags(), tag -> {
                    Digest was = before.get(tag);
                    if (isSuperseded(tag)) {
                        return superseded(tag, was);
                    }
                    return state(
                            tag, Optional.of(registry.readMoved(tag, wanted(tag).equals(was) ? null : was)));
                })
                .await();
        for (TagState state : states) {
            if (state.outcome() == TagState.Outcome.NOT_MOVED) {
                throw failure(new DockerException(
                        Sentence.of("PublishAttempt.stale", state.tag(), wanted(state.tag()), state.now())));
            }
        }
        return new PublicationResult(merge.index(), states);
    }

    /**
     * Returns what each tag points at after a failure; {@link TagState.Outcome#UNKNOWN} if the registry does not answer,
     * or still shows the old image although it has accepted the tag.
     */
    @NonNull
    List<TagState> now() throws IOException, InterruptedException, DockerException {
        return commands.start(publication.allTags(), tag -> {
                    try {
                        if (isSuperseded(tag)) {
                            return superseded(tag, before.get(tag));
                        }
                        TagState state = state(tag, registry.find(tag));
                        boolean late = state.outcome() == TagState.Outcome.NOT_MOVED && accepted.contains(tag);
                        return late ? unknown(tag) : state;
                    } catch (DockerException e) {
                        return unknown(tag);
                    }
                })
                .await();
    }

    private TagState unknown(ImageReference tag) {
        return new TagState(tag, TagState.Outcome.UNKNOWN, before.get(tag), null);
    }

    private Sentence message(DockerException failure) {
        return RegistryErrors.withAttestationHint(failure, merge.index().isAttested())
                .ended();
    }

    /** Returns a failure before any tag has moved, with what may help. */
    private DockerException nothing(DockerException failure) {
        return new DockerException(
                Sentence.of("Publisher.nothing", message(failure).about(image)), failure);
    }

    /** Returns a failure to move tags, with what may help: one that existed before may be immutable in the registry. */
    private DockerException failure(DockerException failure) throws IOException, InterruptedException, DockerException {
        List<TagState> now = RegistryErrors.isRefusedTag(failure.getMessage()) ? now() : List.of();
        String existing = now.stream()
                .filter(state -> state.outcome() == TagState.Outcome.NOT_MOVED && state.before() != null)
                .map(state -> state.tag().toString())
                .collect(Collectors.joining(", "));
        Sentence message = existing.isEmpty()
                ? message(failure)
                : Sentence.of("PublishAttempt.existing", failure.sentence().ended(), existing);
        return new DockerException(message.about(image), failure);
    }

    private boolean isSuperseded(ImageReference tag) {
        return publication.superseded().containsKey(tag);
    }

    /** Whether a superseded arch tag shows this build's image, since it was moved when that was built. */
    private boolean isSetBack(ImageReference tag) {
        ImageReference image = publication.archTags().get(tag);
        return isSuperseded(tag)
                && image != null
                && image.knownDigest().equals(before.get(tag))
                && publication.theirs().containsKey(tag);
    }

    private TagState superseded(ImageReference tag, Digest was) {
        return new TagState(
                tag,
                TagState.Outcome.SUPERSEDED,
                was,
                isSetBack(tag) ? publication.theirs().get(tag) : was,
                publication.superseded().get(tag));
    }

    private Digest wanted(ImageReference tag) {
        ImageReference image = publication.archTags().get(tag);
        return image == null ? merge.index().digest() : image.knownDigest();
    }

    private TagState state(ImageReference tag, Optional<Manifest> shown) {
        Digest wanted = wanted(tag);
        Digest now = shown.filter(manifest -> isAround(manifest, wanted, tag)).isPresent()
                ? wanted
                : shown.map(Manifest::digest).orElse(null);
        return TagState.found(tag, wanted, before.get(tag), now);
    }

    /** Whether an arch tag shows an index of only its image, which is all that buildx before 0.15 can publish. */
    private boolean isAround(Manifest shown, Digest image, ImageReference tag) {
        return publication.archTags().containsKey(tag)
                && shown.children().stream()
                        .map(Manifest.Child::digest)
                        .collect(Collectors.toSet())
                        .equals(Set.of(image));
    }
}
