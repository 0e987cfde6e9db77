package io.jenkins.plugins.multiarchbuild.engine.buildx;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import java.util.List;
import java.util.Map;

/** Requests for tests. */
public final class Requests {

    private Requests() {}

    public static BuildRequest simple(String... baseTags) {
        return with(BuildOptions.DEFAULTS, baseTags);
    }

    public static BuildRequest with(BuildOptions options, String... baseTags) {
        return new BuildRequest(
                Platform.parseAll(List.of("amd64", "arm64")),
                BuildRequest.parseBaseTags(List.of(baseTags)),
                BuildSource.WORKSPACE,
                options,
                null,
                ArchTags.NONE,
                true);
    }

    /** Options of which only some differ from buildx's defaults. */
    public static OptionsBuilder options() {
        return new OptionsBuilder();
    }

    /** Sets options one by one. */
    public static final class OptionsBuilder {

        private Map<String, String> buildArgs = Map.of();
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private String target;
        private RunOptions run = RunOptions.DEFAULTS;
        private CacheOptions cache = CacheOptions.DEFAULTS;
        private String provenance;
        private String sbom;
        private boolean standardAnnotations;

        public OptionsBuilder buildArgs(Map<String, String> value) {
            buildArgs = value;
            return this;
        }

        public OptionsBuilder labels(Map<String, String> value) {
            labels = value;
            return this;
        }

        public OptionsBuilder annotations(Map<String, String> value) {
            annotations = value;
            return this;
        }

        public OptionsBuilder target(String value) {
            target = value;
            return this;
        }

        public OptionsBuilder network(String value) {
            return run(new RunOptions(value, null, List.of(), Map.of(), List.of()));
        }

        public OptionsBuilder run(RunOptions value) {
            run = value;
            return this;
        }

        public OptionsBuilder cache(CacheOptions value) {
            cache = value;
            return this;
        }

        public OptionsBuilder provenance(String value) {
            provenance = value;
            return this;
        }

        public OptionsBuilder sbom(String value) {
            sbom = value;
            return this;
        }

        public OptionsBuilder standardAnnotations() {
            standardAnnotations = true;
            return this;
        }

        public BuildOptions build() {
            return new BuildOptions(
                    PlatformValues.of(buildArgs),
                    PlatformValues.of(labels),
                    PlatformMap.ofAll(target),
                    run,
                    cache,
                    provenance,
                    sbom,
                    annotations,
                    standardAnnotations);
        }
    }
}
