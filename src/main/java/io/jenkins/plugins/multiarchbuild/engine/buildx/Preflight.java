package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.registry.RegistryErrors;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks before a build that builder and registries are ready for it. */
public final class Preflight {

    private Preflight() {}

    /**
     * Checks that a group's builder works and can build its platforms and, if anything is
     * pushed, that the registries accept the login.
     *
     * @return the builder that will build
     * @throws DockerException if they are not, with what to do about it
     */
    @NonNull
    public static Builder check(
            @NonNull Docker docker, @NonNull Registry registry, @NonNull BakeTargets targets, @NonNull BuildGroup group)
            throws IOException, InterruptedException, DockerException {
        List<BuildRequest> requests =
                targets.images().stream().map(BakeTarget::request).toList();
        try (Concurrently commands = new Concurrently()) {
            var tags = commands.start(requests, each -> {
                checkTags(registry, each);
                return each;
            });
            Builder builder = Builder.inspect(docker, requests.get(0).builder());
            checkPlatforms(builder, group.platforms());
            for (BuildRequest request : requests) {
                check(builder, request);
            }
            tags.await();
            return builder;
        }
    }

    private static void check(Builder builder, BuildRequest request) throws DockerException {
        if (builder.classicStore() && request.options().cache().writesShared()) {
            throw new DockerException(Sentence.of("Preflight.cache", builder.title(), BuildErrors.ANOTHER_STORE));
        }
        List<Sentence> refused = refused(builder, request);
        if (!refused.isEmpty()) {
            throw new DockerException(
                    Sentence.of("Preflight.refused", builder.title(), and(refused), BuildErrors.ANOTHER_STORE));
        }
    }

    /**
     * Checks that a builder runs and can build platforms.
     *
     * @param platforms what it is to build; may be empty
     * @throws DockerException if it cannot, with what to do about it
     */
    public static void checkPlatforms(@NonNull Builder builder, @NonNull List<Platform> platforms)
            throws DockerException {
        List<Platform> lacking = builder.lacking(platforms);
        if (!lacking.isEmpty() || builder.platforms().isEmpty()) {
            throw new DockerException(lackingSentence(builder, lacking));
        }
    }

    /**
     * Checks that a builder can write the images of an archive.
     *
     * @throws DockerException if it cannot, with what to do about it
     */
    public static void checkArchive(@NonNull Builder builder) throws DockerException {
        if (!builder.ociExporter()) {
            throw new DockerException(Sentence.of("Preflight.archive", builder.title(), BuildErrors.ANOTHER_STORE));
        }
    }

    /** Looks up one tag per repository, to check the login, or all tags if they must not move. */
    private static void checkTags(Registry registry, BuildRequest request)
            throws IOException, InterruptedException, DockerException {
        if (!request.push()) {
            return;
        }
        // a reproducible build may result in what the tag points at already; publishing finds out
        boolean newOnly = request.publish()
                && request.immutableTags()
                && !request.platforms().stream().allMatch(request.options()::isReproducible);
        Map<String, ImageReference> asked = new LinkedHashMap<>();
        request.allTags().forEach(tag -> asked.putIfAbsent(newOnly ? tag.toString() : tag.repository(), tag));
        List<ImageReference> tags = List.copyOf(asked.values());
        try (Concurrently commands = new Concurrently()) {
            List<Optional<Manifest>> found =
                    commands.start(tags, registry::find).await();
            for (int i = 0; newOnly && i < tags.size(); i++) {
                if (found.get(i).isPresent()) {
                    throw RegistryErrors.ofImmutable(
                            tags.get(i), found.get(i).get().digest());
                }
            }
        }
    }

    /** Returns the options that buildx rejects or ignores for an engine without the containerd image store. */
    private static List<Sentence> refused(Builder builder, BuildRequest request) {
        BuildOptions options = request.options();
        List<Sentence> refused = new ArrayList<>();
        if (builder.classicStore()) {
            if (isWanted(options.provenance())) {
                refused.add(Sentence.verbatim("provenance"));
            }
            if (isWanted(options.sbom())) {
                refused.add(Sentence.verbatim("sbom"));
            }
            // such an engine always pushes Docker's own media types
            if (request.push() && options.wantsAnnotations()) {
                refused.add(Sentence.verbatim("annotations"));
            }
        }
        return refused;
    }

    private static boolean isWanted(@CheckForNull String attestation) {
        return attestation != null && !attestation.equals("false");
    }

    private static Sentence and(List<Sentence> names) {
        return names.stream()
                .reduce((all, each) -> Sentence.of("Preflight.and", all, each))
                .orElseThrow();
    }

    private static Sentence lackingSentence(Builder builder, List<Platform> lacking) {
        if (builder.platforms().isEmpty()) {
            return Sentence.of("Preflight.notRunning", builder.title(), builder.name());
        }
        String names = lacking.stream().map(Platform::toString).collect(Collectors.joining(", "));
        String architectures =
                lacking.stream().map(Platform::architecture).distinct().collect(Collectors.joining(","));
        return Sentence.of("Preflight.lacking", builder.title(), names, builder.platformNames(), architectures);
    }
}
