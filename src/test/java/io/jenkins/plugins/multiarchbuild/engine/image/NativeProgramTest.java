package io.jenkins.plugins.multiarchbuild.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.Platform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeProgramTest {

    @ParameterizedTest
    @CsvSource({
        "true, true, 62, amd64",
        "false, true, 3, 386",
        "true, true, 183, arm64",
        "false, true, 40, arm",
        "true, true, 21, ppc64le",
        "true, false, 21, ppc64",
        "true, false, 22, s390x",
        "true, true, 243, riscv64",
        "false, true, 243, riscv32",
        "true, true, 258, loong64",
        "true, true, 8, mips64le",
        "false, false, 8, mips",
        "true, true, 999, machine 999",
    })
    void machinesOfElf(boolean wide, boolean little, int machine, String architecture) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        NativeProgram program = NativeProgram.parse(TestElf.elf(wide, order, 3, machine, "/lib/ld.so"));
        assertEquals(new NativeProgram("linux", architecture, "/lib/ld.so"), program);
    }

    /** Kernels do not look at the byte that names the order. */
    @ParameterizedTest
    @CsvSource({
        "true, 62, 0, amd64",
        "true, 62, 2, amd64",
        "true, 21, 0, ppc64le",
        "false, 22, 0, s390x",
        "false, 22, 1, s390x",
    })
    void orderThatIsNotNamed(boolean little, int machine, byte named, String architecture) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        byte[] program = TestElf.elf(true, order, 2, machine, "/lib/ld.so");
        program[5] = named;
        assertEquals(new NativeProgram("linux", architecture, "/lib/ld.so"), NativeProgram.parse(program));
    }

    @Test
    void objectFilesAreNoPrograms() {
        assertNull(NativeProgram.parse(TestElf.elf(true, ByteOrder.LITTLE_ENDIAN, 1, TestElf.AMD64, null)));
    }

    @Test
    void whatIsCutShortOrTextIsNoProgram() {
        byte[] whole = TestElf.program(TestElf.AMD64, "/lib/ld.so");
        for (int length = 0; length < 58; length++) {
            NativeProgram program = NativeProgram.parse(Arrays.copyOf(whole, length));
            assertTrue(program == null || program.loader() == null, length + " bytes");
        }
        assertNull(NativeProgram.parse("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
        assertNull(NativeProgram.parse("MZ".getBytes(StandardCharsets.UTF_8)));
        assertNull(NativeProgram.parse(new byte[NativeProgram.HEAD]));
    }

    @Test
    void headersThatPointAnywhereDoNoHarm() {
        byte[] broken = TestElf.program(TestElf.AMD64, "/lib/ld.so");
        ByteBuffer.wrap(broken)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(32, Long.MAX_VALUE - 3)
                .putShort(56, (short) -1);
        assertNull(NativeProgram.parse(broken).loader());
    }

    @Test
    void windowsAndMacPrograms() {
        assertEquals(
                "a Windows program for x86-64",
                NativeProgram.parse(pe(0x8664, 0)).title().toString());
        assertNull(NativeProgram.parse(pe(0x14c, 8192)), "a .NET assembly");
        assertEquals(
                "a macOS program for AArch64",
                NativeProgram.parse(new byte[] {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 12, 0, 0, 1})
                        .title()
                        .toString());
        byte[] javaClass = {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 61, 0, 1, 2, 3};
        assertNull(NativeProgram.parse(javaClass));
    }

    @ParameterizedTest
    @CsvSource({
        "3, linux/amd64, true",
        "62, linux/386, false",
        "40, linux/arm64, true",
        "40, linux/arm/v7, true",
        "40, linux/arm/v6, true",
        "183, linux/arm/v7, false",
        "62, linux/arm64, false",
        "62, windows/amd64, false",
    })
    void thirtyTwoBitsRunOnSixtyFour(int machine, String platform, boolean runs) {
        assertEquals(runs, NativeProgram.parse(TestElf.program(machine)).runsOn(Platform.parse(platform)));
        assertFalse(NativeProgram.parse(TestElf.program(machine)).runsOn(Platform.parse("linux/s390x")));
    }

    static byte[] pe(int machine, int dotNet) {
        ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, 64);
        bytes.putInt(64, 0x4550).putShort(68, (short) machine);
        bytes.putShort(88, (short) 0x10b).putInt(88 + 92, 16).putInt(88 + 96 + 14 * 8, dotNet);
        return bytes.array();
    }
}
