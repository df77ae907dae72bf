/*
 * A journey: one packet and the place where it is, on its way there and back.  Private to net/walk*.c: walk.c steps from place to
 * place, walk_node.c takes it over a node (walk_ipvs.c past its virtual servers), walk_outside.c over what is no node, journey.c keeps what all of them need.
 */
#ifndef NET_JOURNEY_H
#define NET_JOURNEY_H

#include "net/walk.h"

#define STEPS_MAX 32	/* places on one way; more is a loop in somebody's rules */

/* A connection as one node's conntrack holds it; node NULL: the cloud's balancer. */
struct tracked {
	struct world_node *node;
	struct packet original, translated;
	bool dnat, snat;
	bool answered;			/* the reply came by, too */
};

enum place_kind { PLACE_POD, PLACE_NODE, PLACE_PROCESS, PLACE_OUTSIDE, PLACE_END };
struct place {
	enum place_kind kind;
	const struct pod *pod;
	struct world_node *node;	/* NODE: it comes in; PROCESS: a process there sends it */
	const char *in;			/* device of NODE */
};

struct journey {
	struct world *world;
	const struct walk_request *request;
	struct chooser *chooser;
	struct walk *walk;
	struct packet packet, first;
	struct tracked tracked[STEPS_MAX];
	size_t ntracked;
	struct tracked *entry;		/* of the node it is on */
	struct world_node *node;	/* it is on; NULL elsewhere */
	enum hook hook;
	bool in_hook, reply;
	bool error;			/* the reply is an ICMP error about the packet */
	bool taken;			/* on this node, by a virtual server of IPVS; */
	struct packet asked;		/* the packet before that */
	enum verdict outcome;		/* of the way there, while the reply is on its way */
};

/* One more line of the walk; nothing when nobody watches.  hop_push needs somebody who does. */
struct hop *hop_push(struct journey *j, enum hop_kind kind);
void hop_say(struct journey *j, enum hop_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The packet ends here.  A reply that is lost leaves silence, whatever was answered. */
struct place journey_lose(struct journey *j, enum verdict verdict);
/*
 * Is the node powered off?  Then the packet ends here: nobody answers for its address, and after three tries of ARP, a second each, the
 * neighbour that had the packet says that the host can't be reached (Linux: mcast_solicit, retrans_time_ms, arp_error_report).
 */
bool journey_ends_at(struct journey *j, const struct world_node *node);
/* The endpoint answers, or refuses: the reply starts at from. */
struct place journey_answer(struct journey *j, enum verdict verdict, struct place from);
/* The reply is where the connection began: is it what the sender waits for? */
struct place journey_arrive(struct journey *j);

/* conntrack: an entry for the packet as it is, on a node or (NULL) at the balancer; the entry that it is the reply of, or NULL. */
struct tracked *track_add(struct journey *j, struct world_node *node);
struct tracked *track_find(struct journey *j, const struct world_node *node);
unsigned track_state(const struct journey *j);		/* CT_* bits on the node that it is on */
void track_rewrite_destination(struct journey *j, const struct ip *ip, uint16_t port);	/* also in the entry */
void track_restore_destination(struct journey *j);		/* the reply's addresses back to what the sender knows */
void track_restore_source(struct journey *j);

/* A node's address on a device: the bridge's, or its first of that family. */
#define BRIDGE "cni0"
#define UPLINK "eth0"
const struct ip *world_node_address(const struct world_node *node, const char *device, enum ip_family family);

/*
 * walk_ipvs.c: the virtual server that this packet is for, NULL; and what that does with it: its destination becomes a
 * real server's, or it ends here (false).
 */
const struct virtual_server *ipvs_server_of(struct journey *j);
bool ipvs_take(struct journey *j, const struct virtual_server *server);

/*
 * A node says no: does that find the sender?  By the same nodes as the packet, or the sender doesn't know which of its connections is meant.
 * Nobody watches this way back.
 */
bool journey_hears(const struct journey *j, bool icmp);

/*
 * Do the packets behind a TCP handshake get through?  To a node that the answer didn't pass they are INVALID, which kube-proxy drops in
 * iptables mode.  NULL, or the node that drops them.
 */
const struct world_node *journey_breaks_at(const struct journey *j);

/* One step each: where it goes next. */
struct place journey_at_node(struct journey *j, const struct place *place);
struct place journey_at_process(struct journey *j, const struct place *place);
struct place journey_at_outside(struct journey *j);

#endif
