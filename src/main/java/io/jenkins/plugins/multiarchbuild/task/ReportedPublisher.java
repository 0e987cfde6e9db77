package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.FilePath;
import hudson.model.Saveable;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.RegistryAccess;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationException;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.registry.TagState;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import io.jenkins.plugins.multiarchbuild.report.ImageFingerprints;
import io.jenkins.plugins.multiarchbuild.report.ImageReport;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.PlatformReport;
import io.jenkins.plugins.multiarchbuild.tags.TagHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Publishes from an agent with fresh logins, and records the outcome of every tag in the run's report. */
final class ReportedPublisher {

    private static final Logger LOGGER = Logger.getLogger(ReportedPublisher.class.getName());

    private final Agent agent;
    private final String id;
    private final Map<String, String> credentialsIds;
    private final String builder;

    /** While it shuts down, a lookup could return the one that takes its place. */
    private final Jenkins controller = Jenkins.get();

    /** The builds that had moved the tags before this one, by tag in the order of the call. */
    private final Map<ImageReference, Integer> earlier = new LinkedHashMap<>();

    /**
     * @param id identifies the step within the run
     * @param credentialsIds credentials ids by registry host
     * @param builder name of the builder whose configuration is used, or null for the current one
     */
    ReportedPublisher(
            @NonNull Agent agent,
            @NonNull String id,
            @NonNull Map<String, String> credentialsIds,
            @CheckForNull String builder) {
        this.agent = agent;
        this.id = id;
        this.credentialsIds = credentialsIds;
        this.builder = builder;
    }

    /**
     * Publishes images. The logins are resolved now, since those of the build may have expired, and once more if a
     * registry refuses one.
     *
     * @param publications what to publish, by the name of the image
     * @param platforms the images that this run built, by the name of the image; or none
     * @param forwardOnly whether tags that a later build of the job has published are left alone
     * @return what was published, by the name of the image
     * @throws DockerException as {@link Publisher#publish(Map, Publisher.BeforeMove)}
     */
    @NonNull
    Map<String, PublicationResult> publish(
            @NonNull Map<String, Publication> publications,
            @NonNull Map<String, List<PlatformReport>> platforms,
            boolean forwardOnly)
            throws IOException, InterruptedException, DockerException {
        Map<String, Publication> due = new LinkedHashMap<>(publications);
        if (forwardOnly) {
            due.replaceAll((image, publication) -> withoutSuperseded(publication));
        }
        FilePath directory = agent.privateDirectory(id + "-publish");
        try {
            agent.create(directory);
            try {
                return publish(ready(directory, due), due, platforms);
            } catch (DockerException e) {
                String registry = e.refusedRegistry();
                if (!e.isLoginRefused() || !credentialsIds.containsKey(registry)) {
                    throw e;
                }
                agent.log(Sentence.of("ReportedPublisher.loginAgain", registry));
                return publish(ready(directory, due), due, platforms);
            }
        } finally {
            agent.remove(directory);
        }
    }

    private Publication withoutSuperseded(Publication publication) {
        Map<ImageReference, String> superseded = TagHistory.superseded(agent.run(), publication.allTags());
        Map<ImageReference, Digest> theirs = new HashMap<>();
        for (ImageReference tag : publication.archTags().keySet()) {
            String later = superseded.get(tag);
            if (later != null) {
                MultiArchReport.published(agent.run(), later, tag).ifPresent(digest -> theirs.put(tag, digest));
            }
        }
        return publication.leaving(superseded).restoring(theirs);
    }

    private Agent ready(FilePath directory, Map<String, Publication> publications)
            throws IOException, InterruptedException, DockerException {
        List<ImageReference> references = new ArrayList<>();
        for (Publication publication : publications.values()) {
            references.addAll(publication.images());
            references.addAll(publication.baseTags());
        }
        Map<String, String> environment =
                new TreeMap<>(RegistryAccess.grant(agent, directory, references, credentialsIds));
        if (builder != null) {
            environment.put("BUILDX_BUILDER", builder);
        }
        return agent.with(environment);
    }

    private Map<String, PublicationResult> publish(
            Agent ready, Map<String, Publication> publications, Map<String, List<PlatformReport>> platforms)
            throws IOException, InterruptedException, DockerException {
        try {
            Map<String, PublicationResult> published = new Publisher(ready.registry()).publish(publications, tags -> {
                keep(publications, tags, platforms);
                note(publications.values());
            });
            // each save writes the whole run
            try (BulkChange change = new BulkChange(ready.run())) {
                for (Map.Entry<String, PublicationResult> each : published.entrySet()) {
                    String image = each.getKey();
                    report(image, publications.get(image), each.getValue(), platforms.getOrDefault(image, List.of()));
                }
                save(change::commit);
            }
            return published;
        } catch (PublicationException e) {
            withdraw(e.tags());
            keep(publications, e.tags(), platforms);
            throw e;
        } catch (InterruptedException e) {
            if (!earlier.isEmpty()) {
                agent.log(Sentence.of("ReportedPublisher.stopped", earlier.keySet()));
                // a controller that shuts down publishes again when it is back
                if (!controller.isTerminating()) {
                    MultiArchReport.end(agent.run(), id, ImageReport.Ending.ABORTED, List.of());
                }
            }
            throw e;
        }
    }

    private void report(
            String image, Publication publication, PublicationResult published, List<PlatformReport> platforms)
            throws IOException {
        Digest digest = published.index().digest();
        publication.baseTags().stream()
                .filter(tag -> !publication.superseded().containsKey(tag))
                .forEach(tag -> agent.log(Sentence.of("ReportedPublisher.published", tag, digest)));
        published.remarks().forEach(agent::log);
        List<PlatformReport> shown = platforms.isEmpty() ? platforms(publication, published.index()) : platforms;
        keep(new ImageReport(id, image, digest, published.tags(), shown));
        ImageFingerprints.published(
                agent.run(), publication.baseTags().get(0), published.index(), !platforms.isEmpty());
    }

    /** Records which tags this build is about to move, for the other builds of the job. */
    private void note(Collection<Publication> publications) throws IOException {
        List<ImageReference> moving = publications.stream()
                .flatMap(publication -> publication.allTags().stream()
                        .filter(tag -> !publication.superseded().containsKey(tag)))
                .toList();
        TagHistory.published(agent.run(), moving).forEach(earlier::putIfAbsent);
    }

    /** Forgets the tags that have certainly not moved. */
    private void withdraw(List<TagState> tags) throws IOException {
        Map<ImageReference, Integer> unmoved = new HashMap<>(earlier);
        unmoved.keySet()
                .retainAll(tags.stream()
                        .filter(state -> state.outcome() == TagState.Outcome.NOT_MOVED)
                        .map(TagState::tag)
                        .toList());
        TagHistory.withdrawn(agent.run(), unmoved);
    }

    /** Keeps what the tags of all images point at. */
    private void keep(
            Map<String, Publication> publications, List<TagState> tags, Map<String, List<PlatformReport>> platforms)
            throws IOException {
        for (Map.Entry<String, Publication> each : publications.entrySet()) {
            List<ImageReference> own = each.getValue().allTags();
            keep(new ImageReport(
                    id,
                    each.getKey(),
                    null,
                    tags.stream().filter(state -> own.contains(state.tag())).toList(),
                    platforms.getOrDefault(each.getKey(), List.of())));
        }
    }

    private void keep(ImageReport image) throws IOException {
        save(() -> MultiArchReport.add(agent.run(), image));
    }

    private void save(Saveable report) throws IOException {
        try {
            report.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The report of " + agent.run() + " cannot be saved");
            throw new Failure(Sentence.of("ReportedPublisher.notSaved", e.getMessage()));
        }
    }

    /** Returns the images that an index of other builds lists. */
    private static List<PlatformReport> platforms(Publication publication, Manifest index) {
        ImageReference tag = publication.baseTags().get(0);
        List<PlatformReport> reports = new ArrayList<>();
        for (Manifest.Child image : index.children()) {
            Platform platform = image.platform();
            if (platform != null) {
                reports.add(new PlatformReport(new BuiltImage(platform, tag.at(image.digest())), null, -1));
            }
        }
        return reports;
    }
}
