package io.jenkins.plugins.multiarchbuild.pipeline

import org.jenkinsci.plugins.workflow.cps.DSL

/** The flow of one build, made of Pipeline's own steps. */
class MultiArchBuildFlow implements BuildFlow, Serializable {

    private static final long serialVersionUID = 1L

    private final DSL steps
    private final BuildJob job
    private final Map<String, List<PlatformImage>> images = [:]
    private MultiArchImage result

    MultiArchBuildFlow(DSL steps, BuildJob job) {
        this.steps = steps
        this.job = job
    }

    @Override
    Object run() {
        build(job.groups[0])
        return result
    }

    void build(GroupBuild group) {
        long started = System.currentTimeMillis()
        List<String> environment = steps.multiArchBuildTask(new PrepareTask(group))
        try {
            steps.withEnv(environment) {
                int exitCode = bake(group)
                images[group.name] = steps.multiArchBuildTask(
                        new CollectTask(group, exitCode, System.currentTimeMillis() - started))
                if (images.size() == job.groups.size()) {
                    finish()
                }
            }
        } finally {
            steps.multiArchBuildTask(new CleanUpTask(group))
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
        List<PlatformImage> all = []
        for (GroupBuild group : job.groups) {
            all.addAll(images[group.name])
        }
        result = job.step.publish
                ? steps.multiArchBuildTask(new PublishTask(job.step, all))
                : MultiArchImage.unpublished(all)
    }
}
