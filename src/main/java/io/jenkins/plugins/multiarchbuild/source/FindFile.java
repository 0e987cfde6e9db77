package io.jenkins.plugins.multiarchbuild.source;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import jenkins.MasterToSlaveFileCallable;

/** Finds a file of the source on an agent. It must be inside the workspace, with symbolic links resolved. */
public final class FindFile extends MasterToSlaveFileCallable<String> {

    private static final long serialVersionUID = 1L;

    private final String parameter;
    private final String path;
    private final String workspace;
    private final String agent;

    /**
     * @param parameter name of the parameter that names the file, for messages
     * @param path the path that it names
     * @param workspace path of the directory that must contain it
     * @param agent the agent's display name, for messages
     */
    public FindFile(@NonNull String parameter, @NonNull String path, @NonNull String workspace, @NonNull String agent) {
        this.parameter = parameter;
        this.path = path;
        this.workspace = workspace;
        this.agent = agent;
    }

    /** @return the absolute path of the file */
    @Override
    public String invoke(File directory, VirtualChannel channel) throws IOException {
        Path found;
        try {
            found = directory.toPath().resolve(path);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(Sentence.of("FindFile.locale", parameter, agent, path));
        }
        if (!Files.isRegularFile(found)) {
            throw new InvalidRequestException(Sentence.of("FindFile.noFile", parameter, path, directory, agent));
        }
        try {
            ResolveSource.inside(Path.of(workspace).toRealPath(), found, path, agent);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.sentence().about(parameter));
        }
        return found.toAbsolutePath().toString();
    }
}
