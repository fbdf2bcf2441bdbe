package dev.catena.examples.http;

import dev.catena.examples.program.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The page that shows what is in a directory without an `index.html`.
final class Listing {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String STYLE =
            """
            :root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem}
            h1{font-weight:600;font-size:1.4rem;word-break:break-all}table{width:100%;border-collapse:collapse}
            td{padding:.3rem .5rem;border-top:1px solid #8883}td+td{text-align:right;white-space:nowrap;opacity:.7;\
            font-variant-numeric:tabular-nums}a{text-decoration:none;word-break:break-all}a:hover{text-decoration:underline}
            """;

    private record Entry(String name, BasicFileAttributes attributes) {}

    private Listing() {}

    /// The page. Blocks: the JDK reads the directory.
    ///
    /// @param directory what is read
    /// @param path what it is called, relative to the root
    static String of(Path directory, String path) throws IOException {
        var title = escaped("/" + path);
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        page.append("<meta name=\"viewport\" content=\"width=device-width\"><title>").append(title);
        page.append("</title><style>").append(STYLE).append("</style><h1>").append(title);
        page.append("</h1><table>");
        if (!path.isEmpty()) {
            page.append("<tr><td><a href=\"../\">../</a><td><td></tr>\n");
        }
        for (var entry : entries(directory)) {
            boolean isDirectory = entry.attributes().isDirectory();
            var end = isDirectory ? "/" : "";
            page.append("<tr><td><a href=\"./").append(Target.encoded(entry.name())).append(end);
            page.append("\">").append(escaped(entry.name())).append(end).append("</a><td>");
            page.append(isDirectory ? "" : ByteSize.readable(entry.attributes().size()));
            page.append("<td>")
                    .append(TIME.format(entry.attributes().lastModifiedTime().toInstant()));
            page.append("</tr>\n");
        }
        return page.append("</table></html>\n").toString();
    }

    private static List<Entry> entries(Path directory) throws IOException {
        var entries = new ArrayList<Entry>();
        try (var names = Files.newDirectoryStream(directory)) {
            for (var name : names) {
                try {
                    entries.add(
                            new Entry(
                                    name.getFileName().toString(),
                                    Files.readAttributes(name, BasicFileAttributes.class)));
                } catch (NoSuchFileException goneOrDangling) {
                    // it cannot be asked for either
                }
            }
        }
        entries.sort(
                Comparator.comparing((Entry entry) -> !entry.attributes().isDirectory())
                        .thenComparing(Entry::name));
        return entries;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
