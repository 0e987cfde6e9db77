package io.jenkins.plugins.multiarchbuild.step;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is wrong with a request is said in one line, before an agent is asked for. */
@WithJenkins
class BadInputTest {

    private static final List<String> CASES = List.of(
            "platforms: [], baseTags: 'app:1' | No platforms. Name at least one",
            "baseTags: 'app:1' | No platforms. Name at least one",
            "platforms: 'linux/vax', baseTags: 'app:1' | Unknown platform 'linux/vax'.",
            "platforms: [1], baseTags: 'app:1' | Unknown platform '1'.",
            "platforms: ['arm64', 'linux/aarch64'], baseTags: 'app:1' | The platform linux/arm64 is named twice",
            "platforms: 'arm64', baseTags: [] | No base tag.",
            "platforms: 'arm64' | No base tag.",
            "platforms: 'arm64', push: true | No base tag.",
            "platforms: 'arm64', push: false, baseTags: 'team/app' | The base tag 'team/app' has no tag.",
            "platforms: 'arm64', baseTags: 'team/app' | The base tag 'team/app' has no tag.",
            "platforms: 'arm64', baseTags: 'app:1@sha256:"
                    + "0000000000000000000000000000000000000000000000000000000000000000' | has a digest",
            "platforms: 'arm64', baseTags: 'App:1' | 'App:1' is not a valid image reference",
            "platforms: 'arm64', baseTags: 'app:1', repositories: 'app', tagsFrom: 'git' | baseTags and tagsFrom exclude each other.",
            "platforms: 'arm64', repositories: 'app' | repositories: nothing says which tags they get.",
            "platforms: 'arm64', baseTags: 'app:1', repositories: 'app' | repositories: nothing says which tags they get.",
            "platforms: 'arm64', tagsFrom: 'git' | tagsFrom: no repository to publish to.",
            "platforms: 'arm64', repositories: 'app', tagsFrom: 'svn' | tagsFrom: 'svn' is not understood. Give 'git'.",
            "platforms: 'arm64', baseTags: [app: 'app:1'] | baseTags: give a list or a string, not {app=app:1}.",
            "platforms: 'arm64', baseTags: 'app:1', bakeTargets: 'app' | bakeTargets: there is no bake file.",
            "platforms: 'arm64', baseTags: [other: 'app:1'], bake: 'f.hcl', bakeTargets: 'app' | baseTags: 'other' is not a target of this call. It builds app. To build it too, name it with bakeTargets, or leave bakeTargets out.",
            "platforms: 'arm64', baseTags: [a: 'app:1'], bake: 'f.hcl', bakeTargets: ['a', 'b'] | baseTags: there are no tags for b.",
            "platforms: 'arm64', baseTags: [a: 'app:1', b: []], bake: 'f.hcl' | baseTags: there are no tags for b.",
            "platforms: 'arm64', baseTags: [a: []], bake: 'f.hcl' | baseTags: there are no tags for a.",
            "platforms: 'arm64', baseTags: 'app:1', bake: 'f.hcl', bakeTargets: 'a b' | baseTags: it is not said which of the targets a, b these tags are for.",
            "platforms: 'arm64', baseTags: [a: 'app:1', b: 'docker.io/library/app:1'], bake: 'f.hcl' | baseTags: docker.io/library/app:1 is a tag of both a and b.",
            "platforms: 'arm64', baseTags: [a: 'app:1', b: 'app:1-arm64'], bake: 'f.hcl', archTags: true | The arch tag docker.io/library/app:1-arm64 of linux/arm64 is also a base tag.",
            "platforms: 'arm64', push: false, archive: 'x.tar', bake: 'f.hcl', bakeTargets: 'a b' | archive: an archive holds one image, and this call builds a, b.",
            "platforms: 'arm64', repositories: 'app', tagsFrom: 'git', bake: 'f.hcl', bakeTargets: 'a b' | tagsFrom: Git gives the tags of one image, and this call builds a, b.",
            "platforms: 'arm64', repositories: 'app:1', tagsFrom: 'git' | repositories: 'app:1' has a tag.",
            "platforms: 'arm64', repositories: ['app@sha256:"
                    + "0000000000000000000000000000000000000000000000000000000000000000'], tagsFrom: 'git' | has a digest",
            "platforms: 'arm64', repositories: 'App', tagsFrom: 'git' | is not a valid image reference",
            "platforms: 'arm64', agents: ['*': 'x'], stash: 's', repositories: 'app', tagsFrom: 'git' | tagsFrom: Git cannot be asked for the tags, because the source is a stash.",
            "platforms: 'arm64', agents: ['*': 'x'], context: 'https://h.example/x.git', repositories: 'app', tagsFrom: 'git' | because the context is a URL.",
            "platforms: 'arm64', agents: ['*': 'x'], repositories: 'app', tagsFrom: 'git', credentialsId: 'nobody' | No credentials 'nobody' for the registry docker.io.",
            "platforms: 'arm64', baseTags: 'app:1', credentialsId: 'nobody' | No credentials 'nobody' for the registry docker.io.",
            "platforms: 'arm64', baseTags: 'app:1', dockerfiles: [vax: 'x'] | Unknown platform 'vax'.",
            "platforms: 'arm64', baseTags: 'app:1', archTags: 'maybe' | archTags: 'maybe' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', archTags: [arm64: 'a b'] | is not a valid image reference",
            "platforms: 'arm64', baseTags: 'app:1', provenance: 'maybe' | provenance: 'maybe' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', builder: 'a b' | builder: 'a b' is not the name of a builder.",
            "platforms: 'arm64', baseTags: 'app:1', builder: true | builder: give the name of a builder, or a map",
            "platforms: 'arm64', baseTags: 'app:1', builder: [name: 'A'] | builder: 'A' cannot be the name of a managed builder.",
            "platforms: 'arm64', baseTags: 'app:1', builder: [name: 'a', keep: '1GB'] | builder: there is no setting 'keep'.",
            "platforms: 'arm64', baseTags: 'app:1', builder: [name: 'a', driver: 'remote'] | builder 'a': the driver remote needs an endpoint",
            "platforms: 'arm64', baseTags: 'app:1', builder: [name: 'a', driver: 'remote', endpoint: 'tcp://b:1', certificates: 'nobody'], agents: ['*': 'x'] | builder: no credentials 'nobody' of the kind 'X.509 Client Certificate'",
            "platforms: 'arm64', baseTags: 'app:1', tool: 'docker-27' | tool: there is no Docker tool 'docker-27'. Add one under",
            "platforms: 'arm64', baseTags: 'app:1', buildArgs: ['A=B': 'x'] | buildArgs: 'A=B' is not a name.",
            "platforms: 'arm64', baseTags: 'app:1', buildArgs: true | buildArgs: give a map",
            "platforms: 'arm64', baseTags: 'app:1', buildArgs: [arm64: ['A=B': 'x']] | buildArgs: 'A=B' is not a name.",
            "platforms: 'arm64', baseTags: 'app:1', buildArgs: [vax: [A: 'x']] | buildArgs: only a platform may have values of its own. Unknown platform 'vax'.",
            "platforms: 'arm64', baseTags: 'app:1', labels: '[vax]\\na=b' | labels: only a platform may have values of its own. Unknown platform 'vax'.",
            "platforms: 'arm64', baseTags: 'app:1', target: [vax: 'x'] | Unknown platform 'vax'.",
            "platforms: 'arm64', baseTags: 'app:1', dockerfile: 'Own.${architecture}' | dockerfile: '${architecture}' is not a placeholder. There are ${arch}, ${uname} and ${platform}.",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: [arm64: [base: 'target:other']] | buildContexts: 'target:other' for 'base' is a target of a bake file",
            "platforms: 'arm64', baseTags: 'app:1', labels: 'x' | labels: the line 'x' is not written as name=value.",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: [base: 'target:other'] | buildContexts: 'target:other' for 'base' is a target of a bake file",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: ['a b': 'dir'] | buildContexts: 'a b' is not a name that a Dockerfile can have",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: [base: ''] | buildContexts: 'base' has no source that a build can read.",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: [base: 'docker-image://A'] | 'A' is not a valid image reference",
            "platforms: 'arm64', baseTags: 'app:1', cacheFrom: ['type=inline'] | cacheFrom: type=inline is not a type of cache.",
            "platforms: 'arm64', baseTags: 'app:1', cacheFrom: 'type=local,dest=x' | cacheFrom: type=local needs src=",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: ['type=registy,ref=app:c'] | cacheTo: type=registy is not a type of cache.",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: 'ref=app:c' | cacheTo: 'ref=app:c' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: [[type: 'registry']] | cacheTo: '{type=registry}' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: 'type=registry,ref=app:c,mode=most' | cacheTo: mode has to be min or max, not most.",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: 'app:1' | The tag docker.io/library/app:1-arm64 of the cache is also a tag of the image",
            "platforms: 'arm64', baseTags: 'app:1', cache: 'app:1' | The tag docker.io/library/app:1-arm64 of the cache is also a tag of the image",
            "platforms: 'arm64', baseTags: 'app:1', cache: 'App' | 'App' is not a valid image reference",
            "platforms: 'arm64', baseTags: 'app:1', cache: ['a'] | '[a]' is not a valid image reference",
            "platforms: 'arm64', push: false, cache: true | cache: true keeps the cache in the repository of the image, and none is named.",
            "platforms: 'arm64', baseTags: 'app:1', cacheTo: 'type=s3,bucket=b, secret_access_key=s3cret' | cacheTo: a secret written here could be read",
            "platforms: 'arm64', baseTags: 'app:1', network: 'bridge' | network: 'bridge' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', smokeTest: [] | smokeTest: there is no command.",
            "platforms: 'arm64', baseTags: 'app:1', smokeTest: [sparc: ['a']] | Unknown platform 'sparc'.",
            "platforms: 'arm64', baseTags: 'app:1', smokeTest: 'a', smokeTestTimeout: -1 | smokeTestTimeout: -1 is not a",
            "platforms: 'arm64', baseTags: 'app:1', log: 'json' | log: 'json' is not understood. Give 'steps', or 'raw'",
            "platforms: 'arm64', baseTags: 'app:1', smokeTestNetwork: 'host' | smokeTestNetwork: 'host' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: 'big' | shmSize: 'big' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '0' | shmSize: '0' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '0.5' | shmSize: '0.5' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: 0 | shmSize: '0' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: -1 | shmSize: '-1' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: [1] | shmSize: '[1]' is not a size.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '1t' | shmSize: '1t' is not a size. Give a number of bytes, or one with the unit k, m or g",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '8589934592g' | shmSize: '8589934592g' is too large:",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '99999999999999g' | shmSize: '99999999999999g' is too large: the number of bytes does not fit into 64 bits.",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: 9223372036854775808 | shmSize: '9223372036854775808' is too large:",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: 134217728 | inside node",
            "platforms: 'arm64', baseTags: 'app:1', shmSize: '8589934591g' | inside node",
            "platforms: 'arm64', baseTags: 'app:1', buildArgs: [arm64: [N: '1'], aarch64: [N: '2']] | buildArgs: 'arm64' and 'aarch64' are the same platform, linux/arm64. Use one of them.",
            "platforms: 'arm64', baseTags: 'app:1', labels: '[arm64]\\na=b\\n[linux/arm64]\\na=c' | labels: 'arm64' and 'linux/arm64' are the same platform, linux/arm64.",
            "platforms: 'arm64', baseTags: 'app:1', buildContexts: ['arm64/v8': [a: 'b'], aarch64: [a: 'c']] | buildContexts: 'arm64/v8' and 'aarch64' are the same platform",
            "platforms: 'arm64', baseTags: 'app:1', dockerfiles: [x86: 'a', i386: 'b'] | dockerfiles: 'x86' and 'i386' are the same platform, linux/386.",
            "platforms: 'arm64', baseTags: 'app:1', target: [arm64: 'a', aarch64: 'b'] | target: 'arm64' and 'aarch64' are the same platform",
            "platforms: 'arm64', baseTags: 'app:1', smokeTest: [arm64: 'a', aarch64: 'b'] | 'arm64' and 'aarch64' are the same platform",
            "platforms: 'arm64', baseTags: 'app:1', agents: [arm64: 'a', aarch64: 'b'] | agents: 'arm64' and 'aarch64' are the same platform",
            "platforms: 'arm64', baseTags: 'app:1', ulimits: ['files=1'] | ulimits: 'files=1' is not understood.",
            "platforms: 'arm64', baseTags: 'app:1', ulimits: 'nofile=3:2' | ulimits: the soft limit of 'nofile=3:2' is higher than its hard limit.",
            "platforms: 'arm64', baseTags: 'app:1', addHosts: ['a b': '192.0.2.1'] | addHosts: 'a b' is not a host name.",
            "platforms: 'arm64', baseTags: 'app:1', addHosts: [a: '192.0.2.256'] | addHosts: '192.0.2.256' for a is not an IP address.",
            "platforms: 'arm64', baseTags: 'app:1', addHosts: [a: '1:2'] | addHosts: '1:2' for a is not an IP address.",
            "platforms: 'arm64', baseTags: 'app:1', entitlements: 'device' | entitlements: 'device' is not understood. Give 'network.host' or 'security.insecure'.",
            "platforms: 'arm64', baseTags: 'app:1', archive: 'app.tar' | archive: an image is either pushed or archived. Add push: false;",
            "platforms: 'arm64', archive: 'app.tar' | archive: an image is either pushed or archived. Add push: false;",
            "platforms: 'arm64', push: false, archive: '/tmp/app.tar' | archive: '/tmp/app.tar' is not the path of a file in the workspace.",
            "platforms: 'arm64', push: false, archive: 'a/../../app.tar' | archive: 'a/../../app.tar' is not the path of a file in the workspace.",
            "platforms: 'arm64', push: false, archive: 'a\\\\b' | archive: the path has a backslash or a control character",
            "platforms: 'arm64', push: false, archive: 'app.tar', agents: ['*': 'x'], context: 'https://h.example/x.git' | archive: there is no workspace to write to. Call multiArchBuild inside node",
            "platforms: 'arm64', baseTags: 'app:1', context: '-' | The context '-' (standard input) cannot be used",
            "platforms: 'arm64', baseTags: 'app:1' | inside node");

    @Test
    void badInputIsOneClearLine(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        List<Executable> checks = new ArrayList<>();
        for (String line : CASES) {
            String[] parts = line.split(" \\| ");
            checks.add(() -> check(jenkins, parts[0], parts[1]));
        }
        assertAll(checks);
    }

    @Test
    void valuesForPlatformsOfOtherCallsAreNamed(JenkinsRule jenkins) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, RigJenkins.job(jenkins, """
                multiArchBuild(platforms: 'amd64 arm64', baseTags: 'app:1', agents: [s390x: 'nobody'],
                               buildArgs: [A: 'b', arm: [N: '1'], '*': [N: '2']], labels: [s390x: [l: 'x']],
                               target: [aarch64: 'x', s390x: 'y'], buildContexts: ['arm/v6': [base: 'x'], s390x: [base: 'x']],
                               dockerfiles: [s390x: 'D'], smokeTest: [s390x: 'a', amd64: 'b'])
                """));
        assertEquals(
                List.of(
                        "buildArgs: what it says for arm is not used",
                        "buildContexts: what it says for arm/v6, s390x is not used",
                        "dockerfiles: what it says for s390x is not used",
                        "labels: what it says for s390x is not used",
                        "smokeTest: what it says for s390x is not used",
                        "target: what it says for s390x is not used"),
                JenkinsRule.getLog(run)
                        .lines()
                        .filter(line -> line.endsWith(", since this call does not build for it."))
                        .map(line -> line.replaceAll("^\\[multiArchBuild] |, since.*", ""))
                        .toList());
    }

    private static void check(JenkinsRule jenkins, String parameters, String message) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, RigJenkins.job(jenkins, "multiArchBuild(" + parameters + ")"));
        String log = JenkinsRule.getLog(run);
        assertTrue(
                log.lines().anyMatch(line -> line.startsWith("ERROR: ") && line.contains(message)),
                () -> parameters + " said:\n" + log);
        assertFalse(log.contains("\tat "), log);
        assertFalse(log.contains("s3cret"), log);
    }
}
