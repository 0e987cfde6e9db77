package io.jenkins.plugins.multiarchbuild.engine.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes files that look like native programs, down to the loader that they name; none of them can run. */
public final class TestElf {

    public static final int AMD64 = 62;
    public static final int ARM64 = 183;
    public static final int I386 = 3;
    public static final int ARM = 40;

    private static final int EXECUTABLE = 2;

    private TestElf() {}

    /** A 64-bit little-endian program, or a 32-bit one for the machines that have 32 bits. */
    public static byte[] program(int machine) {
        return program(machine, null);
    }

    /** A program that names a dynamic loader. */
    public static byte[] program(int machine, String loader) {
        return elf(machine != I386 && machine != ARM, ByteOrder.LITTLE_ENDIAN, EXECUTABLE, machine, loader);
    }

    static byte[] elf(boolean wide, ByteOrder order, int type, int machine, String loader) {
        ByteBuffer bytes = ByteBuffer.allocate(1024).order(order);
        bytes.put(0, new byte[] {
            0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1
        });
        bytes.putShort(16, (short) type).putShort(18, (short) machine).putInt(20, 1);
        int table = 128;
        int size = wide ? 56 : 32;
        if (wide) {
            bytes.putLong(32, table);
        } else {
            bytes.putInt(28, table);
        }
        bytes.putShort(wide ? 54 : 42, (short) size).putShort(wide ? 56 : 44, (short) (loader == null ? 1 : 2));
        bytes.putInt(table, 1);
        if (loader != null) {
            bytes.putInt(table + size, 3);
            if (wide) {
                bytes.putLong(table + size + 8, 512);
            } else {
                bytes.putInt(table + size + 4, 512);
            }
            bytes.put(512, loader.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.array();
    }
}
