package io.jenkins.plugins.multiarchbuild.engine.buildx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildOptions;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.registry.Manifest;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publication;
import io.jenkins.plugins.multiarchbuild.engine.registry.Publisher;
import io.jenkins.plugins.multiarchbuild.engine.registry.Registry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Builds the same source twice, from two checkouts and without a cache. */
@NeedsRig
class ReproducibleBuildTest {

    @Test
    void sameSourceIsTheSameDigest() throws Exception {
        RigDocker docker = new RigDocker();
        BuildOptions options = Requests.options()
                .buildArgs(Map.of("SOURCE_DATE_EPOCH", "1700000000"))
                .provenance("false")
                .build();
        List<Manifest> published = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            BuildRequest request = RigImages.request(
                    Rig.REMOTE_BUILDER, options, ArchTags.NONE, Rig.REGISTRY + "/reproducible/app:" + i);
            Publication publication = Publication.of(request, RigImages.build(request, docker, "--no-cache"));
            published.add(new Publisher(new Registry(docker, delay -> {}, line -> {}))
                    .publish(publication)
                    .index());
        }
        assertEquals(published.get(0), published.get(1));
    }
}
