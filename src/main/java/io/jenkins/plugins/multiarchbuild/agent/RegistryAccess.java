package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import io.jenkins.plugins.multiarchbuild.command.Commands;
import io.jenkins.plugins.multiarchbuild.credentials.RegistryLogins;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.security.MasterToSlaveCallable;

/** Gives {@code docker} on an agent what it needs to reach registries: certificates and logins. */
public final class RegistryAccess {

    /** Longer than the path of any directory; the agent names it, and it is kept in the build's files. */
    private static final int LONGEST_PATH = 4096;

    private RegistryAccess() {}

    /**
     * Writes certificates and logins into a directory on an agent; the files of an earlier call are replaced.
     *
     * @param directory a directory of {@link Agent#create}
     * @param images images whose registries are accessed
     * @param credentialsIds credentials ids by registry host
     * @return the environment variables that make {@code docker} use them
     * @throws InvalidRequestException if credentials cannot be found
     * @throws DockerException if the agent's own Docker configuration cannot be read
     */
    @NonNull
    public static Map<String, String> grant(
            @NonNull Agent agent,
            @NonNull FilePath directory,
            @NonNull Collection<ImageReference> images,
            @NonNull Map<String, String> credentialsIds)
            throws IOException, InterruptedException, DockerException {
        Commands commands = agent.commands();
        String home = home(commands);
        Map<String, String> certificates =
                AgentCertificates.trust(commands, directory, home, images, credentialsIds.keySet());
        return grant(commands, directory, home, certificates, RegistryLogins.resolve(agent.run(), credentialsIds));
    }

    /**
     * Writes certificates and logins into a directory on an agent, as {@link #grant(Agent, FilePath, Collection, Map)}
     * does, outside of any build.
     *
     * @param directory a directory that only the agent's user may enter
     * @param logins values of {@code auth} by registry host
     */
    @NonNull
    public static Map<String, String> grant(
            @NonNull Commands agent, @NonNull FilePath directory, @NonNull Map<String, String> logins)
            throws IOException, InterruptedException, DockerException {
        String home = home(agent);
        Map<String, String> certificates = AgentCertificates.trust(agent, directory, home, List.of(), logins.keySet());
        return grant(agent, directory, home, certificates, logins);
    }

    private static Map<String, String> grant(
            Commands agent,
            FilePath directory,
            String home,
            Map<String, String> certificates,
            Map<String, String> logins)
            throws IOException, InterruptedException, DockerException {
        Map<String, String> variables = new TreeMap<>(Map.of(BakeScript.DIRECTORY, directory.getRemote()));
        variables.putAll(certificates);
        if (!logins.isEmpty()) {
            variables.putAll(AgentDockerConfig.write(agent, directory, home, logins));
        }
        return variables;
    }

    /**
     * Returns the home directory that {@code docker} uses. It comes from the environment of the build, which inside
     * {@code withEnv} differs from Java's. In a container it can be another one still, so a process is started there.
     */
    private static String home(Commands agent) throws IOException, InterruptedException, DockerException {
        String home = agent.isPlain() ? agent.environment().get("HOME", "") : "";
        // launchers replace variables in values, and Java in a POSIX locale does not understand other characters
        boolean literal = home.chars().allMatch(c -> c < 0x80 && c != '$');
        home = literal ? home : "";
        if (home.isEmpty() && agent.launcher().isUnix()) {
            home = agent.run("sh", List.of("-c", "printf %s \"$HOME\""), null).stdout();
        }
        if (home.isEmpty()) {
            home = agent.directory().act(new JavaHome());
        }
        if (home.length() > LONGEST_PATH) {
            throw new DockerException(Sentence.of("RegistryAccess.longHome", home.length()));
        }
        return home;
    }

    private static final class JavaHome extends MasterToSlaveCallable<String, IOException> {

        private static final long serialVersionUID = 1L;

        @Override
        public String call() {
            return System.getProperty("user.home");
        }
    }
}
