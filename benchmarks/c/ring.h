/* A small io_uring for the C baselines: raw system calls, one thread, DEFER_TASKRUN | SINGLE_ISSUER | SUBMIT_ALL.
 * Source: io_uring_setup(2), io_uring_enter(2), linux/io_uring.h. */
#ifndef CATENA_RING_H
#define CATENA_RING_H
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif

struct ring {
    int fd;
    unsigned *sq_head, *sq_tail, *cq_head, *cq_tail;
    unsigned sq_mask, cq_mask, sq_entries, tail, submitted;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
};

static inline void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* CPU time of the process, in user and kernel. */
static inline uint64_t cpu_ns(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ull + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ull;
}

static inline void ring_open(struct ring *r, unsigned entries, unsigned completions) {
    struct io_uring_params p = {0};
    p.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE
              | IORING_SETUP_NO_SQARRAY;
    p.cq_entries = completions;
    r->fd = syscall(__NR_io_uring_setup, entries, &p);
    if (r->fd < 0) die("io_uring_setup");
    size_t size = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
    char *rings = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
    r->sqes = mmap(0, p.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
                   IORING_OFF_SQES);
    if (rings == MAP_FAILED || r->sqes == MAP_FAILED) die("mmap");
    r->sq_head = (unsigned *)(rings + p.sq_off.head);
    r->sq_tail = (unsigned *)(rings + p.sq_off.tail);
    r->sq_mask = *(unsigned *)(rings + p.sq_off.ring_mask);
    r->sq_entries = p.sq_entries;
    r->cq_head = (unsigned *)(rings + p.cq_off.head);
    r->cq_tail = (unsigned *)(rings + p.cq_off.tail);
    r->cq_mask = *(unsigned *)(rings + p.cq_off.ring_mask);
    r->cqes = (struct io_uring_cqe *)(rings + p.cq_off.cqes);
    r->tail = r->submitted = *r->sq_tail;
}

static inline int ring_enter(struct ring *r, unsigned wait) {
    unsigned count = r->tail - r->submitted;
    __atomic_store_n(r->sq_tail, r->tail, __ATOMIC_RELEASE);
    int n;
    do {
        n = syscall(__NR_io_uring_enter, r->fd, count, wait, IORING_ENTER_GETEVENTS, NULL, 0);
    } while (n < 0 && errno == EINTR);
    if (n < 0) die("io_uring_enter");
    r->submitted += n;
    return n;
}

/* The next entry, zeroed; submits if the queue is full. */
static inline struct io_uring_sqe *ring_next(struct ring *r) {
    if (r->tail - r->submitted == r->sq_entries) ring_enter(r, 0);
    struct io_uring_sqe *s = &r->sqes[r->tail++ & r->sq_mask];
    memset(s, 0, sizeof *s);
    return s;
}

#define RING_EACH(r, cqe)                                                                                                    \
    for (unsigned head_ = *(r)->cq_head, end_ = __atomic_load_n((r)->cq_tail, __ATOMIC_ACQUIRE);                              \
         head_ != end_ && ((cqe) = &(r)->cqes[head_ & (r)->cq_mask], 1);                                                      \
         head_++, __atomic_store_n((r)->cq_head, head_, __ATOMIC_RELEASE))

/* A ring of provided buffers. */
struct buffers {
    struct io_uring_buf_ring *ring;
    char *memory;
    unsigned count, size, tail;
    int group;
};

static inline char *buffer_at(struct buffers *b, unsigned id) {
    return b->memory + (size_t)id * b->size;
}

static inline void buffer_give(struct buffers *b, unsigned id) {
    struct io_uring_buf *e = &b->ring->bufs[b->tail++ & (b->count - 1)];
    e->addr = (uint64_t)(uintptr_t)buffer_at(b, id);
    e->len = b->size;
    e->bid = id;
    __atomic_store_n(&b->ring->tail, (uint16_t)b->tail, __ATOMIC_RELEASE);
}

static inline void buffers_open(struct ring *r, struct buffers *b, int group, unsigned count, unsigned size) {
    b->count = count;
    b->size = size;
    b->group = group;
    b->tail = 0;
    b->memory = mmap(0, (size_t)count * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    b->ring = mmap(0, count * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b->memory == MAP_FAILED || b->ring == MAP_FAILED) die("mmap");
    struct io_uring_buf_reg reg = {.ring_addr = (uint64_t)(uintptr_t)b->ring, .ring_entries = count, .bgid = group};
    if (syscall(__NR_io_uring_register, r->fd, IORING_REGISTER_PBUF_RING, &reg, 1) < 0) die("register buffer ring");
    for (unsigned i = 0; i < count; i++) buffer_give(b, i);
}
#endif
