package io.jenkins.plugins.multiarchbuild.harness;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The examples in README.md and docs/. */
public final class Documentation {

    private Documentation() {}

    /**
     * Returns the code block after the comment {@code <!-- example: NAME -->}, as it stands there.
     *
     * @param language the language named where the block begins, for example {@code groovy}
     * @throws IllegalArgumentException if there is no such block, or more than one
     */
    @NonNull
    public static String example(@NonNull String name, @NonNull String language) throws IOException {
        Pattern block =
                Pattern.compile("<!-- example: " + name + " -->\n```" + language + "\n(.*?)```", Pattern.DOTALL);
        List<String> found = new ArrayList<>();
        for (Path page : pages()) {
            Matcher matcher = block.matcher(Files.readString(page));
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    "the documentation has " + found.size() + " examples " + name + " in " + language);
        }
        return found.get(0);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }
}
