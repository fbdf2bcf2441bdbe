package dev.catena.examples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ProgramException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The options of TLS: what a server shows its clients.
final class TlsFiles {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([\\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----");
    private static final char[] PASSWORD = "catena".toCharArray();

    @Option(
            names = "--tls",
            required = true,
            description =
                    "Serve HTTPS. Without --certificate, with one made for this run that nobody trusts.")
    @SuppressWarnings("UnusedVariable") // that it is given makes this object
    private boolean on;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "The certificate and those that vouch for it, in PEM.")
    private @Nullable Path certificate;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its key, in PEM (PKCS #8); may be in the same file.")
    private @Nullable Path key;

    SSLContext context(CommandSpec spec) throws ProgramException {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(certificate == null ? made(spec) : given(certificate), PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ProgramException("cannot serve HTTPS: " + e);
        }
    }

    private KeyStore given(Path chainFile)
            throws GeneralSecurityException, IOException, ProgramException {
        Certificate[] chain;
        try (var in = Files.newInputStream(chainFile)) {
            chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(in)
                            .toArray(Certificate[]::new);
        }
        var keyFile = key == null ? chainFile : key;
        var found = KEY.matcher(Files.readString(keyFile, US_ASCII));
        if (!found.find() || chain.length == 0) {
            throw new ProgramException(
                    "cannot serve HTTPS: "
                            + (chain.length == 0
                                    ? chainFile + " holds no certificate in PEM"
                                    : keyFile
                                            + " holds no 'PRIVATE KEY' in PEM; openssl pkcs8 -topk8 -nodes makes one"));
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry(
                "key", read(Base64.getMimeDecoder().decode(found.group(1))), PASSWORD, chain);
        return store;
    }

    private static PrivateKey read(byte[] encoded) throws GeneralSecurityException {
        for (var algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException another) {
                // it may be of the next
            }
        }
        throw new InvalidKeySpecException("the key is none of EC, RSA and Ed25519");
    }

    /// The JDK's `keytool` makes it: there is no public way to make a certificate in the JDK.
    private static KeyStore made(CommandSpec spec)
            throws GeneralSecurityException, IOException, ProgramException {
        var folder = Files.createTempDirectory("catena-http");
        var file = folder.resolve("key.p12");
        try {
            var command =
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                            "-genkeypair",
                            "-alias",
                            "key",
                            "-keyalg",
                            "EC",
                            "-validity",
                            "30",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "SAN=dns:localhost,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-keystore",
                            file.toString());
            var keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
            if (keytool.waitFor() != 0) {
                throw new ProgramException("cannot make a certificate: " + said);
            }
            Complaint.say(spec, "the certificate is made for this run, and nobody trusts it");
            return KeyStore.getInstance(file.toFile(), PASSWORD);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ProgramException("stopped while a certificate was made");
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
