package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.remoting.Channel;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/** Finds out whose lower layers need not be read, because this agent or another one has read them for the same job. */
final class KnownLayers {

    private static final Logger LOGGER = Logger.getLogger(KnownLayers.class.getName());

    private final FilePath directory;
    private final String job;

    /**
     * @param directory any directory on the agent
     * @param job the full name of the job
     */
    KnownLayers(@NonNull FilePath directory, @NonNull String job) {
        this.directory = directory;
        this.job = job;
    }

    /** Returns the images with as many layers known as possible. */
    @NonNull
    List<Reading> find(@NonNull List<Reading> readings) throws IOException, InterruptedException {
        if (readings.stream().noneMatch(Reading::canBeKnown)) {
            return readings;
        }
        Object answer = directory.act(new FindKnownFiles(job, readings));
        // an agent may answer anything
        if (!(answer instanceof List<?> counts) || counts.size() != readings.size()) {
            return readings;
        }
        List<Reading> known = new ArrayList<>();
        for (Reading reading : readings) {
            known.add(counts.get(known.size()) instanceof Integer count ? reading.withKnown(count) : reading);
        }
        return learn(known);
    }

    private List<Reading> learn(List<Reading> readings) throws IOException, InterruptedException {
        Map<List<Digest>, byte[]> lessons = new LinkedHashMap<>();
        List<Reading> learned = new ArrayList<>();
        for (Reading reading : readings) {
            Reading with = reading;
            for (List<Digest> layers : reading.knowable()) {
                byte[] bytes = SharedFiles.get().get(job, layers);
                if (bytes != null) {
                    lessons.put(layers, bytes);
                    with = reading.withKnown(layers.size());
                }
            }
            learned.add(with);
        }
        if (lessons.isEmpty()) {
            return readings;
        }
        try {
            directory.act(new LearnFiles(job, lessons));
            return learned;
        } catch (IOException e) {
            ignore(e);
            lessons.keySet().forEach(layers -> SharedFiles.get().forget(job, layers));
            return readings;
        }
    }

    /**
     * Asks the agent for the files of lower layers that it has just read.
     *
     * @param readings images, of which those are ignored whose lower layers were not read
     */
    void share(@NonNull List<Reading> readings) throws IOException, InterruptedException {
        List<List<Digest>> layers = readings.stream()
                .flatMap(reading -> reading.knowable().stream())
                .distinct()
                .toList();
        if (layers.isEmpty()) {
            return;
        }
        try {
            Object answer = directory.act(new TellFiles(job, layers));
            if (answer instanceof List<?> told && told.size() == layers.size()) {
                IntStream.range(0, layers.size()).forEach(i -> {
                    if (told.get(i) instanceof byte[] bytes
                            && bytes.length > 0
                            && bytes.length <= SharedFiles.LARGEST) {
                        SharedFiles.get().add(job, layers.get(i), bytes);
                    }
                });
            }
        } catch (IOException e) {
            ignore(e);
        }
    }

    /** At worst the layers are read once more. */
    private void ignore(IOException failure) throws IOException {
        if (Channel.isClosedChannelException(failure)) {
            throw failure;
        }
        LOGGER.log(Level.INFO, failure, () -> "The files of the lower layers of " + job + " are not shared");
    }
}
