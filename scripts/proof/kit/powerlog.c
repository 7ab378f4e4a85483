// Preloaded into a program, writes every change it makes to files and folders below $POWERLOG_DIR to $POWERLOG_FILE, in
// order and with the data, so that kit/powerloss.py can rebuild what a power cut at any moment may have left.
//
// A record is a header, two paths and the data. Files are named by handles: a handle is a path at the time of opening.
// A sync is two records: only what was logged before its beginning is known to be on disk after its end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536

struct header {
    char magic[2];
    char op;
    char flags;
    uint32_t length;
    uint64_t handle;
    uint64_t offset;
    uint16_t first;
    uint16_t second;
} __attribute__((packed));

enum { CREATE = 1, TRUNCATE = 2, FOLDER = 4 };

struct known {
    dev_t device;
    ino_t inode;
    uint64_t handle;
};

static struct known known[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int log_fd = -1;
static char folder[PATH_MAX];
static size_t folder_length;
static uint64_t handles;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void start(void) {
    const char *dir = getenv("POWERLOG_DIR"), *file = getenv("POWERLOG_FILE");
    if (!dir || !file || !realpath(dir, folder)) return;
    folder_length = strlen(folder);
    handles = (uint64_t)getpid() << 32;
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

static int is_on(void) {
    pthread_once(&once, start);
    return log_fd >= 0;
}

static int is_below(const char *path) {
    return !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

static void put(char op, int flags, uint64_t handle, uint64_t offset, const char *a, const char *b, const void *data,
                size_t length) {
    struct header head = {{'P', 'W'}, op, (char)flags, (uint32_t)length, handle, offset,
                          (uint16_t)(a ? strlen(a) : 0), (uint16_t)(b ? strlen(b) : 0)};
    struct iovec parts[4] = {{&head, sizeof head}, {(void *)a, head.first}, {(void *)b, head.second},
                             {(void *)data, data ? length : 0}};
    size_t total = sizeof head + head.first + head.second + parts[3].iov_len;
    if (syscall(SYS_writev, log_fd, parts, 4) != (ssize_t)total) {
        static const char words[] = "powerlog: the log cannot be written\n";
        syscall(SYS_write, 2, words, sizeof words - 1);
        _exit(99);
    }
}

// The path of `path` relative to `dir`, absolute; 0 when it is not below the folder. Links are not followed in the last part.
static int locate(int dir, const char *path, char *out) {
    if (path[0] == '/') {
        if (strlen(path) >= PATH_MAX) return 0;
        strcpy(out, path);
    } else {
        char link[64], base[PATH_MAX];
        if (dir == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length < 0) return 0;
            base[length] = 0;
        }
        if ((size_t)snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    return is_below(out);
}

static uint64_t opened(int fd, const struct stat *info, int flags) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    struct known entry = {info->st_dev, info->st_ino, 0};
    if (length > 0) {
        path[length] = 0;
        if (is_below(path)) {
            entry.handle = ++handles;
            put('O', flags | (S_ISDIR(info->st_mode) ? FOLDER : 0), entry.handle, 0, path, NULL, NULL, 0);
        }
    }
    known[fd] = entry;
    return entry.handle;
}

// The handle of a descriptor, 0 when it is no file or folder of ours. Descriptors that were closed and given out again
// without our seeing it show themselves by another inode.
static uint64_t handle_of(int fd) {
    struct stat info;
    int before = errno;
    if (fd < 0 || fd >= FDS || fstat(fd, &info) || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))) {
        errno = before;
        return 0;
    }
    uint64_t handle = known[fd].handle;
    if (known[fd].device != info.st_dev || known[fd].inode != info.st_ino) handle = opened(fd, &info, 0);
    errno = before;
    return handle;
}

static int after_open(int fd, int flags) {
    if (fd >= 0 && fd < FDS && is_on()) {
        struct stat info;
        int before = errno;
        pthread_mutex_lock(&lock);
        if (!fstat(fd, &info) && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)))
            opened(fd, &info, (flags & O_CREAT ? CREATE : 0) | (flags & O_TRUNC ? TRUNCATE : 0));
        pthread_mutex_unlock(&lock);
        errno = before;
    }
    return fd;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE; REAL(open); return after_open(real(path, flags, mode), flags); }
int open64(const char *path, int flags, ...) { MODE; REAL(open64); return after_open(real(path, flags, mode), flags); }
int openat(int dir, const char *path, int flags, ...) { MODE; REAL(openat); return after_open(real(dir, path, flags, mode), flags); }
int openat64(int dir, const char *path, int flags, ...) { MODE; REAL(openat64); return after_open(real(dir, path, flags, mode), flags); }
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
    REAL(close);
    if (fd == log_fd && fd >= 0) return 0;
    if (fd >= 0 && fd < FDS) memset(&known[fd], 0, sizeof known[fd]);
    return real(fd);
}

// Writes happen and are logged under one lock, so that the log's order is the file's.
#define WRITE(fd, call, where, data) \
    if (!is_on()) return call; \
    pthread_mutex_lock(&lock); \
    uint64_t handle = handle_of(fd); \
    uint64_t offset = handle ? (uint64_t)(where) : 0; \
    ssize_t done = call; \
    if (handle && done > 0) { \
        int before = errno; \
        data; \
        errno = before; \
    } \
    pthread_mutex_unlock(&lock); \
    return done

static uint64_t position(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return (uint64_t)lseek(fd, 0, flags >= 0 && flags & O_APPEND ? SEEK_END : SEEK_CUR);
}

// Whether a descriptor can be anything but a socket, pipe or terminal: those must not be written under the lock.
static int may_be_file(int fd) {
    struct stat info;
    int before = errno;
    int is = !fstat(fd, &info) && S_ISREG(info.st_mode);
    errno = before;
    return is && fd != log_fd;
}

static void put_vector(uint64_t handle, uint64_t offset, const struct iovec *parts, int count, size_t done) {
    for (int i = 0; i < count && done; i++) {
        size_t length = parts[i].iov_len < done ? parts[i].iov_len : done;
        if (length) put('W', 0, handle, offset, NULL, NULL, parts[i].iov_base, length);
        offset += length;
        done -= length;
    }
}

// What was copied in by the kernel is read back from the file.
static void put_copied(uint64_t handle, int fd, uint64_t offset, size_t done) {
    char link[64], buffer[65536];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int copy = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    while (copy >= 0 && done) {
        ssize_t got = syscall(SYS_pread64, copy, buffer, done < sizeof buffer ? done : sizeof buffer, offset);
        if (got <= 0) break;
        put('W', 0, handle, offset, NULL, NULL, buffer, (size_t)got);
        offset += (size_t)got;
        done -= (size_t)got;
    }
    if (copy >= 0) syscall(SYS_close, copy);
}

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    if (!may_be_file(fd)) return real(fd, data, length);
    WRITE(fd, real(fd, data, length), position(fd), put('W', 0, handle, offset, NULL, NULL, data, (size_t)done));
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    REAL(pwrite);
    WRITE(fd, real(fd, data, length, at), at, put('W', 0, handle, offset, NULL, NULL, data, (size_t)done));
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    REAL(pwrite64);
    WRITE(fd, real(fd, data, length, at), at, put('W', 0, handle, offset, NULL, NULL, data, (size_t)done));
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    if (!may_be_file(fd)) return real(fd, parts, count);
    WRITE(fd, real(fd, parts, count), position(fd), put_vector(handle, offset, parts, count, (size_t)done));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    REAL(pwritev);
    WRITE(fd, real(fd, parts, count, at), at, put_vector(handle, offset, parts, count, (size_t)done));
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    REAL(pwritev64);
    WRITE(fd, real(fd, parts, count, at), at, put_vector(handle, offset, parts, count, (size_t)done));
}
ssize_t sendfile(int fd, int from, off_t *at, size_t length) {
    REAL(sendfile);
    if (!may_be_file(fd)) return real(fd, from, at, length);
    WRITE(fd, real(fd, from, at, length), position(fd), put_copied(handle, fd, offset, (size_t)done));
}
ssize_t copy_file_range(int from, off64_t *from_at, int fd, off64_t *at, size_t length, unsigned flags) {
    REAL(copy_file_range);
    WRITE(fd, real(from, from_at, fd, at, length, flags), at ? (uint64_t)*at : position(fd),
          put_copied(handle, fd, offset, (size_t)done));
}

#define CHANGE(fd, call, op, where) \
    if (!is_on()) return call; \
    pthread_mutex_lock(&lock); \
    uint64_t handle = handle_of(fd); \
    int done = call; \
    int before = errno; \
    if (handle && !done) put(op, 0, handle, (uint64_t)(where), NULL, NULL, NULL, 0); \
    errno = before; \
    pthread_mutex_unlock(&lock); \
    return done

int ftruncate(int fd, off_t length) { REAL(ftruncate); CHANGE(fd, real(fd, length), 'T', length); }
int ftruncate64(int fd, off64_t length) { REAL(ftruncate64); CHANGE(fd, real(fd, length), 'T', length); }
int posix_fallocate(int fd, off_t at, off_t length) { REAL(posix_fallocate); CHANGE(fd, real(fd, at, length), 'X', at + length); }
int posix_fallocate64(int fd, off64_t at, off64_t length) { REAL(posix_fallocate64); CHANGE(fd, real(fd, at, length), 'X', at + length); }
int fallocate(int fd, int mode, off_t at, off_t length) { REAL(fallocate); CHANGE(fd, real(fd, mode, at, length), mode ? 'A' : 'X', at + length); }
int fallocate64(int fd, int mode, off64_t at, off64_t length) { REAL(fallocate64); CHANGE(fd, real(fd, mode, at, length), mode ? 'A' : 'X', at + length); }

// A sync may take long and others write meanwhile: it is not held under the lock.
#define SYNC(fd, call) \
    if (!is_on()) return call; \
    pthread_mutex_lock(&lock); \
    uint64_t handle = handle_of(fd); \
    if (handle) put('B', 0, handle, 0, NULL, NULL, NULL, 0); \
    pthread_mutex_unlock(&lock); \
    int done = call; \
    int before = errno; \
    if (handle && !done) { \
        pthread_mutex_lock(&lock); \
        put('E', 0, handle, 0, NULL, NULL, NULL, 0); \
        pthread_mutex_unlock(&lock); \
    } \
    errno = before; \
    return done

int fsync(int fd) { REAL(fsync); SYNC(fd, real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); SYNC(fd, real(fd)); }

#define PATH(dir, path, call, op) \
    if (!is_on()) return call; \
    char one[PATH_MAX]; \
    pthread_mutex_lock(&lock); \
    int is_ours = locate(dir, path, one); \
    int done = call; \
    int before = errno; \
    if (!done && is_ours) put(op, 0, 0, 0, one, NULL, NULL, 0); \
    errno = before; \
    pthread_mutex_unlock(&lock); \
    return done

#define PATHS(dir1, path1, dir2, path2, call, op) \
    if (!is_on()) return call; \
    char one[PATH_MAX], two[PATH_MAX]; \
    pthread_mutex_lock(&lock); \
    int in1 = locate(dir1, path1, one); \
    int in2 = locate(dir2, path2, two); \
    int done = call; \
    int before = errno; \
    if (!done && (in1 || in2)) put(op, 0, 0, 0, in1 ? one : "", in2 ? two : "", NULL, 0); \
    errno = before; \
    pthread_mutex_unlock(&lock); \
    return done

int rename(const char *a, const char *b) { REAL(rename); PATHS(AT_FDCWD, a, AT_FDCWD, b, real(a, b), 'N'); }
int renameat(int x, const char *a, int y, const char *b) { REAL(renameat); PATHS(x, a, y, b, real(x, a, y, b), 'N'); }
int renameat2(int x, const char *a, int y, const char *b, unsigned f) { REAL(renameat2); PATHS(x, a, y, b, real(x, a, y, b, f), f & RENAME_EXCHANGE ? 'A' : 'N'); }
int link(const char *a, const char *b) { REAL(link); PATHS(AT_FDCWD, a, AT_FDCWD, b, real(a, b), 'L'); }
int linkat(int x, const char *a, int y, const char *b, int f) { REAL(linkat); PATHS(x, a, y, b, real(x, a, y, b, f), 'L'); }
int unlink(const char *a) { REAL(unlink); PATH(AT_FDCWD, a, real(a), 'U'); }
int unlinkat(int x, const char *a, int f) { REAL(unlinkat); PATH(x, a, real(x, a, f), 'U'); }
int remove(const char *a) { REAL(remove); PATH(AT_FDCWD, a, real(a), 'U'); }
int rmdir(const char *a) { REAL(rmdir); PATH(AT_FDCWD, a, real(a), 'U'); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); PATH(AT_FDCWD, a, real(a, m), 'M'); }
int mkdirat(int x, const char *a, mode_t m) { REAL(mkdirat); PATH(x, a, real(x, a, m), 'M'); }
int truncate(const char *a, off_t l) { REAL(truncate); PATH(AT_FDCWD, a, real(a, l), 'A'); }

// A writable shared mapping changes a file behind our back: the log says so ('A', not rebuildable), but for SQLite's index
// of the write-ahead log, which is made anew after a power cut.
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    REAL(mmap);
    if (fd >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE) && is_on() && may_be_file(fd)) {
        pthread_mutex_lock(&lock);
        uint64_t handle = handle_of(fd);
        if (handle) put('A', 0, handle, 0, NULL, NULL, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return real(at, length, protection, flags, fd, offset);
}
