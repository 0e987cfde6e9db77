package io.jenkins.plugins.multiarchbuild.trend;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Item;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.kohsuke.stapler.StaplerProxy;

/**
 * The page 'Multi-arch trend' of a job. Jenkins creates it whenever it asks for the actions of a job, so builds are looked at
 * only when a page shows the link or the trend. It is no exported bean itself, or the remote API of a job, and of a folder
 * with many, would read builds as well.
 */
public final class TrendPage implements Action, StaplerProxy {

    /** The URL of the page, relative to that of the job. */
    static final String URL = "multi-arch-trend";

    private final WorkflowJob job;

    TrendPage(@NonNull WorkflowJob job) {
        this.job = job;
    }

    @Override
    public Object getTarget() {
        job.checkPermission(Item.READ);
        return this;
    }

    /** Returns the job that this page belongs to. */
    @NonNull
    public WorkflowJob getJob() {
        return job;
    }

    /** Returns the trend, which is read from the builds each time. */
    @NonNull
    public Trend getTrend() {
        return Trend.of(job);
    }

    /** Returns the remote API. */
    @NonNull
    public Api getApi() {
        return new Api(getTrend());
    }

    /** Returns null, so that there is no link, if none of the last builds has a report. */
    @CheckForNull
    @Override
    public String getIconFileName() {
        return job.hasPermission(Item.READ) && Trend.isKnown(job) ? "symbol-analytics" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.TrendPage_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    /** Gives every Pipeline its page. */
    @Extension
    public static final class Factory extends TransientActionFactory<WorkflowJob> {

        @Override
        public Class<WorkflowJob> type() {
            return WorkflowJob.class;
        }

        @Override
        public Class<TrendPage> actionType() {
            return TrendPage.class;
        }

        @NonNull
        @Override
        public Collection<TrendPage> createFor(@NonNull WorkflowJob target) {
            return List.of(new TrendPage(target));
        }
    }
}
