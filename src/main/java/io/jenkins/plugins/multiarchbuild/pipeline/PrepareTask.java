package io.jenkins.plugins.multiarchbuild.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.credentials.AgentDockerConfig;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Entitlements;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Preflight;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** Makes an agent ready for a bake, or finds out that it is not: source, logins, builder, bake definition. */
public final class PrepareTask implements AgentTask<ArrayList<String>> {

    private static final long serialVersionUID = 1L;

    private final GroupBuild build;

    public PrepareTask(@NonNull GroupBuild build) {
        this.build = build;
    }

    @Override
    public String label() {
        return Messages.AgentTask_prepare();
    }

    @Override
    public Map<String, String> credentialsIds() {
        return build.credentialsIds();
    }

    /** @return the environment of the bake, {@code NAME=value} each */
    @Override
    public ArrayList<String> run(Agent agent) throws IOException, InterruptedException, BuildxException {
        BuildRequest request = build.request();
        checkDockerfiles(agent, request);
        checkNamedContexts(agent, request);
        FilePath directory = build.directory(agent);
        sweep(agent);
        PrivateDirectory.create(directory);
        return new ArrayList<>(prepare(agent, request, directory).entrySet().stream()
                .map(Object::toString)
                .toList());
    }

    private Map<String, String> prepare(Agent agent, BuildRequest request, FilePath directory)
            throws IOException, InterruptedException, BuildxException {
        Map<String, String> environment = new TreeMap<>();
        environment.put(BakeScript.DIRECTORY, directory.getRemote());
        environment.put("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
        if (request.builder() != null) {
            environment.put("BUILDX_BUILDER", request.builder());
        }
        environment.putAll(AgentCertificates.trust(
                agent, directory, request.baseTags(), build.credentialsIds().keySet()));
        Map<String, String> logins = RegistryLogins.resolve(agent.run(), build.credentialsIds());
        if (!logins.isEmpty()) {
            environment.putAll(AgentDockerConfig.write(agent.run(), directory, agent.environment(), logins));
        }
        BuildSecrets secrets = build.secrets().write(agent, directory);
        Agent ready = agent.with(environment);
        Builder builder = Preflight.check(ready, ready.registry(), request, build.group());
        environment.put(BakeScript.ALLOW, Entitlements.flag(ready, request.options()));
        PushStrategy strategy = PushStrategy.forDriver(builder.driver());
        agent.log(build.getName() + " on agent '" + agent.name() + "' (" + build.chosenBy() + ") with builder "
                + builder.title() + ": " + strategy.reason() + ".");
        directory
                .child(BakeScript.DEFINITION)
                .write(BakeDefinition.write(request, build.group(), strategy, secrets), StandardCharsets.UTF_8.name());
        return environment;
    }

    private void checkDockerfiles(Agent agent, BuildRequest request) throws IOException, InterruptedException {
        BuildSource source = request.source();
        if (source.isRemote()) {
            return;
        }
        FilePath context = agent.directory().child(source.context());
        if (!context.isDirectory()) {
            throw new InvalidRequestException("There is no directory '" + source.context()
                    + "' to build from in " + agent.directory().getRemote() + " on agent '" + agent.name()
                    + "'. Check out the source first, or correct context.");
        }
        for (Platform platform : build.group().platforms()) {
            String dockerfile = source.dockerfileFor(platform);
            if (!context.child(dockerfile).exists()) {
                throw new InvalidRequestException("There is no Dockerfile '" + dockerfile + "' for " + platform
                        + " in " + context.getRemote() + " on agent '" + agent.name()
                        + "'. Correct dockerfile or dockerfiles; their paths are relative to context.");
            }
        }
    }

    private static void checkNamedContexts(Agent agent, BuildRequest request) throws IOException, InterruptedException {
        for (Map.Entry<String, String> named :
                request.source().contexts().directories().entrySet()) {
            if (!agent.directory().child(named.getValue()).isDirectory()) {
                throw new InvalidRequestException("There is no directory '" + named.getValue()
                        + "' for the build context '" + named.getKey() + "' in "
                        + agent.directory().getRemote() + " on agent '" + agent.name()
                        + "'. Check out the source first, or correct buildContexts.");
            }
        }
    }

    /** What an earlier build of the job left here can only be left from an agent that died. */
    private void sweep(Agent agent) throws IOException, InterruptedException {
        String own = GroupBuild.DIRECTORY_PREFIX + agent.run().getNumber() + "-";
        FilePath parent = agent.temporaryDirectory();
        if (parent.isDirectory()) {
            for (FilePath found : parent.listDirectories()) {
                if (found.getName().startsWith(GroupBuild.DIRECTORY_PREFIX)
                        && !found.getName().startsWith(own)) {
                    found.deleteRecursive();
                }
            }
        }
    }
}
