/* echo_load PORT CONNECTIONS BYTES WARMUP SECONDS: each connection sends BYTES and waits for them, again and again. Prints round trips,
 * nanoseconds, then p50, p99, p99.9 and the longest in nanoseconds, then connections that failed. */
#include "ring.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* log-linear: 64 steps for each power of two, an error of at most 1.6 % */
static uint64_t histogram[64 * 64];
static unsigned slot(uint64_t ns) {
    if (ns < 64) return ns;
    unsigned power = 63 - __builtin_clzll(ns);
    return (power - 5) * 64 + ((ns >> (power - 6)) & 63);
}
static uint64_t value(unsigned slot) {
    if (slot < 64) return slot;
    unsigned power = slot / 64 + 5;
    return (1ull << power) + ((uint64_t)(slot & 63) << (power - 6));
}
static uint64_t percentile(uint64_t total, double p) {
    uint64_t rank = (uint64_t)(total * p), seen = 0;
    for (unsigned i = 0; i < 64 * 64; i++)
        if ((seen += histogram[i]) > rank) return value(i);
    return 0;
}

struct connection {
    int fd;
    unsigned received;
    uint64_t sent_at;
};

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "echo_load PORT CONNECTIONS BYTES WARMUP SECONDS\n"), 2;
    int port = atoi(argv[1]);
    unsigned count = atoi(argv[2]), bytes = atoi(argv[3]);
    uint64_t warmup = (uint64_t)(atof(argv[4]) * 1e9), measured = (uint64_t)(atof(argv[5]) * 1e9);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct connection *all = calloc(count, sizeof *all);
    char *out = malloc(bytes), *in = malloc(bytes);
    memset(out, 'c', bytes);
    int epoll = epoll_create1(0), one = 1;
    for (unsigned i = 0; i < count; i++) {
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
        all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
        if (all[i].fd < 0 || connect(all[i].fd, (void *)&a, sizeof a) < 0) die("connect");
        setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &e);
    }
    uint64_t start = now_ns(), begin = start + warmup, end = begin + measured, now = start, trips = 0, longest = 0;
    unsigned failed = 0;
    for (unsigned i = 0; i < count; i++) {
        all[i].sent_at = now_ns();
        if (send(all[i].fd, out, bytes, MSG_NOSIGNAL) != (ssize_t)bytes) die("send");
    }
    struct epoll_event events[512];
    while (now < end) {
        int n = epoll_wait(epoll, events, 512, 1000);
        now = now_ns();
        for (int k = 0; k < n; k++) {
            struct connection *c = &all[events[k].data.u32];
            ssize_t got = recv(c->fd, in, bytes - c->received, MSG_DONTWAIT);
            if (got <= 0) {
                if (got < 0 && errno == EAGAIN) continue;
                failed++;
                close(c->fd);
                continue;
            }
            c->received += got;
            if (c->received < bytes) continue;
            now = now_ns();
            c->received = 0;
            if (now >= begin) {
                uint64_t took = now - c->sent_at;
                histogram[slot(took)]++;
                trips++;
                if (took > longest) longest = took;
            }
            c->sent_at = now;
            if (send(c->fd, out, bytes, MSG_NOSIGNAL) != (ssize_t)bytes) failed++;
        }
    }
    printf("%lu %lu %lu %lu %lu %lu %u\n", trips, now - begin, percentile(trips, .5), percentile(trips, .99),
           percentile(trips, .999), longest, failed);
}
