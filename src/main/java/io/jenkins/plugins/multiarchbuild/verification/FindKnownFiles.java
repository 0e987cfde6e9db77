package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayList;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Finds out of how many layers of each image the agent knows the files. */
final class FindKnownFiles extends MasterToSlaveCallable<ArrayList<Integer>, RuntimeException> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final ArrayList<Reading> readings;

    FindKnownFiles(@NonNull String job, @NonNull List<Reading> readings) {
        this.job = job;
        this.readings = new ArrayList<>(readings);
    }

    /** @return the number of lower layers for each image, 0 if none is known */
    @Override
    public ArrayList<Integer> call() {
        ArrayList<Integer> known = new ArrayList<>();
        readings.forEach(reading -> known.add(known(reading)));
        return known;
    }

    private int known(Reading reading) {
        int count = reading.layers().size() - 1;
        while (count > 0 && KnownFiles.get(job, reading.lowest(count)) == null) {
            count--;
        }
        return count;
    }
}
