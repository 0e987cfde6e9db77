package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Registries as seen through {@code docker buildx imagetools}, which are asked again when they falter. */
public final class Registry {

    /** How often a registry is asked before its answer is taken for final. */
    static final int TRIES = 5;

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
     * @param docker runs the commands
     * @param pause waits between two tries
     * @param log takes a line for the user for each further try
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
        Docker.Output output = run(inspect(reference, "{{json .Manifest}}"), Failure::isTransient);
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
        return ImageIndex.parse(readAs(reference, "{{json .Manifest}}"));
    }

    /**
     * Reads a manifest that must be there as a Go template prints it.
     *
     * @throws BuildxException if it is not there
     */
    @NonNull
    String readAs(@NonNull ImageReference reference, @NonNull String format)
            throws IOException, InterruptedException, BuildxException {
        Docker.Output output =
                run(inspect(reference, format), error -> Failure.isTransient(error) || Failure.isAbsent(error));
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofRegistry(reference.registry(), output.stderr()));
        }
        return output.stdout();
    }

    /**
     * Writes one index of sources under tags.
     *
     * @throws BuildxException if a registry does not take it
     */
    void create(@NonNull List<ImageReference> sources, @NonNull List<ImageReference> tags)
            throws IOException, InterruptedException, BuildxException {
        List<String> command = new ArrayList<>(List.of("buildx", "imagetools", "create"));
        tags.forEach(tag -> command.addAll(List.of("--tag", tag.toString())));
        sources.forEach(source -> command.add(source.toString()));
        Docker.Output output = run(command, error -> Failure.isTransient(error) || Failure.isAbsent(error));
        if (!output.succeeded()) {
            throw new BuildxException(Failure.ofRegistry(tags.get(0).registry(), output.stderr()));
        }
    }

    private static List<String> inspect(ImageReference reference, String format) {
        return List.of("buildx", "imagetools", "inspect", reference.toString(), "--format", format);
    }

    private Docker.Output run(List<String> command, Predicate<String> again)
            throws IOException, InterruptedException, BuildxException {
        Duration delay = Duration.ofSeconds(1);
        for (int attempt = 1; ; attempt++) {
            Docker.Output output = docker.run(command);
            if (output.succeeded() || attempt == TRIES || !again.test(output.stderr())) {
                return output;
            }
            log.accept("Trying again in " + delay.toSeconds() + " s: " + Failure.lastLine(output.stderr()));
            pause.await(delay);
            delay = delay.multipliedBy(2);
        }
    }
}
