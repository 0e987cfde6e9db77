package io.jenkins.plugins.multiarchbuild.pipeline;

/** Where the agents of other groups get the source from. */
public enum SourceFrom {
    /** BuildKit fetches it itself, from the URL that is the context. */
    URL,
    /** A stash that the user made. */
    STASH,
    /** The context in the workspace of the calling step, packed for the purpose. */
    WORKSPACE,
    /** The SCM of the job. */
    SCM
}
