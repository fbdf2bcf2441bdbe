package dev.catena.examples.program;

import picocli.CommandLine.Model.CommandSpec;

/// What a program has to say about its work that is not its output.
public final class Complaint {
    private Complaint() {}

    /// Says something in one line on standard error, behind the program's name.
    public static void say(CommandSpec program, String sentence) {
        var oneLine = sentence.replaceAll("\\s*\\R\\s*", " ");
        program.commandLine().getErr().println(program.qualifiedName() + ": " + oneLine);
    }
}
