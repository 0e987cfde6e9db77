package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.engine.text.Urls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads and writes manifests with {@code docker buildx imagetools}, and tries again when a registry fails for a moment.
 */
public final class Registry {

    /** How often a command is tried. */
    static final int TRIES = 5;

    /** The largest configuration of an image that is read. */
    private static final int MEGABYTES = 4;

    /** How often a refused manifest is tried again: buildx 0.29 at times pushes it before all of its children. */
    private static final int RACES = 2;

    /** What follows the host in the reference by which a login is checked. */
    private static final String LOGIN_CHECK = "/multi-arch-build/login:check";

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    private final Docker docker;
    private final Pause pause;
    private final Consumer<Sentence> log;
    private final RecentIndexes recent;

    /** Waits between two tries. */
    @FunctionalInterface
    public interface Pause {

        /** Waits for a duration. */
        void await(@NonNull Duration duration) throws InterruptedException;
    }

    /**
     * @param docker runs the commands, several at a time
     * @param pause waits between two tries
     * @param log receives a line for the user before each further try, on any thread
     */
    public Registry(@NonNull Docker docker, @NonNull Pause pause, @NonNull Consumer<Sentence> log) {
        this(docker, pause, log, new RecentIndexes());
    }

    /**
     * See {@link #Registry(Docker, Pause, Consumer)}.
     *
     * @param recent the indexes that the same docker has put together
     */
    public Registry(
            @NonNull Docker docker,
            @NonNull Pause pause,
            @NonNull Consumer<Sentence> log,
            @NonNull RecentIndexes recent) {
        this.docker = docker;
        this.pause = pause;
        this.log = log;
        this.recent = recent;
    }

    /**
     * Looks up what a tag points at; unlike with something just pushed, a missing one is not waited for.
     *
     * @return the manifest, or empty if there is none that this login may see
     * @throws DockerException if the registry does not answer or refuses the login
     */
    @NonNull
    public Optional<Manifest> find(@NonNull ImageReference reference)
            throws IOException, InterruptedException, DockerException {
        return find(reference, RegistryErrors::isTransient);
    }

    private Optional<Manifest> find(ImageReference reference, Predicate<String> again)
            throws IOException, InterruptedException, DockerException {
        Docker.Output output = run(ImageTools.inspect(reference), again);
        if (output.succeeded()) {
            return Optional.of(parse(reference, output.stdout()));
        }
        boolean nothingThere = RegistryErrors.isAbsent(output.stderr())
                || (RegistryErrors.isRefused(output.stderr()) && !RegistryErrors.isRefusedLogin(output.stderr()));
        if (nothingThere) {
            return Optional.empty();
        }
        throw RegistryErrors.of(reference.registry(), output.stderr());
    }

    /**
     * Checks that a registry accepts the login, if there is one, by a repository that need not exist. It is asked once.
     *
     * @param host the registry's host, and port if there is one
     * @throws DockerException if the registry does not answer or refuses the login
     */
    public void checkLogin(@NonNull String host) throws IOException, InterruptedException, DockerException {
        find(ImageReference.parse(host + LOGIN_CHECK), error -> false);
    }

    /**
     * Looks up which platforms an image has. It is asked for once, since nothing depends on the answer.
     *
     * @throws DockerException if the registry does not answer, refuses the login or has no such image
     */
    @NonNull
    public Available available(@NonNull ImageReference image)
            throws IOException, InterruptedException, DockerException {
        Manifest manifest = Manifest.parse(once(image, ImageTools.inspect(image)));
        if (!manifest.isIndex()) {
            Optional<Platform> platform = Manifest.platform(Json.readObject(
                    Sentence.of("Registry.configuration", image),
                    once(image, ImageTools.inspectImage(image)),
                    MEGABYTES));
            return new Available(manifest.digest(), platform.map(Set::of).orElse(Set.of()));
        }
        boolean known =
                manifest.children().stream().allMatch(child -> child.platform() != null || child.attests() != null);
        return new Available(manifest.digest(), known ? manifest.platforms() : Set.of());
    }

    private String once(ImageReference image, List<String> command)
            throws IOException, InterruptedException, DockerException {
        Docker.Output output = docker.run(command);
        if (!output.succeeded()) {
            throw RegistryErrors.of(image.registry(), output.stderr());
        }
        return output.stdout();
    }

    /**
     * Reads the configuration of an image that was just pushed, as {@code imagetools} prints it: JSON, by platform if
     * the reference is that of an index with several images.
     *
     * @throws DockerException if it is not there
     */
    @NonNull
    public String configuration(@NonNull ImageReference image)
            throws IOException, InterruptedException, DockerException {
        Docker.Output output = run(ImageTools.inspectImage(image), Registry::mayPass);
        if (!output.succeeded()) {
            throw RegistryErrors.of(image.registry(), output.stderr());
        }
        return output.stdout();
    }

    /**
     * Reads a manifest that was pushed, waiting a while for registries that show it late.
     *
     * @throws DockerException if it is not there
     */
    @NonNull
    Manifest read(@NonNull ImageReference reference) throws IOException, InterruptedException, DockerException {
        Docker.Output output = run(ImageTools.inspect(reference), Registry::mayPass);
        if (!output.succeeded()) {
            throw RegistryErrors.of(reference.registry(), output.stderr());
        }
        return parse(reference, output.stdout());
    }

    /** Reads a manifest that buildx has printed, since it does not compare it with the digest by which it was asked. */
    private static Manifest parse(ImageReference reference, String text) throws DockerException {
        Manifest manifest = Manifest.parse(text);
        Digest asked = reference.digest();
        if (asked != null && asked.value().startsWith("sha256:") && !asked.equals(manifest.digest())) {
            throw new DockerException(Sentence.of("Registry.otherContent", reference, manifest.digest()));
        }
        return manifest;
    }

    /**
     * Reads what a tag that was just moved points at, waiting a while for registries that still show the old manifest.
     *
     * @param stale the old manifest, or null
     */
    @NonNull
    Manifest readMoved(@NonNull ImageReference tag, @CheckForNull Digest stale)
            throws IOException, InterruptedException, DockerException {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            Manifest shown = read(tag);
            if (attempt == TRIES || !shown.digest().equals(stale)) {
                return shown;
            }
            delay = delay(delay, Sentence.of("Registry.stillShows", tag, stale));
        }
    }

    /**
     * Returns the index that {@link #create} would write, byte for byte. Images by digest that were put together a
     * moment ago are not looked up again.
     *
     * @param target where it would be written, and where buildx looks up descriptors
     * @throws DockerException if a source is not there
     */
    @NonNull
    Manifest combine(@NonNull List<?> sources, @NonNull ImageReference target, @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, DockerException {
        List<String> command = ImageTools.create(sources, annotations, List.of(target));
        command.add("--dry-run");
        Optional<Manifest> known = recent.get(command);
        if (known.isPresent()) {
            return known.get();
        }
        Docker.Output output = run(command, Registry::mayPass);
        if (!output.succeeded()) {
            throw RegistryErrors.of(target.registry(), output.stderr());
        }
        Manifest index = Manifest.parse(output.stdout().replaceFirst("\\R$", ""));
        recent.add(command, sources, output.stdout(), index);
        return index;
    }

    /**
     * Copies images to other repositories, with layers and attestations, and writes one index of them there.
     *
     * @param targets references by digest: with a tag, buildx before 0.22 moves the tag to every manifest that it
     *     copies
     * @throws DockerException if a registry does not accept it
     */
    void copy(
            @NonNull List<ImageReference> sources,
            @NonNull List<ImageReference> targets,
            @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, DockerException {
        AtomicInteger races = new AtomicInteger(RACES);
        List<String> command = ImageTools.create(sources, annotations, targets);
        succeed(
                run(
                        command,
                        error -> mayPass(error)
                                || (RegistryErrors.isRefusedManifest(error) && races.getAndDecrement() > 0)),
                targets);
    }

    /**
     * Writes one index of sources, or the only source if that is an index, in the sources' repository.
     *
     * @param sources references, or descriptors that buildx looks up in the repository of the targets
     * @throws DockerException if a registry does not accept it
     */
    void create(
            @NonNull List<?> sources, @NonNull List<ImageReference> targets, @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, DockerException {
        succeed(run(ImageTools.create(sources, annotations, targets), Registry::mayPass), targets);
    }

    /**
     * Moves tags to an image in the same repository; buildx before 0.15 moves them to an index of only this image,
     * unless it is an index itself.
     *
     * @throws DockerException if a registry does not accept it
     */
    void tag(@NonNull ImageReference image, @NonNull List<ImageReference> tags)
            throws IOException, InterruptedException, DockerException {
        List<String> command = ImageTools.create(List.of(image), Map.of(), tags);
        command.add("--prefer-index=false");
        Docker.Output output = run(command, Registry::mayPass);
        if (!output.succeeded() && output.stderr().contains("unknown flag: --prefer-index")) {
            create(List.of(image), tags, Map.of());
            return;
        }
        succeed(output, tags);
    }

    private static void succeed(Docker.Output output, List<ImageReference> targets) throws DockerException {
        if (!output.succeeded()) {
            throw RegistryErrors.of(targets.get(0).registry(), output.stderr());
        }
    }

    private static boolean mayPass(String error) {
        return RegistryErrors.isTransient(error) || RegistryErrors.isAbsent(error);
    }

    private Docker.Output run(List<String> command, Predicate<String> again)
            throws IOException, InterruptedException, DockerException {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            Docker.Output output = docker.run(command);
            if (output.succeeded() || attempt == TRIES || !again.test(output.stderr())) {
                return output;
            }
            delay = delay(delay, Sentence.verbatim(Urls.withoutSecrets(ErrorText.lastError(output.stderr()))));
        }
    }

    private Duration delay(Duration delay, Sentence why) throws InterruptedException {
        log.accept(Sentence.of("Registry.again", delay.toSeconds(), why));
        pause.await(delay);
        return delay.multipliedBy(2);
    }
}
