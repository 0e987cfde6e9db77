package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.List;

/** A failure of publishing after tags may have moved; the message tells which of them have. */
public final class PublicationException extends DockerException {

    private static final long serialVersionUID = 1L;

    private final List<TagState> tags;

    /**
     * @param sentence what is wrong, for the user, to which the state of the tags is added
     * @param tags the state of every tag
     */
    PublicationException(@NonNull Sentence sentence, @NonNull DockerException cause, @NonNull List<TagState> tags) {
        super(
                Sentence.of(
                        "PublicationException.tags",
                        sentence,
                        Sentence.join(
                                Sentence.of("Sentence.semicolon"),
                                tags.stream().map(TagState::sentence).toList())),
                cause);
        this.tags = List.copyOf(tags);
    }

    /** Returns the state of every tag after the failure. */
    @NonNull
    public List<TagState> tags() {
        return tags;
    }
}
