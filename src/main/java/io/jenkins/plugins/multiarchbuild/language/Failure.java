package io.jenkins.plugins.multiarchbuild.language;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.multiarchbuild.engine.text.Explained;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;

/**
 * What ends a task without a stack trace, thrown on an agent or the controller. Its message is in the language of the
 * process that reads it.
 */
public final class Failure extends AbortException implements Explained {

    private static final long serialVersionUID = 1L;

    private final Sentence sentence;

    /** @param sentence what is wrong and what to do */
    public Failure(@NonNull Sentence sentence) {
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    @Override
    public String getMessage() {
        return Language.text(this);
    }
}
