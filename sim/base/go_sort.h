/* Go's sort.Sort: which of the things that count as equal comes first is the same as there. */
#ifndef BASE_GO_SORT_H
#define BASE_GO_SORT_H

#include <stdbool.h>
#include <stddef.h>

struct go_sort {
	bool (*less)(void *data, size_t i, size_t j);
	void (*swap)(void *data, size_t i, size_t j);
	void *data;
};

void go_sort(const struct go_sort *sort, size_t n);

#endif
