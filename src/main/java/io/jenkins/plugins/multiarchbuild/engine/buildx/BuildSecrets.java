package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Files that BuildKit mounts into a build for {@code RUN --mount=type=secret} and {@code RUN --mount=type=ssh}. A
 * definition names the files and never holds what is in them.
 *
 * @param files paths of secret files by the id that the Dockerfile names
 * @param sshKeys paths of private keys by the id that the Dockerfile names
 */
public record BuildSecrets(
        @NonNull Map<String, String> files, @NonNull Map<String, String> sshKeys) {

    /** None at all. */
    public static final BuildSecrets NONE = new BuildSecrets(Map.of(), Map.of());

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    public BuildSecrets {
        // in a fixed order, so that the same build has the same definition
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        sshKeys = Collections.unmodifiableMap(new TreeMap<>(sshKeys));
    }

    /**
     * Makes sure that ids can stand in a Dockerfile's {@code --mount}.
     *
     * @param parameter the name of the parameter that they come from, for the message
     * @throws InvalidRequestException if one cannot
     */
    public static void checkIds(@NonNull String parameter, @NonNull Collection<String> ids) {
        for (String id : ids) {
            if (!ID.matcher(id).matches()) {
                throw new InvalidRequestException(
                        parameter + ": '" + id
                                + "' is not an id. An id has letters, digits and . _ - in it, as in --mount=type=secret,id=npm.");
            }
        }
    }

    /** The values of a target's attribute {@code secret}. */
    @NonNull
    List<String> secretAttributes() {
        return files.entrySet().stream()
                .map(file -> "id=" + file.getKey() + "," + field("src=" + file.getValue()))
                .toList();
    }

    /** The values of a target's attribute {@code ssh}. */
    @NonNull
    List<String> sshAttributes() {
        return sshKeys.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .toList();
    }

    /** Buildx reads the attribute as a line of CSV. */
    private static String field(String text) {
        return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
