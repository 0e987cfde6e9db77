package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/**
 * Reads what the builder unpacks of images from named pipes. Images that are unpacked as a whole are checked; of the
 * others, the files of the lower layers are kept in {@link KnownFiles}.
 */
final class ReadImages extends ImageReader {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER = 64 * 1024;

    /** See {@link ImageReader}; there is a pipe for each image. */
    ReadImages(@NonNull String job, @NonNull List<Reading> readings, @NonNull PathPatterns allowed) {
        super(job, readings, allowed);
    }

    @CheckForNull
    @Override
    Verdict read(@NonNull Path directory, @NonNull Reading reading) throws IOException {
        ImageFiles files;
        try (InputStream pipe = new BufferedInputStream(
                new FileInputStream(directory.resolve(reading.key().name()).toFile()), BUFFER)) {
            files = ImageFiles.read(pipe);
        }
        if (reading.isWhole()) {
            return verdict(reading, files);
        }
        keep(reading, reading.lower(), files);
        return null;
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
                File pipe = new File(directory, reading.key().name());
                if (pipe.exists()) {
                    new RandomAccessFile(pipe, "rw").close();
                }
            }
            return null;
        }
    }
}
