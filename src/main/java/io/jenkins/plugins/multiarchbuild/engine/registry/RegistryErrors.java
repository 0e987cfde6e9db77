package io.jenkins.plugins.multiarchbuild.engine.registry;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.RegistryHost;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.docker.ErrorText;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what buildx and BuildKit write to standard error when a registry fails. */
public final class RegistryErrors {

    private static final String FALTERING_STATUS = "unexpected status.*?: (?:408|425|429|5\\d\\d)\\b";

    private static final Pattern TRANSIENT = Pattern.compile(
            FALTERING_STATUS + "|toomanyrequests|connection reset|connection refused"
                    + "|broken pipe|unexpected EOF|: EOF|i/o timeout|TLS handshake timeout|context deadline exceeded"
                    // a registry's own words, which BuildKit 0.24 and newer show in place of the status
                    + "|(?:^|: )unavailable\\b|(?:^|: )unknown: (?:unknown error|internal server error|rate exceeded)"
                    + "|server closed idle connection|no such host|temporary failure in name resolution",
            Pattern.CASE_INSENSITIVE);

    /** A status after which the text of the answer does not matter, even if it says "denied". */
    private static final Pattern FALTERING = Pattern.compile(FALTERING_STATUS);

    private static final Pattern ABSENT = Pattern.compile(
            "not found|: 404\\b|manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|does not exist",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern REFUSED_LOGIN = Pattern.compile(
            "401 Unauthorized|no basic auth credentials|incorrect username or password|authentication required"
                    + "|token has expired|token expired|(?:^|: )unauthorized$",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern REFUSED_ACCESS =
            Pattern.compile("insufficient_scope|403 Forbidden|denied|unauthorized", Pattern.CASE_INSENSITIVE);

    /** Registries do not tell which part of a manifest they reject. */
    private static final Pattern REFUSED_MANIFEST = Pattern.compile(
            "MANIFEST_INVALID|manifest invalid|manifests/\\S+: (?:400|415)\\b|unsupported media type|invalid media ?type"
                    + "|UNSUPPORTED|invalid parameter at '?ImageManifest",
            Pattern.CASE_INSENSITIVE);

    /**
     * What registries answer when a tag must not move: Amazon ECR (ImageTagAlreadyExistsException), Harbor ("configured
     * as immutable"), Quay, Docker Hub, Google Artifact Registry, GitLab (protected tags), Artifactory and Nexus.
     */
    private static final Pattern IMMUTABLE = Pattern.compile(
            "(?:is|as) immutable|immutability settings|tag immutability|TAG_IMMUTABLE|TAG_ALREADY_EXISTS|TagAlreadyExists"
                    + "|cannot be overwritten|protected (?:container )?tag"
                    + "|tag [^/]{0,80}(?:is )?protected|(?:delete/|not allowed to |permissions? to )overwrite"
                    + "|does not allow updating assets",
            Pattern.CASE_INSENSITIVE);

    /** Written by containerd, with "not found" at the end. */
    private static final Pattern TOO_LARGE = Pattern.compile("rejecting \\d+ byte manifest");

    private static final Pattern NO_MANIFEST = Pattern.compile(
            "unexpected end of JSON input|invalid character .* (?:looking for|after|in)|cannot unmarshal");

    /** Azure Container Registry says "disallowed" of a locked tag, but also of a locked repository. */
    private static final Pattern REFUSED_TAG =
            Pattern.compile("PUT request to \\S+/manifests/[^\\s:]+: (?:400|403|405|409|412|422)\\b"
                    + "|operation is disallowed on this registry, repository or image");

    /** The address of the request that failed. */
    private static final Pattern ADDRESS = Pattern.compile("https?://(?<registry>[^/\\s\"]+)/v2/");

    private static final Pattern UNTRUSTED = Pattern.compile(
            "x509: certificate (?:signed by unknown authority|is not trusted)", Pattern.CASE_INSENSITIVE);

    private static final String PLAIN_HTTP = "server gave HTTP response to HTTPS client";

    private RegistryErrors() {}

    /** Whether the same request may succeed when it is tried again. */
    public static boolean isTransient(@NonNull String stderr) {
        return TRANSIENT.matcher(stderr).find();
    }

    /** Whether the registry has no such manifest. */
    static boolean isAbsent(@NonNull String stderr) {
        return ABSENT.matcher(stderr).find() && !TOO_LARGE.matcher(stderr).find() && !isRefused(stderr);
    }

    /** Whether the registry refused to write a tag; most versions of buildx show the status and not the reason. */
    static boolean isRefusedTag(@NonNull String message) {
        return isImmutable(message) || REFUSED_TAG.matcher(message).find();
    }

    /** Whether the registry does not let a tag be moved. */
    static boolean isImmutable(@NonNull String stderr) {
        return IMMUTABLE.matcher(ErrorText.lastError(stderr)).find();
    }

    /**
     * Returns the failure to publish under a tag that must not move.
     *
     * @param now what it points at
     */
    @NonNull
    public static DockerException ofImmutable(@NonNull ImageReference tag, @NonNull Digest now) {
        return new DockerException(Sentence.of("RegistryErrors.immutable", tag, now));
    }

    /** Whether the registry rejected a manifest. */
    public static boolean isRefusedManifest(@NonNull String stderr) {
        return REFUSED_MANIFEST.matcher(stderr).find();
    }

    /** Whether the registry refused the login itself. */
    public static boolean isRefusedLogin(@NonNull String stderr) {
        return REFUSED_LOGIN.matcher(stderr).find() && !stderr.contains("insufficient_scope") && !isFaltering(stderr);
    }

    /** Whether the registry refused the login or access. */
    public static boolean isRefused(@NonNull String stderr) {
        return isRefusedLogin(stderr) || REFUSED_ACCESS.matcher(stderr).find() && !isFaltering(stderr);
    }

    private static boolean isFaltering(String stderr) {
        return FALTERING.matcher(ErrorText.lastError(stderr)).find();
    }

    /** Whether the registry speaks plain HTTP instead of HTTPS. */
    static boolean isPlainHttp(@NonNull String stderr) {
        return stderr.contains(PLAIN_HTTP);
    }

    /** Returns the registry that the last error names, as in image references, or else the given one. */
    @NonNull
    static String registry(@NonNull String host, @NonNull String stderr) {
        Matcher address = ADDRESS.matcher(ErrorText.lastError(stderr));
        if (!address.find()) {
            return host;
        }
        return canonical(address.group("registry"));
    }

    /** Returns a registry's host as in image references: Docker Hub has other host names as well. */
    @NonNull
    public static String canonical(@NonNull String host) {
        return RegistryHost.names(ImageReference.DOCKER_HUB).contains(host) ? ImageReference.DOCKER_HUB : host;
    }

    /**
     * Returns the failure of a request to a registry.
     *
     * @param host the registry's host, and port if there is one; the text may name another
     */
    @NonNull
    public static DockerException of(@NonNull String host, @NonNull String stderr) {
        if (ErrorText.isWithoutBuildx(stderr)) {
            return new DockerException(ErrorText.WITHOUT_BUILDX);
        }
        String error = ErrorText.lastError(stderr);
        String registry = registry(host, stderr);
        if (UNTRUSTED.matcher(error).find()) {
            return new DockerException(Sentence.of("RegistryErrors.untrusted", registry, error));
        }
        if (isPlainHttp(error)) {
            return new DockerException(Sentence.of("RegistryErrors.plainHttp", registry, error));
        }
        if (isImmutable(stderr)) {
            return new DockerException(Sentence.of("RegistryErrors.tagExists", registry, error));
        }
        if (isRefusedLogin(stderr)) {
            return DockerException.loginRefused(Sentence.of("RegistryErrors.loginRefused", registry, error), registry);
        }
        if (isRefused(stderr)) {
            return new DockerException(Sentence.of("RegistryErrors.accessRefused", registry, error), registry);
        }
        if (TOO_LARGE.matcher(error).find()) {
            return new DockerException(Sentence.of("RegistryErrors.large", registry, error));
        }
        if (NO_MANIFEST.matcher(error).find()) {
            return new DockerException(Sentence.of("RegistryErrors.noManifest", registry, error));
        }
        if (isTransient(stderr)) {
            return new DockerException(Sentence.of("RegistryErrors.passing", registry, error));
        }
        if (isRefusedManifest(error)) {
            return new DockerException(Sentence.of("RegistryErrors.rejected", registry, error));
        }
        return new DockerException(Sentence.of("RegistryErrors.other", registry, error));
    }

    /**
     * Returns the sentence of a failure with what may help if a registry rejected a manifest that is or has an
     * attestation.
     *
     * @param attested whether there are attestations at all
     */
    @NonNull
    public static Sentence withAttestationHint(@NonNull DockerException failure, boolean attested) {
        return attested && isRefusedManifest(failure.getMessage())
                ? Sentence.of("RegistryErrors.attestations", failure.sentence().ended())
                : failure.sentence();
    }
}
