package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Functions;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One row of the table: an agent, and what it has answered. It is kept in memory only, and is small. */
@ExportedBean
public final class AgentReadiness {

    private final String name;
    private final State state;
    private final Findings findings;
    private final List<Sentence> problems;

    /** How far an agent is with its answer. The names are those of the remote API. */
    enum State {
        ASKING("asking"),
        READY("ready"),
        PROBLEMS("problems"),
        OFFLINE("offline"),
        NO_ANSWER("noAnswer"),
        GONE("gone");

        private final String text;

        State(String text) {
            this.text = text;
        }
    }

    private AgentReadiness(String name, State state, Findings findings, List<Sentence> problems) {
        this.name = name;
        this.state = state;
        this.findings = findings;
        this.problems = List.copyOf(problems);
    }

    /** Returns the row of an agent that has answered. */
    @NonNull
    static AgentReadiness of(@NonNull String name, @NonNull Findings findings) {
        State state = findings.problems().isEmpty() ? State.READY : State.PROBLEMS;
        return new AgentReadiness(name, state, findings, findings.problems());
    }

    /** Returns the row of an agent that is being asked. */
    @NonNull
    static AgentReadiness asking(@NonNull String name) {
        return new AgentReadiness(name, State.ASKING, Findings.NONE, List.of());
    }

    /**
     * Returns the row of an agent that gives no answer.
     *
     * @param problem why, with what to do about it
     */
    @NonNull
    static AgentReadiness without(@NonNull String name, @NonNull State state, @NonNull Sentence problem) {
        return new AgentReadiness(name, state, Findings.NONE, List.of(problem));
    }

    /** Whether the agent can build a platform that it was asked for. */
    boolean builds(@NonNull Platform platform) {
        return findings.buildable().contains(platform);
    }

    /** Whether the agent builds a platform by emulation, as far as it is known. */
    boolean emulates(@NonNull Platform platform) {
        return findings.emulated().contains(platform.toString());
    }

    /** Returns the display name of the agent. */
    @NonNull
    @Exported
    public String getName() {
        return name;
    }

    /** Returns {@code ready}, {@code problems}, {@code offline}, {@code noAnswer}, {@code gone} or {@code asking}. */
    @NonNull
    @Exported
    public String getState() {
        return state.text;
    }

    @CheckForNull
    @Exported
    public String getDockerVersion() {
        return findings.docker();
    }

    @CheckForNull
    @Exported
    public String getEngineVersion() {
        return findings.engine();
    }

    @CheckForNull
    @Exported
    public String getBuildxVersion() {
        return findings.buildx();
    }

    @CheckForNull
    @Exported
    public String getBuildKitVersion() {
        return findings.buildKit();
    }

    @CheckForNull
    @Exported
    public String getBuilder() {
        return findings.builder();
    }

    @CheckForNull
    @Exported
    public String getDriver() {
        return findings.driver();
    }

    /** Returns the platforms that the builder can build, whether it is known how or not. */
    @NonNull
    @Exported
    public List<String> getPlatforms() {
        return findings.platforms();
    }

    /** Returns the platforms for the page. */
    @NonNull
    public String getPlatformNames() {
        return String.join(", ", findings.platforms());
    }

    /** Returns those that it builds natively; empty if that is not known. */
    @NonNull
    @Exported
    public List<String> getNativePlatforms() {
        return findings.natives();
    }

    /** Returns those that it emulates; empty if that is not known. */
    @NonNull
    @Exported
    public List<String> getEmulatedPlatforms() {
        return findings.emulated();
    }

    /** Returns how many bytes are free where the builder keeps its cache, or -1 if that is not known. */
    @Exported
    public long getFreeDiskBytes() {
        return findings.freeDisk();
    }

    @NonNull
    @Exported(inline = true)
    public List<RegistryLogin> getLogins() {
        return findings.logins();
    }

    /** Returns what is wrong, with what to do about it, one line each. */
    @NonNull
    @Exported
    public List<String> getProblems() {
        return problems.stream().map(Language::text).toList();
    }

    /** Returns what is worth knowing and keeps nobody from building, one line each. */
    @NonNull
    @Exported
    public List<String> getNotes() {
        return findings.notes().stream().map(Language::text).toList();
    }

    /** Returns the state for the page. */
    @NonNull
    public String getStateText() {
        return switch (state) {
            case ASKING -> Messages.AgentReadiness_asking();
            case READY -> Messages.AgentReadiness_ready();
            case PROBLEMS -> Messages.AgentReadiness_problems();
            case OFFLINE -> Messages.AgentReadiness_offline();
            case NO_ANSWER -> Messages.AgentReadiness_noAnswer();
            case GONE -> Messages.AgentReadiness_gone();
        };
    }

    /** Whether the agent went away while it was asked. */
    boolean isGone() {
        return state == State.GONE;
    }

    /** Whether the agent has said anything about itself. */
    public boolean isAnswered() {
        return state == State.READY || state == State.PROBLEMS;
    }

    /** Returns the free space for the page. */
    @NonNull
    public String getFreeDiskText() {
        return findings.freeDisk() == FreeDisk.UNKNOWN
                ? Messages.AgentReadiness_notKnown()
                : Functions.humanReadableByteSize(findings.freeDisk());
    }

    /** Returns the row with the names of the remote API, for a Pipeline. */
    @NonNull
    LinkedHashMap<String, Object> toMap() {
        LinkedHashMap<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("state", getState());
        map.put("dockerVersion", getDockerVersion());
        map.put("engineVersion", getEngineVersion());
        map.put("buildxVersion", getBuildxVersion());
        map.put("buildKitVersion", getBuildKitVersion());
        map.put("builder", getBuilder());
        map.put("driver", getDriver());
        map.put("platforms", new ArrayList<>(getPlatforms()));
        map.put("nativePlatforms", new ArrayList<>(getNativePlatforms()));
        map.put("emulatedPlatforms", new ArrayList<>(getEmulatedPlatforms()));
        map.put("freeDiskBytes", getFreeDiskBytes());
        map.put(
                "logins",
                getLogins().stream()
                        .map(login -> new LinkedHashMap<>(
                                Map.of("registry", login.getRegistry(), "accepted", login.isAccepted())))
                        .collect(Collectors.toCollection(ArrayList::new)));
        map.put("problems", new ArrayList<>(getProblems()));
        map.put("notes", new ArrayList<>(getNotes()));
        return map;
    }
}
