/* One kind of connection: what the walk expects of it, and what the kernel did. */
#ifndef KERNEL_FLOW_H
#define KERNEL_FLOW_H

#include "dial.h"
#include "net/walk.h"

struct tally {
	int passed, failed;
};

typedef VEC(struct answer) answer_vec;

struct flow {
	struct walk_request request;
	char *from;			/* namespace */
	bool sticky;			/* session affinity: one client keeps its branch */
	bool foreign;			/* flow_is_foreign() */
	answer_vec expected;		/* every branch of the walk, each once */
};

struct flows {
	struct netns *netns;
	VEC(struct flow) list;
};

/* Asks the walk; once. */
void flow_expect(struct world *world, struct flow *flow);
bool flow_may_be_answered(const struct flow *flow);
void flow_describe(const struct flow *flow, struct str *out);
void flow_dial(const struct flow *flow, struct dial *dial);
/* The walk's answer as a listener would give it. */
void flow_answer(const struct walk *walk, struct answer *answer);
/* By a cloud's balancer, or lost there: that is no kernel. */
bool flow_is_foreign(struct world *world, const struct walk *walk);
bool answer_equal(const struct answer *a, const struct answer *b);
void answer_print(const struct answer *answer, const char *who);
/* One to be judged, with no expectations yet; what stands before this call in the list may move. */
struct flow *flows_add(struct flows *flows, const char *from, const struct walk_source *source, const struct ip *to, uint16_t port,
	enum protocol protocol);
/* Each is asked of the walk and dialled several times; each answer must be one of the walk's, and all of those must come. */
void flows_judge(struct flows *flows, struct tally *tally);
void flows_drop(struct flows *flows, bool (*keep)(const struct flow *flow));	/* all others */
void flows_release(struct flows *flows);

#endif
