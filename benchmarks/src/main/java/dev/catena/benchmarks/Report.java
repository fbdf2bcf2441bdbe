package dev.catena.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// What a benchmark found, as Markdown, with where and when.
final class Report {
    private final String title;
    private final List<String> parts = new ArrayList<>();

    Report(String title) {
        this.title = title;
    }

    /// A paragraph.
    Report says(String text) {
        parts.add(text + "\n");
        return this;
    }

    /// A table; the first row is its head.
    Report table(List<List<String>> rows) {
        var text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("|---").append("|---:".repeat(rows.get(i).size() - 1)).append("|\n");
            }
        }
        parts.add(text.toString());
        return this;
    }

    String markdown(String command, boolean smoke) throws IOException {
        var text = new StringBuilder("# " + title + "\n\n");
        if (smoke) {
            text.append("**A smoke test: the figures mean nothing.**\n\n");
        }
        text.append(
                "%s, %d processors, Linux %s, JDK %s. %s, `%s`.%n%n"
                        .formatted(
                                processor(),
                                Runtime.getRuntime().availableProcessors(),
                                System.getProperty("os.version"),
                                Runtime.version(),
                                LocalDate.now(ZoneOffset.UTC),
                                command));
        return text.append(String.join("\n", parts)).toString();
    }

    private static String processor() throws IOException {
        var info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
