package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Registries as seen through {@code docker buildx imagetools}, which are asked again when they falter. */
public final class Registry {

    /** How often a registry is asked before its answer is taken for final. */
    static final int TRIES = 5;

    /** How often a registry may refuse a manifest whose children buildx was still copying, as 0.29 may do at times. */
    private static final int RACES = 2;

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    private final Docker docker;
    private final Pause pause;
    private final Consumer<String> log;

    /** Waits between two tries. */
    @FunctionalInterface
    public interface Pause {

        /** Waits that long. */
        void await(@NonNull Duration duration) throws InterruptedException;
    }

    /**
     * @param docker runs the commands, several at a time
     * @param pause waits between two tries
     * @param log takes a line for the user for each further try, from any thread
     */
    public Registry(@NonNull Docker docker, @NonNull Pause pause, @NonNull Consumer<String> log) {
        this.docker = docker;
        this.pause = pause;
        this.log = log;
    }

    /**
     * Finds out what a tag points at; unlike a read of something just pushed, an absent one is a final answer.
     *
     * @return the manifest, or empty if there is none, or none that this login may see
     * @throws BuildxException if the registry does not answer or refuses the login
     */
    @NonNull
    public Optional<ImageIndex> find(@NonNull ImageReference reference)
            throws IOException, InterruptedException, BuildxException {
        Docker.Output output = run(inspect(reference), Failure::isTransient);
        if (output.succeeded()) {
            return Optional.of(ImageIndex.parse(output.stdout()));
        }
        boolean nothingThere = Failure.isAbsent(output.stderr())
                || (Failure.isRefused(output.stderr()) && !Failure.isRefusedLogin(output.stderr()));
        if (nothingThere) {
            return Optional.empty();
        }
        throw new BuildxException(Failure.ofRegistry(reference.registry(), output.stderr()));
    }

    /**
     * Reads a manifest that must be there, waiting a while for registries that show late what was pushed.
     *
     * @throws BuildxException if it is not there
     */
    @NonNull
    ImageIndex read(@NonNull ImageReference reference) throws IOException, InterruptedException, BuildxException {
        Docker.Output output = run(inspect(reference), Registry::mayPass);
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofRegistry(reference.registry(), output.stderr()));
        }
        return ImageIndex.parse(output.stdout());
    }

    /**
     * Reads what a tag that was just moved points at, waiting a while for registries that go on showing what it pointed
     * at before.
     *
     * @param stale what it pointed at before and may still show, or null
     */
    @NonNull
    ImageIndex readMoved(@NonNull ImageReference tag, @CheckForNull Digest stale)
            throws IOException, InterruptedException, BuildxException {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            ImageIndex shown = read(tag);
            if (attempt == TRIES || !shown.digest().equals(stale)) {
                return shown;
            }
            delay = delay(delay, tag + " still shows " + stale);
        }
    }

    /**
     * The index that {@link #create} would make, byte for byte.
     *
     * @param target where it would be written; named in messages, and where buildx looks for descriptors
     * @throws BuildxException if a source is not there
     */
    @NonNull
    ImageIndex combine(
            @NonNull List<?> sources, @NonNull ImageReference target, @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, BuildxException {
        List<String> command = create(sources, annotations, List.of(target));
        command.add("--dry-run");
        Docker.Output output = run(command, Registry::mayPass);
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofRegistry(target.registry(), output.stderr()));
        }
        return ImageIndex.parse(output.stdout().replaceFirst("\\R$", ""));
    }

    /**
     * Copies images to other repositories, with all that belongs to them, and writes one index of them there.
     *
     * @param targets by digest: copying to a tag, buildx before 0.22 lets the tag point at every manifest that it copies,
     *     one after the other
     * @throws BuildxException if a registry does not take it
     */
    void copy(
            @NonNull List<ImageReference> sources,
            @NonNull List<ImageReference> targets,
            @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, BuildxException {
        AtomicInteger races = new AtomicInteger(RACES);
        List<String> command = create(sources, annotations, targets);
        succeed(
                run(
                        command,
                        error -> mayPass(error) || (Failure.isRefusedManifest(error) && races.getAndDecrement() > 0)),
                targets);
    }

    /**
     * Writes one index of sources, or the only source if that is an index, in the repository where they are.
     *
     * @param sources references, or descriptors for buildx to find in the repository of the targets
     * @throws BuildxException if a registry does not take it
     */
    void create(
            @NonNull List<?> sources, @NonNull List<ImageReference> targets, @NonNull Map<String, String> annotations)
            throws IOException, InterruptedException, BuildxException {
        succeed(run(create(sources, annotations, targets), Registry::mayPass), targets);
    }

    /**
     * Lets tags point at an image itself, in its repository; where buildx is older than 0.15 and the image is no index,
     * at an index that holds just this image.
     *
     * @throws BuildxException if a registry does not take it
     */
    void tag(@NonNull ImageReference image, @NonNull List<ImageReference> tags)
            throws IOException, InterruptedException, BuildxException {
        List<String> command = create(List.of(image), Map.of(), tags);
        command.add("--prefer-index=false");
        Docker.Output output = run(command, Registry::mayPass);
        if (!output.succeeded() && output.stderr().contains("unknown flag: --prefer-index")) {
            create(List.of(image), tags, Map.of());
            return;
        }
        succeed(output, tags);
    }

    private static void succeed(Docker.Output output, List<ImageReference> targets) throws BuildxException {
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofRegistry(targets.get(0).registry(), output.stderr()));
        }
    }

    private static List<String> inspect(ImageReference reference) {
        return List.of("buildx", "imagetools", "inspect", "--raw", reference.toString());
    }

    private static List<String> create(List<?> sources, Map<String, String> annotations, List<ImageReference> targets) {
        List<String> command = new ArrayList<>(List.of("buildx", "imagetools", "create"));
        annotations.forEach((key, value) -> command.addAll(List.of("--annotation", "index:" + key + "=" + value)));
        targets.forEach(target -> command.addAll(List.of("--tag", target.toString())));
        sources.forEach(source -> command.add(source.toString()));
        return command;
    }

    private static boolean mayPass(String error) {
        return Failure.isTransient(error) || Failure.isAbsent(error);
    }

    private Docker.Output run(List<String> command, Predicate<String> again)
            throws IOException, InterruptedException, BuildxException {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            Docker.Output output = docker.run(command);
            if (output.succeeded() || attempt == TRIES || !again.test(output.stderr())) {
                return output;
            }
            delay = delay(delay, Failure.lastLine(output.stderr()));
        }
    }

    private Duration delay(Duration delay, String why) throws InterruptedException {
        log.accept("Trying again in " + delay.toSeconds() + " s: " + why);
        pause.await(delay);
        return delay.multipliedBy(2);
    }
}
