/*
 * The pods behind a Service, as both endpoint controllers see them (staging/src/k8s.io/endpointslice, pkg/controller/endpoint): which
 * pods count, and which port number each of the Service's ports has on each of them.
 */
#ifndef CONTROL_BACKENDS_H
#define CONTROL_BACKENDS_H

#include "control/workload.h"

struct backend_port {
	const struct service_port *service_port;
	uint16_t port;
};

struct backend {
	const struct pod *pod;
	bool ready, serving, terminating;
	struct backend_port *ports;	/* those that the pod has, in the Service's order; in the list's arena */
	size_t nports;
};

struct backends {
	struct arena arena;
	VEC(struct backend) list;	/* in the order of pod names */
};

/* Does a controller look after the Service's endpoints at all?  Not without a selector, nor for ExternalName. */
bool backends_wanted(const struct service *service);
void backends_of(const struct server *server, const struct service *service, struct backends *out);
void backends_release(struct backends *backends);

/* The labels of the Service, and the headless one; for both kinds of object. */
struct value *backends_labels(struct arena *arena, const struct service *service);
/* Writes endpoints.kubernetes.io/last-change-trigger-time. */
void backends_stamp(const struct server *server, struct arena *arena, struct value *meta);

#endif
