package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.image.SavedFiles;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.security.MasterToSlaveCallable;

/** Gives an agent what another agent of the same job knows of the files of layers. */
final class LearnFiles extends MasterToSlaveCallable<Void, IOException> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final LinkedHashMap<List<Digest>, byte[]> files;

    /** @param files what {@link TellFiles} returned, by the digests of the layers */
    LearnFiles(@NonNull String job, @NonNull Map<List<Digest>, byte[]> files) {
        this.job = job;
        this.files = new LinkedHashMap<>(files);
    }

    @Override
    public Void call() throws IOException {
        for (Map.Entry<List<Digest>, byte[]> each : files.entrySet()) {
            KnownFiles.add(job, each.getKey(), SavedFiles.read(each.getValue()));
        }
        return null;
    }
}
