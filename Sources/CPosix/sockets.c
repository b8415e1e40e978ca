#define _GNU_SOURCE
#include "posix.h"
#include "wake.h"
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* 0 once the socket is connected. */
static int32_t finish_connect(int socket, uint64_t deadline) {
    for (;;) {
        uint64_t now = hansa_monotonic_milliseconds();
        int32_t ready = hansa_wait(socket, HANSA_WRITABLE, deadline > now ? (uint32_t)(deadline - now) : 0);
        if (ready < 0) return ready;
        if (hansa_signal_received()) return -ECANCELED;
        if (ready & HANSA_WOKEN) continue;
        if (ready == 0) return -ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return -errno;
        return -error;
    }
}

static int32_t connect_address(const struct addrinfo *address, uint64_t deadline) {
    int type = address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int descriptor = socket(address->ai_family, type, address->ai_protocol);
    if (descriptor < 0) return -errno;
    int on = 1;
    /* Only latency depends on it: frames are gathered before they are written. */
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int32_t status = 0;
    if (connect(descriptor, address->ai_addr, address->ai_addrlen) != 0) {
        status = errno == EINPROGRESS || errno == EINTR ? finish_connect(descriptor, deadline) : -errno;
    }
    if (status == 0) return descriptor;
    close(descriptor);
    return status;
}

int32_t hansa_connect(const char *host, const char *port, uint32_t milliseconds) {
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    struct addrinfo *found = NULL;
    int unresolved = getaddrinfo(host, port, &hints, &found);
    if (unresolved != 0) return HANSA_UNRESOLVED - (unresolved < 0 ? -unresolved : unresolved);
    uint64_t deadline = hansa_monotonic_milliseconds() + milliseconds;
    int32_t status = -EADDRNOTAVAIL;
    for (struct addrinfo *next = found; next != NULL; next = next->ai_next) {
        status = connect_address(next, deadline);
        if (status >= 0 || status == -ECANCELED || status == -ETIMEDOUT) break;
    }
    freeaddrinfo(found);
    return status;
}

int32_t hansa_wait(int32_t socket, int32_t interest, uint32_t milliseconds) {
    struct pollfd sources[2] = {{.fd = socket}, {.fd = hansa_wake_descriptor(), .events = POLLIN}};
    if (interest & HANSA_READABLE) sources[0].events |= POLLIN;
    if (interest & HANSA_WRITABLE) sources[0].events |= POLLOUT;
    int timeout = milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
    if (poll(sources, 2, timeout) < 0) return errno == EINTR ? HANSA_WOKEN : -errno;
    int32_t ready = 0;
    short failed = POLLERR | POLLHUP | POLLNVAL;
    if (sources[0].revents & (POLLIN | failed)) ready |= HANSA_READABLE;
    if (sources[0].revents & (POLLOUT | failed)) ready |= HANSA_WRITABLE;
    if (sources[1].revents != 0) ready |= HANSA_WOKEN;
    return ready;
}
