package io.jenkins.plugins.multiarchbuild.engine.buildx;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.RunOptions;
import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of buildx.
 *
 * @param major 0 for all versions so far
 * @param minor for example 29
 */
public record BuildxVersion(int major, int minor) {

    private static final Pattern VERSION = Pattern.compile("\\bv?(?<major>\\d{1,8})\\.(?<minor>\\d{1,8})\\.\\d+");

    /** The oldest version that builds are made for. */
    private static final int OLDEST = 13;

    /** The first version whose bake knows the attribute {@code entitlements} and the flag {@code --allow}. */
    private static final int ENTITLEMENTS = 17;

    /** The first version whose bake asks before it reads outside of the working directory. */
    private static final int GUARDED_FILES = 18;

    /** The first version whose bake knows the attribute {@code extra-hosts}. */
    private static final int EXTRA_HOSTS = 25;

    /** Asks buildx for its version. */
    @NonNull
    static BuildxVersion of(@NonNull Docker docker) throws IOException, InterruptedException, DockerException {
        return parse(docker.run(Builder.command(null, "version")).stdout());
    }

    /** Reads what {@code docker buildx version} printed; a text without a version is taken for the newest. */
    @NonNull
    static BuildxVersion parse(@NonNull String text) {
        Matcher version = VERSION.matcher(text);
        return version.find()
                ? new BuildxVersion(Integer.parseInt(version.group("major")), Integer.parseInt(version.group("minor")))
                : new BuildxVersion(Integer.MAX_VALUE, 0);
    }

    /** Whether bake has to be allowed what its definition asks for. */
    boolean hasEntitlements() {
        return isAtLeast(ENTITLEMENTS);
    }

    /** Whether bake has to be allowed to read and write files outside of the working directory. */
    boolean guardsFiles() {
        return isAtLeast(GUARDED_FILES);
    }

    /**
     * Makes sure that bake knows the attributes for some options.
     *
     * @throws DockerException if it does not
     */
    void check(@NonNull RunOptions options) throws DockerException {
        if (!options.entitlements().isEmpty()) {
            need("entitlements", ENTITLEMENTS);
        }
        if (!options.hosts().isEmpty()) {
            need("addHosts", EXTRA_HOSTS);
        }
    }

    /**
     * Makes sure that builds work with it.
     *
     * @throws DockerException if it is too old
     */
    void check() throws DockerException {
        if (!isAtLeast(OLDEST)) {
            throw new DockerException(Sentence.of("BuildxVersion.tooOld", major, minor, OLDEST));
        }
    }

    private void need(String parameter, int needed) throws DockerException {
        if (!isAtLeast(needed)) {
            throw new DockerException(Sentence.of("BuildxVersion.parameter", parameter, needed, major, minor));
        }
    }

    private boolean isAtLeast(int needed) {
        return major > 0 || minor >= needed;
    }
}
