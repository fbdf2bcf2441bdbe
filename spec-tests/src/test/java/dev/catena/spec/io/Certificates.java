package dev.catena.spec.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates of tests, made once by the JDK's `keytool`: of a server named localhost, of a client, and of a stranger that nobody
/// trusts. Each is its own authority.
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /// One key with its certificate.
    enum Key {
        SERVER,
        CLIENT,
        STRANGER;

        private final Path store = Holder.FOLDER.resolve(name() + ".p12");

        Path store() {
            return store;
        }

        private KeyStore keys() throws GeneralSecurityException, IOException {
            return KeyStore.getInstance(store.toFile(), PASSWORD);
        }
    }

    private static final class Holder {
        static final Path FOLDER = folder();

        private static Path folder() {
            try {
                var folder = Files.createTempDirectory("catena-certificates");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            for (var file : folder.toFile().listFiles()) {
                file.delete();
            }
            folder.toFile().delete();
        }
    }

    static {
        for (var key : Key.values()) {
            make(key);
        }
    }

    private Certificates() {}

    private static void make(Key key) {
        run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + (key == Key.SERVER ? "localhost" : key.name()),
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        key.store().toString(),
                        "-storepass",
                        new String(PASSWORD)));
    }

    static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A context that shows `own` and trusts `trusted`.
    static SSLContext context(List<Key> own, Key... trusted) {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            var none = KeyStore.getInstance("PKCS12");
            none.load(null, PASSWORD);
            keys.init(own.isEmpty() ? none : own.getFirst().keys(), PASSWORD);
            var anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, PASSWORD);
            for (var key : trusted) {
                anchors.setCertificateEntry(key.name(), key.keys().getCertificate("key"));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static SSLContext server() {
        return context(List.of(Key.SERVER), Key.CLIENT);
    }

    static SSLContext client() {
        return context(List.of(Key.CLIENT), Key.SERVER);
    }

    /// The key and certificate as a file for OpenSSL.
    static Path pem(Key key) {
        var pem = Holder.FOLDER.resolve(key.name() + ".pem");
        if (!Files.exists(pem)) {
            run(
                    new ArrayList<>(
                            List.of(
                                    "openssl",
                                    "pkcs12",
                                    "-in",
                                    key.store().toString(),
                                    "-nodes",
                                    "-passin",
                                    "pass:" + new String(PASSWORD),
                                    "-out",
                                    pem.toString())));
        }
        return pem;
    }
}
