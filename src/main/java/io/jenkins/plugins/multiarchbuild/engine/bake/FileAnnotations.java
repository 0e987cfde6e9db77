package io.jenkins.plugins.multiarchbuild.engine.bake;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.PlatformValues;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The annotations of a target, by what they belong to.
 *
 * @param index those of the image index that is published
 * @param images those of the platforms' images
 */
record FileAnnotations(
        @NonNull Map<String, String> index, @NonNull PlatformValues images) {

    private static final Pattern ANNOTATION = Pattern.compile(
            "(?:(?<types>[a-z,-]+)(?:\\[(?<platform>[A-Za-z0-9_/-]+)])?:)?(?<key>[^=]+)=(?<value>.*)", Pattern.DOTALL);

    @NonNull
    static FileAnnotations of(@NonNull PrintedTarget target) throws DockerException {
        Map<String, String> index = new LinkedHashMap<>();
        Map<String, String> common = new LinkedHashMap<>();
        Map<String, Map<String, String>> byPlatform = new LinkedHashMap<>();
        for (String text : target.annotations()) {
            Matcher annotation = ANNOTATION.matcher(text);
            if (!annotation.matches()) {
                throw target.error(Sentence.of("FileAnnotations.notUnderstood", text));
            }
            String platform = annotation.group("platform");
            for (String type : types(annotation.group("types"))) {
                if (type.equals("index")) {
                    index.put(annotation.group("key"), annotation.group("value"));
                } else if (type.equals("manifest")) {
                    (platform == null ? common : byPlatform.computeIfAbsent(platform, key -> new LinkedHashMap<>()))
                            .put(annotation.group("key"), annotation.group("value"));
                } else {
                    throw target.error(Sentence.of("FileAnnotations.descriptor", text));
                }
            }
        }
        return new FileAnnotations(index, new PlatformValues(common, byPlatform));
    }

    private static List<String> types(@CheckForNull String types) {
        return types == null ? List.of("manifest") : List.of(types.split(","));
    }
}
