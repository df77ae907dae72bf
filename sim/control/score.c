/*
 * Each scorer gives 0 to 100 to a node.  pkg/scheduler/framework/plugins: tainttoleration, nodeaffinity, noderesources
 * (least_allocated.go, balanced_allocation.go), imagelocality; spread and interpod have files of their own.
 */
#include "control/score.h"

#include <math.h>
#include <string.h>

#include "control/container.h"
#include "control/placement.h"

#define BEST 100

typedef const struct roster_node *const nodes[];
typedef void scorer(struct placing *placing, nodes fit, size_t n, int64_t *scores);

/* Stretched so that the highest becomes 100; reversed when less is better. */
static void
stretch(int64_t *scores, size_t n, bool reverse)
{
	int64_t most = 0;

	for (size_t i = 0; i < n; i++)
		most = scores[i] > most ? scores[i] : most;
	for (size_t i = 0; i < n; i++) {
		scores[i] = most ? BEST * scores[i] / most : 0;
		scores[i] = reverse ? BEST - scores[i] : scores[i];
	}
}

static void
score_taints(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	for (size_t i = 0; i < n; i++)
		scores[i] = placement_disliked(placing->spec, fit[i]->node);
	stretch(scores, n, true);
}

static void
score_affinity(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	for (size_t i = 0; i < n; i++)
		scores[i] = placement_preferred(placing->spec, fit[i]->node);
	stretch(scores, n, false);
}

/* ---- resources ---- */

static int64_t
share_left(int64_t has, int64_t asked)
{
	return asked > has ? 0 : (int64_t)((double)(has - asked) * BEST / (double)has);
}

/* What is left of cpu and memory, on average; containers that ask for nothing count as small ones. */
static void
score_least_allocated(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	for (size_t i = 0; i < n; i++) {
		int64_t cpu = roster_has(fit[i], "cpu"), memory = roster_has(fit[i], "memory"),
			parts = (cpu > 0) + (memory > 0);

		if (cpu > 0)
			scores[i] += share_left(cpu, fit[i]->used.scored_cpu + placing->demand.scored_cpu);
		if (memory > 0)
			scores[i] += share_left(memory, fit[i]->used.scored_memory + placing->demand.scored_memory);
		scores[i] = parts ? scores[i] / parts : 0;
	}
}

static double
share_taken(const struct placing *placing, const struct roster_node *node, const char *resource)
{
	int64_t has = roster_has(node, resource);
	double share;

	if (has <= 0)
		return 0;
	share = (double)(demand_milli(&node->used, resource) + demand_milli(&placing->demand, resource)) / (double)has;
	return share > 1 ? 1 : share;
}

/* cpu and memory taken in like shares; a pod that asks for neither doesn't move them. */
static void
score_balance(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	if (!demand_milli(&placing->demand, "cpu") && !demand_milli(&placing->demand, "memory"))
		return;
	for (size_t i = 0; i < n; i++)
		scores[i] = (int64_t)((1 - fabs(share_taken(placing, fit[i], "cpu") - share_taken(placing, fit[i],
			"memory")) / 2) * BEST);
}

/* ---- images that are on the node already ---- */

#define IMAGE_LEAST (INT64_C(23) * 1024 * 1024)
#define IMAGE_MOST (INT64_C(1000) * 1024 * 1024)

static int64_t
image_size_on(const struct roster_node *node, const char *image)
{
	const struct value *list = value_path(node->node->object->root, "status.images");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *names = value_get(value_at(list, i), "names");

		for (size_t k = 0; k < value_count(names); k++)
			if (value_text(value_at(names, k)) && strcmp(value_text(value_at(names, k)), image) == 0)
				return value_get_int(value_at(list, i), "sizeBytes", 0);
	}
	return 0;
}

static int64_t
images_on(struct placing *placing, const struct roster_node *node)
{
	const struct value *containers = value_get(placing->spec, "containers");
	int64_t sum = 0;

	for (size_t i = 0; i < value_count(containers); i++) {
		const char *reference = value_get_text(value_at(containers, i), "image");
		const char *image = reference ? container_image(&placing->arena, reference, true) : "";
		int64_t size = image_size_on(node, image), have = 0;

		for (size_t k = 0; size && k < placing->roster->nodes.n; k++)
			have += image_size_on(&placing->roster->nodes.v[k], image) > 0;
		if (size)
			sum += (int64_t)((double)size * (double)have / (double)placing->roster->nodes.n);
	}
	return sum;
}

static void
score_images(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	int64_t most = IMAGE_MOST * (int64_t)value_count(value_get(placing->spec, "containers"));

	for (size_t i = 0; i < n; i++) {
		int64_t sum = images_on(placing, fit[i]);

		sum = sum < IMAGE_LEAST ? IMAGE_LEAST : sum > most ? most : sum;
		scores[i] = BEST * (sum - IMAGE_LEAST) / (most - IMAGE_LEAST);
	}
}

/* ---- all together ---- */

static void
score_spread(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	spread_score(&placing->spread, fit, n, scores);
}

static void
score_interpod(struct placing *placing, nodes fit, size_t n, int64_t *scores)
{
	interpod_score(&placing->interpod, fit, n, scores);
}

static const struct {
	scorer *score;
	int64_t weight;
} scorers[] = {
	{ score_taints, 3 },
	{ score_affinity, 2 },
	{ score_least_allocated, 1 },
	{ score_spread, 2 },
	{ score_interpod, 2 },
	{ score_balance, 1 },
	{ score_images, 1 },
};

void
score_nodes(struct placing *placing, const struct roster_node *const *fit, size_t n, int64_t *totals)
{
	int64_t *scores = xcalloc(n, sizeof *scores);

	memset(totals, 0, n * sizeof *totals);
	for (size_t s = 0; s < sizeof scorers / sizeof *scorers; s++) {
		memset(scores, 0, n * sizeof *scores);
		scorers[s].score(placing, fit, n, scores);
		for (size_t i = 0; i < n; i++)
			totals[i] += scorers[s].weight * scores[i];
	}
	free(scores);
}
