/* randread FILE DIRECT DEPTH SECONDS: reads of 4 KiB at random places, DEPTH in flight. Prints operations, nanoseconds, CPU nanoseconds. */
#include "ring.h"
#include <fcntl.h>
#include <sys/stat.h>

static uint64_t seed = 42;
static uint64_t next_random(void) { /* splitmix64, as the Java side */
    uint64_t z = (seed += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "randread FILE DIRECT DEPTH SECONDS\n"), 2;
    int direct = atoi(argv[2]);
    unsigned depth = atoi(argv[3]);
    double seconds = atof(argv[4]);
    int fd = open(argv[1], O_RDONLY | (direct ? O_DIRECT : 0));
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) die(argv[1]);
    uint64_t blocks = st.st_size / 4096;
    char *memory = mmap(0, depth * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    struct ring r;
    ring_open(&r, 256, 4096);
    uint64_t done = 0, begin = now_ns(), cpu = cpu_ns(), end = begin + (uint64_t)(seconds * 1e9), now = begin;
    unsigned in_flight = 0;
    for (unsigned i = 0; i < depth; i++, in_flight++) {
        struct io_uring_sqe *s = ring_next(&r);
        s->opcode = IORING_OP_READ;
        s->fd = fd;
        s->addr = (uint64_t)(uintptr_t)(memory + i * 4096);
        s->len = 4096;
        s->off = next_random() % blocks * 4096;
        s->user_data = i;
    }
    while (in_flight > 0) {
        ring_enter(&r, 1);
        struct io_uring_cqe *c;
        RING_EACH(&r, c) {
            if (c->res != 4096) die("a read was not whole");
            done++;
            in_flight--;
            if (now < end) {
                uint64_t i = c->user_data;
                struct io_uring_sqe *s = ring_next(&r);
                s->opcode = IORING_OP_READ;
                s->fd = fd;
                s->addr = (uint64_t)(uintptr_t)(memory + i * 4096);
                s->len = 4096;
                s->off = next_random() % blocks * 4096;
                s->user_data = i;
                in_flight++;
            }
        }
        now = now_ns();
    }
    printf("%lu %lu %lu\n", done, now - begin, cpu_ns() - cpu);
}
