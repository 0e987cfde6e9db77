package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.CacheOptions;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.NamedContexts;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.SmokeTest;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of each platform's build, and of the checks of its image. */
final class BuildFlags {

    private static final Pattern SECRET = Pattern.compile("id=(?<id>[^,]*),(?:src=(?<src>.+)|env=(?<env>.+))");

    @Option(names = "--no-verify", description = "Do not check that images are for their platforms.")
    private boolean noVerify;

    @Option(
            names = "--foreign-program",
            paramLabel = "PATTERN",
            description = "Programs in the image that may be for other platforms; may be repeated.")
    private List<String> foreignPrograms = new ArrayList<>();

    @Option(
            names = "--smoke-test",
            paramLabel = "COMMAND",
            description = "What each image has to run before anything is published: 'java -version'.")
    private String smokeTest;

    @Option(
            names = "--smoke-test-for",
            paramLabel = "PLATFORM=COMMAND",
            description = "What the image of one platform has to run; may be repeated.")
    private Map<String, String> smokeTests = new LinkedHashMap<>();

    @Option(
            names = "--smoke-test-network",
            defaultValue = "none",
            paramLabel = "MODE",
            description = "What the command can reach: none, or default.")
    private String smokeTestNetwork;

    @Option(
            names = "--smoke-test-timeout",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "How long the command may take.")
    private int smokeTestTimeout;

    @Option(names = "--build-arg", paramLabel = "NAME=VALUE", description = "A build argument; may be repeated.")
    private Map<String, String> buildArgs = new LinkedHashMap<>();

    @Option(
            names = "--build-arg-for",
            paramLabel = "PLATFORM=NAME=VALUE",
            description = "A build argument of one platform; may be repeated.")
    private List<String> ownBuildArgs = new ArrayList<>();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the images; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--label-for",
            paramLabel = "PLATFORM=KEY=VALUE",
            description = "A label of one platform's image; may be repeated.")
    private List<String> ownLabels = new ArrayList<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "The stage of the Dockerfile to build.")
    private String target;

    @Option(
            names = "--target-for",
            paramLabel = "PLATFORM=STAGE",
            description = "The stage to build for one platform; may be repeated.")
    private Map<String, String> targets = new LinkedHashMap<>();

    @Option(
            names = "--build-context",
            paramLabel = "NAME=SOURCE",
            description = "An additional context: a directory, docker-image://REFERENCE or a URL; may be repeated.")
    private Map<String, String> contexts = new LinkedHashMap<>();

    @Option(
            names = "--build-context-for",
            paramLabel = "PLATFORM=NAME=SOURCE",
            description = "An additional context of one platform; may be repeated.")
    private List<String> ownContexts = new ArrayList<>();

    @Option(
            names = "--secret",
            paramLabel = "id=ID,src=PATH|env=NAME",
            description = "A build secret, from a file or an environment variable; may be repeated.")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = "--cache",
            paramLabel = "true|PLACE",
            description = "A cache in a registry, to read and to write: true for the image's own repository, or another.")
    private String cache;

    @Option(names = "--cache-from", paramLabel = "CACHE", description = "A cache to read; may be repeated.")
    private List<String> cacheFrom = new ArrayList<>();

    @Option(names = "--cache-to", paramLabel = "CACHE", description = "A cache to write; may be repeated.")
    private List<String> cacheTo = new ArrayList<>();

    @Option(names = "--pull", description = "Check the registry for newer base images.")
    private boolean pull;

    @Option(names = "--no-cache", description = "Run every step of the Dockerfile again.")
    private boolean noCache;

    @Option(names = "--network", paramLabel = "MODE", description = "The network of RUN: default, none or host.")
    private String network;

    @Option(names = "--shm-size", paramLabel = "SIZE", description = "The size of /dev/shm for RUN, for example 128m.")
    private String shmSize;

    @Option(
            names = "--ulimit",
            paramLabel = "NAME=SOFT[:HARD]",
            description = "A limit for RUN, for example nofile=1024:2048; may be repeated.")
    private List<String> ulimits = new ArrayList<>();

    @Option(names = "--add-host", paramLabel = "HOST=IP", description = "A host for RUN; may be repeated.")
    private Map<String, String> hosts = new LinkedHashMap<>();

    @Option(
            names = "--entitlement",
            paramLabel = "NAME",
            description = "What RUN may ask for: network.host or security.insecure; may be repeated.")
    private List<String> entitlements = new ArrayList<>();

    @Option(names = "--provenance", paramLabel = "VALUE", description = "true, false, or for example mode=max.")
    private String provenance;

    @Option(names = "--sbom", paramLabel = "VALUE", description = "true, false, or for example generator=IMAGE.")
    private String sbom;

    @Option(
            names = "--annotation",
            paramLabel = "KEY=VALUE",
            description = "An annotation of the published index; may be repeated.")
    private Map<String, String> annotations = new LinkedHashMap<>();

    /**
     * @param images where the image is published
     * @param push whether it is pushed; a shared cache is only written then
     * @throws InvalidRequestException if one is wrong
     */
    @NonNull
    BuildOptions options(@NonNull List<ImageReference> images, boolean push) {
        Map<String, String> stages = new LinkedHashMap<>(targets);
        if (target != null) {
            stages.putIfAbsent(PlatformMap.REST, target);
        }
        return new BuildOptions(
                new PlatformValues(buildArgs, byPlatform("--build-arg-for", ownBuildArgs)),
                new PlatformValues(labels, byPlatform("--label-for", ownLabels)),
                new PlatformMap(stages),
                new RunOptions(network, shmSize, ulimits, hosts, entitlements),
                CacheOptions.parse(cacheFrom, cacheTo, pull, noCache).withShared(cache, images, push),
                provenance,
                sbom,
                annotations,
                false);
    }

    /** @throws InvalidRequestException if one is wrong */
    @NonNull
    NamedContexts contexts() {
        return new NamedContexts(new PlatformValues(contexts, byPlatform("--build-context-for", ownContexts)));
    }

    /** @throws InvalidRequestException if one is wrong */
    @NonNull
    ImageChecks checks() {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        if (smokeTest != null) {
            commands.put(PlatformMap.REST, SmokeTest.words(smokeTest));
        }
        smokeTests.forEach((platform, command) -> commands.put(platform, SmokeTest.words(command)));
        return new ImageChecks(
                noVerify ? Verification.Omission.OFF_FOR_CALL : null,
                new PathPatterns(foreignPrograms),
                new SmokeTest(commands, smokeTestNetwork, smokeTestTimeout));
    }

    /**
     * Reads the secrets.
     *
     * @param directory a directory that only this user may enter; takes the values of environment variables
     * @throws InvalidRequestException if one is malformed, or its file or variable does not exist
     */
    @NonNull
    BuildSecrets secrets(@NonNull Path directory) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (String secret : secrets) {
            Matcher parts = SECRET.matcher(secret);
            if (!parts.matches()) {
                throw new InvalidRequestException("--secret: '" + secret
                        + "' is not understood. Write it as id=ID,src=PATH or id=ID,env=NAME.");
            }
            String id = parts.group("id");
            BuildSecrets.checkIds("--secret", List.of(id));
            Path file = parts.group("env") == null
                    ? file(parts.group("src"))
                    : write(directory.resolve("secret-" + files.size()), parts.group("env"));
            if (files.put(id, file.toString()) != null) {
                throw new InvalidRequestException("--secret: the id '" + id + "' is used twice. Give each its own.");
            }
        }
        return new BuildSecrets(files, Map.of());
    }

    private static Path file(String path) {
        Path file = Path.of(path).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException("--secret: there is no file '" + path + "'.");
        }
        return file;
    }

    private static Path write(Path file, String variable) throws IOException {
        String value = System.getenv(variable);
        if (value == null) {
            throw new InvalidRequestException("--secret: there is no environment variable '" + variable + "'.");
        }
        return Files.writeString(file, value);
    }

    private static Map<String, Map<String, String>> byPlatform(String option, List<String> values) {
        Map<String, Map<String, String>> byPlatform = new LinkedHashMap<>();
        for (String text : values) {
            String[] parts = text.split("=", 3);
            if (parts.length < 3) {
                throw new InvalidRequestException(
                        option + ": '" + text + "' is not understood. Write it as PLATFORM=NAME=VALUE.");
            }
            byPlatform.computeIfAbsent(parts[0], key -> new LinkedHashMap<>()).put(parts[1], parts[2]);
        }
        return byPlatform;
    }
}
