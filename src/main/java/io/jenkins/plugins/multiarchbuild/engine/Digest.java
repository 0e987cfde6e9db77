package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The digest of a manifest or an image index, after the
 * <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI descriptor</a>.
 *
 * @param value {@code algorithm:hex}, for example {@code sha256:} and 64 hexadecimal digits
 */
public record Digest(@NonNull String value) implements Serializable {

    static final String PATTERN = "sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}";

    private static final int ABBREVIATED = 12;

    private static final Pattern VALID = Pattern.compile(PATTERN);

    /** @throws InvalidRequestException if the value is not a digest */
    public Digest {
        if (!isValid(value)) {
            throw new InvalidRequestException(Sentence.of("Digest.noDigest", value));
        }
    }

    /** Whether a text is a digest. */
    public static boolean isValid(@NonNull String text) {
        return VALID.matcher(text).matches();
    }

    /** Returns the SHA-256 digest of a text's UTF-8 bytes. */
    @NonNull
    public static Digest of(@NonNull String content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return new Digest(
                    "sha256:" + HexFormat.of().formatHex(sha256.digest(content.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Returns the algorithm and the first twelve digits, as docker shows digests. */
    @NonNull
    public String abbreviated() {
        return value.substring(0, value.indexOf(':') + 1 + ABBREVIATED);
    }

    @Override
    public String toString() {
        return value;
    }
}
