package dev.catena.ops;

/// Why the kernel refused or ended an operation: the error numbers of Linux (`errno(3)`,
/// `asm-generic/errno.h`), the same on every architecture that Catena runs on.
public enum Errno {
    /// Not permitted to this user.
    EPERM(1, "not permitted to this user"),
    /// There is no such file or directory.
    ENOENT(2, "there is no such file or directory"),
    /// There is no such process.
    ESRCH(3, "there is no such process"),
    /// Interrupted before it was done.
    EINTR(4, "interrupted before it was done"),
    /// The device reported an error.
    EIO(5, "the device reported an error"),
    /// There is no such device or address.
    ENXIO(6, "there is no such device or address"),
    /// The argument list is too long.
    E2BIG(7, "the argument list is too long"),
    /// Not a program in a known format.
    ENOEXEC(8, "not a program in a known format"),
    /// The descriptor is not open, or not open for this.
    EBADF(9, "the descriptor is not open, or not open for this"),
    /// There is no such child process.
    ECHILD(10, "there is no such child process"),
    /// It would have to wait.
    EAGAIN(11, "it would have to wait"),
    /// The kernel has no memory for it, or a limit on memory is reached.
    ENOMEM(12, "the kernel has no memory for it, or a limit on memory is reached"),
    /// Permission denied by the file or directory.
    EACCES(13, "permission denied by the file or directory"),
    /// An address does not belong to the program.
    EFAULT(14, "an address does not belong to the program"),
    /// A block device is needed.
    ENOTBLK(15, "a block device is needed"),
    /// In use.
    EBUSY(16, "in use"),
    /// It exists already.
    EEXIST(17, "it exists already"),
    /// The two are on different file systems.
    EXDEV(18, "the two are on different file systems"),
    /// The device cannot do this.
    ENODEV(19, "the device cannot do this"),
    /// A part of the path is not a directory.
    ENOTDIR(20, "a part of the path is not a directory"),
    /// It is a directory.
    EISDIR(21, "it is a directory"),
    /// An argument is not valid for this.
    EINVAL(22, "an argument is not valid for this"),
    /// The system has no more file descriptions.
    ENFILE(23, "the system has no more file descriptions"),
    /// The process has reached its limit of descriptors (ulimit -n).
    EMFILE(24, "the process has reached its limit of descriptors (ulimit -n)"),
    /// Not a terminal, or the device knows no such request.
    ENOTTY(25, "not a terminal, or the device knows no such request"),
    /// The program file is being run.
    ETXTBSY(26, "the program file is being run"),
    /// The file would become too large.
    EFBIG(27, "the file would become too large"),
    /// No space is left on the device.
    ENOSPC(28, "no space is left on the device"),
    /// A pipe or socket has no position.
    ESPIPE(29, "a pipe or socket has no position"),
    /// The file system is read-only.
    EROFS(30, "the file system is read-only"),
    /// Too many links.
    EMLINK(31, "too many links"),
    /// Nobody reads the other end any more.
    EPIPE(32, "nobody reads the other end any more"),
    /// A number is outside its domain.
    EDOM(33, "a number is outside its domain"),
    /// The result does not fit.
    ERANGE(34, "the result does not fit"),
    /// It would wait for itself.
    EDEADLK(35, "it would wait for itself"),
    /// The name is too long.
    ENAMETOOLONG(36, "the name is too long"),
    /// No more locks.
    ENOLCK(37, "no more locks"),
    /// This kernel does not have it.
    ENOSYS(38, "this kernel does not have it"),
    /// The directory is not empty.
    ENOTEMPTY(39, "the directory is not empty"),
    /// Too many symbolic links, or one where none is allowed.
    ELOOP(40, "too many symbolic links, or one where none is allowed"),
    /// No message of that type.
    ENOMSG(42, "no message of that type"),
    /// The identifier is gone.
    EIDRM(43, "the identifier is gone"),
    /// No data.
    ENODATA(61, "no data"),
    /// The time has run out.
    ETIME(62, "the time has run out"),
    /// A protocol was broken.
    EPROTO(71, "a protocol was broken"),
    /// Not a valid message.
    EBADMSG(74, "not a valid message"),
    /// A value does not fit its type.
    EOVERFLOW(75, "a value does not fit its type"),
    /// Not a valid sequence of bytes.
    EILSEQ(84, "not a valid sequence of bytes"),
    /// To be restarted.
    ERESTART(85, "to be restarted"),
    /// Too many users.
    EUSERS(87, "too many users"),
    /// Not a socket.
    ENOTSOCK(88, "not a socket"),
    /// It needs a destination.
    EDESTADDRREQ(89, "it needs a destination"),
    /// The message is too long.
    EMSGSIZE(90, "the message is too long"),
    /// The protocol does not fit the socket.
    EPROTOTYPE(91, "the protocol does not fit the socket"),
    /// The protocol has no such option.
    ENOPROTOOPT(92, "the protocol has no such option"),
    /// The protocol is not supported.
    EPROTONOSUPPORT(93, "the protocol is not supported"),
    /// The socket type is not supported.
    ESOCKTNOSUPPORT(94, "the socket type is not supported"),
    /// Not supported on this descriptor or by this kernel.
    EOPNOTSUPP(95, "not supported on this descriptor or by this kernel"),
    /// The protocol family is not supported.
    EPFNOSUPPORT(96, "the protocol family is not supported"),
    /// The address family does not fit.
    EAFNOSUPPORT(97, "the address family does not fit"),
    /// The address is in use.
    EADDRINUSE(98, "the address is in use"),
    /// The address is not one of this machine.
    EADDRNOTAVAIL(99, "the address is not one of this machine"),
    /// The network is down.
    ENETDOWN(100, "the network is down"),
    /// No route to the network.
    ENETUNREACH(101, "no route to the network"),
    /// The network dropped the connection.
    ENETRESET(102, "the network dropped the connection"),
    /// The connection was aborted.
    ECONNABORTED(103, "the connection was aborted"),
    /// The peer reset the connection.
    ECONNRESET(104, "the peer reset the connection"),
    /// No buffer is free.
    ENOBUFS(105, "no buffer is free"),
    /// It is connected already.
    EISCONN(106, "it is connected already"),
    /// It is not connected.
    ENOTCONN(107, "it is not connected"),
    /// This side has been shut down.
    ESHUTDOWN(108, "this side has been shut down"),
    /// Too many references.
    ETOOMANYREFS(109, "too many references"),
    /// The peer did not answer in time.
    ETIMEDOUT(110, "the peer did not answer in time"),
    /// Nobody listens there.
    ECONNREFUSED(111, "nobody listens there"),
    /// The host is down.
    EHOSTDOWN(112, "the host is down"),
    /// No route to the host.
    EHOSTUNREACH(113, "no route to the host"),
    /// It is under way already.
    EALREADY(114, "it is under way already"),
    /// It is under way.
    EINPROGRESS(115, "it is under way"),
    /// The file is gone from its server.
    ESTALE(116, "the file is gone from its server"),
    /// The disk quota is used up.
    EDQUOT(122, "the disk quota is used up"),
    /// It was cancelled.
    ECANCELED(125, "it was cancelled"),
    /// The owner of the lock died.
    EOWNERDEAD(130, "the owner of the lock died"),
    /// The state cannot be recovered.
    ENOTRECOVERABLE(131, "the state cannot be recovered"),
    /// The memory page is damaged.
    EHWPOISON(133, "the memory page is damaged"),
    /// A number that has no name here.
    UNKNOWN(0, "an error number without a name here");

    private static final Errno[] BY_NUMBER = byNumber();

    private final int number;
    private final String sentence;

    Errno(int number, String sentence) {
        this.number = number;
        this.sentence = sentence;
    }

    /// The number, positive; 0 for [#UNKNOWN].
    public int number() {
        return number;
    }

    /// What it means, in a few words.
    public String sentence() {
        return sentence;
    }

    /// The error with this number; [#UNKNOWN] if it has no name here.
    ///
    /// @param number positive, or negative as completions carry it
    public static Errno of(int number) {
        int positive = Math.abs(number);
        return positive > 0 && positive < BY_NUMBER.length ? BY_NUMBER[positive] : UNKNOWN;
    }

    private static Errno[] byNumber() {
        int highest = 0;
        for (var errno : values()) {
            highest = Math.max(highest, errno.number);
        }
        var table = new Errno[highest + 1];
        java.util.Arrays.fill(table, UNKNOWN);
        for (var errno : values()) {
            table[errno.number] = errno;
        }
        return table;
    }
}
