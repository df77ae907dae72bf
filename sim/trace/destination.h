/*
 * A destination or a source as people write it, brought to an address, a port and a sender.
 */
#ifndef TRACE_DESTINATION_H
#define TRACE_DESTINATION_H

#include "trace/trace.h"

struct destination {
	struct ip ip;			/* family IP_NONE: a name that was not found, or an address that isn't there yet */
	uint16_t port;
	const struct service *service;	/* NULL unless a Service was named */
	const struct pod *pod;		/* NULL unless a pod, or a workload that it stands for, was named */
	const char *namespace;		/* where a default sender is looked for; NULL: outside sends */
	struct cause cause;		/* why there is no address */
};

/* Fills *destination and the protocol of trace->walk; dns_* of trace where a name is asked. */
MUST_CHECK int destination_read(struct cluster *cluster, const struct trace_request *request, struct trace *trace,
	struct destination *destination, struct err *err);
/* Fills trace->walk.from and from_text. */
MUST_CHECK int source_read(struct cluster *cluster, const struct trace_request *request, struct destination *destination,
	struct trace *trace, struct err *err);

#endif
