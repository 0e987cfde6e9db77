package io.jenkins.plugins.multiarchbuild.engine.context;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The rules of a <a href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore</a> file,
 * matched exactly as by BuildKit's own matcher, <a
 * href="https://github.com/moby/patternmatcher">moby/patternmatcher</a>. BuildKit applies the rules again where it
 * builds, so this may keep too much, but never too little.
 */
public final class DockerIgnore implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The file's name in the context. */
    public static final String FILE_NAME = ".dockerignore";

    private final ArrayList<DockerIgnoreRule> rules;

    /** The result for the last directory: a context is visited directory by directory. */
    private transient volatile Matches latest;

    /**
     * The rules that match a directory.
     *
     * @param directory its path
     * @param byRule for each rule whether it matches
     */
    private record Matches(String directory, boolean[] byRule) {}

    private DockerIgnore(ArrayList<DockerIgnoreRule> rules) {
        this.rules = rules;
    }

    /**
     * Reads the file's text. If a rule is invalid, or only BuildKit knows what it matches, nothing is excluded:
     * BuildKit decides then.
     */
    @NonNull
    public static DockerIgnore parse(@NonNull String text) {
        ArrayList<DockerIgnoreRule> rules = new ArrayList<>();
        for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\n")) {
            String pattern = line.startsWith("#") ? "" : DockerIgnoreRule.normalise(line);
            if (!pattern.isEmpty()) {
                Optional<DockerIgnoreRule> rule = DockerIgnoreRule.parse(pattern);
                if (rule.isEmpty()) {
                    return new DockerIgnore(new ArrayList<>());
                }
                rules.add(rule.get());
            }
        }
        return new DockerIgnore(rules);
    }

    /**
     * Whether a path is excluded from the context.
     *
     * @param path relative to the context, with forward slashes
     */
    public boolean excludes(@NonNull String path) {
        int slash = path.lastIndexOf('/');
        return match(path, slash < 0 ? null : matches(path.substring(0, slash)), new boolean[rules.size()]);
    }

    /** Whether a rule includes something again, so that excluded directories have to be visited as well. */
    public boolean hasExceptions() {
        return rules.stream().anyMatch(DockerIgnoreRule::exception);
    }

    private Matches matches(String directory) {
        Matches known = latest;
        if (known == null || !known.directory.equals(directory)) {
            int slash = directory.lastIndexOf('/');
            known = new Matches(directory, new boolean[rules.size()]);
            match(directory, slash < 0 ? null : matches(directory.substring(0, slash)), known.byRule);
            latest = known;
        }
        return known;
    }

    /**
     * Matches a path. A rule that would not change the result so far is skipped, and then does not count as a match for
     * the files below either. So the last rule that matches a path or one of its directories does not always decide.
     *
     * @param parent the matches of its directory, or null for the context itself
     * @param byRule receives which rules match
     * @return whether the path is excluded
     */
    private boolean match(String path, @CheckForNull Matches parent, boolean[] byRule) {
        boolean excluded = false;
        for (int i = 0; i < byRule.length; i++) {
            DockerIgnoreRule rule = rules.get(i);
            byRule[i] = (parent != null && parent.byRule[i]) || (rule.exception() == excluded && rule.matches(path));
            if (byRule[i]) {
                excluded = !rule.exception();
            }
        }
        return excluded;
    }
}
