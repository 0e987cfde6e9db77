package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;

/** Says, written for the user, what buildx or a registry did not do. */
public final class BuildxException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Not kept where an exception is serialised: who reports it asks for it first. */
    @CheckForNull
    private final transient List<TagState> tags;

    /** @param message text for the user */
    public BuildxException(@NonNull String message) {
        this(message, List.of());
    }

    /**
     * @param message text for the user
     * @param tags where publishing has left every tag
     */
    BuildxException(@NonNull String message, @NonNull List<TagState> tags) {
        super(message);
        this.tags = List.copyOf(tags);
    }

    /** Where publishing has left every tag; empty if no tag can have moved. */
    @NonNull
    public List<TagState> tags() {
        return tags == null ? List.of() : tags;
    }
}
