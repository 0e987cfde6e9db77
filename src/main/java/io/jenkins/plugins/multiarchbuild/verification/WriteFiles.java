package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarchbuild.engine.docker.ConfigDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Writes small files into a directory on the agent, in UTF-8 and for the agent's user only. */
final class WriteFiles extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, String> texts;

    /** @param texts the texts by path below the directory, with {@code /} */
    WriteFiles(@NonNull Map<String, String> texts) {
        this.texts = new LinkedHashMap<>(texts);
    }

    @Override
    public Void invoke(File directory, VirtualChannel channel) throws IOException {
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path file = directory.toPath().resolve(text.getKey());
            ConfigDirectory.create(file.resolveSibling(""));
            ConfigDirectory.writeFile(file, text.getValue().getBytes(StandardCharsets.UTF_8));
        }
        return null;
    }
}
