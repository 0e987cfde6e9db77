package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.credentials.AgentDockerConfig;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publication;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Publishes images that are in a registry, with logins that last just as long. */
public final class PublishImagesTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final MultiArchPublishStep step;
    private final String id;

    /** @param id what tells this call of the step from others of the same build */
    public PublishImagesTask(@NonNull MultiArchPublishStep step, @NonNull String id) {
        this.step = step;
        this.id = id;
    }

    @Override
    public String label() {
        return Messages.AgentTask_publish();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return step.credentialsIds();
    }

    @Override
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, BuildxException {
        Map<String, String> logins = RegistryLogins.resolve(agent.run(), step.credentialsIds());
        FilePath directory = agent.temporaryDirectory()
                .child(GroupBuild.DIRECTORY_PREFIX + agent.run().getNumber() + "-" + id);
        Map<String, String> environment = new TreeMap<>(Map.of(BakeScript.DIRECTORY, directory.getRemote()));
        try {
            PrivateDirectory.create(directory);
            List<ImageReference> asked = Stream.concat(step.parsedImages().stream(), step.parsedBaseTags().stream())
                    .toList();
            environment.putAll(AgentCertificates.trust(agent, directory, asked, logins.keySet()));
            if (!logins.isEmpty()) {
                environment.putAll(AgentDockerConfig.write(agent.run(), directory, agent.environment(), logins));
            }
            return publish(agent.with(environment));
        } finally {
            directory.deleteRecursive();
        }
    }

    private MultiArchImage publish(Agent agent) throws IOException, InterruptedException, BuildxException {
        Publication publication = step.publication();
        Digest digest = Publishing.publish(agent, id, publication, List.of());
        List<ImageReference> tags = publication.baseTags();
        return new MultiArchImage(
                digest.value(),
                tags.get(0).at(digest).toString(),
                tags.stream().map(ImageReference::toString).toList(),
                publication.images().stream().map(ImageReference::toString).toList(),
                List.of(),
                publication.annotations());
    }
}
