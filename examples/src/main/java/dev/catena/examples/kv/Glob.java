package dev.catena.examples.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// A pattern of `SCAN`: `*` for anything, `?` for one byte, `\` before a byte that means itself.
///
/// @param pattern its bytes
@SuppressWarnings("ArrayRecordComponent") // nobody compares patterns
record Glob(byte[] pattern) {
    static final Glob ANY = new Glob("*".getBytes(ISO_8859_1));

    /// Whether a name matches. Takes time of the order of the lengths multiplied, whatever the pattern: at a mismatch only the last
    /// star is tried with one byte more.
    boolean matches(byte[] name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int taken = 0;
        while (n < name.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                taken = n;
            } else if (p < pattern.length && isMatch(p, name[n])) {
                p += width(p);
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++taken;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    private int width(int at) {
        return pattern[at] == '\\' && at + 1 < pattern.length ? 2 : 1;
    }

    private boolean isMatch(int at, byte b) {
        return width(at) == 2 ? pattern[at + 1] == b : pattern[at] == '?' || pattern[at] == b;
    }
}
