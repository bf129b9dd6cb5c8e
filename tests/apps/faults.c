/* Loaded before the C library: reading a file whose path holds FAULT_READ, and writing one whose path holds
   FAULT_WRITE, gives an error of the device after FAULT_AFTER bytes. For tests/apps/faults.sh. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int faulty(int fd, const char *variable) {
    const char *wanted = getenv(variable);
    char link[64], path[4096];
    if (!wanted || !*wanted) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return strstr(path, wanted) != NULL;
}

static int after(int fd) {
    const char *bytes = getenv("FAULT_AFTER");
    return lseek(fd, 0, SEEK_CUR) >= (bytes ? atol(bytes) : 0);
}

ssize_t read(int fd, void *buffer, size_t count) {
    static ssize_t (*real)(int, void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "read");
    if (faulty(fd, "FAULT_READ")) {
        if (after(fd)) { errno = EIO; return -1; }
        if (count > 512) count = 512;
    }
    return real(fd, buffer, count);
}

ssize_t write(int fd, const void *buffer, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (faulty(fd, "FAULT_WRITE") && after(fd)) { errno = EIO; return -1; }
    return real(fd, buffer, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    static ssize_t (*real)(int, const struct iovec *, int);
    if (!real) real = dlsym(RTLD_NEXT, "writev");
    if (faulty(fd, "FAULT_WRITE") && after(fd)) { errno = EIO; return -1; }
    return real(fd, parts, count);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (faulty(fd, "FAULT_SYNC")) { errno = EIO; return -1; }
    return real(fd);
}
