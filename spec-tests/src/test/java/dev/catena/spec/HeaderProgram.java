package dev.catena.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/// A C program that says what the installed headers mean by a number of expressions, such as `IORING_OP_NOP` or
/// `offsetof(struct io_uring_sqe, fd)`. What the headers do not know is left out.
public final class HeaderProgram {
    private static final Pattern UNKNOWN =
            Pattern.compile("error: [‘'](\\w+)[’'] undeclared|has no member named [‘'](\\w+)[’']");

    private final List<String> headers;
    private final Set<String> expressions = new LinkedHashSet<>();
    private final Set<String> unknown = new LinkedHashSet<>();

    public HeaderProgram(String... headers) {
        this.headers = List.of(headers);
    }

    public void ask(String expression) {
        expressions.add(expression);
    }

    /// What the headers do not know, after [#run].
    public Set<String> unknown() {
        return unknown;
    }

    /// The values, by expression.
    public Map<String, Long> run(Path folder) throws IOException, InterruptedException {
        var program = folder.resolve("headers");
        var asked = new ArrayList<>(expressions);
        while (true) {
            var source = folder.resolve("headers.c");
            Files.writeString(source, source(asked));
            var compiler =
                    execute(List.of("gcc", "-o", program.toString(), source.toString()), folder);
            if (compiler.status() == 0) {
                break;
            }
            var names = namesIn(compiler.output());
            boolean dropped = asked.removeIf(expression -> mentions(expression, names));
            if (!dropped) {
                throw new IllegalStateException("gcc failed:\n" + compiler.output());
            }
        }
        unknown.addAll(expressions);
        asked.forEach(unknown::remove);
        return values(asked, execute(List.of(program.toString()), folder).output());
    }

    private String source(List<String> asked) {
        var text = new StringBuilder("#define _GNU_SOURCE\n");
        headers.forEach(header -> text.append("#include <").append(header).append(">\n"));
        text.append("int main(void) {\n");
        for (var expression : asked) {
            text.append("    printf(\"%lld\\n\", (long long) (").append(expression).append("));\n");
        }
        return text.append("    return 0;\n}\n").toString();
    }

    private static Set<String> namesIn(String errors) {
        var names = new LinkedHashSet<String>();
        var matcher = UNKNOWN.matcher(errors);
        while (matcher.find()) {
            names.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return names;
    }

    private static boolean mentions(String expression, Set<String> names) {
        return names.stream()
                .anyMatch(name -> Pattern.compile("\\b" + name + "\\b").matcher(expression).find());
    }

    private static Map<String, Long> values(List<String> asked, String output) {
        var lines = output.strip().lines().toList();
        var values = new LinkedHashMap<String, Long>();
        for (int i = 0; i < asked.size(); i++) {
            values.put(asked.get(i), Long.parseLong(lines.get(i)));
        }
        return values;
    }

    private record Finished(int status, String output) {}

    private static Finished execute(List<String> command, Path folder)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectErrorStream(true).environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException absent) {
            return Assumptions.abort(
                    command.getFirst()
                            + " cannot be run, so nothing is compared with the C headers: "
                            + absent.getMessage()
                            + " (Debian: apt-get install gcc libc6-dev linux-libc-dev)");
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Finished(process.waitFor(), output);
    }
}
