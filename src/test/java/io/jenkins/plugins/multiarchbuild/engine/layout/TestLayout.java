package io.jenkins.plugins.multiarchbuild.engine.layout;

import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;

/** A layout in memory, whose files may be anything. */
final class TestLayout implements ImageLayout.Files {

    private final Map<String, String> files = new HashMap<>();

    /** Adds a file under its digest. */
    Digest add(String text) {
        Digest digest = Digest.of(text);
        files.put("blobs/" + digest.value().replace(':', '/'), text);
        return digest;
    }

    /** Gives a file that was added another content. */
    void change(Digest digest, String text) {
        files.put("blobs/" + digest.value().replace(':', '/'), text);
    }

    /** Adds an image with one layer, and returns the digest of its manifest. */
    Digest image(String architecture, String layer) {
        String config = "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\"}";
        return add("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                + descriptor(config) + ",\"layers\":[" + descriptor(layer) + "]}");
    }

    /** Adds a file, and returns its descriptor. */
    String descriptor(String text) {
        return descriptor(add(text), text.length());
    }

    static String descriptor(Digest digest, long size) {
        return "{\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    /** Adds an index of manifests. */
    Digest index(String... manifests) {
        return add("{\"manifests\":[" + String.join(",", manifests) + "]}");
    }

    /** The entry of an attestation in an index. */
    String attestation(Digest about) {
        Digest attestation = add("{\"config\":" + descriptor("{}") + ",\"layers\":[" + descriptor("in-toto") + "]}");
        return "{\"digest\":\"" + attestation + "\",\"annotations\":{\"vnd.docker.reference.type\":"
                + "\"attestation-manifest\",\"vnd.docker.reference.digest\":\"" + about + "\"}}";
    }

    LayoutImage parts(String platform, Digest built) throws Exception {
        return new ImageLayout(Platform.parse(platform), this).image(built);
    }

    InputStream open(Blob blob) {
        return new ByteArrayInputStream(files.get(blob.path()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String read(String path) throws NoSuchFileException {
        if (!files.containsKey(path)) {
            throw new NoSuchFileException(path);
        }
        return files.get(path);
    }
}
