package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarchbuild.agent.ControllerTask;
import io.jenkins.plugins.multiarchbuild.call.AgentLabels;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Asks the agents of some platforms whether they can build them. After a restart of the controller it asks again. */
public final class CheckTask implements ControllerTask<ArrayList<LinkedHashMap<String, Object>>> {

    private static final long serialVersionUID = 1L;

    /** As long as Pipeline itself waits for a lost agent. */
    private static final long LONGEST_WAIT_FOR_AGENTS = TimeUnit.MINUTES.toNanos(5);

    private final ArrayList<Platform> platforms;
    private final AgentLabels labels;

    @CheckForNull
    private final String builder;

    private final boolean failOnProblem;

    /** The name of the agent that the step runs on, or null. */
    @CheckForNull
    private final String here;

    /** The names of those agents that were online at the beginning: after a restart they need a while to come back. */
    private final ArrayList<String> online = new ArrayList<>();

    /** Whether the controller has not been restarted since the step began. */
    private transient boolean fresh;

    /**
     * @param labels the labels of the agents, by platform
     * @param builder name of the builder, or null for the current one
     * @param failOnProblem whether a platform that cannot be built is an error
     * @param here the agent that the step runs on, or null
     * @throws InvalidRequestException if a label is not a label expression
     */
    public CheckTask(
            @NonNull List<Platform> platforms,
            @NonNull AgentLabels labels,
            @CheckForNull String builder,
            boolean failOnProblem,
            @CheckForNull Computer here) {
        this.platforms = new ArrayList<>(platforms);
        this.labels = labels;
        this.builder = builder;
        this.failOnProblem = failOnProblem;
        this.here = here == null ? null : here.getName();
        this.fresh = true;
        Set<Computer> asked = new LinkedHashSet<>();
        for (Platform platform : platforms) {
            labels.parsed(platform)
                    .ifPresent(label -> label.getNodes()
                            .forEach(
                                    node -> Stream.ofNullable(node.toComputer()).forEach(asked::add)));
        }
        Stream.ofNullable(here).forEach(asked::add);
        asked.stream().filter(Computer::isOnline).map(Computer::getName).forEach(online::add);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        fresh = false;
    }

    @Override
    public String label() {
        return Messages.CheckTask_label();
    }

    /** @return one map for each platform */
    @Override
    public ArrayList<LinkedHashMap<String, Object>> run(StepContext context) throws IOException, InterruptedException {
        if (!fresh) {
            awaitAgents();
        }
        Run<?, ?> run = context.get(Run.class);
        Computer current = here == null ? null : Jenkins.get().getComputer(here);
        if (here != null && current == null) {
            throw new AbortException(Messages.CheckTask_hereIsGone(here));
        }
        List<CheckedPlatform> checked = new ArrayList<>();
        for (Platform platform : platforms) {
            checked.add(CheckedPlatform.of(run, platform, labels, current));
        }
        Survey survey = ask(run, checked);
        if (awaitLost(survey.gone())) {
            survey = ask(run, checked);
        }
        return report(context.get(TaskListener.class), checked, survey);
    }

    private Survey ask(Run<?, ?> run, List<CheckedPlatform> checked) throws InterruptedException {
        Map<Computer, List<Platform>> wanted = new LinkedHashMap<>();
        for (CheckedPlatform each : checked) {
            each.agents()
                    .forEach(agent -> wanted.computeIfAbsent(agent, key -> new ArrayList<>())
                            .add(each.platform()));
        }
        Duration limit = Survey.limit();
        Survey survey = new Survey(wanted.entrySet().stream()
                .map(entry -> new AskAgent(entry.getKey(), entry.getValue(), builder, limit))
                .toList());
        survey.start(() -> Logins.ofSettings((registry, id) ->
                RegistryLogins.resolve(run, Map.of(registry, id)).get(registry)));
        try {
            survey.await();
        } catch (InterruptedException e) {
            survey.end();
            throw e;
        }
        return survey;
    }

    /**
     * Waits a while for agents that went away while they were asked.
     *
     * @return whether one of them is back
     * @throws IOException if the controller shuts down, which may be why they went
     */
    private static boolean awaitLost(List<Computer> gone) throws IOException, InterruptedException {
        long end = System.nanoTime() + Survey.limit().toNanos();
        while (true) {
            if (Jenkins.get().isTerminating()) {
                throw new IOException("The controller shuts down");
            }
            boolean all = gone.stream().allMatch(Computer::isOnline);
            if (all || System.nanoTime() > end) {
                return gone.stream().anyMatch(Computer::isOnline);
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private void awaitAgents() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT_FOR_AGENTS;
        while (System.nanoTime() < end && online.stream().anyMatch(CheckTask::isAway)) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static boolean isAway(String name) {
        Computer computer = Jenkins.get().getComputer(name);
        return computer != null && computer.isOffline();
    }

    private ArrayList<LinkedHashMap<String, Object>> report(
            TaskListener listener, List<CheckedPlatform> checked, Survey survey) throws AbortException {
        ArrayList<LinkedHashMap<String, Object>> results = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Set<String> lines = new LinkedHashSet<>();
        for (CheckedPlatform each : checked) {
            LinkedHashMap<String, Object> result = new LinkedHashMap<>();
            ArrayList<Serializable> agents = new ArrayList<>();
            ArrayList<String> problems = new ArrayList<>();
            if (each.problem() != null) {
                problems.add(each.problem());
                lines.add(each.platform() + ": " + each.problem());
            }
            each.notes().forEach(note -> lines.add(each.platform() + ": " + note));
            for (Computer computer : each.agents()) {
                AgentReadiness agent = survey.of(computer);
                agents.add(agent.toMap());
                String name = Messages.CheckTask_onAgent(agent.getName());
                agent.getProblems().forEach(problem -> problems.add(name + ": " + problem));
                if (agent.builds(each.platform())) {
                    String agentBuilder = agent.getBuilder();
                    String agentDriver = agent.getDriver();
                    lines.add(each.platform() + " "
                            + (agent.emulates(each.platform())
                                    ? Messages.CheckTask_emulated(agent.getName(), agentBuilder, agentDriver)
                                    : Messages.CheckTask_buildable(agent.getName(), agentBuilder, agentDriver)));
                }
            }
            Boolean buildable = each.isBuildable(survey);
            if (Boolean.FALSE.equals(buildable)) {
                failures.add(Messages.CheckTask_cannotBeBuilt(each.platform(), problems.get(0)));
            }
            result.put("platform", each.platform().toString());
            result.put("label", each.label());
            result.put("buildable", buildable);
            result.put("problems", problems);
            result.put("agents", agents);
            results.add(result);
        }
        for (AgentReadiness agent : survey.rows()) {
            String name = Messages.CheckTask_agent(agent.getName());
            agent.getProblems().forEach(problem -> lines.add(name + ": " + problem));
            agent.getNotes().forEach(note -> lines.add(name + ": " + note));
        }
        lines.forEach(line -> listener.getLogger().println("[multiArchCheck] " + line));
        if (failOnProblem && !failures.isEmpty()) {
            throw new AbortException(String.join(" ", failures));
        }
        return results;
    }
}
