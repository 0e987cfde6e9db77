package io.jenkins.plugins.multiarchbuild.engine.builder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.multiarchbuild.engine.InvalidRequestException;
import io.jenkins.plugins.multiarchbuild.engine.Platform;
import io.jenkins.plugins.multiarchbuild.engine.text.Sentence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuilderSettingsTest {

    private static final String OWNER = "0123456789abcdef";

    @Test
    void mapsListsAndTextsMeanTheSame() {
        BuilderSettings maps = ReadSettings.of(Map.of(
                "name", "farm",
                "driver", "remote",
                "endpoint", Map.of("arm64", "tcp://arm:1234"),
                "options", Map.of("servername", "arm"),
                "keepStorage", "20GB"));
        BuilderSettings texts = ReadSettings.of(Map.of(
                "name", " farm ",
                "driver", "remote",
                "endpoint", "arm64=tcp://arm:1234\n",
                "options", List.of("servername=arm"),
                "keepStorage", "20480 mib"));
        assertEquals(maps, texts);
        assertEquals(
                ReadSettings.of(Map.of("name", "a", "mirrors", Map.of("docker.io", List.of("m1", "http://m2:80/hub")))),
                ReadSettings.of(Map.of("name", "a", "mirrors", "index.docker.io = m1, http://m2:80/hub/")));
        assertEquals(
                ReadSettings.of(Map.of("name", "a")),
                ReadSettings.of(Map.of("name", "a", "driver", "", "minFree", "1g")));
    }

    @Test
    void nullsAndBlanksCountAsMissing() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("name", "a");
        settings.put("endpoint", nothing("linux/arm64", null));
        settings.put("options", Arrays.asList(null, "network=host", ""));
        Map<Object, Object> mirrors = nothing("docker.io", Arrays.asList(null, "m1", " "));
        mirrors.put("quay.io", null);
        settings.put("mirrors", mirrors);
        settings.put("image", null);

        assertEquals(
                ReadSettings.of(Map.of("name", "a", "options", "network=host", "mirrors", "docker.io=m1")),
                ReadSettings.of(settings));

        settings.put("options", nothing("network", null));
        settings.put("mirrors", nothing("docker.io", " "));
        assertEquals(ReadSettings.of(Map.of("name", "a")), ReadSettings.of(settings));

        settings.put("endpoint", nothing(null, "tcp://a:1"));
        assertThrows(InvalidRequestException.class, () -> ReadSettings.of(settings));
        settings.put("endpoint", nothing("linux/arm64", null));
        settings.put("driver", "remote");
        settings.remove("options");
        settings.remove("mirrors");
        var error = assertThrows(InvalidRequestException.class, () -> ReadSettings.of(settings));
        assertTrue(error.getMessage().contains("endpoint"), error.getMessage());
    }

    private static Map<Object, Object> nothing(Object key, Object value) {
        Map<Object, Object> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | Farm | builder: 'Farm' cannot be the name",
                "name | a-name-that-is-longer-than-32-characters | cannot be the name of a managed builder",
                "name | -x | cannot be the name of a managed builder",
                "driver | docker | builder: driver 'docker' is not one",
                "endpoint | --help | endpoint '--help' is not one of the driver docker-container",
                "endpoint | vax=tcp://a:1 | vax",
                "certificates | some-id | certificates are for the driver remote only",
                "image | -v | image '-v' is not an image",
                "options | network | the option 'network' is not written as name=value",
                "options | image=x | options may not have image. Use image instead.",
                "options | cacert=/etc/passwd | options may not have cacert. Use certificates instead.",
                "mirrors | docker.io | the mirror 'docker.io' is not written as registry=mirror",
                "mirrors | a b=mirror | is not a registry",
                "mirrors | docker.io=ftp://m | the mirror 'ftp://m' is not understood",
                "mirrors | docker.io=\"] | the mirror '\"]' is not understood",
                "keepStorage | 20 | keepStorage: '20' is not an amount of disk space",
                "keepStorage | -1GB | keepStorage: '-1GB' is not an amount",
                "minFree | much | minFree: 'much' is not an amount",
                "gc | true | builder: there is no setting 'gc'. A builder has name, driver,",
            })
    void wrongValueIsNamed(String setting, String value, String message) {
        Map<String, Object> values = new HashMap<>(Map.of("name", "farm"));
        values.put(setting, value);
        var error = assertThrows(InvalidRequestException.class, () -> ReadSettings.of(values));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image | a/b | image does not go with the driver remote",
                "mirrors | docker.io=m | mirrors does not go with the driver remote",
                "minFree | 1GB | minFree does not go with the driver remote",
                "endpoint | arm.example.com | is not one of the driver remote. Give an address",
                "endpoint | '' | the driver remote needs an endpoint",
            })
    void remoteBuildKitIsConfiguredByOthers(String setting, String value, String message) {
        Map<String, Object> values = new HashMap<>(Map.of("name", "farm", "driver", "remote", "endpoint", "tcp://a:1"));
        values.put(setting, value);
        var error = assertThrows(InvalidRequestException.class, () -> ReadSettings.of(values));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void configurationHasMirrorsAndLimit() {
        BuilderSettings settings = ReadSettings.of(Map.of(
                "name",
                "farm",
                "keepStorage",
                "1.5GB",
                "mirrors",
                "docker.io=mirror.example.com/hub, http://127.0.0.1:5000\n127.0.0.1:5000=other.example.com"));
        assertEquals("""
                [worker.oci]
                  gc = true
                  gckeepstorage = "1610612736"
                [registry."docker.io"]
                  mirrors = ["mirror.example.com/hub", "127.0.0.1:5000"]
                [registry."127.0.0.1:5000"]
                  mirrors = ["other.example.com"]
                  http = true
                """, DaemonConfig.toml(settings));
        assertEquals("", DaemonConfig.toml(ReadSettings.of(Map.of("name", "farm"))));
    }

    @Test
    void nameFollowsTheSettingsThatTheBuilderIsCreatedWith() {
        String plain = ReadSettings.of(Map.of("name", "farm")).realName(OWNER);
        assertTrue(plain.matches("farm-[0-9a-f]{12}"), plain);
        assertEquals(
                plain, ReadSettings.of(Map.of("name", "farm", "minFree", "5GB")).realName(OWNER));
        for (var changed : Map.of("image", "b", "options", "a=b", "mirrors", "docker.io=m", "keepStorage", "1GB")
                .entrySet()) {
            assertNotEquals(
                    plain,
                    ReadSettings.of(Map.of("name", "farm", changed.getKey(), changed.getValue()))
                            .realName(OWNER));
        }
        assertNotEquals(plain, ReadSettings.of(Map.of("name", "farm")).realName("another"));
    }

    @Test
    void platformsWithOneEndpointShareANode() {
        BuilderSettings settings = ReadSettings.of(Map.of(
                "name",
                "farm",
                "driver",
                "remote",
                "endpoint",
                "amd64=tcp://x86:1\narm64=tcp://arm:1\narm/v7=tcp://arm:1\n*=tcp://other:1"));
        assertEquals(
                List.of(
                        new BuilderNode("f0", "tcp://x86:1", List.of(Platform.parse("amd64"))),
                        new BuilderNode(
                                "f1", "tcp://arm:1", List.of(Platform.parse("arm64"), Platform.parse("arm/v7"))),
                        new BuilderNode("f2", "tcp://other:1", List.of())),
                settings.nodes("f"));
    }

    @Test
    void everyValueIsAnArgumentOfItsOwn() {
        BuilderSettings settings = ReadSettings.of(Map.of(
                "name",
                "farm",
                "endpoint",
                Map.of("arm64", "ssh://user@arm", "amd64", "context"),
                "image",
                "r.example/buildkit:1",
                "options",
                List.of("env.A=b,\"c\"; $(d)")));
        ManagedBuilder builder = new ManagedBuilder(settings, OWNER, "farm-1");
        BuilderNode arm = new BuilderNode("farm-10", "ssh://user@arm", List.of(Platform.parse("arm64")));
        assertEquals(
                List.of("buildx create --name farm-1 --node farm-10 --driver docker-container --append --config /c"
                        .split(" ")),
                builder.command(arm, true, "/c", Map.of()).subList(0, 11));
        assertEquals(
                List.of(
                        "--driver-opt",
                        "\"env.A=b,\"\"c\"\"; $(d)\"",
                        "--driver-opt",
                        "image=r.example/buildkit:1",
                        "--driver-opt",
                        "env.MULTI_ARCH_BUILD=" + OWNER + ".farm",
                        "--platform",
                        "linux/arm64",
                        "ssh://user@arm"),
                builder.command(arm, true, "/c", Map.of()).subList(11, 20));
    }

    @Test
    void sizesAreReadable() {
        assertEquals("0 B", DiskSize.text(0));
        assertEquals("1023 B", DiskSize.text(1023));
        assertEquals("1.5 GB", DiskSize.text(DiskSize.parse(Sentence.verbatim("x"), "1536MB")));
        assertEquals("2048.0 TB", DiskSize.text(2L << 50));
        assertEquals(0, DiskSize.parse(Sentence.verbatim("x"), " 0 "));
    }
}
