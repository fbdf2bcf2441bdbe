package dev.catena.proactor.portable;

import static java.util.Map.entry;

import dev.catena.ops.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The kernel's error numbers for the JDK's exceptions.
///
/// The JDK has exceptions of their own for few errors; of the others it gives the C library's sentence (`strerror(3)`), in the
/// language of the process. A sentence that is not known here becomes `EIO`, and is logged.
final class ErrorNumbers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorNumbers.class);

    /// Sentences of the C library and of the JDK's own checks, the first that fits.
    private static final List<Map.Entry<String, Errno>> SENTENCES =
            List.of(
                    entry("Connection reset", Errno.ECONNRESET),
                    entry("Broken pipe", Errno.EPIPE),
                    entry("Connection refused", Errno.ECONNREFUSED),
                    entry("Connection timed out", Errno.ETIMEDOUT),
                    entry("Address already in use", Errno.EADDRINUSE),
                    entry("Cannot assign requested address", Errno.EADDRNOTAVAIL),
                    entry("Address family not supported", Errno.EAFNOSUPPORT),
                    entry("Protocol family", Errno.EAFNOSUPPORT),
                    entry("Network is unreachable", Errno.ENETUNREACH),
                    entry("Network is down", Errno.ENETDOWN),
                    entry("No route to host", Errno.EHOSTUNREACH),
                    entry("Host is down", Errno.EHOSTDOWN),
                    entry("Message too long", Errno.EMSGSIZE),
                    entry("No buffer space available", Errno.ENOBUFS),
                    entry("Resource temporarily unavailable", Errno.EAGAIN),
                    entry("Transport endpoint is already connected", Errno.EISCONN),
                    entry("Transport endpoint is not connected", Errno.ENOTCONN),
                    entry("Socket is not connected", Errno.ENOTCONN),
                    entry("Too many open files in system", Errno.ENFILE),
                    entry("Too many open files", Errno.EMFILE),
                    entry("Too many levels of symbolic links", Errno.ELOOP),
                    entry("Too many links", Errno.EMLINK),
                    entry("No such file or directory", Errno.ENOENT),
                    entry("No such device or address", Errno.ENXIO),
                    entry("No such device", Errno.ENODEV),
                    entry("Not a directory", Errno.ENOTDIR),
                    entry("Is a directory", Errno.EISDIR),
                    entry("Directory not empty", Errno.ENOTEMPTY),
                    entry("File exists", Errno.EEXIST),
                    entry("File name too long", Errno.ENAMETOOLONG),
                    entry("File too large", Errno.EFBIG),
                    entry("No space left on device", Errno.ENOSPC),
                    entry("Disk quota exceeded", Errno.EDQUOT),
                    entry("Read-only file system", Errno.EROFS),
                    entry("Invalid cross-device link", Errno.EXDEV),
                    entry("Illegal seek", Errno.ESPIPE),
                    entry("Text file busy", Errno.ETXTBSY),
                    entry("Device or resource busy", Errno.EBUSY),
                    entry("Permission denied", Errno.EACCES),
                    entry("Operation not permitted", Errno.EPERM),
                    entry("Operation not supported", Errno.EOPNOTSUPP),
                    entry("Protocol not available", Errno.ENOPROTOOPT),
                    entry("Cannot allocate memory", Errno.ENOMEM),
                    entry("Bad file descriptor", Errno.EBADF),
                    entry("Stale file handle", Errno.ESTALE),
                    entry("Input/output error", Errno.EIO),
                    entry("Invalid argument", Errno.EINVAL),
                    entry("not a multiple of the block size", Errno.EINVAL));

    private ErrorNumbers() {}

    /// The negative error number that stands for a failure.
    static int of(Throwable failure) {
        return -errno(failure).number();
    }

    private static Errno errno(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException _ -> Errno.ENOENT;
            case FileAlreadyExistsException _ -> Errno.EEXIST;
            case AccessDeniedException _ -> Errno.EACCES;
            case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            case FileSystemLoopException _ -> Errno.ELOOP;
            case NotLinkException _ -> Errno.EINVAL;
            case AtomicMoveNotSupportedException _ -> Errno.EXDEV;
            case PortUnreachableException _ -> Errno.ECONNREFUSED;
            case NoRouteToHostException _ -> bySentence(failure, Errno.EHOSTUNREACH);
            case BindException _ -> bySentence(failure, Errno.EADDRINUSE);
            case ConnectException _ -> bySentence(failure, Errno.ECONNREFUSED);
            case SocketTimeoutException _ -> Errno.ETIMEDOUT;
            case ClosedChannelException _,
                    NonReadableChannelException _,
                    NonWritableChannelException _ ->
                    Errno.EBADF;
            case IOException _ -> bySentence(failure, Errno.EIO);
            case NotYetConnectedException _ -> Errno.ENOTCONN;
            case AlreadyConnectedException _ -> Errno.EISCONN;
            case ConnectionPendingException _ -> Errno.EALREADY;
            case UnsupportedAddressTypeException _ -> Errno.EAFNOSUPPORT;
            case AlreadyBoundException _,
                    NotYetBoundException _,
                    UnresolvedAddressException _,
                    IllegalArgumentException _ ->
                    Errno.EINVAL;
            case UnsupportedOperationException _ -> Errno.EOPNOTSUPP;
            case SecurityException _ -> Errno.EPERM;
            case OutOfMemoryError _ -> Errno.ENOMEM;
            default -> unknown(failure, Errno.EIO);
        };
    }

    private static Errno bySentence(Throwable failure, Errno otherwise) {
        var message = failure.getMessage();
        if (message != null) {
            for (var sentence : SENTENCES) {
                if (message.contains(sentence.getKey())) {
                    return sentence.getValue();
                }
            }
        }
        return unknown(failure, otherwise);
    }

    private static Errno unknown(Throwable failure, Errno otherwise) {
        LOG.warn(
                "an error of the JDK without a number of its own is reported as {}",
                otherwise,
                failure);
        return otherwise;
    }
}
