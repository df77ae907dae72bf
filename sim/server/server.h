/*
 * The API server in one process: a request is decoded, defaulted, admitted and allocated, validated, and only then
 * stored; what fails leaves the store and the allocators as they were.  kubectl, controllers, scenario set-up and
 * checks all come through here.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "api/object.h"
#include "base/clock.h"
#include "base/rng.h"
#include "server/settings.h"
#include "server/status.h"
#include "store/ippool.h"
#include "store/portpool.h"
#include "store/store.h"

struct server {
	struct store *store;
	struct settings settings;
	struct clock clock;
	struct rng rng;
	struct ippool ips[2];	/* by settings.service_subnets */
	struct portpool ports;
	uint64_t changes;	/* requests of people that changed something */
	/* The part of the control plane that is at work, by its name in managedFields; NULL: its writes are no one's. */
	const char *program;
	/* Lets the controllers run and virtual time pass until nothing more happens; set by sim/sim.c. */
	void (*settle)(void *arg);
	void *settle_arg;
	/*
	 * A container's process is about to end: what its commands that began until then wrote is written down.  Set by
	 * host/process_log.c; NULL where nobody could read it.
	 */
	void (*hear_out)(void *arg, const struct object *pod, const struct value *container, int64_t until);
	void *hear_out_arg;
};

void server_init(struct server *server, uint64_t seed, int64_t now);
void server_release(struct server *server);
/* After settings were read: makes the allocators, the four namespaces and default/kubernetes. */
MUST_CHECK int server_bootstrap(struct server *server, struct err *err);
/*
 * After objects were put straight into the store (a saved cluster, an API server's dump), with or without
 * server_bootstrap before: the allocators are made anew and hold what Services hold.
 */
void server_recount(struct server *server);
/*
 * Makes what is missing of Service default/kubernetes, its Endpoints and its EndpointSlice: the control-plane
 * nodes' addresses, port 6443.  The server calls it itself after each change of a Node or of one of these.
 */
void server_reconcile_kubernetes(struct server *server);

/* Whether this cluster has the kind: one of a CustomResourceDefinition is there while that is (server/crd.c). */
bool server_serves(const struct server *server, const struct kind *kind);
/* Makes the CustomResourceDefinitions of the Gateway API that are not there yet. */
void server_install_gateway_api(struct server *server);

enum request_verb {
	REQUEST_CREATE,
	REQUEST_UPDATE,		/* replace; resourceVersion in the body is compared when it is there */
	REQUEST_PATCH,
	REQUEST_DELETE,
};
enum patch_type { PATCH_STRATEGIC, PATCH_MERGE, PATCH_JSON, PATCH_APPLY };
enum propagation { PROPAGATE_BACKGROUND, PROPAGATE_FOREGROUND, PROPAGATE_ORPHAN };

struct request {
	enum request_verb verb;
	const struct kind *kind;
	const char *namespace;		/* "" for cluster-wide kinds */
	const char *name;		/* of UPDATE, PATCH, DELETE */
	const char *subresource;	/* NULL, "status", "scale", "binding", "ephemeralcontainers" */
	const struct value *body;	/* of CREATE, UPDATE: the object; of PATCH: the patch */
	enum patch_type patch_type;	/* PATCH_APPLY makes what is missing */
	const char *manager;		/* fieldManager; NULL: by who asks */
	bool force;			/* of PATCH_APPLY: conflicts are won */
	bool dry_run;
	bool as_stored;			/* taken as an API server's dump: no admission, no allocation, no validation */
	bool system;			/* a controller's: status may be written along with the rest */
	bool newer;			/* a custom resource of a definition that may know more than our tables: what they don't
					   know of it is kept, and it isn't validated */
	bool strict;			/* fieldValidation=Strict: unknown fields are a BadRequest, else a warning */
	bool ignore_unknown;		/* fieldValidation=Ignore: not even a warning */
	enum propagation propagation;
	int64_t grace_seconds;		/* -1: the object's own; 0: at once */
};
#define REQUEST_INIT { .namespace = "", .grace_seconds = -1, .strict = true }

/*
 * 0 and the stored (or, of a dry run, would-be) object in *out with a reference for the caller; *out is the last
 * version of a deleted one.  -1 and *status says why.  out may be NULL.  status->warnings may be filled either
 * way.
 */
MUST_CHECK int server_do(struct server *server, const struct request *request, const struct object **out, struct status *status);

/*
 * Shorthands for controllers.  server_create gives the stored object, good until its next change, or NULL when it
 * was there already or its namespace is gone or going; any other refusal is a BUG.
 */
const struct object *server_create(struct server *server, const struct kind *kind, const char *namespace, const struct value *body);
void server_write(struct server *server, struct object *changed);	/* a changed copy replaces the stored one, spec and
								status; takes the reference; nothing happens
								when nothing differs or the object is gone */
void server_remove(struct server *server, const struct object *object);	/* at once; one with finalizers when these are gone */

#endif
