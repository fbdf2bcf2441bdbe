package dev.catena.examples;

import static dev.catena.ops.Ops.status;

import dev.catena.examples.program.ProgramException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The demo copies the largest file that every JDK ships, and compares digests that the JDK alone computes.
final class DemoCopy {
    private static final String STEP = "copy";
    private static final long LEAST_BYTES = 100_000_000;
    private static final FileCopy.Settings SETTINGS = new FileCopy.Settings(128 << 10, 16);

    private DemoCopy() {}

    static void play(DemoStage stage) throws IOException, ProgramException {
        var source = Path.of(System.getProperty("java.home"), "lib", "modules");
        if (!Files.isRegularFile(source) || Files.size(source) < LEAST_BYTES) {
            throw new ProgramException(
                    "the demo copies "
                            + source
                            + ", which a full JDK ships with more than 100 MB: run it with one");
        }
        try (var draft =
                Draft.beside(
                        Path.of(System.getProperty("java.io.tmpdir")).resolve("catena-demo"))) {
            var before = stage.proactor().metrics();
            long start = System.nanoTime();
            var result =
                    stage.run(
                            STEP,
                            scope ->
                                    FileCopy.copy(
                                            scope,
                                            source,
                                            draft.path(),
                                            scope.await(status(source)),
                                            SETTINGS,
                                            _ -> {}));
            double seconds = (System.nanoTime() - start) / 1e9;
            var after = stage.proactor().metrics();
            stage.say(
                    STEP,
                    "%s, %,d bytes, in %.2f s: %,d chains of a read linked to a write, %d in flight,",
                    source,
                    result.bytes(),
                    seconds,
                    result.chains(),
                    SETTINGS.depth());
            stage.say(
                    "",
                    "submitted in batches: %,d entries by %,d batches, %,d enters with those that waited",
                    after.published() - before.published(),
                    result.batches(),
                    after.enters() - before.enters());
            compare(stage, source, draft.path());
        }
    }

    private static void compare(DemoStage stage, Path source, Path copy)
            throws IOException, ProgramException {
        var expected = sha256(source);
        var found = sha256(copy);
        DemoStage.check(expected.equals(found), STEP, "SHA-256 " + expected + ", found " + found);
        stage.say("", "SHA-256 of both: %s", expected);
    }

    private static String sha256(Path file) throws IOException {
        try (var input = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            feed(digest, input);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void feed(MessageDigest digest, InputStream input) throws IOException {
        var chunk = new byte[1 << 20];
        for (int size = input.read(chunk); size >= 0; size = input.read(chunk)) {
            digest.update(chunk, 0, size);
        }
    }
}
