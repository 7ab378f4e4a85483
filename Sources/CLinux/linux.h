#pragma once
#include <sys/types.h>
#include <linux/stat.h>

// Calls of the C library that its headers show only to those who define _GNU_SOURCE, which the Glibc module does not.
int syncfs(int file);
int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *found);
ssize_t copy_file_range(int from, off_t *fromOffset, int to, off_t *toOffset, size_t count, unsigned int flags);
