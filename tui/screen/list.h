/* A list of lines with one chosen, scrolled so that it shows. */
#ifndef SCREEN_LIST_H
#define SCREEN_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	size_t n, at;
};

/* Up, Down, PgUp, PgDn, Home, End, j and k; false: another key. */
bool list_key(struct list *list, int key);
/* The first line to draw when so many fit. */
size_t list_first(const struct list *list, int height);

#endif
