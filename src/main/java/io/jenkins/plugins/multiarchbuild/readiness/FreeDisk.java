package io.jenkins.plugins.multiarchbuild.readiness;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Reads how much is free where one of several directories on an agent is in use, if that is the same for all. */
final class FreeDisk extends MasterToSlaveCallable<Long, IOException> {

    private static final long serialVersionUID = 1L;

    /** The result if the answer is not known. */
    static final long UNKNOWN = -1;

    private final ArrayList<String> directories;

    /** @param directories the first has to exist; others may be missing */
    FreeDisk(@NonNull List<String> directories) {
        this.directories = new ArrayList<>(directories);
    }

    @Override
    public Long call() throws IOException {
        FileStore found = null;
        try {
            for (String directory : directories) {
                Path path = Path.of(directory);
                if (!Files.isDirectory(path)) {
                    if (found == null) {
                        return UNKNOWN;
                    }
                    continue;
                }
                FileStore store = Files.getFileStore(path);
                if (found != null && !found.equals(store)) {
                    return UNKNOWN;
                }
                found = store;
            }
        } catch (InvalidPathException e) {
            return UNKNOWN;
        }
        return found == null ? UNKNOWN : found.getUsableSpace();
    }
}
