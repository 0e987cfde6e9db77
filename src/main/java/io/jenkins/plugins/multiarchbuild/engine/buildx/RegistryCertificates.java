package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The certificates of private CAs that Docker or a builder was given for registries. They hold for pushes; buildx itself,
 * which publishes, knows none of them: it trusts the system's roots, and what stands in {@code SSL_CERT_DIR}. On Windows
 * and macOS programs in Go do not heed this variable; there a CA has to be among the system's.
 *
 * @param own where the engine's are, {@code certs.d} directories; those that are not there are passed over
 * @param builders where buildx keeps its builders, which hold a copy of the CAs of their BuildKit configurations
 */
public record RegistryCertificates(
        @NonNull List<Path> own, @NonNull Path builders) {

    private static final String VARIABLE = "SSL_CERT_DIR";

    /** Where programs in Go look for certificates if the variable is not set. */
    private static final String DEFAULT = "/etc/ssl/certs:/etc/pki/tls/certs";

    public RegistryCertificates {
        own = List.copyOf(own);
    }

    /**
     * Those of this machine and its user.
     *
     * @param environment the environment of {@code docker}
     */
    @NonNull
    public static RegistryCertificates ofMachine(@NonNull Map<String, String> environment) {
        Path home = Path.of(System.getProperty("user.home"));
        String config = environment.get("DOCKER_CONFIG");
        String buildx = environment.get("BUILDX_CONFIG");
        return new RegistryCertificates(
                List.of(Path.of("/etc/docker/certs.d"), home.resolve(".config/docker/certs.d")),
                buildx != null
                        ? Path.of(buildx)
                        : (config != null ? Path.of(config) : home.resolve(".docker")).resolve("buildx"));
    }

    /**
     * Lets buildx trust some registries as far as Docker or a builder does.
     *
     * @param registries hosts, with the port if there is one
     * @param directory where to copy certificates to; it is made if there are some
     * @param environment the environment of {@code docker}
     * @return the environment variables that make buildx use them; none if there are no certificates
     */
    @NonNull
    public Map<String, String> trust(
            @NonNull Collection<String> registries, @NonNull Path directory, @NonNull Map<String, String> environment)
            throws IOException {
        List<byte[]> found = new ArrayList<>();
        for (String registry : registries) {
            for (Path parent : own) {
                for (File file : list(parent.resolve(registry))) {
                    if (file.getName().endsWith(".crt")) {
                        found.add(read(file));
                    }
                }
            }
            for (File builder : list(builders.resolve("instances"))) {
                found.addAll(ofBuilder(new String(read(builder), StandardCharsets.ISO_8859_1), registry));
            }
        }
        if (found.isEmpty() || File.separatorChar != '/') {
            return Map.of();
        }
        ConfigDirectory.create(directory);
        for (int i = 0; i < found.size(); i++) {
            ConfigDirectory.writeFile(directory.resolve(i + ".crt"), found.get(i));
        }
        return Map.of(VARIABLE, directory + ":" + environment.getOrDefault(VARIABLE, DEFAULT));
    }

    /** Read by a pattern, for an agent would have to load a whole JSON library from its controller. */
    private static List<byte[]> ofBuilder(String definition, String registry) {
        String name = registry.replaceAll("[^a-zA-Z0-9.-]+", "_");
        Matcher file = Pattern.compile("\"certs/" + Pattern.quote(name) + "/[^\"]+\":\"(?<content>[A-Za-z0-9+/=]+)\"")
                .matcher(definition);
        List<byte[]> certificates = new ArrayList<>();
        while (file.find()) {
            byte[] content = Base64.getDecoder().decode(file.group("content"));
            if (!new String(content, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY")) {
                certificates.add(content);
            }
        }
        return certificates;
    }

    private static List<File> list(Path directory) {
        File[] files = directory.toFile().listFiles(File::isFile);
        return files == null ? List.of() : List.of(files);
    }

    /** What this user may not read, or what has gone by now, is as good as empty. */
    private static byte[] read(File file) {
        try {
            return Files.readAllBytes(file.toPath());
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
