package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarchbuild.engine.bake.BakeTargets;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BaseImages;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildErrors;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Entitlements;
import io.jenkins.plugins.multiarchbuild.engine.buildx.MetadataFile;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Preflight;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import io.jenkins.plugins.multiarchbuild.engine.context.ContextName;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.layout.ArchiveContents;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.ImageLayout;
import io.jenkins.plugins.multiarchbuild.engine.layout.LayoutImage;
import io.jenkins.plugins.multiarchbuild.engine.layout.OciArchive;
import io.jenkins.plugins.multiarchbuild.engine.registry.Available;
import io.jenkins.plugins.multiarchbuild.engine.registry.ImageManifests;
import io.jenkins.plugins.multiarchbuild.engine.registry.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.PublicationResult;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Builds on this machine: check, bake, verify, publish. */
final class LocalBuild {

    private final LocalDocker docker;
    private final ImageChecks checks;
    private final Path archive;
    private final Consumer<Object> log;
    private final Registry registry;

    /**
     * @param checks what is checked of each platform's image
     * @param archive the archive to write instead of pushing, or null
     */
    LocalBuild(LocalDocker docker, ImageChecks checks, @CheckForNull Path archive, Consumer<Object> log) {
        this.docker = docker;
        this.checks = checks;
        this.archive = archive;
        this.log = log;
        this.registry = new Registry(new PlainHttpDocker(docker), delay -> Thread.sleep(delay.toMillis()), log::accept);
    }

    /**
     * Builds and, if asked to, pushes and publishes. No tag of any image moves before all of them are built and checked.
     *
     * @return the result of each image by the name of its target
     * @throws InvalidRequestException if a Dockerfile is not there
     * @throws DockerException if anything else fails
     */
    @NonNull
    Map<String, Result> run(@NonNull BakeTargets targets, @NonNull BuildSecrets secrets)
            throws IOException, InterruptedException, DockerException {
        BuildRequest request = targets.images().get(0).request();
        BaseImages bases = baseImages(targets);
        List<ImageReference> asked = new ArrayList<>(bases.references());
        for (BakeTarget image : request.push() ? targets.images() : List.<BakeTarget>of()) {
            asked.addAll(image.request().baseTags());
        }
        docker.trustCertificates(asked);
        BuildGroup group = new BuildGroup(null, request.platforms());
        Builder builder;
        try (Concurrently commands = new Concurrently()) {
            Concurrently.Running<Available> found = bases.lookUp(commands, registry);
            builder = Preflight.check(docker, registry, targets, group);
            bases.check(found, builder, docker, request.options().cache().pull(), log::accept);
        }
        if (archive != null) {
            Preflight.checkArchive(builder);
        }
        PushStrategy strategy = PushStrategy.of(request, builder.driver());
        log.accept("Builder " + builder.title() + ": " + strategy.reason() + ".");
        String definition = BakeDefinition.write(targets.withContexts(this::accepted), group, strategy, secrets);
        LocalChecks check = new LocalChecks(docker, registry, request.builder(), checks, log);
        if (!request.push()) {
            boolean kept = archive != null || checks.any() && builder.ociExporter();
            List<ImageKey> keys = targets.keys(request.platforms());
            String metadata = bake(targets, kept ? intoLayouts(definition, keys) : definition);
            if (kept) {
                check.ofLayouts(MetadataFile.digests(metadata, keys));
            } else if (checks.any()) {
                log.accept("Not checked: nothing is pushed, and this builder cannot write images to this machine.");
            }
            Digest written = archive == null ? null : archive(request, MetadataFile.digests(metadata, keys));
            return results(targets, Map.of(), Map.of(), written);
        }
        Map<ImageKey, BuiltImage> images =
                pushed(MetadataFile.read(bake(targets, definition), targets, group), check);
        return results(targets, images, request.publish() ? publish(targets, images) : Map.of(), null);
    }

    /** Returns a path to a context whose last name buildx accepts. */
    private String accepted(String context) throws IOException {
        Path real = Path.of(context).toAbsolutePath().normalize();
        if (File.separatorChar != '/' || ContextName.isAccepted(real.toString())) {
            return context;
        }
        Path link = docker.directory().resolve(ContextName.ofLink(real.toString()));
        Files.deleteIfExists(link);
        return Files.createSymbolicLink(link, real).toString();
    }

    private Map<String, Result> results(
            BakeTargets targets,
            Map<ImageKey, BuiltImage> images,
            Map<String, PublicationResult> published,
            @CheckForNull Digest written) {
        Map<String, Result> results = new LinkedHashMap<>();
        targets.byImage().forEach((name, target) -> {
            BuildRequest request = target.request();
            PublicationResult own = published.get(name);
            results.put(
                    target.name(),
                    new Result(
                            request.baseTags(),
                            own == null ? null : own.index(),
                            request.platforms(),
                            of(name, images),
                            archive,
                            written));
        });
        return results;
    }

    private static List<BuiltImage> of(String image, Map<ImageKey, BuiltImage> images) {
        return images.entrySet().stream()
                .filter(each -> each.getKey().image().equals(image))
                .map(Map.Entry::getValue)
                .toList();
    }

    private String intoLayouts(String definition, List<ImageKey> images) throws DockerException {
        String directory = docker.directory().toString();
        return archive == null
                ? BakeDefinition.intoLayouts(definition, images, directory)
                : BakeDefinition.forArchive(definition, images, directory);
    }

    /** Writes the archive, and returns the digest of the image index in it. */
    private Digest archive(BuildRequest request, Map<ImageKey, Digest> built)
            throws IOException, InterruptedException, DockerException {
        List<LayoutImage> images = new ArrayList<>();
        Map<Blob, Path> files = new HashMap<>();
        for (Platform platform : request.platforms()) {
            Path layout = docker.directory().resolve(BakeFiles.layout(ImageKey.of(platform)));
            LayoutImage image = new ImageLayout(platform, path -> Files.readString(layout.resolve(path)))
                    .image(built.get(ImageKey.of(platform)));
            images.add(image);
            image.blobs().forEach(blob -> files.put(blob, layout.resolve(blob.path())));
        }
        ArchiveContents contents =
                ArchiveContents.of(images, request.options().annotations(), request.baseTags());
        Path file = archive.toAbsolutePath();
        String prefix = ".multi-arch-build-" + ProcessHandle.current().pid() + "-";
        docker.onSignal(() -> OciArchive.removeParts(file.resolveSibling(""), prefix));
        OciArchive.write(file, prefix, contents, blob -> Files.newInputStream(files.get(blob)));
        return contents.digest();
    }

    /** Reads the manifests of the images, and checks the images meanwhile. */
    private Map<ImageKey, BuiltImage> pushed(Map<ImageKey, BuiltImage> pushed, LocalChecks check)
            throws IOException, InterruptedException, DockerException {
        List<ImageKey> keys = List.copyOf(pushed.keySet());
        List<String> names = keys.stream().map(ImageKey::image).distinct().toList();
        ImageManifests manifests = new ImageManifests();
        try (Concurrently commands = new Concurrently()) {
            List<BuiltImage> found = commands
                    .start(names, name -> ImageManifests.find(registry, of(name, pushed)))
                    .await()
                    .stream()
                    .flatMap(List::stream)
                    .toList();
            Concurrently.Running<BuiltImage> sized = commands.start(found, image -> manifests.sized(registry, image));
            check.ofPushed(byKey(keys, found));
            return byKey(keys, sized.await());
        }
    }

    private static Map<ImageKey, BuiltImage> byKey(List<ImageKey> keys, List<BuiltImage> images) {
        Map<ImageKey, BuiltImage> byKey = new LinkedHashMap<>();
        keys.forEach(key -> byKey.put(key, images.get(byKey.size())));
        return byKey;
    }

    /** Returns the text of the metadata file. */
    private String bake(BakeTargets targets, String definition)
            throws IOException, InterruptedException, DockerException {
        BuildRequest request = targets.images().get(0).request();
        Path file = docker.directory().resolve(BakeFiles.DEFINITION);
        Path metadata = docker.directory().resolve(BakeFiles.METADATA);
        Files.writeString(file, definition);
        List<String> command = BakeDefinition.command(request, file.toString(), metadata.toString());
        Entitlements.privileges(docker, targets).forEach(each -> command.addAll(List.of("--allow", each)));
        // the paths of the definition are those of the current directory, whatever is set for users' files
        Docker.Output output =
                docker.runAloud(command, Map.of("BUILDX_BAKE_FILE_RELATIVE_PATHS", "0"), log::accept);
        if (!output.succeeded()) {
            throw BuildErrors.ofBake(output.stderr(), targets.keys(request.platforms()))
                    .withPrefix("The build failed. ");
        }
        return Files.readString(metadata);
    }

    private Map<String, PublicationResult> publish(BakeTargets targets, Map<ImageKey, BuiltImage> images)
            throws IOException, InterruptedException, DockerException {
        Map<String, Publication> publications = new LinkedHashMap<>();
        targets.byImage()
                .forEach((name, target) ->
                        publications.put(name, Publication.of(target.request(), of(name, images))));
        Map<String, PublicationResult> published = new Publisher(registry).publish(publications, tags -> {});
        published.values().forEach(each -> each.remarks().forEach(log));
        return published;
    }

    private BaseImages baseImages(BakeTargets targets) throws IOException {
        List<BaseImages> all = new ArrayList<>();
        for (BakeTarget target : targets.all()) {
            Map<Platform, String> dockerfiles = readDockerfiles(target.request());
            all.add(BaseImages.of(target.request(), checks.programs() ? dockerfiles : Map.of()));
        }
        return BaseImages.of(all);
    }

    /** The text of each platform's Dockerfile; none if BuildKit fetches them. */
    private static Map<Platform, String> readDockerfiles(BuildRequest request) throws IOException {
        Map<Platform, String> texts = new LinkedHashMap<>();
        if (request.source().isRemote()) {
            return texts;
        }
        Path context = Path.of(request.source().context());
        if (!Files.isDirectory(context)) {
            throw new InvalidRequestException("There is no directory '" + context + "' to build from.");
        }
        for (Platform platform : request.platforms()) {
            if (request.source().isInline(platform)) {
                texts.put(platform, request.source().inline());
                continue;
            }
            Path dockerfile = context.resolve(request.source().dockerfileFor(platform));
            if (!Files.isRegularFile(dockerfile)) {
                throw new InvalidRequestException("There is no Dockerfile '" + dockerfile + "' for " + platform + ".");
            }
            texts.put(platform, new String(Files.readAllBytes(dockerfile), StandardCharsets.UTF_8));
        }
        return texts;
    }
}
