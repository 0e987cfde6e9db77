package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of layers as bytes that one agent can give to another. Java's own serialization would let one of them create
 * any object on the other.
 */
public final class SavedFiles {

    private static final int PROGRAM = 0;
    private static final int SCRIPT = 1;
    private static final int LINK = 2;
    private static final int OTHER = 3;

    /** Images have a handful of different kinds of programs. */
    private static final int MOST_KINDS = 1000;

    private static final int LONGEST_NAME = 255;

    private SavedFiles() {}

    /**
     * Writes files.
     *
     * @return the bytes, or null if not all that matters is known or a text is too long
     */
    @CheckForNull
    public static byte[] write(@NonNull ImageFiles files) {
        if (!files.hasAllExecutables()) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            for (var file : files.all().entrySet()) {
                out.writeBoolean(true);
                out.writeUTF(file.getKey());
                write(file.getValue(), out);
            }
            out.writeBoolean(false);
        } catch (UTFDataFormatException e) {
            // such a long path cannot be that of a program that runs
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(ImageFiles.Entry entry, DataOutputStream out) throws IOException {
        if (entry instanceof ImageFiles.Program file) {
            NativeProgram program = file.program();
            String loader = program.loader();
            out.writeByte(PROGRAM);
            out.writeBoolean(file.executable());
            out.writeUTF(program.os());
            out.writeUTF(program.architecture());
            out.writeBoolean(loader != null);
            if (loader != null) {
                out.writeUTF(loader);
            }
        } else if (entry instanceof ImageFiles.Script script) {
            out.writeByte(SCRIPT);
            out.writeBoolean(script.executable());
            out.writeUTF(script.interpreter());
            out.writeByte(script.commands().size());
            for (String command : script.commands()) {
                out.writeUTF(command);
            }
        } else if (entry instanceof ImageFiles.Link link) {
            out.writeByte(LINK);
            out.writeUTF(link.target());
        } else {
            out.writeByte(OTHER);
        }
    }

    /**
     * Reads files. However many the bytes announce, no more memory is taken than for those of an image.
     *
     * @throws IOException if the bytes are not what {@link #write} returns
     */
    @NonNull
    public static ImageFiles read(@NonNull byte[] bytes) throws IOException {
        ImageFiles files = ImageFiles.empty();
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            while (in.readBoolean()) {
                files.put(in.readUTF(), read(in));
                if (!files.hasAllExecutables() || files.kinds() > MOST_KINDS) {
                    throw new IOException("the files take too much memory");
                }
            }
            // the checksum comes behind the last byte
            if (in.read() >= 0) {
                throw new IOException("there is something behind the files");
            }
        }
        return files;
    }

    private static ImageFiles.Entry read(DataInputStream in) throws IOException {
        int kind = in.readByte();
        switch (kind) {
            case PROGRAM -> {
                boolean executable = in.readBoolean();
                NativeProgram program = new NativeProgram(name(in), name(in), in.readBoolean() ? name(in) : null);
                return new ImageFiles.Program(program, executable);
            }
            case SCRIPT -> {
                boolean executable = in.readBoolean();
                String interpreter = in.readUTF();
                return new ImageFiles.Script(interpreter, commands(in), executable);
            }
            case LINK -> {
                return new ImageFiles.Link(in.readUTF());
            }
            case OTHER -> {
                return ImageFiles.OTHER;
            }
            default -> throw new IOException("there is no kind " + kind + " of files");
        }
    }

    private static String name(DataInputStream in) throws IOException {
        String name = in.readUTF();
        if (name.length() > LONGEST_NAME) {
            throw new IOException("a program has a name of " + name.length() + " characters");
        }
        return name;
    }

    private static List<String> commands(DataInputStream in) throws IOException {
        int count = in.readByte();
        if (count > ShellCommands.MOST_OF_SCRIPT) {
            throw new IOException("a script has " + count + " commands");
        }
        List<String> commands = new ArrayList<>();
        while (commands.size() < count) {
            commands.add(in.readUTF());
        }
        return List.copyOf(commands);
    }
}
