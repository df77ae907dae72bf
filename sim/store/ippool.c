/*
 * An address is the number of its place after the network address: 1 is the first that can be given out, `usable`
 * the last, and the lower band is 1..offset.  The taken ones are a sorted array, so that a /64 costs no more than
 * what it holds.  Follows pkg/registry/core/service/ipallocator (ipallocator.go, bitmap.go).
 */
#include "store/ippool.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/mem.h"

#define IP6_PREFIX_MIN 64

static uint64_t
band_size(uint64_t size)
{
	uint64_t part = size / 16;

	if (size <= 16)
		return 0;
	return part < 16 ? 16 : part > 256 ? 256 : part;
}

bool
ippool_init(struct ippool *pool, const struct cidr *cidr)
{
	unsigned host = ip_bits(cidr->ip.family) - cidr->prefix;
	uint64_t last; /* size - 1: the size of a /64 has no room in 64 bits */

	memset(pool, 0, sizeof *pool);
	if (cidr->ip.family == IP_V6 && cidr->prefix < IP6_PREFIX_MIN)
		return false;
	pool->cidr = cidr_masked(cidr);
	last = host >= 64 ? UINT64_MAX : (UINT64_C(1) << host) - 1;
	pool->usable = last;
	if (cidr->ip.family == IP_V4 && last > 0)
		pool->usable--;
	pool->offset = band_size(last == UINT64_MAX ? last : last + 1);
	return true;
}

void
ippool_release(struct ippool *pool)
{
	free(pool->held);
	memset(pool, 0, sizeof *pool);
}

/* The address' place, or 0 when it is none that can be given out. */
static uint64_t
place_of(const struct ippool *pool, const struct ip *ip)
{
	size_t end = ip_bits(pool->cidr.ip.family) / 8, start = end > 8 ? end - 8 : 0;
	uint64_t place = 0, network = 0;

	if (!cidr_contains(&pool->cidr, ip))
		return 0;
	for (size_t i = start; i < end; i++) {
		place = place << 8 | ip->b[i];
		network = network << 8 | pool->cidr.ip.b[i];
	}
	place -= network;
	return place <= pool->usable ? place : 0;
}

/* Where the place stands among the taken ones, or would stand. */
static uint64_t
held_index(const struct ippool *pool, uint64_t place)
{
	uint64_t low = 0, high = pool->held_count;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (pool->held[mid] < place)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_held(const struct ippool *pool, uint64_t place)
{
	uint64_t i = held_index(pool, place);

	return i < pool->held_count && pool->held[i] == place;
}

static void
hold(struct ippool *pool, uint64_t place)
{
	uint64_t i = held_index(pool, place);

	if (pool->held_count == pool->held_cap) {
		pool->held_cap = pool->held_cap ? pool->held_cap * 2 : 16;
		pool->held = xreallocarray(pool->held, pool->held_cap, sizeof *pool->held);
	}
	memmove(&pool->held[i + 1], &pool->held[i], (pool->held_count - i) * sizeof *pool->held);
	pool->held[i] = place;
	pool->held_count++;
}

enum pool_result
ippool_take(struct ippool *pool, const struct ip *ip)
{
	uint64_t place = place_of(pool, ip);

	if (!place)
		return POOL_NOT_IN_RANGE;
	if (is_held(pool, place))
		return POOL_ALLOCATED;
	hold(pool, place);
	return POOL_OK;
}

/* The first free place in from..last; 0 when there is none. */
static uint64_t
first_free(const struct ippool *pool, uint64_t from, uint64_t last)
{
	uint64_t i = held_index(pool, from);

	while (i < pool->held_count && pool->held[i] == from) {
		if (from == last)
			return 0;
		from++;
		i++;
	}
	return from;
}

/* From a start that chance picks in first..last upwards, then from first on; 0 when the band is full or empty. */
static uint64_t
pick(const struct ippool *pool, struct rng *rng, uint64_t first, uint64_t last)
{
	uint64_t start, place;

	if (first > last)
		return 0;
	start = first + rng_below(rng, last - first + 1);
	place = first_free(pool, start, last);
	if (!place && start > first)
		place = first_free(pool, first, start - 1);
	return place;
}

enum pool_result
ippool_take_next(struct ippool *pool, struct rng *rng, struct ip *ip)
{
	uint64_t place = pick(pool, rng, pool->offset + 1, pool->usable);

	if (!place)
		place = pick(pool, rng, 1, pool->offset < pool->usable ? pool->offset : pool->usable);
	if (!place)
		return POOL_FULL;
	hold(pool, place);
	*ip = ip_plus(&pool->cidr.ip, place);
	return POOL_OK;
}

void
ippool_give_back(struct ippool *pool, const struct ip *ip)
{
	uint64_t place = place_of(pool, ip), i;

	if (!place || !is_held(pool, place))
		return;
	i = held_index(pool, place);
	memmove(&pool->held[i], &pool->held[i + 1], (pool->held_count - i - 1) * sizeof *pool->held);
	pool->held_count--;
}

bool
ippool_has(const struct ippool *pool, const struct ip *ip)
{
	uint64_t place = place_of(pool, ip);

	return place && is_held(pool, place);
}

uint64_t
ippool_free_count(const struct ippool *pool)
{
	return pool->usable - pool->held_count;
}
