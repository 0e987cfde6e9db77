package io.jenkins.plugins.multiarchbuild.engine.buildx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What real versions of buildx printed; {@code dev/record} records it. */
public final class Recorded {

    private Recorded() {}

    public static String read(String version, String file) {
        try (InputStream stream = Recorded.class.getResourceAsStream("recorded/" + version + "/" + file)) {
            if (stream == null) {
                throw new IllegalArgumentException("not recorded: " + version + "/" + file);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
