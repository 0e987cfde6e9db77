package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageIndex;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publisher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Publishes what all groups have built. */
public final class PublishTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final MultiArchBuildStep step;
    private final ArrayList<PlatformImage> images;

    public PublishTask(@NonNull MultiArchBuildStep step, @NonNull List<PlatformImage> images) {
        this.step = step;
        this.images = new ArrayList<>(images);
    }

    @Override
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, BuildxException {
        BuildRequest request = step.request();
        List<BuiltImage> built =
                images.stream().map(PlatformImage::toBuiltImage).toList();
        Publisher publisher = new Publisher(agent.registry());
        ImageIndex index = publisher.publish(
                built.stream().map(BuiltImage::reference).toList(), request.baseTags(), request.platforms());
        publisher.tagPlatforms(request, built);
        List<String> tags =
                request.baseTags().stream().map(ImageReference::toString).toList();
        tags.forEach(tag -> agent.log("Published " + tag + " as " + index.digest()));
        return new MultiArchImage(
                index.digest().value(),
                request.pushTag().at(index.digest()).toString(),
                tags,
                MultiArchImage.references(images),
                images);
    }
}
