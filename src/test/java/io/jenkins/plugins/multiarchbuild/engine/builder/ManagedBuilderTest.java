package io.jenkins.plugins.multiarchbuild.engine.builder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.RelayedBuildKit;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Creates real builders on the rig's engine; see {@link RelayedBuildKit} for what is in their containers. */
@NeedsRig
class ManagedBuilderTest {

    private static RelayedBuildKit buildkit;
    private static String image;

    @TempDir
    private Path directory;

    private final String owner = Long.toHexString(System.nanoTime());
    private RigDocker docker;

    @BeforeAll
    static void load() throws Exception {
        buildkit = new RelayedBuildKit();
        image = buildkit.image();
    }

    @AfterAll
    static void unload() throws Exception {
        buildkit.close();
        Rig.docker("image", "rm", "--force", image);
    }

    @BeforeEach
    void begin() throws Exception {
        docker = new RigDocker()
                .with(Map.of("BUILDX_CONFIG", directory.resolve("buildx").toString()));
    }

    @AfterEach
    void removeAll() throws Exception {
        Path instances = directory.resolve("buildx/instances");
        if (Files.isDirectory(instances)) {
            try (var files = Files.list(instances)) {
                for (Path file : files.toList()) {
                    docker.run(List.of(
                            "buildx", "rm", "--force", file.getFileName().toString()));
                }
            }
        }
    }

    @Test
    void builderIsCreatedOnceWithItsConfigurationAndRemoved() throws Exception {
        ManagedBuilder builder = builder(Map.of("keepStorage", "20GB", "mirrors", "docker.io=mirror.example.com"));
        Path config = directory.resolve("buildkitd.toml");
        Files.writeString(config, DaemonConfig.toml(builder.settings()));

        assertTrue(builder.create(docker, config.toString(), Map.of()));
        assertFalse(builder.create(docker, config.toString(), Map.of()));

        bootstrap(builder);
        String container = "buildx_buildkit_" + builder.name() + "0";
        String toml = Rig.docker("exec", container, "cat", "/etc/buildkit/buildkitd.toml");
        assertTrue(toml.contains("gckeepstorage = \"21474836480\""), toml);
        assertTrue(toml.contains("mirrors = [\"mirror.example.com\"]"), toml);
        assertEquals(image, Rig.docker("inspect", "--format", "{{.Config.Image}}", container));

        assertTrue(ManagedBuilder.remove(docker, owner, builder.name()));
        assertFalse(docker.run(List.of("inspect", container)).succeeded());
        assertFalse(
                docker.run(List.of("volume", "inspect", container + "_state")).succeeded());
        assertTrue(ManagedBuilder.remove(docker, owner, builder.name()), "is gone already");
    }

    @Test
    void allWhoCreateItAtOnceMayUseIt() throws Exception {
        ManagedBuilder builder = builder(Map.of());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> create = () -> {
                boolean created = builder.create(docker, null, Map.of());
                bootstrap(builder);
                return created;
            };
            List<Future<Boolean>> results = threads.invokeAll(List.of(create, create, create, create));
            boolean created = false;
            for (Future<Boolean> result : results) {
                created |= result.get();
            }
            assertTrue(created);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void buildersOfOthersStay() throws Exception {
        ManagedBuilder builder = builder(Map.of());
        Docker.Output theirs =
                docker.run(List.of("buildx", "create", "--name", builder.name(), "--driver", "docker-container"));
        assertTrue(theirs.succeeded(), theirs.stderr());

        assertFalse(ManagedBuilder.remove(docker, owner, builder.name()));
        var error = assertThrows(DockerException.class, () -> builder.create(docker, null, Map.of()));
        assertTrue(error.getMessage().contains("that this Jenkins did not create"), error.getMessage());
        assertTrue(docker.run(List.of("buildx", "inspect", builder.name())).succeeded());
    }

    @Test
    void buildersOfAnotherControllerStay() throws Exception {
        ManagedBuilder builder = builder(Map.of());
        builder.create(docker, null, Map.of());
        assertFalse(ManagedBuilder.remove(docker, "another", builder.name()));
        assertTrue(docker.run(List.of("buildx", "inspect", builder.name())).succeeded());
    }

    @Test
    void missingNodesAreAdded() throws Exception {
        BuilderSettings settings = ReadSettings.of(Map.of(
                "name", "farm",
                "driver", "remote",
                "endpoint", "amd64=" + Rig.remoteEndpoint() + "\narm64=tcp://127.0.0.1:" + buildkit.port()));
        ManagedBuilder builder = new ManagedBuilder(settings, owner, settings.realName(owner));
        // as after an agent that died between the two
        docker.run(builder.command(settings.nodes(builder.name()).get(0), false, null, Map.of()));

        assertTrue(builder.create(docker, null, Map.of()));
        assertFalse(builder.create(docker, null, Map.of()));

        String inspected = docker.run(List.of("buildx", "inspect", "--bootstrap", builder.name()))
                .stdout();
        List<String> lines = new ArrayList<>(inspected.lines().toList());
        lines.removeIf(line -> !line.startsWith("Endpoint:"));
        assertEquals(2, lines.size(), inspected);
        assertTrue(inspected.matches("(?s).*Platforms: +linux/arm64\\*.*"), inspected);
    }

    /** As far as that goes without a cluster: buildx reads the options and keeps them, but asks nobody. */
    @Test
    void builderInAClusterIsMarked() throws Exception {
        Path config = directory.resolve("kubeconfig");
        Files.writeString(config, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                users: [{name: u, user: {token: t}}]
                """);
        docker = docker.with(Map.of("KUBECONFIG", config.toString()));
        BuilderSettings settings = ReadSettings.of(Map.of(
                "name", "farm",
                "driver", "kubernetes",
                "options", List.of("namespace=builds", "annotations=team=a", "nodeselector=kubernetes.io/arch=arm64")));
        ManagedBuilder builder = new ManagedBuilder(settings, owner, settings.realName(owner));
        assertTrue(builder.create(docker, null, Map.of()));
        assertFalse(builder.create(docker, null, Map.of()));
        String inspected =
                docker.run(List.of("buildx", "inspect", builder.name())).stdout();
        assertTrue(inspected.contains("team=a,multi-arch-build=" + owner + ".farm"), inspected);
        assertFalse(ManagedBuilder.remove(docker, owner, builder.name()), "nobody is there to be asked");
    }

    @Test
    void settingsThatBuildxRefusesAreNamed() throws Exception {
        ManagedBuilder builder = builder(Map.of("options", List.of("network=host", "colour=red")));
        var error = assertThrows(DockerException.class, () -> builder.create(docker, null, Map.of()));
        assertTrue(error.getMessage().startsWith("The builder 'farm' cannot be created: "), error.getMessage());
        assertTrue(error.getMessage().contains("invalid driver option colour"), error.getMessage());
    }

    @Test
    void diskThatIsTooFullIsNamed() throws Exception {
        List<String> log = new ArrayList<>();
        ManagedBuilder enough = builder(Map.of("minFree", "1MB"));
        enough.create(docker, null, Map.of());
        bootstrap(enough);
        CacheDisk.check(docker, enough, line -> log.add(line.toString()));
        assertEquals(List.of(), log);

        ManagedBuilder without = builder(Map.of("minFree", "900000TB"));
        var error = assertThrows(
                DockerException.class, () -> CacheDisk.check(docker, without, line -> log.add(line.toString())));
        assertTrue(
                error.getMessage()
                        .matches("Where the cache of the builder 'farm' lies, [0-9.]+ GB are free, less"
                                + " than 900000.0 TB. .* set keepStorage, so that the cache is pruned to that\\."),
                error.getMessage());

        // nothing of the rig's cache goes
        ManagedBuilder full = builder(Map.of("minFree", "900000TB", "keepStorage", "900TB"));
        full.create(docker, null, Map.of());
        bootstrap(full);
        docker.commands();
        error = assertThrows(
                DockerException.class, () -> CacheDisk.check(docker, full, line -> log.add(line.toString())));
        assertTrue(error.getMessage().contains(" The cache was pruned to 900.0 TB; now "), error.getMessage());
    }

    @Test
    void pruningMakesRoom() throws Exception {
        ManagedBuilder builder = builder(Map.of("minFree", "2GB", "keepStorage", "1GB"));
        List<String> asked = new ArrayList<>();
        Docker agent = arguments -> {
            asked.add(String.join(" ", arguments));
            boolean pruned = asked.stream().anyMatch(each -> each.contains(" prune "));
            return new Docker.Output(
                    0,
                    "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda 9 8 "
                            + (pruned ? 3_000_000 : 1_000_000) + "  98% /var/lib/buildkit\n",
                    "");
        };
        List<String> log = new ArrayList<>();
        CacheDisk.check(agent, builder, line -> log.add(line.toString()));
        assertEquals("buildx prune --builder " + builder.name() + " --force --keep-storage 1073741824", asked.get(1));
        assertEquals(
                List.of("Where the cache of the builder 'farm' lies, 976.6 MB are free, less than 2.0 GB. The cache was"
                        + " pruned to 1.0 GB; now 2.9 GB are free."),
                log);
    }

    private ManagedBuilder builder(Map<String, ?> more) {
        Map<String, Object> values = new HashMap<>(Map.of("name", "farm", "image", image, "options", "network=host"));
        values.putAll(more);
        BuilderSettings settings = ReadSettings.of(values);
        return new ManagedBuilder(settings, owner, settings.realName(owner));
    }

    private void bootstrap(ManagedBuilder builder) throws Exception {
        Docker.Output output = docker.run(List.of("buildx", "inspect", "--bootstrap", builder.name()));
        assertTrue(output.succeeded(), output.stderr());
    }
}
