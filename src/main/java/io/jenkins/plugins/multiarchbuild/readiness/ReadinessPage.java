package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Api;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.ManagementLink;
import hudson.model.Node;
import hudson.security.Permission;
import io.jenkins.plugins.multiarchbuild.configuration.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.emulation.EmulationRow;
import io.jenkins.plugins.multiarchbuild.emulation.EmulationTally;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/**
 * The page 'Multi-arch builds' of 'Manage Jenkins': what the agents answered when an administrator last asked them, and
 * what builds have emulated. The answers are kept until the controller stops. Reading needs less than asking, which
 * gives agents the logins of registries.
 */
@Extension
@Symbol("multiArchReadiness")
@ExportedBean
public final class ReadinessPage extends ManagementLink implements StaplerProxy {

    @CheckForNull
    private Survey survey;

    /** Asks all agents. While they are being asked, nothing more happens. */
    @POST
    public HttpResponse doAsk() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        ask();
        return HttpResponses.redirectToDot();
    }

    private synchronized void ask() {
        if (isRunning()) {
            return;
        }
        Duration limit = Survey.limit();
        List<AskAgent> questions = new ArrayList<>();
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            // the built-in node without executors builds nothing
            if (node != null && (node != Jenkins.get() || node.getNumExecutors() > 0)) {
                questions.add(new AskAgent(computer, wanted(node), null, limit));
            }
        }
        survey = new Survey(questions);
        survey.start(() -> Logins.ofSettings(RegistryLogins::resolve));
    }

    /** Returns the platforms that the global settings expect of a node. */
    private static List<Platform> wanted(Node node) {
        List<Platform> wanted = new ArrayList<>();
        try {
            Map<String, String> labels =
                    MultiArchBuildConfiguration.get().agentLabels().entries();
            labels.forEach((key, label) -> {
                if (!key.equals(PlatformMap.REST)
                        && Label.parseExpression(label).matches(node)) {
                    wanted.add(Platform.parse(key));
                }
            });
        } catch (IllegalArgumentException e) {
            // the form of the settings says what is wrong with them
            return List.of();
        }
        return wanted;
    }

    @Override
    public Object getTarget() {
        Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
        return this;
    }

    /** Returns the remote API. */
    @NonNull
    public Api getApi() {
        return new Api(this);
    }

    /** Returns what the agents answered so far; empty if nobody has asked since the controller started. */
    @NonNull
    @Exported(inline = true)
    public synchronized List<AgentReadiness> getAgents() {
        return survey == null ? List.of() : survey.rows();
    }

    /** Whether agents are being asked. */
    @Exported
    public synchronized boolean isRunning() {
        return survey != null && survey.isRunning();
    }

    /** Returns when the agents were asked, in milliseconds since 1970, or 0 if nobody has asked. */
    @Exported
    public synchronized long getAsked() {
        return survey == null ? 0 : survey.started();
    }

    /** Returns when the agents were asked, for the page. */
    @NonNull
    public Date getAskedDate() {
        return new Date(getAsked());
    }

    /** Returns what was emulated in the last 30 days, what took longest first. */
    @NonNull
    @Exported(inline = true)
    public List<EmulationRow> getEmulation() {
        return EmulationTally.get().rows();
    }

    /** Returns the day on which emulation was counted for the first time, such as {@code 2026-11-29}, or null. */
    @CheckForNull
    @Exported
    public String getEmulationSince() {
        LocalDate since = EmulationTally.get().since();
        return since == null ? null : since.toString();
    }

    /** Whether the current user may ask. */
    public boolean isMayAsk() {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
    }

    @Override
    public String getIconFileName() {
        return "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Messages.ReadinessPage_displayName();
    }

    @Override
    public String getDescription() {
        return Messages.ReadinessPage_description();
    }

    @Override
    public String getUrlName() {
        return "multi-arch-builds";
    }

    @NonNull
    @Override
    public Permission getRequiredPermission() {
        return Jenkins.SYSTEM_READ;
    }

    @NonNull
    @Override
    public Category getCategory() {
        return Category.STATUS;
    }
}
