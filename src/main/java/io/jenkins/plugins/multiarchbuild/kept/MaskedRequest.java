package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.ConsoleLogFilter;
import hudson.console.ConsoleNote;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import io.jenkins.plugins.multiarchbuild.engine.text.Urls;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Masks in a request what the log masks too, and what URLs hold for a login. */
final class MaskedRequest {

    private final Run<?, ?> run;
    private final SecretFinder secrets;

    @CheckForNull
    private final ConsoleLogFilter filter;

    private boolean changed;

    /** @param filter what masks secrets in the log, or null for nothing */
    MaskedRequest(@NonNull Run<?, ?> run, @NonNull SecretFinder secrets, @CheckForNull ConsoleLogFilter filter) {
        this.run = run;
        this.secrets = secrets;
        this.filter = filter;
    }

    /** Whether something is masked. */
    boolean isChanged() {
        return changed;
    }

    /** @throws InvalidRequestException if a masked value cannot be used, such as the name of an image */
    @NonNull
    BuildRequest of(@NonNull BuildRequest request) throws IOException, InterruptedException {
        BuildOptions options = request.options();
        BuildSource source = request.source();
        String inline = source.inline();
        return request.withOptions(new BuildOptions(
                        of(options.buildArgs()),
                        of(options.labels()),
                        options.target(),
                        options.run(),
                        options.cache(),
                        options.provenance(),
                        options.sbom(),
                        options.annotations(),
                        options.standardAnnotations()))
                .withSource(new BuildSource(
                        source.isRemote() ? masked(source.context()) : source.context(),
                        source.dockerfile(),
                        source.dockerfiles(),
                        new NamedContexts(
                                of(source.contexts().sources()),
                                source.contexts().targets()),
                        inline == null ? null : masked(inline)));
    }

    private PlatformValues of(PlatformValues values) throws IOException, InterruptedException {
        Map<String, String> known = new HashMap<>();
        for (Map<String, String> each : values.all()) {
            for (Map.Entry<String, String> value : each.entrySet()) {
                known.put(value.getKey(), masked(value.getKey()));
                known.put(value.getValue(), masked(value.getValue()));
            }
        }
        return values.map(each -> {
            Map<String, String> replaced = new LinkedHashMap<>();
            each.forEach((name, value) -> replaced.put(known.get(name), known.get(value)));
            return replaced;
        });
    }

    private String masked(String value) throws IOException, InterruptedException {
        String masked =
                Urls.withoutSecrets(ConsoleNote.removeNotes(SecretMask.apply(filter, run, secrets.masked(value))));
        changed |= !masked.equals(value);
        return masked;
    }
}
