package io.jenkins.plugins.multiarchbuild.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.docker.Docker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainHttpDockerTest {

    private static final String CONFIG = """
            {"InsecureRegistryCIDRs": ["127.0.0.0/8", "10.0.0.0/9", "fd00::/8"],
             "IndexConfigs": {"docker.io": {"Secure": true}, "plain.example": {"Secure": false}}}
            """;

    /** A machine on which every registry speaks plain HTTP and only a builder's configuration helps. */
    private record Machine(Map<String, String> variables, List<String> written) implements PlainHttpDocker.Machine {

        @Override
        public Output run(List<String> arguments) {
            if (arguments.get(0).equals("info")) {
                return new Output(0, CONFIG, "");
            }
            boolean works = arguments.contains("create") || variables.containsKey("BUILDX_BUILDER");
            return works ? new Output(0, "done", "") : new Output(1, "", error(arguments.get(0)));
        }

        @Override
        public Docker with(Map<String, String> more) {
            return new Machine(more, written);
        }

        @Override
        public String write(String directory, String name, String text) {
            written.add(text);
            return "/" + directory;
        }

        private static String error(String registry) {
            return "ERROR: failed to do request: Head \"https://" + registry
                    + "/v2/a/manifests/1\": http: server gave HTTP response to HTTPS client";
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plain.example, true",
        "docker.io, false",
        "other.example, false",
        "10.127.0.1:5000, true",
        "10.128.0.1:5000, false",
        "999.1.1.1, false",
        "[fd00::1]:5000, true",
        "[fe00::1]:5000, false",
        "10.example, false"
    })
    void onlyWhatTheEngineMayReachSoIsReachedWithoutTls(String registry, boolean reached) throws Exception {
        Machine machine = new Machine(Map.of(), new ArrayList<>());
        PlainHttpDocker docker = new PlainHttpDocker(machine);
        assertEquals(reached, docker.run(List.of(registry)).succeeded());
        assertEquals(reached, docker.run(List.of(registry)).succeeded());
        assertEquals(
                reached ? List.of("[registry.\"" + registry + "\"]\n  http = true\n") : List.of(), machine.written());
    }
}
