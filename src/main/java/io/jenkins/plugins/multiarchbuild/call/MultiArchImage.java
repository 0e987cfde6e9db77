package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** The return value of {@code multiArchBuild} and {@code multiArchPublish} in a Pipeline. */
public final class MultiArchImage implements Serializable {

    private static final long serialVersionUID = 1L;

    @CheckForNull
    private final String digest;

    @CheckForNull
    private final String reference;

    private final ArrayList<String> tags;
    private final ArrayList<String> superseded;
    private final ArrayList<String> references;
    private final ArrayList<PlatformImage> platforms;
    private final LinkedHashMap<String, String> annotations;

    @CheckForNull
    private final String archive;

    /** Null in a build that an older version of the plugin began. */
    @CheckForNull
    private final LinkedHashMap<String, MultiArchImage> images;

    public MultiArchImage(
            @CheckForNull String digest,
            @CheckForNull String reference,
            @NonNull List<String> tags,
            @NonNull List<String> superseded,
            @NonNull List<String> references,
            @NonNull List<PlatformImage> platforms,
            @NonNull Map<String, String> annotations) {
        this(digest, reference, tags, superseded, references, platforms, annotations, null, Map.of());
    }

    private MultiArchImage(
            @CheckForNull String digest,
            @CheckForNull String reference,
            List<String> tags,
            List<String> superseded,
            List<String> references,
            List<PlatformImage> platforms,
            Map<String, String> annotations,
            @CheckForNull String archive,
            Map<String, MultiArchImage> images) {
        this.digest = digest;
        this.reference = reference;
        this.tags = new ArrayList<>(tags);
        this.superseded = new ArrayList<>(superseded);
        this.references = new ArrayList<>(references);
        this.platforms = new ArrayList<>(platforms);
        this.annotations = new LinkedHashMap<>(annotations);
        this.archive = archive;
        this.images = new LinkedHashMap<>(images);
    }

    /**
     * Returns the images of a bake file as one value: of one image it is that image, and of several only what they have in
     * common.
     *
     * @param images the images by the name of their target, at least one
     */
    @NonNull
    public static MultiArchImage of(@NonNull Map<String, MultiArchImage> images) {
        boolean isOne = images.size() == 1;
        MultiArchImage first = images.values().iterator().next();
        return new MultiArchImage(
                isOne ? first.digest : null,
                isOne ? first.reference : null,
                all(images, image -> image.tags),
                all(images, image -> image.superseded),
                all(images, image -> image.references),
                all(images, image -> image.platforms),
                isOne ? first.annotations : Map.of(),
                first.archive,
                images);
    }

    private static <T> List<T> all(Map<String, MultiArchImage> images, Function<MultiArchImage, List<T>> values) {
        return images.values().stream()
                .flatMap(image -> values.apply(image).stream())
                .toList();
    }

    /** Returns an image that was built, and pushed or not, but not published. */
    @NonNull
    public static MultiArchImage unpublished(
            @NonNull List<PlatformImage> platforms, @NonNull Map<String, String> annotations) {
        return new MultiArchImage(null, null, List.of(), List.of(), references(platforms), platforms, annotations);
    }

    /**
     * Returns this image, which was not pushed, in an archive.
     *
     * @param file path of the archive, relative to the current directory
     * @param index the digest of the image index in it
     * @param archived the platforms' images in it
     */
    @NonNull
    public MultiArchImage archived(@NonNull String file, @NonNull Digest index, @NonNull List<PlatformImage> archived) {
        MultiArchImage image = new MultiArchImage(
                index.value(), null, tags, superseded, references, archived, annotations, file, Map.of());
        Map<String, MultiArchImage> named = new LinkedHashMap<>();
        getImages().keySet().forEach(name -> named.put(name, image));
        return named.isEmpty() ? image : of(named);
    }

    @NonNull
    public static List<String> references(@NonNull List<PlatformImage> platforms) {
        return platforms.stream()
                .map(PlatformImage::getAttestedReference)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the digest of the image index that was published or archived, or null if none was. */
    @CheckForNull
    @Whitelisted
    public String getDigest() {
        return digest;
    }

    /** Returns the repository of the first base tag with the published digest, or null if nothing was published. */
    @CheckForNull
    @Whitelisted
    public String getReference() {
        return reference;
    }

    /** Returns the path of the archive relative to the directory that was current, or null if there is none. */
    @CheckForNull
    @Whitelisted
    public String getArchive() {
        return archive;
    }

    /** Returns the base tags that were published; empty if nothing was published. */
    @NonNull
    @Whitelisted
    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    /** Returns the base tags that were left alone because a later build of the job had published them already. */
    @NonNull
    @Whitelisted
    public List<String> getSuperseded() {
        return new ArrayList<>(superseded);
    }

    /**
     * Returns repository and digest of each platform's image with its attestations, for {@code multiArchPublish}. Empty
     * if nothing was pushed.
     */
    @NonNull
    @Whitelisted
    public List<String> getReferences() {
        return new ArrayList<>(references);
    }

    /** Returns the platforms' images. */
    @NonNull
    @Whitelisted
    public List<PlatformImage> getPlatforms() {
        return new ArrayList<>(platforms);
    }

    /**
     * Returns the annotations of the image index by key; if it is not published, those for {@code multiArchPublish}.
     */
    @NonNull
    @Whitelisted
    public Map<String, String> getAnnotations() {
        return new LinkedHashMap<>(annotations);
    }

    /**
     * Returns each image of a bake file by the name of its target; of one image as well. Empty without a bake file.
     */
    @NonNull
    @Whitelisted
    public Map<String, MultiArchImage> getImages() {
        return images == null ? new LinkedHashMap<>() : new LinkedHashMap<>(images);
    }

    @Override
    @Whitelisted
    public String toString() {
        if (images != null && images.size() > 1) {
            return images.toString();
        }
        if (archive != null) {
            return archive + " " + digest;
        }
        return reference == null ? references.toString() : reference;
    }
}
