package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
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
 * The certificates of private CAs that Docker or a builder has for registries. Builders use them to push; buildx
 * itself, which publishes, does not: it trusts the system's CAs and those in {@code SSL_CERT_DIR}. On Windows and
 * macOS, programs in Go ignore this variable; there a CA has to be one of the system's.
 *
 * @param own the engine's {@code certs.d} directories; missing ones are ignored
 * @param builders the directory of buildx, whose definitions of builders contain the CAs of their BuildKit
 *     configurations
 */
public record RegistryCertificates(
        @NonNull List<Path> own, @NonNull Path builders) {

    /** The maximum size in bytes of a certificate file or the definition of a builder. */
    private static final int LARGEST = 4 << 20;

    private static final String VARIABLE = "SSL_CERT_DIR";

    /** Where programs in Go look for certificates by default. */
    private static final String DEFAULT = "/etc/ssl/certs:/etc/pki/tls/certs";

    public RegistryCertificates {
        own = List.copyOf(own);
    }

    /**
     * Returns those of this machine and its user.
     *
     * @param environment the environment of {@code docker}
     */
    @NonNull
    public static RegistryCertificates ofMachine(@NonNull Map<String, String> environment) {
        return new RegistryCertificates(
                List.of(
                        Path.of("/etc/docker/certs.d"),
                        ConfigDirectory.home(environment).resolve(".config/docker/certs.d")),
                ConfigDirectory.variable(environment, "BUILDX_CONFIG")
                        .orElse(ConfigDirectory.own(environment).resolve("buildx")));
    }

    /**
     * Makes buildx trust the CAs that Docker or a builder has for registries.
     *
     * @param registries hosts, with the port if there is one
     * @param directory where certificates are copied to; it is created if there are any
     * @param environment the environment of {@code docker}
     * @return the environment variables that make buildx use them; empty if there are no certificates
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
        return variables(directory.toString(), environment);
    }

    /**
     * Returns the environment variables that make buildx use the certificates in a directory.
     *
     * @param environment the environment of {@code docker}
     */
    @NonNull
    public static Map<String, String> variables(@NonNull String directory, @NonNull Map<String, String> environment) {
        String before = environment.getOrDefault(VARIABLE, "");
        return Map.of(VARIABLE, directory + ":" + (before.isEmpty() ? DEFAULT : before));
    }

    /** Uses a pattern, because an agent would have to load a JSON library from the controller. */
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

    /** Reads a file; one that is missing, not readable or too large counts as empty. */
    private static byte[] read(File file) {
        try (InputStream content = Files.newInputStream(file.toPath())) {
            byte[] bytes = content.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST ? new byte[0] : bytes;
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
