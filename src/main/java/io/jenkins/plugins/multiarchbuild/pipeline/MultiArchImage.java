package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code multiArchBuild} and {@code multiArchPublish} return to a Pipeline. */
public final class MultiArchImage implements Serializable {

    private static final long serialVersionUID = 1L;

    @CheckForNull
    private final String digest;

    @CheckForNull
    private final String reference;

    private final ArrayList<String> tags;
    private final ArrayList<String> references;
    private final ArrayList<PlatformImage> platforms;
    private final LinkedHashMap<String, String> annotations;

    MultiArchImage(
            @CheckForNull String digest,
            @CheckForNull String reference,
            @NonNull List<String> tags,
            @NonNull List<String> references,
            @NonNull List<PlatformImage> platforms,
            @NonNull Map<String, String> annotations) {
        this.digest = digest;
        this.reference = reference;
        this.tags = new ArrayList<>(tags);
        this.references = new ArrayList<>(references);
        this.platforms = new ArrayList<>(platforms);
        this.annotations = new LinkedHashMap<>(annotations);
    }

    /** What was built and pushed but not published. */
    @NonNull
    static MultiArchImage unpublished(
            @NonNull List<PlatformImage> platforms, @NonNull Map<String, String> annotations) {
        return new MultiArchImage(null, null, List.of(), references(platforms), platforms, annotations);
    }

    @NonNull
    static List<String> references(@NonNull List<PlatformImage> platforms) {
        return platforms.stream().map(PlatformImage::getReference).toList();
    }

    /** The digest of the published image index, or null if nothing was published. */
    @CheckForNull
    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** Repository of the first base tag and digest of the published image index, or null if nothing was published. */
    @CheckForNull
    @Whitelisted
    public String getReference() {
        return reference;
    }

    /** The published tags; empty if nothing was published. */
    @NonNull
    @Whitelisted
    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    /** Repository and digest of each platform's image: what {@code multiArchPublish} takes. */
    @NonNull
    @Whitelisted
    public List<String> getReferences() {
        return new ArrayList<>(references);
    }

    /** The platforms' images. */
    @NonNull
    @Whitelisted
    public List<PlatformImage> getPlatforms() {
        return new ArrayList<>(platforms);
    }

    /** Annotations of the image index by key; of an unpublished image those to give to {@code multiArchPublish}. */
    @NonNull
    @Whitelisted
    public Map<String, String> getAnnotations() {
        return new LinkedHashMap<>(annotations);
    }

    @Override
    @Whitelisted
    public String toString() {
        return reference == null ? references.toString() : reference;
    }
}
