package io.jenkins.plugins.multiarchbuild.engine.image;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The files of an image that matter when it starts: programs, scripts and symbolic links, without their content. */
public final class ImageFiles {

    /** No files. */
    public static final ImageFiles NONE = new ImageFiles();

    /** How many bytes are kept of an image, roughly; enough for some 150,000 programs and links. */
    static final long LARGEST = 32L * 1024 * 1024;

    /** How many bytes an entry takes besides its texts, roughly. */
    private static final int ENTRY = 128;

    private static final int LONGEST_SCRIPT_LINE = 256;

    /** The same limit as in Linux. */
    private static final int MOST_LINKS = 40;

    private static final int EXECUTABLE = 0111;

    /** Names a file of the lower layers that a layer removes, see {@link #with}. */
    private static final String WHITEOUT = ".wh.";

    /** Removes all files of the lower layers from a directory. */
    private static final String OPAQUE = ".wh..wh..opq";

    /** Sorted, so that what lies in a directory is found quickly. */
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    /** Equal values are kept once: an image has thousands of programs for the same machine and loader. */
    private final Map<NativeProgram, NativeProgram> programs = new HashMap<>();

    private long size;
    private boolean complete = true;
    private boolean hasAllExecutables = true;

    /** A file that is kept. */
    sealed interface Entry {

        /** Whether its permissions let anybody execute it. */
        default boolean executable() {
            return true;
        }
    }

    /** A native program or library. */
    record Program(NativeProgram program, boolean executable) implements Entry {}

    /** A script with what follows {@code #!} and, in its beginning, each {@code exec}. */
    record Script(String interpreter, List<String> commands, boolean executable) implements Entry {

        long length() {
            return interpreter.length()
                    + commands.stream()
                            .mapToLong(command -> ENTRY + command.length())
                            .sum();
        }
    }

    /** A symbolic link. */
    record Link(String target) implements Entry {}

    /** An executable file that is neither: it has no machine. */
    record Other() implements Entry {}

    static final Entry OTHER = new Other();

    private ImageFiles() {}

    /**
     * Reads an image's files.
     *
     * @param tar the files as buildx exports them with {@code type=tar}
     * @throws IOException if the stream breaks off or is not a tar archive
     */
    @NonNull
    public static ImageFiles read(@NonNull InputStream tar) throws IOException {
        ImageFiles files = new ImageFiles();
        new TarReader(tar).read(files::add);
        return files;
    }

    /**
     * Returns these files as another <a
     * href="https://github.com/opencontainers/image-spec/blob/main/layer.md">layer</a> changes them.
     *
     * @param layer the layer as a tar archive
     * @throws IOException if the stream breaks off or is not a tar archive, or what becomes of the layer depends on how
     *     it is unpacked
     */
    @NonNull
    public ImageFiles with(@NonNull InputStream layer) throws IOException {
        ImageFiles files = new ImageFiles();
        files.entries.putAll(entries);
        files.programs.putAll(programs);
        files.size = size;
        files.complete = complete;
        files.hasAllExecutables = hasAllExecutables;
        Set<String> added = new HashSet<>();
        new TarReader(layer)
                .read((name, type, target, mode, head) -> files.change(added, name, type, target, mode, head));
        return files;
    }

    /** Returns no files, to which some can be added with {@link #put}. */
    @NonNull
    static ImageFiles empty() {
        return new ImageFiles();
    }

    /** Returns how many different native programs there are. */
    int kinds() {
        return programs.size();
    }

    /** Returns all files by their paths. */
    @NonNull
    Map<String, Entry> all() {
        return Collections.unmodifiableMap(entries);
    }

    /** Returns the memory that they take, roughly, in bytes. */
    public long size() {
        return size;
    }

    /** Whether everything that matters is kept; else the image has more than fits into {@link #LARGEST}. */
    boolean isComplete() {
        return complete;
    }

    /** Whether all executable files are kept, also those that no kernel runs. */
    public boolean hasAllExecutables() {
        return hasAllExecutables && complete;
    }

    /** Visits all native programs and libraries that are kept. */
    void forEachProgram(@NonNull BiConsumer<String, NativeProgram> visitor) {
        entries.forEach((path, entry) -> {
            if (entry instanceof Program program) {
                visitor.accept(path, program.program);
            }
        });
    }

    /** Returns the entry at a path after following links; null if none is kept. */
    @CheckForNull
    Entry get(@NonNull String path) {
        return entries.get(path);
    }

    /** Returns a path without symbolic links, as Linux resolves it; null for a loop. */
    @CheckForNull
    String resolve(@NonNull String path) {
        Deque<String> left = new ArrayDeque<>(List.of(path.split("/")));
        Deque<String> done = new ArrayDeque<>();
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                done.pollLast();
                continue;
            }
            done.addLast(name);
            if (entries.get("/" + String.join("/", done)) instanceof Link link) {
                if (++links > MOST_LINKS) {
                    return null;
                }
                done.removeLast();
                if (link.target.startsWith("/")) {
                    done.clear();
                }
                List<String> parts = Arrays.asList(link.target.split("/"));
                for (int i = parts.size() - 1; i >= 0; i--) {
                    left.push(parts.get(i));
                }
            }
        }
        return "/" + String.join("/", done);
    }

    /** @param added the paths that this layer has added, which its own whiteouts do not remove */
    private void change(Set<String> added, String name, char type, String target, int mode, byte[] head)
            throws IOException {
        String path = located(name);
        int slash = path.lastIndexOf('/');
        String directory = path.substring(0, slash);
        String file = path.substring(slash + 1);
        if (file.equals(OPAQUE)) {
            if (directory.isEmpty()) {
                throw new IOException("the layer removes everything below it, which not every storage driver does");
            }
            removeBelow(directory, added);
        } else if (file.startsWith(WHITEOUT)) {
            String removed = directory + "/" + file.substring(WHITEOUT.length());
            remove(removed, added);
            removeBelow(removed, added);
        } else {
            remove(path, Set.of());
            if (type != '5') {
                removeBelow(path, Set.of());
            }
            add(path, type, type == '1' ? located(target) : target, mode, head);
            // what is not kept need not be protected: a layer can have any number of such files
            if (entries.containsKey(path)) {
                added.add(path);
            }
        }
    }

    /**
     * Returns the path that a layer names.
     *
     * @throws IOException if a symbolic link leads to it: some storage drivers follow the link, and others put a directory
     *     in its place
     */
    private String located(String name) throws IOException {
        String path = absolute(name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
        int slash = path.lastIndexOf('/');
        String named = path.substring(0, slash);
        String directory = resolve(named);
        if (directory == null || !directory.equals(NONE.resolve(named))) {
            throw new IOException("the layer names " + path + " by way of a symbolic link");
        }
        return (directory.equals("/") ? "" : directory) + path.substring(slash);
    }

    private void removeBelow(String directory, Set<String> added) {
        // '0' follows '/'
        List.copyOf(entries.subMap(directory + "/", directory + "0").keySet()).forEach(path -> remove(path, added));
    }

    private void remove(String path, Set<String> added) {
        if (!added.contains(path)) {
            Entry removed = entries.remove(path);
            size -= removed == null ? 0 : length(path, removed);
        }
    }

    private void add(String name, char type, String target, int mode, byte[] head) {
        Entry entry = null;
        switch (type) {
            case '0' -> entry = file(mode, head);
            case '1' -> entry = entries.get(absolute(target));
            case '2' -> entry = new Link(target);
            default -> {}
        }
        if (entry == null) {
            return;
        }
        if ((entry == OTHER || !entry.executable() && entry instanceof Script) && size > LARGEST / 2) {
            // no kernel runs it: images from file systems where every file is executable have any number of them
            hasAllExecutables = hasAllExecutables && !entry.executable();
            return;
        }
        put(absolute(name), entry);
    }

    /** Keeps a file, unless there is no room for it. */
    void put(@NonNull String path, @NonNull Entry entry) {
        Entry kept = entry instanceof Program file
                ? new Program(programs.computeIfAbsent(file.program, same -> same), file.executable)
                : entry;
        size += length(path, kept);
        if (size > LARGEST) {
            complete = false;
        } else {
            entries.put(path, kept);
        }
    }

    private static long length(String path, Entry entry) {
        long text = 0;
        if (entry instanceof Link link) {
            text = link.target.length();
        } else if (entry instanceof Script script) {
            text = script.length();
        }
        return ENTRY + 2 * (path.length() + text);
    }

    @CheckForNull
    private Entry file(int mode, byte[] head) {
        boolean executable = (mode & EXECUTABLE) != 0;
        NativeProgram program = NativeProgram.parse(head);
        if (program != null) {
            return new Program(program, executable);
        }
        if (head.length > 2 && head[0] == '#' && head[1] == '!') {
            return script(head, executable);
        }
        return executable ? OTHER : null;
    }

    private static Script script(byte[] head, boolean executable) {
        int end = head.length;
        if (end == NativeProgram.HEAD) {
            // the last line may be cut off
            while (end > 2 && head[end - 1] != '\n') {
                end--;
            }
        }
        String line = new String(head, 2, Math.min(head.length - 2, LONGEST_SCRIPT_LINE), StandardCharsets.UTF_8);
        return new Script(
                line.lines().findFirst().orElse("").trim(),
                ShellCommands.ofScript(new String(head, 0, end, StandardCharsets.UTF_8)),
                executable);
    }

    /** An archive's {@code ./bin/sh} or {@code bin/sh} is {@code /bin/sh}. */
    private static String absolute(String name) {
        String path = name.startsWith("./") ? name.substring(1) : name;
        return path.startsWith("/") ? path : "/" + path;
    }
}
