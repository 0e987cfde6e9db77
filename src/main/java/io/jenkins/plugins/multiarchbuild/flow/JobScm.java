package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsScript;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.cps.GlobalVariable;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;

/** Finds the value of the variable {@code scm} of a Pipeline. */
public final class JobScm {

    private static final Logger LOGGER = Logger.getLogger(JobScm.class.getName());

    private JobScm() {}

    /**
     * Returns the value of {@code scm} for the build whose Pipeline code calls this.
     *
     * @return the SCM to give to {@code checkout}, or null if the job has none because its script is part of its
     *     configuration
     * @throws AbortException if the SCM cannot be read
     */
    @CheckForNull
    public static Object current() throws IOException {
        Run<?, ?> run =
                (Run<?, ?>) CpsThread.current().getExecution().getOwner().getExecutable();
        GlobalVariable scm = GlobalVariable.byName("scm", run);
        boolean typedIn =
                run.getParent() instanceof WorkflowJob job && job.getDefinition() instanceof CpsFlowDefinition;
        if (scm == null || typedIn) {
            return null;
        }
        try {
            return scm.getValue(new Current());
        } catch (Exception e) {
            LOGGER.log(Level.INFO, e, () -> "no SCM of " + run);
            throw new AbortException(Language.text(Sentence.of("JobScm.notReadable", reason(e))));
        }
    }

    private static Sentence reason(Exception failure) {
        String message = failure.getMessage();
        return (message == null ? Sentence.of("ErrorText.noReason") : Sentence.verbatim(OneLine.of(message))).ended();
    }

    private static final class Current extends CpsScript {

        private static final long serialVersionUID = 1L;

        Current() throws IOException {}

        @Override
        public Object run() {
            return null;
        }
    }
}
