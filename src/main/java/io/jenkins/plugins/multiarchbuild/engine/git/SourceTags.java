package io.jenkins.plugins.multiarchbuild.engine.git;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Asks Git which tags an image gets. */
public final class SourceTags {

    private SourceTags() {}

    /**
     * Asks Git in the directory of the build context.
     *
     * @param environment the variables of the build, see {@link GitTags#of}; with those of a checkout they also tell
     *     commit and branch where there is no Git
     * @param log receives a line for the user if not all tags can be known
     * @return the tags, at least one, the most specific first
     * @throws InvalidRequestException if nothing is known, or a name cannot become a tag
     */
    @NonNull
    public static List<String> of(
            @NonNull Git git, @NonNull Map<String, String> environment, @NonNull Consumer<Sentence> log)
            throws IOException, InterruptedException, DockerException {
        String commit = git.ask("rev-parse", "HEAD").orElse(null);
        GitTags known = commit == null
                ? new GitTags(
                        environment.get(Origin.GIT_COMMIT),
                        branch(environment.get("GIT_BRANCH"), List.of("origin")),
                        List.of(),
                        null)
                : ask(git, commit, environment);
        if (known.isRelease(environment)) {
            Set<String> all = commit == null ? null : allTags(git, environment, known);
            if (all == null) {
                log.accept(Sentence.of("SourceTags.notKnown"));
            }
            known = new GitTags(known.commit(), known.branch(), known.tagsHere(), all);
        }
        List<String> tags = known.of(environment);
        if (tags.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("SourceTags.nothing"));
        }
        return tags;
    }

    private static GitTags ask(Git git, String commit, Map<String, String> environment)
            throws IOException, InterruptedException, DockerException {
        String branch = git.ask("symbolic-ref", "--short", "HEAD").orElse(null);
        if (branch == null && commit.equals(environment.get(Origin.GIT_COMMIT))) {
            branch = branch(environment.get("GIT_BRANCH"), lines(git, "remote"));
        }
        if (branch == null) {
            List<String> remote =
                    lines(git, "for-each-ref", "--points-at=HEAD", "--format=%(refname)", "refs/remotes").stream()
                            .filter(name -> !name.endsWith("/HEAD"))
                            .toList();
            branch = remote.size() == 1 ? branch(remote.get(0), List.of()) : null;
        }
        return new GitTags(commit, branch, lines(git, "tag", "--points-at", "HEAD"), null);
    }

    /** The name of a branch from that of a reference to it, as the Git plugin and Git write them. */
    @CheckForNull
    private static String branch(@CheckForNull String reference, List<String> remotes) {
        if (reference == null || reference.equals("detached") || reference.startsWith("refs/tags/")) {
            return null;
        }
        String name = remotes.stream()
                .map(remote -> remote + "/")
                .filter(reference::startsWith)
                .findFirst()
                .map(remote -> reference.substring(remote.length()))
                .orElseGet(() -> reference.replaceFirst("^refs/heads/|^refs/remotes/[^/]+/", ""));
        return name.isBlank() || name.equals("HEAD") ? null : name;
    }

    /**
     * A multibranch Pipeline fetches no tags but the one it builds, so the server is asked. If it does not answer, other
     * tags in the workspace show that they have been fetched.
     */
    @CheckForNull
    private static Set<String> allTags(Git git, Map<String, String> environment, GitTags known)
            throws IOException, InterruptedException, DockerException {
        Set<String> local = new HashSet<>(lines(git, "tag", "--list"));
        List<String> remotes = lines(git, "remote");
        if (remotes.isEmpty()) {
            return local;
        }
        Optional<Set<String>> answer = git.serverTags(ofCheckout(git, remotes, environment));
        if (answer.isPresent()) {
            return answer.get();
        }
        boolean others = local.stream()
                .anyMatch(tag -> !known.tagsHere().contains(tag) && !tag.equals(environment.get("TAG_NAME")));
        return others ? local : null;
    }

    /** The remote that the checkout is from, if the Git plugin tells, else the usual one. */
    private static String ofCheckout(Git git, List<String> remotes, Map<String, String> environment)
            throws IOException, InterruptedException, DockerException {
        String url = environment.get(Origin.GIT_URL);
        for (String remote : url == null ? List.<String>of() : remotes) {
            if (git.ask("config", "remote." + remote + ".url")
                    .filter(url::equals)
                    .isPresent()) {
                return remote;
            }
        }
        return remotes.contains("origin") ? "origin" : remotes.get(0);
    }

    private static List<String> lines(Git git, String... arguments)
            throws IOException, InterruptedException, DockerException {
        return git.ask(arguments).map(String::lines).orElse(Stream.empty()).toList();
    }
}
