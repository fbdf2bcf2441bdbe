package dev.catena.proactor;

/// A way of io_uring to do more with less, which a ring takes where its kernel has it, and does without otherwise: what is done is the
/// same. Each can be [switched off][ProactorBuilder#without].
///
/// [Capabilities] tells which of them there are here.
public enum FastPath {
    /// One operation that takes connections as they come (Linux 5.19); without it each is asked for.
    MULTISHOT_ACCEPT("multishot accept", "5.19"),
    /// One operation that receives as bytes come, into buffers that the kernel picks (Linux 6.0); without it each receive is asked for,
    /// and holds a buffer while it waits.
    MULTISHOT_RECEIVE("multishot receive", "6.0"),
    /// The ring that those buffers are handed to the kernel in, and given back (Linux 5.19); without it there is no multishot receive.
    BUFFER_RINGS("buffer rings", "5.19"),
    /// Several receives share such a buffer until it is full (Linux 6.12); without it each takes one, however little came.
    INCREMENTAL_BUFFERS("incremental buffers", "6.12"),
    /// Sending from the program's memory itself (Linux 6.0), for writes that are large enough for it; without it they are copied.
    ZERO_COPY_SEND("zero-copy send", "6.0"),
    /// Files that are opened into slots of the ring, so that one chain can open, use and close them (Linux 5.19); without them there are
    /// no slots.
    REGISTERED_FILES("registered files", "5.19"),
    /// Memory that the kernel has pinned beforehand, for transfers of files (Linux 5.19); without it they pin it each time.
    REGISTERED_BUFFERS("registered buffers", "5.19"),
    /// Bytes that are moved between a pipe and something else inside the kernel (Linux 5.7); without it they are copied through a buffer.
    SPLICE("splice", "5.7");

    private final String words;
    private final String kernel;

    FastPath(String words, String kernel) {
        this.words = words;
        this.kernel = kernel;
    }

    /// What people call it.
    public String words() {
        return words;
    }

    /// The version of Linux that brought it.
    public String kernel() {
        return kernel;
    }
}
