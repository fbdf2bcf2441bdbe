package dev.catena.proactor;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes maps, lists, texts, numbers and truth values as JSON (RFC 8259), indented by two blanks or in one line.
final class Json {
    private final StringBuilder text = new StringBuilder();

    private final boolean inOneLine;

    private Json(boolean inOneLine) {
        this.inOneLine = inOneLine;
    }

    static String of(Object value) {
        var json = new Json(false);
        json.write(value, 0);
        return json.text.append('\n').toString();
    }

    static String inOneLine(Object value) {
        var json = new Json(true);
        json.write(value, 0);
        return json.text.toString();
    }

    private void write(Object value, int depth) {
        switch (value) {
            case Map<?, ?> map -> {
                block('{', '}', map.entrySet().iterator(), depth);
            }
            case List<?> list -> block('[', ']', list.iterator(), depth);
            case Map.Entry<?, ?> entry -> {
                quote(entry.getKey().toString());
                text.append(": ");
                write(entry.getValue(), depth);
            }
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> quote(value.toString());
        }
    }

    private void block(char open, char close, Iterator<?> elements, int depth) {
        text.append(open);
        boolean empty = !elements.hasNext();
        while (elements.hasNext()) {
            newLine(depth + 1);
            write(elements.next(), depth + 1);
            text.append(elements.hasNext() ? "," : "");
        }
        if (!empty) {
            newLine(depth);
        }
        text.append(close);
    }

    private void newLine(int depth) {
        if (!inOneLine) {
            text.append('\n').repeat("  ", depth);
        }
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
