#include "control/interpod.h"

#include <string.h>

#define REQUIRED "requiredDuringSchedulingIgnoredDuringExecution"
#define PREFERRED "preferredDuringSchedulingIgnoredDuringExecution"
#define HARD_WEIGHT 1	/* hardPodAffinityWeight: what another pod's required affinity is worth */

static const struct value *
terms_of(const struct object *pod, const char *side, const char *list)
{
	const struct value *affinity = value_path(pod->root, "spec.affinity");

	return affinity ? value_get(value_get(affinity, side), list) : NULL;
}

/* ---- whom a term means ---- */

static bool
is_namespace_meant(const struct server *server, const struct object *owner, const struct value *term,
	const char *namespace)
{
	const struct value *names = value_get(term, "namespaces"), *selector = value_get(term, "namespaceSelector");
	const struct object *object;

	if (!value_count(names) && value_is_null(selector))
		return strcmp(owner->namespace, namespace) == 0;
	for (size_t i = 0; i < value_count(names); i++)
		if (strcmp(value_text(value_at(names, i)), namespace) == 0)
			return true;
	object = store_get(server->store, kind_by_kind("Namespace"), "", namespace);
	return object && selector_matches(selector, value_get(object_meta(object), "labels"));
}

/* matchLabelKeys and mismatchLabelKeys are part of the selector since the pod was made. */
static bool
term_means(const struct server *server, const struct object *owner, const struct value *term,
	const struct object *other)
{
	return selector_matches(value_get(term, "labelSelector"), value_get(object_meta(other), "labels")) &&
		is_namespace_meant(server, owner, term, other->namespace);
}

static bool
all_mean(const struct server *server, const struct object *owner, const struct value *terms, const struct object *other)
{
	for (size_t i = 0; i < value_count(terms); i++)
		if (!term_means(server, owner, value_at(terms, i), other))
			return false;
	return value_count(terms) > 0;
}

/* ---- required terms: filtering.go ---- */

static void
count_at(struct tally *tally, const struct value *term, const struct roster_node *node)
{
	const char *key = value_get_text(term, "topologyKey"), *domain = key ? roster_label(node, key) : NULL;

	if (domain)
		tally_add(tally, key, domain, 1);
}

static void
look_at(struct interpod *interpod, const struct roster_node *node, const struct object *other)
{
	const struct server *server = interpod->roster->server;
	const struct value *near = terms_of(interpod->pod, "podAffinity", REQUIRED);
	const struct value *away = terms_of(interpod->pod, "podAntiAffinity", REQUIRED);
	const struct value *its = terms_of(other, "podAntiAffinity", REQUIRED);

	if (all_mean(server, interpod->pod, near, other))
		for (size_t i = 0; i < value_count(near); i++)
			count_at(&interpod->near, value_at(near, i), node);
	for (size_t i = 0; i < value_count(away); i++)
		if (term_means(server, interpod->pod, value_at(away, i), other))
			count_at(&interpod->away, value_at(away, i), node);
	for (size_t i = 0; i < value_count(its); i++)
		if (term_means(server, other, value_at(its, i), interpod->pod))
			count_at(&interpod->repelled, value_at(its, i), node);
}

/* Neither this pod nor any on the node cares where others are: most pods on most nodes. */
static bool
matters(const struct interpod *interpod, const struct roster_node *node)
{
	return interpod->social || node->social;
}

void
interpod_init(struct interpod *interpod, const struct object *pod, const struct roster *roster)
{
	*interpod = (struct interpod){ .pod = pod, .roster = roster, .social = roster_is_social(pod) };
	for (size_t i = 0; i < roster->nodes.n; i++)
		for (size_t p = 0; matters(interpod, &roster->nodes.v[i]) && p < roster->nodes.v[i].pods.n; p++)
			look_at(interpod, &roster->nodes.v[i], roster->nodes.v[i].pods.v[p].pod);
}

void
interpod_release(struct interpod *interpod)
{
	tally_release(&interpod->near);
	tally_release(&interpod->away);
	tally_release(&interpod->repelled);
}

/* The first of a group that wants to be together has nobody to join: it may go where the labels are. */
static bool
is_near(const struct interpod *interpod, const struct roster_node *node)
{
	const struct value *terms = terms_of(interpod->pod, "podAffinity", REQUIRED);
	bool found = true;

	for (size_t i = 0; i < value_count(terms); i++) {
		const char *key = value_get_text(value_at(terms, i), "topologyKey"),
			*domain = key ? roster_label(node, key) : NULL;

		if (!domain)
			return false;
		found = found && tally_get(&interpod->near, key, domain) > 0;
	}
	return found || (!interpod->near.numbers.n && all_mean(interpod->roster->server, interpod->pod, terms,
		interpod->pod));
}

static bool
is_away(const struct interpod *interpod, const struct roster_node *node)
{
	const struct value *terms = terms_of(interpod->pod, "podAntiAffinity", REQUIRED);

	for (size_t i = 0; i < value_count(terms); i++) {
		const char *key = value_get_text(value_at(terms, i), "topologyKey"),
			*domain = key ? roster_label(node, key) : NULL;

		if (domain && tally_get(&interpod->away, key, domain) > 0)
			return false;
	}
	return true;
}

static bool
is_repelled(const struct interpod *interpod, const struct roster_node *node)
{
	const struct value *labels = value_get(object_meta(node->node->object), "labels");

	if (!interpod->repelled.numbers.n)
		return false;
	for (size_t i = 0; i < value_count(labels); i++) {
		const char *domain = value_text(labels->map.v[i].value);

		if (domain && tally_get(&interpod->repelled, labels->map.v[i].key, domain) > 0)
			return true;
	}
	return false;
}

enum interpod_verdict
interpod_check(const struct interpod *interpod, const struct roster_node *node)
{
	if (!is_near(interpod, node))
		return INTERPOD_NOT_NEAR;
	if (!is_away(interpod, node))
		return INTERPOD_NOT_AWAY;
	return is_repelled(interpod, node) ? INTERPOD_REPELLED : INTERPOD_OK;
}

/* ---- preferred terms: scoring.go ---- */

static void
weigh(struct tally *sums, const struct value *term, const struct roster_node *node, int64_t weight)
{
	const char *key = value_get_text(term, "topologyKey"), *domain = key ? roster_label(node, key) : NULL;

	if (domain)
		tally_add(sums, key, domain, weight);
}

/* The terms of one pod that mean the other; the weight falls on where the one stands that was there before. */
static void
weigh_preferred(const struct interpod *interpod, struct tally *sums, const struct object *owner,
	const struct object *other,
	const struct roster_node *node)
{
	static const struct {
		const char *side;
		int64_t sign;
	} sides[] = { { "podAffinity", 1 }, { "podAntiAffinity", -1 } };

	for (size_t s = 0; s < 2; s++) {
		const struct value *list = terms_of(owner, sides[s].side, PREFERRED);

		for (size_t i = 0; i < value_count(list); i++) {
			const struct value *term = value_get(value_at(list, i), "podAffinityTerm");

			if (term_means(interpod->roster->server, owner, term, other))
				weigh(sums, term, node, sides[s].sign * value_get_int(value_at(list, i), "weight", 0));
		}
	}
}

static void
weigh_pod(const struct interpod *interpod, struct tally *sums, const struct roster_node *node,
	const struct object *other)
{
	const struct value *required = terms_of(other, "podAffinity", REQUIRED);

	weigh_preferred(interpod, sums, interpod->pod, other, node);
	weigh_preferred(interpod, sums, other, interpod->pod, node);
	for (size_t i = 0; i < value_count(required); i++)
		if (term_means(interpod->roster->server, other, value_at(required, i), interpod->pod))
			weigh(sums, value_at(required, i), node, HARD_WEIGHT);
}

static int64_t
sum_at(const struct tally *sums, const struct roster_node *node)
{
	const struct value *labels = value_get(object_meta(node->node->object), "labels");
	int64_t sum = 0;

	for (size_t i = 0; i < value_count(labels); i++)
		if (value_text(labels->map.v[i].value))
			sum += tally_get(sums, labels->map.v[i].key, value_text(labels->map.v[i].value));
	return sum;
}

void
interpod_score(const struct interpod *interpod, const struct roster_node *const *fit, size_t n, int64_t *scores)
{
	struct tally sums = TALLY_INIT;
	int64_t least = INT64_MAX, most = INT64_MIN;

	for (size_t i = 0; i < interpod->roster->nodes.n; i++)
		for (size_t p = 0; matters(interpod, &interpod->roster->nodes.v[i]) &&
			p < interpod->roster->nodes.v[i].pods.n; p++)
			weigh_pod(interpod, &sums, &interpod->roster->nodes.v[i],
				interpod->roster->nodes.v[i].pods.v[p].pod);
	for (size_t i = 0; sums.numbers.n && i < n; i++) {
		scores[i] = sum_at(&sums, fit[i]);
		least = scores[i] < least ? scores[i] : least;
		most = scores[i] > most ? scores[i] : most;
	}
	for (size_t i = 0; sums.numbers.n && i < n; i++)
		scores[i] = most > least ? 100 * (scores[i] - least) / (most - least) : 0;
	tally_release(&sums);
}
