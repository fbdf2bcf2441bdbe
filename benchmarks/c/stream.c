/* stream PORT BYTES CHUNK: sends BYTES in writes of CHUNK, one at a time. Prints bytes, nanoseconds, CPU nanoseconds. */
#include "ring.h"
#include <arpa/inet.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "stream PORT BYTES CHUNK\n"), 2;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(atoi(argv[1]))};
    uint64_t bytes = strtoull(argv[2], NULL, 10), left = bytes;
    unsigned chunk = atoi(argv[3]);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)&a, sizeof a) < 0) die("connect");
    char *memory = malloc(chunk);
    memset(memory, 'c', chunk);
    struct ring r;
    ring_open(&r, 64, 1024);
    uint64_t begin = now_ns(), cpu = cpu_ns();
    while (left > 0) {
        struct io_uring_sqe *s = ring_next(&r);
        s->opcode = IORING_OP_SEND;
        s->fd = fd;
        s->addr = (uint64_t)(uintptr_t)memory;
        s->len = left < chunk ? left : chunk;
        s->msg_flags = MSG_WAITALL | MSG_NOSIGNAL;
        ring_enter(&r, 1);
        struct io_uring_cqe *c;
        RING_EACH(&r, c) {
            if (c->res <= 0) die("send");
            left -= c->res;
        }
    }
    printf("%lu %lu %lu\n", bytes, now_ns() - begin, cpu_ns() - cpu);
}
