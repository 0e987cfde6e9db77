package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.PlatformCheck;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/**
 * Reads what the builder unpacks of all images from named pipes on the agent, at the same time. Images that are unpacked
 * as a whole are checked; of the others, the files of the lower layers are kept in {@link KnownFiles}.
 */
final class ReadImages extends MasterToSlaveFileCallable<LinkedHashMap<Platform, Verdict>> {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 64 * 1024;

    private final String job;
    private final ArrayList<Reading> readings;
    private final PathPatterns allowed;

    /**
     * @param job the full name of the job
     * @param readings the images that there are pipes for
     * @param allowed the programs that may be for other platforms
     */
    ReadImages(@NonNull String job, @NonNull List<Reading> readings, @NonNull PathPatterns allowed) {
        this.job = job;
        this.readings = new ArrayList<>(readings);
        this.allowed = allowed;
    }

    /** @return the verdicts on the images that are unpacked as a whole, in their order */
    @Override
    public LinkedHashMap<Platform, Verdict> invoke(File directory, VirtualChannel channel)
            throws IOException, InterruptedException {
        return Readers.run(readings, reading -> read(directory.toPath(), reading));
    }

    @CheckForNull
    private Verdict read(Path directory, Reading reading) throws IOException {
        ImageFiles files;
        try (InputStream pipe = new BufferedInputStream(
                new FileInputStream(
                        directory.resolve(reading.platform().targetName()).toFile()),
                BUFFER)) {
            files = ImageFiles.read(pipe);
        }
        if (reading.isWhole()) {
            return PlatformCheck.check(reading.platform(), files, reading.config(), allowed);
        }
        KnownFiles.add(job, reading.lowest(reading.lower()), files);
        return null;
    }

    /**
     * Checks what an agent answered. It may be anything: an agent can be under the control of what was built on it.
     *
     * @param asked the images that it was asked about
     * @return the verdict on each of them
     * @throws DockerException if it is not one verdict for each
     */
    @NonNull
    static Map<Platform, Verdict> checked(@CheckForNull Object answer, @NonNull List<Reading> asked)
            throws DockerException {
        Map<Platform, Verdict> verdicts = new LinkedHashMap<>();
        if (answer instanceof Map<?, ?> answers && answers.size() == asked.size()) {
            for (Reading reading : asked) {
                if (answers.get(reading.platform()) instanceof Verdict verdict) {
                    verdicts.put(reading.platform(), verdict);
                }
            }
        }
        if (verdicts.size() != asked.size()) {
            String platforms = asked.stream().map(Reading::platform).toList().toString();
            throw new DockerException("The images cannot be verified: the agent was asked about " + platforms
                    + " and answered about something else. Build again on another agent, and install this one anew.");
        }
        return verdicts;
    }

    /**
     * Releases readers that wait for a writer that will not come: opening a pipe for reading and writing never blocks.
     */
    static final class Release extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final ArrayList<Reading> readings;

        Release(@NonNull List<Reading> readings) {
            this.readings = new ArrayList<>(readings);
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            for (Reading reading : readings) {
                File pipe = new File(directory, reading.platform().targetName());
                if (pipe.exists()) {
                    new RandomAccessFile(pipe, "rw").close();
                }
            }
            return null;
        }
    }
}
