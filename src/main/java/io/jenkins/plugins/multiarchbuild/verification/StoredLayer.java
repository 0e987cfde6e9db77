package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/** A layer as registries and layouts store it, mostly compressed. */
final class StoredLayer {

    private static final int BUFFER = 64 * 1024;

    private StoredLayer() {}

    /** Whether its format can be read here: without compression, or with gzip. */
    static boolean canRead(@NonNull Manifest.Layer layer) {
        return layer.mediaType().endsWith(".tar") || isCompressed(layer);
    }

    private static boolean isCompressed(Manifest.Layer layer) {
        return layer.mediaType().endsWith(".tar+gzip") || layer.mediaType().endsWith(".tar.gzip");
    }

    /**
     * Adds the files of a layer to those of the layers below.
     *
     * @param layout the layout that holds it
     * @throws IOException if it is not there, or its content is not what its digest says
     */
    @NonNull
    static ImageFiles addTo(@NonNull ImageFiles below, @NonNull Path layout, @NonNull Manifest.Layer layer)
            throws IOException {
        Path file = layout.resolve(new Blob(layer.digest(), layer.size()).path());
        MessageDigest sha256 = sha256();
        ImageFiles files;
        try (InputStream stored =
                new BufferedInputStream(new DigestInputStream(Files.newInputStream(file), sha256), BUFFER)) {
            files = below.with(
                    isCompressed(layer)
                            ? new BufferedInputStream(new GZIPInputStream(stored, BUFFER), BUFFER)
                            : stored);
            stored.transferTo(OutputStream.nullOutputStream());
        }
        String digest = "sha256:" + HexFormat.of().formatHex(sha256.digest());
        if (!digest.equals(layer.digest().value())) {
            throw new IOException("the layer " + layer.digest() + " is not what its digest says");
        }
        return files;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
