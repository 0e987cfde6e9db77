package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.regex.Pattern;

/** A driver of buildx whose builders can be created from settings. */
public enum Driver {
    /** BuildKit in a container of a Docker engine. */
    DOCKER_CONTAINER("docker-container", "[a-zA-Z0-9][\\w.+-]*|(?:unix|tcp|ssh|npipe)://[^\\s,]+"),
    /** A BuildKit that others run. */
    REMOTE("remote", "(?:unix|tcp|npipe|docker-container|podman-container|kube-pod)://[^\\s,]+"),
    /** BuildKit in pods of a cluster. */
    KUBERNETES("kubernetes", "[a-zA-Z0-9][^\\s,]*");

    private final String text;
    private final Pattern endpoint;

    Driver(String text, String endpoint) {
        this.text = text;
        this.endpoint = Pattern.compile(endpoint);
    }

    /**
     * Returns the driver with a name.
     *
     * @throws InvalidRequestException if there is none
     */
    @NonNull
    static Driver parse(@NonNull String text) {
        for (Driver driver : values()) {
            if (driver.text.equals(text)) {
                return driver;
            }
        }
        throw new InvalidRequestException(Sentence.of("Driver.unknown", text));
    }

    /** Whether a text can say where a node is. */
    boolean isEndpoint(@NonNull String endpointText) {
        return endpoint.matcher(endpointText).matches();
    }

    /** Returns buildx's name for it. */
    @Override
    public String toString() {
        return text;
    }
}
