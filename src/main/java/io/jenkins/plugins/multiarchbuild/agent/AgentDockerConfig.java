package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.command.ShellCommand;
import io.jenkins.plugins.multiarchbuild.engine.docker.BuildxPlugin;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerConfig;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import jenkins.MasterToSlaveFileCallable;

/** Writes registry logins to an agent in such a way that the agent's own Docker configuration keeps working. */
final class AgentDockerConfig {

    /** The most bytes that the agent's own configuration file may have. */
    private static final int LARGEST_CONFIG = 1024 * 1024;

    private static final String FILE = "config.json";

    private AgentDockerConfig() {}

    /**
     * Writes the logins into a directory on an agent.
     *
     * @param directory a directory that only its owner may enter
     * @param home the home directory that {@code docker} uses there
     * @param logins values of {@code auth} by registry host
     * @return the environment variables that make {@code docker} use them
     * @throws DockerException if the agent's own configuration cannot be read
     */
    @NonNull
    static Map<String, String> write(
            @NonNull Commands agent,
            @NonNull FilePath directory,
            @NonNull String home,
            @NonNull Map<String, String> logins)
            throws IOException, InterruptedException, DockerException {
        EnvVars environment = agent.environment();
        String configured = Util.fixEmpty(environment.get("DOCKER_CONFIG"));
        FilePath own = configured == null
                ? agent.directory().child(home).child(".docker")
                : agent.directory().child(configured);
        String original = AgentFiles.readEnd(own.child(FILE), LARGEST_CONFIG);
        String config = DockerConfig.write(
                original.isEmpty() ? null : original,
                environment.get(DockerConfig.VARIABLE),
                own.child("cli-plugins").getRemote(),
                logins);
        directory.act(new Write(config, own.getRemote()));
        return variables(directory, environment, own, config);
    }

    /** Names everything that the client would have looked for next to its own file, so that it is still found. */
    private static Map<String, String> variables(FilePath directory, EnvVars environment, FilePath own, String config) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("DOCKER_CONFIG", directory.getRemote());
        variables.put(ShellCommand.PLUGINS, String.join(":", BuildxPlugin.directories(config, null)));
        if (environment.get("BUILDX_CONFIG", "").isEmpty()) {
            variables.put("BUILDX_CONFIG", own.child("buildx").getRemote());
        }
        if (environment.containsKey(DockerConfig.VARIABLE)) {
            // Jenkins can hide a variable of the agent's own process only behind another value
            variables.put(DockerConfig.VARIABLE, "{\"auths\": {}}");
        }
        boolean tls = !environment.get("DOCKER_TLS_VERIFY", "").isEmpty()
                || !environment.get("DOCKER_TLS", "").isEmpty();
        if (tls && environment.get("DOCKER_CERT_PATH", "").isEmpty()) {
            variables.put("DOCKER_CERT_PATH", own.getRemote());
        }
        return variables;
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
