package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Map;

/** One build group of one call of the step, as it is kept through a restart of the controller. */
public final class GroupBuild implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What the names of this plugin's directories in the temporary directories of agents begin with. */
    static final String DIRECTORY_PREFIX = "multi-arch-build-";

    private final MultiArchBuildStep step;
    private final ArrayList<String> platforms = new ArrayList<>();
    private final String id;

    /** @param id what tells it from the other groups of the same build of the job; valid in a file name */
    GroupBuild(@NonNull MultiArchBuildStep step, @NonNull BuildGroup group, @NonNull String id) {
        this.step = step;
        this.id = id;
        group.platforms().forEach(platform -> platforms.add(platform.toString()));
    }

    /** The platforms, comma-separated. */
    @NonNull
    public String getName() {
        return group().name();
    }

    @NonNull
    BuildRequest request() {
        return step.request();
    }

    @NonNull
    BuildGroup group() {
        return new BuildGroup(null, platforms.stream().map(Platform::parse).toList());
    }

    @NonNull
    Map<String, String> credentialsIds() {
        return step.credentialsIds();
    }

    /** This group's own directory on an agent: logins, bake definition, metadata file and log. */
    @NonNull
    FilePath directory(@NonNull Agent agent) {
        return agent.temporaryDirectory().child(DIRECTORY_PREFIX + agent.run().getNumber() + "-" + id);
    }
}
