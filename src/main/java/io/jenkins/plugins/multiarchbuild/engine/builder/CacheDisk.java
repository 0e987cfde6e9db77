package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
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
    public static void check(@NonNull Docker docker, @NonNull ManagedBuilder builder, @NonNull Consumer<Sentence> log)
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
        Sentence place = Sentence.of("CacheDisk.place", settings.name(), DiskSize.text(before.getAsLong()), wanted);
        if (settings.keepStorage() == 0) {
            throw new DockerException(Sentence.of("CacheDisk.noRoom", place));
        }
        prune(docker, builder);
        long after = free(docker, builder).orElse(0);
        String kept = DiskSize.text(settings.keepStorage());
        if (after < settings.minFree()) {
            throw new DockerException(Sentence.of("CacheDisk.stillNoRoom", place, kept, DiskSize.text(after)));
        }
        log.accept(Sentence.of("CacheDisk.pruned", place, kept, DiskSize.text(after)));
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
            throw new DockerException(Sentence.of(
                    "CacheDisk.cannotBePruned", builder.settings().name(), ErrorText.reason(output.stderr())));
        }
    }
}
