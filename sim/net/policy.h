/*
 * NetworkPolicy (networking.k8s.io/v1): may this packet leave, or come into, a pod?  A pod is isolated for a direction when any policy of its
 * namespace selects it and lists that direction; then only what some rule of those policies allows gets through.  There is no order and no
 * deny rule.  Addresses are those after DNAT.
 */
#ifndef NET_POLICY_H
#define NET_POLICY_H

#include "net/packet.h"
#include "store/store.h"

struct policy_question {
	const struct pod *subject;	/* whose policies are asked */
	bool ingress;			/* else egress */
	const struct pod *peer;		/* the other side, when its address is a pod's; NULL */
	struct ip peer_ip;
	const struct pod *target;	/* the receiving pod, whose port names count; NULL */
	enum protocol protocol;
	uint16_t port;			/* of the receiver */
};

struct policy_answer {
	bool isolated, allowed;
	const struct object *policy;	/* that allowed it, or the first that isolates; NULL: no policy concerns it */
	size_t rule;			/* of the policy that allowed it: its place in spec.ingress or spec.egress */
	size_t isolating;		/* how many policies isolate the pod in this direction */
};

void policy_ask(const struct store *store, const struct policy_question *question, struct policy_answer *answer);

#endif
