/* echo: serves until SIGTERM; multishot accept, multishot receive with provided buffers, one send per receive. Prints its port first and
 * its CPU nanoseconds last. */
#include "ring.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>

enum { ACCEPT, RECEIVE, SEND };
#define TAG(kind, fd, id) ((uint64_t)(kind) << 56 | (uint64_t)(id) << 32 | (uint32_t)(fd))
static volatile sig_atomic_t stopped;
static void on_term(int s) { (void)s; stopped = 1; }

static void receive(struct ring *r, int fd) {
    struct io_uring_sqe *s = ring_next(r);
    s->opcode = IORING_OP_RECV;
    s->fd = fd;
    s->ioprio = IORING_RECV_MULTISHOT;
    s->flags = IOSQE_BUFFER_SELECT;
    s->buf_group = 0;
    s->user_data = TAG(RECEIVE, fd, 0);
}

static void accept_all(struct ring *r, int fd) {
    struct io_uring_sqe *s = ring_next(r);
    s->opcode = IORING_OP_ACCEPT;
    s->fd = fd;
    s->ioprio = IORING_ACCEPT_MULTISHOT;
    s->user_data = TAG(ACCEPT, fd, 0);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_term};
    sigaction(SIGTERM, &action, NULL);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&a, sizeof a) < 0 || listen(listener, 4096) < 0) die("listen");
    getsockname(listener, (void *)&a, &length);
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    struct ring r;
    struct buffers b;
    ring_open(&r, 1024, 16384);
    buffers_open(&r, &b, 0, 2048, 4096);
    accept_all(&r, listener);
    while (!stopped) {
        unsigned count = r.tail - r.submitted;
        __atomic_store_n(r.sq_tail, r.tail, __ATOMIC_RELEASE);
        int n = syscall(__NR_io_uring_enter, r.fd, count, 1, IORING_ENTER_GETEVENTS, NULL, 0);
        if (n < 0 && errno != EINTR) die("io_uring_enter");
        if (n > 0) r.submitted += n;
        struct io_uring_cqe *c;
        RING_EACH(&r, c) {
            int fd = (int)(uint32_t)c->user_data, kind = c->user_data >> 56;
            if (kind == ACCEPT) {
                if (c->res >= 0) {
                    setsockopt(c->res, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    receive(&r, c->res);
                }
                if (!(c->flags & IORING_CQE_F_MORE)) accept_all(&r, fd);
            } else if (kind == RECEIVE) {
                if (c->res > 0) {
                    unsigned id = c->flags >> IORING_CQE_BUFFER_SHIFT;
                    struct io_uring_sqe *s = ring_next(&r);
                    s->opcode = IORING_OP_SEND;
                    s->fd = fd;
                    s->addr = (uint64_t)(uintptr_t)buffer_at(&b, id);
                    s->len = c->res;
                    s->msg_flags = MSG_WAITALL | MSG_NOSIGNAL;
                    s->user_data = TAG(SEND, fd, id);
                    if (!(c->flags & IORING_CQE_F_MORE)) receive(&r, fd);
                } else if (c->res == -ENOBUFS) {
                    receive(&r, fd);
                } else {
                    close(fd);
                }
            } else {
                buffer_give(&b, (c->user_data >> 32) & 0xffff);
            }
        }
    }
    printf("%lu\n", cpu_ns());
}
