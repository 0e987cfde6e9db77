package io.jenkins.plugins.multiarchbuild.call;

/** Where groups on other agents get the source from. */
public enum SourceFrom {
    /** BuildKit fetches it itself, from the URL that is the context. */
    URL,
    /** A stash that the user created. */
    STASH,
    /** The context in the workspace of the calling step, which is packed. */
    WORKSPACE,
    /** The SCM of the job. */
    SCM
}
