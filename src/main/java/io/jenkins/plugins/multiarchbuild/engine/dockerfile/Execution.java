package io.jenkins.plugins.multiarchbuild.engine.dockerfile;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Locale;

/** How the programs are executed that a Dockerfile runs for a platform. */
public enum Execution {
    /** The builder is of that platform. */
    NATIVE,

    /** The builder is not, and runs programs of that platform with QEMU. */
    EMULATED,

    /** The builder is not, but the Dockerfile runs no program of that platform. */
    CROSS_COMPILED;

    /** Returns how results and the remote API call it, for example {@code cross-compiled}. */
    @NonNull
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
