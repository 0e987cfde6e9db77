package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.util.List;
import java.util.stream.Collectors;

/** A failure of publishing after tags may have moved; the message tells which of them have. */
public final class PublicationException extends DockerException {

    private static final long serialVersionUID = 1L;

    private final List<TagState> tags;

    /**
     * @param message one line for the user, to which the state of the tags is added
     * @param tags the state of every tag
     */
    PublicationException(@NonNull String message, @NonNull DockerException cause, @NonNull List<TagState> tags) {
        super(
                message + " The tags: " + tags.stream().map(TagState::toString).collect(Collectors.joining("; ")) + ".",
                cause);
        this.tags = List.copyOf(tags);
    }

    /** Returns the state of every tag after the failure. */
    @NonNull
    public List<TagState> tags() {
        return tags;
    }
}
