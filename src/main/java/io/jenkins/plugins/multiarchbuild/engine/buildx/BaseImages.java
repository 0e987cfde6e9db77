package io.jenkins.plugins.multiarchbuild.engine.buildx;

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
            @NonNull Consumer<String> log)
            throws IOException, InterruptedException, DockerException {
        Map<ImageReference, Available> available = await(found, log);
        List<String> errors = new ArrayList<>();
        for (Map.Entry<Use, Set<Platform>> each : uses.entrySet()) {
            Available image = available.get(each.getKey().base.image());
            if (image != null && !image.platforms().isEmpty()) {
                String error = lack(each.getKey(), each.getValue(), image.platforms(), builder);
                if (error.isEmpty()) {
                    continue;
                }
                if (!pull
                        && builder.driver().equals("docker")
                        && hasAnother(docker, each.getKey().base.image(), image)) {
                    log.accept("Warning: " + error
                            + " The local engine has another image of that name, which may be used.");
                } else {
                    errors.add(error);
                }
            }
        }
        if (!errors.isEmpty()) {
            throw new DockerException(String.join(" ", errors)
                    + " Use an image that has the platform. If the files of another one are meant, name it in a stage:"
                    + " FROM --platform=linux/amd64 IMAGE. verifyPlatforms: false builds without this check.");
        }
    }

    private Map<ImageReference, Available> await(Concurrently.Running<Available> found, Consumer<String> log)
            throws InterruptedException {
        Map<ImageReference, Available> available = new LinkedHashMap<>();
        List<ImageReference> images = List.copyOf(references());
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < images.size(); i++) {
            Future<Available> future = found.futures().get(i);
            String reason;
            try {
                available.put(images.get(i), future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
                continue;
            } catch (TimeoutException e) {
                future.cancel(true);
                reason = "The registry " + images.get(i).registry() + " does not answer.";
            } catch (ExecutionException e) {
                reason = e.getCause().getMessage();
            }
            log.accept("Warning: the platforms of the base image " + images.get(i) + " are not checked: " + reason);
        }
        return available;
    }

    /** Says which platforms an image lacks, or nothing. */
    private static String lack(Use use, Set<Platform> users, Set<Platform> has, Builder builder) {
        Platform wanted = use.base.platform();
        // the builder's own platform is one of those that it can build
        Set<Platform> any = wanted == null ? builder.platforms() : Set.of(wanted);
        if (any.stream().anyMatch(platform -> has.stream().anyMatch(platform::runs))) {
            return "";
        }
        String lacking =
                wanted == null ? "any platform of the builder (" + builder.platformNames() + ")" : wanted.toString();
        String needed = users.size() == 1 && users.contains(wanted) ? "" : ", needed for " + names(users);
        return "The base image " + use.base.image() + " (" + use.dockerfile + ", line " + use.base.line() + ")"
                + " does not have " + lacking + needed + ". It has " + names(has) + ".";
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
