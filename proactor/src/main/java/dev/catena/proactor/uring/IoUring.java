package dev.catena.proactor.uring;

/// Numbers of `linux/io_uring.h`, under the header's own names. `spec-tests` compares them with the header installed.
final class IoUring {
    private IoUring() {}

    // Operation codes.
    static final int IORING_OP_NOP = 0;
    static final int IORING_OP_READV = 1;
    static final int IORING_OP_WRITEV = 2;
    static final int IORING_OP_FSYNC = 3;
    static final int IORING_OP_READ_FIXED = 4;
    static final int IORING_OP_WRITE_FIXED = 5;
    static final int IORING_OP_POLL_ADD = 6;
    static final int IORING_OP_SENDMSG = 9;
    static final int IORING_OP_RECVMSG = 10;
    static final int IORING_OP_TIMEOUT = 11;
    static final int IORING_OP_TIMEOUT_REMOVE = 12;
    static final int IORING_OP_ACCEPT = 13;
    static final int IORING_OP_ASYNC_CANCEL = 14;
    static final int IORING_OP_LINK_TIMEOUT = 15;
    static final int IORING_OP_CONNECT = 16;
    static final int IORING_OP_FALLOCATE = 17;
    static final int IORING_OP_CLOSE = 19;
    static final int IORING_OP_STATX = 21;
    static final int IORING_OP_READ = 22;
    static final int IORING_OP_WRITE = 23;
    static final int IORING_OP_FADVISE = 24;
    static final int IORING_OP_SEND = 26;
    static final int IORING_OP_RECV = 27;
    static final int IORING_OP_OPENAT2 = 28;
    static final int IORING_OP_SPLICE = 30;
    static final int IORING_OP_TEE = 33;
    static final int IORING_OP_SHUTDOWN = 34;
    static final int IORING_OP_RENAMEAT = 35;
    static final int IORING_OP_UNLINKAT = 36;
    static final int IORING_OP_MKDIRAT = 37;
    static final int IORING_OP_SYMLINKAT = 38;
    static final int IORING_OP_LINKAT = 39;
    static final int IORING_OP_MSG_RING = 40;
    static final int IORING_OP_SOCKET = 45;
    static final int IORING_OP_URING_CMD = 46;
    static final int IORING_OP_SEND_ZC = 47;
    static final int IORING_OP_WAITID = 50;
    static final int IORING_OP_FUTEX_WAIT = 51;
    static final int IORING_OP_FUTEX_WAKE = 52;
    static final int IORING_OP_FTRUNCATE = 55;
    static final int IORING_OP_BIND = 56;
    static final int IORING_OP_LISTEN = 57;
    static final int IORING_OP_PIPE = 62;

    // Flags of `io_uring_setup(2)`.
    static final int IORING_SETUP_IOPOLL = 1 << 0;
    static final int IORING_SETUP_SQPOLL = 1 << 1;
    static final int IORING_SETUP_CQSIZE = 1 << 3;
    static final int IORING_SETUP_CLAMP = 1 << 4;
    static final int IORING_SETUP_ATTACH_WQ = 1 << 5;
    static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
    static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
    static final int IORING_SETUP_TASKRUN_FLAG = 1 << 9;
    static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;
    static final int IORING_SETUP_NO_SQARRAY = 1 << 16;

    // What the kernel says it can do (`io_uring_params.features`).
    static final int IORING_FEAT_SINGLE_MMAP = 1 << 0;
    static final int IORING_FEAT_NODROP = 1 << 1;
    static final int IORING_FEAT_SUBMIT_STABLE = 1 << 2;
    static final int IORING_FEAT_EXT_ARG = 1 << 8;
    static final int IORING_FEAT_NO_IOWAIT = 1 << 17;

    // Flags of `io_uring_enter(2)`.
    static final int IORING_ENTER_GETEVENTS = 1 << 0;
    static final int IORING_ENTER_SQ_WAKEUP = 1 << 1;
    static final int IORING_ENTER_SQ_WAIT = 1 << 2;
    static final int IORING_ENTER_EXT_ARG = 1 << 3;
    static final int IORING_ENTER_NO_IOWAIT = 1 << 7;

    // Flags of the submission ring.
    static final int IORING_SQ_NEED_WAKEUP = 1 << 0;
    static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;
    static final int IORING_SQ_TASKRUN = 1 << 2;

    // Offsets for `mmap(2)`.
    static final long IORING_OFF_SQ_RING = 0L;
    static final long IORING_OFF_CQ_RING = 0x8000000L;
    static final long IORING_OFF_SQES = 0x10000000L;

    // Flags of operations.
    static final int IORING_FSYNC_DATASYNC = 1 << 0;
    static final int IORING_TIMEOUT_ABS = 1 << 0;
    static final int IORING_TIMEOUT_UPDATE = 1 << 1;
    static final int IORING_TIMEOUT_BOOTTIME = 1 << 2;
    static final int IORING_TIMEOUT_REALTIME = 1 << 3;
    static final int IORING_TIMEOUT_ETIME_SUCCESS = 1 << 5;
    static final int IORING_POLL_ADD_MULTI = 1 << 0;
    static final int IORING_RECV_MULTISHOT = 1 << 1;
    static final int IORING_ACCEPT_MULTISHOT = 1 << 0;
    static final int IORING_ASYNC_CANCEL_ALL = 1 << 0;
    static final int IORING_ASYNC_CANCEL_FD = 1 << 1;
    static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;
    static final int IORING_ASYNC_CANCEL_FD_FIXED = 1 << 3;
    static final int SPLICE_F_FD_IN_FIXED = 1 << 31;

    // Flags of completions.
    static final int IORING_CQE_F_BUFFER = 1 << 0;
    static final int IORING_CQE_F_MORE = 1 << 1;
    static final int IORING_CQE_F_NOTIF = 1 << 3;
    static final int IORING_CQE_F_BUF_MORE = 1 << 4;
    static final int IORING_CQE_BUFFER_SHIFT = 16;

    // Flag of buffer rings.
    static final int IOU_PBUF_RING_INC = 2;

    // Flag of registered files.
    static final int IORING_RSRC_REGISTER_SPARSE = 1 << 0;

    // Flag of a probed operation.
    static final int IO_URING_OP_SUPPORTED = 1 << 0;

    // Codes of `io_uring_register(2)`.
    static final int IORING_REGISTER_BUFFERS = 0;
    static final int IORING_UNREGISTER_BUFFERS = 1;
    static final int IORING_REGISTER_BUFFERS2 = 15;
    static final int IORING_REGISTER_BUFFERS_UPDATE = 16;
    static final int IORING_REGISTER_PROBE = 8;
    static final int IORING_REGISTER_FILES2 = 13;
    static final int IORING_REGISTER_IOWQ_MAX_WORKERS = 19;
    static final int IORING_REGISTER_PBUF_RING = 22;
    static final int IORING_REGISTER_SYNC_CANCEL = 24;
    static final int IORING_REGISTER_NAPI = 27;
    static final int IORING_REGISTER_SEND_MSG_RING = 31;

    // Commands of `IORING_OP_URING_CMD` on a socket.
    static final int SOCKET_URING_OP_GETSOCKOPT = 2;
    static final int SOCKET_URING_OP_SETSOCKOPT = 3;

    // Flags of a submission (the bits of `enum io_uring_sqe_flags_bit`).
    static final int IOSQE_BUFFER_SELECT = 1 << 5;
}
