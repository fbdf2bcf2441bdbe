package dev.catena.examples;

import static dev.catena.ops.Ops.hardLink;
import static dev.catena.ops.Ops.rename;
import static dev.catena.ops.Ops.status;

import dev.catena.examples.program.Balance;
import dev.catena.examples.program.ByteSize;
import dev.catena.examples.program.Complaint;
import dev.catena.examples.program.ProgramException;
import dev.catena.examples.program.ProgressBar;
import dev.catena.examples.program.Termination;
import dev.catena.ops.Errno;
import dev.catena.ops.FileStatus;
import dev.catena.ops.Op;
import dev.catena.ops.Open;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.OperationFailedException;
import dev.catena.ops.Outcome;
import dev.catena.ops.Rename;
import dev.catena.ops.Status;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `examples/run cp SRC DST`: copies a file with linked reads and writes.
///
/// The copy is made under a name of its own beside DST and gets the name DST when it is whole, so that nobody ever finds
/// half a file there. An existing DST is not replaced.
@Command(
        name = "cp",
        description = "Copies a file: each block is a read linked to a write, many in flight.",
        footer = {"", "Example: examples/run cp disk.img copy.img --block 256k --depth 32"})
final class Cp implements Callable<Integer> {
    private static final long MOST_BLOCK = 64L << 20;
    private static final int MOST_DEPTH = 1024;
    private static final long MOST_MEMORY = 256L << 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SRC", description = "The file to copy.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path source;

    @Parameters(paramLabel = "DST", description = "The file to make; there must be none yet.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path target;

    @Option(
            names = "--block",
            paramLabel = "SIZE",
            defaultValue = "128k",
            converter = ByteSize.class,
            description =
                    "Bytes that one chain moves, 1 to 64m; k, m and g are 1024s (default: ${DEFAULT-VALUE}).")
    private long blockBytes;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "16",
            description = "Blocks in flight, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print what it took.")
    private boolean verbose;

    @Override
    public Integer call() throws IOException, ProgramException {
        var settings = settings();
        long start = System.nanoTime();
        try (var termination = new Termination();
                var draft = Draft.beside(target);
                var proactor = Proactor.open()) {
            FileCopy.Result result;
            try {
                result =
                        Scope.open(
                                proactor,
                                scope -> {
                                    termination.govern(scope);
                                    return copy(scope, draft, settings);
                                });
            } catch (OperationCancelledException e) {
                // said here: once the termination is closed the JVM waits for nothing
                Complaint.say(spec, "stopped; " + target + " was not written");
                return 1;
            }
            var balance = new Balance(proactor.metrics());
            if (verbose) {
                print(result, balance, System.nanoTime() - start);
            }
            balance.check();
            return 0;
        } catch (OperationFailedException e) {
            throw new ProgramException(sentence(e));
        }
    }

    private FileCopy.Settings settings() {
        if (source.toString().isEmpty() || target.toString().isEmpty()) {
            throw usage("Invalid value: SRC and DST must be names, and one is empty");
        }
        if (blockBytes < 1 || blockBytes > MOST_BLOCK) {
            throw usage("Invalid value for option '--block': a block has 1 byte to 64m");
        }
        if (depth < 1 || depth > MOST_DEPTH) {
            throw usage("Invalid value for option '--depth': 1 to 1024 blocks can be in flight");
        }
        if (blockBytes * depth > MOST_MEMORY) {
            throw usage(
                    "Invalid values for options '--block' and '--depth': together they would take "
                            + ByteSize.readable(blockBytes * depth)
                            + " of memory, and 256 MiB is the most");
        }
        return new FileCopy.Settings((int) blockBytes, depth);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    // ---------------------------------------------------------------- the copy

    private FileCopy.Result copy(Scope scope, Draft draft, FileCopy.Settings settings)
            throws IOException, ProgramException {
        var found = scope.await(status(source));
        checkSource(found.type());
        checkTarget(scope, found);
        try (var bar = ProgressBar.onStandardError(found.size())) {
            var result = FileCopy.copy(scope, source, draft.path(), found, settings, bar::show);
            bar.finish(result.bytes());
            publish(scope, draft);
            return result;
        }
    }

    private void checkSource(FileStatus.Type type) throws ProgramException {
        switch (type) {
            case FILE -> {}
            case DIRECTORY ->
                    throw new ProgramException(
                            "cannot copy "
                                    + source
                                    + ": it is a directory, and only files are copied");
            case SYMBOLIC_LINK, PIPE, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE, OTHER ->
                    throw new ProgramException(
                            "cannot copy " + source + ": it is not a regular file");
        }
    }

    private void checkTarget(Scope scope, FileStatus ofSource)
            throws IOException, ProgramException {
        switch (scope.attempt(status(target).noFollow())) {
            case Outcome.Completed<FileStatus>(var found)
                    when found.type() == FileStatus.Type.DIRECTORY ->
                    throw new ProgramException(
                            "cannot write "
                                    + target
                                    + ": it is a directory; name the file to make in it");
            case Outcome.Completed<FileStatus>(var found)
                    when found.device() == ofSource.device() && found.inode() == ofSource.inode() ->
                    throw new ProgramException(source + " and " + target + " are the same file");
            case Outcome.Completed<FileStatus> _ ->
                    throw new ProgramException(
                            "cannot write " + target + ": " + Errno.EEXIST.sentence());
            case Outcome.Failed<FileStatus>(var errno, _, _) when errno == Errno.ENOENT -> {}
            case Outcome<FileStatus> other -> other.get();
        }
    }

    /// Gives the copy its name, unless something has got that name in the meantime.
    private void publish(Scope scope, Draft draft) throws IOException {
        switch (scope.attempt(rename(draft.path(), target, Rename.How.KEEP))) {
            case Outcome.Failed<?>(var errno, _, _) when errno == Errno.EINVAL ->
                    // this file system can only replace: a second name keeps what is there, too
                    scope.await(hardLink(draft.path(), target));
            case Outcome<?> other -> other.get();
        }
    }

    private void print(FileCopy.Result result, Balance balance, long nanos) {
        double seconds = Math.max(1e-9, nanos / 1e9);
        var out = spec.commandLine().getOut();
        out.println(
                String.format(
                        Locale.ROOT,
                        "copied %,d bytes in %.2f s, %s/s",
                        result.bytes(),
                        seconds,
                        ByteSize.readable(result.bytes() / seconds)));
        out.println(
                String.format(
                        Locale.ROOT,
                        "%,d chains read→write in %,d submissions of up to %d entries",
                        result.chains(),
                        result.batches(),
                        2 * ((depth + 1) / 2)));
        out.println(balance.enters());
        out.println(balance);
    }

    // ---------------------------------------------------------------- what went wrong

    private String sentence(OperationFailedException failure) {
        boolean noSuchFile = failure.errno() == Errno.ENOENT;
        var why = failure.errno().sentence();
        boolean reads =
                switch (failure.operation()) {
                    case Open open -> open.path().equals(source);
                    case Status status -> source.equals(status.path());
                    case Op<?> other -> other.fillsRegions();
                };
        return reads
                ? "cannot read " + source + ": " + why
                : "cannot write "
                        + target
                        + ": "
                        + (noSuchFile ? "there is no such directory" : why);
    }
}
