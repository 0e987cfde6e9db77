package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.agent.Turn;
import io.jenkins.plugins.multiarchbuild.call.MultiArchImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.tags.TagTurn;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Publishes images that are in a registry already. Those that the same build has built are published in the order of
 * the builds. All others always move their tags, so that a tag can be set back.
 */
public final class PromoteTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final Publication publication;
    private final LinkedHashMap<String, String> credentialsIds;
    private final String id;
    private final boolean forwardOnly;
    private final TagTurn turn;

    /**
     * @param credentialsIds credentials ids by registry host
     * @param id identifies the call within the build
     * @param forwardOnly whether tags that a later build of the job has published are left alone, if the images are
     *     from
     *     this build
     */
    public PromoteTask(
            @NonNull Publication publication,
            @NonNull Map<String, String> credentialsIds,
            @NonNull String id,
            boolean forwardOnly) {
        this.publication = publication;
        this.credentialsIds = new LinkedHashMap<>(credentialsIds);
        this.id = id;
        this.forwardOnly = forwardOnly;
        this.turn = new TagTurn(id, publication.allTags(), TagTurn.Patience.ON_AGENT);
    }

    @Override
    public String label() {
        return Messages.PublishTask_label();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return credentialsIds;
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, DockerException {
        turn.isCome(agent.run());
        List<String> images =
                publication.images().stream().map(ImageReference::toString).toList();
        PublicationResult published = new ReportedPublisher(agent, id, credentialsIds, null)
                .publish(Map.of("", publication), Map.of(), forwardOnly && isFrom(agent.run(), images))
                .get("");
        return PublishedImage.of(published, publication.baseTags(), images, List.of(), publication.annotations());
    }

    private static boolean isFrom(Run<?, ?> run, List<String> images) {
        MultiArchReport report = run.getAction(MultiArchReport.class);
        return report != null && report.getReferences().containsAll(images);
    }
}
