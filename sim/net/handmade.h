/*
 * Why a Service without a selector gets no endpoint out of the EndpointSlices that somebody made for it by hand.  kube-proxy puts
 * the two together by the label kubernetes.io/service-name, the port's name and its protocol
 * (pkg/proxy/endpointslicecache.go); an endpoint is ready unless its conditions say otherwise.
 */
#ifndef NET_HANDMADE_H
#define NET_HANDMADE_H

#include "api/view.h"
#include "store/store.h"
#include "svcsim/str.h"

/* id, the field of the slice that has it */
#define HANDMADE_FAULTS(X) \
	X(WELL, "") 			/* there is an endpoint */ \
	X(MISSING, "") 			/* no slice, or one without addresses */ \
	X(LABEL, "metadata.labels") \
	X(NO_PORT, "ports") \
	X(PORT_NAME, "ports") \
	X(PROTOCOL, "ports") \
	X(NOT_READY, "endpoints")
enum handmade_fault {
#define HANDMADE_ENUM(id, field) HANDMADE_##id,
	HANDMADE_FAULTS(HANDMADE_ENUM)
#undef HANDMADE_ENUM
};

struct handmade {
	enum handmade_fault fault;
	const struct object *slice;	/* NULL: WELL, MISSING */
	size_t at;			/* the port's number in its slice */
	const char *field;
};

struct handmade handmade_look(const struct store *store, const struct service *service, const struct service_port *port);
/* One sentence, without a period; nothing when all is well. */
void handmade_say(const struct handmade *handmade, const struct service *service, const struct service_port *port,
	struct str *out);

#endif
