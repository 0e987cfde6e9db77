package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentTask;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Origin;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.git.GitTags;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Asks Git in the workspace which base tags the image gets. */
public final class TagsTask implements AgentTask<BuildPlan> {

    private static final long serialVersionUID = 1L;

    private final BuildPlan plan;
    private final HashMap<String, String> checkout;

    /**
     * @param plan the plan of the call, without base tags
     * @param checkout variables of the checkout, for an agent without Git; may be empty
     */
    public TagsTask(@NonNull BuildPlan plan, @NonNull Map<String, String> checkout) {
        this.plan = plan;
        this.checkout = new HashMap<>(checkout);
    }

    @Override
    public String label() {
        return Messages.TagsTask_label();
    }

    /** @return the plan with its base tags */
    @Override
    public BuildPlan run(Agent agent) throws IOException, InterruptedException, DockerException {
        Git git = Git.of(agent, plan.request().source().context());
        Map<String, String> environment = new HashMap<>(agent.environment());
        environment.putAll(checkout);
        GitTags known = ask(git, environment);
        if (known.isRelease(environment)) {
            Set<String> all = allTags(git, environment, known);
            if (all == null) {
                agent.log("The Git tags of the repository are not known, so that only the tag of this version is"
                        + " published. Check out with tags, or let Git log in to the server.");
            }
            known = new GitTags(known.commit(), known.branch(), known.tagsHere(), all);
        }
        List<String> tags = known.of(environment);
        if (tags.isEmpty()) {
            throw new InvalidRequestException("tagsFrom: nothing is known about the source: there is no Git repository"
                    + " here, or no Git. Check it out, or name the tags with baseTags.");
        }
        List<ImageReference> baseTags = plan.call().repositories().stream()
                .flatMap(repository -> tags.stream().map(repository::withTag))
                .toList();
        agent.log("Base tags from Git: " + String.join(", ", tags));
        return plan.withBaseTags(baseTags);
    }

    private static GitTags ask(Git git, Map<String, String> environment)
            throws IOException, InterruptedException, DockerException {
        String commit = git.ask("rev-parse", "HEAD").orElse(null);
        List<String> here = commit == null ? List.of() : lines(git, "tag", "--points-at", "HEAD");
        String reported = environment.get(Origin.GIT_COMMIT);
        if (commit == null) {
            return new GitTags(reported, branch(environment.get("GIT_BRANCH")), here, null);
        }
        String branch = git.ask("symbolic-ref", "--short", "HEAD").orElse(null);
        if (branch == null && commit.equals(reported)) {
            branch = branch(environment.get("GIT_BRANCH"));
        }
        if (branch == null) {
            List<String> remote =
                    lines(git, "for-each-ref", "--points-at=HEAD", "--format=%(refname)", "refs/remotes").stream()
                            .filter(name -> !name.endsWith("/HEAD"))
                            .toList();
            branch = remote.size() == 1 ? branch(remote.get(0)) : null;
        }
        return new GitTags(commit, branch, here, null);
    }

    /** The name of a branch from that of a reference to it, as the Git plugin and Git write them. */
    @CheckForNull
    private static String branch(@CheckForNull String reference) {
        if (reference == null || reference.equals("detached") || reference.startsWith("refs/tags/")) {
            return null;
        }
        String name = reference.replaceFirst("^refs/heads/|^refs/remotes/[^/]+/|^origin/", "");
        return name.isBlank() || name.equals("HEAD") ? null : name;
    }

    /**
     * A multibranch Pipeline fetches no tags but the one it builds, so the server is asked. If it does not answer, other
     * tags in the workspace show that they have been fetched.
     */
    @CheckForNull
    private static Set<String> allTags(Git git, Map<String, String> environment, GitTags known)
            throws IOException, InterruptedException, DockerException {
        if (git.ask("rev-parse", "HEAD").isEmpty()) {
            return null;
        }
        Set<String> local = new HashSet<>(lines(git, "tag", "--list"));
        List<String> remotes = lines(git, "remote");
        if (remotes.isEmpty()) {
            return local;
        }
        String remote = remotes.contains("origin") ? "origin" : remotes.get(0);
        String answer = git.ask("ls-remote", "--tags", "--refs", remote).orElse(null);
        if (answer != null) {
            return new HashSet<>(answer.lines()
                    .map(line -> line.replaceFirst("^.*\trefs/tags/", ""))
                    .toList());
        }
        boolean others = local.stream()
                .anyMatch(tag -> !known.tagsHere().contains(tag) && !tag.equals(environment.get("TAG_NAME")));
        return others ? local : null;
    }

    private static List<String> lines(Git git, String... arguments)
            throws IOException, InterruptedException, DockerException {
        return git.ask(arguments).map(String::lines).orElse(Stream.empty()).toList();
    }
}
