package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command lines of {@code docker buildx imagetools}, without {@code docker}. */
final class ImageTools {

    private ImageTools() {}

    /** Prints a manifest as the registry serves it. */
    @NonNull
    static List<String> inspect(@NonNull ImageReference reference) {
        return List.of("buildx", "imagetools", "inspect", "--raw", reference.toString());
    }

    /** Prints the configuration of an image in JSON. */
    @NonNull
    static List<String> inspectImage(@NonNull ImageReference reference) {
        return List.of("buildx", "imagetools", "inspect", "--format", "{{json .Image}}", reference.toString());
    }

    /**
     * Puts an index together and writes it.
     *
     * @return a list to which flags can be added
     */
    @NonNull
    static List<String> create(
            @NonNull List<?> sources, @NonNull Map<String, String> annotations, @NonNull List<ImageReference> targets) {
        // BUILDKIT_PROGRESS may ask for what needs a terminal
        List<String> command = new ArrayList<>(List.of("buildx", "imagetools", "create", "--progress", "plain"));
        annotations.forEach((key, value) -> command.addAll(List.of("--annotation", "index:" + key + "=" + value)));
        targets.forEach(target -> command.addAll(List.of("--tag", target.toString())));
        sources.forEach(source -> command.add(source.toString()));
        return command;
    }
}
