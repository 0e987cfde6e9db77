package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import io.jenkins.plugins.multiarchbuild.call.BuildPlan;
import io.jenkins.plugins.multiarchbuild.call.SourceFrom;
import io.jenkins.plugins.multiarchbuild.credentials.BoundSecrets;
import io.jenkins.plugins.multiarchbuild.credentials.SecretCredentials;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ReplayDefinition;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import io.jenkins.plugins.multiarchbuild.report.KeptFile;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.ReplayReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Keeps the definition that builds the images of a call again elsewhere: see {@link ReplayDefinition}. */
public final class KeptReplay {

    private static final Logger LOGGER = Logger.getLogger(KeptReplay.class.getName());

    /** The image's name if it is published nowhere. */
    private static final String UNNAMED = "image";

    private final Run<?, ?> run;
    private final BuildPlan plan;
    private final MaskedRequest masked;

    private KeptReplay(Run<?, ?> run, BuildPlan plan, MaskedRequest masked) {
        this.run = run;
        this.plan = plan;
        this.masked = masked;
    }

    /**
     * Keeps the definition of a call, if it can be written: all of the source has to be in the workspace. No build fails
     * because that is not possible.
     */
    public static void keep(@NonNull StepContext context, @NonNull BuildPlan plan)
            throws IOException, InterruptedException {
        try {
            write(context, plan);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The definition of a build cannot be kept", e);
        }
    }

    private static void write(StepContext context, BuildPlan plan) throws IOException, InterruptedException {
        Run<?, ?> run = context.get(Run.class);
        SecretFinder secrets = SecretMask.finder(
                run, plan.call().credentials().secrets(), BoundSecrets.of(context.get(EnvironmentExpander.class)));
        MaskedRequest masked = new MaskedRequest(run, secrets, context.get(ConsoleLogFilter.class));
        BuildRequest request;
        try {
            BuildSource source = paths(context, plan)
                    .of(plan.request().source(), plan.request().platforms());
            request = masked.of(plan.request().withSource(source));
        } catch (InvalidRequestException e) {
            LOGGER.log(Level.FINE, "The build itself says so if that is an error", e);
            return;
        }
        new KeptReplay(run, plan, masked).write(request);
    }

    /** Of a stash and of what agents check out themselves the workspace is the top. */
    private static SourcePaths paths(StepContext context, BuildPlan plan) throws IOException, InterruptedException {
        FilePath directory = plan.source() == SourceFrom.WORKSPACE ? context.get(FilePath.class) : null;
        if (directory == null) {
            return new SourcePaths("", "");
        }
        EnvVars environment = context.get(EnvVars.class);
        return new SourcePaths(environment.get("WORKSPACE", directory.getRemote()), directory.getRemote());
    }

    private void write(BuildRequest request) throws IOException {
        ReplayDefinition definition = new ReplayDefinition(
                request,
                name(),
                SecretCredentials.mountIds(run, plan.call().credentials().secrets()),
                plan.call().credentials().ssh().keySet());
        String name = "replay-" + run.getNumber() + "-" + plan.id() + ".json";
        String command = definition.command("../" + name);
        Path file = new KeptFile(run, name).path();
        Files.createDirectories(file.resolveSibling(""));
        Path part = file.resolveSibling(name + ".part");
        Files.writeString(part, definition.write(comment(definition, command)));
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        MultiArchReport.addReplay(
                run,
                plan.id(),
                new ReplayReport(
                        name,
                        command,
                        List.copyOf(definition.variables().values()),
                        !plan.call().credentials().ssh().isEmpty(),
                        masked.isChanged()));
    }

    private String name() {
        return Stream.concat(plan.request().baseTags().stream(), plan.call().repositories().stream())
                .map(ImageReference::repository)
                .map(repository -> repository.substring(repository.lastIndexOf('/') + 1))
                .findFirst()
                .orElse(UNNAMED);
    }

    private List<String> comment(ReplayDefinition definition, String command) {
        List<String> lines = new ArrayList<>(List.of(
                Messages.KeptReplay_what(Integer.toString(run.getNumber())),
                Messages.KeptReplay_command(command),
                Messages.KeptReplay_images(String.join(", ", definition.tags())),
                Messages.KeptReplay_one(plan.request().platforms().get(0).targetName())));
        for (Map.Entry<String, String> variable : definition.variables().entrySet()) {
            lines.add(Messages.KeptReplay_secret(variable.getKey(), variable.getValue()));
        }
        if (!plan.call().credentials().ssh().isEmpty()) {
            lines.add(Messages.KeptReplay_ssh());
        }
        if (masked.isChanged()) {
            lines.add(Messages.KeptReplay_masked(SecretFinder.MASK));
        }
        return lines;
    }
}
