package io.jenkins.plugins.multiarchbuild.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Provenance and SBOM of published images, as buildx shows them. The SBOM is made by a scanner of the tests' own, since
 * BuildKit's usual one is an image that a closed network cannot pull: it names one package, whose version is the checksum
 * of the sample's program, and so another one for each platform.
 *
 * @see <a href="https://github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md">SBOM scanning protocol</a>
 */
public final class Attestations {

    private static final String DOCKERFILE = """
            FROM scratch
            COPY busybox-amd64 /bin/busybox
            COPY --chmod=755 scan /scan
            ENTRYPOINT ["/scan"]
            """;

    private static final String SCAN = """
            #!/bin/busybox sh
            set -eu
            sum=$(/bin/busybox sha256sum "$BUILDKIT_SCAN_SOURCE/bin/busybox")
            /bin/busybox cat >"$BUILDKIT_SCAN_DESTINATION/image.spdx.json" <<END
            {"_type": "https://in-toto.io/Statement/v0.1",
             "predicateType": "https://spdx.dev/Document",
             "predicate": {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "image",
                           "packages": [{"SPDXID": "SPDXRef-busybox", "name": "busybox", "versionInfo": "${sum%% *}"}]}}
            END
            """;

    private Attestations() {}

    /**
     * Builds the scanner for the machine's own platform and pushes it.
     *
     * @return the parameters of an SBOM attestation that name it
     */
    public static String pushScanner() throws IOException, InterruptedException {
        String image = Rig.REGISTRY + "/scanner:latest";
        Path context = TemporaryDirectory.create("rig-scanner");
        Files.copy(busybox("amd64"), context.resolve("busybox-amd64"));
        Files.writeString(context.resolve("scan"), SCAN);
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        Rig.docker(
                "buildx",
                "build",
                "--quiet",
                "--builder",
                Rig.REMOTE_BUILDER,
                "--provenance=false",
                "--push",
                "--tag",
                image,
                context.toString());
        return "generator=" + image;
    }

    /** Makes sure that both platforms have full provenance, and an SBOM that is about their own image. */
    public static void assertOnBothPlatforms(String image) throws Exception {
        JsonNode provenance = read(image, ".Provenance");
        JsonNode sbom = read(image, ".SBOM");
        for (String architecture : new String[] {"amd64", "arm64"}) {
            String platform = "linux/" + architecture;
            JsonNode slsa = provenance.path(platform).path("SLSA");
            // SLSA 0.2, and SLSA 1.0, which BuildKit 0.32 writes
            boolean full = Stream.of("/buildConfig", "/buildDefinition/internalParameters/buildConfig")
                    .anyMatch(config -> slsa.at(config).has("llbDefinition"));
            assertTrue(full, image + ": " + provenance);
            JsonNode version = sbom.path(platform).at("/SPDX/packages/0/versionInfo");
            byte[] program = Files.readAllBytes(busybox(architecture));
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(program);
            assertEquals(HexFormat.of().formatHex(sum), version.asText(), image + ": " + sbom);
        }
    }

    private static JsonNode read(String image, String attestation) throws IOException, InterruptedException {
        String shown = Rig.docker("buildx", "imagetools", "inspect", image, "--format", "{{json " + attestation + "}}");
        return new ObjectMapper().readTree(shown);
    }

    private static Path busybox(String architecture) {
        return Path.of(System.getenv("RIG_BUSYBOX"), "busybox-" + architecture);
    }
}
