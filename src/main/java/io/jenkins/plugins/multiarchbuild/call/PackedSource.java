package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.BuildSource;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The source of a workspace, packed for other agents, as described by the agent that packed it.
 *
 * @param source the source, its paths relative to the directory that the archive is unpacked to
 * @param entries number of files, directories and symbolic links in the archive
 * @param bytes size of the archive
 * @param sha256 checksum of the archive, in hexadecimal digits
 * @param others the sources of the other targets of a bake file, their paths as those of {@code source}
 */
public record PackedSource(
        @NonNull BuildSource source,
        int entries,
        long bytes,
        @NonNull String sha256,
        @NonNull List<BuildSource> others) implements Serializable {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws InvalidRequestException if the values are impossible: the agent is not trusted */
    public PackedSource {
        // a build that an older version of the plugin began has none
        others = others == null ? List.of() : List.copyOf(others);
        if (source == null
                || entries < 0
                || bytes < 0
                || !SHA256.matcher(sha256).matches()) {
            throw new InvalidRequestException(Sentence.of("PackedSource.wrong"));
        }
    }

    /** Creates a source without others. */
    public PackedSource(@NonNull BuildSource source, int entries, long bytes, @NonNull String sha256) {
        this(source, entries, bytes, sha256, List.of());
    }

    /** Returns all sources, in the order in which they were packed. */
    @NonNull
    public List<BuildSource> sources() {
        return Stream.concat(Stream.of(source), others.stream()).toList();
    }
}
