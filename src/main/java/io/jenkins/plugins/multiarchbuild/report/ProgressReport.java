package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Functions;
import java.io.Serializable;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The progress of a bake as buildx wrote it, which is kept in a {@link KeptFile}. */
@ExportedBean
public final class ProgressReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final String group;
    private final long start;
    private final long size;
    private final boolean cut;

    /**
     * @param file the name of the {@link KeptFile}
     * @param group the platforms of the bake
     * @param start when the bake began, in milliseconds since 1970
     * @param size the size of the file in bytes
     * @param cut whether only the beginning was kept
     */
    public ProgressReport(@NonNull String file, @NonNull String group, long start, long size, boolean cut) {
        this.file = file;
        this.group = group;
        this.start = start;
        this.size = size;
        this.cut = cut;
    }

    /** Returns the name of the file. */
    @NonNull
    String file() {
        return file;
    }

    /** Returns the URL of the file, relative to that of the build. */
    @NonNull
    @Exported
    public String getUrl() {
        return KeptFile.url(file);
    }

    /** Returns the platforms that were built together, comma-separated. */
    @NonNull
    @Exported
    public String getGroup() {
        return group;
    }

    /** Returns when the bake began, in milliseconds since 1970 by the clock of the controller. */
    @Exported
    public long getStart() {
        return start;
    }

    /** Returns the size of the file in bytes. */
    @Exported
    public long getSize() {
        return size;
    }

    /** Whether only the beginning was kept. */
    @Exported
    public boolean isCut() {
        return cut;
    }

    /** Returns the size in a readable form. */
    @NonNull
    public String getSizeText() {
        return Functions.humanReadableByteSize(size);
    }
}
