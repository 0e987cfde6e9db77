package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * A file of a layout: a manifest, a configuration or a layer.
 *
 * @param digest the SHA-256 digest of its content, which is also its name
 * @param size its size in bytes
 */
public record Blob(@NonNull Digest digest, long size) implements Serializable {

    private static final String ALGORITHM = "sha256:";

    /** More than any image has, and little enough for the sum of many. */
    private static final long LARGEST = 1L << 44;

    /** @throws InvalidRequestException if there can be no such file */
    public Blob {
        if (size < 0 || size > LARGEST || !digest.value().startsWith(ALGORITHM)) {
            throw new InvalidRequestException(Sentence.of("Blob.unusual", size, digest));
        }
    }

    /** Returns the blob that holds a text in UTF-8. */
    @NonNull
    public static Blob of(@NonNull String text) {
        return new Blob(Digest.of(text), text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Returns its path in a layout, with {@code /}. */
    @NonNull
    public String path() {
        return OciArchive.BLOBS + hex();
    }

    /** Returns the digits of its digest. */
    @NonNull
    String hex() {
        return digest.value().substring(ALGORITHM.length());
    }
}
