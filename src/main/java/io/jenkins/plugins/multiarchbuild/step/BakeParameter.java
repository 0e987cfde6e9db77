package io.jenkins.plugins.multiarchbuild.step;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.HashMap;
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
        checkTags(file.targets(), tags, push);
        return new BakeFile(bake, targets, keepsContext, tags);
    }

    private static void checkTags(List<String> targets, Map<String, List<ImageReference>> tags, boolean push) {
        Map<ImageReference, String> owners = new HashMap<>();
        tags.forEach((target, own) -> own.forEach(tag -> {
            String other = owners.put(tag, target);
            if (other != null) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.tagTwice", tag, other, target));
            }
        }));
        for (String target : targets) {
            if (push && !tags.containsKey(target)) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.noTags", target));
            }
        }
    }

    /**
     * Returns the base tags as written, by target.
     *
     * @throws InvalidRequestException if there are tags of another target, or tags that are of no target where there are
     *     several
     */
    @NonNull
    static Map<String, List<String>> tags(@NonNull List<String> targets, @CheckForNull Serializable baseTags) {
        Map<String, List<String>> tags = Parameter.BASE_TAGS.lists(baseTags);
        String names = String.join(", ", targets);
        for (String name : tags.keySet()) {
            if (name.equals(ANY) && targets.size() > 1) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.noOwner", names, targets.get(0)));
            }
            if (!name.equals(ANY) && !targets.contains(name)) {
                throw new InvalidRequestException(Sentence.of("BakeParameter.otherTarget", name, names));
            }
        }
        return tags;
    }
}
