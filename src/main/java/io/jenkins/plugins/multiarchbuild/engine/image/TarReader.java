package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a tar archive once, from beginning to end, in the formats that Go writes: ustar with the extended headers of
 * <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">pax</a>, and GNU's long names.
 */
final class TarReader {

    private static final int BLOCK = 512;

    private static final byte[] END = new byte[BLOCK];

    /** The most bytes of an extended header. A path has at most 4096, and so has a link's target. */
    private static final int LARGEST_HEADER = 1024 * 1024;

    /** Files, links, devices, directories and pipes. */
    private static final String KNOWN_TYPES = "01234567";

    private final InputStream in;
    private final byte[] skipped = new byte[64 * 1024];

    TarReader(@NonNull InputStream in) {
        this.in = in;
    }

    /** Takes the entries. */
    interface Visitor {

        /**
         * Takes one entry.
         *
         * @param name its path, as written
         * @param type {@code 0} for a file, {@code 1} for a hard link, {@code 2} for a symbolic link
         * @param target what a link points at, else empty
         * @param mode its permissions
         * @param head the first bytes of a file
         * @throws IOException if the archive cannot be understood
         */
        void entry(@NonNull String name, char type, @NonNull String target, int mode, @NonNull byte[] head)
                throws IOException;
    }

    /**
     * Reads all entries and then what follows, so that whoever writes is not cut off.
     *
     * @throws IOException if the archive is cut short or is not a tar archive
     */
    void read(@NonNull Visitor visitor) throws IOException {
        String longName = null;
        String longTarget = null;
        long longSize = -1;
        byte[] header = new byte[BLOCK];
        while (true) {
            if (in.readNBytes(header, 0, BLOCK) < BLOCK) {
                throw new EOFException("the archive is cut short");
            }
            // not only an empty name: Go writes what is not ASCII into an extended header alone
            if (Arrays.equals(header, END)) {
                in.transferTo(OutputStream.nullOutputStream());
                return;
            }
            char type = header[156] == 0 ? '0' : (char) header[156];
            long size = longSize >= 0 ? longSize : number(header, 124, 12);
            if (type == 'x' || type == 'L' || type == 'K') {
                byte[] content = content(number(header, 124, 12));
                if (type == 'L') {
                    longName = text(content, 0, content.length);
                } else if (type == 'K') {
                    longTarget = text(content, 0, content.length);
                } else {
                    Extended extended = Extended.parse(content);
                    longName = extended.path == null ? longName : extended.path;
                    longTarget = extended.target == null ? longTarget : extended.target;
                    longSize = extended.size;
                }
                continue;
            }
            if (type == 'g') {
                content(size);
                continue;
            }
            if (KNOWN_TYPES.indexOf(type) < 0) {
                throw new IOException("the archive has an entry of the unknown type " + type);
            }
            String name = longName == null ? name(header) : longName;
            // before there was a type for directories
            boolean isFile = type == '0' && !(header[156] == 0 && name.endsWith("/")) || type == '7';
            // links and directories have no content, whatever the header says
            long length = isFile ? size : 0;
            byte[] head = in.readNBytes((int) Math.min(length, NativeProgram.HEAD));
            visitor.entry(
                    name,
                    isFile ? '0' : type == '0' ? '5' : type,
                    longTarget == null ? text(header, 157, 100) : longTarget,
                    (int) number(header, 100, 8),
                    head);
            skip(padded(length) - head.length);
            longName = null;
            longTarget = null;
            longSize = -1;
        }
    }

    private byte[] content(long size) throws IOException {
        if (size < 0 || size > LARGEST_HEADER) {
            throw new IOException("the archive has a header of " + size + " bytes");
        }
        byte[] content = in.readNBytes((int) size);
        skip(padded(size) - size);
        return content;
    }

    private void skip(long count) throws IOException {
        for (long left = count; left > 0; ) {
            int read = in.read(skipped, 0, (int) Math.min(left, skipped.length));
            if (read < 0) {
                throw new EOFException("the archive is cut short");
            }
            left -= read;
        }
    }

    private static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 6).equals("ustar");
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    /** An octal number, or a binary one where the first bit is set. */
    private static long number(byte[] header, int offset, int length) throws IOException {
        if ((header[offset] & 0x80) != 0) {
            long value = header[offset] & 0x7f;
            for (int i = offset + 1; i < offset + length; i++) {
                value = value << 8 | header[i] & 0xff;
            }
            return value;
        }
        String digits = text(header, offset, length).trim();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("the stream is not a tar archive", e);
        }
    }

    /** What an extended header replaces; null or -1 for what it does not. */
    private record Extended(String path, String target, long size) {

        static Extended parse(byte[] content) throws IOException {
            String path = null;
            String target = null;
            long size = -1;
            int start = 0;
            try {
                while (start < content.length) {
                    int blank = start;
                    while (content[blank] != ' ') {
                        blank++;
                    }
                    int length = Integer.parseInt(new String(content, start, blank - start, StandardCharsets.UTF_8));
                    byte[] record = Arrays.copyOfRange(content, blank + 1, start + length - 1);
                    String text = new String(record, StandardCharsets.UTF_8);
                    if (text.startsWith("path=")) {
                        path = text.substring("path=".length());
                    } else if (text.startsWith("linkpath=")) {
                        target = text.substring("linkpath=".length());
                    } else if (text.startsWith("size=")) {
                        size = Long.parseLong(text.substring("size=".length()));
                    } else if (text.startsWith("GNU.sparse.")) {
                        throw new IOException("the archive has a file with holes");
                    }
                    start += Math.max(1, length);
                }
            } catch (RuntimeException e) {
                throw new IOException("the archive has an extended header that cannot be read", e);
            }
            return new Extended(path, target, size);
        }
    }
}
