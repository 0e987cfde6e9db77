package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
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

    /** Path of the archive that was written, or null, like the digest of the image index in it. */
    private final String archive;

    private final String archiveDigest;

    /** How the step ended without doing all that it was called for, or null. */
    private final Ending ending;

    /** Null if unknown, also in a report that an older version of the plugin saved. */
    private final ArrayList<TimelineEntry> timeline;

    /** Null if nothing is kept. */
    private final KeptReport kept;

    /** Null if unknown, also in a report that an older version of the plugin saved. */
    private final String repository;

    /** Null if the step is for one image only, also in a report that an older version of the plugin saved. */
    private final String target;

    /** How a step ends that does not do all that it was called for. */
    public enum Ending {
        FAILED,
        ABORTED
    }

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
        this(id, "", digest, tags, platforms);
    }

    /**
     * A report on one of several images.
     *
     * @param target the target of the bake file, or empty if the step is for one image only
     */
    public ImageReport(
            @NonNull String id,
            @NonNull String target,
            @CheckForNull Digest digest,
            @NonNull List<TagState> tags,
            @NonNull List<PlatformReport> platforms) {
        this.id = id;
        this.target = target.isEmpty() ? null : target;
        this.digest = digest == null ? null : digest.value();
        this.archive = null;
        this.archiveDigest = null;
        this.ending = null;
        this.timeline = null;
        this.kept = null;
        this.repository = null;
        tags.forEach(tag -> this.tags.add(new TagReport(tag)));
        this.platforms = new ArrayList<>(platforms);
    }

    private ImageReport(
            ImageReport image,
            List<TagReport> tags,
            List<PlatformReport> platforms,
            @CheckForNull String archive,
            @CheckForNull String archiveDigest,
            @CheckForNull Ending ending,
            @CheckForNull List<TimelineEntry> timeline,
            @CheckForNull KeptReport kept,
            @CheckForNull String repository) {
        this.id = image.id;
        this.target = image.target;
        this.digest = image.digest;
        this.archive = archive;
        this.archiveDigest = archiveDigest;
        this.ending = ending;
        this.tags.addAll(tags);
        this.platforms = new ArrayList<>(platforms);
        this.timeline = timeline == null ? null : new ArrayList<>(timeline);
        this.kept = kept;
        this.repository = repository;
    }

    /** Returns the same with what the call has done when. */
    @NonNull
    ImageReport timed(@NonNull List<TimelineEntry> entries) {
        return new ImageReport(this, tags, platforms, archive, archiveDigest, ending, entries, kept, repository);
    }

    /** Returns the same with the repository that was asked for first, or null if there was none. */
    @NonNull
    public ImageReport of(@CheckForNull String first) {
        return new ImageReport(this, tags, platforms, archive, archiveDigest, ending, timeline, kept, first);
    }

    /** Returns the same with what is kept of the call. */
    @NonNull
    ImageReport keeping(@NonNull KeptReport files) {
        return new ImageReport(this, tags, platforms, archive, archiveDigest, ending, timeline, files, repository);
    }

    /**
     * Returns the same for a step that failed or was aborted.
     *
     * @param all the platforms that were to be built; those without a report are added as not built
     */
    @NonNull
    ImageReport ended(@NonNull Ending how, @NonNull List<Platform> all) {
        List<PlatformReport> none = all.stream()
                .map(platform -> new PlatformReport(platform, null, null, -1, null, null, null, null))
                .toList();
        return new ImageReport(
                this, tags, merged(none, platforms), archive, archiveDigest, how, timeline, kept, repository);
    }

    /**
     * Returns the same for an image that is in an archive.
     *
     * @param file path of the archive
     * @param index the digest of the image index in it
     */
    @NonNull
    ImageReport archived(@NonNull String file, @NonNull Digest index) {
        return new ImageReport(this, tags, platforms, file, index.value(), ending, timeline, kept, repository);
    }

    /**
     * Returns the same with what the tags pointed at according to an earlier report of the same step, and with the images
     * that other agents of the step have built.
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
                digest == null && tags.isEmpty() ? merged(earlier.platforms, platforms) : platforms,
                archive,
                archiveDigest,
                // a task that was stopped may report after its step has ended
                digest == null && ending == null ? earlier.ending : ending,
                timeline == null ? earlier.timeline : timeline,
                kept == null ? earlier.kept : kept,
                repository == null ? earlier.repository : repository);
    }

    /** A report of {@code later} takes the place of the other one on the same platform. */
    private static List<PlatformReport> merged(List<PlatformReport> earlier, List<PlatformReport> later) {
        Map<String, PlatformReport> all = new LinkedHashMap<>();
        earlier.forEach(platform -> all.put(platform.getPlatform(), platform));
        later.forEach(platform -> all.put(platform.getPlatform(), platform));
        return List.copyOf(all.values());
    }

    /** Returns what identifies the step within the run. */
    @NonNull
    @Exported
    public String getId() {
        return id;
    }

    /** Returns the target of the bake file that it was built from, or null if the step is for one image only. */
    @CheckForNull
    @Exported
    public String getTarget() {
        return target;
    }

    /** Whether a later report of the same step takes the place of this one: it is on the same image, or the first on one. */
    boolean isReplacedBy(@NonNull ImageReport later) {
        return id.equals(later.id) && (target == null || target.equals(later.target));
    }

    /** Returns the digest of the published image, or null if nothing was published. */
    @CheckForNull
    @Exported
    public String getDigest() {
        return digest;
    }

    /** Returns the path of the archive that holds the image, or null if there is none. */
    @CheckForNull
    @Exported
    public String getArchive() {
        return archive;
    }

    /** Returns the digest of the image index in the archive, or null if there is none. */
    @CheckForNull
    @Exported
    public String getArchiveDigest() {
        return archiveDigest;
    }

    /**
     * Returns the repository of the first base tag, for example {@code docker.io/library/app}, also if nothing was
     * published; null if unknown.
     */
    @CheckForNull
    @Exported
    public String getRepository() {
        return repository != null || tags.isEmpty()
                ? repository
                : ImageReference.parse(tags.get(0).getTag()).repository();
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

    /**
     * Returns the phases of the call and the steps of its bakes, as {@link TimelineChart} shows them. While the call runs,
     * there are only the steps of bakes that have ended. Empty if nothing is known.
     */
    @NonNull
    @Exported(inline = true)
    public List<TimelineEntry> getTimeline() {
        return TimelineChart.inOrder(timeline == null ? List.of() : timeline);
    }

    /** Returns the timeline as a picture, or null if there is none. */
    @CheckForNull
    public TimelineChart getTimelineChart() {
        List<TimelineEntry> entries = getTimeline();
        return entries.isEmpty() ? null : new TimelineChart(entries);
    }

    /** Returns what the whole call took in milliseconds, or -1 if unknown, also while it runs. */
    @Exported
    public long getTotalMillis() {
        List<TimelineEntry> entries = timeline();
        if (entries.stream().allMatch(TimelineEntry::isStep)) {
            return -1;
        }
        long start = entries.stream().mapToLong(TimelineEntry::getStart).min().orElseThrow();
        return entries.stream().mapToLong(TimelineEntry::end).max().orElseThrow() - start;
    }

    /** Returns the timeline in no particular order; empty if nothing is known. */
    @NonNull
    public List<TimelineEntry> timeline() {
        return timeline == null ? List.of() : List.copyOf(timeline);
    }

    /** Returns what is kept of the call. */
    @NonNull
    KeptReport kept() {
        return kept == null ? KeptReport.NOTHING : kept;
    }

    /** Returns the progress of the bakes as buildx wrote it, in the order in which they began; empty if none was kept. */
    @NonNull
    @Exported(inline = true)
    public List<ProgressReport> getProgress() {
        return new ArrayList<>(kept().progress());
    }

    /** Returns how to build the images again elsewhere, or null if that is not known. */
    @CheckForNull
    @Exported(inline = true)
    public ReplayReport getReplay() {
        return kept().replay();
    }

    /** Whether the step builds images, and does not only publish them. */
    public boolean isBuilder() {
        return kept != null || timeline != null;
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

    /**
     * Returns what came of it: {@code published}; {@code archived}; {@code rejected} if an image did not pass a check;
     * {@code aborted}; {@code publishingFailed}; {@code failed} before that; {@code building}; {@code notPublished} or
     * {@code notPushed} if that was not wanted, or is still to come.
     */
    @NonNull
    @Exported
    public String getState() {
        if (isPublished()) {
            return "published";
        }
        if (archive != null) {
            return "archived";
        }
        if (isRejected()) {
            return "rejected";
        }
        if (ending == Ending.ABORTED) {
            return "aborted";
        }
        if (isFailed()) {
            return "publishingFailed";
        }
        if (ending != null) {
            return "failed";
        }
        if (platforms.isEmpty()) {
            return "building";
        }
        return isPushed() ? "notPublished" : "notPushed";
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

    /** Whether the step failed or was aborted. */
    public boolean isEnded() {
        return ending != null;
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
