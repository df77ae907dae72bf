/*
 * A Service with affinity is asked again and again, by several clients, by its cluster IP, its node ports on several nodes and its
 * other addresses, which share what a node remembers.  The walk follows: before each connection it gives every branch that its
 * memory leaves open, and then it remembers the one that the kernel took.
 *
 * How long a node remembers is not tried, since that would be waited for: the texts of the rules say it (rules.c).
 */
#include "sticky.h"

#include <stdio.h>
#include <string.h>

#include "listeners.h"
#include "tries.h"

#define CONNECTIONS 24	/* of each Service's port */

/* Chance as a list of choices: the last "yes" becomes "no" for the next branch. */
struct branch {
	struct chooser chooser;
	VEC(bool) choices;
	size_t at;
};

static bool
take(struct chooser *chooser, double probability)
{
	struct branch *branch = (struct branch *)chooser;

	(void)probability;
	if (branch->at == branch->choices.n)
		*vec_push(&branch->choices) = true;
	return branch->choices.v[branch->at++];
}

static bool
next_branch(struct branch *branch)
{
	while (branch->choices.n && !branch->choices.v[branch->choices.n - 1])
		branch->choices.n--;
	if (branch->choices.n)
		branch->choices.v[branch->choices.n - 1] = false;
	branch->at = 0;
	return branch->choices.n > 0;
}

/* ---- what the nodes remember ---- */

typedef VEC(struct map) memory;

static void
copy_map(const struct map *from, struct map *to)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(from, &at));) {
		int64_t *seen = xmalloc(sizeof *seen);

		*seen = *(const int64_t *)entry->value;
		map_set(to, entry->key, seen);
	}
}

static void
forget(struct map *map)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(map, &at));)
		free(entry->value);
	map_release(map);
}

static memory
memory_of(const struct world *world)
{
	memory kept = VEC_INIT;

	for (size_t i = 0; i < world->nnodes; i++)
		copy_map(&world->nodes[i].recent, vec_push(&kept));
	return kept;
}

static void
memory_put(struct world *world, const memory *kept)
{
	for (size_t i = 0; i < world->nnodes; i++) {
		forget(&world->nodes[i].recent);
		copy_map(&kept->v[i], &world->nodes[i].recent);
	}
}

static void
memory_release(memory *kept)
{
	for (size_t i = 0; i < kept->n; i++)
		forget(&kept->v[i]);
	vec_release(kept);
}

/* ---- one connection ---- */

/* One branch after the other, each from the memory as it was; the one that gives the kernel's answer stays in it. */
static bool
follow(struct world *world, const struct walk_request *request, const struct answer *got, answer_vec *others)
{
	memory before = memory_of(world);
	struct branch branch = { .chooser = { take } };
	bool found = false;

	do {
		struct answer *answer = vec_push(others);
		struct walk walk;

		memory_put(world, &before);
		walk_init(&walk);
		walk_run(world, request, &branch.chooser, &walk);
		flow_answer(&walk, answer);
		found = answer_equal(answer, got) || flow_is_foreign(world, &walk);
		walk_release(&walk);
	} while (!found && next_branch(&branch));
	vec_release(&branch.choices);
	memory_release(&before);
	return found;
}

static void
report(const struct flow *flow, const struct answer *got, const answer_vec *others)
{
	struct str text = STR_INIT;

	flow_describe(flow, &text);
	printf("differs: %s, after others (session affinity)\n", text.buf);
	answer_print(got, "kernel:");
	for (size_t i = 0; i < others->n; i++)
		answer_print(&others->v[i], "walk:  ");
	str_release(&text);
}

/* ---- all of them ---- */

/* Clients and ways of one Service's port in turn: the order is the same at every run. */
struct sequence {
	struct flows flows;
	bool failed;	/* once is enough: what follows would differ, too */
};
typedef VEC(struct sequence) sequence_vec;

static struct flow *
nth(const struct sequence *sequence, size_t n)
{
	return &sequence->flows.list.v[n / 2 * 7 % sequence->flows.list.n];
}

static void
add_sequence(struct netns *netns, const struct service *service, const struct service_port *port, sequence_vec *sequences)
{
	struct sequence sequence = { .flows = { .netns = netns } };
	destination_vec ways = VEC_INIT;

	tries_of_port(&netns->cluster->world, service, port, &ways);
	for (size_t i = 0; i < ways.n; i++)
		tries_from(&sequence.flows, FROM_ENTRANCES | FROM_INSIDE, &ways.v[i]);
	for (size_t i = 0; i < sequence.flows.list.n; i++)
		flow_expect(&netns->cluster->world, &sequence.flows.list.v[i]);
	flows_drop(&sequence.flows, flow_may_be_answered);
	for (size_t i = 0; i < sequence.flows.list.n; i++) {
		sequence.flows.list.v[i].request.remember = true;
		sequence.flows.list.v[i].request.now = netns->cluster->server.clock.now;
	}
	if (sequence.flows.list.n)
		*vec_push(sequences) = sequence;
	else
		flows_release(&sequence.flows);
	vec_release(&ways);
}

static void
judge_one(struct world *world, struct sequence *sequence, const struct flow *flow, const struct answer *got, struct tally *tally)
{
	answer_vec others = VEC_INIT;
	bool found = follow(world, &flow->request, got, &others);

	tally->passed += found;
	tally->failed += !found;
	sequence->failed = !found;
	if (!found)
		report(flow, got, &others);
	vec_release(&others);
}

/* The n-th connections of all sequences, which know nothing of each other, at once. */
static void
judge_turn(struct netns *netns, sequence_vec *sequences, size_t n, struct tally *tally)
{
	struct dial *dials = xcalloc(sequences->n + 1, sizeof *dials);

	for (size_t i = 0; i < sequences->n; i++)
		flow_dial(nth(&sequences->v[i], n), &dials[i]);
	dial_all(netns, dials, sequences->n, false);
	for (size_t i = 0; i < sequences->n; i++)
		if (!sequences->v[i].failed)
			judge_one(&netns->cluster->world, &sequences->v[i], nth(&sequences->v[i], n), &dials[i].answer, tally);
	free(dials);
}

void
sticky_judge(struct netns *netns, struct tally *tally)
{
	size_t n;
	const struct object *const *services = store_list(netns->cluster->server.store, kind_by_kind("Service"), NULL, &n);
	sequence_vec sequences = VEC_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(services[i]);

		for (size_t p = 0; service->affinity && p < service->nports; p++)
			if (listeners_speak(service->ports[p].protocol))
				add_sequence(netns, service, &service->ports[p], &sequences);
	}
	for (size_t i = 0; sequences.n && i < CONNECTIONS; i++)
		judge_turn(netns, &sequences, i, tally);
	for (size_t i = 0; i < sequences.n; i++)
		flows_release(&sequences.v[i].flows);
	vec_release(&sequences);
}
