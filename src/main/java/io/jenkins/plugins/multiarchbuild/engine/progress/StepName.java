package io.jenkins.plugins.multiarchbuild.engine.progress;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.util.Collection;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What buildx calls a step, for example {@code [app-linux_arm64 build 2/3] RUN make}.
 *
 * @param platform the platform that it names, or the only one; null for a step of none, or of several
 * @param text the name without the platform, such as {@code [app build 2/3] RUN make}
 */
record StepName(@CheckForNull Platform platform, @NonNull String text) {

    private static final Pattern NAME =
            PlainLine.compile("\\[(?<target>[\\w-]+)(?: (?<stage>[^\\]]*))?\\] ?(?<text>.*)");

    /** @param platforms the platforms of the bake */
    @NonNull
    static StepName of(@NonNull String called, @NonNull Collection<Platform> platforms) {
        Matcher parts = NAME.matcher(called);
        if (parts.matches()) {
            String target = parts.group("target");
            for (Platform platform : platforms) {
                String own = platform.targetName();
                if (target.equals(own) || target.endsWith("-" + own)) {
                    String image = target.equals(own) ? null : target.substring(0, target.length() - own.length() - 1);
                    String stage = Stream.of(image, parts.group("stage"))
                            .filter(Objects::nonNull)
                            .collect(Collectors.joining(" "));
                    return new StepName(platform, (stage.isEmpty() ? "" : "[" + stage + "] ") + parts.group("text"));
                }
            }
        }
        return new StepName(platforms.size() == 1 ? platforms.iterator().next() : null, called);
    }
}
