package dev.catena.ops;

/// Waits until a child process of this one ends (`waitid(2)`; through the ring since Linux 6.7). A process started with
/// `ProcessBuilder` is waited for by the JDK itself, which may be first: then this fails with [Errno#ECHILD].
///
/// @param pid its number, at least 1
/// @param reap whether it is gone after that; otherwise it can be waited for again (`WNOWAIT`)
public record WaitProcess(int pid, boolean reap) implements Op<WaitProcess.Exit> {
    /// How a process ended.
    ///
    /// @param signalled whether a signal ended it
    /// @param status its exit status, 0 to 255, or the signal's number
    public record Exit(boolean signalled, int status) {
        /// As a shell says it: the exit status, or 128 more than the number of the signal.
        public int code() {
            return signalled ? 128 + status : status;
        }
    }

    /// Checks the number.
    public WaitProcess {
        Limits.atLeast("a process number", 1, pid);
    }

    /// The same, leaving the process to be waited for again.
    public WaitProcess keep() {
        return new WaitProcess(pid, false);
    }

    @Override
    public String opcode() {
        return "WAITID";
    }

    @Override
    public String toString() {
        return "waitProcess(" + pid + ")" + (reap ? "" : ".keep()");
    }
}
