package io.jenkins.plugins.multiarchbuild.pipeline

import org.jenkinsci.plugins.workflow.cps.DSL
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException
import org.jenkinsci.plugins.workflow.steps.SynchronousResumeNotSupportedErrorCondition
import org.jenkinsci.plugins.workflow.support.steps.AgentErrorCondition

/** The flow of one build, made of Pipeline's own steps. */
class MultiArchBuildFlow implements BuildFlow, Serializable {

    private static final long serialVersionUID = 1L

    private final DSL steps
    private final BuildJob job
    private final Outcomes outcomes
    private MultiArchImage result

    MultiArchBuildFlow(DSL steps, BuildJob job) {
        this.steps = steps
        this.job = job
        this.outcomes = new Outcomes(job.groups)
    }

    @Override
    Object run() {
        if (job.originAsked) {
            outcomes.checkedOut(steps.multiArchBuildTask(new OriginTask(job)))
        }
        if (job.packed) {
            steps.multiArchBuildTask(new PackTask(job))
        }
        try {
            buildGroups()
        } finally {
            if (job.packed) {
                quietly(new DropStashTask(job))
            }
        }
        outcomes.checkFailures()
        return result
    }

    void buildGroups() {
        if (job.groups.size() == 1) {
            buildGroup(job.groups[0])
            return
        }
        Map branches = [failFast: job.step.failFast]
        for (GroupBuild group : job.groups) {
            branches[group.name] = branch(group)
        }
        steps.parallel(branches)
    }

    Closure branch(GroupBuild group) {
        return {
            try {
                buildGroup(group)
            } catch (FlowInterruptedException e) {
                throw e
            } catch (Exception e) {
                if (job.step.failFast) {
                    throw e
                }
                outcomes.failed(group, e.message)
            }
        }
    }

    void buildGroup(GroupBuild group) {
        if (group.label == null) {
            build(group)
            return
        }
        List conditions = [new AgentErrorCondition(), new SynchronousResumeNotSupportedErrorCondition()]
        steps.retry(count: job.tries, conditions: conditions) {
            steps.node(group.label) {
                withSource(group)
            }
        }
    }

    void withSource(GroupBuild group) {
        if (job.source == SourceFrom.URL) {
            build(group)
        } else if (job.source == SourceFrom.SCM) {
            outcomes.checkedOut(group, steps.checkout(JobScm.current()))
            build(group)
        } else {
            steps.dir(steps.multiArchBuildTask(new UnpackTask(job, group))) {
                if (job.source == SourceFrom.STASH) {
                    steps.unstash(job.userStash)
                }
                build(group)
            }
        }
    }

    void build(GroupBuild group) {
        long started = System.currentTimeMillis()
        try {
            List<String> environment = steps.multiArchBuildTask(new PrepareTask(group))
            steps.withEnv(environment) {
                if (!outcomes.isBuilt(group)) {
                    int exitCode = bake(group)
                    outcomes.built(group, steps.multiArchBuildTask(
                            new CollectTask(group, exitCode, System.currentTimeMillis() - started)))
                }
                if (outcomes.complete) {
                    finish()
                }
            }
        } finally {
            quietly(new CleanUpTask(group))
        }
    }

    int bake(GroupBuild group) {
        Map parameters = [returnStatus: true, encoding: 'UTF-8', label: 'docker buildx bake ' + group.name]
        return steps.isUnix()
                ? steps.sh(parameters + [script: BakeScript.UNIX])
                : steps.bat(parameters + [script: BakeScript.WINDOWS])
    }

    /** The last act of the group that is built last, on its agent: no other executor is needed. */
    void finish() {
        outcomes.checkRevisions()
        result = steps.multiArchBuildTask(
                new PublishTask(job, outcomes.all(), outcomes.checkout, System.currentTimeMillis()))
    }

    /** What cannot be removed because its agent has gone must not hide that it has gone; it is swept another time. */
    void quietly(AgentTask task) {
        try {
            steps.multiArchBuildTask(task)
        } catch (FlowInterruptedException e) {
            throw e
        } catch (Exception e) {
            steps.echo('[multiArchBuild] Could not clean up: ' + e.message)
        }
    }
}
