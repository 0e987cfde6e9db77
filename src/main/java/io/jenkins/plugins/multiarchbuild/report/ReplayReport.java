package io.jenkins.plugins.multiarchbuild.report;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** How to build the images of a call again elsewhere, with a definition that is kept in a {@link KeptFile}. */
@ExportedBean
public final class ReplayReport implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final String command;
    private final ArrayList<String> variables;
    private final boolean ssh;
    private final boolean masked;

    /**
     * @param file the name of the {@link KeptFile}
     * @param command the command that builds, in the directory of the source with the definition in the one above
     * @param variables names of the environment variables that secrets are taken from
     * @param ssh whether keys of an SSH agent are needed
     * @param masked whether values are masked that have to be filled in
     */
    public ReplayReport(
            @NonNull String file,
            @NonNull String command,
            @NonNull List<String> variables,
            boolean ssh,
            boolean masked) {
        this.file = file;
        this.command = command;
        this.variables = new ArrayList<>(variables);
        this.ssh = ssh;
        this.masked = masked;
    }

    /** Returns the name of the file. */
    @NonNull
    String file() {
        return file;
    }

    /** Returns the URL of the definition, relative to that of the build. */
    @NonNull
    @Exported
    public String getUrl() {
        return KeptFile.url(file);
    }

    /** Returns the command that builds, in the directory of the source with the definition in the one above. */
    @NonNull
    @Exported
    public String getCommand() {
        return command;
    }

    /** Returns the names of the environment variables that secrets are taken from. */
    @NonNull
    @Exported
    public List<String> getVariables() {
        return new ArrayList<>(variables);
    }

    /** Returns the names of the environment variables, comma-separated. */
    @NonNull
    public String getVariablesText() {
        return String.join(", ", variables);
    }

    /** Whether keys of an SSH agent are needed. */
    @Exported
    public boolean isSsh() {
        return ssh;
    }

    /** Whether the definition has masked values that have to be filled in. */
    @Exported
    public boolean isMasked() {
        return masked;
    }
}
