package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Fingerprint;
import hudson.model.Run;
import hudson.tasks.Fingerprinter.FingerprintAction;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.docker.commons.fingerprint.DockerFingerprints;

/**
 * Records in Jenkins' fingerprints which builds built a published image, and which published it again elsewhere. If
 * that fails, the image is published all the same; the failure is in Jenkins' own log.
 */
public final class ImageFingerprints {

    private static final Logger LOGGER = Logger.getLogger(ImageFingerprints.class.getName());

    private ImageFingerprints() {}

    /** Records images that a run built and did not publish yet; none if it pushed nothing. */
    public static void built(@NonNull Run<?, ?> run, @NonNull List<BuiltImage> images) {
        Map<Digest, String> names = new LinkedHashMap<>();
        images.forEach(image ->
                names.put(image.image().knownDigest(), name(image.image().repository(), image.platform())));
        if (!names.isEmpty()) {
            record(run, names, true);
        }
    }

    /**
     * Records an image index and the platforms' images that it lists.
     *
     * @param tag the first tag that it was published under
     * @param built whether this run built the images; otherwise they are from elsewhere, unless their fingerprints say
     *     which run built them
     */
    public static void published(
            @NonNull Run<?, ?> run, @NonNull ImageReference tag, @NonNull Manifest index, boolean built) {
        Map<Digest, String> names = new LinkedHashMap<>();
        index.images().forEach(image -> names.put(image.digest(), name(tag.repository(), image.platform())));
        record(run, names, built);
        record(run, Map.of(index.digest(), tag.toString()), true);
    }

    private static String name(String repository, Platform platform) {
        return repository + " for " + platform;
    }

    private static void record(Run<?, ?> run, Map<Digest, String> names, boolean built) {
        try {
            save(run, names, built);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The fingerprints of the images of " + run + " cannot be saved");
        }
    }

    private static void save(Run<?, ?> run, Map<Digest, String> names, boolean built) throws IOException {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (Map.Entry<Digest, String> image : names.entrySet()) {
            Fingerprint fingerprint = DockerFingerprints.forImage(
                    built ? run : null, image.getKey().value(), image.getValue());
            fingerprint.addFor(run);
            fingerprints.put(fingerprint.getFileName(), fingerprint.getHashString());
        }
        FingerprintAction action = run.getAction(FingerprintAction.class);
        if (action == null) {
            run.addAction(new FingerprintAction(run, fingerprints));
        } else {
            action.add(fingerprints);
            run.save();
        }
    }
}
