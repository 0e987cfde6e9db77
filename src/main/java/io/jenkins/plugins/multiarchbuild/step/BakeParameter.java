package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bake file of a call, with the base tags of each of its targets. */
final class BakeParameter {

    /** The name of tags that are not those of one target. */
    private static final String ANY = "";

    private BakeParameter() {}

    /**
     * Reads the bake file, and the base tags of several targets.
     *
     * @param targets the names of the targets, at least one
     * @throws InvalidRequestException if a name is invalid, or if the call cannot build several images
     */
    @NonNull
    static BakeFile of(
            @NonNull String bake,
            @NonNull List<String> targets,
            boolean keepsContext,
            @CheckForNull String archive,
            @CheckForNull String tagsFrom,
            @CheckForNull Serializable baseTags,
            boolean push) {
        BakeFile file = new BakeFile(bake, targets, keepsContext, Map.of());
        if (!file.isSeveral()) {
            return file;
        }
        String names = String.join(", ", file.targets());
        if (archive != null) {
            throw new InvalidRequestException(Sentence.of("BakeParameter.archive", names));
        }
        if (tagsFrom != null) {
            throw new InvalidRequestException(Sentence.of("BakeParameter.tagsFrom", names));
        }
        Map<String, List<ImageReference>> tags = new LinkedHashMap<>();
        tags(file.targets(), baseTags).forEach((target, texts) -> tags.put(target, BuildRequest.parseBaseTags(texts)));
        for (String target : file.targets()) {
            if (push && !tags.containsKey(target)) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.noTags", target));
            }
        }
        return new BakeFile(bake, targets, keepsContext, tags);
    }

    /**
     * Returns the base tags as written, by target.
     *
     * @throws InvalidRequestException if there are tags of another target, none of one that is named, or tags that are of
     *     no target where there are several
     */
    @NonNull
    static Map<String, List<String>> tags(@NonNull List<String> targets, @CheckForNull Serializable baseTags) {
        Map<String, List<String>> tags = Parameter.BASE_TAGS.lists(baseTags);
        String names = String.join(", ", targets);
        tags.forEach((name, own) -> {
            if (name.equals(ANY) && targets.size() > 1) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.noOwner", names, targets.get(0)));
            }
            if (!name.equals(ANY) && !targets.contains(name)) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.otherTarget", name, names));
            }
            if (!name.equals(ANY) && own.isEmpty()) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.noTags", name));
            }
        });
        return tags;
    }
}
