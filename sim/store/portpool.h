/*
 * The node ports of a cluster (pkg/registry/core/service/portallocator, KEP-3668): one number is held once
 * whatever its protocol.  The first min(max(16, size/32), 128) are kept for ports asked for by hand, as in
 * ippool.h.
 */
#ifndef STORE_PORTPOOL_H
#define STORE_PORTPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "store/ippool.h"

struct portpool {
	uint16_t first, last;
	uint32_t offset, held_count;
	uint8_t *held;	/* one bit a port */
};

void portpool_init(struct portpool *pool, uint16_t first, uint16_t last);
void portpool_release(struct portpool *pool);
enum pool_result portpool_take(struct portpool *pool, int64_t port);
enum pool_result portpool_take_next(struct portpool *pool, struct rng *rng, uint16_t *port);
void portpool_give_back(struct portpool *pool, uint16_t port);
bool portpool_has(const struct portpool *pool, uint16_t port);

#endif
