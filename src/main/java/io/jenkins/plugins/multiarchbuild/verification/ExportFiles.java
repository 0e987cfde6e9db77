package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.buildx.CheckedImage;
import io.jenkins.plugins.multiarchbuild.engine.buildx.ImageBakes;
import io.jenkins.plugins.multiarchbuild.engine.layout.Blob;
import io.jenkins.plugins.multiarchbuild.engine.layout.LowerLayers;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files on the agent by which a builder exports what is read of images. */
final class ExportFiles {

    private final String directory;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final List<ImageBakes.Export> exports = new ArrayList<>();

    /** @param directory the private directory of the group that was built */
    ExportFiles(@NonNull String directory) {
        this.directory = directory;
    }

    /** Adds what is needed for one image. */
    void add(@NonNull Reading reading, @NonNull CheckedImage image) {
        if (!reading.known()) {
            exports.add(ImageBakes.Export.files(reading.isWhole() ? image : lower(reading), directory));
        }
        if (reading.isExported()) {
            exports.add(ImageBakes.Export.layers(image, directory + "/" + reading.layout()));
            // buildx does not write what is there
            for (Manifest.Layer layer : reading.layers().subList(0, reading.lower())) {
                texts.put(reading.layout() + "/" + new Blob(layer.digest(), layer.size()).path(), "");
            }
        }
    }

    private CheckedImage lower(Reading reading) {
        ImageKey key = reading.key();
        LowerLayers lower = LowerLayers.of(
                key.platform(),
                reading.layers().subList(0, reading.lower()),
                reading.config().diffIds().subList(0, reading.lower()));
        String layout = key.name() + ".lower";
        lower.files().forEach((path, text) -> texts.put(layout + "/" + path, text));
        return CheckedImage.ofLayout(key, lower.digest(), "../" + layout);
    }

    /** Whether there is nothing to export. */
    boolean isEmpty() {
        return exports.isEmpty();
    }

    /** Returns the texts of the files by their path below the directory, with {@code /}. */
    @NonNull
    Map<String, String> texts() {
        Map<String, String> all = new LinkedHashMap<>(texts);
        all.put(BakeFiles.EXPORT, ImageBakes.export(exports));
        return all;
    }
}
