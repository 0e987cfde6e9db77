package io.jenkins.plugins.multiarchbuild.engine;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * The rules of a <a href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore</a> file: the
 * last rule that matches a path or a directory above it decides.
 */
public final class DockerIgnore implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The file's name in the context. */
    public static final String FILE_NAME = ".dockerignore";

    private final ArrayList<Pattern> patterns = new ArrayList<>();
    private final ArrayList<Boolean> excludes = new ArrayList<>();

    private DockerIgnore() {}

    /** Reads the file's text; an empty one excludes nothing. */
    @NonNull
    public static DockerIgnore parse(@NonNull String text) {
        DockerIgnore rules = new DockerIgnore();
        for (String line : text.lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            String rule = line.trim();
            boolean exclude = !rule.startsWith("!");
            String path = clean(exclude ? rule : rule.substring(1).trim());
            if (!path.isEmpty()) {
                rules.patterns.add(Pattern.compile(regex(path) + "(?:/.*)?", Pattern.DOTALL));
                rules.excludes.add(exclude);
            }
        }
        return rules;
    }

    /**
     * Whether a path is left out of the context.
     *
     * @param path relative to the context, with forward slashes
     */
    public boolean excludes(@NonNull String path) {
        for (int i = patterns.size() - 1; i >= 0; i--) {
            if (patterns.get(i).matcher(path).matches()) {
                return excludes.get(i);
            }
        }
        return false;
    }

    /** Whether a rule lets something back in, so that even an excluded directory has to be looked into. */
    public boolean hasExceptions() {
        return excludes.contains(false);
    }

    /** As Go's {@code filepath.Clean}, without a slash at either end. */
    private static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..") && !parts.isEmpty()) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private static String regex(String path) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (path.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (path.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[' && path.indexOf(']', i + 2) > 0) {
                int end = path.indexOf(']', i + 2);
                regex.append('[')
                        .append(path.substring(i + 1, end).replace("[", "\\[").replace("&&", "&\\&"))
                        .append(']');
                i = end;
            } else {
                if (c == '\\' && i + 1 < path.length()) {
                    i++;
                }
                regex.append(Pattern.quote(String.valueOf(path.charAt(i))));
            }
        }
        return regex.toString();
    }
}
