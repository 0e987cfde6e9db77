package io.jenkins.plugins.multiarchbuild.credentials;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.buildx.BuildSecrets;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Writes secrets and keys for a build to files on its agent that only the agent's user can read. */
public final class SecretFiles {

    private static final String DIRECTORY = "secrets";

    private SecretFiles() {}

    /**
     * Writes the files into a directory on an agent.
     *
     * @param run the build that uses them
     * @param directory a directory that only its owner may enter
     * @param secretIds credentials ids of secrets by the id that the Dockerfile names
     * @param sshIds credentials ids of private keys by the id that the Dockerfile names
     * @return the secrets as buildx expects them
     * @throws InvalidRequestException if credentials cannot be found or used
     */
    @NonNull
    public static BuildSecrets write(
            @NonNull Run<?, ?> run,
            @NonNull FilePath directory,
            @NonNull Map<String, String> secretIds,
            @NonNull Map<String, String> sshIds)
            throws IOException, InterruptedException {
        if (secretIds.isEmpty() && sshIds.isEmpty()) {
            return BuildSecrets.NONE;
        }
        Map<String, byte[]> secrets = SecretCredentials.resolve(run, secretIds);
        Map<String, byte[]> keys = SshKeys.resolve(run, sshIds);
        FilePath parent = directory.child(DIRECTORY);
        if (!keys.isEmpty() && parent.getRemote().contains(",")) {
            throw new InvalidRequestException(Sentence.of("SecretFiles.comma", parent.getRemote()));
        }
        // file names are numbers, so that they reveal nothing
        ArrayList<byte[]> contents = new ArrayList<>();
        Map<String, String> files = name(secrets, parent, contents);
        Map<String, String> sshKeys = name(keys, parent, contents);
        parent.act(new Write(contents));
        return new BuildSecrets(files, sshKeys);
    }

    private static Map<String, String> name(Map<String, byte[]> values, FilePath parent, List<byte[]> contents) {
        Map<String, String> paths = new LinkedHashMap<>();
        values.forEach((id, value) -> {
            paths.put(id, parent.child(Integer.toString(contents.size())).getRemote());
            contents.add(value);
        });
        return paths;
    }

    private static final class Write extends MasterToSlaveFileCallable<Void> {

        private static final long serialVersionUID = 1L;

        private final ArrayList<byte[]> contents;

        Write(ArrayList<byte[]> contents) {
            this.contents = contents;
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            Path parent = directory.toPath();
            ConfigDirectory.create(parent);
            for (int i = 0; i < contents.size(); i++) {
                ConfigDirectory.writeFile(parent.resolve(Integer.toString(i)), contents.get(i));
            }
            return null;
        }
    }
}
