package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes sure, before anything is built, that what the build will need is there. */
public final class Preflight {

    private Preflight() {}

    /**
     * Checks that a group's builder works and can build its platforms and that the registries accept the login.
     *
     * @return the builder that will build
     * @throws BuildxException if one of them does not hold, with what to do about it
     */
    @NonNull
    public static Builder check(
            @NonNull Docker docker,
            @NonNull Registry registry,
            @NonNull BuildRequest request,
            @NonNull BuildGroup group)
            throws IOException, InterruptedException, BuildxException {
        Builder builder = Builder.inspect(docker, request.builder());
        List<Platform> lacking = builder.lacking(group.platforms());
        if (!lacking.isEmpty()) {
            throw new BuildxException(lackingMessage(builder, lacking));
        }
        List<String> refused = refused(builder, request.options());
        if (!refused.isEmpty()) {
            throw new BuildxException("The builder " + builder.title() + " cannot do " + String.join(" and ", refused)
                    + ". Leave that out (provenance: false, sbom: false, no annotations), " + Failure.ANOTHER_STORE
                    + ".");
        }
        Map<String, ImageReference> repositories = new LinkedHashMap<>();
        request.baseTags().forEach(tag -> repositories.putIfAbsent(tag.repository(), tag));
        try (Concurrently commands = new Concurrently()) {
            commands.start(repositories.values(), registry::find).await();
        }
        return builder;
    }

    /** The options that buildx refuses or passes over for an engine without the containerd image store. */
    private static List<String> refused(Builder builder, BuildOptions options) {
        List<String> refused = new ArrayList<>();
        if (builder.classicStore()) {
            if (isWanted(options.provenance())) {
                refused.add("provenance");
            }
            if (isWanted(options.sbom())) {
                refused.add("sbom");
            }
            // such an engine pushes Docker's own media types whatever it is told
            if (!options.annotations().isEmpty()) {
                refused.add("annotations");
            }
        }
        return refused;
    }

    private static boolean isWanted(@CheckForNull String attestation) {
        return attestation != null && !attestation.equals("false");
    }

    private static String lackingMessage(Builder builder, List<Platform> lacking) {
        if (builder.platforms().isEmpty()) {
            return "The builder " + builder.title() + " is not running. 'docker buildx inspect --bootstrap "
                    + builder.name() + "' on the agent shows why.";
        }
        String names = lacking.stream().map(Platform::toString).collect(Collectors.joining(", "));
        String architectures =
                lacking.stream().map(Platform::architecture).distinct().collect(Collectors.joining(","));
        return "The builder " + builder.title() + " cannot build " + names
                + ". It has: " + builder.platformNames() + ". Either build " + names
                + " on an agent of that architecture, or register QEMU on this agent"
                + " (docker run --privileged --rm tonistiigi/binfmt --install " + architectures
                + ", or the package qemu-user-static) and restart the builder.";
    }
}
