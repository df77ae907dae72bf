/*
 * One cluster: the API server, its controllers, the network and the names, tied together.  It is a value: the same seed, files and
 * requests give the same bytes.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include "cluster/logs.h"
#include "control/control.h"
#include "dns/dns.h"
#include "net/world.h"
#include "server/server.h"

struct cluster {
	struct server server;
	struct control control;
	struct world world;
	struct dns dns;
	struct logs logs;
	uint64_t connections;	/* how many were tried: each rolls its own dice */
	struct map proxies;	/* the nodes on which a pod of kube-proxy's ran when somebody looked last (nodehost.c), */
	uint64_t proxies_seen;	/* at this version of the pods, */
	uint64_t proxies_started;	/* and a sum over when each of them started */
	bool held;		/* only the clock moves: what a container's process did is lived through (host/process_log.h) */
	bool restless;		/* something was left going on (cluster_leave), and nobody has looked since */
};

/* A document's text and where it came from. */
struct cluster_text {
	const char *file, *text;
	size_t len;
};

/*
 * A cluster from texts: settings documents first, then the objects in order.  Without any Node among them the base
 * cluster (cluster/base.yaml.h: controlplane, node01, node02, CoreDNS, kube-proxy) stands below; without any text at
 * all also Deployment `web` and its NodePort Service on 30080.  Settled when this returns.
 * as_stored: objects are an API server's dump; nothing is defaulted, allocated or run, and no base is added.
 */
MUST_CHECK int cluster_make(struct cluster *cluster, uint64_t seed, int64_t now, const struct cluster_text *texts, size_t n,
	bool as_stored, struct err *err);
/*
 * A saved cluster in two steps: cluster_restore makes an empty one by its settings documents; the caller puts the objects
 * into the store (store_load, store_set_version) and the dice right; cluster_restored brings the allocators up to them.
 */
MUST_CHECK int cluster_restore(struct cluster *cluster, uint64_t seed, int64_t now, const struct value *documents,
	struct err *err);
void cluster_restored(struct cluster *cluster, bool at_rest);	/* at_rest: no controller waits for a time */
/* Also for one that could not be made: all zero is released already. */
void cluster_release(struct cluster *cluster);

/* Controllers run and time jumps until rest, at most two minutes of it. */
void cluster_settle(struct cluster *cluster);
/* Controllers run, but what takes time is left going on, until cluster_rest. */
void cluster_leave(struct cluster *cluster);
/* Before something is looked at: settles when something was left going on. */
void cluster_rest(struct cluster *cluster);
/* It is now: controllers run what became due. */
void cluster_tick(struct cluster *cluster, int64_t now);
/* The network is made anew of the store and the settings when it is asked for next. */
void cluster_forget_network(struct cluster *cluster);
/* The dice for the next connection. */
struct rng cluster_dice(struct cluster *cluster);

/*
 * invariants.c: BUG()s when one is broken: an address or a node port held twice or leaked, an endpoint without its pod or
 * ready before it, an owner gone.
 */
void cluster_check(const struct cluster *cluster);

extern const char cluster_base_yaml[];		/* nodes, CoreDNS, kube-proxy */
extern const char cluster_metrics_yaml[];	/* metrics-server, by kind: Addons */
extern const char cluster_example_yaml[];	/* Deployment web and its Service */

#endif
