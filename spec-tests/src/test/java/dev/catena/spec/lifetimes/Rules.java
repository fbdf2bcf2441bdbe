package dev.catena.spec.lifetimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which tests name which rule of the design, read from the sources; a program that writes the table of README.md:
/// `java src/test/java/dev/catena/spec/lifetimes/Rules.java`, in the folder `spec-tests`.
final class Rules {
    private static final String BEGIN = "<!-- rules: written by Rules.java -->";
    private static final String END = "<!-- end of the rules -->";
    private static final Path SOURCES = Path.of("src/test/java");
    private static final Pattern CLASS = Pattern.compile("^(?:public )?(?:final )?class (\\w+)");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(\\w+)\"\\)");
    private static final Pattern METHOD =
            Pattern.compile("^    (?:public )?(?:static )?(?:void|boolean) (\\w+)\\(.*");

    private Rules() {}

    /// The ids of section 4 of the design, in its order.
    static List<String> ids() {
        return List.of(
                "L1", "L2", "L3", "L4", "L5", "L6", "L7", "C1", "C2", "C3", "C4", "C5", "D1", "D2",
                "D3", "D4", "X1", "X2", "X3", "X4", "X5", "X6", "S1", "S2", "S3", "S4", "S5", "S6",
                "S7", "S8", "T1", "T2", "T3");
    }

    /// The tests of each tag, as `Class#method`, or `Class` where all of a class have it.
    static Map<String, SortedSet<String>> tests() throws IOException {
        var tests = new TreeMap<String, SortedSet<String>>();
        try (var files = Files.walk(SOURCES)) {
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                read(file, tests);
            }
        }
        return tests;
    }

    private static void read(Path file, Map<String, SortedSet<String>> tests) throws IOException {
        var waiting = new TreeSet<String>();
        String type = null;
        for (var line : Files.readAllLines(file)) {
            var tag = TAG.matcher(line);
            while (tag.find()) {
                waiting.add(tag.group(1));
            }
            var opened = CLASS.matcher(line);
            var method = METHOD.matcher(line);
            String name;
            if (opened.find()) {
                type = opened.group(1);
                name = type;
            } else if (type != null && method.matches()) {
                name = type + "#" + method.group(1);
            } else {
                continue;
            }
            for (var id : waiting) {
                tests.computeIfAbsent(id, _ -> new TreeSet<>()).add(name);
            }
            waiting.clear();
        }
    }

    /// The table: one line for each rule, its tests by class.
    static String table() throws IOException {
        var tests = tests();
        var table = new StringBuilder("| rule | tests |\n|---|---|\n");
        for (var id : ids()) {
            var byClass = new TreeMap<String, String>();
            for (var test : tests.getOrDefault(id, new TreeSet<>())) {
                int hash = test.indexOf('#');
                var type = hash < 0 ? test : test.substring(0, hash);
                var method = hash < 0 ? "all" : test.substring(hash + 1);
                byClass.merge(type, method, (one, other) -> one + ", " + other);
            }
            table.append("| ").append(id).append(" | ");
            var separator = "";
            for (var entry : byClass.entrySet()) {
                table.append(separator)
                        .append("**")
                        .append(entry.getKey())
                        .append("**: ")
                        .append(entry.getValue());
                separator = "; ";
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    public static void main(String[] arguments) throws IOException {
        var readme = Path.of("README.md");
        var text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        Files.writeString(readme, text.substring(0, begin) + "\n" + table() + text.substring(end));
    }
}
