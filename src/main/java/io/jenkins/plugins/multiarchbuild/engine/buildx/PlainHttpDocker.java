package io.jenkins.plugins.multiarchbuild.engine.buildx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
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
 * Reaches registries without TLS, but only where the Docker engine may do so too. buildx' own commands do not ask the
 * engine, only the builder's BuildKit configuration, and a builder of the driver {@code docker} has none. So they get a
 * builder that is nothing but a configuration, once a registry was found to speak plain HTTP.
 */
public final class PlainHttpDocker implements Docker {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String NAME = "plain-http";
    private static final String CONFIGURATION = "buildkitd.toml";

    private final Machine machine;
    private final Set<String> registries = new TreeSet<>();
    private volatile Docker docker;

    /** Where {@code docker} runs. */
    public interface Machine extends Docker {

        /** Its {@code docker} with environment variables added. */
        @NonNull
        Docker with(@NonNull Map<String, String> variables);

        /**
         * Writes a file into a directory of its own, which is kept as long as {@code docker} is used.
         *
         * @param directory what to call the directory
         * @return the directory's absolute path
         */
        @NonNull
        String write(@NonNull String directory, @NonNull String name, @NonNull String text)
                throws IOException, InterruptedException;
    }

    /** @param machine runs the commands as they are, as long as no registry speaks plain HTTP */
    public PlainHttpDocker(@NonNull Machine machine) {
        this.machine = machine;
        this.docker = machine;
    }

    @Override
    public Output run(List<String> arguments) throws IOException, InterruptedException, BuildxException {
        while (true) {
            Docker used = docker;
            Output output = used.run(arguments);
            if (output.succeeded() || !Failure.isPlainHttp(output.stderr())) {
                return output;
            }
            if (!allow(Failure.registry("", output.stderr()), used)) {
                return output;
            }
        }
    }

    /** Whether it may work now: the registry was added, or another thread has added one in the meantime. */
    private synchronized boolean allow(String registry, Docker used)
            throws IOException, InterruptedException, BuildxException {
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
        String directory = machine.write(NAME + "-" + registries.size(), CONFIGURATION, toml);
        Docker other = machine.with(Map.of("BUILDX_CONFIG", directory, "BUILDX_BUILDER", NAME));
        // only writes the definition; what would start a container is a build
        Output created = other.run(List.of(
                "buildx",
                "create",
                "--name",
                NAME,
                "--driver",
                "docker-container",
                "--buildkitd-config",
                directory + "/" + CONFIGURATION));
        if (!created.succeeded()) {
            throw new BuildxException("The registry " + registry + " cannot be reached over plain HTTP: "
                    + Failure.lastLine(created.stderr()));
        }
        docker = other;
        return true;
    }

    private boolean isInsecure(String registry) throws IOException, InterruptedException, BuildxException {
        Output info = machine.run(List.of("info", "--format", "{{json .RegistryConfig}}"));
        try {
            JsonNode config = JSON.readTree(info.stdout());
            for (JsonNode network : config.path("InsecureRegistryCIDRs")) {
                if (contains(network.asText(), registry)) {
                    return true;
                }
            }
            return !config.path("IndexConfigs").path(registry).path("Secure").asBoolean(true);
        } catch (JsonProcessingException e) {
            // no engine that answers, so none that allows it
            return false;
        }
    }

    /** Whether a network, such as {@code 10.0.0.0/8}, holds a registry that goes by its address; names are not looked up. */
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
