package io.jenkins.plugins.multiarchbuild.engine.layout;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar archive in the format ustar. The same entries always give the same bytes: they belong to nobody and are
 * from 1970.
 */
final class TarWriter {

    static final int BLOCK = 512;

    private static final int SIZE_OFFSET = 124;
    private static final int CHECKSUM_OFFSET = 148;

    /** The largest number of eleven octal digits. */
    private static final long LARGEST_OCTAL = (1L << 33) - 1;

    private final OutputStream out;

    TarWriter(@NonNull OutputStream out) {
        this.out = out;
    }

    /** Writes a directory. */
    void directory(@NonNull String name) throws IOException {
        out.write(header(name, '5', 0755, 0));
    }

    /**
     * Begins a file. Its content is to be written next, and {@link #padding} after it.
     *
     * @param name at most 100 characters of ASCII
     */
    void file(@NonNull String name, long size) throws IOException {
        out.write(header(name, '0', 0644, size));
    }

    /** Ends a file. */
    void padding(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    /** Ends the archive. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private static byte[] header(String name, char type, int mode, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        octal(header, 100, 8, mode);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        if (size <= LARGEST_OCTAL) {
            octal(header, SIZE_OFFSET, 12, size);
        } else {
            // a binary number, as GNU tar and Go write it
            header[SIZE_OFFSET] = (byte) 0x80;
            for (int i = 0; i < Long.BYTES; i++) {
                header[SIZE_OFFSET + 11 - i] = (byte) (size >> Byte.SIZE * i);
            }
        }
        octal(header, 136, 12, 0);
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        put(header, CHECKSUM_OFFSET, "        ");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM_OFFSET, String.format("%06o\0 ", sum));
        return header;
    }

    private static void octal(byte[] header, int offset, int length, long value) {
        put(header, offset, String.format("%0" + (length - 1) + "o", value));
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
