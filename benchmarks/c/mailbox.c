/* Round trips of one number between two threads, a ring and a processor each: how much of a mailbox is the kernel's.
 *   mailbox TRIPS WAY SPIN_NS      WAY: eventfd | message | message2 | sync | futex
 * eventfd:  the number in shared memory, a read of an eventfd stands in the receiver's ring, the sender writes it, waits in its ring.
 * message:  MSG_RING, its own completion skipped, submitted by the enter that waits for the answer: one system call a message.
 * message2: MSG_RING whose own completion is posted and so ends the wait: two system calls a message.
 * sync:     IORING_REGISTER_SEND_MSG_RING, then the enter that waits.
 * futex:    no ring: what two wake-ups of sleeping threads cost.
 * With SPIN_NS the receiver looks so long before it sleeps. Prints microseconds a round trip. */
#include "ring.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#ifndef IORING_REGISTER_SEND_MSG_RING
#define IORING_REGISTER_SEND_MSG_RING 31 /* Linux 6.13 */
#endif

enum way { EVENTFD, MESSAGE, MESSAGE2, SYNC, FUTEX };
static enum way way;
static long trips;
static uint64_t spin_ns;

struct side {
    struct ring ring;
    _Atomic int number; /* the last that was sent here */
    int event;
    uint64_t counter;
    int processor;
    struct side *other;
    pthread_barrier_t *start;
    uint64_t nanos;
};

static void message(struct io_uring_sqe *s, int ring, int number) {
    s->opcode = IORING_OP_MSG_RING;
    s->fd = ring;
    s->off = (uint64_t)number; /* its user_data there */
}

static void stand_read(struct side *me) {
    struct io_uring_sqe *s = ring_next(&me->ring);
    s->opcode = IORING_OP_READ;
    s->fd = me->event;
    s->addr = (uint64_t)(uintptr_t)&me->counter;
    s->len = 8;
    s->user_data = 1;
}

static void send_number(struct side *me, int number) {
    struct io_uring_sqe *s, local = {0};
    uint64_t one = 1;
    switch (way) {
    case EVENTFD:
        atomic_store(&me->other->number, number);
        if (write(me->other->event, &one, 8) != 8) die("write");
        break;
    case MESSAGE:
    case MESSAGE2:
        s = ring_next(&me->ring);
        message(s, me->other->ring.fd, number);
        s->flags = way == MESSAGE ? IOSQE_CQE_SKIP_SUCCESS : 0;
        s->user_data = UINT64_MAX;
        break;
    case SYNC:
        message(&local, me->other->ring.fd, number);
        if (syscall(__NR_io_uring_register, -1, IORING_REGISTER_SEND_MSG_RING, &local, 1) < 0) die("send");
        break;
    case FUTEX:
        atomic_store(&me->other->number, number);
        syscall(__NR_futex, &me->other->number, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
        break;
    }
}

static int taken(struct side *me, int wanted) {
    struct io_uring_cqe *c;
    int got = 0;
    RING_EACH(&me->ring, c) {
        if (c->user_data == UINT64_MAX) continue;
        if (way == EVENTFD) {
            stand_read(me);
            got = atomic_load(&me->number) == wanted;
        } else {
            got = (int)c->user_data == wanted;
        }
    }
    return got;
}

static void await_number(struct side *me, int wanted) {
    if (way == FUTEX) {
        uint64_t until = spin_ns ? now_ns() + spin_ns : 0;
        while (spin_ns && atomic_load(&me->number) != wanted && now_ns() < until) __builtin_ia32_pause();
        while (atomic_load(&me->number) != wanted)
            syscall(__NR_futex, &me->number, FUTEX_WAIT_PRIVATE, wanted - 1, 0, 0, 0);
        return;
    }
    if (spin_ns) {
        uint64_t until = now_ns() + spin_ns;
        do {
            ring_enter(&me->ring, 0);
            if (taken(me, wanted)) return;
        } while (now_ns() < until);
    }
    while (1) {
        ring_enter(&me->ring, 1);
        if (taken(me, wanted)) return;
    }
}

static void *play(void *arg) {
    struct side *me = arg;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(me->processor, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
    ring_open(&me->ring, 64, 128); /* single issuer: by its own thread */
    if (way == EVENTFD) stand_read(me);
    ring_enter(&me->ring, 0);
    pthread_barrier_wait(me->start);
    for (int round = 0; round < 2; round++) {
        uint64_t start = now_ns();
        long from = 1 + round * trips, to = from + trips;
        for (long i = from; i < to; i++) {
            if (me->processor == 0) send_number(me, (int)i);
            await_number(me, (int)i);
            if (me->processor == 1) send_number(me, (int)i);
        }
        me->nanos = now_ns() - start; /* of the second */
    }
    ring_enter(&me->ring, 0); /* the last answer */
    return NULL;
}

int main(int argc, char **argv) {
    const char *names[] = {"eventfd", "message", "message2", "sync", "futex"};
    if (argc < 3) return fprintf(stderr, "mailbox TRIPS WAY [SPIN_NS]\n"), 2;
    trips = atol(argv[1]);
    int found = 0;
    for (int i = 0; i < 5; i++)
        if (!strcmp(argv[2], names[i])) way = i, found = 1;
    if (!found) return fprintf(stderr, "%s?\n", argv[2]), 2;
    spin_ns = argc > 3 ? strtoull(argv[3], 0, 10) : 0;
    static struct side sides[2];
    pthread_barrier_t start;
    pthread_barrier_init(&start, 0, 2);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        sides[i].processor = i;
        sides[i].other = &sides[1 - i];
        sides[i].event = eventfd(0, EFD_CLOEXEC);
        sides[i].start = &start;
        pthread_create(&threads[i], 0, play, &sides[i]);
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
    printf("%.2f\n", sides[0].nanos / 1e3 / trips);
    return 0;
}
