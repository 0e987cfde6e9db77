package io.jenkins.plugins.multiarchbuild.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.docker.Json;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reaches registries without TLS, if the Docker engine allows it. {@code buildx imagetools} does not read the engine's
 * configuration but that of the builder's BuildKit, which builders of the driver {@code docker} do not have. So once a
 * registry is found to speak plain HTTP, a builder is defined that has such a configuration and is never started.
 */
public final class PlainHttpDocker implements Docker {

    private static final String NAME = "plain-http";
    private static final String CONFIGURATION = "buildkitd.toml";

    /** What buildx says if the builder is defined already. */
    private static final String EXISTS = "existing instance for \"" + NAME + "\"";

    private final Machine machine;
    private final Set<String> registries = new TreeSet<>();
    private volatile Docker docker;

    /** The machine where {@code docker} runs. */
    public interface Machine extends Docker {

        /** Returns its {@code docker} with environment variables added. */
        @NonNull
        Docker with(@NonNull Map<String, String> variables);

        /**
         * Writes a file into a directory that exists as long as {@code docker} is used.
         *
         * @param directory name of the directory
         * @return the directory's absolute path
         */
        @NonNull
        String write(@NonNull String directory, @NonNull String name, @NonNull String text)
                throws IOException, InterruptedException;
    }

    /** @param machine runs the commands, unchanged as long as no registry speaks plain HTTP */
    public PlainHttpDocker(@NonNull Machine machine) {
        this.machine = machine;
        this.docker = machine;
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, DockerException {
        while (true) {
            Docker used = docker;
            Output output = used.run(arguments);
            if (output.succeeded() || !RegistryErrors.isPlainHttp(output.stderr())) {
                return output;
            }
            if (!allow(RegistryErrors.registry("", output.stderr()), used)) {
                return output;
            }
        }
    }

    /** Whether a retry may work: the registry, or by another thread some registry, has been added. */
    private synchronized boolean allow(String registry, Docker used)
            throws IOException, InterruptedException, DockerException {
        if (used != docker) {
            return true;
        }
        if (registries.contains(registry) || !isInsecure(registry)) {
            return false;
        }
        registries.add(registry);
        String toml = registries.stream()
                .map(host -> "[registry.\"" + host + "\"]\n  http = true\n")
                .collect(Collectors.joining());
        // another one of this class, for the next task or at the same time, may define the same builder
        String directory =
                machine.write(NAME + "-" + Digest.of(toml).abbreviated().replace(':', '-'), CONFIGURATION, toml);
        Docker other = machine.with(Map.of("BUILDX_CONFIG", directory, "BUILDX_BUILDER", NAME));
        // this only writes the definition: no container starts before a build
        Output created = other.run(List.of(
                "buildx",
                "create",
                "--name",
                NAME,
                "--driver",
                "docker-container",
                "--buildkitd-config",
                directory + "/" + CONFIGURATION));
        if (!created.succeeded() && !created.stderr().contains(EXISTS)) {
            throw new DockerException(
                    Sentence.of("PlainHttpDocker.notReached", registry, ErrorText.reason(created.stderr())));
        }
        docker = other;
        return true;
    }

    private boolean isInsecure(String registry) throws IOException, InterruptedException, DockerException {
        Output info = machine.run(List.of("info", "--format", "{{json .RegistryConfig}}"));
        JsonNode config;
        try {
            config = Json.readObject(Sentence.of("PlainHttpDocker.configuration"), info.stdout(), 1);
        } catch (DockerException e) {
            // no engine allows it
            return false;
        }
        for (JsonNode network : config.path("InsecureRegistryCIDRs")) {
            if (contains(network.asText(), registry)) {
                return true;
            }
        }
        return !config.path("IndexConfigs").path(registry).path("Secure").asBoolean(true);
    }

    /** Whether a network, such as {@code 10.0.0.0/8}, contains a registry's IP address; names are not looked up. */
    private static boolean contains(String network, String registry) {
        String host = registry.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
        int slash = network.indexOf('/');
        if (slash < 0 || !host.matches("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
            return false;
        }
        try {
            byte[] address = InetAddress.getByName(host).getAddress();
            byte[] first = InetAddress.getByName(network.substring(0, slash)).getAddress();
            int free = 8 * first.length - Integer.parseInt(network.substring(slash + 1));
            return address.length == first.length
                    && new BigInteger(1, address).shiftRight(free).equals(new BigInteger(1, first).shiftRight(free));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
