package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
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
    public List<String> remarks() {
        return tags.stream()
                .flatMap(state -> Stream.ofNullable(
                        switch (state.outcome()) {
                            case OVERWRITTEN ->
                                "WARNING: " + state.tag() + " was published, and then someone else moved it to "
                                        + state.now() + ".";
                            case SUPERSEDED ->
                                state.tag()
                                        + (Objects.equals(state.before(), state.now())
                                                ? " is left alone"
                                                : " was moved when the image was built, and is set back to "
                                                        + state.now())
                                        + ": superseded by " + state.supersededBy() + ".";
                            default -> null;
                        }))
                .toList();
    }
}
