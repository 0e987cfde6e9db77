package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;

/**
 * What was published, as it was read back from the registries.
 *
 * @param index the image index that every base tag points at
 * @param tags the base tags and arch tags, with what each pointed at before
 */
public record Published(@NonNull ImageIndex index, @NonNull List<TagState> tags) {

    public Published {
        tags = List.copyOf(tags);
    }
}
