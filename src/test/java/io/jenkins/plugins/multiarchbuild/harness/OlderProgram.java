package io.jenkins.plugins.multiarchbuild.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.flow.GraphListener;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/**
 * Keeps the program of a build as it was saved last before the end of a task was recorded, which is what a controller
 * finds that was killed then. To be extended as a test extension.
 */
public abstract class OlderProgram implements GraphListener.Synchronous {

    private static Path original;
    private static Path copy;

    private final String label;

    /** @param label how the label of the task begins */
    protected OlderProgram(String label) {
        this.label = label;
        // A test that ran before in this JVM has left one behind: the controller that it started last does the task
        // again.
        copy = null;
    }

    /** Lets it take the place of the newer one, while no controller runs. */
    public static void restore() throws IOException {
        Files.move(copy, original, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void onNewHead(FlowNode node) {
        boolean ended = node.getParents().stream()
                .map(parent -> parent.getAction(LabelAction.class))
                .anyMatch(action -> action != null && action.getDisplayName().startsWith(label));
        if (ended && copy == null) {
            try {
                Path run = node.getExecution().getOwner().getRootDir().toPath();
                original = run.resolve("program.dat");
                copy = Files.copy(original, run.resolve("older-program.dat"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
