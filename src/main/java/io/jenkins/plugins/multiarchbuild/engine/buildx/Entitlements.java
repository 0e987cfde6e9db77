package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a bake has to be <a href="https://docs.docker.com/reference/cli/docker/buildx/bake/#allow">allowed</a>: exactly
 * the directories and files that its definition names, and the privileges that the caller asks for.
 */
public final class Entitlements {

    /** To forward an SSH agent. */
    static final String SSH = "ssh";

    private Entitlements() {}

    /**
     * Returns the values of {@code --allow} for a definition.
     *
     * @param targets what is built, the sources with absolute paths
     * @param written the directories that the definition writes into, beside those of caches
     * @return one value per flag; none before buildx 0.17, which has no such flag, and no paths before buildx 0.18,
     *     which does not restrict them
     * @throws DockerException if this version of buildx does not support what the request asks for
     */
    @NonNull
    public static List<String> of(
            @NonNull Docker docker,
            @NonNull BakeTargets targets,
            @NonNull BuildSecrets secrets,
            @NonNull List<String> written)
            throws IOException, InterruptedException, DockerException {
        BuildxVersion version = BuildxVersion.of(docker);
        Set<String> entitlements = new LinkedHashSet<>();
        for (BakeTarget target : targets.all()) {
            BuildRequest request = target.request();
            version.check(request.options().run());
            if (version.hasEntitlements()) {
                entitlements.addAll(privileges(request));
            }
            if (version.guardsFiles()) {
                read(request, secrets).forEach(path -> entitlements.add("fs.read=" + path));
                request.options().cache().writtenDirectories().forEach(path -> entitlements.add("fs.write=" + path));
                if (!target.settings().sshAgents().isEmpty()) {
                    entitlements.add(SSH);
                }
            }
        }
        if (version.guardsFiles()) {
            written.forEach(path -> entitlements.add("fs.write=" + path));
        }
        return List.copyOf(entitlements);
    }

    /**
     * The values of {@code --allow} that are neither files nor directories.
     *
     * @return one value per flag; none for buildx before 0.17, which has no such flag
     * @throws DockerException if this version of buildx does not know what the request asks for
     */
    @NonNull
    public static List<String> privileges(@NonNull Docker docker, @NonNull BakeTargets targets)
            throws IOException, InterruptedException, DockerException {
        boolean isPlain = targets.all().stream()
                .allMatch(target -> target.request().options().run().equals(RunOptions.DEFAULTS)
                        && target.settings().sshAgents().isEmpty());
        if (isPlain) {
            // every version can do that
            return List.of();
        }
        BuildxVersion version = BuildxVersion.of(docker);
        Set<String> privileges = new LinkedHashSet<>();
        for (BakeTarget target : targets.all()) {
            version.check(target.request().options().run());
            if (version.hasEntitlements()) {
                privileges.addAll(privileges(target.request()));
            }
            if (version.guardsFiles() && !target.settings().sshAgents().isEmpty()) {
                privileges.add(SSH);
            }
        }
        return List.copyOf(privileges);
    }

    /** The values of {@code --allow} that are neither files nor directories, whatever the version of buildx. */
    @NonNull
    static Set<String> privileges(@NonNull BuildRequest request) {
        Set<String> privileges = new LinkedHashSet<>(request.options().run().entitlements());
        if (request.options().run().isHostNetwork()) {
            privileges.add(RunOptions.HOST_NETWORK);
        }
        return privileges;
    }

    private static Set<String> read(BuildRequest request, BuildSecrets secrets) {
        Set<String> paths = new LinkedHashSet<>();
        BuildSource source = request.source();
        if (!source.isRemote()) {
            paths.add(source.context());
            for (Platform platform : request.platforms()) {
                if (!source.isInline(platform)) {
                    paths.add(new File(source.dockerfileFor(platform)).getParent());
                }
            }
        }
        paths.addAll(source.contexts().directories());
        paths.addAll(secrets.files().values());
        paths.addAll(secrets.sshKeys().values());
        paths.addAll(request.options().cache().readDirectories());
        return paths;
    }
}
