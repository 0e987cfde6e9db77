package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeFile;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import java.io.Serializable;
import java.util.List;

/**
 * One call of {@code multiArchBuild}: its parameters and the global settings that apply to it, parsed once.
 *
 * @param request what to build and where to publish it
 * @param credentials the ids of its credentials
 * @param agents label expressions of the agents that build, by platform
 * @param farmAgents label expressions of the global settings, for platforms that are not in {@code agents}
 * @param checks what is checked of each platform's image before anything is published
 * @param stash name of the stash that holds the source, or null
 * @param retries how often a group is built again when its agent or its builder goes away
 * @param failFast whether the failure of one group stops the others
 * @param forwardOnly whether tags that a later build of the job has published are left alone
 * @param rawLog whether the log shows buildx's own output
 * @param noOciArtifacts whether attestations must not be stored as OCI artifacts in a registry of the base tags
 * @param repositories where to publish under tags that Git gives; empty if the request has its base tags from the start
 * @param archive path of the archive to write instead of pushing, relative to the current directory, or null
 * @param managedBuilder the settings of the builder, which is created when it is missing; null for one that others manage
 * @param isBuilderOwn whether the call brought these settings along, instead of naming a global setting
 * @param tool name of the Docker tool to use on agents, or null for what is on their path
 * @param bake the project's own bake file, which says everything that the request does not, or null
 */
public record BuildCall(
        @NonNull BuildRequest request,
        @NonNull CredentialsIds credentials,
        @NonNull PlatformMap agents,
        @NonNull PlatformMap farmAgents,
        @NonNull ImageChecks checks,
        @CheckForNull String stash,
        int retries,
        boolean failFast,
        boolean forwardOnly,
        boolean rawLog,
        boolean noOciArtifacts,
        @NonNull List<ImageReference> repositories,
        @CheckForNull String archive,
        @CheckForNull BuilderSettings managedBuilder,
        boolean isBuilderOwn,
        @CheckForNull String tool,
        @CheckForNull BakeFile bake)
        implements Serializable {

    public BuildCall {
        // a build that an older version of the plugin began has none
        repositories = repositories == null ? List.of() : List.copyOf(repositories);
    }

    /** Returns this call with another request. */
    @NonNull
    public BuildCall withRequest(@NonNull BuildRequest other) {
        return new BuildCall(
                other,
                credentials,
                agents,
                farmAgents,
                checks,
                stash,
                retries,
                failFast,
                forwardOnly,
                rawLog,
                noOciArtifacts,
                repositories,
                archive,
                managedBuilder,
                isBuilderOwn,
                tool,
                bake);
    }
}
