package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.PlatformCheck;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** Reads the upper layers of images as they are stored, on top of the files of the lower ones, and checks the images. */
final class ReadLayers extends MasterToSlaveFileCallable<LinkedHashMap<Platform, Verdict>> {

    private static final long serialVersionUID = 1L;

    /** A smaller layer takes less to read than to keep, in bytes. */
    private static final long WORTH_KEEPING = 1L << 20;

    private final String job;
    private final ArrayList<Reading> readings;
    private final PathPatterns allowed;

    /**
     * @param job the full name of the job
     * @param readings the images
     * @param allowed the programs that may be for other platforms
     */
    ReadLayers(@NonNull String job, @NonNull List<Reading> readings, @NonNull PathPatterns allowed) {
        this.job = job;
        this.readings = new ArrayList<>(readings);
        this.allowed = allowed;
    }

    /** @return the verdicts on the images, in their order */
    @Override
    public LinkedHashMap<Platform, Verdict> invoke(File directory, VirtualChannel channel)
            throws IOException, InterruptedException {
        try {
            return Readers.run(readings, reading -> read(directory.toPath(), reading));
        } finally {
            for (Reading reading : readings) {
                if (reading.lower() > 0) {
                    Util.deleteRecursive(new File(directory, reading.layout()));
                }
            }
        }
    }

    private Verdict read(Path directory, Reading reading) throws IOException {
        ImageFiles files = lower(reading);
        if (files == null) {
            throw new IOException("the files of the lower layers are not known");
        }
        List<Manifest.Layer> layers = reading.layers();
        for (int i = reading.lower(); i < layers.size(); i++) {
            Manifest.Layer layer = layers.get(i);
            files = StoredLayer.addTo(files, directory.resolve(reading.layout()), layer);
            if (reading.lower() > 0 && layer.size() >= WORTH_KEEPING && i + 1 < layers.size()) {
                KnownFiles.add(job, reading.lowest(i + 1), files);
            }
        }
        return PlatformCheck.check(reading.platform(), files, reading.config(), allowed);
    }

    @CheckForNull
    private ImageFiles lower(Reading reading) {
        return reading.lower() == 0 ? ImageFiles.NONE : KnownFiles.get(job, reading.lowest(reading.lower()));
    }
}
