package io.jenkins.plugins.multiarchbuild.archive;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.RemoteInputStream;
import hudson.remoting.RemoteInputStream.Flag;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.MultiArchImage;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.call.PlatformImage;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.layout.ArchiveContents;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the archive into the calling workspace, once all groups have built. */
public final class ArchiveTask implements AgentTask<MultiArchImage> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final MultiArchImage built;
    private final LinkedHashMap<String, ArrayList<LayoutImage>> images;

    /**
     * @param built what was built
     * @param images what {@link FetchImagesTask} has found, by the id of the group
     */
    public ArchiveTask(
            @NonNull BuildPlan plan,
            @NonNull MultiArchImage built,
            @NonNull Map<String, ArrayList<LayoutImage>> images) {
        this.plan = plan;
        this.built = built;
        this.images = new LinkedHashMap<>(images);
    }

    @Override
    public String label() {
        return Messages.ArchiveTask_label();
    }

    /** @return the image in the archive */
    @Override
    public MultiArchImage run(Agent agent) throws IOException, InterruptedException, DockerException {
        String file = plan.archive();
        Map<Platform, LayoutImage> byPlatform = new HashMap<>();
        images.values().forEach(group -> group.forEach(image -> byPlatform.put(image.platform(), image)));
        ArchiveContents contents = ArchiveContents.of(
                plan.request().platforms().stream().map(byPlatform::get).toList(),
                built.getAnnotations(),
                plan.request().baseTags());
        Object bytes = write(agent, contents);
        agent.log(
                bytes instanceof Long size
                        ? Sentence.of("ArchiveTask.wroteSize", file, size / 1024, contents.digest())
                        : Sentence.of("ArchiveTask.wrote", file, contents.digest()));
        MultiArchReport.archived(agent.run(), plan.id(), file, contents.digest());
        List<PlatformImage> archived = built.getPlatforms().stream()
                .map(image -> {
                    LayoutImage parts = byPlatform.get(Platform.parse(image.getPlatform()));
                    return image.archived(parts.size(), parts.layers());
                })
                .toList();
        return built.archived(file, contents.digest(), archived);
    }

    private Object write(Agent agent, ArchiveContents contents) throws IOException, InterruptedException {
        Map<Blob, String> files = files(agent);
        List<Blob> open = contents.blobs().stream()
                .filter(blob -> !files.containsKey(blob))
                .toList();
        ArchivePlace place = ArchivePlace.on(agent, plan.archive());
        String prefix = "." + Agent.DIRECTORY_PREFIX + plan.id() + "-";
        if (open.isEmpty()) {
            return agent.directory().act(new WriteArchive(place, prefix, contents, files, null));
        }
        try (InputStream sent = new StoredBlobs(open, blob -> stored(agent, blob));
                RemoteInputStream stream = new RemoteInputStream(sent, EnumSet.of(Flag.GREEDY))) {
            return agent.directory().act(new WriteArchive(place, prefix, contents, files, stream));
        }
    }

    /** Returns the paths of the blobs that this agent has built. */
    private Map<Blob, String> files(Agent agent) {
        Map<Blob, String> files = new HashMap<>();
        for (PlannedGroup group : plan.groups()) {
            if (group.label() == null) {
                FilePath directory = agent.privateDirectory(group.id());
                for (LayoutImage image : images.get(group.id())) {
                    FilePath layout = directory.child(BakeFiles.layout(ImageKey.of(image.platform())));
                    image.blobs()
                            .forEach(blob ->
                                    files.put(blob, layout.child(blob.path()).getRemote()));
                }
            }
        }
        return files;
    }

    @CheckForNull
    private InputStream stored(Agent agent, Blob blob) throws IOException {
        for (PlannedGroup group : plan.groups()) {
            if (group.label() != null) {
                InputStream content = new ImageStore(agent.run(), group.id()).open(images.get(group.id()), blob);
                if (content != null) {
                    return content;
                }
            }
        }
        return null;
    }
}
