/*
 * The pods behind a Service, as both endpoint controllers see them (staging/src/k8s.io/endpointslice, pkg/controller/endpoint): which
 * pods count, and which port number each of the Service's ports has on each of them.
 */
#ifndef CONTROL_BACKENDS_H
#define CONTROL_BACKENDS_H

#include "base/map.h"
#include "control/workload.h"

struct backend_port {
	const struct service_port *service_port;
	uint16_t port;
};

struct backend {
	const struct pod *pod;
	bool ready, serving, terminating;
	bool listed, was_serving;	/* in what was written last; the controller says so before it asks for the trigger */
	struct backend_port *ports;	/* those that the pod has, in the Service's order; in the list's arena */
	size_t nports;
};

struct backends {
	struct arena arena;
	VEC(struct backend) list;	/* in the order of pod names */
};

/* The pods by their labels as they stand, so that a Service's are found without going over all; good until a pod changes. */
struct backends_index {
	const struct server *server;
	struct map pods;	/* "namespace/key=value" -> object_vec *, owned */
};
void backends_index_init(struct backends_index *index, const struct server *server);
void backends_index_release(struct backends_index *index);

/* Does a controller look after the Service's endpoints at all?  Not without a selector, nor for ExternalName. */
bool backends_wanted(const struct service *service);
void backends_of(const struct backends_index *index, const struct service *service, struct backends *out);
void backends_release(struct backends *backends);

/* The pod's address of the family; NULL. */
const struct ip *backend_ip(const struct backend *backend, enum ip_family family);
/* An entry of ports, of both kinds of object: name, port, protocol, appProtocol. */
struct value *backend_port_value(struct arena *arena, const struct service *service, const struct backend_port *port);

/* Puts ports into the order that upstream's hash of their description gives them; it differs between the two kinds. */
enum backends_kind { BACKENDS_ENDPOINTS, BACKENDS_SLICE };
void backends_sort_ports(const struct service *service, enum backends_kind kind, struct backend_port *ports, size_t n);

/* The labels of the Service, and the headless one; for both kinds of object. */
struct value *backends_labels(struct arena *arena, const struct service *service);
/*
 * endpoints.kubernetes.io/last-change-trigger-time: when the earliest of the changes happened that a write is for.
 * Changes that count are a pod's readiness and the Service's creation; 0 when it was another, and then the annotation goes.
 */
int64_t backends_trigger(const struct server *server, const struct backends *backends);
void backends_stamp(struct arena *arena, struct value *meta, int64_t trigger);

#endif
