package io.jenkins.plugins.multiarchbuild.engine.git;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What Git knows about the source of an image, and the tags that the image gets from it.
 *
 * @param commit the commit that is checked out, or null if unknown
 * @param branch its branch, or null if unknown
 * @param tagsHere the Git tags of the commit
 * @param allTags the Git tags of the repository, or null if they are not known
 */
public record GitTags(
        @CheckForNull String commit,
        @CheckForNull String branch,
        @NonNull List<String> tagsHere,
        @CheckForNull Set<String> allTags) {

    private static final int LONGEST_TAG = 128;
    private static final int SHORT_COMMIT = 7;

    public GitTags {
        commit = commit != null && commit.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? commit : null;
        tagsHere = List.copyOf(tagsHere);
        allTags = allTags == null ? null : Set.copyOf(allTags);
    }

    /**
     * Returns the tags of the image, the most specific first: {@code [1.2.3, 1.2, 1, latest, sha-1a2b3c4]}.
     *
     * @param environment the variables of the build; TAG_NAME, CHANGE_ID and BRANCH_NAME, which a multibranch Pipeline
     *     sets, take precedence over what is checked out
     * @return the tags; empty if nothing is known
     * @throws InvalidRequestException if a name cannot become a tag
     */
    @NonNull
    public List<String> of(@NonNull Map<String, String> environment) {
        Set<String> tags = new LinkedHashSet<>();
        Optional<String> tag = value(environment, "TAG_NAME");
        Optional<String> change = value(environment, "CHANGE_ID");
        Optional<String> job = value(environment, "BRANCH_NAME");
        if (tag.isPresent()) {
            tags.addAll(Version.parse(tag.get())
                    .map(this::versionTags)
                    .orElseGet(() -> List.of(valid(Sentence.of("GitTags.gitTag"), tag.get(), tag.get()))));
        } else if (change.isPresent()) {
            tags.add(valid(Sentence.of("GitTags.pullRequest"), change.get(), "pr-" + change.get()));
        } else if (job.isPresent()) {
            tags.add(valid(Sentence.of("GitTags.branch"), job.get(), job.get()));
        } else {
            versions(tagsHere).sorted(Comparator.reverseOrder()).forEach(version -> tags.addAll(versionTags(version)));
            if (branch != null) {
                tags.add(valid(Sentence.of("GitTags.branch"), branch, branch));
            }
        }
        if (commit != null) {
            tags.add("sha-" + commit.substring(0, SHORT_COMMIT));
        }
        return List.copyOf(tags);
    }

    /** Whether the build is of a release, whose tags depend on the other Git tags of the repository. */
    public boolean isRelease(@NonNull Map<String, String> environment) {
        Collection<String> names = value(environment, "TAG_NAME").map(List::of).orElse(tagsHere);
        return versions(names).anyMatch(Version::release);
    }

    /** Older releases must not move tags back that a newer one has. */
    private List<String> versionTags(Version version) {
        Set<String> tags = new LinkedHashSet<>();
        tags.add(valid(Sentence.of("GitTags.gitTag"), version.text(), version.text()));
        if (!version.release()) {
            return List.copyOf(tags);
        }
        Predicate<Version> sameMajor = other -> other.major().equals(version.major());
        if (isHighest(version, sameMajor.and(other -> other.minor().equals(version.minor())))) {
            tags.add(version.major() + "." + version.minor());
        }
        if (version.major().signum() > 0 && isHighest(version, sameMajor)) {
            tags.add(version.major().toString());
        }
        if (isHighest(version, other -> true)) {
            tags.add("latest");
        }
        return List.copyOf(tags);
    }

    private boolean isHighest(Version version, Predicate<Version> among) {
        return allTags != null
                && versions(allTags)
                        .filter(Version::release)
                        .filter(among)
                        .allMatch(other -> other.compareTo(version) <= 0);
    }

    private static Stream<Version> versions(Collection<String> tags) {
        return tags.stream().map(Version::parse).flatMap(Optional::stream);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** Replaces what a tag may not contain, as Docker's metadata-action does. */
    private static String valid(Sentence kind, String name, String text) {
        String tag = text.replaceAll("[^a-zA-Z0-9._-]+", "-").replaceFirst("^[.-]+", "");
        if (tag.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("GitTags.noCharacter", kind, name));
        }
        if (tag.length() > LONGEST_TAG) {
            throw new InvalidRequestException(Sentence.of("GitTags.long", kind, name, LONGEST_TAG));
        }
        return tag;
    }
}
