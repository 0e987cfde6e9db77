package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.buildx.TagState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What one step has built, and published, or not, or in part, on the page of a run. */
@ExportedBean
public final class ImageReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final String digest;
    private final ArrayList<TagReport> tags = new ArrayList<>();
    private final ArrayList<PlatformReport> platforms;

    /**
     * @param id what tells the step from the others of the run, for example the id of its flow node
     * @param digest the digest of the published image, or null if nothing was published
     * @param tags what became of the tags; empty if none was to be published, or none can have moved
     */
    public ImageReport(
            @NonNull String id,
            @CheckForNull Digest digest,
            @NonNull List<TagState> tags,
            @NonNull List<PlatformReport> platforms) {
        this.id = id;
        this.digest = digest == null ? null : digest.value();
        tags.forEach(tag -> this.tags.add(new TagReport(tag)));
        this.platforms = new ArrayList<>(platforms);
    }

    private ImageReport(ImageReport image, List<TagReport> tags) {
        this.id = image.id;
        this.digest = image.digest;
        this.tags.addAll(tags);
        this.platforms = image.platforms;
    }

    /** The same, with what the tags pointed at when an earlier report of the same step was made. */
    @NonNull
    ImageReport startingFrom(@NonNull ImageReport earlier) {
        Map<String, TagReport> known =
                earlier.tags.stream().collect(Collectors.toMap(TagReport::getTag, Function.identity()));
        return new ImageReport(
                this,
                tags.stream()
                        .map(tag -> known.containsKey(tag.getTag()) ? tag.startingFrom(known.get(tag.getTag())) : tag)
                        .toList());
    }

    /** What tells the step from the others of the run. */
    @NonNull
    @Exported
    public String getId() {
        return id;
    }

    /** The digest of the published image, or null if nothing was published. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /** The base tags and arch tags; empty if none was to be published. */
    @NonNull
    @Exported(inline = true)
    public List<TagReport> getTags() {
        return new ArrayList<>(tags);
    }

    /** The platforms' images. */
    @NonNull
    @Exported(inline = true)
    public List<PlatformReport> getPlatforms() {
        return new ArrayList<>(platforms);
    }

    /** Whether the image was published under all its tags. */
    public boolean isPublished() {
        return digest != null;
    }

    /** Whether publishing began and has not come to a good end. */
    public boolean isFailed() {
        return digest == null && !tags.isEmpty();
    }

    /** The platforms, comma-separated. */
    @NonNull
    public String getPlatformNames() {
        return String.join(
                ", ", platforms.stream().map(PlatformReport::getPlatform).toList());
    }

    /** The platforms that a published tag is for, comma-separated: all of them, or that of the one image it points at. */
    @NonNull
    public String platformNamesOf(@NonNull TagReport tag) {
        return platforms.stream()
                .filter(platform -> Objects.equals(platform.getDigest(), tag.getNow()))
                .map(PlatformReport::getPlatform)
                .findFirst()
                .orElseGet(this::getPlatformNames);
    }
}
