package io.jenkins.plugins.multiarchbuild.cli;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildGroup;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeDefinition;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Builder;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildxException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Docker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Failure;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageIndex;
import io.jenkins.plugins.multiarchbuild.engine.buildx.MetadataFile;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PlainHttpDocker;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Preflight;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publication;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.buildx.PushStrategy;
import io.jenkins.plugins.multiarchbuild.engine.buildx.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** One build on this machine: check, bake, publish. */
final class LocalBuild {

    private final LocalDocker docker;
    private final Consumer<String> log;
    private final Registry registry;

    LocalBuild(LocalDocker docker, Consumer<String> log) {
        this.docker = docker;
        this.log = log;
        this.registry = new Registry(new PlainHttpDocker(docker), delay -> Thread.sleep(delay.toMillis()), log);
    }

    /**
     * Builds and, if asked to, publishes.
     *
     * @throws InvalidRequestException if a Dockerfile is not there
     * @throws BuildxException if anything else fails; no base tag has moved then
     */
    @NonNull
    Result run(@NonNull BuildRequest request) throws IOException, InterruptedException, BuildxException {
        checkDockerfiles(request);
        docker.trustCertificates(request.baseTags());
        BuildGroup group = new BuildGroup(null, request.platforms());
        Builder builder = Preflight.check(docker, registry, request, group);
        PushStrategy strategy = PushStrategy.forDriver(builder.driver());
        log.accept("Builder " + builder.title() + ": " + strategy.reason() + ".");
        List<BuiltImage> images = bake(request, group, strategy);
        if (!request.publish()) {
            return new Result(request.baseTags(), null, images);
        }
        return new Result(request.baseTags(), publish(request, images), images);
    }

    private List<BuiltImage> bake(BuildRequest request, BuildGroup group, PushStrategy strategy)
            throws IOException, InterruptedException, BuildxException {
        Path definition = docker.directory().resolve("plan.json");
        Path metadata = docker.directory().resolve("metadata.json");
        Files.writeString(definition, BakeDefinition.write(request, group, strategy));
        Docker.Output output =
                docker.runAloud(BakeDefinition.command(request, definition.toString(), metadata.toString()), log);
        if (!output.succeeded()) {
            throw new BuildxException("The build failed. " + Failure.ofBuild(output.stderr(), group.platforms()));
        }
        return MetadataFile.read(Files.readString(metadata), request, group);
    }

    private ImageIndex publish(BuildRequest request, List<BuiltImage> images)
            throws IOException, InterruptedException, BuildxException {
        return new Publisher(registry)
                .publish(Publication.of(request, images))
                .index();
    }

    private static void checkDockerfiles(BuildRequest request) {
        if (request.source().isRemote()) {
            return;
        }
        Path context = Path.of(request.source().context());
        if (!Files.isDirectory(context)) {
            throw new InvalidRequestException("There is no directory '" + context + "' to build from.");
        }
        for (Platform platform : request.platforms()) {
            Path dockerfile = context.resolve(request.source().dockerfileFor(platform));
            if (!Files.isRegularFile(dockerfile)) {
                throw new InvalidRequestException("There is no Dockerfile '" + dockerfile + "' for " + platform + ".");
            }
        }
    }
}
