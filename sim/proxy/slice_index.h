/*
 * The EndpointSlices of each Service: kube-proxy's EndpointSliceCache.  It is told of each change, so that one changed
 * Service doesn't cost a look at every slice.  Follows pkg/proxy/endpointslicecache.go.
 */
#ifndef PROXY_SLICE_INDEX_H
#define PROXY_SLICE_INDEX_H

#include "api/view.h"
#include "base/map.h"
#include "store/store.h"
#include "svcsim/vec.h"

struct slice_list {
	VEC(const struct slice *) v;	/* by name; the store's, each the newest version */
};
struct slice_index {
	struct map services;	/* "namespace/service" -> struct slice_list */
};

void slice_index_init(struct slice_index *index, const struct store *store);
void slice_index_release(struct slice_index *index);
const struct slice_list *slice_index_of(const struct slice_index *index, const char *namespace, const char *service);	/* NULL */

/*
 * A slice was written or deleted.  touched() is called with each Service ("namespace/service") whose endpoints may
 * have changed by that: the slice's, and the one that it was of before.  The index keeps event->object's view.
 */
typedef void slice_touched_fn(void *arg, const char *service);
void slice_index_change(struct slice_index *index, const struct store_event *event, slice_touched_fn *touched, void *arg);

#endif
