package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The disk where the cache of a builder lies, if that is in containers of a Docker engine. */
public final class CacheDisk {

    /** Where BuildKit has its cache in a container that buildx has created. */
    private static final String STATE = "/var/lib/buildkit";

    private static final Pattern AVAILABLE = Pattern.compile("\\s(?<kilobytes>\\d{1,15})\\s+\\d{1,3}%\\s");

    private static final int KILOBYTE = 1024;

    private CacheDisk() {}

    /**
     * Sees to it that a builder that runs has as much free as its settings ask for.
     *
     * @param log takes a line when the cache was pruned
     * @throws DockerException if it has less, even after its cache was pruned
     */
    public static void check(@NonNull Docker docker, @NonNull ManagedBuilder builder, @NonNull Consumer<String> log)
            throws IOException, InterruptedException, DockerException {
        BuilderSettings settings = builder.settings();
        if (settings.driver() != Driver.DOCKER_CONTAINER || settings.minFree() == 0) {
            return;
        }
        OptionalLong before = free(docker, builder);
        if (before.isEmpty() || before.getAsLong() >= settings.minFree()) {
            return;
        }
        String wanted = DiskSize.text(settings.minFree());
        String place = "Where the cache of the builder '" + settings.name() + "' lies, "
                + DiskSize.text(before.getAsLong()) + " are free, less than " + wanted + ".";
        if (settings.keepStorage() == 0) {
            throw new DockerException(place + " Free space there, lower minFree, or set keepStorage, so that the cache"
                    + " is pruned to that.");
        }
        prune(docker, builder);
        long after = free(docker, builder).orElse(0);
        String kept = DiskSize.text(settings.keepStorage());
        if (after < settings.minFree()) {
            throw new DockerException(place + " The cache was pruned to " + kept + "; now " + DiskSize.text(after)
                    + " are free. Free space there, or lower minFree or keepStorage.");
        }
        log.accept(place + " The cache was pruned to " + kept + "; now " + DiskSize.text(after) + " are free.");
    }

    /** The least that any node has free, in bytes; nothing if none can tell. */
    private static OptionalLong free(Docker docker, ManagedBuilder builder)
            throws IOException, InterruptedException, DockerException {
        OptionalLong least = OptionalLong.empty();
        for (BuilderNode node : builder.settings().nodes(builder.name())) {
            List<String> command = new ArrayList<>();
            String endpoint = node.endpoint();
            if (endpoint != null) {
                command.addAll(List.of(endpoint.contains("://") ? "--host" : "--context", endpoint));
            }
            command.addAll(List.of("exec", "buildx_buildkit_" + node.name(), "df", "-Pk", STATE));
            Docker.Output output = docker.run(command);
            Matcher available = AVAILABLE.matcher(output.stdout());
            if (output.succeeded() && available.find()) {
                long bytes = Long.parseLong(available.group("kilobytes")) * KILOBYTE;
                least = OptionalLong.of(Math.min(bytes, least.orElse(Long.MAX_VALUE)));
            }
        }
        return least;
    }

    private static void prune(Docker docker, ManagedBuilder builder)
            throws IOException, InterruptedException, DockerException {
        String kept = String.valueOf(builder.settings().keepStorage());
        Docker.Output output =
                docker.run(List.of("buildx", "prune", "--builder", builder.name(), "--force", "--keep-storage", kept));
        if (!output.succeeded() && output.stderr().contains("unknown flag")) {
            output = docker.run(
                    List.of("buildx", "prune", "--builder", builder.name(), "--force", "--max-used-space", kept));
        }
        if (!output.succeeded()) {
            throw new DockerException("The cache of the builder '"
                    + builder.settings().name() + "' cannot be pruned: " + ErrorText.lastError(output.stderr()));
        }
    }
}
