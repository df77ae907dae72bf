/* splitmix64 (Steele, Lea, Flood 2014): one 64-bit word of state, so that a saved cluster goes on where it was. */
#include "base/rng.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"

void
rng_init(struct rng *rng, uint64_t seed)
{
	rng->state = seed;
}

uint64_t
rng_next(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t
rng_below(struct rng *rng, uint64_t n)
{
	uint64_t unfair = (UINT64_MAX - n + 1) % n;	/* so many low values would come once too often */
	uint64_t value;

	do
		value = rng_next(rng);
	while (value < unfair);
	return value % n;
}

double
rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

void
rng_suffix(struct rng *rng, char *text, size_t len)
{
	size_t letters = strlen(safe_alphabet);

	for (size_t i = 0; i < len; i++)
		text[i] = safe_alphabet[rng_below(rng, letters)];
	text[len] = '\0';
}

void
rng_uuid(struct rng *rng, char text[static 37])
{
	uint64_t high = rng_next(rng), low = rng_next(rng);

	snprintf(text, 37, "%08x-%04x-4%03x-%04x-%04x%08x", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
		(unsigned)(high & 0xfff), (unsigned)(0x8000 | (low >> 48 & 0x3fff)), (unsigned)(low >> 32 & 0xffff),
		(unsigned)(low & 0xffffffff));
}

struct rng
rng_fork(const struct rng *rng, const char *purpose)
{
	uint64_t seed = rng->state;
	struct rng child;

	for (; *purpose; purpose++)
		seed = (seed ^ (unsigned char)*purpose) * UINT64_C(0x100000001b3);
	rng_init(&child, seed);
	rng_init(&child, rng_next(&child));
	return child;
}
