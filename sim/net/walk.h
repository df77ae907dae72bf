/*
 * One connection, from the sender's first packet to the answer: routes and hooks on every node on the way, conntrack,
 * the listener, and the reply's way back.  The walk is a list of hops; text, JSON and the screen print it later.
 */
#ifndef NET_WALK_H
#define NET_WALK_H

#include "net/world.h"

#define VERDICTS(X) \
	X(VERDICT_ANSWERED, "answered", "the connection is made and the answer comes back") \
	X(VERDICT_REFUSED, "refused", "an answer that says no: a reset, or ICMP from REJECT") \
	X(VERDICT_DROPPED, "dropped", "silence: nobody answers, the client waits until it gives up") \
	X(VERDICT_UNREACHABLE, "unreachable", "there is no route") \
	X(VERDICT_UNRESOLVED, "unresolved", "the name has no address")
enum verdict {
#define VERDICT_ENUM(id, name, help) id,
	VERDICTS(VERDICT_ENUM)
#undef VERDICT_ENUM
	VERDICT_COUNT
};
const char *verdict_name(enum verdict verdict);
const char *verdict_help(enum verdict verdict);

#define HOP_KINDS(X) \
	X(HOP_SEND, "send")		/* the packet leaves its sender */ \
	X(HOP_RULE, "rule")		/* a rule matched: table, chain, rule */ \
	X(HOP_UNJUDGED, "unjudged")	/* a rule that svcsim doesn't wholly know: text says what was taken for granted */ \
	X(HOP_DNAT, "dnat") X(HOP_SNAT, "snat")	/* the packet was rewritten (also the un-doing on the reply) */ \
	X(HOP_ROUTE, "route")		/* a routing decision: text says which */ \
	X(HOP_LINK, "link")		/* from node to node, to a pod, to the outside */ \
	X(HOP_POLICY, "policy")		/* a NetworkPolicy's verdict */ \
	X(HOP_DELIVER, "deliver")	/* at the process that listens, or at a closed port */ \
	X(HOP_IPVS, "ipvs")		/* a virtual server picked a real server */ \
	X(HOP_BALANCER, "balancer")	/* the cloud's balancer picked a node */ \
	X(HOP_LOST, "lost")		/* dropped or rejected: text says where */
enum hop_kind {
#define HOP_KIND_ENUM(id, name) id,
	HOP_KINDS(HOP_KIND_ENUM)
#undef HOP_KIND_ENUM
};
const char *hop_kind_name(enum hop_kind kind);

struct hop {
	enum hop_kind kind;
	bool reply;		/* on the way back */
	const char *node;	/* name of the node, "" outside nodes */
	bool in_hook;
	enum hook hook;
	const char *table, *chain;	/* of HOP_RULE and HOP_UNJUDGED, "" otherwise */
	const struct rule *rule;	/* of those; NULL otherwise */
	const struct element *element;	/* of a map of nftables: what the rule found there; NULL */
	const char *text;	/* what happened, in one plain sentence without a full stop; in the walk's arena */
	struct packet packet;	/* after it */
};

/* What is to blame, when it failed: an object, the field to look at, and one sentence. */
struct cause {
	const char *kind, *namespace, *name, *field, *text;	/* kind NULL: nothing known */
};

struct walk {
	struct arena arena;
	VEC(struct hop) hops;
	enum verdict verdict;
	double probability;
	struct ip endpoint;		/* who got the packet; family IP_NONE: nobody */
	uint16_t endpoint_port;
	const struct pod *pod;		/* NULL unless a pod answered or refused */
	const char *node;		/* where it was delivered; "" */
	struct ip source_seen;		/* the source that the endpoint saw */
	bool masqueraded;
	const struct object *policy;	/* the NetworkPolicy that stopped it; NULL */
	bool policy_ingress;
	const struct world_node *off;	/* the node on the way that is powered off; NULL */
	struct cause cause;
};

/* Who sends.  Exactly one of pod, node, or outside (neither). */
struct walk_source {
	const struct pod *pod;
	struct world_node *node;
	struct ip ip;			/* outside: the client's address; node, pod: filled by the walk when IP_NONE */
};

struct walk_request {
	struct walk_source from;
	struct ip to;
	uint16_t port;
	enum protocol protocol;
	struct world_node *enter;	/* outside: the node that the router hands it to (a balancer's choice); NULL: by route */
	bool no_events;			/* only the verdict: nothing is written into hops */
	bool remember;			/* session affinity is looked at and written down, as a real connection's */
	int64_t now;			/* for session affinity */
};

void walk_init(struct walk *walk);
void walk_release(struct walk *walk);
/* One connection, chance decided by the chooser. */
void walk_run(struct world *world, const struct walk_request *request, struct chooser *chooser, struct walk *walk);

/* Choosers: the seed's dice, and every branch in turn. */
struct dice {
	struct chooser chooser;
	struct rng *rng;
};
void dice_init(struct dice *dice, struct rng *rng);

/*
 * Runs the connection once for each branch, in rule order; fn gets each walk with its exact probability, and releases
 * it.  Past WALK_BRANCHES_MAX the rest is left out; false then.
 */
#define WALK_BRANCHES_MAX 4096
bool walk_all(struct world *world, const struct walk_request *request, void (*fn)(void *arg, struct walk *walk),
	void *arg);

/* walk_blame.c: fills walk->cause of a connection that failed. */
void walk_blame(struct world *world, const struct walk_request *request, struct walk *walk);
/* The built-in chain, and the node, whose policy DROP ended it; NULL: something else did. */
const char *walk_chain_policy(struct world *world, const struct walk *walk, const char **node);
/* The Service that the request's address and port belong to; NULL. */
const struct object *walk_service(struct world *world, const struct walk_request *request);

#endif
