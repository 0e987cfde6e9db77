package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a call lays over a bake file: what the call says takes precedence, and what it does not say is the file's.
 *
 * @param call what the call says: its platforms, tags and options, and its source as far as it has one
 * @param keepsContext whether the context is that of the call and not that of the file
 * @param secretIds the ids of the secrets that the call gives
 * @param sshIds the ids of the SSH keys that the call gives
 * @param variables the names of the variables that bake has in its environment
 */
public record BakeOverlay(
        @NonNull BuildRequest call,
        boolean keepsContext,
        @NonNull Set<String> secretIds,
        @NonNull Set<String> sshIds,
        @NonNull Set<String> variables) {

    /** Returns the same for another call. */
    @NonNull
    BakeOverlay with(@NonNull BuildRequest other) {
        return new BakeOverlay(other, keepsContext, secretIds, sshIds, variables);
    }

    /** Returns a target that the call publishes. */
    @NonNull
    BakeTarget image(@NonNull PrintedTarget target) throws DockerException {
        BuildOptions own = call.options();
        FileAnnotations annotations = FileAnnotations.of(target);
        Map<String, String> index = new LinkedHashMap<>(annotations.index());
        index.putAll(own.annotations());
        Map<String, String> attestations = attestations(target);
        BuildOptions options = new BuildOptions(
                over(target.templates("args"), own.buildArgs()),
                over(target.templates("labels"), own.labels()),
                withRest(own.target(), target.text("target")),
                run(target, own.run()),
                cache(target, own.cache()),
                own.provenance() == null ? attestations.get("provenance") : own.provenance(),
                own.sbom() == null ? attestations.get("sbom") : own.sbom(),
                index,
                own.standardAnnotations());
        return new BakeTarget(
                target.name(),
                call.withSource(source(target)).withOptions(options),
                settings(target, annotations.images()));
    }

    /** Returns a target that others are built on: the call says what it may use, and the file everything else. */
    @NonNull
    BakeTarget link(@NonNull PrintedTarget target) throws DockerException {
        CacheOptions own = call.options().cache();
        BuildOptions options = new BuildOptions(
                PlatformValues.of(target.templates("args")),
                PlatformValues.of(target.templates("labels")),
                PlatformMap.ofAll(target.text("target")),
                run(
                        target,
                        new RunOptions(
                                null,
                                null,
                                List.of(),
                                Map.of(),
                                call.options().run().entitlements())),
                cache(target, new CacheOptions(List.of(), List.of(), List.of(), false, own.pull(), own.noCache())),
                null,
                null,
                Map.of(),
                false);
        BakeOverlay nothing =
                new BakeOverlay(call.withSource(BuildSource.WORKSPACE), false, secretIds, sshIds, variables);
        return new BakeTarget(
                target.name(),
                call.withSource(nothing.source(target)).withOptions(options),
                settings(target, PlatformValues.NONE));
    }

    private BuildSource source(PrintedTarget target) throws DockerException {
        BuildSource own = call.source();
        boolean namesDockerfile = own.dockerfile() != null;
        String inline = namesDockerfile ? null : target.template("dockerfile-inline");
        PlatformMap dockerfiles = namesDockerfile || inline != null
                ? own.dockerfiles()
                : withRest(own.dockerfiles(), target.text("dockerfile"));
        Map<String, String> links = target.links();
        links.keySet().removeAll(own.contexts().sources().common().keySet());
        return new BuildSource(
                keepsContext ? own.context() : target.context(),
                own.dockerfile(),
                dockerfiles,
                new NamedContexts(over(target.contexts(), own.contexts().sources()), links),
                inline);
    }

    private static PlatformValues over(Map<String, String> file, PlatformValues own) {
        Map<String, String> common = new LinkedHashMap<>(file);
        common.putAll(own.common());
        return new PlatformValues(common, own.byPlatform());
    }

    /** The value of the file is for the platforms that the call has none for. */
    private static PlatformMap withRest(PlatformMap own, @CheckForNull String file) {
        Map<String, String> entries = new LinkedHashMap<>(own.entries());
        if (file != null) {
            entries.putIfAbsent(PlatformMap.REST, file);
        }
        return new PlatformMap(entries);
    }

    private RunOptions run(PrintedTarget target, RunOptions own) throws DockerException {
        String network = own.network() == null ? target.text("network") : own.network();
        Set<String> asked = new TreeSet<>(target.texts("entitlements"));
        if ("host".equals(network)) {
            asked.add(RunOptions.HOST_NETWORK);
        }
        asked.removeAll(own.entitlements());
        if (own.isHostNetwork()) {
            asked.remove(RunOptions.HOST_NETWORK);
        }
        if (!asked.isEmpty()) {
            List<Sentence> names = asked.stream().map(Sentence::verbatim).toList();
            throw target.error(Sentence.of(
                    "BakeOverlay.entitlements",
                    Sentence.join(Sentence.of("BakeOverlay.and"), names),
                    asked.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", "))));
        }
        Map<String, String> hosts = new LinkedHashMap<>(target.map("extra-hosts"));
        hosts.putAll(own.hosts());
        return new RunOptions(
                network,
                own.shmSize() == null ? target.text("shm-size") : own.shmSize(),
                own.ulimits().isEmpty() ? target.texts("ulimits") : own.ulimits(),
                hosts,
                own.entitlements());
    }

    private static CacheOptions cache(PrintedTarget target, CacheOptions own) {
        return new CacheOptions(
                own.from(),
                own.to(),
                own.shared(),
                own.writesShared(),
                own.pull() || target.flag("pull"),
                own.noCache() || target.flag("no-cache"));
    }

    private static Map<String, String> attestations(PrintedTarget target) throws DockerException {
        Map<String, String> attestations = new LinkedHashMap<>();
        for (Map<String, String> each : target.attributes("attest")) {
            Map<String, String> attributes = new LinkedHashMap<>(each);
            String type = String.valueOf(attributes.remove("type"));
            if (!type.equals("provenance") && !type.equals("sbom")) {
                throw target.error(Sentence.of("BakeOverlay.attestation", type));
            }
            boolean isDisabled = "true".equals(attributes.remove("disabled"));
            String parameters =
                    attributes.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(","));
            attestations.put(type, isDisabled ? "false" : parameters.isEmpty() ? "true" : parameters);
        }
        return attestations;
    }

    private TargetSettings settings(PrintedTarget target, PlatformValues annotations) throws DockerException {
        return new TargetSettings(secrets(target), sshAgents(target), annotations, target.texts("no-cache-filter"));
    }

    private Map<String, String> secrets(PrintedTarget target) throws DockerException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Map<String, String> secret : target.attributes("secret")) {
            String id = checked(target, "secret", secret.get("id"));
            String variable = variable(id, secret);
            if (secretIds.contains(id)) {
                continue;
            }
            if (variable == null || !variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw target.error(Sentence.of("BakeOverlay.secretFile", id));
            }
            variables.put(id, variable);
        }
        return variables;
    }

    /** A secret of which only the id is known is the variable of that name, or else a file; bake does not print its type. */
    @CheckForNull
    private String variable(String id, Map<String, String> secret) {
        boolean isNameless = !secret.containsKey("env") && !secret.containsKey("src") && !secret.containsKey("source");
        return isNameless && variables.contains(id) ? id : secret.get("env");
    }

    private List<String> sshAgents(PrintedTarget target) throws DockerException {
        List<String> ids = new ArrayList<>();
        for (Map<String, String> key : target.attributes("ssh")) {
            boolean isMap = key.containsKey("id");
            String first = key.keySet().stream().findFirst().orElse("");
            String id = checked(target, "ssh", isMap ? key.get("id") : first);
            boolean hasPaths = isMap
                    ? !key.getOrDefault("paths", "[]").equals("[]")
                    : !key.get(first).isEmpty();
            if (sshIds.contains(id)) {
                continue;
            }
            if (hasPaths) {
                throw target.error(Sentence.of("BakeOverlay.sshKeyFile", id));
            }
            ids.add(id);
        }
        return ids;
    }

    private static String checked(PrintedTarget target, String field, @CheckForNull String id) throws DockerException {
        if (id == null || !id.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,255}")) {
            throw target.error(Sentence.of("BakeOverlay.noId", field));
        }
        return id;
    }
}
