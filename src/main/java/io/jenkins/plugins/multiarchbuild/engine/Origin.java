package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.text.Urls;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The repository and revision that an image's source comes from.
 *
 * @param url address of the repository, without secrets, or null if unknown
 * @param revision for example a Git commit, or null if unknown
 */
public record Origin(@CheckForNull String url, @CheckForNull String revision) {

    /** The variable with the URL of a Git repository, as Jenkins' Git plugin sets it. */
    public static final String GIT_URL = "GIT_URL";

    /** The variable with the Git commit. */
    public static final String GIT_COMMIT = "GIT_COMMIT";

    private static final List<String> URLS = List.of(GIT_URL, "SVN_URL", "MERCURIAL_REPOSITORY_URL");
    private static final List<String> REVISIONS = List.of(GIT_COMMIT, "SVN_REVISION", "MERCURIAL_REVISION");

    private static final Pattern COMMIT = Pattern.compile("[^#]*#(?<commit>[0-9a-f]{40}|[0-9a-f]{64})(?::.*)?");

    /** Nothing is known. */
    public static final Origin UNKNOWN = new Origin(null, null);

    public Origin {
        url = url == null ? null : Urls.withoutSecrets(url);
    }

    /** Reads the environment variables that a checkout sets. */
    @NonNull
    public static Origin of(@NonNull Map<?, ?> variables) {
        return new Origin(first(variables, URLS), first(variables, REVISIONS));
    }

    /** Returns the origin of a remote context; its revision is known if the context names a commit. */
    @NonNull
    public static Origin ofContext(@NonNull String context) {
        Matcher commit = COMMIT.matcher(context);
        return new Origin(context.replaceFirst("#.*", ""), commit.matches() ? commit.group("commit") : null);
    }

    /** Whether nothing is known. */
    public boolean isUnknown() {
        return equals(UNKNOWN);
    }

    @CheckForNull
    private static String first(Map<?, ?> variables, List<String> names) {
        return names.stream()
                .map(variables::get)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse(null);
    }
}
