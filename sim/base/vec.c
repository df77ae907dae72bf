#include "svcsim/vec.h"

void *
vec_grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 8;
	return xreallocarray(v, *cap, size);
}
