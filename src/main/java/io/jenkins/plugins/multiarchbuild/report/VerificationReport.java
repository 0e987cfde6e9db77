package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.image.Verdict;
import io.jenkins.plugins.multiarchbuild.engine.image.Verification;
import io.jenkins.plugins.multiarchbuild.engine.text.OneLine;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Language;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** Whether a platform's image on the page of a run was found to be for its platform; if that was not checked, why. */
@ExportedBean
public final class VerificationReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String VERIFIED = "VERIFIED";

    private static final String FAILED = "FAILED";

    private final String outcome;
    private final String failure;
    private final int programs;
    private final ArrayList<String> started;
    private final int foreign;
    private final ArrayList<String> foreignPrograms;
    private final int allowed;
    private final ArrayList<String> allowedPrograms;

    VerificationReport(@NonNull Platform platform, @NonNull Verification verification) {
        Verdict verdict = verification.verdict();
        Verification.Omission omission = verification.omission();
        Verdict.Foreign none = new Verdict.Foreign(0, List.of());
        Verdict.Foreign tolerated = verdict == null ? none : verdict.foreign();
        Verdict.Foreign intended = verdict == null ? none : verdict.allowed();
        Sentence sentence = verdict == null ? null : verdict.failure(platform);
        this.failure = sentence == null ? null : OneLine.of(Language.text(sentence));
        this.outcome = omission != null ? omission.name() : failure == null ? VERIFIED : FAILED;
        this.programs = verdict == null ? 0 : verdict.programs();
        this.started = new ArrayList<>(verdict == null ? List.of() : verdict.started());
        this.foreign = tolerated.count();
        this.foreignPrograms = new ArrayList<>(tolerated.first());
        this.allowed = intended.count();
        this.allowedPrograms = new ArrayList<>(intended.first());
    }

    /**
     * Returns {@code VERIFIED}, {@code FAILED}, or the name of a {@link Verification.Omission} if it was not checked.
     */
    @NonNull
    @Exported
    public String getOutcome() {
        return outcome;
    }

    /** Returns why the image must not be published, or null if it may. */
    @CheckForNull
    @Exported
    public String getFailure() {
        return failure;
    }

    /** Returns the number of its programs that are for its platform. */
    @Exported
    public int getPrograms() {
        return programs;
    }

    /** Returns the first of its programs for other platforms that {@code foreignPrograms} does not name. */
    @NonNull
    @Exported
    public List<String> getForeignPrograms() {
        return List.copyOf(foreignPrograms);
    }

    /** Returns the first of its programs for other platforms that {@code foreignPrograms} names. */
    @NonNull
    @Exported
    public List<String> getAllowedPrograms() {
        return List.copyOf(allowedPrograms);
    }

    /** Returns the outcome in a readable form. */
    @NonNull
    public String getOutcomeText() {
        if (failure != null) {
            return failure;
        }
        if (!outcome.equals(VERIFIED)) {
            return switch (Verification.Omission.valueOf(outcome)) {
                case OFF_FOR_CALL -> Messages.VerificationReport_offForCall();
                case OFF_FOR_ALL -> Messages.VerificationReport_offForAll();
                case NOT_PUSHED -> Messages.VerificationReport_notPushed();
                case NOT_ON_UNIX -> Messages.VerificationReport_notOnUnix();
                case NOT_FOR_LINUX -> Messages.VerificationReport_notForLinux();
            };
        }
        if (programs > 0) {
            return Messages.VerificationReport_verified(programs);
        }
        return foreign + allowed > 0
                ? Messages.VerificationReport_onlyForeign()
                : Messages.VerificationReport_noPrograms();
    }

    /** Returns the programs that the image starts, with what they are, or an empty text. */
    @NonNull
    public String getStartedText() {
        return started.stream()
                .map(each -> Language.text(Verdict.startedText(each)))
                .collect(Collectors.joining(", "));
    }

    /** Returns its programs for other platforms that {@code foreignPrograms} does not name, or an empty text. */
    @NonNull
    public String getForeignText() {
        return text(foreignPrograms, foreign);
    }

    /** Returns its programs for other platforms that {@code foreignPrograms} names, or an empty text. */
    @NonNull
    public String getAllowedText() {
        return text(allowedPrograms, allowed);
    }

    private static String text(List<String> first, int count) {
        String names = String.join(", ", first);
        return count > first.size() ? Messages.VerificationReport_more(names, count - first.size()) : names;
    }
}
