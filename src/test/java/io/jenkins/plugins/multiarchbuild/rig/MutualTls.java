package io.jenkins.plugins.multiarchbuild.rig;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** A CA with a certificate for a server on the loopback address and one for a client, and a socket that asks for it. */
public final class MutualTls {

    /** An extension file, for not every openssl can add names of its own accord. */
    private static final String CERTIFICATES = """
            set -e
            new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            openssl req -x509 $new -days 2 -subj /CN=rig-ca -keyout ca.key -out ca.pem
            echo subjectAltName=DNS:localhost,IP:127.0.0.1 > names
            for name in server client; do
              openssl req $new -subj /CN=$name -keyout $name.key -out $name.csr
              openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out $name.pem
            done
            openssl pkcs12 -export -in server.pem -inkey server.key -out server.p12 -passout pass:rig
            """;

    private final Path directory = TemporaryDirectory.create("mutual-tls");

    public MutualTls() throws IOException, InterruptedException {
        Process openssl = new ProcessBuilder("bash", "-c", CERTIFICATES)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        if (openssl.waitFor() != 0) {
            throw new IOException("no certificates: " + Files.readString(directory.resolve("log")));
        }
    }

    /** A socket on the loopback address that speaks HTTP/2 with those who have a certificate of the CA. */
    public ServerSocket listen() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store("server.p12", "rig"), "rig".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (InputStream certificate = Files.newInputStream(directory.resolve("ca.pem"))) {
            authorities.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getLoopbackAddress());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setNeedClientAuth(true);
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** The text of one of the files {@code ca.pem}, {@code client.pem} and {@code client.key}. */
    public String text(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    private KeyStore store(String file, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(directory.resolve(file))) {
            store.load(content, password.toCharArray());
        }
        return store;
    }
}
