package io.jenkins.plugins.multiarchbuild.rig;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Another Docker engine and two registries with the rig's logins, in a network and an {@code /etc} that nobody else sees:
 * there registries have names, and a private CA, which buildx does not know of any on the loopback address.
 */
public final class PrivateEngine implements AutoCloseable {

    /** A registry with a certificate of the CA, which also goes by {@link #DISTRUSTED}. */
    public static final String TLS = "registry.test:5001";

    /** The registry with TLS by a name for which the engine knows no CA, though it may talk to it all the same. */
    public static final String DISTRUSTED = "distrusted.test:5001";

    /** A registry without TLS, which the engine may talk to; it also goes by {@link #FORBIDDEN}. */
    public static final String PLAIN = "plain.test:5000";

    /** The registry without TLS by a name by which the engine may not talk to it. */
    public static final String FORBIDDEN = "forbidden.test:5000";

    private static final String START = """
            set -e
            mount --make-rprivate /
            mount -t proc proc /proc
            mount -t tmpfs tmpfs layer
            mkdir layer/up layer/work
            mount -t overlay overlay -o lowerdir=/etc,upperdir=layer/up,workdir=layer/work /etc
            mkdir -p /etc/docker/certs.d
            mount --bind certs.d /etc/docker/certs.d
            echo '127.0.0.1 localhost' > /etc/hosts
            echo '198.51.100.1 registry.test distrusted.test plain.test forbidden.test' >> /etc/hosts
            mount -t tmpfs tmpfs /run
            ip link set lo up
            ip address add 198.51.100.1/32 dev lo
            export PATH=$RIG_HOME/root/usr/sbin:$RIG_HOME/root/usr/bin:$PATH container=rig
            for port in 5000 5001; do
              docker-registry serve registry-$port.yml &
              until (exec 3<>/dev/tcp/198.51.100.1/$port) 2>/dev/null; do kill -0 $!; sleep 0.05; done
            done
            exec dockerd --config-file daemon.json
            """;

    /** An extension file, for not every openssl can add names of its own accord. */
    private static final String CERTIFICATES = """
            set -e
            new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            openssl req -x509 $new -days 2 -subj /CN=rig-ca -keyout ca.key -out ca.crt
            openssl req $new -subj /CN=registry.test -keyout registry.key -out registry.csr
            echo subjectAltName=DNS:registry.test,DNS:distrusted.test > names
            openssl x509 -req -in registry.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out registry.crt
            """;

    private final Path directory = TemporaryDirectory.create("rig-engine");
    private final Process process;
    private final ProcessHandle inside;

    public PrivateEngine() throws IOException, InterruptedException {
        Path rig = Path.of(System.getenv("RIG_HOME"));
        assumeTrue(
                Files.isExecutable(rig.resolve("root/usr/sbin/dockerd"))
                        && System.getProperty("user.name").equals("root"),
                "needs the rig's own dockerd, and root");
        Files.createDirectories(directory.resolve("certs.d/" + TLS));
        Files.createDirectories(directory.resolve("layer"));
        if (start("bash", "-c", CERTIFICATES).waitFor() != 0) {
            throw new IOException("no certificates: " + Files.readString(log()));
        }
        configureRegistry(5000, "");
        configureRegistry(5001, "  tls: {certificate: registry.crt, key: registry.key}\n");
        Files.writeString(directory.resolve("daemon.json"), """
                {"hosts": ["%1$s"], "data-root": "%2$s/engine", "exec-root": "%2$s/run", "pidfile": "%2$s/pid",
                 "features": {"containerd-snapshotter": true}, "bridge": "none", "iptables": false, "ip6tables": false,
                 "ip-forward": false, "ip-masq": false, "userland-proxy": false, "shutdown-timeout": 3,
                 "insecure-registries": ["%3$s", "%4$s"]}
                """.formatted(host(), directory, PLAIN, DISTRUSTED));
        process = start("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", START);
        inside = awaitChild();
        Files.writeString(docker(), "#!/bin/sh\nexec " + enter() + " docker \"$@\"\n");
        Files.setPosixFilePermissions(docker(), PosixFilePermissions.fromString("rwx------"));
        awaitEngine();
    }

    /** What a command line begins with that is to run where the engine and the registries are. */
    public String enter() {
        return "env DOCKER_HOST=" + host() + " nsenter --target " + inside.pid() + " --mount --net --pid";
    }

    /** A program that is {@code docker} in there. */
    public Path docker() {
        return directory.resolve("docker");
    }

    /** What is {@code /etc/docker/certs.d} in there. */
    public Path certificates() {
        return directory.resolve("certs.d");
    }

    /** Gives the engine the CA of {@link #TLS}. */
    public void trust() throws IOException {
        Files.copy(ca(), certificates().resolve(TLS + "/ca.crt"));
    }

    /** The CA's certificate. */
    public Path ca() {
        return directory.resolve("ca.crt");
    }

    /** The digest that a tag points at, as it stands on the disk of the registry with that port. */
    public String digest(String registry, String repository, String tag) throws IOException {
        return Files.readString(directory.resolve("data-" + registry.replaceFirst(".*:", "")
                + "/docker/registry/v2/repositories/" + repository + "/_manifests/tags/" + tag + "/current/link"));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(inside -> inside.onExit().join());
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String host() {
        return "unix://" + directory + "/docker.sock";
    }

    private void configureRegistry(int port, String more) throws IOException {
        Files.writeString(
                directory.resolve("registry-" + port + ".yml"), """
                version: 0.1
                storage:
                  filesystem: {rootdirectory: data-%1$d}
                auth:
                  htpasswd: {realm: rig, path: %2$s/htpasswd}
                http:
                  addr: 198.51.100.1:%1$d
                """.formatted(port, System.getenv("RIG_HOME")) + more);
    }

    private Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** The first process in there; unshare itself stays outside of the namespace of process ids that it makes. */
    private ProcessHandle awaitChild() throws IOException, InterruptedException {
        while (process.isAlive()) {
            Optional<ProcessHandle> child = process.children().findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        throw new IOException("no namespaces: " + Files.readString(log()));
    }

    private void awaitEngine() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end && process.isAlive()) {
            if (start(docker().toString(), "version").waitFor() == 0) {
                return;
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        process.destroyForcibly();
        throw new IOException("the engine did not start: " + Files.readString(log()));
    }
}
