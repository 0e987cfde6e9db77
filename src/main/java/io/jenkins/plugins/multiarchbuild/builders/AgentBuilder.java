package io.jenkins.plugins.multiarchbuild.builders;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Computer;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.agent.AgentFiles;
import io.jenkins.plugins.multiarchbuild.call.BuildCall;
import io.jenkins.plugins.multiarchbuild.credentials.ServerCertificates;
import io.jenkins.plugins.multiarchbuild.engine.builder.BuilderSettings;
import io.jenkins.plugins.multiarchbuild.engine.builder.CacheDisk;
import io.jenkins.plugins.multiarchbuild.engine.builder.DaemonConfig;
import io.jenkins.plugins.multiarchbuild.engine.builder.Driver;
import io.jenkins.plugins.multiarchbuild.engine.builder.ManagedBuilder;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The managed builder of a call on an agent. */
public final class AgentBuilder {

    private final ManagedBuilder builder;
    private final BuildCall call;

    private AgentBuilder(ManagedBuilder builder, BuildCall call) {
        this.builder = builder;
        this.call = call;
    }

    /** Returns the builder of a call, or null if the call has no managed one. */
    @CheckForNull
    public static AgentBuilder of(@NonNull Agent agent, @NonNull BuildCall call) {
        BuilderSettings settings = call.managedBuilder();
        return settings == null ? null : new AgentBuilder(Owner.builder(settings, agent.environment()), call);
    }

    /** Returns its name for buildx. */
    @NonNull
    public String name() {
        return builder.name();
    }

    /**
     * Creates the builder if it is missing.
     *
     * <p>A remote one is only an address. It gets an entry of its own in each build, in the private directory, where its
     * TLS key is removed with everything else. Another one is an entry of the agent's user, which builds share.
     *
     * @param agent the agent, with the logins of the build
     * @param before the agent as it was before that: where the user's own builders are
     * @param directory the private directory
     * @return the environment variables that select it
     */
    @NonNull
    public Map<String, String> create(@NonNull Agent agent, @NonNull Agent before, @NonNull FilePath directory)
            throws IOException, InterruptedException, DockerException {
        boolean remote = builder.settings().driver() == Driver.REMOTE;
        Map<String, String> place =
                remote ? Map.of("BUILDX_CONFIG", directory.child("buildx").getRemote()) : Map.of();
        if (!remote) {
            Computer computer = agent.directory().toComputer();
            ManagedBuilders.get()
                    .use(
                            agent.run(),
                            computer == null ? "" : computer.getName(),
                            builder,
                            call.isBuilderOwn(),
                            Owner.variables(before.environment()));
        }
        boolean created =
                builder.create(agent.with(place), writeConfig(directory), writeCertificates(agent, directory));
        if (created && !remote) {
            agent.log(Sentence.of("AgentBuilder.created", builder.settings().name(), builder.name()));
        }
        Map<String, String> variables = new TreeMap<>(place);
        variables.put("BUILDX_BUILDER", builder.name());
        return variables;
    }

    @CheckForNull
    private String writeConfig(FilePath directory) throws IOException, InterruptedException {
        String toml = builder.settings().driver() == Driver.REMOTE ? "" : DaemonConfig.toml(builder.settings());
        if (toml.isEmpty()) {
            return null;
        }
        FilePath file = directory.child("buildkitd.toml");
        AgentFiles.write(file, toml);
        return file.getRemote();
    }

    private Map<String, String> writeCertificates(Agent agent, FilePath directory)
            throws IOException, InterruptedException {
        String id = builder.settings().certificates();
        Map<String, String> paths = new HashMap<>();
        if (id != null) {
            for (Map.Entry<String, String> file :
                    ServerCertificates.resolve(agent.run(), id).entrySet()) {
                FilePath path = directory.child("builder-" + file.getKey() + ".pem");
                AgentFiles.write(path, file.getValue() + "\n");
                paths.put(file.getKey(), path.getRemote());
            }
        }
        return paths;
    }

    /**
     * Sees to it that there is enough space where the cache lies, once the builder runs.
     *
     * @param agent the agent, with the builder
     * @throws DockerException if there is not, and the cache cannot be made smaller
     */
    public void checkDisk(@NonNull Agent agent) throws IOException, InterruptedException, DockerException {
        CacheDisk.check(agent, builder, agent::log);
    }
}
