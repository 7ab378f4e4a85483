// Preloaded into a program, counts its effects (writes to files, their syncs, new and removed names, and what is sent to a
// server) and lets the one number $FAULT_AT go wrong: in mode `kill` the process dies by SIGKILL before it, in mode `full`
// this one and all later writes to files fail as on a full disk, in mode `broken` this sync, write or rename fails once with
// EIO. The count so far goes to $FAULT_COUNT at the end.
//
// Only files below $FAULT_DIR and internet sockets count: the same session has about the same effects each time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char folder[PATH_MAX];
static size_t folder_length;
static long at;
static long count;
static enum { KILL, FULL, BROKEN } mode;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void start(void) {
    const char *dir = getenv("FAULT_DIR"), *number = getenv("FAULT_AT"), *kind = getenv("FAULT_MODE");
    if (dir && realpath(dir, folder)) folder_length = strlen(folder);
    at = number ? atol(number) : 0;
    mode = kind && !strcmp(kind, "full") ? FULL : kind && !strcmp(kind, "broken") ? BROKEN : KILL;
}

__attribute__((destructor)) static void finish(void) {
    const char *file = getenv("FAULT_COUNT");
    FILE *out = file ? fopen(file, "w") : NULL;
    if (!out) return;
    fprintf(out, "%ld\n", __atomic_load_n(&count, __ATOMIC_SEQ_CST));
    fclose(out);
}

enum effect { WRITE, SYNC, NAME, SEND };

// Counts an effect; returns the errno it is to fail with, or 0.
static int effect(enum effect kind) {
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (!at || number < at) return 0;
    switch (mode) {
    case KILL:
        if (number == at) kill(getpid(), SIGKILL);
        return 0;
    case FULL: return kind == WRITE ? ENOSPC : 0;
    case BROKEN: return number == at && kind != SEND ? EIO : 0;
    }
    return 0;
}

static int is_ours(const char *path) {
    pthread_once(&once, start);
    if (!folder_length || !path) return 0;
    return !strncmp(path, folder, folder_length);
}

// Of a descriptor: 1 for a file of ours, 2 for a connection, 0 for anything else.
static int kind_of(int fd) {
    pthread_once(&once, start);
    struct stat status;
    if (!folder_length || fstat(fd, &status)) return 0;
    if (S_ISSOCK(status.st_mode)) {
        struct sockaddr_storage name;
        socklen_t length = sizeof name;
        if (getsockname(fd, (struct sockaddr *)&name, &length)) return 0;
        return name.ss_family == AF_INET || name.ss_family == AF_INET6 ? 2 : 0;
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

#define CHECKED(fd, file_effect, result, ...) \
    switch (kind_of(fd)) { \
    case 1: { \
        int wrong = effect(file_effect); \
        if (wrong) { \
            errno = wrong; \
            return -1; \
        } \
        break; \
    } \
    case 2: effect(SEND); break; \
    default: break; \
    } \
    return real(__VA_ARGS__)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    CHECKED(fd, WRITE, ssize_t, fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    REAL(pwrite);
    CHECKED(fd, WRITE, ssize_t, fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL(pwrite64);
    CHECKED(fd, WRITE, ssize_t, fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL(writev);
    CHECKED(fd, WRITE, ssize_t, fd, parts, number);
}

int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    CHECKED(fd, WRITE, int, fd, size);
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    CHECKED(fd, WRITE, int, fd, size);
}

int fsync(int fd) {
    REAL(fsync);
    CHECKED(fd, SYNC, int, fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    CHECKED(fd, SYNC, int, fd);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    CHECKED(fd, WRITE, ssize_t, fd, message, flags);
}

#define NAMED(path, ...) \
    if (is_ours(path)) { \
        int wrong = effect(NAME); \
        if (wrong) { \
            errno = wrong; \
            return -1; \
        } \
    } \
    return real(__VA_ARGS__)

int rename(const char *from, const char *to) {
    REAL(rename);
    NAMED(from, from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    NAMED(path, path);
}

int mkdir(const char *path, mode_t permissions) {
    REAL(mkdir);
    NAMED(path, path, permissions);
}
