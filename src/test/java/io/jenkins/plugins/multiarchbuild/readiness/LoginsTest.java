package io.jenkins.plugins.multiarchbuild.readiness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.multiarchbuild.engine.docker.DockerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginsTest {

    @Test
    void whatAnAgentSaysOfALoginIsMasked() {
        String auth = DockerConfig.auth("robot", "pa:ss-word");
        Logins logins = new Logins(Map.of("r.example", auth, "s.example", "no base64"), Map.of(), List.of());

        assertEquals(
                "**** and **** and **** of robot and ****",
                logins.masked(auth + " and robot:pa:ss-word and pa:ss-word of robot and no base64"));
        assertEquals("logins for []", logins.toString());
    }
}
