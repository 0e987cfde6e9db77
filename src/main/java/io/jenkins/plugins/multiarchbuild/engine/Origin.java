package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the source of an image comes from.
 *
 * @param url address of the repository, without a password, or null if unknown
 * @param revision for example a Git commit, or null if unknown
 */
public record Origin(@CheckForNull String url, @CheckForNull String revision) {

    /** Name of the variable with the address of a Git repository, as Jenkins' Git plugin sets it. */
    public static final String GIT_URL = "GIT_URL";

    /** Name of the variable with the Git commit. */
    public static final String GIT_COMMIT = "GIT_COMMIT";

    private static final List<String> URLS = List.of(GIT_URL, "SVN_URL", "MERCURIAL_REPOSITORY_URL");
    private static final List<String> REVISIONS = List.of(GIT_COMMIT, "SVN_REVISION", "MERCURIAL_REVISION");

    /** Over HTTP the user name too can be a token. */
    private static final Pattern HTTP_USER = Pattern.compile("^(https?://)[^/@]*@", Pattern.CASE_INSENSITIVE);

    private static final Pattern PASSWORD = Pattern.compile("^(\\w+://[^/@:]*):[^/@]*@");
    private static final Pattern COMMIT = Pattern.compile("[^#]*#(?<commit>[0-9a-f]{40}|[0-9a-f]{64})(?::.*)?");

    /** Nothing is known. */
    public static final Origin UNKNOWN = new Origin(null, null);

    public Origin {
        url = url == null
                ? null
                : PASSWORD.matcher(HTTP_USER.matcher(url).replaceFirst("$1")).replaceFirst("$1@");
    }

    /** What a checkout says of itself in environment variables. */
    @NonNull
    public static Origin of(@NonNull Map<?, ?> variables) {
        return new Origin(first(variables, URLS), first(variables, REVISIONS));
    }

    /** The origin of a remote context; its revision is known if the context names a commit and not a branch. */
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
