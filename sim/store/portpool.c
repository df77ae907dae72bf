/* One bit a port, from the range's first.  Follows pkg/registry/core/service/portallocator/allocator.go. */
#include "store/portpool.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"

static uint32_t
pool_size(const struct portpool *pool)
{
	return (uint32_t)pool->last - pool->first + 1;
}

static uint32_t
band_size(uint32_t size)
{
	uint32_t part = size / 32;

	if (size <= 16)
		return 0;
	return part < 16 ? 16 : part > 128 ? 128 : part;
}

void
portpool_init(struct portpool *pool, uint16_t first, uint16_t last)
{
	memset(pool, 0, sizeof *pool);
	pool->first = first;
	pool->last = last;
	pool->offset = band_size(pool_size(pool));
	pool->held = xcalloc(pool_size(pool) / 8 + 1, 1);
}

void
portpool_release(struct portpool *pool)
{
	free(pool->held);
	memset(pool, 0, sizeof *pool);
}

static bool
is_held(const struct portpool *pool, uint32_t place)
{
	return pool->held[place / 8] >> place % 8 & 1;
}

static void
hold(struct portpool *pool, uint32_t place)
{
	pool->held[place / 8] |= (uint8_t)(1u << place % 8);
	pool->held_count++;
}

enum pool_result
portpool_take(struct portpool *pool, int64_t port)
{
	uint32_t place;

	if (port < pool->first || port > pool->last)
		return POOL_NOT_IN_RANGE;
	place = (uint32_t)(port - pool->first);
	if (is_held(pool, place))
		return POOL_ALLOCATED;
	hold(pool, place);
	return POOL_OK;
}

/* Looks through count places from first on, beginning where chance says; false when all are taken. */
static bool
pick(const struct portpool *pool, struct rng *rng, uint32_t first, uint32_t count, uint32_t *place)
{
	uint32_t start;

	if (!count)
		return false;
	start = (uint32_t)rng_below(rng, count);
	for (uint32_t i = 0; i < count; i++) {
		*place = first + (start + i) % count;
		if (!is_held(pool, *place))
			return true;
	}
	return false;
}

enum pool_result
portpool_take_next(struct portpool *pool, struct rng *rng, uint16_t *port)
{
	uint32_t place;

	if (!pick(pool, rng, pool->offset, pool_size(pool) - pool->offset, &place) &&
		!pick(pool, rng, 0, pool->offset, &place))
		return POOL_FULL;
	hold(pool, place);
	*port = (uint16_t)(pool->first + place);
	return POOL_OK;
}

void
portpool_give_back(struct portpool *pool, uint16_t port)
{
	uint32_t place;

	if (!portpool_has(pool, port))
		return;
	place = (uint32_t)(port - pool->first);
	pool->held[place / 8] &= (uint8_t) ~(1u << place % 8);
	pool->held_count--;
}

bool
portpool_has(const struct portpool *pool, uint16_t port)
{
	return port >= pool->first && port <= pool->last && is_held(pool, (uint32_t)(port - pool->first));
}
