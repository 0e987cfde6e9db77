package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCertificatesTest {

    private static final String HOST = "registry.example.com";

    @TempDir
    private Path directory;

    /** A file of a terabyte on some agent must not fill its memory. */
    @Test
    void filesThatAreTooLargeForCertificatesAreNotRead() throws Exception {
        Path own = Files.createDirectories(directory.resolve("certs.d/" + HOST));
        Files.writeString(own.resolve("ca.crt"), "certificate");
        Path builders = Files.createDirectories(directory.resolve("buildx/instances"));
        for (Path large : List.of(own.resolve("large.crt"), builders.resolve("large"))) {
            try (var file = Files.newByteChannel(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.position(1L << 40);
                file.write(ByteBuffer.wrap(new byte[] {1}));
            }
        }
        Files.createSymbolicLink(own.resolve("endless.crt"), Path.of("/dev/zero"));
        Path target = directory.resolve("target");

        Map<String, String> variables = new RegistryCertificates(List.of(own.getParent()), builders.getParent())
                .trust(List.of(HOST), target, Map.of("SSL_CERT_DIR", ""));

        assertEquals(Map.of("SSL_CERT_DIR", target + ":/etc/ssl/certs:/etc/pki/tls/certs"), variables);
        long size = 0;
        for (Path file : Files.list(target).toList()) {
            size += Files.size(file);
        }
        assertEquals("certificate".length(), size);
    }

    @Test
    void emptyVariablesCountAsMissing() {
        RegistryCertificates unset = RegistryCertificates.ofMachine(Map.of("HOME", "/h"));
        assertEquals(Path.of("/h/.docker/buildx"), unset.builders());
        assertEquals(
                unset, RegistryCertificates.ofMachine(Map.of("HOME", "/h", "DOCKER_CONFIG", "", "BUILDX_CONFIG", "")));
    }
}
