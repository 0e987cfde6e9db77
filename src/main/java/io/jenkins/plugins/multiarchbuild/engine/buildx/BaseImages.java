package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.BaseImage;
import io.jenkins.plugins.multiarchbuild.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarchbuild.engine.registry.Available;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The images that Dockerfiles build on, and whether they have the platforms that are built. BuildKit takes an image that
 * is for another platform only without an error.
 */
public final class BaseImages {

    /** How much longer than all other checks a look-up may take: a registry that cannot be reached is no error. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The platforms that use each image, in the order of first use. */
    private final Map<Use, Set<Platform>> uses = new LinkedHashMap<>();

    /** A line of a Dockerfile. */
    private record Use(String dockerfile, BaseImage base) {}

    private BaseImages() {}

    /**
     * Finds the images that can be determined from Dockerfiles.
     *
     * @param dockerfiles the text of each platform's Dockerfile, as far as it is known
     */
    @NonNull
    public static BaseImages of(@NonNull BuildRequest request, @NonNull Map<Platform, String> dockerfiles) {
        BaseImages images = new BaseImages();
        dockerfiles.forEach((platform, text) -> {
            String path = request.source().isInline(platform)
                    ? "dockerfile-inline"
                    : request.source().dockerfileFor(platform);
            String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
            for (BaseImage base : Dockerfile.baseImages(
                    text, platform, request.options(), request.source().contexts())) {
                images.uses
                        .computeIfAbsent(new Use(name, base), use -> new LinkedHashSet<>())
                        .add(platform);
            }
        });
        return images;
    }

    /** Returns the images of several requests together. */
    @NonNull
    public static BaseImages of(@NonNull List<BaseImages> all) {
        BaseImages images = new BaseImages();
        all.forEach(each -> each.uses.forEach((use, platforms) ->
                images.uses.computeIfAbsent(use, key -> new LinkedHashSet<>()).addAll(platforms)));
        return images;
    }

    /** Returns the images, each once. */
    @NonNull
    public Set<ImageReference> references() {
        return uses.keySet().stream().map(use -> use.base.image()).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Starts to look up all of them. */
    @NonNull
    public Concurrently.Running<Available> lookUp(@NonNull Concurrently commands, @NonNull Registry registry) {
        return commands.start(references(), registry::available);
    }

    /**
     * Checks what was found.
     *
     * @param found the result of {@link #lookUp}
     * @param docker the docker of the machine where the builder was inspected
     * @param pull whether the builder asks the registry even if it has an image
     * @param log receives a line for each image that could not be looked up
     * @throws DockerException if an image does not have a platform that is needed of it
     */
    public void check(
            @NonNull Concurrently.Running<Available> found,
            @NonNull Builder builder,
            @NonNull Docker docker,
            boolean pull,
            @NonNull Consumer<Sentence> log)
            throws IOException, InterruptedException, DockerException {
        Map<ImageReference, Available> available = await(found, log);
        List<Sentence> errors = new ArrayList<>();
        for (Map.Entry<Use, Set<Platform>> each : uses.entrySet()) {
            Available image = available.get(each.getKey().base.image());
            if (image != null && !image.platforms().isEmpty()) {
                Sentence error = lack(each.getKey(), each.getValue(), image.platforms(), builder);
                if (error == null) {
                    continue;
                }
                if (!pull
                        && builder.driver().equals("docker")
                        && hasAnother(docker, each.getKey().base.image(), image)) {
                    log.accept(Sentence.of("BaseImages.localImage", error));
                } else {
                    errors.add(error);
                }
            }
        }
        if (!errors.isEmpty()) {
            throw new DockerException(Sentence.of("BaseImages.remedy", Sentence.join(" ", errors)));
        }
    }

    private Map<ImageReference, Available> await(Concurrently.Running<Available> found, Consumer<Sentence> log)
            throws InterruptedException {
        Map<ImageReference, Available> available = new LinkedHashMap<>();
        List<ImageReference> images = List.copyOf(references());
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < images.size(); i++) {
            Future<Available> future = found.futures().get(i);
            Sentence reason;
            try {
                available.put(images.get(i), future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
                continue;
            } catch (TimeoutException e) {
                future.cancel(true);
                reason = Sentence.of("BaseImages.noAnswer", images.get(i).registry());
            } catch (ExecutionException e) {
                reason = Explained.of(e.getCause());
            }
            log.accept(Sentence.of("BaseImages.notChecked", images.get(i), reason));
        }
        return available;
    }

    /** Says which platforms an image lacks; null if it has them. */
    @CheckForNull
    private static Sentence lack(Use use, Set<Platform> users, Set<Platform> has, Builder builder) {
        Platform wanted = use.base.platform();
        // the builder's own platform is one of those that it can build
        Set<Platform> any = wanted == null ? builder.platforms() : Set.of(wanted);
        if (any.stream().anyMatch(platform -> has.stream().anyMatch(platform::runs))) {
            return null;
        }
        Object lacking = wanted == null ? Sentence.of("BaseImages.any", builder.platformNames()) : wanted;
        return users.size() == 1 && users.contains(wanted)
                ? Sentence.of(
                        "BaseImages.lacks", use.base.image(), use.dockerfile, use.base.line(), lacking, names(has))
                : Sentence.of(
                        "BaseImages.lacksNeeded",
                        use.base.image(),
                        use.dockerfile,
                        use.base.line(),
                        lacking,
                        names(has),
                        names(users));
    }

    private static String names(Set<Platform> platforms) {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    /** Whether an engine whose builder prefers its own images has one that is not the registry's. */
    private static boolean hasAnother(Docker docker, ImageReference image, Available inRegistry)
            throws IOException, InterruptedException, DockerException {
        Docker.Output local =
                docker.run(List.of("image", "inspect", "--format", "{{json .RepoDigests}}", image.toString()));
        return local.succeeded() && !local.stdout().contains("@" + inRegistry.digest());
    }
}
