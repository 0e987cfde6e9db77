package io.jenkins.plugins.multiarchbuild.cli;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds an image for several platforms and publishes it as one. */
@Command(
        name = "multi-arch-build",
        mixinStandardHelpOptions = true,
        version = "multi-arch-build 1.0",
        sortOptions = false,
        description = "Builds an image for several platforms with docker buildx and publishes one image index.",
        exitCodeOnInvalidInput = 2,
        footer = "%nExit code: 0 when the published index was read back and holds every platform"
                + " (with --no-publish: when every platform is built and pushed), 1 when something failed,"
                + " 2 when an option is wrong.")
public final class Main implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--platforms", required = true, split = "[,\\s]+", paramLabel = "PLATFORM",
            description = "What to build for, for example linux/amd64,linux/arm64.")
    private List<String> platforms;

    @Option(names = "--base-tags", required = true, split = "[,\\s]+", paramLabel = "HOST/REPOSITORY:TAG",
            description = "The tags to publish under.")
    private List<String> baseTags;

    @Option(names = "--dockerfile", paramLabel = "PATH", description = "The Dockerfile, relative to the context.")
    private String dockerfile;

    @Option(names = "--dockerfile-for", paramLabel = "PLATFORM=PATH",
            description = "The Dockerfile of one platform; may be repeated.")
    private Map<String, String> dockerfiles = new LinkedHashMap<>();

    @Option(names = "--build-arg", paramLabel = "NAME=VALUE", description = "A build argument; may be repeated.")
    private Map<String, String> buildArgs = new LinkedHashMap<>();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the images; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "The stage of the Dockerfile to build.")
    private String target;

    @Option(names = "--provenance", paramLabel = "VALUE", description = "true, false, or for example mode=max.")
    private String provenance;

    @Option(names = "--arch-tags", arity = "0..1", fallbackValue = "true", defaultValue = "false", paramLabel = "uname",
            description = "Also publish a tag a platform: -amd64, -arm64; with 'uname' -x86_64, -aarch64.")
    private String archTags;

    @Option(names = "--no-publish", description = "Build and push the platforms' images only.")
    private boolean noPublish;

    @Option(names = "--builder", paramLabel = "NAME", description = "The buildx builder to use.")
    private String builder;

    @Option(names = "--username", paramLabel = "NAME",
            description = "User of the registries; without it the login that docker has is used.")
    private String username;

    @Option(names = "--password-stdin", description = "Read the user's password from standard input.")
    private boolean passwordStdin;

    @Option(names = "--json", description = "Print the result as JSON on standard output; everything else goes to"
            + " standard error.")
    private boolean json;

    @Parameters(arity = "0..1", defaultValue = ".", paramLabel = "CONTEXT",
            description = "Directory to build from, or a Git or HTTP URL.")
    private String context;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                // A value may begin with @.
                .setExpandAtFiles(false)
                .execute(args));
    }

    @Override
    public Integer call() {
        try {
            checkArguments();
            BuildRequest request = new BuildRequest(
                    Platform.parseAll(platforms),
                    BuildRequest.parseBaseTags(baseTags),
                    new BuildSource(context, dockerfile, new PlatformMap(dockerfiles)),
                    new BuildOptions(buildArgs, labels, target, provenance),
                    builder,
                    ArchTags.parse(archTags),
                    !noPublish);
            try (LocalDocker docker = login(request)) {
                Result result = new LocalBuild(docker, System.err::println).run(request);
                System.out.println(json ? result.toJson() : result.toText());
            }
            return 0;
        } catch (InvalidRequestException e) {
            System.err.println("ERROR: " + e.getMessage());
            return 2;
        } catch (BuildxException | IOException e) {
            System.err.println("ERROR: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            // By a signal, which has its own exit code.
            return 1;
        }
    }

    private void checkArguments() {
        if ((username != null) != passwordStdin) {
            throw new InvalidRequestException("--username and --password-stdin go together.");
        }
        // Java puts this sign where it cannot decode an argument, and would build with the wrong value.
        if (spec.commandLine().getParseResult().originalArgs().stream()
                .anyMatch(argument -> argument.indexOf('\ufffd') >= 0)) {
            throw new InvalidRequestException("An argument has characters that are not of this locale ("
                    + System.getProperty("sun.jnu.encoding") + "). Set LC_ALL=C.UTF-8 for UTF-8.");
        }
    }

    private LocalDocker login(BuildRequest request) throws IOException, BuildxException {
        if (username == null) {
            return LocalDocker.withOwnLogin();
        }
        // As docker login does it: but for the line's end, all of it is the password.
        String password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).replaceFirst("\\r?\\n?$", "");
        return LocalDocker.withLogin(request.baseTags(), username, password);
    }
}
