#ifndef RESTANTE_WEB_CLIENT_H
#define RESTANTE_WEB_CLIENT_H

#include <stddef.h>

/// A file of the web client, in the program itself.
struct restante_web_file {
    /// Below the folder of the files, with slashes: `core/dom.js`.
    const char *path;
    const unsigned char *octets;
    size_t count;
};

/// How many there are.
size_t restante_web_file_count(void);

/// One of them, by its place in the order of their paths, from 0; it is there as long as the program runs.
const struct restante_web_file *restante_web_file_at(size_t index);

#endif
