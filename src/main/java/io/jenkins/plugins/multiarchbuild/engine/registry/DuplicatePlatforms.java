package io.jenkins.plugins.multiarchbuild.engine.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Resolves sources that have images for the same platform. */
final class DuplicatePlatforms {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DuplicatePlatforms() {}

    /**
     * Returns the sources with one image per platform. If only some of a source's platforms are used, an index of these
     * is written to the source's repository, by digest.
     *
     * @throws DockerException if there is no rule which one to use
     */
    @NonNull
    static List<ImageReference> settle(
            @NonNull Registry registry,
            @NonNull Concurrently commands,
            @NonNull List<ImageReference> sources,
            @NonNull DuplicateChoice prefer)
            throws IOException, InterruptedException, DockerException {
        List<Manifest> indexes = commands.start(sources, source -> registry.combine(List.of(source), source, Map.of()))
                .await();
        Map<Platform, Integer> owners = new LinkedHashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            for (Platform platform : indexes.get(i).platforms()) {
                Integer other = owners.get(platform);
                if (other != null && prefer == DuplicateChoice.NEITHER) {
                    throw new DockerException(
                            Sentence.of("DuplicatePlatforms.twoImages", platform, sources.get(other), sources.get(i)));
                }
                if (other == null || prefer == DuplicateChoice.LAST) {
                    owners.put(platform, i);
                }
            }
        }
        // an index without platforms has nothing that another one could have too
        List<Integer> used = IntStream.range(0, sources.size())
                .boxed()
                .filter(i ->
                        owners.containsValue(i) || indexes.get(i).platforms().isEmpty())
                .toList();
        return commands.start(used, i -> {
                    Manifest index = indexes.get(i);
                    Set<Platform> own = new HashSet<>(index.platforms());
                    own.removeIf(platform -> !i.equals(owners.get(platform)));
                    return own.equals(index.platforms()) ? sources.get(i) : part(registry, sources.get(i), index, own);
                })
                .await();
    }

    private static ImageReference part(
            Registry registry, ImageReference source, Manifest index, Set<Platform> platforms)
            throws IOException, InterruptedException, DockerException {
        Set<Digest> images = new HashSet<>();
        index.images().stream()
                .filter(image -> platforms.contains(image.platform()))
                .forEach(image -> images.add(image.digest()));
        List<String> descriptors = index.children().stream()
                .filter(child -> images.contains(child.attests() == null ? child.digest() : child.attests()))
                .map(DuplicatePlatforms::descriptor)
                .toList();
        ImageReference part =
                source.at(registry.combine(descriptors, source, Map.of()).digest());
        registry.create(descriptors, List.of(part), Map.of());
        return part;
    }

    /** Returns a descriptor without a media type, which buildx looks up in the repository of the target. */
    private static String descriptor(Manifest.Child child) {
        ObjectNode descriptor =
                JSON.createObjectNode().put("digest", child.digest().value());
        Digest attested = child.attests();
        if (attested != null) {
            descriptor.putObject("platform").put("architecture", "unknown").put("os", "unknown");
            descriptor
                    .putObject("annotations")
                    .put("vnd.docker.reference.digest", attested.value())
                    .put("vnd.docker.reference.type", "attestation-manifest");
        }
        return descriptor.toString();
    }
}
