/* How large the terminal is. */
#ifndef TERM_SIZE_H
#define TERM_SIZE_H

#include <stdbool.h>

/* False when fd is no terminal or doesn't know. */
bool term_size(int fd, unsigned *columns, unsigned *lines);

#endif
