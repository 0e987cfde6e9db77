package io.jenkins.plugins.multiarchbuild.engine.buildx;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.List;

/** Requests for tests. */
final class Requests {

    private Requests() {}

    static BuildRequest simple(String... baseTags) {
        return with(BuildOptions.DEFAULTS, baseTags);
    }

    static BuildRequest with(BuildOptions options, String... baseTags) {
        return new BuildRequest(
                Platform.parseAll(List.of("amd64", "arm64")),
                BuildRequest.parseBaseTags(List.of(baseTags)),
                BuildSource.WORKSPACE,
                options,
                null,
                ArchTags.NONE,
                true);
    }
}
