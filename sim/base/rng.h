/* The only source of chance: splitmix64.  A cluster owns one, seeded once; its state is saved with the cluster. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

void rng_init(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n);	/* 0 .. n-1 without bias; n > 0 */
double rng_unit(struct rng *rng);			/* 0 <= x < 1 */
void rng_suffix(struct rng *rng, char *text, size_t len);	/* len characters of safe_alphabet, and a NUL */
void rng_uuid(struct rng *rng, char text[static 37]);	/* version 4 */
/* A generator for one purpose: the same parent state and text give the same child; the parent does not move. */
struct rng rng_fork(const struct rng *rng, const char *purpose);

#endif
