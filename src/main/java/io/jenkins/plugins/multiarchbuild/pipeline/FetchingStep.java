package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import java.io.Serializable;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters on what a build takes from elsewhere: further contexts, cache, base images, the network. */
public abstract class FetchingStep extends PublishingStep {

    private static final long serialVersionUID = 1L;

    private Serializable buildContexts;
    private Serializable cacheFrom;
    private Serializable cacheTo;
    private boolean pull;
    private boolean noCache;
    private String network;

    FetchingStep(@CheckForNull Object baseTags) {
        super(baseTags);
    }

    /** @throws InvalidRequestException if one has no usable name or source */
    @NonNull
    NamedContexts namedContexts() {
        return new NamedContexts(StepParameters.map("buildContexts", buildContexts));
    }

    /** @throws InvalidRequestException if an entry is not understood or holds a secret */
    @NonNull
    CacheOptions cache() {
        return CacheOptions.parse(
                StepParameters.entries("cacheFrom", cacheFrom),
                StepParameters.entries("cacheTo", cacheTo),
                pull,
                noCache);
    }

    @CheckForNull
    public Object getBuildContexts() {
        return buildContexts;
    }

    @DataBoundSetter
    public void setBuildContexts(Object buildContexts) {
        this.buildContexts = StepParameters.plain(buildContexts);
    }

    @CheckForNull
    public Object getCacheFrom() {
        return cacheFrom;
    }

    @DataBoundSetter
    public void setCacheFrom(Object cacheFrom) {
        this.cacheFrom = StepParameters.plain(cacheFrom);
    }

    @CheckForNull
    public Object getCacheTo() {
        return cacheTo;
    }

    @DataBoundSetter
    public void setCacheTo(Object cacheTo) {
        this.cacheTo = StepParameters.plain(cacheTo);
    }

    public boolean isPull() {
        return pull;
    }

    @DataBoundSetter
    public void setPull(boolean pull) {
        this.pull = pull;
    }

    public boolean isNoCache() {
        return noCache;
    }

    @DataBoundSetter
    public void setNoCache(boolean noCache) {
        this.noCache = noCache;
    }

    @CheckForNull
    public String getNetwork() {
        return network;
    }

    @DataBoundSetter
    public void setNetwork(String network) {
        this.network = Util.fixEmptyAndTrim(network);
    }
}
