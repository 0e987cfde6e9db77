package io.jenkins.plugins.multiarchbuild.rig;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Looks for secrets, plain and in base64 at every offset, where they must not be. */
public final class SecretSearch {

    private final Set<String> needles = new LinkedHashSet<>();

    /** @param secrets texts that nothing but the test itself knows */
    public SecretSearch(String... secrets) {
        for (String secret : secrets) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            needles.add(new String(bytes, StandardCharsets.ISO_8859_1));
            // in a longer text, base64 of a part depends on where the part begins
            for (int offset = 0; offset < 3; offset++) {
                byte[] shifted = new byte[bytes.length + offset];
                System.arraycopy(bytes, 0, shifted, offset, bytes.length);
                String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
                needles.add(encoded.substring(offset == 0 ? 0 : offset + 1, encoded.length() - 2));
            }
        }
    }

    /** Whether a text holds one of the secrets. */
    public boolean matches(String text) {
        return needles.stream().anyMatch(text::contains);
    }

    /** The files below a directory that hold one of the secrets, or are named after one. */
    public List<Path> files(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && (matches(file.toString()) || matches(read(file)))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** Command lines and environments of all the machine's processes that hold one of the secrets. */
    public List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                for (String file : List.of("cmdline", "environ")) {
                    String text = read(process.resolve(file));
                    if (matches(text)) {
                        found.add(process.resolve(file) + ": " + text.replace('\0', ' '));
                    }
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            // layers of images
            boolean zipped = content.length > 2 && (content[0] & 0xff) == 0x1f && (content[1] & 0xff) == 0x8b;
            if (zipped) {
                try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(content))) {
                    content = stream.readAllBytes();
                }
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // a process that has ended, or a file that has been removed, in the meantime
            return "";
        }
    }
}
