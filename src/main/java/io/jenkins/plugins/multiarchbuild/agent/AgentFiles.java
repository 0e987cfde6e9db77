package io.jenkins.plugins.multiarchbuild.agent;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.bake.ImageKey;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BakeFiles;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.layout.ImageLayout;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import io.jenkins.plugins.multiarchbuild.language.Failure;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import jenkins.MasterToSlaveFileCallable;

/**
 * Reads and writes small files of this plugin on agents, in UTF-8 whatever the agent's locale is. Each operation is
 * complete when its method returns, and no more bytes than its limit leave the agent.
 */
public final class AgentFiles {

    /** The maximum size of a manifest or configuration, in bytes. */
    private static final int LARGEST_BLOB = 4 << 20;

    private AgentFiles() {}

    /** Creates a directory that only the agent's user may enter, and its parents. */
    public static void createPrivateDirectory(@NonNull FilePath directory) throws IOException, InterruptedException {
        directory.act(new CreateDirectory());
    }

    /** Writes a file that only the agent's user can read, and creates its directory if necessary. */
    public static void write(@NonNull FilePath file, @NonNull String text) throws IOException, InterruptedException {
        file.act(new Write(text));
    }

    /**
     * Returns the layout that a builder has written of an image that is not pushed.
     *
     * @param directory the private directory of its group
     */
    @NonNull
    public static ImageLayout layout(@NonNull FilePath directory, @NonNull ImageKey image) {
        FilePath layout = directory.child(BakeFiles.layout(image));
        return new ImageLayout(image.platform(), path -> read(layout.child(path), LARGEST_BLOB));
    }

    /**
     * Reads a whole file.
     *
     * @param limit the most bytes that it may have
     * @throws IOException if there is no such file, it is no regular file, or it is too large
     */
    @NonNull
    public static String read(@NonNull FilePath file, int limit) throws IOException, InterruptedException {
        return bounded(file, limit, file.act(new Read(limit, false)));
    }

    /**
     * Reads the end of a file.
     *
     * @param limit the most bytes to read
     * @return the text, empty if there is no such file
     */
    @NonNull
    public static String readEnd(@NonNull FilePath file, int limit) throws IOException, InterruptedException {
        return bounded(file, limit, file.act(new Read(limit, true)));
    }

    /** An agent that respects the limit cannot send more characters than that, since each takes at least one byte. */
    private static String bounded(FilePath file, int limit, String text) throws IOException {
        if (text.length() > limit) {
            throw new Failure(Sentence.of("AgentFiles.tooMuch", file));
        }
        return text;
    }

    private static final class CreateDirectory extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            // what an attempt left whose clean-up failed must not be taken for what the next one wrote
            Util.deleteRecursive(directory);
            ConfigDirectory.create(directory.toPath());
            return null;
        }
    }

    private static final class Write extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final String text;

        Write(String text) {
            this.text = text;
        }

        @Override
        public Void invoke(File file, VirtualChannel channel) throws IOException {
            ConfigDirectory.create(file.toPath().resolveSibling(""));
            ConfigDirectory.writeFile(file.toPath(), text.getBytes(StandardCharsets.UTF_8));
            return null;
        }
    }

    private static final class Read extends MasterToSlaveFileCallable<String> {

        private static final long serialVersionUID = 1L;

        private final int limit;
        private final boolean end;

        Read(int limit, boolean end) {
            this.limit = limit;
            this.end = end;
        }

        @Override
        public String invoke(File file, VirtualChannel channel) throws IOException {
            if (end && !file.isFile()) {
                return "";
            }
            if (!file.isFile()) {
                throw new Failure(Sentence.of("AgentFiles.removed", file));
            }
            try (RandomAccessFile open = new RandomAccessFile(file, "r")) {
                if (!end && open.length() > limit) {
                    throw new Failure(Sentence.of("AgentFiles.tooLarge", file, open.length(), limit));
                }
                byte[] bytes = new byte[(int) Math.min(limit, open.length())];
                open.seek(open.length() - bytes.length);
                open.readFully(bytes);
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
    }
}
