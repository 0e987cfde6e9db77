package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.ConsoleLogFilter;
import hudson.model.AbstractBuild;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/** Masks the secrets of a build in its log even if the Dockerfile prints them, as {@code withCredentials} does. */
public final class SecretMask extends ConsoleLogFilter implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Matches all forms of the secrets. Only the controller can compute it, but agents need it as well. */
    private final Secret pattern;

    private final String charset;

    private SecretMask(List<String> texts, Charset charset) {
        this.pattern = Secret.fromString(
                SecretPatterns.getAggregateSecretPattern(texts).pattern());
        this.charset = charset.name();
    }

    /**
     * Returns a mask for the secrets of a build.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     */
    @NonNull
    public static SecretMask of(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds)
            throws IOException {
        return new SecretMask(SecretCredentials.texts(run, credentialsIds), run.getCharset());
    }

    /**
     * Returns what finds the secrets of a build where the log has no mask for them: divided by line breaks, or escaped.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     * @param bound secrets that the Pipeline has bound, see {@link BoundSecrets}
     * @throws InvalidRequestException if credentials cannot be found
     */
    @NonNull
    public static SecretFinder finder(
            @NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds, @NonNull List<String> bound)
            throws IOException {
        Set<String> texts = new LinkedHashSet<>(SecretCredentials.texts(run, credentialsIds));
        for (String secret : bound) {
            texts.addAll(secret.lines().count() == 1 ? List.of(secret) : SecretCredentials.lines(secret));
        }
        return new SecretFinder(texts);
    }

    /**
     * Returns a text after a filter of the log. Pipeline calls filters without a run, and those that it merges do nothing
     * with one.
     *
     * @param filter the filter, or null for none
     */
    @NonNull
    public static String apply(@CheckForNull ConsoleLogFilter filter, @NonNull Run<?, ?> run, @NonNull String text)
            throws IOException, InterruptedException {
        if (filter == null) {
            return text;
        }
        ByteArrayOutputStream masked = new ByteArrayOutputStream();
        try (OutputStream log = apply(filter, masked)) {
            log.write(text.getBytes(run.getCharset()));
        }
        return masked.toString(run.getCharset());
    }

    /**
     * Returns a stream that passes on what is written to it after a filter of the log.
     *
     * @param filter as above
     */
    @NonNull
    public static OutputStream apply(@CheckForNull ConsoleLogFilter filter, @NonNull OutputStream out)
            throws IOException, InterruptedException {
        return filter == null ? out : filter.decorateLogger((AbstractBuild<?, ?>) null, out);
    }

    @Override
    public OutputStream decorateLogger(Run run, OutputStream logger) {
        return new SecretPatterns.MaskingOutputStream(logger, () -> Pattern.compile(pattern.getPlainText()), charset);
    }
}
