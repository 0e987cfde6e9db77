package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A builder that is created from settings, and only then removed again if it bears the mark of the one who created it.
 *
 * @param settings its settings
 * @param owner who creates it: others may have builders of the same name on the same machine
 * @param name its name for buildx
 */
public record ManagedBuilder(
        @NonNull BuilderSettings settings,
        @NonNull String owner,
        @NonNull String name) {

    private static final String ALREADY_THERE = "existing instance for ";

    /** A line that begins the description of a node; the first such line is that of the builder. */
    private static final String NODE_NAME = "Name:";

    /**
     * Creates the builder, or those of its nodes that are missing. Others may do the same at the same time.
     *
     * @param config path of the file with {@link DaemonConfig#toml}, or null if it is empty
     * @param files further options of the driver that name files
     * @return whether anything was missing
     * @throws DockerException if it cannot be created, or another builder has its name
     */
    public boolean create(@NonNull Docker docker, @CheckForNull String config, @NonNull Map<String, String> files)
            throws IOException, InterruptedException, DockerException {
        List<BuilderNode> nodes = settings.nodes(name);
        Docker.Output found = inspect(docker);
        boolean created = false;
        for (BuilderNode node : nodes) {
            if (found.succeeded()) {
                checkMark(found.stdout());
                if (found.stdout().lines().anyMatch(line -> isName(line, node.name()))) {
                    continue;
                }
            } else if (ErrorText.isWithoutBuildx(found.stderr())) {
                throw new DockerException(ErrorText.WITHOUT_BUILDX);
            }
            Docker.Output output = docker.run(command(node, found.succeeded(), config, files));
            if (!output.succeeded() && !output.stderr().contains(ALREADY_THERE)) {
                throw new DockerException(Sentence.of(
                        "ManagedBuilder.cannotBeCreated",
                        settings.name(),
                        ErrorText.reason(output.stderr()).ended()));
            }
            created = true;
            found = inspect(docker);
        }
        if (!found.succeeded()) {
            throw new DockerException(
                    Sentence.of("ManagedBuilder.cannotBeUsed", settings.name(), ErrorText.reason(found.stderr())));
        }
        return created;
    }

    /**
     * Removes a builder if it bears the mark of its owner.
     *
     * @param name its name for buildx
     * @return whether it is gone
     */
    public static boolean remove(@NonNull Docker docker, @NonNull String owner, @NonNull String name)
            throws IOException, InterruptedException, DockerException {
        Docker.Output found = docker.run(List.of("buildx", "inspect", name));
        if (!found.succeeded()) {
            return found.stderr().contains("no builder");
        }
        return isMarked(found.stdout(), owner)
                && docker.run(List.of("buildx", "rm", name)).succeeded();
    }

    private Docker.Output inspect(Docker docker) throws IOException, InterruptedException, DockerException {
        return docker.run(List.of("buildx", "inspect", name));
    }

    private void checkMark(String inspected) throws DockerException {
        if (settings.driver() != Driver.REMOTE && !isMarked(inspected, owner)) {
            throw new DockerException(Sentence.of("ManagedBuilder.foreign", name));
        }
    }

    /** The options of a node are on one line, with the values in quotation marks. */
    private static boolean isMarked(String inspected, String owner) {
        return inspected
                .lines()
                .anyMatch(line -> line.startsWith("Driver Options:")
                        && (line.contains(" env.MULTI_ARCH_BUILD=\"" + owner + ".")
                                || line.contains("multi-arch-build=" + owner + ".")));
    }

    private static boolean isName(String line, String node) {
        return line.startsWith(NODE_NAME)
                && line.substring(NODE_NAME.length()).trim().equals(node);
    }

    /** Returns the arguments of {@code docker} that create one node. */
    @NonNull
    List<String> command(
            @NonNull BuilderNode node,
            boolean append,
            @CheckForNull String config,
            @NonNull Map<String, String> files) {
        List<String> command = new ArrayList<>(
                List.of("buildx", "create", "--name", name, "--node", node.name(), "--driver", settings.driver() + ""));
        if (append) {
            command.add("--append");
        }
        if (config != null) {
            // newer versions call it --buildkitd-config, and understand this too
            command.addAll(List.of("--config", config));
        }
        for (String option : options(files)) {
            command.addAll(List.of("--driver-opt", field(option)));
        }
        if (!node.platforms().isEmpty()) {
            command.addAll(List.of(
                    "--platform",
                    node.platforms().stream().map(Object::toString).collect(Collectors.joining(","))));
        }
        if (node.endpoint() != null) {
            command.add(node.endpoint());
        }
        return command;
    }

    private List<String> options(Map<String, String> files) {
        List<String> options = new ArrayList<>();
        String mark = settings.mark(owner);
        for (String option : settings.options()) {
            if (mark != null
                    && option.startsWith(BuilderSettings.ANNOTATIONS)
                    && mark.startsWith(BuilderSettings.ANNOTATIONS)) {
                // of two options with one name only the last counts
                mark = option + "," + mark.substring(BuilderSettings.ANNOTATIONS.length());
            } else {
                options.add(option);
            }
        }
        if (settings.image() != null) {
            options.add("image=" + settings.image());
        }
        if (mark != null) {
            options.add(mark);
        }
        new TreeMap<>(files).forEach((key, path) -> options.add(key + "=" + path));
        return options;
    }

    /** An option is read as a line of comma-separated values. */
    private static String field(String option) {
        return option.matches("[^,\"\\r\\n]*") ? option : '"' + option.replace("\"", "\"\"") + '"';
    }
}
