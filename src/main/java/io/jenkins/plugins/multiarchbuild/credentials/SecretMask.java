package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.ConsoleLogFilter;
import hudson.console.LineTransformationOutputStream;
import hudson.model.Run;
import hudson.util.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/** Keeps the secrets of a build out of its log even if the Dockerfile prints them, as {@code withCredentials} does. */
public final class SecretMask extends ConsoleLogFilter implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Kept encrypted, for it goes to disk with the Pipeline. */
    private final ArrayList<Secret> secrets = new ArrayList<>();

    private final String charset;

    private SecretMask(List<String> texts, Charset charset) {
        this.charset = charset.name();
        texts.stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .forEach(line -> secrets.add(Secret.fromString(line)));
    }

    /**
     * A mask for the secrets of a build.
     *
     * @param credentialsIds credentials ids by the id that the Dockerfile names
     */
    @NonNull
    public static SecretMask of(@NonNull Run<?, ?> run, @NonNull Map<String, String> credentialsIds) {
        return new SecretMask(SecretCredentials.texts(run, credentialsIds), run.getCharset());
    }

    @Override
    public OutputStream decorateLogger(Run run, OutputStream logger) {
        if (secrets.isEmpty()) {
            return logger;
        }
        Pattern pattern = SecretPatterns.getAggregateSecretPattern(
                secrets.stream().map(Secret::getPlainText).toList());
        return new Masking(logger, pattern, Charset.forName(charset));
    }

    private static final class Masking extends LineTransformationOutputStream.Delegating {

        private final Pattern pattern;
        private final Charset charset;

        Masking(OutputStream logger, Pattern pattern, Charset charset) {
            super(logger);
            this.pattern = pattern;
            this.charset = charset;
        }

        @Override
        protected void eol(byte[] bytes, int length) throws IOException {
            String line = new String(bytes, 0, length, charset);
            Matcher found = pattern.matcher(line);
            if (found.find()) {
                out.write(found.replaceAll("****").getBytes(charset));
            } else {
                out.write(bytes, 0, length);
            }
        }
    }
}
