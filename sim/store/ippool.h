/*
 * The cluster IPs of one service CIDR (pkg/registry/core/service/ipallocator, KEP-3070).  The network address, and
 * for IPv4 the broadcast address, are never given out.  The first min(max(16, size/16), 256) usable addresses are
 * kept for addresses asked for by hand; chance picks a start in the rest and takes the next free one from there,
 * wrapping; only when all of that is taken does it look in the lower band.
 */
#ifndef STORE_IPPOOL_H
#define STORE_IPPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/rng.h"

enum pool_result {
	POOL_OK,
	POOL_ALLOCATED,		/* provided IP / port is already allocated */
	POOL_NOT_IN_RANGE,	/* also the network and broadcast addresses */
	POOL_FULL,
};

struct ippool {
	struct cidr cidr;	/* masked */
	uint64_t usable;	/* addresses that can be given out; UINT64_MAX stands for 2^64 - 1 */
	uint64_t offset;	/* size of the lower band */
	uint64_t held_count;
	uint64_t *held;		/* sorted offsets from the network address */
	uint64_t held_cap;
};

/* false: the prefix is too short for IPv6 (less than 64) */
bool ippool_init(struct ippool *pool, const struct cidr *cidr);
void ippool_release(struct ippool *pool);
enum pool_result ippool_take(struct ippool *pool, const struct ip *ip);
enum pool_result ippool_take_next(struct ippool *pool, struct rng *rng, struct ip *ip);
void ippool_give_back(struct ippool *pool, const struct ip *ip);	/* a free address: nothing happens */
bool ippool_has(const struct ippool *pool, const struct ip *ip);
uint64_t ippool_free_count(const struct ippool *pool);

#endif
