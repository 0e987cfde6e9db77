package io.jenkins.plugins.multiarchbuild.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.multiarchbuild.engine.Text;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The values of one target as bake prints them: as text, whatever the version of buildx. */
final class PrintedTarget {

    private static final String LINK = "target:";

    /** A path in the directory of the call, and not in a context that is elsewhere; it always is. */
    private static final String HERE = "cwd://";

    /** What the call says instead. */
    private static final List<String> REPLACED =
            List.of("platforms", "tags", "output", "cache-from", "cache-to", "call");

    /** What is read, or of no use to a build. */
    private static final Set<String> KNOWN = Set.of(
            "annotations",
            "args",
            "attest",
            "context",
            "contexts",
            "description",
            "dockerfile",
            "dockerfile-inline",
            "entitlements",
            "extra-hosts",
            "inherits",
            "labels",
            "network",
            "no-cache",
            "no-cache-filter",
            "pull",
            "secret",
            "shm-size",
            "ssh",
            "target",
            "ulimits");

    private final String file;
    private final String name;
    private final JsonNode values;

    PrintedTarget(String file, String name, JsonNode values) {
        this.file = file;
        this.name = name;
        this.values = values;
    }

    String name() {
        return name;
    }

    /** Returns an error about it. */
    DockerException error(Sentence problem) {
        return new DockerException(Sentence.of("PrintedTarget.error", file, name, problem));
    }

    /** Returns what the log says about it, if anything in it does not count. */
    Optional<Sentence> remark() {
        List<String> replaced =
                REPLACED.stream().filter(field -> !isEmpty(values.path(field))).toList();
        Set<String> unknown = new TreeSet<>();
        values.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field) && !REPLACED.contains(field)) {
                unknown.add(field);
            }
        });
        List<Sentence> remarks = new ArrayList<>();
        if (!replaced.isEmpty()) {
            remarks.add(Sentence.of("PrintedTarget.replaced", String.join(", ", replaced)));
        }
        if (!unknown.isEmpty()) {
            remarks.add(Sentence.of("PrintedTarget.notUsed", String.join(", ", unknown)));
        }
        return remarks.isEmpty()
                ? Optional.empty()
                : Optional.of(Sentence.of("PrintedTarget.remark", file, name, Sentence.join(" ", remarks)));
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode() || value.isNull() || value.isContainerNode() && value.isEmpty();
    }

    /** Returns a text, or null if there is none. */
    @CheckForNull
    String text(String field) throws DockerException {
        JsonNode value = values.path(field);
        return isEmpty(value) ? null : text(field, value);
    }

    /** Returns a text that bake prints with its templates escaped, or null if there is none. */
    @CheckForNull
    String template(String field) throws DockerException {
        String text = text(field);
        return text == null ? null : unescaped(text);
    }

    boolean flag(String field) {
        return values.path(field).asBoolean(false);
    }

    /** Returns the texts of a list. */
    List<String> texts(String field) throws DockerException {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values.path(field)) {
            texts.add(text(field, value));
        }
        return texts;
    }

    /** Returns the annotations, which bake prints with their templates escaped. */
    List<String> annotations() throws DockerException {
        return texts("annotations").stream().map(PrintedTarget::unescaped).toList();
    }

    /** Returns the entries of a map, whose values bake prints with their templates escaped. */
    Map<String, String> templates(String field) throws DockerException {
        Map<String, String> entries = map(field);
        entries.replaceAll((key, value) -> unescaped(value));
        return entries;
    }

    /** Returns the entries of a map. Those without a value count for nothing. */
    Map<String, String> map(String field) throws DockerException {
        Map<String, String> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : values.path(field).properties()) {
            if (!entry.getValue().isNull()) {
                entries.put(Text.checked(field, entry.getKey()), text(field, entry.getValue()));
            }
        }
        return entries;
    }

    /** Returns the entries of a list: maps since buildx 0.20, and lines of CSV before that. */
    List<Map<String, String>> attributes(String field) throws DockerException {
        List<Map<String, String>> entries = new ArrayList<>();
        for (JsonNode value : values.path(field)) {
            Map<String, String> entry = new LinkedHashMap<>();
            if (value.isObject()) {
                for (Map.Entry<String, JsonNode> attribute : value.properties()) {
                    // the paths of SSH keys are a list
                    entry.put(
                            attribute.getKey(),
                            attribute.getValue().isContainerNode()
                                    ? attribute.getValue().toString()
                                    : text(field, attribute.getValue()));
                }
            } else {
                for (String attribute : csv(text(field, value))) {
                    int equals = attribute.indexOf('=');
                    entry.put(
                            equals < 0 ? attribute : attribute.substring(0, equals),
                            equals < 0 ? "" : attribute.substring(equals + 1));
                }
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Returns the targets that take the place of what the Dockerfile names: their names by that. */
    Map<String, String> links() throws DockerException {
        Map<String, String> links = map("contexts");
        links.values().removeIf(source -> !source.startsWith(LINK));
        links.replaceAll((context, source) -> source.substring(LINK.length()));
        return links;
    }

    /** Returns the other named contexts. */
    Map<String, String> contexts() throws DockerException {
        Map<String, String> contexts = map("contexts");
        contexts.values().removeIf(source -> source.startsWith(LINK));
        contexts.replaceAll((context, source) -> local(source));
        return contexts;
    }

    String context() throws DockerException {
        String context = text("context");
        return context == null ? "." : local(context);
    }

    private static String local(String path) {
        return path.startsWith(HERE) ? path.substring(HERE.length()) : path;
    }

    private String text(String field, JsonNode value) throws DockerException {
        if (!value.isValueNode()) {
            throw error(Sentence.of("PrintedTarget.notReadable", field));
        }
        return Text.checked(field, value.asText());
    }

    /** Undoes what bake does since buildx 0.23 so that it can read its own output. */
    private static String unescaped(String text) {
        return text.replace("$${", "${").replace("%%{", "%{");
    }

    private static List<String> csv(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (doubled) {
                    field.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
