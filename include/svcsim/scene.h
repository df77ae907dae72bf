/*
 * What stands in a cluster now, as plain values: nodes, pods, and Services with their endpoints as kube-proxy knows
 * them (of EndpointSlices).  States are in kubectl's words.  A text is "" where there is nothing to say, never NULL.
 * Looking changes nothing: what kubectl left going on is seen going on.
 */
#ifndef SVCSIM_SCENE_H
#define SVCSIM_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "svcsim/sim.h"

struct scene_node {
	const char *name, *status, *ip;	/* status: "Ready", "NotReady,SchedulingDisabled" */
	const char *const *taints;	/* "key=value:NoSchedule" */
	size_t ntaints;
	bool well;			/* Ready and open to pods */
};

struct scene_pod {
	const char *namespace, *name, *status, *ip, *node;
	int ready, containers;
	bool well;			/* ready, or done with its work */
	bool system;			/* Kubernetes' own: its namespace begins with kube- */
};

#define SCENE_NO_POD ((size_t)-1)
struct scene_endpoint {
	const char *address;		/* "10.244.1.2:80" */
	size_t pod;			/* in the scene's pods */
	bool ready;
};

struct scene_service {
	const char *namespace, *name, *type;
	const char *cluster_ip;		/* "None", or "" of an ExternalName */
	const char *ports;		/* "80:30085/TCP,443/TCP" */
	const char *external;		/* addresses from outside, "<pending>", or the name of an ExternalName */
	bool is_name;			/* an ExternalName: no addresses, no endpoints */
	const struct scene_endpoint *endpoints;	/* by slice, port, and the order that stands there */
	size_t nendpoints;
	bool well;			/* an endpoint is ready, or it needs none */
	bool system;			/* as of pods; and that of the API server */
};

struct scene {				/* each sorted by namespace and name */
	const struct scene_node *nodes;
	const struct scene_pod *pods;
	const struct scene_service *services;
	size_t nnodes, npods, nservices;
};

/* As it is now; scene_free takes it away. */
struct scene *scene_new(struct sim *sim);
void scene_free(struct scene *scene);

#endif
