package io.jenkins.plugins.multiarchbuild.cli;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeOverlay;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.git.SourceTags;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** Builds an image for several platforms and publishes it as one. */
@Command(
        name = "multi-arch-build",
        mixinStandardHelpOptions = true,
        version = "multi-arch-build 1.0",
        sortOptions = false,
        description = "Builds an image for several platforms with docker buildx and publishes one image index.",
        exitCodeOnInvalidInput = 2,
        footer = "%nExit code: 0 when the published index was read back and holds every platform"
                + " (with --no-publish: when every platform is built and pushed,"
                + " with --no-push: when every platform is built and the archive, if any, is written), 1 when something failed,"
                + " 2 when an option is wrong.")
public final class Main implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--platforms",
            required = true,
            split = "[,\\s]+",
            paramLabel = "PLATFORM",
            description = "What to build for, for example linux/amd64,linux/arm64.")
    private List<String> platforms;

    @Option(
            names = "--base-tags",
            split = "[,\\s]+",
            paramLabel = "HOST/REPOSITORY:TAG",
            description = "The tags to publish under; required unless --no-push or --tags-from is given.")
    private List<String> baseTags = new ArrayList<>();

    @Option(
            names = "--repositories",
            split = "[,\\s]+",
            paramLabel = "HOST/REPOSITORY",
            description = "Where to publish under tags that Git gives, with --tags-from.")
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = "--tags-from",
            paramLabel = "git",
            description = "git: take the tags from branch, Git tags and commit of the context.")
    private String tagsFrom;

    @Option(names = "--dockerfile", paramLabel = "PATH", description = "The Dockerfile, relative to the context.")
    private String dockerfile;

    @Option(
            names = "--dockerfile-for",
            paramLabel = "PLATFORM=PATH",
            description = "The Dockerfile of one platform; may be repeated.")
    private Map<String, String> dockerfiles = new LinkedHashMap<>();

    @Mixin
    private BakeFlags bake = new BakeFlags();

    @Mixin
    private BuildFlags flags = new BuildFlags();

    @Option(
            names = "--arch-tags",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            paramLabel = "uname",
            description = "Also publish one tag per platform: -amd64, -arm64; with 'uname': -x86_64, -aarch64.")
    private String archTags;

    @Option(names = "--no-publish", description = "Build and push the platforms' images only.")
    private boolean noPublish;

    @Option(
            names = "--no-push",
            description = "Build every platform and push nothing; no registry is asked but those of base images.")
    private boolean noPush;

    @Option(
            names = "--archive",
            paramLabel = "FILE",
            description = "With --no-push: write the image of all platforms into this OCI archive.")
    private Path archive;

    @Option(names = "--builder", paramLabel = "NAME", description = "The buildx builder to use.")
    private String builder;

    @Option(
            names = "--username",
            paramLabel = "NAME",
            description = "User name for the registries; by default docker's own logins are used.")
    private String username;

    @Option(names = "--password-stdin", description = "Read the user's password from standard input.")
    private boolean passwordStdin;

    @Option(
            names = "--json",
            description = "Print the result as JSON on standard output; everything else goes to" + " standard error.")
    private boolean json;

    @Parameters(
            arity = "0..1",
            defaultValue = ".",
            paramLabel = "CONTEXT",
            description = "Directory to build from, or a Git or HTTP URL.")
    private String context;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new Main())
                // a value may begin with @
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> refuse(e));
        // Java's replacement for bytes that it cannot decode
        boolean damaged = Stream.of(args).anyMatch(argument -> argument.indexOf('\ufffd') >= 0);
        System.exit(damaged ? refuse(lackingCharacters("An argument")) : commandLine.execute(args));
    }

    private static int refuse(String why) {
        System.err.println("ERROR: " + OneLine.of(why));
        return 2;
    }

    private static int refuse(CommandLine.ParameterException e) {
        if (e.getValue() != null && e.getArgSpec() instanceof OptionSpec option && option.typeInfo().isMap()) {
            return refuse(option.longestName() + ": '" + e.getValue() + "' is not understood. Write it as "
                    + option.paramLabel() + ".");
        }
        List<String> similar =
                e instanceof CommandLine.UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return refuse(e.getMessage() + (similar.isEmpty() ? "" : ". Similar: " + String.join(", ", similar))
                + ". Try 'multi-arch-build --help'.");
    }

    private static String lackingCharacters(String what) {
        return what + " has characters that this locale lacks (" + System.getProperty("sun.jnu.encoding")
                + "). Set LC_ALL=C.UTF-8 for UTF-8.";
    }

    @Override
    public Integer call() {
        try {
            checkArguments();
            List<ImageReference> tags = tags();
            BuildRequest request = new BuildRequest(
                    Platform.parseAll(platforms),
                    tags,
                    new BuildSource(context, dockerfile, new PlatformMap(dockerfiles), flags.contexts()),
                    flags.options(tags, !noPush),
                    builder,
                    ArchTags.parse(archTags),
                    !noPush,
                    !noPublish,
                    false);
            try (LocalDocker docker = login(request)) {
                BuildSecrets secrets = flags.secrets(docker.directory());
                BakeTargets targets = bake.path() == null ? BakeTargets.of(request) : read(docker, request, secrets);
                Map<String, Result> results =
                        new LocalBuild(docker, flags.checks(), archive, System.err::println).run(targets, secrets);
                System.out.println(json ? Result.toJson(results, bake.path() != null) : Result.toText(results));
            }
            return 0;
        } catch (InvalidRequestException e) {
            return refuse(text(e));
        } catch (InvalidPathException e) {
            // the bake file has it
            return refuse(lackingCharacters("'" + e.getInput() + "'"));
        } catch (DockerException | IOException e) {
            System.err.println("ERROR: " + text(e));
            return 1;
        } catch (InterruptedException e) {
            // the signal has its own exit code
            return 1;
        }
    }

    private String text(Exception failure) {
        return new OptionNames(spec.commandLine().getParseResult()).text(failure);
    }

    private BakeTargets read(LocalDocker docker, BuildRequest request, BuildSecrets secrets)
            throws IOException, InterruptedException, DockerException {
        boolean hasContext = spec.commandLine().getParseResult().hasMatchedPositional(0);
        BakeTargets targets = bake.file(hasContext)
                .read(
                        docker,
                        bake.path(),
                        new BakeOverlay(
                                request,
                                hasContext,
                                secrets.files().keySet(),
                                Set.of(),
                                System.getenv().keySet()));
        targets.remarks().forEach(System.err::println);
        return targets;
    }

    private List<ImageReference> tags() throws IOException, InterruptedException, DockerException {
        if (bake.hasTags()) {
            return bake.allTags();
        }
        if (tagsFrom == null) {
            return noPush && baseTags.isEmpty() ? List.of() : BuildRequest.parseBaseTags(baseTags);
        }
        List<ImageReference> parsed =
                repositories.stream().map(ImageReference::parseRepository).distinct().toList();
        if (noPush && archive == null) {
            return List.of();
        }
        List<String> tags = SourceTags.of(new LocalGit(Path.of(context)), System.getenv(), System.err::println);
        System.err.println("Base tags from Git: " + String.join(", ", tags));
        return parsed.stream()
                .flatMap(repository -> tags.stream().map(repository::withTag))
                .toList();
    }

    private void checkArguments() {
        String oneImage = archive != null ? "--archive" : tagsFrom != null ? "--tags-from" : baseTags.isEmpty() ? null : "--base-tags";
        bake.check(oneImage, !noPush);
        if (bake.hasTags() && (tagsFrom != null || !baseTags.isEmpty())) {
            throw new InvalidRequestException("--base-tags-for and " + (tagsFrom == null ? "--base-tags" : "--tags-from")
                    + " exclude each other. Leave one of them out.");
        }
        checkTags();
        if (archive != null && !noPush) {
            throw new InvalidRequestException("--archive: an image is either pushed or archived. Add --no-push.");
        }
        if (archive != null
                && (Files.isDirectory(archive) || !Files.isDirectory(archive.toAbsolutePath().resolveSibling("")))) {
            throw new InvalidRequestException("--archive: '" + archive
                    + "' is a directory, or in one that does not exist. Name a file in an existing directory.");
        }
        if ((username != null) != passwordStdin) {
            throw new InvalidRequestException("--username and --password-stdin go together.");
        }
    }

    private void checkTags() {
        if (tagsFrom == null && !repositories.isEmpty()) {
            throw new InvalidRequestException("--repositories: nothing says which tags they get. Add --tags-from git, or"
                    + " name the tags with --base-tags instead.");
        }
        if (tagsFrom == null) {
            if (baseTags.isEmpty() && !bake.hasTags() && !noPush) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "Missing required option: '--base-tags=HOST/REPOSITORY:TAG'");
            }
            return;
        }
        if (!tagsFrom.equals("git")) {
            throw new InvalidRequestException("--tags-from: '" + tagsFrom + "' is not understood. Give 'git'.");
        }
        if (!baseTags.isEmpty()) {
            throw new InvalidRequestException("--base-tags and --tags-from exclude each other. Leave out --base-tags if the"
                    + " tags come from Git.");
        }
        if (repositories.isEmpty()) {
            throw new InvalidRequestException("--tags-from: no repository to publish to. Name at least one, for example"
                    + " --repositories registry.example.com/team/app.");
        }
        if (!Files.isDirectory(Path.of(context))) {
            throw new InvalidRequestException("--tags-from: '" + context + "' is no directory, so that Git cannot be asked."
                    + " Name the tags with --base-tags.");
        }
    }

    private LocalDocker login(BuildRequest request) throws IOException, DockerException {
        if (username == null || noPush) {
            return LocalDocker.withOwnLogin();
        }
        // as in docker login, only the line break is not part of the password
        String password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).replaceFirst("\\r?\\n?$", "");
        return LocalDocker.withLogin(request.baseTags(), username, password);
    }
}
