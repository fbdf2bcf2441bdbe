/* nop BATCH SECONDS: BATCH NOPs in flight, submitted and reaped together. Prints operations, nanoseconds, CPU nanoseconds. */
#include "ring.h"

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "nop BATCH SECONDS\n"), 2;
    unsigned batch = atoi(argv[1]);
    double seconds = atof(argv[2]);
    struct ring r;
    ring_open(&r, 256, 4096);
    uint64_t done = 0, begin = now_ns(), cpu = cpu_ns(), end = begin + (uint64_t)(seconds * 1e9), now;
    do {
        for (int round = 0; round < 256; round++) {
            for (unsigned i = 0; i < batch; i++) {
                struct io_uring_sqe *s = ring_next(&r);
                s->opcode = IORING_OP_NOP;
                s->user_data = i;
            }
            ring_enter(&r, batch);
            struct io_uring_cqe *c;
            RING_EACH(&r, c) {
                if (c->res != 0) die("a nop failed");
                done++;
            }
        }
        now = now_ns();
    } while (now < end);
    printf("%lu %lu %lu\n", done, now - begin, cpu_ns() - cpu);
}
