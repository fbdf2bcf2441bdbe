package dev.catena.proactor.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program to be started, for [Driver#spawn].
///
/// @param words the program, looked up in `PATH` unless it has a slash, and its arguments; at least one
/// @param environment lines `NAME=value`, all that it gets
/// @param directory where it runs, or null for the directory of this process
/// @param input its descriptor 0: a number of the process's table, or [#INHERITED]
/// @param output its descriptor 1, likewise
/// @param error its descriptor 2, likewise
public record Spawn(
        List<String> words,
        List<String> environment,
        @Nullable String directory,
        int input,
        int output,
        int error) {
    /// In place of a descriptor: the one that this process has.
    public static final int INHERITED = -1;

    /// In place of a descriptor: `/dev/null`.
    public static final int NOTHING = -2;

    /// Copies the lists.
    public Spawn {
        words = List.copyOf(words);
        environment = List.copyOf(environment);
    }
}
