package io.jenkins.plugins.multiarchbuild.flow

import io.jenkins.plugins.multiarchbuild.agent.BakeStep.Bake
import io.jenkins.plugins.multiarchbuild.agent.BuilderGoneException
import io.jenkins.plugins.multiarchbuild.agent.TaskDsl
import io.jenkins.plugins.multiarchbuild.archive.ArchiveTask
import io.jenkins.plugins.multiarchbuild.archive.CheckPlaceTask
import io.jenkins.plugins.multiarchbuild.archive.DropImagesTask
import io.jenkins.plugins.multiarchbuild.archive.FetchImagesTask
import io.jenkins.plugins.multiarchbuild.bakefile.BakeFileTask
import io.jenkins.plugins.multiarchbuild.builders.ToolTask
import io.jenkins.plugins.multiarchbuild.call.BuildPlan
import io.jenkins.plugins.multiarchbuild.call.MultiArchImage
import io.jenkins.plugins.multiarchbuild.call.PackedSource
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup
import io.jenkins.plugins.multiarchbuild.call.PlatformImage
import io.jenkins.plugins.multiarchbuild.call.SourceFrom
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage
import io.jenkins.plugins.multiarchbuild.lending.Loan
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind
import io.jenkins.plugins.multiarchbuild.task.AwaitBuilderTask
import io.jenkins.plugins.multiarchbuild.task.BakeLog
import io.jenkins.plugins.multiarchbuild.task.CleanUpTask
import io.jenkins.plugins.multiarchbuild.task.CollectTask
import io.jenkins.plugins.multiarchbuild.task.DropSourceTask
import io.jenkins.plugins.multiarchbuild.task.OriginTask
import io.jenkins.plugins.multiarchbuild.task.PackTask
import io.jenkins.plugins.multiarchbuild.task.PrepareTask
import io.jenkins.plugins.multiarchbuild.task.PublishTask
import io.jenkins.plugins.multiarchbuild.task.SmokeTestTask
import io.jenkins.plugins.multiarchbuild.task.TagsTask
import io.jenkins.plugins.multiarchbuild.task.UnpackTask
import io.jenkins.plugins.multiarchbuild.tags.TagTurn.Patience
import io.jenkins.plugins.multiarchbuild.timeline.Phases
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException
import org.jenkinsci.plugins.workflow.steps.SynchronousResumeNotSupportedErrorCondition
import org.jenkinsci.plugins.workflow.support.steps.AgentErrorCondition

/** The flow of one build, made of Pipeline's own steps and of this plugin's tasks. */
class MultiArchBuildFlow implements BuildFlow, Serializable {

    private static final long serialVersionUID = 1L

    private final TaskDsl steps
    private PlanTask planTask
    private BuildPlan plan
    private Outcomes outcomes
    private PackedSource packed
    private MultiArchImage result
    private PlannedGroup last
    private long builtAt
    private final Phases phases
    private LinkedHashMap<String, ArrayList<LayoutImage>> fetched = [:]

    MultiArchBuildFlow(TaskDsl steps, PlanTask planTask, Phases phases) {
        this.steps = steps
        this.planTask = planTask
        this.phases = phases
    }

    @Override
    Object run() {
        plan = perform(planTask)
        // else Pipeline would save it with every step
        planTask = null
        outcomes = new Outcomes(plan.groups(), phases, plan.isArchived())
        if (plan.call().credentials().secrets().isEmpty()) {
            build()
        } else {
            steps.withContext(perform(new MaskTask(plan))) {
                build()
            }
        }
        return result
    }

    void build() {
        if (plan.isTagsAsked() && plan.source() == SourceFrom.WORKSPACE) {
            plan = perform(new TagsTask(plan, [:]))
        }
        if (plan.isFileAsked() && plan.source() == SourceFrom.WORKSPACE) {
            withTool {
                plan = perform(new BakeFileTask(plan, null))
            }
        }
        if (plan.isOriginAsked()) {
            outcomes.checkedOut(perform(new OriginTask(plan)))
        }
        if (plan.isAllHere()) {
            buildAndPublish()
            return
        }
        try {
            buildAndPublish()
        } catch (FlowInterruptedException e) {
            throw e
        } catch (Exception e) {
            perform(new HandBackTask())
            throw e
        }
        perform(new HandBackTask())
    }

    void buildAndPublish() {
        if (plan.isArchived()) {
            buildAndArchive()
            return
        }
        buildFromSource()
        outcomes.checkFailures()
        if (result == null) {
            publishLater()
        }
    }

    void buildAndArchive() {
        perform(new CheckPlaceTask(plan))
        try {
            buildFromSource()
            outcomes.checkFailures()
            outcomes.begin(Kind.ARCHIVE, null)
            result = perform(new ArchiveTask(plan, result, fetched))
        } finally {
            outcomes.begin(Kind.CLEAN_UP, null)
            quietly(new DropImagesTask(plan))
            for (PlannedGroup group : plan.groups()) {
                if (isKept(group)) {
                    quietly(new CleanUpTask(plan, group, 0))
                }
            }
        }
    }

    void buildFromSource() {
        try {
            if (plan.isPacked()) {
                outcomes.begin(Kind.PACK, null)
                packed = perform(new PackTask(plan))
            }
            outcomes.end(null)
            buildGroups()
        } finally {
            if (plan.isPacked()) {
                quietly(new DropSourceTask(plan))
            }
        }
    }

    /** Whether what a group has built stays on its agent until it is in the archive, which is written there. */
    boolean isKept(PlannedGroup group) {
        return plan.isArchived() && group.label() == null
    }

    void buildGroups() {
        if (plan.groups().size() == 1) {
            buildGroup(plan.groups()[0])
            return
        }
        Map branches = [failFast: plan.call().failFast()]
        for (PlannedGroup group : plan.groups()) {
            branches[group.name()] = branch(group)
        }
        steps.parallel(branches)
    }

    Closure branch(PlannedGroup group) {
        return {
            try {
                buildGroup(group)
            } catch (FlowInterruptedException e) {
                throw e
            } catch (Exception e) {
                // what fails when a group is built is the publication, which is not the group's alone
                if (plan.call().failFast() || outcomes.isBuilt(group)) {
                    throw e
                }
                outcomes.failed(group, e.message)
            }
        }
    }

    void buildGroup(PlannedGroup group) {
        try {
            if (group.label() == null) {
                withTool {
                    attempt(group)
                }
                return
            }
            onAgent(group) {
                withTool {
                    attempt(group)
                }
            }
        } finally {
            outcomes.end(group)
        }
    }

    /** With the Docker tool of the call in front of the path, if it names one. */
    void withTool(Closure body) {
        if (plan.call().tool() == null) {
            body()
            return
        }
        steps.withEnv(perform(new ToolTask(plan.call().tool())), body)
    }

    /** On another agent if its agent goes away, see {@link Outcomes#outage}. */
    void onAgent(PlannedGroup group, Closure body) {
        boolean ended = false
        while (!ended) {
            try {
                onExecutor(group, body)
                ended = true
            } catch (Exception e) {
                if (!isLossOfAgent(e) || outcomes.outage(group) > plan.call().retries()) {
                    throw e
                }
                String reason = e.message ?: 'The connection to the agent was closed.'
                steps.echo('[multiArchBuild] ' + reason + (reason.endsWith('.') ? '' : '.')
                        + ' Another agent is asked for ' + group.name() + '.')
            }
        }
    }

    boolean isLossOfAgent(Exception e) {
        List conditions = [new AgentErrorCondition(), new SynchronousResumeNotSupportedErrorCondition()]
        for (condition in conditions) {
            if (condition.test(e, null)) {
                return true
            }
        }
        return false
    }

    /** Runs on an executor of its own or, if all are taken, on one whose build only waits, see {@link Loan}. */
    void onExecutor(PlannedGroup group, Closure body) {
        Loan loan = null
        boolean ended = false
        while (!ended) {
            outcomes.enter(group)
            try {
                outcomes.begin(Kind.WAIT_FOR_AGENT, group)
                if (loan == null) {
                    steps.node(group.label(), body)
                } else {
                    steps.borrow(loan, body)
                }
                ended = true
            } catch (FlowInterruptedException e) {
                loan = Loan.of(e)
            } catch (Exception e) {
                // if the controller shuts down between the end of the block and that of node, Pipeline fails the node
                if (!outcomes.hasLeft(group)) {
                    throw e
                }
                steps.echo('[multiArchBuild] ' + group.name() + ' is done. Its node ended with an error: ' + e.message)
                ended = true
            }
        }
    }

    /** Builds again on the same agent if the builder goes away, see {@link Outcomes#outage}. */
    void attempt(PlannedGroup group) {
        boolean ended = false
        while (!ended) {
            try {
                if (group.label() == null) {
                    build(group, null)
                } else {
                    withSource(group)
                    outcomes.leave(group)
                }
                ended = true
            } catch (BuilderGoneException e) {
                if (outcomes.outage(group) > plan.call().retries()) {
                    throw e
                }
                steps.echo('[multiArchBuild] ' + e.message + ' The group is built again when the builder is back.')
                perform(new AwaitBuilderTask(plan, group))
            }
        }
    }

    void withSource(PlannedGroup group) {
        if (outcomes.isBuilt(group)) {
            // the agent went away while publishing
            finish(group)
            return
        }
        outcomes.begin(Kind.SOURCE, group)
        if (plan.source() == SourceFrom.SCM) {
            outcomes.checkedOut(group, steps.checkout(JobScm.current()))
            askTags(group)
        } else if (plan.source() == SourceFrom.WORKSPACE) {
            perform(new UnpackTask(plan, group, packed))
        } else if (plan.source() == SourceFrom.STASH) {
            steps.dir(perform(new UnpackTask(plan, group, null))) {
                steps.unstash(plan.call().stash())
            }
        }
        build(group, packed)
    }

    /** The first group to be checked out gives the tags; {@link Outcomes#checkRevisions} compares the others. */
    void askTags(PlannedGroup group) {
        if (plan.isTagsAsked()) {
            BuildPlan tagged = perform(new TagsTask(plan, outcomes.checkout))
            if (plan.isTagsAsked()) {
                plan = tagged
                outcomes.tagged(group)
            }
        }
    }

    /** The first group to have the source reads the bake file for all of them. */
    void askFile(PlannedGroup group) {
        if (plan.isFileAsked()) {
            BuildPlan read = perform(new BakeFileTask(plan, group))
            if (plan.isFileAsked()) {
                plan = read
                outcomes.read(group)
            }
        }
    }

    void build(PlannedGroup group, PackedSource source) {
        long started = outcomes.begin(Kind.PREPARE, group)
        long baking = 0
        try {
            askFile(group)
            List<String> environment = perform(new PrepareTask(plan, group, source))
            List<PlatformImage> images = []
            for (int attempt = 1; images.isEmpty(); attempt++) {
                baking = outcomes.begin(Kind.BAKE, group)
                int exitCode = bake(group, environment)
                outcomes.begin(Kind.VERIFY, group)
                images = perform(new CollectTask(
                        plan, group, environment, exitCode, attempt, System.currentTimeMillis() - started, baking))
            }
            baking = 0
            if (!plan.call().checks().smokeTest().commands().isEmpty()) {
                outcomes.begin(Kind.SMOKE_TEST, group)
                images = perform(new SmokeTestTask(plan, group, environment, images))
            }
            if (plan.isArchived()) {
                outcomes.begin(Kind.ARCHIVE, group)
                fetched[group.id()] = perform(new FetchImagesTask(group, images))
            }
            outcomes.built(group, images)
            finish(group)
        } finally {
            if (!isKept(group)) {
                outcomes.begin(Kind.CLEAN_UP, group)
                quietly(new CleanUpTask(plan, group, baking))
            }
        }
    }

    int bake(PlannedGroup group, List<String> environment) {
        return steps.bake(new Bake(
                'docker buildx bake ' + group.name(),
                PrepareTask.isOnUnix(environment),
                environment,
                new BakeLog(plan, group, environment)))
    }

    /**
     * Publishes on the agent of the group that is built last, so that no other executor is needed. There is no result
     * if other builds publish to the same tags.
     */
    void finish(PlannedGroup group) {
        if (!outcomes.complete) {
            return
        }
        outcomes.checkRevisions()
        last = group
        builtAt = System.currentTimeMillis()
        outcomes.begin(Kind.PUBLISH, group)
        publish(Patience.NONE)
    }

    /** Waits for other builds that publish to the same tags, without an executor unless it is the caller's. */
    void publishLater() {
        outcomes.begin(Kind.WAIT_FOR_TAGS, last)
        if (last.label() == null) {
            withTool {
                publish(Patience.ON_AGENT)
            }
            return
        }
        try {
            perform(new AwaitTagsTask(plan))
            onAgent(last) {
                outcomes.begin(Kind.PUBLISH, last)
                withTool {
                    publish(Patience.ON_AGENT)
                }
                outcomes.leave(last)
            }
        } finally {
            quietly(new LeaveTagsTask(plan))
        }
    }

    void publish(Patience patience) {
        result = perform(new PublishTask(plan, outcomes.all(), outcomes.checkout, builtAt, patience))
    }

    /** Once more in a new step if the controller was killed at the end of one. */
    Object perform(Object task) {
        try {
            return steps.task(task)
        } catch (TaskDsl.LostStepException e) {
            steps.echo('[multiArchBuild] The controller was killed at the end of a step, which is done again.')
            return steps.task(task)
        }
    }

    /**
     * A clean-up that fails because the agent is gone must not hide that it is gone; it is done at the next contact.
     */
    void quietly(Object task) {
        try {
            perform(task)
        } catch (FlowInterruptedException e) {
            throw e
        } catch (Exception e) {
            steps.echo('[multiArchBuild] Could not clean up: ' + e.message)
        }
    }
}
