package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.call.MultiArchImage;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Converts the result of a publication into the return value of a step. */
final class PublishedImage {

    private PublishedImage() {}

    @NonNull
    static MultiArchImage of(
            @NonNull PublicationResult published,
            @NonNull List<ImageReference> baseTags,
            @NonNull List<String> references,
            @NonNull List<PlatformImage> platforms,
            @NonNull Map<String, String> annotations) {
        Digest digest = published.index().digest();
        Set<ImageReference> superseded = published.tags().stream()
                .filter(state -> state.outcome() == TagState.Outcome.SUPERSEDED)
                .map(TagState::tag)
                .collect(Collectors.toSet());
        Map<Boolean, List<String>> tags = baseTags.stream()
                .collect(Collectors.partitioningBy(
                        superseded::contains, Collectors.mapping(ImageReference::toString, Collectors.toList())));
        return new MultiArchImage(
                digest.value(),
                baseTags.get(0).at(digest).toString(),
                tags.get(false),
                tags.get(true),
                references,
                platforms,
                annotations);
    }
}
