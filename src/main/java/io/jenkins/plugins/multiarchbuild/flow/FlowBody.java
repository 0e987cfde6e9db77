package io.jenkins.plugins.multiarchbuild.flow;

import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import groovy.lang.Closure;

/** Lets Pipeline run a flow as it runs the body of a step. */
final class FlowBody extends Closure<Object> {

    private static final long serialVersionUID = 1L;

    @SuppressFBWarnings(
            value = "SE_BAD_FIELD",
            justification = "every flow is serializable, Pipeline itself sees to it")
    private final BuildFlow flow;

    FlowBody(@NonNull BuildFlow flow) {
        super(null);
        this.flow = flow;
    }

    @Override
    public Object call() {
        return flow.run();
    }
}
