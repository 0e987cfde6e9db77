package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.cps.CpsScript;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.cps.GlobalVariable;

/** What {@code scm} means in a Pipeline. */
public final class JobScm {

    private JobScm() {}

    /**
     * The value of {@code scm}; to be called where Pipeline code runs.
     *
     * @return the SCM to give to {@code checkout}, or null if the job has none
     */
    @CheckForNull
    public static Object of(@NonNull Run<?, ?> run) throws IOException {
        GlobalVariable scm = GlobalVariable.byName("scm", run);
        if (scm == null) {
            return null;
        }
        try {
            return scm.getValue(new Current());
        } catch (Exception e) {
            // a job whose script was typed in has none, and says so by failing
            return null;
        }
    }

    /** The value of {@code scm} for the build whose Pipeline code calls this. */
    @CheckForNull
    public static Object current() throws IOException {
        return of((Run<?, ?>) CpsThread.current().getExecution().getOwner().getExecutable());
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
