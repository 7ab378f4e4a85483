#pragma once
#include <sys/types.h>

// Calls of the C library that its headers show only to those who define _GNU_SOURCE, which the Glibc module does not.
int syncfs(int file);
ssize_t copy_file_range(int from, off_t *fromOffset, int to, off_t *toOffset, size_t count, unsigned int flags);
