package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;

/**
 * Tells a platform's image from the others of a call.
 *
 * @param image the target of the bake file that it is built from; empty if the call is for one image only
 * @param platform its platform
 */
public record ImageKey(@NonNull String image, @NonNull Platform platform) implements Serializable {

    /** Returns the key of a platform's image in a call for one image. */
    @NonNull
    public static ImageKey of(@NonNull Platform platform) {
        return new ImageKey("", platform);
    }

    /** Returns its name in definitions and of files: {@code linux_arm64}, or {@code app-linux_arm64}. */
    @NonNull
    public String name() {
        return image.isEmpty() ? platform.targetName() : image + "-" + platform.targetName();
    }

    /** Returns a sentence about it, after {@code app: } if it is one of several images. */
    @NonNull
    public Sentence prefixed(@NonNull Sentence sentence) {
        return sentence.about(image);
    }

    /** Returns what the log says: {@code linux/arm64}, or {@code app linux/arm64}. */
    @Override
    public String toString() {
        return image.isEmpty() ? platform.toString() : image + " " + platform;
    }
}
