/* sink: takes one connection and reads it to its end. Prints its port first, then the bytes. */
#include "ring.h"
#include <arpa/inet.h>
#include <sys/socket.h>

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    if (bind(listener, (void *)&a, sizeof a) < 0 || listen(listener, 1) < 0) die("listen");
    getsockname(listener, (void *)&a, &length);
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) die("accept");
    static char buffer[1 << 18];
    uint64_t bytes = 0;
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) bytes += n;
    printf("%lu\n", bytes);
}
