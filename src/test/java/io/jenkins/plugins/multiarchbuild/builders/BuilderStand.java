package io.jenkins.plugins.multiarchbuild.builders;

import static io.jenkins.plugins.multiarchbuild.harness.Conditions.await;

import io.jenkins.plugins.multiarchbuild.configuration.BuilderEntry;
import io.jenkins.plugins.multiarchbuild.rig.RelayedBuildKit;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What tests of managed builders need of the rig: an image that works, and a look at the containers of a builder. */
final class BuilderStand implements BeforeAllCallback, AfterAllCallback {

    private RelayedBuildKit buildkit;
    private String image;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (Rig.REGISTRY != null) {
            buildkit = new RelayedBuildKit();
            image = buildkit.image();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (buildkit != null) {
            buildkit.close();
            Rig.docker("image", "rm", "--force", image);
        }
    }

    String image() {
        return image;
    }

    BuilderEntry entry(String name, String keepStorage) {
        BuilderEntry entry = new BuilderEntry(name);
        entry.setImage(image);
        entry.setOptions("network=host");
        entry.setKeepStorage(keepStorage);
        return entry;
    }

    /** The containers of the builders with a name, by their ids. */
    static Set<String> containers(String name) throws IOException, InterruptedException {
        String ids =
                Rig.docker("ps", "--all", "--quiet", "--filter", "name=^buildx_buildkit_" + name + "-[0-9a-f]{12}0$");
        Set<String> containers = new TreeSet<>(ids.lines().toList());
        return containers;
    }

    static void awaitContainers(String name, Set<String> expected) throws Exception {
        await(Duration.ofMinutes(1), () -> containers(name).equals(expected));
    }
}
