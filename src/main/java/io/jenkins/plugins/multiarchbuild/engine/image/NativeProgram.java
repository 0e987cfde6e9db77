package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An executable file or shared library, as its first bytes describe it: ELF after the <a
 * href="https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html">System V ABI</a>, PE and Mach-O. Object files,
 * Java classes and .NET assemblies are not among them: they run on any machine or on none.
 *
 * @param os the system that loads this kind of file: {@code linux}, {@code windows} or {@code darwin}
 * @param architecture the machine as Go's {@code GOARCH}, or {@code machine N} for one that has no such name
 * @param loader path of the dynamic loader that it names, or null
 */
public record NativeProgram(
        @NonNull String os,
        @NonNull String architecture,
        @CheckForNull String loader) {

    /** How many of a file's first bytes are needed. */
    public static final int HEAD = 4096;

    private static final int LONGEST_LOADER = 255;

    private static final Map<Integer, String> ELF = Map.of(
            3, "386", 40, "arm", 62, "amd64", 183, "arm64", 22, "s390x", 258, "loong64", 21, "ppc64", 8, "mips", 243,
            "riscv");

    private static final Map<Integer, String> PE =
            Map.of(0x14c, "386", 0x1c0, "arm", 0x1c4, "arm", 0x8664, "amd64", 0xaa64, "arm64");

    private static final Map<Integer, String> MACH_O =
            Map.of(7, "386", 12, "arm", 0x01000007, "amd64", 0x0100000c, "arm64");

    private static final Map<String, String> NAMES = Map.of(
            "386",
            "32-bit x86",
            "amd64",
            "x86-64",
            "arm",
            "32-bit ARM",
            "arm64",
            "AArch64",
            "ppc64le",
            "POWER (little-endian)",
            "s390x",
            "IBM Z",
            "riscv64",
            "RISC-V 64",
            "loong64",
            "LoongArch");

    /**
     * Reads the beginning of a file.
     *
     * @param head the file's first {@link #HEAD} bytes, or all of them if it is shorter
     * @return null if it is not a native program, or a damaged one
     */
    @CheckForNull
    public static NativeProgram parse(@NonNull byte[] head) {
        ByteBuffer bytes = ByteBuffer.wrap(head);
        try {
            if (bytes.getInt(0) == 0x7f454c46) {
                return elf(bytes);
            }
            if (head[0] == 'M' && head[1] == 'Z') {
                return pe(bytes.order(ByteOrder.LITTLE_ENDIAN));
            }
            return machO(bytes);
        } catch (IndexOutOfBoundsException e) {
            // shorter than the headers that it announces
            return null;
        }
    }

    /** Whether it runs on a platform; 32-bit programs do on the 64-bit machines of their family. */
    public boolean runsOn(@NonNull Platform platform) {
        String machine = platform.architecture();
        return os.equals(platform.os())
                && (architecture.equals(machine)
                        || (architecture.equals("386") && machine.equals("amd64"))
                        || (architecture.equals("arm") && machine.equals("arm64")));
    }

    /**
     * Whether it needs a 64-bit kernel where the platform promises 32-bit x86. Docker's machines have one, so such a
     * program is worth a line in the log, but does not make an image useless.
     */
    boolean needsOnlyWiderKernel(@NonNull Platform platform) {
        return os.equals(platform.os())
                && architecture.equals("amd64")
                && platform.architecture().equals("386");
    }

    /** What it is, for a message: {@code x86-64}, {@code a Windows program for AArch64}. */
    @NonNull
    public Sentence title() {
        String name = title(architecture);
        return switch (os) {
            case "windows" -> Sentence.of("NativeProgram.windows", name);
            case "darwin" -> Sentence.of("NativeProgram.macOs", name);
            default -> Sentence.verbatim(name);
        };
    }

    /** The name of an architecture for people: {@code AArch64} for {@code arm64}. */
    @NonNull
    public static String title(@NonNull String architecture) {
        return NAMES.getOrDefault(architecture, architecture);
    }

    @CheckForNull
    private static NativeProgram elf(ByteBuffer bytes) {
        boolean wide = bytes.get(4) == 2;
        boolean little = isLittleEndian(bytes);
        bytes.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int type = bytes.getShort(16);
        if (type != 2 && type != 3) {
            return null;
        }
        int machine = Short.toUnsignedInt(bytes.getShort(18));
        String name = ELF.getOrDefault(machine, "machine " + machine);
        String architecture =
                switch (name) {
                    case "ppc64" -> little ? "ppc64le" : name;
                    case "mips" -> name + (wide ? "64" : "") + (little ? "le" : "");
                    case "riscv" -> name + (wide ? "64" : "32");
                    case "s390x" -> wide ? name : "s390";
                    default -> name;
                };
        return new NativeProgram("linux", architecture, loader(bytes, wide));
    }

    /** The order in which its machine is a known one, since kernels do not look at the byte that names the order. */
    private static boolean isLittleEndian(ByteBuffer bytes) {
        boolean little = bytes.get(5) != 2;
        int machine = Short.toUnsignedInt(bytes.order(ByteOrder.LITTLE_ENDIAN).getShort(18));
        boolean known = ELF.containsKey(machine);
        boolean knownReversed = ELF.containsKey(machine >> 8 | (machine & 0xff) << 8);
        return known == knownReversed ? little : known;
    }

    /** The path in the segment of type {@code PT_INTERP}, which linkers put right behind the headers. */
    @CheckForNull
    private static String loader(ByteBuffer bytes, boolean wide) {
        long table = wide ? bytes.getLong(32) : Integer.toUnsignedLong(bytes.getInt(28));
        int size = Short.toUnsignedInt(bytes.getShort(wide ? 54 : 42));
        int count = Short.toUnsignedInt(bytes.getShort(wide ? 56 : 44));
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * size;
            if (header < 0 || header > bytes.capacity() - size) {
                return null;
            }
            if (bytes.getInt((int) header) == 3) {
                long offset =
                        wide ? bytes.getLong((int) header + 8) : Integer.toUnsignedLong(bytes.getInt((int) header + 4));
                return offset < 0 || offset >= bytes.capacity() ? null : text(bytes, (int) offset);
            }
        }
        return null;
    }

    @CheckForNull
    private static String text(ByteBuffer bytes, int offset) {
        for (int end = offset; end < Math.min(bytes.capacity(), offset + LONGEST_LOADER); end++) {
            if (bytes.get(end) == 0) {
                return new String(bytes.array(), offset, end - offset, StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    @CheckForNull
    private static NativeProgram pe(ByteBuffer bytes) {
        int header = bytes.getInt(0x3c);
        if (header < 0 || bytes.getInt(header) != 0x4550) {
            return null;
        }
        int optional = header + 24;
        int directories = optional + (bytes.getShort(optional) == 0x20b ? 112 : 96);
        boolean dotNet = bytes.getInt(directories - 4) > 14 && bytes.getInt(directories + 14 * 8) != 0;
        int machine = Short.toUnsignedInt(bytes.getShort(header + 4));
        return dotNet ? null : new NativeProgram("windows", PE.getOrDefault(machine, "machine " + machine), null);
    }

    @CheckForNull
    private static NativeProgram machO(ByteBuffer bytes) {
        int magic = bytes.getInt(0);
        int type =
                switch (magic) {
                    case 0xcefaedfe, 0xcffaedfe ->
                        bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(4);
                    case 0xfeedface, 0xfeedfacf -> bytes.getInt(4);
                    // a Java class begins with the same four bytes, but its version is larger than any number of
                    // machines
                    case 0xcafebabe -> bytes.getInt(4) < 30 ? bytes.getInt(8) : 0;
                    default -> 0;
                };
        return type == 0 ? null : new NativeProgram("darwin", MACH_O.getOrDefault(type, "machine " + type), null);
    }
}
