package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A project's own bake file in HCL or JSON.
 *
 * @param path path of the file, relative to the directory of the call; its ending tells its language
 * @param targets names of the targets to build, at least one
 * @param keepsContext whether the context is that of the call and not that of the file
 * @param baseTags the base tags of each of several targets; empty if those of the call are the only target's
 */
public record BakeFile(
        @NonNull String path,
        @NonNull List<String> targets,
        boolean keepsContext,
        @NonNull Map<String, List<ImageReference>> baseTags)
        implements Serializable {

    /** The target or group that is built if none is named. */
    public static final String DEFAULT_TARGET = "default";

    private static final int LONGEST_PATH = 4096;

    /** What bake accepts, without what would be a flag; {@code *} would stand for several. */
    private static final Pattern TARGET = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_-]{0,127}");

    /** Bake takes every other file for a Compose file first, whose {@code include} and {@code extends} read any file. */
    private static final Pattern LANGUAGE = Pattern.compile(".*\\.(?:hcl|json)", Pattern.DOTALL);

    private static final Pattern URL =
            Pattern.compile("(?i)(?:[a-z][a-z0-9+.-]*://|git@|github\\.com/).*", Pattern.DOTALL);

    /**
     * @throws InvalidRequestException if the path cannot be that of a file, a name cannot be that of a target, or a tag is
     *     one of two targets
     */
    public BakeFile {
        targets = targets.stream().distinct().toList();
        // a build that an older version of the plugin began has none
        baseTags = baseTags == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(baseTags));
        Text.checked("bake", path);
        if (path.isBlank()
                || path.equals("-")
                || path.length() > LONGEST_PATH
                || URL.matcher(path).matches()) {
            throw new InvalidRequestException(
                    Sentence.of("BakeFile.noFile", path.substring(0, Math.min(path.length(), LONGEST_PATH))));
        }
        if (!LANGUAGE.matcher(path).matches()) {
            throw new InvalidRequestException(Sentence.of("BakeFile.otherLanguage", path));
        }
        if (targets.isEmpty()) {
            throw new InvalidRequestException(Sentence.of("BakeFile.noTarget"));
        }
        for (String target : targets) {
            if (!TARGET.matcher(target).matches()) {
                throw new InvalidRequestException(Sentence.of("BakeFile.noTargetName", target));
            }
        }
        Map<ImageReference, String> owners = new HashMap<>();
        baseTags.forEach((target, own) -> own.forEach(tag -> {
            String other = owners.put(tag, target);
            if (other != null) {
                throw new InvalidRequestException(Sentence.of("BakeFile.tagTwice", tag, other, target));
            }
        }));
    }

    /** A file of which one target is built. */
    public BakeFile(@NonNull String path, @NonNull String target, boolean keepsContext) {
        this(path, List.of(target), keepsContext, Map.of());
    }

    /** Whether several images are built. */
    public boolean isSeveral() {
        return targets.size() > 1;
    }

    /**
     * Lets bake evaluate the file, and lays the settings of a call over it. Bake reads variables of the environment.
     *
     * @param docker the docker of the machine that has the file; its current directory is that of the call
     * @param file path of the file on that machine
     * @param overlay what the call says
     * @return the image of each target, and the targets that they build on
     * @throws DockerException if bake cannot evaluate the file or has no such target, or the file asks for what the call
     *     does not allow
     * @throws InvalidRequestException if a value in the file is invalid
     */
    @NonNull
    public BakeTargets read(@NonNull Docker docker, @NonNull String file, @NonNull BakeOverlay overlay)
            throws IOException, InterruptedException, DockerException {
        // BUILDKIT_PROGRESS may ask for what needs a terminal
        List<String> command =
                new ArrayList<>(List.of("buildx", "bake", "--print", "--progress", "plain", "--file", file));
        command.addAll(targets);
        Docker.Output output = docker.run(command);
        if (!output.succeeded()) {
            if (ErrorText.isWithoutBuildx(output.stderr())) {
                throw new DockerException(ErrorText.WITHOUT_BUILDX);
            }
            Sentence reason = ErrorText.reason(output.stderr()).ended();
            throw new DockerException(advised(Sentence.of("BakeFile.notEvaluated", path, reason), output.stderr()));
        }
        try {
            return new PrintedFile(this, output.stdout(), overlay).targets();
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(Sentence.of("BakeFile.invalid", path, e.sentence()));
        }
    }

    /** Bake looks for files and agents even if it only prints. */
    private static Sentence advised(Sentence failure, String error) {
        if (error.contains("SSH_AUTH_SOCK")) {
            return Sentence.of("BakeFile.sshAgent", failure);
        }
        if (error.contains("failed to find target " + DEFAULT_TARGET)) {
            return Sentence.of("BakeFile.noDefault", failure);
        }
        return error.contains("failed to stat") ? Sentence.of("BakeFile.secretFile", failure) : failure;
    }
}
