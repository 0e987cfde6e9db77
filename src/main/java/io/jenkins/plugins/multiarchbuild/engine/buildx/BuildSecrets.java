package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Files that BuildKit mounts into a build for {@code RUN --mount=type=secret} and {@code RUN --mount=type=ssh}. A
 * definition contains their paths and never their content.
 *
 * @param files paths of secret files by the id that the Dockerfile names
 * @param sshKeys paths of private keys by the id that the Dockerfile names
 */
public record BuildSecrets(
        @NonNull Map<String, String> files, @NonNull Map<String, String> sshKeys) {

    /** No secrets. */
    public static final BuildSecrets NONE = new BuildSecrets(Map.of(), Map.of());

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    public BuildSecrets {
        // in a fixed order, so that the same build has the same definition
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        sshKeys = Collections.unmodifiableMap(new TreeMap<>(sshKeys));
    }

    /**
     * Checks that ids can be used in a Dockerfile's {@code --mount}.
     *
     * @param parameter the name of the parameter that they come from, for the message
     * @throws InvalidRequestException if one cannot
     */
    public static void checkIds(@NonNull String parameter, @NonNull Collection<String> ids) {
        for (String id : ids) {
            if (!ID.matcher(id).matches()) {
                throw new InvalidRequestException(Sentence.of("BuildSecrets.noId", parameter, id));
            }
        }
    }

    /** Returns the values of a target's attribute {@code secret}. */
    @NonNull
    List<String> secretAttributes() {
        return files.entrySet().stream()
                .map(file -> "id=" + file.getKey() + "," + field("src=" + file.getValue()))
                .toList();
    }

    /** Returns the values of a target's attribute {@code ssh}. */
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
