package dev.catena.io;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A program to run, and how. A value; start from [#of].
///
/// ```java
/// var sort = Command.of("sort", "-u").with("LC_ALL", "C").in(folder);
/// ```
///
/// @param words the program, looked up in `PATH` unless it has a slash, and its arguments; at least one
/// @param environment all variables that it gets
/// @param directory where it runs, or null for the directory of this process
/// @param input where its standard input comes from
/// @param output where its standard output goes
/// @param error where its standard error goes; see also [#mergesErrors]
/// @param mergesErrors whether its standard error goes where its output goes, whatever `error` says
/// @param limit how long [Processes#run] lets it run, or null for no limit
/// @param grace how long it has, when it is to end, from `SIGTERM` until `SIGKILL`; zero for `SIGKILL` at once
public record Command(
        List<String> words,
        Map<String, String> environment,
        @Nullable Path directory,
        Stream input,
        Stream output,
        Stream error,
        boolean mergesErrors,
        @Nullable Duration limit,
        Duration grace) {

    /// What a standard stream is connected to.
    public enum Stream {
        /// A pipe to this process.
        PIPED,
        /// What this process has there.
        INHERITED,
        /// Nothing: an input at its end, an output that is dropped.
        NOTHING
    }

    /// Checks that there is a program, that nothing has a zero byte in it, and that times are not negative.
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty() || words.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command begins with the name of a program");
        }
        for (var word : words) {
            check(word);
        }
        environment.forEach(
                (name, value) -> {
                    check(name);
                    check(value);
                    if (name.isEmpty() || name.contains("=")) {
                        throw new IllegalArgumentException(
                                "'" + name + "' is no name of a variable");
                    }
                });
        if ((limit != null && limit.isNegative()) || grace.isNegative()) {
            throw new IllegalArgumentException(
                    "limit and grace are not negative: " + limit + ", " + grace);
        }
    }

    private static void check(String text) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException(
                    "no argument or variable of a program can have a zero byte in it: "
                            + text.replace("\0", "\\0"));
        }
    }

    /// A program with arguments, the environment and directory of this process, all streams piped, no limit, a second of grace.
    public static Command of(String program, String... arguments) {
        var words = new ArrayList<String>();
        words.add(program);
        words.addAll(List.of(arguments));
        return new Command(
                words,
                System.getenv(),
                null,
                Stream.PIPED,
                Stream.PIPED,
                Stream.PIPED,
                false,
                null,
                Duration.ofSeconds(1));
    }

    /// The same in another directory.
    public Command in(Path folder) {
        return new Command(
                words, environment, folder, input, output, error, mergesErrors, limit, grace);
    }

    /// The same with a variable set.
    public Command with(String name, String value) {
        var more = new TreeMap<>(environment);
        more.put(name, value);
        return environment(more);
    }

    /// The same with these variables and no others.
    public Command environment(Map<String, String> all) {
        return new Command(words, all, directory, input, output, error, mergesErrors, limit, grace);
    }

    /// The same with another input.
    public Command input(Stream from) {
        return new Command(
                words, environment, directory, from, output, error, mergesErrors, limit, grace);
    }

    /// The same with another output.
    public Command output(Stream to) {
        return new Command(
                words, environment, directory, input, to, error, mergesErrors, limit, grace);
    }

    /// The same with another standard error.
    public Command error(Stream to) {
        return new Command(words, environment, directory, input, output, to, false, limit, grace);
    }

    /// The same with its standard error going where its output goes.
    public Command mergeErrors() {
        return new Command(words, environment, directory, input, output, error, true, limit, grace);
    }

    /// The same, [run][Processes#run] no longer than that.
    public Command within(Duration most) {
        return new Command(
                words, environment, directory, input, output, error, mergesErrors, most, grace);
    }

    /// The same with another time between `SIGTERM` and `SIGKILL`.
    public Command grace(Duration time) {
        return new Command(
                words, environment, directory, input, output, error, mergesErrors, limit, time);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
