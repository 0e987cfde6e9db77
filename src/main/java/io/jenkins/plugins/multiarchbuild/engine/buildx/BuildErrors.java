package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.registry.RegistryErrors;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what buildx writes when a builder cannot be used or a bake fails. */
public final class BuildErrors {

    private static final Pattern TARGET = Pattern.compile("target (?<target>[\\w-]+): (?<text>.+)", Pattern.DOTALL);

    /** The heading of a failed step's output; buildx before 0.14 names the target nowhere else. */
    private static final Pattern FAILED_STEP = Pattern.compile("^ > \\[(?<target>[\\w-]+)[ \\]].*", Pattern.MULTILINE);

    private static final Pattern PUSH =
            Pattern.compile("failed to push (?<registry>[^/\\s]+)/\\S*: (?<text>.+)", Pattern.DOTALL);

    private static final Pattern REFUSED_BASE_IMAGE = Pattern.compile(
            "failed to resolve source metadata for (?<registry>[^/\\s]+)/.*"
                    + "(?:401 Unauthorized|403 Forbidden|authorization failed|failed to authorize|insufficient_scope|denied)",
            Pattern.DOTALL);

    /**
     * Written when the connection to BuildKit breaks, when BuildKit does not know the build after a restart, or when
     * the engine is not there.
     */
    private static final Pattern BUILDER_GONE = Pattern.compile("code = Unavailable\\b|(?:^|: )Unavailable: "
            + "|closing transport due to: connection error|transport is closing|code = NotFound desc = no such job"
            + "|Cannot connect to the Docker daemon|dial unix \\S+: connect: (?:connection refused|no such file)");

    /** The command line of a process may contain any of these words. */
    private static final Pattern FAILED_PROCESS = Pattern.compile("^(?:failed to solve: )?process \"");

    /** BuildKit 0.32 says no more than what is wrong; an instruction may have patterns too. */
    private static final Pattern IGNORE_RULE = Pattern.compile("^(?!failed to compute cache key).*excludepatterns: .*"
            + "(?:syntax error in pattern|illegal exclusion pattern)"
            + "|^(?:syntax error in pattern$|illegal exclusion pattern: )");

    /** Written when a builder, or what it runs on, does not start. */
    private static final Pattern BOOTSTRAP =
            Pattern.compile("\\[internal] (?:booting buildkit|waiting for connection)");

    /** What helps with an engine that does not use the containerd image store. */
    static final Sentence ANOTHER_STORE = Sentence.of("BuildErrors.anotherStore");

    /** What helps with a builder that does not work. */
    private static final Sentence HAS_TO_BE_UP = Sentence.of("BuildErrors.hasToBeUp");

    /** What a step prints of an attempt to push; each but the last one is followed by the announcement of the next. */
    private static final Pattern ATTEMPT =
            Pattern.compile("#(?<id>\\d+) [\\d.]+ (?:error: (?<status>.*unexpected status.*)|retrying in .*)");

    private static final Pattern FAILED_PUSH = Pattern.compile("#(?<id>\\d+) ERROR: failed to push \\S+: (?<text>.*)");

    private static final Pattern UNKNOWN_BLOB = Pattern.compile("PUT request to \\S+/manifests/sha256:\\S+: 404\\b");

    private BuildErrors() {}

    /**
     * Returns the failure of a builder that cannot be used.
     *
     * @param builder its name, or null for the current one
     */
    @NonNull
    static DockerException ofBuilder(@CheckForNull String builder, @NonNull String stderr) {
        if (ErrorText.isWithoutBuildx(stderr)) {
            return new DockerException(ErrorText.WITHOUT_BUILDX);
        }
        String error = ErrorText.lastError(stderr);
        if (BOOTSTRAP.matcher(stderr).find()) {
            Sentence reason = Sentence.verbatim(error.replaceFirst("^error for bootstrap \"[^\"]*\": ", ""))
                    .ended();
            return new DockerException(
                    builder == null
                            ? Sentence.of("BuildErrors.currentDoesNotStart", reason, HAS_TO_BE_UP)
                            : Sentence.of("BuildErrors.doesNotStart", builder, reason, HAS_TO_BE_UP));
        }
        return new DockerException(
                builder == null
                        ? Sentence.of("BuildErrors.currentCannotBeUsed", ErrorText.reason(stderr))
                        : Sentence.of("BuildErrors.cannotBeUsed", builder, ErrorText.reason(stderr)));
    }

    /**
     * Returns the failure of a builder that says itself why it does not work.
     *
     * @param builder its name
     */
    @NonNull
    static DockerException ofBrokenBuilder(@NonNull String builder, @NonNull String error) {
        return new DockerException(Sentence.of(
                "BuildErrors.broken", builder, Sentence.verbatim(error).ended(), HAS_TO_BE_UP));
    }

    /**
     * Returns the failure of a bake; the message begins with the image whose target failed first, if buildx names it, or
     * with the platform of a target that images are built on.
     *
     * @param log what {@code docker buildx bake} wrote
     * @param images the images of the bake
     */
    @NonNull
    public static DockerException ofBake(@NonNull String log, @NonNull List<ImageKey> images) {
        String error = ErrorText.lastError(log);
        Matcher named = TARGET.matcher(error);
        Matcher step = FAILED_STEP.matcher(log);
        String target = "";
        if (named.matches()) {
            target = named.group("target");
            error = named.group("text");
        } else if (step.find()) {
            target = step.group("target");
        }
        if (isBuilderGone(error)) {
            return builderGone(error);
        }
        DockerException reason = reason(error.replaceFirst("^failed to solve: ", ""), log);
        String failed = target;
        return Stream.concat(
                        images.stream()
                                .filter(image -> failed.equals(image.name()))
                                .map(ImageKey::toString),
                        images.stream()
                                .map(ImageKey::platform)
                                .filter(platform -> failed.endsWith("-" + platform.targetName()))
                                .map(Platform::toString))
                .findFirst()
                .map(which -> reason.withPrefix(which + ": "))
                .orElse(reason);
    }

    /**
     * Checks whether a command failed because the builder went away.
     *
     * @param log what the command wrote
     * @throws DockerException if it did
     */
    public static void checkBuilder(@NonNull String log) throws DockerException {
        String error = ErrorText.lastError(log);
        Matcher named = TARGET.matcher(error);
        if (isBuilderGone(named.matches() ? named.group("text") : error)) {
            throw builderGone(error);
        }
    }

    private static boolean isBuilderGone(String error) {
        return BUILDER_GONE.matcher(error).find()
                && !FAILED_PROCESS.matcher(error).find();
    }

    private static DockerException builderGone(String error) {
        return DockerException.builderGone(Sentence.of("BuildErrors.builderGone", error));
    }

    /**
     * Whether the build succeeded and only the registry failed for a moment, so pushing again from the cache may work.
     */
    public static boolean isPassingPushFailure(@NonNull String log) {
        String error = pushError(log);
        return RegistryErrors.isTransient(error) && !RegistryErrors.isRefused(error);
    }

    /**
     * Whether the registry refused a manifest. Some do for a moment, while another build pushes what the manifest lists.
     */
    public static boolean isRefusedManifest(@NonNull String log) {
        return RegistryErrors.isRefusedManifest(pushError(log));
    }

    /** Whether the registry refused attestations as OCI artifacts, as GitLab's does on the first push. */
    public static boolean isRefusedArtifact(@NonNull String log) {
        String error = pushError(log);
        // some versions of BuildKit show the status and not the reason
        return error.contains("blob unknown to registry")
                || UNKNOWN_BLOB.matcher(error).find();
    }

    /** Returns the registry's error if an image could not be pushed, or an empty text if something else failed. */
    private static String pushError(String log) {
        String error = ErrorText.lastError(log);
        Matcher named = TARGET.matcher(error);
        Matcher push =
                PUSH.matcher((named.matches() ? named.group("text") : error).replaceFirst("^failed to solve: ", ""));
        return push.matches() ? withStatus(push.group("text"), log) : "";
    }

    /**
     * Returns a registry's error with the status of its answer. BuildKit 0.24 and newer end with the registry's own words
     * instead, such as {@code unknown}, but if they tried several times, the step has printed the status.
     */
    private static String withStatus(String error, String log) {
        if (error.contains("unexpected status")) {
            return error;
        }
        Map<String, String> last = new HashMap<>();
        for (String line : log.lines().toList()) {
            Matcher attempt = ATTEMPT.matcher(line);
            if (attempt.matches()) {
                last.put(attempt.group("id"), attempt.group("status"));
            }
            Matcher failed = FAILED_PUSH.matcher(line);
            if (failed.matches() && last.get(failed.group("id")) != null && begins(error, failed.group("text"))) {
                return error + " (" + last.get(failed.group("id")) + ")";
            }
        }
        return error;
    }

    /** Of several errors, a step shows the announcement alone. */
    private static boolean begins(String error, String shown) {
        return error.equals(shown) || shown.endsWith("errors:") && error.startsWith(shown);
    }

    private static DockerException reason(String error, String log) {
        if (error.startsWith("Attestation is not supported")) {
            return new DockerException(Sentence.of("BuildErrors.attestation", error, ANOTHER_STORE));
        }
        if (error.contains("granting entitlement security.insecure is not allowed")) {
            return new DockerException(Sentence.of("BuildErrors.insecure", error));
        }
        if (error.contains("granting entitlement network.host is not allowed")) {
            return new DockerException(Sentence.of("BuildErrors.hostNetwork", error));
        }
        if (error.contains("Cache export is not supported for the docker driver")) {
            return new DockerException(Sentence.of(
                    "BuildErrors.cacheExport", Sentence.verbatim(error).ended()));
        }
        if (IGNORE_RULE.matcher(error).find()) {
            return new DockerException(Sentence.of("BuildErrors.ignoreRule", error));
        }
        Matcher push = PUSH.matcher(error);
        if (push.matches()) {
            return ofPush(push.group("registry"), withStatus(push.group("text"), log), log);
        }
        Matcher baseImage = REFUSED_BASE_IMAGE.matcher(error);
        if (!baseImage.find()) {
            return new DockerException(Sentence.verbatim(error));
        }
        String registry = RegistryErrors.canonical(baseImage.group("registry"));
        return RegistryErrors.isRefusedLogin(error)
                ? DockerException.loginRefused(Sentence.verbatim(error), registry)
                : new DockerException(Sentence.verbatim(error), registry);
    }

    private static DockerException ofPush(String registry, String error, String log) {
        DockerException refused = RegistryErrors.of(registry, error);
        Sentence sentence = RegistryErrors.withAttestationHint(refused, log.contains("exporting attestation manifest"));
        return RegistryErrors.isTransient(error) && !RegistryErrors.isRefused(error)
                ? new DockerException(Sentence.of("BuildErrors.passingPush", sentence.ended()), refused)
                : new DockerException(sentence, refused);
    }
}
