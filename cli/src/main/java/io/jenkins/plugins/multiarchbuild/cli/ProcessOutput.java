package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.text.Urls;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads what a process prints, as UTF-8 and with bounded memory. */
final class ProcessOutput {

    private static final int LONGEST_LINE = 1 << 20;

    private ProcessOutput() {}

    /**
     * Logs every line, in pieces if it is very long.
     *
     * @return the end of the output
     */
    @NonNull
    static String read(@NonNull InputStream stream, @NonNull Consumer<String> log) {
        StringBuilder end = new StringBuilder();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream buffered = new BufferedInputStream(stream)) {
            for (int next = buffered.read(); next >= 0; next = buffered.read()) {
                line.write(next);
                if (next == '\n' || line.size() == LONGEST_LINE) {
                    log.accept(Urls.withoutSecrets(
                            line.toString(StandardCharsets.UTF_8).stripTrailing()));
                    append(end, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        append(end, line);
        return end.toString();
    }

    private static void append(StringBuilder end, ByteArrayOutputStream line) {
        end.append(line.toString(StandardCharsets.UTF_8));
        line.reset();
        if (end.length() > Docker.MAX_OUTPUT) {
            end.delete(0, end.length() - Docker.MAX_OUTPUT / 2);
        }
    }
}
