package io.jenkins.plugins.multiarchbuild.engine.context;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of a context directory. Buildx sends it in the header of a request, which must be ASCII, so a directory with
 * another name is built by way of a link.
 */
public final class ContextName {

    private static final Pattern ASCII = Pattern.compile("[ -~]*");

    private ContextName() {}

    /**
     * Whether buildx can send the name of a directory.
     *
     * @param path an absolute path on Unix
     */
    public static boolean isAccepted(@NonNull String path) {
        return ASCII.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
    }

    /**
     * Returns a name for a link to a directory, which depends on the directory only: of a context that BuildKit knows by
     * the same name, it receives only what has changed.
     */
    @NonNull
    public static String ofLink(@NonNull String path) {
        return "context-" + UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
    }
}
