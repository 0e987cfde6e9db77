package io.jenkins.plugins.multiarchbuild.flow;

import com.cloudbees.groovy.cps.CpsTransformer;
import com.cloudbees.groovy.cps.TransformerConfiguration;
import edu.umd.cs.findbugs.annotations.NonNull;
import groovy.lang.GroovyClassLoader;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.multiarchbuild.agent.TaskDsl;
import io.jenkins.plugins.multiarchbuild.timeline.Phases;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.jenkinsci.plugins.workflow.cps.CpsClosure2;
import org.jenkinsci.plugins.workflow.cps.Safepoint;

/**
 * The flow, compiled once for all new builds of a controller, as Pipeline compiles trusted code. Pipeline itself would
 * compile it in each build, which is a fifth of the CPU time that a short one needs; it does so for a build that goes on
 * after a restart of the controller.
 */
@Extension
public final class CompiledFlow {

    /** The name of its class. */
    static final String NAME = "io.jenkins.plugins.multiarchbuild.flow.MultiArchBuildFlow";

    private Class<?> type;

    /** Returns the flow of a new build. */
    @NonNull
    static BuildFlow create(@NonNull TaskDsl steps, @NonNull PlanTask plan, @NonNull Phases phases)
            throws ReflectiveOperationException {
        return (BuildFlow) ExtensionList.lookupSingleton(CompiledFlow.class)
                .type()
                .getConstructor(TaskDsl.class, PlanTask.class, Phases.class)
                .newInstance(steps, plan, phases);
    }

    private synchronized Class<?> type() throws ClassNotFoundException {
        if (type == null) {
            CpsTransformer pipeline = new CpsTransformer();
            pipeline.setConfiguration(new TransformerConfiguration()
                    .withClosureType(CpsClosure2.class)
                    .withSafepoint(Safepoint.class, "safepoint"));
            CompilerConfiguration configuration = new CompilerConfiguration();
            configuration.addCompilationCustomizers(pipeline);
            type = new GroovyClassLoader(CompiledFlow.class.getClassLoader(), configuration).loadClass(NAME);
        }
        return type;
    }
}
