package io.jenkins.plugins.multiarchbuild.task;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.ConsoleLogFilter;
import hudson.console.LineTransformationOutputStream;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.emulation.Executions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.progress.BakeProgress;
import io.jenkins.plugins.multiarchbuild.engine.progress.Emulation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jvnet.localizer.LocaleProvider;

/** Shows the progress of a bake in the log of a build: see {@link BakeProgress}. */
public final class BakeLog extends ConsoleLogFilter implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Has all bytes, and nothing but ASCII is looked at: the log may have any encoding. */
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private final ArrayList<String> platforms = new ArrayList<>();
    private final ArrayList<String> emulated;

    private final boolean raw;

    /** Null in builds of an earlier version. */
    @CheckForNull
    private final ArrayList<String> nativeStages;

    /** That of the controller: the log may be written on an agent. It is null in builds of an earlier version. */
    @CheckForNull
    private final String language = LocaleProvider.getLocale().toLanguageTag();

    /** @param environment the environment of the bake, {@code NAME=value} each */
    public BakeLog(@NonNull BuildPlan plan, @NonNull PlannedGroup group, @NonNull List<String> environment) {
        raw = plan.call().rawLog();
        group.group().platforms().forEach(platform -> platforms.add(platform.toString()));
        Executions executions = Executions.in(environment);
        emulated = new ArrayList<>(executions.emulated());
        nativeStages = new ArrayList<>(executions.nativeStages());
    }

    @Override
    public OutputStream decorateLogger(Run run, OutputStream logger) {
        Set<Platform> slow = new HashSet<>();
        emulated.forEach(platform -> slow.add(Platform.parse(platform)));
        BakeProgress progress = new BakeProgress(
                Platform.parseAll(platforms),
                new Emulation(slow, nativeStages == null ? Set.of() : Set.copyOf(nativeStages)),
                raw,
                System::nanoTime,
                language == null ? Locale.ROOT : Locale.forLanguageTag(language));
        return new LineTransformationOutputStream.Delegating(logger) {

            @Override
            protected void eol(byte[] bytes, int length) throws IOException {
                for (String line : progress.show(trimEOL(new String(bytes, 0, length, BYTES)))) {
                    out.write(bytes(line));
                    out.write('\n');
                }
            }
        };
    }

    /** Every character of buildx is a byte of it; Chinese texts have others, which the log of a Pipeline has in UTF-8. */
    private static byte[] bytes(String line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        line.chars().forEach(character -> {
            if (character <= 0xff) {
                bytes.write(character);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
