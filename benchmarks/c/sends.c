/* sends PORT BYTES CHUNK COUNT WAY: sends BYTES to a sink, COUNT pieces of CHUNK bytes at a time, each from a buffer of its own.
 * Prints bytes, nanoseconds, CPU nanoseconds, entries of the queue. Ways:
 *   each    a linked send for each piece, one submission
 *   fixed   the same on a registered file
 *   vector  one sendmsg of all pieces
 *   bundle  one send that takes the pieces from a buffer ring (IORING_RECVSEND_BUNDLE)
 *   zero    one zero-copy send of a piece (COUNT is 1), waiting for its notification
 *   one     one send of a piece (COUNT is 1) */
#include "ring.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define RECVSEND_BUNDLE (1U << 4)
#define CQE_F_NOTIF (1U << 3)
#define OP_SEND_ZC 47
#define MOST 64

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "sends PORT BYTES CHUNK COUNT WAY\n"), 2;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(atoi(argv[1]))};
    uint64_t bytes = strtoull(argv[2], NULL, 10), left = bytes, entries = 0;
    unsigned chunk = atoi(argv[3]), count = atoi(argv[4]);
    const char *way = argv[5];
    if (count > MOST) return 2;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)&a, sizeof a) < 0) die("connect");
    struct ring r;
    ring_open(&r, 128, 1024);
    struct buffers b;
    buffers_open(&r, &b, 1, MOST, chunk);
    memset(b.memory, 'c', (size_t)MOST * chunk);
    struct iovec v[MOST];
    for (unsigned i = 0; i < count; i++) v[i] = (struct iovec){buffer_at(&b, i), chunk};
    struct msghdr m = {.msg_iov = v, .msg_iovlen = count};
    int fixed = !strcmp(way, "fixed"), files[1] = {fd};
    if (fixed && syscall(__NR_io_uring_register, r.fd, IORING_REGISTER_FILES, files, 1) < 0) die("register file");
    int bundle = !strcmp(way, "bundle"), vector = !strcmp(way, "vector"), zero = !strcmp(way, "zero");
    if (bundle) { /* the ring gives all of its buffers: as many as are sent at a time */
        struct io_uring_buf_reg reg = {.bgid = 1};
        syscall(__NR_io_uring_register, r.fd, IORING_UNREGISTER_PBUF_RING, &reg, 1);
        buffers_open(&r, &b, 2, MOST, chunk);
        /* taken back: the tail says how many there are */
        b.tail = 0;
        __atomic_store_n(&b.ring->tail, 0, __ATOMIC_RELEASE);
        for (unsigned i = 0; i < count; i++) buffer_give(&b, i);
    }
    uint64_t begin = now_ns(), cpu = cpu_ns();
    while (left > 0) {
        unsigned wait = 1;
        if (vector || bundle || zero || !strcmp(way, "one")) {
            struct io_uring_sqe *s = ring_next(&r);
            s->fd = fd;
            s->msg_flags = MSG_WAITALL | MSG_NOSIGNAL;
            if (vector) {
                s->opcode = IORING_OP_SENDMSG;
                s->addr = (uint64_t)(uintptr_t)&m;
                s->len = 1;
            } else if (bundle) {
                s->opcode = IORING_OP_SEND;
                s->ioprio = RECVSEND_BUNDLE;
                s->flags = IOSQE_BUFFER_SELECT;
                s->buf_group = 2;
            } else {
                s->opcode = zero ? OP_SEND_ZC : IORING_OP_SEND;
                s->addr = (uint64_t)(uintptr_t)buffer_at(&b, 0);
                s->len = chunk;
                wait = zero ? 2 : 1;
            }
            entries++;
        } else {
            for (unsigned i = 0; i < count; i++) {
                struct io_uring_sqe *s = ring_next(&r);
                s->opcode = IORING_OP_SEND;
                s->fd = fixed ? 0 : fd;
                s->flags = (fixed ? IOSQE_FIXED_FILE : 0) | (i + 1 < count ? IOSQE_IO_LINK : 0);
                s->addr = (uint64_t)(uintptr_t)buffer_at(&b, i);
                s->len = chunk;
                s->msg_flags = MSG_WAITALL | MSG_NOSIGNAL;
                entries++;
            }
            wait = count;
        }
        uint64_t sent = 0;
        for (unsigned seen = 0; seen < wait;) {
            ring_enter(&r, wait - seen);
            struct io_uring_cqe *c;
            RING_EACH(&r, c) {
                seen++;
                if (c->flags & CQE_F_NOTIF) continue;
                if (c->res <= 0) return fprintf(stderr, "send: %s\n", strerror(-c->res)), 1;
                sent += c->res;
            }
        }
        if (bundle) { /* what was taken is given again */
            if (sent % chunk) return fprintf(stderr, "a torn bundle: %lu\n", sent), 1;
            for (unsigned i = 0; i < sent / chunk; i++) buffer_give(&b, (b.tail) % count);
        }
        left -= sent < left ? sent : left;
    }
    printf("%lu %lu %lu %lu\n", bytes, now_ns() - begin, cpu_ns() - cpu, entries);
}
