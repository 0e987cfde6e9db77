package io.jenkins.plugins.multiarchbuild.engine.builder;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes <a href="https://docs.docker.com/build/buildkit/toml-configuration/">buildkitd.toml</a>. All values are numbers
 * or consist of letters, digits and a few signs that need no escaping in it.
 */
public final class DaemonConfig {

    private DaemonConfig() {}

    /** Returns the file's text, empty if BuildKit's own defaults apply. */
    @NonNull
    public static String toml(@NonNull BuilderSettings settings) {
        StringBuilder toml = new StringBuilder();
        if (settings.keepStorage() > 0) {
            // the older name, which newer versions still read; a number in quotes is one of bytes for all of them
            toml.append("[worker.oci]\n  gc = true\n  gckeepstorage = \"")
                    .append(settings.keepStorage())
                    .append("\"\n");
        }
        Set<String> plain = new TreeSet<>();
        settings.mirrors()
                .values()
                .forEach(mirrors ->
                        mirrors.stream().filter(Mirror::plain).map(Mirror::host).forEach(plain::add));
        settings.mirrors().forEach((registry, mirrors) -> {
            section(toml, registry);
            toml.append("  mirrors = [").append(quoted(mirrors)).append("]\n");
            if (plain.remove(registry)) {
                toml.append("  http = true\n");
            }
        });
        for (String host : plain) {
            section(toml, host);
            toml.append("  http = true\n");
        }
        return toml.toString();
    }

    private static void section(StringBuilder toml, String registry) {
        toml.append("[registry.\"").append(registry).append("\"]\n");
    }

    private static String quoted(List<Mirror> mirrors) {
        return mirrors.stream().map(mirror -> '"' + mirror.toString() + '"').collect(Collectors.joining(", "));
    }
}
