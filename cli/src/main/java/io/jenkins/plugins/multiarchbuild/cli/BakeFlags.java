package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of the project's own bake file: which of its targets are built, and what each is published under. */
final class BakeFlags {

    @Option(
            names = "--bake",
            paramLabel = "FILE",
            description = "The project's own bake file: its settings hold where no option says otherwise.")
    private String bake;

    @Option(
            names = "--bake-target",
            split = "[,\\s]+",
            paramLabel = "NAME",
            description = "A target of the bake file, which becomes an image; may be repeated. By default those of"
                    + " --base-tags-for, or 'default'.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--base-tags-for",
            paramLabel = "TARGET=HOST/REPOSITORY:TAG",
            description = "The tags of one target, instead of --base-tags; may be repeated.")
    private List<String> ownTags = new ArrayList<>();

    /** Returns the bake file, or null if there is none. */
    @CheckForNull
    String path() {
        return bake;
    }

    /** Whether there are tags of single targets. */
    boolean hasTags() {
        return !ownTags.isEmpty();
    }

    /**
     * Returns the tags of all targets.
     *
     * @throws InvalidRequestException if one is wrong
     */
    @NonNull
    List<ImageReference> allTags() {
        return tags().values().stream().flatMap(List::stream).distinct().toList();
    }

    /**
     * Checks the options against each other.
     *
     * @param oneImage an option that is given and that only a call for one image can have, or null
     * @param push whether each target needs tags
     * @throws InvalidRequestException if one is wrong
     */
    void check(@CheckForNull String oneImage, boolean push) {
        if (bake == null) {
            if (!targets.isEmpty() || hasTags()) {
                throw new InvalidRequestException((targets.isEmpty() ? "--base-tags-for" : "--bake-target")
                        + ": there is no bake file. Name it with --bake.");
            }
            return;
        }
        BakeFile file = file(false);
        String names = String.join(", ", file.targets());
        Set<String> tagged = tags().keySet();
        for (String target : tagged) {
            if (!file.targets().contains(target)) {
                throw new InvalidRequestException("--base-tags-for: '" + target + "' is not a target of this call. It builds "
                        + names + ". To build it too, name it with --bake-target, or leave --bake-target out.");
            }
        }
        if (file.isSeveral() && oneImage != null) {
            throw new InvalidRequestException(oneImage + " is for one image, and this call builds " + names
                    + (oneImage.equals("--archive")
                            ? ". Call the tool once for each."
                            : ". Name the tags of each with --base-tags-for."));
        }
        for (String target : file.targets()) {
            if (push && (hasTags() || file.isSeveral()) && !tagged.contains(target)) {
                throw new InvalidRequestException("--base-tags-for: there are no tags for " + target
                        + ". Name those of each target, for example --base-tags-for " + target
                        + "=registry.example.com/team/" + target + ":1.0");
            }
        }
        if (!Files.isRegularFile(Path.of(bake))) {
            throw new InvalidRequestException("--bake: there is no file '" + bake + "'.");
        }
    }

    /**
     * Returns the bake file with the targets to build.
     *
     * @param keepsContext whether the context is not that of the file
     * @throws InvalidRequestException if an option is wrong
     */
    @NonNull
    BakeFile file(boolean keepsContext) {
        List<String> names = new ArrayList<>(targets);
        if (names.isEmpty()) {
            names.addAll(hasTags() ? tags().keySet() : List.of("default"));
        }
        BakeFile file = new BakeFile(bake, names, keepsContext, Map.of());
        return file.isSeveral() ? new BakeFile(bake, names, keepsContext, tags()) : file;
    }

    private Map<String, List<ImageReference>> tags() {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (String each : ownTags) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw new InvalidRequestException("--base-tags-for: '" + each
                        + "' is not understood. Write it as TARGET=HOST/REPOSITORY:TAG.");
            }
            texts.computeIfAbsent(each.substring(0, equals), target -> new ArrayList<>())
                    .addAll(List.of(each.substring(equals + 1).split("[,\\s]+")));
        }
        Map<String, List<ImageReference>> tags = new LinkedHashMap<>();
        texts.forEach((target, own) -> tags.put(target, BuildRequest.parseBaseTags(own)));
        return tags;
    }
}
