package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what buildx and BuildKit say on standard error when something fails. */
public final class Failure {

    private static final Pattern TRANSIENT = Pattern.compile(
            "unexpected status.*: (?:408|425|429|5\\d\\d)\\b|toomanyrequests|connection reset|connection refused"
                    + "|broken pipe|unexpected EOF|: EOF|i/o timeout|TLS handshake timeout|context deadline exceeded"
                    + "|server closed idle connection|no such host|temporary failure in name resolution",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ABSENT = Pattern.compile(
            "not found|: 404\\b|manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|does not exist",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern REFUSED_LOGIN = Pattern.compile(
            "401 Unauthorized|no basic auth credentials|incorrect username or password|authentication required",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern REFUSED_ACCESS =
            Pattern.compile("insufficient_scope|403 Forbidden|denied|unauthorized", Pattern.CASE_INSENSITIVE);

    private static final Pattern ERROR_LINE = Pattern.compile("^(?:ERROR|error|Error): ?(?<text>.+)$");

    private static final Pattern TARGET = Pattern.compile("target (?<target>[\\w-]+): (?<text>.+)", Pattern.DOTALL);

    /** The heading of a failed step's output; all that names the target in buildx before 0.14. */
    private static final Pattern FAILED_STEP = Pattern.compile("^ > \\[(?<target>[\\w-]+)[ \\]].*", Pattern.MULTILINE);

    /** What registries say of a manifest that they do not take; they do not say which part of it they mind. */
    private static final Pattern REFUSED_MANIFEST = Pattern.compile(
            "MANIFEST_INVALID|manifest invalid|manifests/\\S+: (?:400|415)\\b|unsupported media type|invalid media ?type"
                    + "|UNSUPPORTED",
            Pattern.CASE_INSENSITIVE);

    /** The address of the request that failed. */
    private static final Pattern ADDRESS = Pattern.compile("https?://(?<registry>[^/\\s\"]+)/v2/");

    private static final Pattern UNTRUSTED = Pattern.compile(
            "x509: certificate (?:signed by unknown authority|is not trusted)", Pattern.CASE_INSENSITIVE);

    private static final String PLAIN_HTTP = "server gave HTTP response to HTTPS client";

    private static final Pattern PUSH =
            Pattern.compile("failed to push (?<registry>[^/\\s]+)/\\S*: (?<text>.+)", Pattern.DOTALL);

    /** What buildx tells when a builder, or what it runs on, does not come up. */
    private static final Pattern BOOTSTRAP =
            Pattern.compile("\\[internal] (?:booting buildkit|waiting for connection)");

    /** What helps where an engine keeps images without containerd. */
    static final String ANOTHER_STORE = "name another builder with the parameter builder"
            + " ('docker buildx create --driver docker-container' on the agent makes one),"
            + " or turn on the containerd image store of the agent's engine";

    private Failure() {}

    /**
     * One line on why a builder cannot be used.
     *
     * @param builder its name, or null for the current one
     */
    @NonNull
    static String ofBuilder(@CheckForNull String builder, @NonNull String stderr) {
        if (stderr.contains("is not a docker command") || stderr.contains("unknown command: docker buildx")) {
            return "This docker has no buildx. Install the docker-buildx plugin.";
        }
        String named = "The builder " + (builder == null ? "" : "'" + builder + "' ");
        String said = lastLine(stderr);
        return BOOTSTRAP.matcher(stderr).find()
                ? named + "does not start: " + sentence(said.replaceFirst("^error for bootstrap \"[^\"]*\": ", ""))
                        + " The engine, cluster or address that it runs on has to be up, to let this agent in and to have"
                        + " BuildKit's image."
                : named + "cannot be used: " + said;
    }

    /** Whether a registry may well answer differently when it is asked again. */
    static boolean isTransient(@NonNull String stderr) {
        return TRANSIENT.matcher(stderr).find();
    }

    /** Whether the registry answered that it has no such manifest. */
    static boolean isAbsent(@NonNull String stderr) {
        return ABSENT.matcher(stderr).find() && !isRefused(stderr);
    }

    /** Whether the registry did not take a manifest as it is. */
    static boolean isRefusedManifest(@NonNull String stderr) {
        return REFUSED_MANIFEST.matcher(stderr).find();
    }

    /** Whether the registry did not accept who asked. */
    static boolean isRefusedLogin(@NonNull String stderr) {
        return REFUSED_LOGIN.matcher(stderr).find() && !stderr.contains("insufficient_scope");
    }

    /** Whether the registry refused, be it the login or what the login may do. */
    static boolean isRefused(@NonNull String stderr) {
        return isRefusedLogin(stderr) || REFUSED_ACCESS.matcher(stderr).find();
    }

    /** Whether the registry speaks plain HTTP and was not expected to. */
    static boolean isPlainHttp(@NonNull String stderr) {
        return stderr.contains(PLAIN_HTTP);
    }

    /** The registry that the last error names, or else the given one. */
    @NonNull
    static String registry(@NonNull String host, @NonNull String stderr) {
        Matcher address = ADDRESS.matcher(lastLine(stderr));
        return address.find() ? address.group("registry") : host;
    }

    /**
     * One line on why a registry did not do what it was asked.
     *
     * @param host the registry's host, and port if there is one, unless the text names another
     */
    @NonNull
    public static String ofRegistry(@NonNull String host, @NonNull String stderr) {
        String said = lastLine(stderr);
        String registry = registry(host, stderr);
        if (UNTRUSTED.matcher(said).find()) {
            return "The certificate of the registry " + registry
                    + " is signed by a CA that is not trusted. Put the CA's"
                    + " certificate into /etc/docker/certs.d/" + registry
                    + "/ca.crt on the agent, where its user can read"
                    + " it; a builder that is not of the driver docker needs it in its buildkitd configuration too. ("
                    + said + ")";
        }
        if (isPlainHttp(said)) {
            return "The registry " + registry + " speaks plain HTTP. List " + registry
                    + " under insecure-registries of the agent's Docker daemon; a builder that is not of the driver docker"
                    + " needs http = true for it in its buildkitd configuration. (" + said + ")";
        }
        if (isRefusedLogin(stderr)) {
            return "The registry " + registry + " refused the login: user name and password or token are wrong,"
                    + " expired or missing. Check the credentials. (" + said + ")";
        }
        if (isRefused(stderr)) {
            return "The registry " + registry + " refused access: the login may not read or push this repository. ("
                    + said + ")";
        }
        if (isTransient(stderr)) {
            return "The registry " + registry + " does not answer as it should: " + said;
        }
        if (isRefusedManifest(said)) {
            return "The registry " + registry + " does not take the manifest: " + said;
        }
        return "The registry " + registry + ": " + said;
    }

    /**
     * A line on a failure with what may cure it, if a registry did not take a manifest that is or has an attestation.
     *
     * @param attested whether there are attestations at all
     */
    @NonNull
    static String withAttestationHint(@NonNull String failure, boolean attested) {
        return attested && isRefusedManifest(failure)
                ? sentence(failure)
                        + " Some registries refuse attestations: provenance: false (and no sbom) leaves them out."
                : failure;
    }

    /** A text with a full stop, so that another sentence can follow. */
    @NonNull
    static String sentence(@NonNull String text) {
        return text.endsWith(".") || text.endsWith(")") ? text : text + ".";
    }

    /**
     * One line on why a bake failed.
     *
     * @param log what {@code docker buildx bake} wrote
     * @param platforms the platforms of the bake
     * @return the platform whose target failed first, where buildx tells, and the reason
     */
    @NonNull
    public static String ofBuild(@NonNull String log, @NonNull List<Platform> platforms) {
        String error = lastLine(log);
        Matcher named = TARGET.matcher(error);
        Matcher step = FAILED_STEP.matcher(log);
        String target = "";
        if (named.matches()) {
            target = named.group("target");
            error = named.group("text");
        } else if (step.find()) {
            target = step.group("target");
        }
        error = error.replaceFirst("^failed to solve: ", "");
        if (error.startsWith("Attestation is not supported")) {
            return error + " Set provenance: false and sbom: false, " + ANOTHER_STORE + ".";
        }
        Matcher push = PUSH.matcher(error);
        String reason =
                push.matches() ? ofPush(push.group("registry"), push.group("text"), log) : withBuilderHint(error);
        String failed = target;
        return platforms.stream()
                .filter(platform -> platform.targetName().equals(failed))
                .map(platform -> platform + ": " + reason)
                .findFirst()
                .orElse(reason);
    }

    private static String withBuilderHint(String error) {
        if (error.contains("granting entitlement network.host is not allowed")) {
            return "The builder does not allow network 'host'. Create it with docker buildx create --buildkitd-flags"
                    + " '--allow-insecure-entitlement network.host', or name another builder. (" + error + ")";
        }
        return error.contains("Cache export is not supported for the docker driver")
                ? sentence(error) + " Name a builder of another driver (docker buildx create), or turn on the engine's"
                        + " containerd image store, or leave out cacheTo."
                : error;
    }

    private static String ofPush(String registry, String error, String log) {
        String reason =
                withAttestationHint(ofRegistry(registry, error), log.contains("exporting attestation manifest"));
        return isTransient(error) && !isRefused(error)
                ? sentence(reason) + " Nothing is wrong with the source: run the build again, or retry the step."
                : reason;
    }

    /** The last error that the text names, without its {@code ERROR:}, or else its last line. */
    @NonNull
    static String lastLine(@NonNull String text) {
        List<String> lines =
                text.lines().map(String::trim).filter(line -> !line.isEmpty()).toList();
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher error = ERROR_LINE.matcher(lines.get(i));
            if (error.matches()) {
                return error.group("text");
            }
        }
        return lines.isEmpty() ? "it gave no reason" : lines.get(lines.size() - 1);
    }
}
