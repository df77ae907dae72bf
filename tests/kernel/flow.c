#include "flow.h"

#include <stdio.h>
#include <string.h>

#define TRIES 3		/* connections of one kind: chance takes another branch now and then */
/*
 * A branch that the kernel never takes is a fault, too.  With n equal branches the chance to miss one in so many tries is
 * below n (1 - 1/n)^TRIES_ALL: for four, one in fifty millions.
 */
#define TRIES_ALL 64
#define BRANCHES_ALL 4

void
flow_describe(const struct flow *flow, struct str *out)
{
	const struct walk_request *request = &flow->request;
	char text[IP_TEXT + 8];

	str_addf(out, "%s", flow->from);
	if (!request->from.pod && !request->from.node)
		str_addf(out, " (%s)", ip_format(&request->from.ip, text));
	str_addf(out, " -> %s %s", protocol_name(request->protocol), ip_port_format(&request->to, request->port, text));
	if (request->enter)
		str_addf(out, " by node %s", request->enter->name);
}

void
flow_dial(const struct flow *flow, struct dial *dial)
{
	const struct walk_request *request = &flow->request;

	*dial = (struct dial){ .from = flow->from, .to = request->to, .port = request->port, .protocol = request->protocol };
	if (!request->from.pod && !request->from.node)
		dial->source = request->from.ip;
}

void
flow_answer(const struct walk *walk, struct answer *answer)
{
	memset(answer, 0, sizeof *answer);
	snprintf(answer->verdict, sizeof answer->verdict, "%s", verdict_name(walk->verdict));
	if (walk->verdict != VERDICT_ANSWERED)
		return;
	if (walk->pod)
		snprintf(answer->who, sizeof answer->who, "pod-%s-%s", walk->pod->object->namespace, walk->pod->object->name);
	else if (walk->node[0])
		snprintf(answer->who, sizeof answer->who, "node-%s", walk->node);
	else
		strcpy(answer->who, "host");
	ip_format(&walk->source_seen, answer->source);
}

bool
flow_is_foreign(struct world *world, const struct walk *walk)
{
	for (size_t i = 0; i < walk->hops.n; i++) {
		const struct hop *hop = &walk->hops.v[i];

		if (hop->kind == HOP_BALANCER ||
			(hop->kind == HOP_LOST && !hop->node[0] && world_service_by_balancer(world, &hop->packet.dst)))
			return true;
	}
	return false;
}

bool
answer_equal(const struct answer *a, const struct answer *b)
{
	return strcmp(a->verdict, b->verdict) == 0 && strcmp(a->who, b->who) == 0 && strcmp(a->source, b->source) == 0;
}

void
answer_print(const struct answer *answer, const char *who)
{
	printf("  %s %s", who, answer->verdict);
	if (answer->who[0])
		printf(" by %s, which saw %s", answer->who, answer->source);
	printf("\n");
}

struct flow *
flows_add(struct flows *flows, const char *from, const struct walk_source *source, const struct ip *to, uint16_t port,
	enum protocol protocol)
{
	struct flow *flow = vec_push(&flows->list);

	flow->from = xstrdup(from);
	flow->request = (struct walk_request){ .from = *source, .to = *to, .port = port, .protocol = protocol };
	return flow;
}

static struct answer *
find(const struct flow *flow, const struct answer *answer)
{
	for (size_t i = 0; i < flow->expected.n; i++)
		if (answer_equal(&flow->expected.v[i], answer))
			return &flow->expected.v[i];
	return NULL;
}

struct expectation {
	struct world *world;
	struct flow *flow;
};

static void
expect_branch(void *arg, struct walk *walk)
{
	struct expectation *expectation = arg;
	struct flow *flow = expectation->flow;
	struct answer answer;

	flow_answer(walk, &answer);
	if (flow->request.protocol == PROTOCOL_ICMP)	/* an echo doesn't say whose it is */
		answer.who[0] = answer.source[0] = '\0';
	flow->foreign |= flow_is_foreign(expectation->world, walk);
	if (!find(flow, &answer))
		*vec_push(&flow->expected) = answer;
	walk_release(walk);
}

static void
report(const struct flow *flow, const struct answer *got)
{
	struct str text = STR_INIT;

	flow_describe(flow, &text);
	printf("differs: %s\n", text.buf);
	answer_print(got, "kernel:");
	for (size_t i = 0; i < flow->expected.n; i++)
		answer_print(&flow->expected.v[i], "walk:  ");
	str_release(&text);
}

static bool
is_silent(const struct answer *answer)
{
	return strcmp(answer->verdict, "dropped") == 0;
}

/*
 * Those that were silent against expectation get a second, longer chance.  Who connects by IPv6 and is refused while still inside
 * of connect() hears of it only when the question is asked again, a second later.
 */
static void
dial_again(const struct flows *flows, const size_t *which, size_t n, struct dial *dials)
{
	struct dial *again = xcalloc(n + 1, sizeof *again);
	size_t *index = xcalloc(n + 1, sizeof *index), count = 0;

	for (size_t i = 0; i < n; i++)
		if (is_silent(&dials[i].answer) && !find(&flows->list.v[which[i]], &dials[i].answer)) {
			again[count] = dials[i];
			index[count++] = i;
		}
	dial_all(flows->netns, again, count, true);
	for (size_t i = 0; i < count; i++)
		dials[index[i]] = again[i];
	free(again);
	free(index);
}

static void
dial_flows(const struct flows *flows, const size_t *which, size_t n, struct dial *dials)
{
	for (size_t i = 0; i < n; i++)
		flow_dial(&flows->list.v[which[i]], &dials[i]);
	dial_all(flows->netns, dials, n, false);
	dial_again(flows, which, n, dials);
}

/* What is refused or silent without a choice is so every time. */
static bool
is_due(const struct flow *flow, unsigned turn)
{
	bool answered = flow->expected.n > 1 || strcmp(flow->expected.v[0].verdict, verdict_name(VERDICT_ANSWERED)) == 0;

	return !flow->foreign && turn < (answered ? TRIES : 1);
}

static void
judge_turn(struct flows *flows, unsigned turn, bool *failed, struct tally *tally)
{
	size_t *which = xcalloc(flows->list.n + 1, sizeof *which), n = 0;
	struct dial *dials;

	for (size_t i = 0; i < flows->list.n; i++)
		if (is_due(&flows->list.v[i], turn) && !failed[i])
			which[n++] = i;
	dials = xcalloc(n + 1, sizeof *dials);
	dial_flows(flows, which, n, dials);
	for (size_t i = 0; i < n; i++) {
		if (find(&flows->list.v[which[i]], &dials[i].answer)) {
			tally->passed++;
			continue;
		}
		tally->failed++;
		failed[which[i]] = true;
		report(&flows->list.v[which[i]], &dials[i].answer);
	}
	free(dials);
	free(which);
}

static bool
same_destination(const struct flow *a, const struct flow *b)
{
	return ip_equal(&a->request.to, &b->request.to) && a->request.port == b->request.port &&
		a->request.protocol == b->request.protocol;
}

/* Of each destination the first flow that has branches; how many. */
static size_t
pick_branching(const struct flows *flows, size_t *which)
{
	size_t n = 0;

	for (size_t i = 0; i < flows->list.n; i++) {
		const struct flow *flow = &flows->list.v[i];

		if (!flow->sticky && !flow->foreign && flow->expected.n >= 2 && flow->expected.n <= BRANCHES_ALL &&
			(!n || !same_destination(flow, &flows->list.v[which[n - 1]])))
			which[n++] = i;
	}
	return n;
}

static void
judge_branches(const struct flow *flow, const struct dial *dials, struct tally *tally)
{
	bool seen[BRANCHES_ALL] = { false }, all = true;
	struct str text = STR_INIT;

	for (size_t i = 0; i < TRIES_ALL; i++) {
		const struct answer *answer = find(flow, &dials[i].answer);

		if (answer)
			seen[answer - flow->expected.v] = true;
	}
	flow_describe(flow, &text);
	for (size_t i = 0; i < flow->expected.n; i++) {
		/* that a neighbour is gone may be told after the last of them has given up */
		if (seen[i] || strcmp(flow->expected.v[i].verdict, verdict_name(VERDICT_UNREACHABLE)) == 0)
			continue;
		all = false;
		printf("differs: %s: in %d connections the kernel never does what the walk says\n", text.buf, TRIES_ALL);
		answer_print(&flow->expected.v[i], "walk:  ");
	}
	tally->passed += all;
	tally->failed += !all;
	str_release(&text);
}

/* Does the kernel take every branch that the walk knows? */
static void
judge_all_branches(const struct flows *flows, struct tally *tally)
{
	size_t *which = xcalloc(flows->list.n + 1, sizeof *which), n = pick_branching(flows, which);
	struct dial *dials = xcalloc(n * TRIES_ALL + 1, sizeof *dials);

	for (size_t i = 0; i < n * TRIES_ALL; i++)
		flow_dial(&flows->list.v[which[i / TRIES_ALL]], &dials[i]);
	dial_all(flows->netns, dials, n * TRIES_ALL, false);
	for (size_t i = 0; i < n; i++)
		judge_branches(&flows->list.v[which[i]], dials + i * TRIES_ALL, tally);
	free(dials);
	free(which);
}

void
flow_expect(struct world *world, struct flow *flow)
{
	struct expectation expectation = { world, flow };

	walk_all(world, &flow->request, expect_branch, &expectation);
}

bool
flow_may_be_answered(const struct flow *flow)
{
	for (size_t i = 0; i < flow->expected.n; i++)
		if (strcmp(flow->expected.v[i].verdict, verdict_name(VERDICT_ANSWERED)) == 0)
			return true;
	return false;
}

void
flows_judge(struct flows *flows, struct tally *tally)
{
	bool *failed = xcalloc(flows->list.n + 1, sizeof *failed);

	for (size_t i = 0; i < flows->list.n; i++)
		flow_expect(&flows->netns->cluster->world, &flows->list.v[i]);
	for (unsigned turn = 0; turn < TRIES; turn++)
		judge_turn(flows, turn, failed, tally);
	judge_all_branches(flows, tally);
	free(failed);
}

static void
flow_release(struct flow *flow)
{
	free(flow->from);
	vec_release(&flow->expected);
}

void
flows_drop(struct flows *flows, bool (*keep)(const struct flow *flow))
{
	size_t kept = 0;

	for (size_t i = 0; i < flows->list.n; i++) {
		if (keep(&flows->list.v[i]))
			flows->list.v[kept++] = flows->list.v[i];
		else
			flow_release(&flows->list.v[i]);
	}
	flows->list.n = kept;
}

void
flows_release(struct flows *flows)
{
	for (size_t i = 0; i < flows->list.n; i++)
		flow_release(&flows->list.v[i]);
	vec_release(&flows->list);
}
