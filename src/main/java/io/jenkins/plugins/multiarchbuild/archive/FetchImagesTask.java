package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.MetadataFile;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what the images of a group consist of and, unless they are already on the agent that writes the archive,
 * fetches them from their agent.
 */
public final class FetchImagesTask implements AgentTask<ArrayList<LayoutImage>> {

    private static final long serialVersionUID = 1L;

    private final PlannedGroup group;
    private final ArrayList<PlatformImage> images;

    /** @param images what the group has built, which passed all checks */
    public FetchImagesTask(@NonNull PlannedGroup group, @NonNull List<PlatformImage> images) {
        this.group = group;
        this.images = new ArrayList<>(images);
    }

    @Override
    public String label() {
        return Messages.FetchImagesTask_label();
    }

    /** @return what goes into the archive */
    @Override
    public ArrayList<LayoutImage> run(Agent agent) throws IOException, InterruptedException, DockerException {
        FilePath directory = agent.privateDirectory(group.id());
        String metadata = AgentFiles.read(directory.child(BakeFiles.METADATA), MetadataFile.MAX_LENGTH);
        Map<ImageKey, Digest> built = MetadataFile.digests(
                metadata, images.stream().map(PlatformImage::key).toList());
        ArrayList<LayoutImage> found = new ArrayList<>();
        for (PlatformImage image : images) {
            LayoutImage parts = AgentFiles.layout(directory, image.key()).image(built.get(image.key()));
            if (!image.manifestDigest().equals(Optional.of(parts.manifest()))) {
                throw new DockerException(Sentence.of("FetchImagesTask.changed", image.key()));
            }
            found.add(parts);
        }
        if (group.label() != null) {
            new ImageStore(agent.run(), group.id()).receive(directory, found);
            agent.log(Sentence.of(
                    "FetchImagesTask.fetched",
                    group.name(),
                    found.stream().mapToLong(LayoutImage::bytes).sum() / 1024));
        }
        return found;
    }
}
