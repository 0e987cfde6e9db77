package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A bake definition that builds the images of all platforms again on another machine. It pushes nothing, uses no cache
 * but the builder's own, and takes secrets from environment variables and SSH keys from an SSH agent.
 */
public final class ReplayDefinition {

    private static final String VARIABLE = "SECRET_";

    private final BuildRequest request;
    private final String image;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<String> sshIds;

    /**
     * @param request what to build, with paths relative to the directory in which it is to be built
     * @param image a name for the images
     * @param secretIds the ids of secrets
     * @param sshIds the ids of SSH keys
     */
    public ReplayDefinition(
            @NonNull BuildRequest request,
            @NonNull String image,
            @NonNull Collection<String> secretIds,
            @NonNull Collection<String> sshIds) {
        BuildOptions options = request.options();
        CacheOptions cache = options.cache();
        this.request = request.withOptions(new BuildOptions(
                options.buildArgs(),
                options.labels(),
                options.target(),
                options.run(),
                new CacheOptions(List.of(), List.of(), List.of(), false, cache.pull(), cache.noCache()),
                null,
                null,
                Map.of(),
                false));
        this.image = image;
        this.sshIds = List.copyOf(sshIds);
        for (String id : secretIds) {
            String name = VARIABLE + id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
            int others = 1;
            String unique = name;
            while (variables.containsValue(unique)) {
                others++;
                unique = name + "_" + others;
            }
            variables.put(id, unique);
        }
    }

    /** Returns the names of the environment variables that secrets are taken from, by the id of the secret. */
    @NonNull
    public Map<String, String> variables() {
        return new LinkedHashMap<>(variables);
    }

    /**
     * Returns the command that builds everything, for a shell.
     *
     * @param file path of the definition, which no shell has to be told to take as it is
     */
    @NonNull
    public String command(@NonNull String file) {
        Set<String> allowed = new LinkedHashSet<>(Entitlements.privileges(request));
        if (!sshIds.isEmpty()) {
            allowed.add(Entitlements.SSH);
        }
        StringBuilder command = new StringBuilder("docker buildx bake");
        allowed.forEach(each -> command.append(" --allow ").append(each));
        return command.append(" --file ").append(file).toString();
    }

    /**
     * Returns the definition as JSON.
     *
     * @param comment lines that say what it is, and how to use it
     */
    @NonNull
    public String write(@NonNull List<String> comment) {
        ObjectNode root = BakeDefinition.newObject();
        ArrayNode lines = root.putArray("//");
        comment.forEach(lines::add);
        root.setAll(BakeDefinition.tree(
                BakeTargets.of(request),
                new BuildGroup(null, request.platforms()),
                PushStrategy.NONE,
                BuildSecrets.NONE));
        for (Platform platform : request.platforms()) {
            adapt((ObjectNode) root.path("target").path(platform.targetName()), platform);
        }
        return BakeDefinition.text(root);
    }

    private void adapt(ObjectNode target, Platform platform) {
        target.putArray("output").add("type=docker");
        target.putArray("tags").add(tag(platform));
        if (!variables.isEmpty()) {
            ArrayNode secrets = target.putArray("secret");
            variables.forEach((id, variable) -> secrets.add("id=" + id + ",env=" + variable));
        }
        if (!sshIds.isEmpty()) {
            ArrayNode keys = target.putArray("ssh");
            sshIds.forEach(keys::add);
        }
    }

    private String tag(Platform platform) {
        return image + ":replay-" + platform.targetName();
    }

    /** Returns the names that the images get in the engine. */
    @NonNull
    public List<String> tags() {
        List<String> tags = new ArrayList<>();
        request.platforms().forEach(platform -> tags.add(tag(platform)));
        return tags;
    }
}
