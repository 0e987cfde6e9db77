package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Map;
import org.jenkinsci.plugins.durabletask.BourneShellScript;
import org.jenkinsci.plugins.durabletask.Controller;
import org.jenkinsci.plugins.durabletask.DurableTask;
import org.jenkinsci.plugins.durabletask.Handler;
import org.jenkinsci.plugins.durabletask.WindowsBatchScript;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Runs {@link BakeScript} as {@code sh} or {@code bat} does, with environment variables of its own and what it prints
 * through a filter. It returns the exit code.
 *
 * <p>A block around {@code sh} could have both, too, but is four more nodes of the graph, each of which Pipeline saves
 * several times. And there, decorators of the log of all builds would come before the filter, such as Timestamper's,
 * whose times in front of the lines would make them unreadable for it.
 *
 * <p>Its descriptor is not registered, so that no script can call it; only {@link TaskDsl} starts it.
 */
public final class BakeStep extends DurableTaskStep {

    /** For the flow of this plugin. */
    static final StepDescriptor DESCRIPTOR = new DescriptorImpl();

    /** The function name by which the step is recognised. */
    static final String FUNCTION = "multiArchBuildBake";

    /**
     * What to run.
     *
     * @param label the name of the step in the views of a Pipeline
     * @param unix whether the agent has a Bourne shell; otherwise it is a Windows agent
     * @param variables the environment variables, {@code NAME=value} each
     * @param filter what the output passes through, serializable
     */
    public record Bake(
            @NonNull String label,
            boolean unix,
            @NonNull ArrayList<String> variables,
            @NonNull ConsoleLogFilter filter) implements Serializable {}

    private final Bake bake;

    /** @param bake a {@link Bake} */
    @DataBoundConstructor
    public BakeStep(Object bake) {
        this.bake = (Bake) bake;
        setLabel(this.bake.label());
        setEncoding("UTF-8");
        setReturnStatus(true);
    }

    @Override
    public StepDescriptor getDescriptor() {
        return DESCRIPTOR;
    }

    @Override
    protected DurableTask task() {
        DurableTask script =
                bake.unix() ? new BourneShellScript(BakeScript.UNIX) : new WindowsBatchScript(BakeScript.WINDOWS);
        return new DurableTask() {

            @Override
            public Controller launch(EnvVars env, FilePath workspace, Launcher launcher, TaskListener listener)
                    throws IOException, InterruptedException {
                EnvVars all = new EnvVars(env);
                bake.variables().forEach(all::addLine);
                return new FilteredController(script.launch(all, workspace, launcher, listener), bake.filter());
            }

            @Override
            public void charset(Charset charset) {
                script.charset(charset);
            }
        };
    }

    /** Watches a script, and passes on what the filter makes of its output. */
    private static final class FilteredController extends Controller {

        private static final long serialVersionUID = 1L;

        private final Controller script;
        private final ConsoleLogFilter filter;

        /** Keeps what it knows of the output so far, until the controller is restarted. */
        private transient OutputStream filtered;

        private transient boolean ended;

        FilteredController(@NonNull Controller script, @NonNull ConsoleLogFilter filter) {
            this.script = script;
            this.filter = filter;
        }

        @Override
        public void watch(FilePath workspace, Handler handler, TaskListener listener)
                throws IOException, InterruptedException {
            script.watch(workspace, new FilteredHandler(handler, filter), listener);
        }

        @Override
        public boolean writeLog(FilePath workspace, OutputStream sink) throws IOException, InterruptedException {
            if (filtered == null) {
                filtered = filter.decorateLogger((Run<?, ?>) null, new Kept(sink));
            }
            boolean written = script.writeLog(workspace, filtered);
            if (ended) {
                filtered.close();
                filtered = null;
            }
            return written;
        }

        @Override
        public Integer exitStatus(FilePath workspace, Launcher launcher, TaskListener logger)
                throws IOException, InterruptedException {
            Integer status = script.exitStatus(workspace, launcher, logger);
            ended = status != null;
            return status;
        }

        @Override
        public byte[] getOutput(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
            return script.getOutput(workspace, launcher);
        }

        @Override
        public void stop(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
            script.stop(workspace, launcher);
        }

        @Override
        public void cleanup(FilePath workspace) throws IOException, InterruptedException {
            script.cleanup(workspace);
        }

        @Override
        public String getDiagnostics(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
            return script.getDiagnostics(workspace, launcher);
        }
    }

    /** A log that stays open when the filter in front of it is closed, which completes the last line. */
    private static final class Kept extends FilterOutputStream {

        Kept(@NonNull OutputStream log) {
            super(log);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** Does the same on the agent, in the mode in which the agent sends the output by itself. */
    private static final class FilteredHandler extends Handler {

        private static final long serialVersionUID = 1L;

        private static final int BLOCK = 64 * 1024;

        private final Handler handler;
        private final ConsoleLogFilter filter;

        private transient ByteArrayOutputStream shown;
        private transient OutputStream filtered;

        FilteredHandler(@NonNull Handler handler, @NonNull ConsoleLogFilter filter) {
            this.handler = handler;
            this.filter = filter;
        }

        @Override
        public void output(InputStream stream) throws Exception {
            if (filtered == null) {
                shown = new ByteArrayOutputStream();
                filtered = filter.decorateLogger((Run<?, ?>) null, shown);
            }
            byte[] block = stream.readNBytes(BLOCK);
            while (block.length > 0) {
                filtered.write(block);
                show();
                block = stream.readNBytes(BLOCK);
            }
        }

        @Override
        public void exited(int code, @CheckForNull byte[] output) throws Exception {
            if (filtered != null) {
                filtered.close();
                show();
            }
            handler.exited(code, output);
        }

        private void show() throws Exception {
            if (shown.size() > 0) {
                handler.output(new ByteArrayInputStream(shown.toByteArray()));
                shown.reset();
            }
        }
    }

    private static final class DescriptorImpl extends DurableTaskStepDescriptor {

        /** Views show this instead of a function name, since there is no registered descriptor. */
        @Override
        public String getId() {
            return FUNCTION;
        }

        @Override
        public String getFunctionName() {
            return FUNCTION;
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BakeStep_displayName();
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new BakeStep(arguments.get("bake"));
        }
    }
}
