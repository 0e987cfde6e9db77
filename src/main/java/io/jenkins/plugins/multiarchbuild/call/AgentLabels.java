package io.jenkins.plugins.multiarchbuild.call;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.PlatformMap;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.Serializable;
import java.util.Optional;

/**
 * The labels of the agents that build.
 *
 * @param own label expressions of the call, by platform
 * @param farm label expressions of the global settings, for platforms that the call does not name
 */
public record AgentLabels(@NonNull PlatformMap own, @NonNull PlatformMap farm) implements Serializable {

    /** Returns the label expression of the agents for a platform, or empty if there is none. */
    @NonNull
    public Optional<String> get(@NonNull Platform platform) {
        return own.get(platform).or(() -> farm.get(platform));
    }

    /** Returns the failure of a step outside of {@code node} that has no label for a platform. */
    @NonNull
    public static InvalidRequestException missing(@NonNull String step, @NonNull Platform platform) {
        return new InvalidRequestException(Sentence.of("AgentLabels.missing", platform, step));
    }

    /**
     * Returns the label expression of the agents for a platform, or empty if there is none.
     *
     * @throws InvalidRequestException if the text is no label expression; says if it comes from the global settings
     */
    @NonNull
    public Optional<Label> parsed(@NonNull Platform platform) {
        Optional<Label> label = own.get(platform).map(text -> parse(platform, text));
        try {
            return label.or(() -> farm.get(platform).map(text -> parse(platform, text)));
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(Sentence.of("MultiArchBuildConfiguration.wrong", e.sentence()));
        }
    }

    private static Label parse(Platform platform, String label) {
        try {
            return Label.parseExpression(label);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(Sentence.of("AgentLabels.noExpression", label, platform));
        }
    }
}
