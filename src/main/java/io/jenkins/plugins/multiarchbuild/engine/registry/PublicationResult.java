package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The result of publishing, as read back from the registries.
 *
 * @param index the image index that every base tag points at
 * @param tags the base tags and arch tags, with what each pointed at before
 */
public record PublicationResult(
        @NonNull Manifest index, @NonNull List<TagState> tags) {

    public PublicationResult {
        tags = List.copyOf(tags);
    }

    /** Returns a line for the user about each tag that does not point at what was published. */
    @NonNull
    public List<Sentence> remarks() {
        return tags.stream()
                .flatMap(state -> Stream.ofNullable(
                        switch (state.outcome()) {
                            case OVERWRITTEN -> Sentence.of("PublicationResult.overwritten", state.tag(), state.now());
                            case SUPERSEDED ->
                                Objects.equals(state.before(), state.now())
                                        ? Sentence.of("PublicationResult.leftAlone", state.tag(), state.supersededBy())
                                        : Sentence.of(
                                                "PublicationResult.setBack",
                                                state.tag(),
                                                state.now(),
                                                state.supersededBy());
                            default -> null;
                        }))
                .toList();
    }
}
