package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
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

    @CheckForNull
    private final String label;

    private final String chosenBy;
    private final String id;

    /**
     * @param group the platforms, and the label of the agent unless it is the one at hand
     * @param chosenBy half a sentence on why this agent
     * @param id what tells it from the other groups of the same build of the job; valid in a file name
     */
    GroupBuild(
            @NonNull MultiArchBuildStep step, @NonNull BuildGroup group, @NonNull String chosenBy, @NonNull String id) {
        this.step = step;
        this.label = group.label();
        this.chosenBy = chosenBy;
        this.id = id;
        group.platforms().forEach(platform -> platforms.add(platform.toString()));
    }

    /** The platforms, comma-separated. */
    @NonNull
    public String getName() {
        return String.join(", ", platforms);
    }

    /** Label expression of the agent to ask for, or null if the agent at hand builds. */
    @CheckForNull
    public String getLabel() {
        return label;
    }

    /** Half a sentence on why this agent builds. */
    @NonNull
    String chosenBy() {
        return chosenBy;
    }

    @NonNull
    BuildRequest request() {
        return step.request();
    }

    @NonNull
    BuildGroup group() {
        return new BuildGroup(label, platforms.stream().map(Platform::parse).toList());
    }

    @NonNull
    Map<String, String> credentialsIds() {
        return step.credentialsIds();
    }

    @NonNull
    SecretParameters secrets() {
        return step.secretParameters();
    }

    /** This group's own directory on an agent: logins, bake definition, metadata file and log. */
    @NonNull
    FilePath directory(@NonNull Agent agent) {
        return agent.temporaryDirectory().child(DIRECTORY_PREFIX + agent.run().getNumber() + "-" + id);
    }

    /** Where the source is unpacked when it does not come from the workspace. */
    @NonNull
    FilePath sourceDirectory(@NonNull Agent agent) {
        return directory(agent).child("source");
    }
}
