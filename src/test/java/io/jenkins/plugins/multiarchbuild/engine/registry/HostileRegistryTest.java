package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.multiarchbuild.engine.ArchTags;
import io.jenkins.plugins.multiarchbuild.engine.BuildRequest;
import io.jenkins.plugins.multiarchbuild.engine.BuiltImage;
import io.jenkins.plugins.multiarchbuild.engine.ImageReference;
import io.jenkins.plugins.multiarchbuild.engine.buildx.RigImages;
import io.jenkins.plugins.multiarchbuild.engine.docker.DockerException;
import io.jenkins.plugins.multiarchbuild.rig.FaultyRegistry;
import io.jenkins.plugins.multiarchbuild.rig.NeedsRig;
import io.jenkins.plugins.multiarchbuild.rig.Rig;
import io.jenkins.plugins.multiarchbuild.rig.RigDocker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A registry that sends its clients to another machine must not send their login there. */
@NeedsRig
class HostileRegistryTest {

    private final String path = "hostile-" + System.nanoTime() + "/app";

    /** Requests and headers that have come to the other machine. */
    private final List<String> received = new CopyOnWriteArrayList<>();

    private HttpServer elsewhere;
    private FaultyRegistry hostile;

    @BeforeEach
    void start() throws Exception {
        hostile = new FaultyRegistry();
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            received.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().keySet());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        elsewhere.start();
    }

    @AfterEach
    void stop() throws Exception {
        elsewhere.stop(0);
        hostile.close();
    }

    @ParameterizedTest
    @CsvSource({
        "301, '(GET|HEAD) .*/manifests/'",
        "307, '(GET|HEAD) .*/manifests/'",
        "307, 'PUT .*/manifests/'",
        "307, 'POST .*/blobs/uploads/'",
        "202, 'POST .*/blobs/uploads/'"
    })
    void loginDoesNotFollowToAnotherMachine(int status, String request) throws Exception {
        List<ImageReference> images = built();
        ImageReference tag = ImageReference.parseTag(hostile.host() + "/" + path + ":1");
        // for HTTP clients localhost is another machine than 127.0.0.1
        String other = "http://localhost:" + elsewhere.getAddress().getPort() + "/v2/stolen?token=SECRET";
        hostile.fail(Integer.MAX_VALUE, request, FaultyRegistry.status(status, "", "Location", other));
        Publisher publisher = new Publisher(new Registry(new RigDocker(hostile.host()), delay -> {}, line -> {}));
        try {
            publisher.publish(Publication.of(images, List.of(tag)));
        } catch (DockerException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertFalse(e.getMessage().contains("SECRET"), e.getMessage());
        }
        assertFalse(received.isEmpty(), "it was followed: " + hostile.requests());
        received.forEach(line -> assertFalse(line.contains("Authorization"), line));
        assertTrue(Rig.digest(path, "1").isEmpty());
    }

    private List<ImageReference> built() throws Exception {
        BuildRequest request = RigImages.request(
                Rig.REMOTE_BUILDER,
                RigImages.options("false", "hostile"),
                ArchTags.NONE,
                Rig.REGISTRY + "/" + path + "-source:1");
        return RigImages.build(request, new RigDocker()).stream()
                .map(BuiltImage::reference)
                .toList();
    }
}
