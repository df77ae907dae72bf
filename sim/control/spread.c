#include "control/spread.h"

#include <math.h>
#include <string.h>

#include "control/placement.h"

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"

/* ---- whom a constraint counts ---- */

static bool
has_same_labels(const struct object *pod, const struct object *other, const struct value *keys)
{
	for (size_t i = 0; i < value_count(keys); i++) {
		const char *key = value_text(value_at(keys, i)), *mine = object_label(pod, key),
			*its = object_label(other, key);

		if (mine && (!its || strcmp(mine, its) != 0))
			return false;
	}
	return true;
}

static bool
is_of_the_kind(const struct spread *spread, const struct value *labels)
{
	for (size_t i = 0; i < spread->maps.n; i++)
		if (!selector_matches_map(spread->maps.v[i], labels))
			return false;
	if (spread->owner_map && !selector_matches_map(spread->owner_map, labels))
		return false;
	return !spread->owner_selector || selector_matches(spread->owner_selector, labels);
}

static bool
counts(const struct spread *spread, const struct spread_constraint *constraint, const struct object *other)
{
	const struct value *labels = value_get(object_meta(other), "labels");

	if (strcmp(other->namespace, spread->pod->namespace) != 0)
		return false;
	if (!spread->own)
		return is_of_the_kind(spread, labels);
	return selector_matches(constraint->labels, labels) && has_same_labels(spread->pod, other,
		constraint->label_keys);
}

static int64_t
count_on(const struct spread *spread, const struct spread_constraint *constraint, const struct roster_node *node)
{
	int64_t count = 0;

	for (size_t i = 0; i < node->pods.n; i++)
		count += !object_is_deleting(node->pods.v[i].pod) && counts(spread, constraint, node->pods.v[i].pod);
	return count;
}

/* ---- the constraints ---- */

static bool
is_word(const struct value *map, const char *key, const char *word)
{
	const char *text = value_get_text(map, key);

	return text && strcmp(text, word) == 0;
}

static void
add_own(struct spread *spread, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *one = value_at(list, i);

		*vec_push(&spread->constraints) = (struct spread_constraint){
			.key = value_get_text(one, "topologyKey"),
			.max_skew = value_get_int(one, "maxSkew", 1),
			.min_domains = value_get_int(one, "minDomains", 1),
			.hard = !is_word(one, "whenUnsatisfiable", "ScheduleAnyway"),
			.honors_affinity = !is_word(one, "nodeAffinityPolicy", "Ignore"),
			.honors_taints = is_word(one, "nodeTaintsPolicy", "Honor"),
			.labels = value_get(one, "labelSelector"),
			.label_keys = value_get(one, "matchLabelKeys"),
		};
	}
}

/* What the pod's controller selects; only of kinds whose pods are alike. */
static void
find_owner(struct spread *spread, const struct server *server)
{
	static const char *const kinds_alike[] = { "ReplicationController", "ReplicaSet", "StatefulSet" };
	const struct value *reference = workload_controller_of(spread->pod);
	const char *kind = value_get_text(reference, "kind"), *name = value_get_text(reference, "name");

	for (size_t i = 0; kind && name && i < sizeof kinds_alike / sizeof *kinds_alike; i++) {
		const struct object *owner = strcmp(kind, kinds_alike[i]) ? NULL :
			store_get(server->store, kind_by_kind(kind), spread->pod->namespace, name);
		const struct value *selector = owner ? value_path(owner->root, "spec.selector") : NULL;

		if (i == 0 && selector)
			spread->owner_map = selector;
		else if (selector)
			spread->owner_selector = selector;
	}
}

static void
find_services(struct spread *spread, const struct server *server)
{
	const struct value *labels = value_get(object_meta(spread->pod), "labels");
	size_t n;
	const struct object *const *services = store_list(server->store, kind_by_kind("Service"),
		spread->pod->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct value *selector = service_view(services[i])->selector;

		if (selector && selector_matches_map(selector, labels))
			*vec_push(&spread->maps) = selector;
	}
}

static void
add_standard(struct spread *spread)
{
	find_services(spread, spread->roster->server);
	find_owner(spread, spread->roster->server);
	if (!spread->maps.n && !spread->owner_map && !spread->owner_selector)
		return;
	*vec_push(&spread->constraints) = (struct spread_constraint){ .key = HOSTNAME, .max_skew = 3, .min_domains = 1,
		.honors_affinity = true };
	*vec_push(&spread->constraints) = (struct spread_constraint){ .key = ZONE, .max_skew = 5, .min_domains = 1,
		.honors_affinity = true };
}

/* ---- counting ---- */

static bool
has_all_labels(const struct spread *spread, const struct roster_node *node, bool hard)
{
	for (size_t i = 0; i < spread->constraints.n; i++)
		if (spread->constraints.v[i].hard == hard && !roster_label(node, spread->constraints.v[i].key))
			return false;
	return true;
}

static bool
node_counts(const struct spread *spread, const struct spread_constraint *constraint, const struct roster_node *node)
{
	const struct value *spec = value_get(spread->pod->root, "spec");

	if (constraint->honors_affinity && !placement_selected(spec, node->node))
		return false;
	return !constraint->honors_taints || !placement_taint(spec, node->node, false);
}

static void
count_constraint(const struct spread *spread, struct spread_constraint *constraint)
{
	int64_t domains;

	for (size_t i = 0; i < spread->roster->nodes.n; i++) {
		const struct roster_node *node = &spread->roster->nodes.v[i];
		const char *domain = roster_label(node, constraint->key);

		if (!domain || !node_counts(spread, constraint, node))
			continue;
		if (spread->own && !has_all_labels(spread, node, constraint->hard))
			continue;
		tally_add(&constraint->found, constraint->key, domain, count_on(spread, constraint, node));
	}
	domains = (int64_t)constraint->found.numbers.n;
	constraint->least = domains && domains >= constraint->min_domains ? INT64_MAX : 0;
	for (size_t i = 0; i < constraint->found.numbers.n; i++)
		if (constraint->found.numbers.v[i] < constraint->least)
			constraint->least = constraint->found.numbers.v[i];
}

void
spread_init(struct spread *spread, const struct object *pod, const struct roster *roster)
{
	const struct value *list = value_path(pod->root, "spec.topologySpreadConstraints");

	*spread = (struct spread){ .pod = pod, .roster = roster, .own = value_count(list) > 0 };
	if (spread->own)
		add_own(spread, list);
	else
		add_standard(spread);
	for (size_t i = 0; i < spread->constraints.n; i++)
		count_constraint(spread, &spread->constraints.v[i]);
}

void
spread_release(struct spread *spread)
{
	for (size_t i = 0; i < spread->constraints.n; i++)
		tally_release(&spread->constraints.v[i].found);
	vec_release(&spread->constraints);
	vec_release(&spread->maps);
}

enum spread_verdict
spread_check(const struct spread *spread, const struct roster_node *node)
{
	for (size_t i = 0; i < spread->constraints.n; i++) {
		const struct spread_constraint *constraint = &spread->constraints.v[i];
		const char *domain = roster_label(node, constraint->key);

		if (!constraint->hard)
			continue;
		if (!domain)
			return SPREAD_NO_LABEL;
		if (tally_get(&constraint->found, constraint->key, domain) + counts(spread, constraint, spread->pod) -
			constraint->least > constraint->max_skew)
			return SPREAD_SKEWED;
	}
	return SPREAD_OK;
}

/* ---- scores: scoring.go ---- */

/* In how many domains the nodes lie: of nodes themselves, all of them. */
static size_t
domains_of(const struct spread_constraint *constraint, const struct roster_node *const *fit, size_t n)
{
	struct tally seen = TALLY_INIT;
	size_t domains;

	for (size_t i = 0; i < n; i++) {
		const char *domain = roster_label(fit[i], constraint->key);

		if (domain)
			tally_add(&seen, constraint->key, domain, 0);
	}
	domains = seen.numbers.n;
	tally_release(&seen);
	return domains;
}

/* The more domains there are, the more one pod weighs. */
static void
add_scores(const struct spread *spread, const struct spread_constraint *constraint,
	const struct roster_node *const *fit, size_t n, double *sums)
{
	double weight = log((double)(domains_of(constraint, fit, n) + 2));

	for (size_t i = 0; i < n; i++) {
		const char *domain = roster_label(fit[i], constraint->key);
		int64_t count;

		if (!domain)
			continue;
		count = strcmp(constraint->key, HOSTNAME) == 0 ? count_on(spread, constraint, fit[i]) :
			tally_get(&constraint->found, constraint->key, domain);
		sums[i] += (double)count * weight + (double)(constraint->max_skew - 1);
	}
}

/* The fewer pods, the nearer to 100; a node without the labels that the pod itself asks for stays at 0. */
static void
normalize(const double *sums, const bool *ignored, size_t n, int64_t *scores)
{
	int64_t least = INT64_MAX, most = 0;

	for (size_t i = 0; i < n; i++) {
		scores[i] = (int64_t)round(sums[i]);
		if (ignored[i])
			continue;
		least = scores[i] < least ? scores[i] : least;
		most = scores[i] > most ? scores[i] : most;
	}
	for (size_t i = 0; i < n; i++)
		scores[i] = ignored[i] ? 0 : !most ? 100 : 100 * (most + least - scores[i]) / most;
}

void
spread_score(const struct spread *spread, const struct roster_node *const *fit, size_t n, int64_t *scores)
{
	double *sums = xcalloc(n, sizeof *sums);
	bool *ignored = xcalloc(n, sizeof *ignored);
	bool any = false;

	for (size_t c = 0; c < spread->constraints.n; c++) {
		if (spread->constraints.v[c].hard)
			continue;
		any = true;
		add_scores(spread, &spread->constraints.v[c], fit, n, sums);
	}
	for (size_t i = 0; i < n; i++)
		ignored[i] = spread->own && !has_all_labels(spread, fit[i], false);
	if (any)
		normalize(sums, ignored, n, scores);
	free(ignored);
	free(sums);
}
