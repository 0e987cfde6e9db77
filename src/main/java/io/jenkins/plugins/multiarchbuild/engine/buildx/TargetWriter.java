package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.TargetSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes one target of a {@link BakeDefinition}: one image for one platform. */
final class TargetWriter {

    private final ObjectNode target;
    private final BakeTargets all;
    private final Platform platform;
    private final BuildSecrets secrets;

    /**
     * @param target where to write it
     * @param all everything that is built, which it may refer to
     */
    TargetWriter(
            @NonNull ObjectNode target,
            @NonNull BakeTargets all,
            @NonNull Platform platform,
            @NonNull BuildSecrets secrets) {
        this.target = target;
        this.all = all;
        this.platform = platform;
        this.secrets = secrets;
    }

    /** Writes everything. */
    void write(@NonNull BakeTarget baked, @NonNull PushStrategy strategy) {
        BuildRequest request = baked.request();
        writeSource(request.source());
        target.putArray("platforms").add(platform.toString());
        BuildOptions options = request.options();
        putAll("args", options.buildArgs().of(platform));
        putAll("labels", options.labels().of(platform));
        options.target().get(platform).ifPresent(stage -> target.put("target", BakeDefinition.literal(stage)));
        CacheOptions cache = options.cache();
        addAll("cache-from", cache.fromFor(platform));
        addAll("cache-to", cache.toFor(platform));
        if (cache.pull()) {
            target.put("pull", true);
        }
        if (cache.noCache()) {
            target.put("no-cache", true);
        }
        writeRun(options.run());
        addAttestation("provenance", options.provenance());
        addAttestation("sbom", options.sbom());
        writeOutput(request, strategy);
        writeSettings(baked.settings());
    }

    private void writeSource(BuildSource source) {
        target.put("context", BakeDefinition.literal(source.context()));
        String inline = source.inline();
        if (inline != null && source.isInline(platform)) {
            target.put("dockerfile-inline", BakeDefinition.literal(inline));
        } else {
            target.put("dockerfile", BakeDefinition.literal(source.dockerfileFor(platform)));
        }
        Map<String, String> contexts = new LinkedHashMap<>();
        source.contexts()
                .targets()
                .forEach((name, link) ->
                        contexts.put(name, "target:" + all.key(link, platform).name()));
        contexts.putAll(source.contexts().sources().of(platform));
        putAll("contexts", contexts);
    }

    private void writeSettings(TargetSettings settings) {
        List<String> files = new ArrayList<>(secrets.secretAttributes());
        settings.secretVariables().forEach((id, variable) -> files.add("id=" + id + ",env=" + variable));
        addAll("secret", files);
        List<String> keys = new ArrayList<>(secrets.sshAttributes());
        keys.addAll(settings.sshAgents());
        addAll("ssh", keys);
        addAll("no-cache-filter", settings.noCacheFilter());
        List<String> annotations = new ArrayList<>();
        settings.annotations().of(platform).forEach((key, value) -> annotations.add("manifest:" + key + "=" + value));
        addAll("annotations", annotations);
    }

    private void writeOutput(BuildRequest request, PushStrategy strategy) {
        ArrayNode output = target.putArray("output");
        if (strategy == PushStrategy.NONE) {
            output.add("type=cacheonly");
            return;
        }
        String more = moreOutput(request.options(), strategy);
        if (strategy == PushStrategy.BY_DIGEST) {
            output.add("type=image,name=" + request.pushTag().repository()
                    + ",push-by-digest=true,name-canonical=true,push=true,store=false" + more);
        } else {
            output.add("type=image,push=true" + more);
            target.putArray("tags")
                    .add(request.archTags().tag(request.pushTag(), platform).toString());
        }
    }

    private void writeRun(RunOptions run) {
        if (run.network() != null) {
            target.put("network", run.network());
        }
        if (run.shmSize() != null) {
            target.put("shm-size", run.shmSize());
        }
        addAll("ulimits", run.ulimits());
        putAll("extra-hosts", run.hosts());
        addAll("entitlements", run.entitlements());
    }

    private void addAttestation(String type, @CheckForNull String value) {
        if (value != null) {
            String attributes =
                    switch (value) {
                        case "true" -> "";
                        case "false" -> ",disabled=true";
                        default -> "," + BakeDefinition.literal(value);
                    };
            target.withArray("attest").add("type=" + type + attributes);
        }
    }

    private String moreOutput(BuildOptions options, PushStrategy strategy) {
        // only an index with OCI's media types can have annotations
        String mediaTypes = options.wantsAnnotations() ? ",oci-mediatypes=true" : "";
        // the docker driver unpacks what it builds, which BuildKit cannot combine with rewriting
        String timestamps =
                options.isReproducible(platform) && strategy == PushStrategy.BY_DIGEST ? ",rewrite-timestamp=true" : "";
        return mediaTypes + timestamps;
    }

    private void addAll(String attribute, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode node = target.putArray(attribute);
            values.forEach(value -> node.add(BakeDefinition.literal(value)));
        }
    }

    private void putAll(String attribute, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode node = target.putObject(attribute);
            values.forEach((name, value) -> node.put(BakeDefinition.literal(name), BakeDefinition.literal(value)));
        }
    }
}
