package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is kept of a step in {@link KeptFile}s. */
final class KeptReport implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Nothing. */
    static final KeptReport NOTHING = new KeptReport(null, List.of());

    /** The maximum number of bakes whose progress is kept: builders and agents may go away as often as the call says. */
    private static final int MOST = 30;

    private final ReplayReport replay;
    private final ArrayList<ProgressReport> progress;

    private KeptReport(@CheckForNull ReplayReport replay, List<ProgressReport> progress) {
        this.replay = replay;
        this.progress = new ArrayList<>(progress);
    }

    /** Returns the same with a definition. */
    @NonNull
    KeptReport with(@NonNull ReplayReport other) {
        return new KeptReport(other, progress);
    }

    /** Returns the same with the progress of a bake, which replaces an earlier one of the same bake. */
    @NonNull
    KeptReport with(@NonNull ProgressReport bake) {
        List<ProgressReport> all = new ArrayList<>(progress);
        all.removeIf(each -> each.file().equals(bake.file()));
        all.add(bake);
        all.sort(Comparator.comparingLong(ProgressReport::getStart));
        return new KeptReport(replay, all);
    }

    /** Whether the progress of a bake can be kept. */
    boolean hasRoomFor(@NonNull String file) {
        return progress.size() < MOST
                || progress.stream().anyMatch(each -> each.file().equals(file));
    }

    @CheckForNull
    ReplayReport replay() {
        return replay;
    }

    @NonNull
    List<ProgressReport> progress() {
        return List.copyOf(progress);
    }

    /** Whether there is a file of this name. */
    boolean has(@NonNull String file) {
        return replay != null && replay.file().equals(file)
                || progress.stream().anyMatch(each -> each.file().equals(file));
    }
}
