package io.jenkins.plugins.multiarchbuild.kept;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import hudson.remoting.RemoteOutputStream;
import io.jenkins.plugins.multiarchbuild.agent.Agent;
import io.jenkins.plugins.multiarchbuild.call.PlannedGroup;
import io.jenkins.plugins.multiarchbuild.credentials.SecretMask;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.SecretFinder;
import io.jenkins.plugins.multiarchbuild.report.KeptFile;
import io.jenkins.plugins.multiarchbuild.report.MultiArchReport;
import io.jenkins.plugins.multiarchbuild.report.ProgressReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Keeps what buildx wrote during a bake: the log of a build shows only what people need of it. */
public final class KeptProgress {

    /** How long the controller waits for a byte that an agent says it has sent. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(20);

    private KeptProgress() {}

    /**
     * Keeps the log that a bake has left on its agent, if there is one. No build fails because that is not possible.
     *
     * @param call identifies the call within the run
     * @param secretIds credentials ids of secrets by the id that the Dockerfile names, or null if they are not known; then
     *     nothing is kept
     * @param start when the bake began, in milliseconds since 1970
     * @throws IOException if the agent has gone
     */
    public static void keep(
            @NonNull Agent agent,
            @NonNull String call,
            @NonNull PlannedGroup group,
            @CheckForNull Map<String, String> secretIds,
            long start)
            throws IOException, InterruptedException {
        String name = "progress-" + group.id() + "-" + start + ".log.gz";
        if (secretIds == null || start <= 0 || !MultiArchReport.hasRoomForProgress(agent.run(), call, name)) {
            return;
        }
        FilePath directory = agent.privateDirectory(group.id());
        try {
            SecretFinder secrets = SecretMask.finder(agent.run(), secretIds, agent.secrets());
            Path file = new KeptFile(agent.run(), name).path();
            Files.createDirectories(file.resolveSibling(""));
            Path part = file.resolveSibling(name + ".part");
            try {
                ReceivedProgress received = new ReceivedProgress(part, secrets, agent.filter());
                boolean cut = receive(directory, received);
                if (!received.isEmpty()) {
                    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
                    MultiArchReport.addProgress(
                            agent.run(), call, new ProgressReport(name, group.name(), start, Files.size(file), cut));
                }
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (InvalidRequestException e) {
            agent.log(Messages.KeptProgress_notMasked());
        } catch (IOException e) {
            boolean gone = directory.getChannel() instanceof Channel channel && channel.isClosingOrClosed();
            if (gone || Channel.isClosedChannelException(e)) {
                throw e;
            }
            agent.log(Messages.KeptProgress_notKept(OneLine.of(String.valueOf(e.getMessage()))));
        }
    }

    private static boolean receive(FilePath directory, ReceivedProgress received)
            throws IOException, InterruptedException {
        boolean complete = false;
        try {
            send(directory, received);
            boolean cut = received.await(LONGEST_PAUSE);
            complete = true;
            return cut;
        } finally {
            if (!complete) {
                received.abandon();
            }
        }
    }

    private static void send(FilePath directory, ReceivedProgress received) throws IOException, InterruptedException {
        try {
            directory.act(new SendProgress(new RemoteOutputStream(received), ReceivedProgress.MOST_TAKEN));
        } catch (IOException e) {
            if (!received.isCut()) {
                throw e;
            }
        }
    }
}
