package io.jenkins.plugins.multiarchbuild.timeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.progress.BakeProgress;
import io.jenkins.plugins.multiarchbuild.engine.progress.Emulation;
import io.jenkins.plugins.multiarchbuild.engine.progress.LogClock;
import io.jenkins.plugins.multiarchbuild.engine.progress.PlatformSteps;
import io.jenkins.plugins.multiarchbuild.engine.progress.TimedStep;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jenkins.MasterToSlaveFileCallable;

/** Reads the log of a bake in the directory of a group, on the agent: the log can be long. */
final class ReadLog extends MasterToSlaveFileCallable<ReadLog.Found> {

    private static final long serialVersionUID = 1L;

    /** More than the name of a step may have, so that one that was cut off can be told from others. */
    private static final int LONGEST_LINE = TimedStep.LONGEST_NAME + 256;

    private final ArrayList<ImageKey> images;

    /**
     * What an agent says about a bake.
     *
     * @param taken what the steps of each image took
     * @param timed when they ran
     */
    record Found(HashMap<ImageKey, PlatformSteps> taken, ArrayList<TimedStep> timed) implements Serializable {}

    ReadLog(@NonNull List<ImageKey> images) {
        this.images = new ArrayList<>(images);
    }

    @Override
    public Found invoke(File directory, VirtualChannel channel) {
        try {
            LogClock clock = clock(directory.toPath().resolve(BakeFiles.TIMES));
            Set<Platform> platforms = new LinkedHashSet<>();
            images.forEach(image -> platforms.add(image.platform()));
            BakeProgress progress = new BakeProgress(platforms, Emulation.NONE, false, clock, Locale.ROOT);
            read(directory.toPath().resolve(BakeFiles.LOG), progress, clock);
            HashMap<ImageKey, PlatformSteps> taken = new HashMap<>();
            for (ImageKey image : images) {
                PlatformSteps own = progress.taken(image.image()).get(image.platform());
                if (own != null) {
                    taken.put(image, own);
                }
            }
            return new Found(taken, new ArrayList<>(progress.timed(clock)));
        } catch (IOException e) {
            // the image is built all the same
            return new Found(new HashMap<>(), new ArrayList<>());
        }
    }

    private static LogClock clock(Path times) throws IOException {
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        if (!Files.isRegularFile(times)) {
            return new LogClock(Stream.of(), now);
        }
        try (Stream<String> notes = Files.lines(times, StandardCharsets.ISO_8859_1)) {
            return new LogClock(notes, now);
        }
    }

    private static void read(Path log, BakeProgress progress, LogClock clock) throws IOException {
        try (Reader reader = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            StringBuilder line = new StringBuilder();
            long bytes = 0;
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                bytes++;
                if (c == '\n') {
                    clock.readUpTo(bytes);
                    progress.show(line.toString());
                    line.setLength(0);
                } else if (line.length() < LONGEST_LINE && c != '\r') {
                    line.append((char) c);
                }
            }
        }
    }
}
