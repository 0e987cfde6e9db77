package io.jenkins.plugins.multiarchbuild.flow;

import hudson.Extension;
import org.jenkinsci.plugins.workflow.cps.GroovySourceFileAllowlist;

/** Allows Pipeline to load the flow of this plugin as trusted code. */
@Extension
public final class FlowAllowlist extends GroovySourceFileAllowlist {

    private static final String FLOW = "/" + CompiledFlow.NAME.replace('.', '/') + ".groovy";

    @Override
    public boolean isAllowed(String groovySourceFileUrl) {
        return groovySourceFileUrl.endsWith(FLOW);
    }
}
