package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.Platform;

/**
 * An image that a Dockerfile builds on.
 *
 * @param image the image
 * @param platform the platform that is taken of it, or null for that of the builder's machine
 * @param line number of the line that names it, from 1
 */
public record BaseImage(
        @NonNull ImageReference image, @CheckForNull Platform platform, int line) {}
