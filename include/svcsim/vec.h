/*
 * Growing arrays of any type:  VEC(struct rule) rules;  VEC_INIT;  *vec_push(&rules) = rule;  rules.v[i], rules.n.
 * vec_push gives a pointer to one new zeroed element, good until the next push.
 */
#ifndef SVCSIM_VEC_H
#define SVCSIM_VEC_H

#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"

#define VEC(type) struct { type *v; size_t n, cap; }
#define VEC_INIT { NULL, 0, 0 }

/* Grows *v (n elements of size) so that one more fits; returns the new array. */
void *vec_grow(void *v, size_t n, size_t *cap, size_t size);

#define vec_push(vec) \
	((vec)->n < (vec)->cap ? (void)0 : \
		(void)((vec)->v = vec_grow((vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v)), \
	 memset(&(vec)->v[(vec)->n], 0, sizeof *(vec)->v), &(vec)->v[(vec)->n++])

#define vec_release(vec) (free((vec)->v), (vec)->v = NULL, (vec)->n = (vec)->cap = 0)
#define vec_clear(vec) ((vec)->n = 0)

#endif
