package io.jenkins.plugins.multiarchbuild.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.call.PackedSource;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.harness.RigJenkins;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.MasterToSlaveFileCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The source on its way between two agents in processes of their own, on a machine that is busy. */
@WithJenkins
class SourceTransportTest {

    private static final int TRANSFERS = 100;

    private static final int SIZE = 2 * 1024 * 1024;

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @Test
    void everyTransferArrivesWhole(JenkinsRule jenkins) throws Exception {
        Node from = agents.createAgent(jenkins, RigJenkins.agent("from", "from"));
        Node to = agents.createAgent(jenkins, RigJenkins.agent("to", "to"));
        Run<?, ?> run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        FilePath workspace = from.getRootPath().child("workspace/source");
        BuildSource source = workspace.act(new Fill());
        FilePath target = to.getRootPath().child("workspace/target");
        AtomicBoolean busy = new AtomicBoolean(true);
        ExecutorService load = Executors.newCachedThreadPool();
        ExecutorService transfers = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                load.execute(() -> {
                    while (busy.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < TRANSFERS; i++) {
                String id = Integer.toString(i);
                results.add(transfers.submit((Callable<Integer>) () -> {
                    SourceArchive archive = new SourceArchive(run, id);
                    PackedSource packed = archive.pack(workspace, List.of(source));
                    assertTrue(packed.bytes() > SIZE, "it cannot be compressed");
                    FilePath directory = target.child(id);
                    directory.mkdirs();
                    archive.unpack(directory, packed);
                    archive.delete();
                    int same = directory.act(new CountSame());
                    directory.deleteRecursive();
                    return same;
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(2, result.get(), "files that are as they were");
            }
        } finally {
            busy.set(false);
            transfers.shutdownNow();
            load.shutdown();
        }
        assertEquals(0, new File(run.getRootDir(), "multi-arch-build").list().length, "nothing is left");
    }

    @Test
    void nothingIsLeftOfATransferThatFails(JenkinsRule jenkins) throws Exception {
        Run<?, ?> run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        FilePath workspace = new FilePath(new File(run.getRootDir(), "workspace"));
        BuildSource source = workspace.act(new Fill());
        workspace.deleteRecursive();

        assertThrows(IOException.class, () -> new SourceArchive(run, "failed").pack(workspace, List.of(source)));

        assertEquals(0, new File(run.getRootDir(), "multi-arch-build").list().length);
    }

    /** Random bytes, the same ones every time. */
    private static byte[] content() {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static final class Fill extends MasterToSlaveFileCallable<BuildSource> {

        private static final long serialVersionUID = 1L;

        @Override
        public BuildSource invoke(File directory, VirtualChannel channel) throws IOException {
            Path root = Files.createDirectories(directory.toPath()).toRealPath();
            Files.writeString(root.resolve("Dockerfile"), "FROM scratch\n");
            Files.write(root.resolve("content"), content());
            return new BuildSource(
                    root.toString(),
                    null,
                    new PlatformMap(
                            Map.of("linux/amd64", root.resolve("Dockerfile").toString())));
        }
    }

    private static final class CountSame extends MasterToSlaveFileCallable<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer invoke(File directory, VirtualChannel channel) throws IOException {
            Path root = directory.toPath();
            int same = 0;
            same += Files.readString(root.resolve("Dockerfile")).equals("FROM scratch\n") ? 1 : 0;
            same += Arrays.equals(Files.readAllBytes(root.resolve("content")), content()) ? 1 : 0;
            return same;
        }
    }
}
