package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.buildx.DockerConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import jenkins.MasterToSlaveFileCallable;

/** Lays out registry logins on an agent so that the agent's own Docker set-up goes on working beside them. */
public final class AgentDockerConfig {

    private AgentDockerConfig() {}

    /**
     * Writes the logins into a directory on an agent.
     *
     * @param run the build that they are for
     * @param directory a directory that only its owner may enter
     * @param environment the environment of the build on that agent
     * @param logins values of {@code auth} by registry host
     * @return the environment variables that make {@code docker} use them
     * @throws BuildxException if the agent's own configuration cannot be read
     */
    @NonNull
    public static Map<String, String> write(
            @NonNull Run<?, ?> run,
            @NonNull FilePath directory,
            @NonNull EnvVars environment,
            @NonNull Map<String, String> logins)
            throws IOException, InterruptedException, BuildxException {
        OutstandingDirectories.get().add(run, directory);
        String configured = environment.get("DOCKER_CONFIG");
        FilePath own = configured == null
                ? directory.act(new Home()).child(".docker")
                : new FilePath(directory.getChannel(), configured);
        FilePath ownFile = own.child("config.json");
        String config = DockerConfig.write(
                ownFile.exists() ? ownFile.readToString() : null,
                environment.get(DockerConfig.VARIABLE),
                own.child("cli-plugins").getRemote(),
                logins);
        directory.act(new Write(config, own.getRemote()));
        return variables(directory, environment, own);
    }

    /** Whatever the client would have looked for beside its own file is named, so that it is still found there. */
    private static Map<String, String> variables(FilePath directory, EnvVars environment, FilePath own) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("DOCKER_CONFIG", directory.getRemote());
        if (!environment.containsKey("BUILDX_CONFIG")) {
            variables.put("BUILDX_CONFIG", own.child("buildx").getRemote());
        }
        if (environment.containsKey(DockerConfig.VARIABLE)) {
            variables.put(DockerConfig.VARIABLE, "");
        }
        boolean tls = !environment.get("DOCKER_TLS_VERIFY", "").isEmpty()
                || !environment.get("DOCKER_TLS", "").isEmpty();
        if (tls && !environment.containsKey("DOCKER_CERT_PATH")) {
            variables.put("DOCKER_CERT_PATH", own.getRemote());
        }
        return variables;
    }

    private static final class Home extends MasterToSlaveFileCallable<FilePath> {

        private static final long serialVersionUID = 1L;

        @Override
        public FilePath invoke(File directory, VirtualChannel channel) {
            return new FilePath(new File(System.getProperty("user.home")));
        }
    }

    private static final class Write extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final String config;
        private final String own;

        Write(String config, String own) {
            this.config = config;
            this.own = own;
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            ConfigDirectory.write(directory.toPath(), config, Path.of(own));
            return null;
        }
    }
}
