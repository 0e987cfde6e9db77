package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.regex.Pattern;

/** The path of an archive, relative to the current directory. */
public final class ArchiveFile {

    private static final int LONGEST = 1024;

    /** Absolute on any system, or out of its directory; a backslash separates directories on some systems only. */
    private static final Pattern OUTSIDE = Pattern.compile("/.*|[A-Za-z]:.*|(?:.*/)?\\.\\.?(?:/.*)?|.*/|.*//.*");

    private static final Pattern UNUSUAL = Pattern.compile("[\\p{Cc}\\\\]");

    private ArchiveFile() {}

    /**
     * Checks a path.
     *
     * @param push whether images are pushed
     * @return the path
     * @throws InvalidRequestException if it leads out of the current directory or is not that of a file, or if something
     *     is pushed
     */
    @NonNull
    public static String checked(@NonNull String path, boolean push) {
        Text.checked("archive", path);
        if (path.length() > LONGEST || UNUSUAL.matcher(path).find()) {
            throw new InvalidRequestException(Sentence.of("ArchiveFile.unusual", LONGEST));
        }
        if (OUTSIDE.matcher(path).matches()) {
            throw new InvalidRequestException(Sentence.of("ArchiveFile.outside", path));
        }
        if (push) {
            throw new InvalidRequestException(Sentence.of("ArchiveFile.push"));
        }
        return path;
    }
}
