package io.jenkins.plugins.multiarchbuild.tags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.Turn;
import io.jenkins.plugins.multiarchbuild.build.BuildId;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A call's turn to move its tags. */
public final class TagTurn implements Turn {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(TagTurn.class.getName());

    private final String call;
    private final LinkedHashSet<String> tags;
    private final Patience patience;

    /** How a call waits for its turn. */
    public enum Patience {
        /** Not at all: the task begins anyway, and {@link #isCome} tells whether it may publish. */
        NONE,
        /** On the agent: the executor is the caller's, or it only waits for one build that has just overtaken it. */
        ON_AGENT,
        /** Without an executor, which it requests when the turn comes. The turn lasts until {@link #end}. */
        WITHOUT_EXECUTOR
    }

    /**
     * @param call identifies the call within the build
     * @param tags the tags that it moves
     */
    public TagTurn(@NonNull String call, @NonNull Collection<ImageReference> tags, @NonNull Patience patience) {
        this.call = call;
        this.tags = tags.stream().map(ImageReference::identity).collect(Collectors.toCollection(LinkedHashSet::new));
        this.patience = patience;
    }

    @Override
    public void await(StepContext context, Runnable ready) throws IOException, InterruptedException {
        TagOwner owner = owner(context.get(Run.class));
        if (patience == Patience.NONE) {
            TagQueue.get().tryToPublish(owner, Set.copyOf(tags));
            ready.run();
            return;
        }
        TagQueue.get().await(owner, Set.copyOf(tags), patience == Patience.ON_AGENT, ready);
        TagOwner before = TagQueue.get().before(owner);
        if (before != null) {
            Agent.log(
                    context.get(TaskListener.class),
                    Sentence.of("TagTurn.waiting", before.run(), String.join(", ", tags)));
        }
    }

    /**
     * Whether it is the call's turn.
     *
     * @return false only if it was not to wait for it
     * @throws AbortException if it has waited and lost its turn since
     */
    public boolean isCome(@NonNull Run<?, ?> run) throws IOException {
        boolean come = TagQueue.get().isPublishing(owner(run));
        if (!come && patience != Patience.NONE) {
            throw new Failure(Sentence.of("TagTurn.lost", String.join(", ", tags)));
        }
        return come;
    }

    @Override
    public void giveBack(StepContext context) {
        if (patience != Patience.WITHOUT_EXECUTOR) {
            try {
                end(context.get(Run.class));
            } catch (IOException | InterruptedException e) {
                // the end of the build ends the turn
                LOGGER.log(Level.INFO, "the build of a step cannot be found", e);
            }
        }
    }

    /** Ends the turn, or the wait for it. */
    public void end(@NonNull Run<?, ?> run) throws IOException {
        TagQueue.get().leave(owner(run));
    }

    private TagOwner owner(Run<?, ?> run) throws IOException {
        return new TagOwner(BuildId.of(run), call);
    }
}
