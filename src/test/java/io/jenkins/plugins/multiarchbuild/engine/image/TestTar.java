package io.jenkins.plugins.multiarchbuild.engine.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Writes tar archives as Go does. */
final class TestTar {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TestTar file(String name, byte[] content) {
        return entry(name, '0', "", content);
    }

    TestTar script(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    TestTar link(String name, String target) {
        return entry(name, '2', target, new byte[0]);
    }

    /** A file that nobody may execute. */
    TestTar data(String name, byte[] content) {
        return entry(name, '0', "", "0000644", content);
    }

    TestTar directory(String name) {
        return entry(name, '5', "", new byte[0]);
    }

    TestTar entry(String name, char type, String target, byte[] content) {
        return entry(name, type, target, "0000755", content);
    }

    private TestTar entry(String name, char type, String target, String mode, byte[] content) {
        String ascii = name.replaceAll("[^ -~]", "");
        if (name.length() > 100 || target.length() > 100 || !ascii.equals(name)) {
            byte[] records = (record("path", name) + record("linkpath", target)).getBytes(StandardCharsets.UTF_8);
            write("PaxHeaders.0/x", 'x', "", mode, records);
        }
        write(ascii, type, target, mode, content);
        return this;
    }

    byte[] bytes() {
        byte[] written = bytes.toByteArray();
        return java.util.Arrays.copyOf(written, written.length + 1024);
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    ImageFiles files() throws IOException {
        return ImageFiles.read(stream());
    }

    private static String record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
        int length = bytes + String.valueOf(bytes + 3).length();
        return length + rest;
    }

    private void write(String name, char type, String target, String mode, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name.substring(0, Math.min(100, name.length())));
        put(header, 100, mode);
        put(header, 124, String.format("%011o", content.length));
        header[156] = (byte) type;
        put(header, 157, target.substring(0, Math.min(100, target.length())));
        put(header, 257, "ustar");
        bytes.writeBytes(header);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(512 - content.length % 512) % 512]);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(value, 0, header, offset, value.length);
    }
}
