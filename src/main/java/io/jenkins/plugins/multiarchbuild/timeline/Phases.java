package io.jenkins.plugins.multiarchbuild.timeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry;
import io.jenkins.plugins.multiarchbuild.report.TimelineEntry.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the phases of a call, for each group and for the call as a whole. A restart of the controller in the middle of a
 * phase counts as a part of it. Only Pipeline code uses it, one thread at a time.
 */
public final class Phases implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The maximum number of phases: builders and agents may go away as often as the call says. */
    private static final int MOST = 300;

    private static final String WHOLE_CALL = "";

    private final ArrayList<TimelineEntry> ended = new ArrayList<>();
    private final LinkedHashMap<String, Kind> kinds = new LinkedHashMap<>();
    private final LinkedHashMap<String, Long> starts = new LinkedHashMap<>();

    /**
     * Begins a phase, which ends the one before it.
     *
     * @param group the name of the group, or null for the whole call
     * @return the time, in milliseconds since 1970
     */
    public long begin(@NonNull Kind kind, @CheckForNull String group) {
        String key = key(group);
        if (kinds.get(key) != kind) {
            end(group);
            kinds.put(key, kind);
            starts.put(key, System.currentTimeMillis());
        }
        return starts.get(key);
    }

    /**
     * Ends the phase that has begun, if there is one.
     *
     * @param group as in {@link #begin}
     */
    public void end(@CheckForNull String group) {
        Kind kind = kinds.remove(key(group));
        if (kind != null && ended.size() < MOST) {
            ended.add(TimelineEntry.phase(kind, group, starts.remove(key(group)), System.currentTimeMillis()));
        }
    }

    /** Ends all phases, and returns them. */
    @NonNull
    public List<TimelineEntry> endAll() {
        for (Map.Entry<String, Kind> open : List.copyOf(kinds.entrySet())) {
            end(open.getKey().equals(WHOLE_CALL) ? null : open.getKey());
        }
        return List.copyOf(ended);
    }

    private static String key(@CheckForNull String group) {
        return group == null ? WHOLE_CALL : group;
    }
}
