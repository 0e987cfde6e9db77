package io.jenkins.plugins.multiarchbuild.cli;

import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageBakes;
import io.jenkins.plugins.multiarchbuild.engine.layout.ImageLayout;
import io.jenkins.plugins.multiarchbuild.engine.buildx.SmokeTester;
import io.jenkins.plugins.multiarchbuild.engine.docker.Concurrently;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageChecks;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageConfig;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PlatformCheck;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Checks each platform's image before anything is published. */
final class LocalChecks {

    private static final int BUFFER = 64 * 1024;

    private final LocalDocker docker;
    private final Registry registry;
    private final String builder;
    private final ImageChecks checks;
    private final Consumer<Object> log;

    /** @param builder name of the builder, or null for the current one */
    LocalChecks(LocalDocker docker, Registry registry, String builder, ImageChecks checks, Consumer<Object> log) {
        this.docker = docker;
        this.registry = registry;
        this.builder = builder;
        this.checks = checks;
        this.log = log;
    }

    /** An image, and where its configuration is. */
    private record Image(CheckedImage checked, Configuration configuration) {

        ImageKey key() {
            return checked.key();
        }

        Platform platform() {
            return checked.platform();
        }
    }

    /** Reads a configuration. */
    @FunctionalInterface
    private interface Configuration {

        ImageConfig read() throws IOException, InterruptedException, DockerException;
    }

    /**
     * Checks images that were pushed.
     *
     * @throws DockerException if an image is not for its platform or fails the smoke test
     */
    void ofPushed(@NonNull Map<ImageKey, BuiltImage> pushed) throws IOException, InterruptedException, DockerException {
        List<Image> images = new ArrayList<>();
        pushed.forEach((key, image) -> images.add(new Image(
                CheckedImage.of(key, image),
                () -> ImageConfig.parse(registry.configuration(image.image()), image.platform()))));
        run(images);
    }

    /**
     * Checks images that were not pushed but written into layouts in the directory of the bake.
     *
     * @throws DockerException if an image is not for its platform or fails the smoke test
     */
    void ofLayouts(@NonNull Map<ImageKey, Digest> digests) throws IOException, InterruptedException, DockerException {
        List<Image> images = new ArrayList<>();
        for (Map.Entry<ImageKey, Digest> built : digests.entrySet()) {
            ImageKey key = built.getKey();
            Path directory = docker.directory().resolve(BakeFiles.layout(key));
            ImageLayout layout = new ImageLayout(key.platform(), path -> Files.readString(directory.resolve(path)));
            Digest manifest = layout.manifest(built.getValue());
            images.add(new Image(CheckedImage.inLayout(key, manifest, ".."), () -> layout.configuration(manifest)));
        }
        run(images);
    }

    /** Verifies the programs of the images, a few at a time, and runs the smoke test, one image after the other. */
    private void run(List<Image> images) throws IOException, InterruptedException, DockerException {
        if (checks.programs()) {
            verify(images.stream()
                    .filter(image -> image.platform().os().equals("linux"))
                    .toList());
        }
        for (Image image : images) {
            try {
                SmokeTester.test(
                        (definition, of, limit) -> docker.run(bake("smoke.json", definition, of.key()), limit),
                        image.checked(),
                        checks.smokeTest(),
                        log::accept);
            } catch (DockerException e) {
                throw new DockerException(image.key().prefixed(e.sentence()), e);
            }
        }
    }

    private void verify(List<Image> images) throws IOException, InterruptedException, DockerException {
        List<ImageConfig> configurations;
        List<ImageFiles> files;
        try (Concurrently commands = new Concurrently()) {
            var reading = commands.start(images, image -> image.configuration().read());
            files = commands.start(images, this::files).await();
            configurations = reading.await();
        }
        List<Sentence> errors = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Platform platform = images.get(i).platform();
            Verdict verdict =
                    PlatformCheck.check(platform, files.get(i), configurations.get(i), checks.foreignPrograms());
            Sentence failure = verdict.failure(platform);
            if (failure == null) {
                log.accept(images.get(i).key().prefixed(verdict.summary(platform)));
            } else {
                errors.add(images.get(i).key().prefixed(failure));
            }
        }
        if (!errors.isEmpty()) {
            throw new DockerException(Sentence.join(" ", errors));
        }
    }

    private ImageFiles files(Image image) throws IOException, InterruptedException, DockerException {
        ImageKey key = image.key();
        String file = key.name() + "-" + BakeFiles.EXPORT;
        List<String> command = bake(file, ImageBakes.export(List.of(ImageBakes.Export.files(image.checked(), "."))), key);
        command.addAll(List.of("--set", "*.output=type=tar,dest=-"));
        try {
            return docker.read(command, stdout -> ImageFiles.read(new BufferedInputStream(stdout, BUFFER)));
        } catch (DockerException e) {
            throw e.withPrefix("The files of the image for " + key
                    + " cannot be read from the builder, so they cannot be verified: ");
        }
    }

    private List<String> bake(String name, String definition, ImageKey image) throws IOException {
        Path file = docker.directory().resolve(name);
        Files.writeString(file, definition);
        return BakeDefinition.command(builder, file.toString(), image.name());
    }
}
