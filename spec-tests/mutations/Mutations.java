import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/// Applies the faults of `faults.txt` and has `dev.catena.spec.sim.Hunt` look for each; see `run`.
///
/// A fault is compiled alone, as a patch of its module, and stands before the rest in the class path: that takes a second
/// where a build takes minutes.
final class Mutations {
    private static final Path HERE = Path.of("spec-tests/mutations");
    private static final int SECONDS = 50;

    private record Edit(String text, String replacement) {}

    private record Fault(String what, Path file, List<Edit> edits) {}

    private record Result(Fault fault, boolean found, double seconds, String how) {}

    private Mutations() {}

    public static void main(String[] arguments) throws Exception {
        var classpath = arguments[0];
        var wanted = arguments.length > 1 ? arguments[1] : "";
        var faults =
                faults().stream().filter(fault -> fault.what().contains(wanted)).toList();
        var results = new ArrayList<Result>();
        results.add(look(new Fault("nothing is wrong", Path.of(""), List.of()), classpath));
        if (results.getFirst().found()) {
            throw new IllegalStateException("it fails without a fault: " + results.getFirst());
        }
        for (var fault : faults) {
            var result = look(fault, classpath);
            results.add(result);
            System.out.printf(
                    "%-8s %5.1f s  %s: %s%n",
                    result.found() ? "found" : "MISSED", result.seconds(), fault.what(), result.how());
        }
        if (wanted.isEmpty()) {
            Files.writeString(HERE.resolve("RESULTS.md"), table(results));
        }
        boolean missed = results.stream().skip(1).anyMatch(result -> !result.found());
        System.exit(missed ? 1 : 0);
    }

    private static Result look(Fault fault, String classpath) throws Exception {
        var folder = Files.createTempDirectory("mutation");
        var out = folder.resolve("out");
        if (!fault.edits().isEmpty()) {
            compile(fault, folder, out, classpath);
        }
        int seconds = fault.edits().isEmpty() ? 10 : SECONDS;
        long began = System.nanoTime();
        var hunt =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                out + ":" + classpath,
                                "dev.catena.spec.sim.Hunt",
                                String.valueOf(seconds))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        boolean ended = hunt.waitFor(SECONDS + 30, TimeUnit.SECONDS);
        double took = (System.nanoTime() - began) / 1e9;
        if (!ended) {
            hunt.destroyForcibly();
            return new Result(fault, true, took, "the whole JVM hung");
        }
        var said = Files.readString(folder.resolve("said")).strip();
        return new Result(fault, hunt.exitValue() != 0, took, shortened(said));
    }

    private static void compile(Fault fault, Path folder, Path out, String classpath)
            throws IOException {
        var source = Files.readString(fault.file());
        for (var edit : fault.edits()) {
            int at = source.indexOf(edit.text());
            if (at < 0 || source.indexOf(edit.text(), at + 1) >= 0) {
                throw new IllegalStateException(
                        "'" + fault.what() + "' does not fit any more: the text must be once in "
                                + fault.file()
                                + ":\n"
                                + edit.text());
            }
            source = source.replace(edit.text(), edit.replacement());
        }
        var room = fault.file().getName(0).toString();
        var root = Path.of(room, "src/main/java");
        var copy = folder.resolve("src").resolve(root.relativize(fault.file()));
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, source);
        var said = new StringWriter();
        int code =
                ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                new PrintWriter(said),
                                new PrintWriter(said),
                                "-nowarn",
                                "-p",
                                classpath.replaceAll("[^:]*test-classes:", ""),
                                "--patch-module",
                                "dev.catena." + room + "=" + folder.resolve("src"),
                                "--add-reads",
                                "dev.catena." + room + "=ALL-UNNAMED",
                                "-d",
                                out.toString(),
                                copy.toString());
        if (code != 0) {
            throw new IllegalStateException(fault.what() + " does not compile:\n" + said);
        }
    }

    private static String shortened(String said) {
        var line = said.lines().reduce((_, last) -> last).orElse("").replace("|", "\\|");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static List<Fault> faults() throws IOException {
        var faults = new ArrayList<Fault>();
        for (var block : Files.readString(HERE.resolve("faults.txt")).split("\n\\s*\n")) {
            var lines = block.strip().lines().toList();
            if (lines.getFirst().startsWith("#")) {
                continue;
            }
            var edits = new ArrayList<Edit>();
            var text = new ArrayList<String>();
            var replacement = new ArrayList<String>();
            for (var line : lines.subList(2, lines.size())) {
                if (line.startsWith("-")) {
                    if (!replacement.isEmpty()) {
                        edits.add(edit(text, replacement));
                    }
                    text.add(line.substring(1));
                } else {
                    replacement.add(line.substring(1));
                }
            }
            edits.add(edit(text, replacement));
            faults.add(new Fault(lines.get(0), Path.of(lines.get(1)), edits));
        }
        return faults;
    }

    private static Edit edit(List<String> text, List<String> replacement) {
        var edit = new Edit(String.join("\n", text), String.join("\n", replacement));
        text.clear();
        replacement.clear();
        return edit;
    }

    private static String table(List<Result> results) {
        var table =
                new StringBuilder(
                        """
                        # Deliberate faults, and how they were found

                        Written by `spec-tests/mutations/run`: each fault of `faults.txt` alone in the library, and random programs on the
                        simulated kernel until one of their checks fails. Times are those of a shared machine with two cores.

                        | fault | found | after | by |
                        |---|---|---|---|
                        """);
        for (var result : results) {
            table.append(
                    "| %s | %s | %.1f s | %s |%n"
                            .formatted(
                                    result.fault().what(),
                                    result.found() ? "yes" : result.fault().edits().isEmpty() ? "–" : "**no**",
                                    result.seconds(),
                                    result.how()));
        }
        return table.toString();
    }
}
