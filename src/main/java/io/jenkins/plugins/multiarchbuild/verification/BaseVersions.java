package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * Notices that the platforms of a call are built on different versions of a base image: its tag has moved in the meantime,
 * or an agent had an older one. It is kept in memory, so nothing is noticed across a restart of the controller.
 */
public final class BaseVersions {

    private static final Map<Run<?, ?>, Map<String, BaseVersions>> CALLS = new WeakHashMap<>();

    private final Set<String> tags = new HashSet<>();

    /** The platforms that are built on each version, by the name of the image and the digest. */
    private final Map<String, Map<String, Set<Platform>>> found = new HashMap<>();

    private BaseVersions() {}

    /** @param id identifies the call within the run */
    @NonNull
    public static BaseVersions of(@NonNull Run<?, ?> run, @NonNull String id) {
        synchronized (CALLS) {
            return CALLS.computeIfAbsent(run, build -> new HashMap<>()).computeIfAbsent(id, call -> new BaseVersions());
        }
    }

    /** Notes what Dockerfiles build on. Only images that they name without a digest can differ by mistake. */
    public synchronized void name(@NonNull Collection<ImageReference> images) {
        for (ImageReference image : images) {
            if (image.digest() == null) {
                tags.add((image.tag() == null ? image.withTag("latest") : image).toString());
            }
        }
    }

    /**
     * Adds what a platform has been built on.
     *
     * @param versions digests by the names of images, such as {@code docker.io/library/debian:12}
     * @return a warning for each image of which another platform has another version
     */
    @NonNull
    public synchronized List<Sentence> add(@NonNull Platform platform, @NonNull Map<String, String> versions) {
        List<Sentence> warnings = new ArrayList<>();
        versions.forEach((image, digest) -> {
            if (tags.contains(image)) {
                Map<String, Set<Platform>> known = found.computeIfAbsent(image, key -> new LinkedHashMap<>());
                // a platform that is built again counts once
                known.values().forEach(platforms -> platforms.remove(platform));
                known.values().removeIf(Set::isEmpty);
                boolean differs = !known.isEmpty() && !known.containsKey(digest);
                known.computeIfAbsent(digest, key -> new LinkedHashSet<>()).add(platform);
                if (differs) {
                    warnings.add(Sentence.of("BaseVersions.differ", image, text(known)));
                }
            }
        });
        return warnings;
    }

    private static String text(Map<String, Set<Platform>> versions) {
        List<String> each = new ArrayList<>();
        versions.forEach((digest, platforms) -> each.add(
                digest + " (" + platforms.stream().map(Platform::toString).collect(Collectors.joining(", ")) + ")"));
        return String.join(", ", each);
    }
}
