package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The result of one step on the page of a run: what it has built, and what it has published. */
@ExportedBean
public final class ImageReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final String digest;
    private final ArrayList<TagReport> tags = new ArrayList<>();
    private final ArrayList<PlatformReport> platforms;

    /**
     * @param id identifies the step within the run, for example the id of its flow node
     * @param digest the digest of the published image, or null if nothing was published
     * @param tags the outcome of each tag; empty if none was to be published, or none can have moved
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

    private ImageReport(ImageReport image, List<TagReport> tags, List<PlatformReport> platforms) {
        this.id = image.id;
        this.digest = image.digest;
        this.tags.addAll(tags);
        this.platforms = new ArrayList<>(platforms);
    }

    /**
     * Returns the same with what the tags pointed at according to an earlier report of the same step, and with the images
     * that failed a check on other agents of the step.
     */
    @NonNull
    ImageReport startingFrom(@NonNull ImageReport earlier) {
        Map<String, TagReport> known =
                earlier.tags.stream().collect(Collectors.toMap(TagReport::getTag, Function.identity()));
        return new ImageReport(
                this,
                tags.stream()
                        .map(tag -> known.containsKey(tag.getTag()) ? tag.startingFrom(known.get(tag.getTag())) : tag)
                        .toList(),
                isRejected() && earlier.isRejected() ? with(earlier.platforms) : platforms);
    }

    private List<PlatformReport> with(List<PlatformReport> others) {
        Map<String, PlatformReport> all = new LinkedHashMap<>();
        others.forEach(platform -> all.put(platform.getPlatform(), platform));
        platforms.forEach(platform -> all.put(platform.getPlatform(), platform));
        return List.copyOf(all.values());
    }

    /** Returns what identifies the step within the run. */
    @NonNull
    @Exported
    public String getId() {
        return id;
    }

    /** Returns the digest of the published image, or null if nothing was published. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /** Returns the base tags and arch tags; empty if none was to be published. */
    @NonNull
    @Exported(inline = true)
    public List<TagReport> getTags() {
        return new ArrayList<>(tags);
    }

    /** Returns the platforms' images. */
    @NonNull
    @Exported(inline = true)
    public List<PlatformReport> getPlatforms() {
        return new ArrayList<>(platforms);
    }

    /** Returns the images of the platforms and their index, by digest. */
    @NonNull
    Set<String> references() {
        Set<String> references = new HashSet<>();
        for (PlatformReport platform : platforms) {
            references.add(platform.getReference());
            references.add(platform.getAttestedReference());
        }
        if (digest != null) {
            tags.forEach(tag -> references.add(
                    ImageReference.parse(tag.getTag()).at(new Digest(digest)).toString()));
        }
        return references;
    }

    /** Whether the image was published under all its tags. */
    public boolean isPublished() {
        return digest != null;
    }

    /** Whether the platforms' images are in a registry. */
    public boolean isPushed() {
        return platforms.stream().allMatch(platform -> platform.getReference() != null);
    }

    /** Whether an image did not pass a check, so that nothing was published. */
    public boolean isRejected() {
        return digest == null && platforms.stream().anyMatch(PlatformReport::isRejected);
    }

    /** Whether publishing began but did not succeed. */
    public boolean isFailed() {
        return digest == null && !tags.isEmpty();
    }

    /** Returns the platforms, comma-separated. */
    @NonNull
    public String getPlatformNames() {
        return String.join(
                ", ", platforms.stream().map(PlatformReport::getPlatform).toList());
    }

    /** Returns the platforms of a published tag, comma-separated: all of them, or the one whose image it points at. */
    @NonNull
    public String platformNamesOf(@NonNull TagReport tag) {
        return platforms.stream()
                .filter(platform -> {
                    String attested = platform.getAttestedReference();
                    return tag.getNow() != null && attested != null && attested.endsWith("@" + tag.getNow());
                })
                .map(PlatformReport::getPlatform)
                .findFirst()
                .orElseGet(this::getPlatformNames);
    }
}
