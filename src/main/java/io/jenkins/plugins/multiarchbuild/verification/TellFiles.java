package io.jenkins.plugins.multiarchbuild.verification;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.multiarchbuild.engine.Digest;
import io.jenkins.plugins.multiarchbuild.engine.image.ImageFiles;
import io.jenkins.plugins.multiarchbuild.engine.image.SavedFiles;
import java.util.ArrayList;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** Asks an agent for what it knows of the files of layers. */
final class TellFiles extends MasterToSlaveCallable<ArrayList<byte[]>, RuntimeException> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final ArrayList<ArrayList<Digest>> layers;

    /** @param layers the digests of layers that lie on each other, the lowest first */
    TellFiles(@NonNull String job, @NonNull List<List<Digest>> layers) {
        this.job = job;
        this.layers = new ArrayList<>();
        layers.forEach(each -> this.layers.add(new ArrayList<>(each)));
    }

    /** @return the bytes for each of them; empty if it knows nothing, or too much */
    @Override
    public ArrayList<byte[]> call() {
        ArrayList<byte[]> told = new ArrayList<>();
        for (List<Digest> each : layers) {
            ImageFiles files = KnownFiles.get(job, each);
            byte[] bytes = files == null ? null : SavedFiles.write(files);
            told.add(bytes == null || bytes.length > SharedFiles.LARGEST ? new byte[0] : bytes);
        }
        return told;
    }
}
