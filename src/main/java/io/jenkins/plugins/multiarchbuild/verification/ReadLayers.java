package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.PathPatterns;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads the upper layers of images as they are stored, on top of the files of the lower ones, and checks the images. */
final class ReadLayers extends ImageReader {

    private static final long serialVersionUID = 1L;

    /** A smaller layer takes less to read than to keep, in bytes. */
    private static final long WORTH_KEEPING = 1L << 20;

    /** See {@link ImageReader}; there is a layout for each image. */
    ReadLayers(@NonNull String job, @NonNull List<Reading> readings, @NonNull PathPatterns allowed) {
        super(job, readings, allowed);
    }

    @Override
    public LinkedHashMap<ImageKey, Verdict> invoke(File directory, VirtualChannel channel)
            throws IOException, InterruptedException {
        try {
            return super.invoke(directory, channel);
        } finally {
            for (Reading reading : readings()) {
                if (reading.isExported()) {
                    Util.deleteRecursive(new File(directory, reading.layout()));
                }
            }
        }
    }

    @NonNull
    @Override
    Verdict read(@NonNull Path directory, @NonNull Reading reading) throws IOException {
        ImageFiles files = known(reading, reading.lower());
        if (files == null) {
            throw new IOException("the files of the lower layers are not known");
        }
        List<Manifest.Layer> layers = reading.layers();
        for (int i = reading.lower(); i < layers.size(); i++) {
            Manifest.Layer layer = layers.get(i);
            files = StoredLayer.addTo(files, directory.resolve(reading.layout()), layer);
            if (reading.isExported() && layer.size() >= WORTH_KEEPING && i + 1 < layers.size()) {
                keep(reading, i + 1, files);
            }
        }
        return verdict(reading, files);
    }
}
