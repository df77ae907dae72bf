/*
 * Drawing: the area that lacks most of its minutes gets the next scenario, until none fits.  It is a stratified sample
 * without replacement; what an area lacks when it has no scenario left is drawn from the others in the same way.
 */
#include "svcsim/paper.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "svcsim/vec.h"

struct candidate {
	struct paper_question question;
	enum objective_area area;
	int minutes;
};

struct drawing {
	VEC(struct candidate) left;
	VEC(struct paper_question) drawn;
	double need[AREA_COUNT];	/* minutes still lacking; negative: it has more than its share */
	int minutes;			/* still free */
	struct rng rng;
};

static bool
is_named(const struct exam_plan *plan, const struct pack *pack)
{
	if (plan->from == NULL)
		return !pack_guided(pack);
	for (size_t i = 0; i < plan->nfrom; i++)
		if (strcmp(plan->from[i], pack_name(pack)) == 0)
			return true;
	return false;
}

static void
add_candidates(struct drawing *drawing, const struct exam_plan *plan, const struct pack *pack, size_t at)
{
	for (size_t i = 0; is_named(plan, pack) && i < pack_count(pack); i++) {
		const struct scenario_info info = scenario_info(pack_scenario(pack, i));
		enum objective_area area = objective_area(info.objective);

		if (info.points > 0 && area < AREA_COUNT && plan->shares[area] > 0)
			*vec_push(&drawing->left) = (struct candidate){ { at, i, 0 }, area, info.minutes };
	}
}

/* The area that lacks most and has a scenario that fits; AREA_COUNT: nothing fits. */
static enum objective_area
next_area(const struct drawing *drawing)
{
	enum objective_area best = AREA_COUNT;

	for (size_t i = 0; i < drawing->left.n; i++) {
		const struct candidate *candidate = &drawing->left.v[i];

		if (candidate->minutes <= drawing->minutes &&
			(best == AREA_COUNT || drawing->need[candidate->area] > drawing->need[best]))
			best = candidate->area;
	}
	return best;
}

static bool
fits(const struct drawing *drawing, const struct candidate *candidate, enum objective_area area)
{
	return candidate->area == area && candidate->minutes <= drawing->minutes;
}

static void
draw_from(struct drawing *drawing, enum objective_area area)
{
	uint64_t fitting = 0, chosen;
	size_t i;

	for (i = 0; i < drawing->left.n; i++)
		fitting += fits(drawing, &drawing->left.v[i], area);
	chosen = rng_below(&drawing->rng, fitting);
	for (i = 0; !fits(drawing, &drawing->left.v[i], area) || chosen-- > 0;)
		i++;
	*vec_push(&drawing->drawn) = drawing->left.v[i].question;
	drawing->drawn.v[drawing->drawn.n - 1].seed = rng_next(&drawing->rng) >> 1;
	drawing->need[area] -= drawing->left.v[i].minutes;
	drawing->minutes -= drawing->left.v[i].minutes;
	drawing->left.v[i] = drawing->left.v[--drawing->left.n];
}

static void
shuffle(struct drawing *drawing)
{
	for (size_t i = drawing->drawn.n; i > 1; i--) {
		size_t other = (size_t)rng_below(&drawing->rng, i);
		struct paper_question question = drawing->drawn.v[i - 1];

		drawing->drawn.v[i - 1] = drawing->drawn.v[other];
		drawing->drawn.v[other] = question;
	}
}

static void
set_needs(struct drawing *drawing, const struct exam_plan *plan, int minutes)
{
	int sum = 0;

	for (size_t area = 0; area < AREA_COUNT; area++)
		sum += plan->shares[area];
	for (size_t area = 0; area < AREA_COUNT; area++)
		drawing->need[area] = (double)minutes * plan->shares[area] / sum;
}

int
paper_draw(struct paper *paper, const struct exam_plan *plan, struct pack *const *packs, size_t npacks, int minutes,
	uint64_t seed, struct err *err)
{
	struct drawing drawing = { .minutes = minutes };

	rng_init(&drawing.rng, seed);
	set_needs(&drawing, plan, minutes);
	for (size_t i = 0; i < npacks; i++)
		add_candidates(&drawing, plan, packs[i], i);
	for (enum objective_area area; (area = next_area(&drawing)) < AREA_COUNT;)
		draw_from(&drawing, area);
	shuffle(&drawing);
	vec_release(&drawing.left);
	*paper = (struct paper){ drawing.drawn.v, drawing.drawn.n, minutes - drawing.minutes };
	if (paper->n > 0)
		return 0;
	paper_release(paper);
	return err_set(err, ERR_INPUT, "no scenario of the plan's packs and objectives fits in %d minutes", minutes);
}

void
paper_release(struct paper *paper)
{
	free(paper->questions);
	*paper = (struct paper){ .questions = NULL };
}

/* ---- what it comes to ---- */

int
paper_percent(const struct paper_score *scores, size_t n)
{
	int64_t weights = 0;
	double reached = 0;

	for (size_t i = 0; i < n; i++) {
		weights += scores[i].weight;
		reached += scores[i].of > 0 ? (double)scores[i].weight * scores[i].points / scores[i].of : 0;
	}
	return weights > 0 ? (int)(reached * 100 / (double)weights + 1e-9) : 0;	/* thirds add up to a whole */
}

static int
weaker(const void *a, const void *b)
{
	const struct paper_area *one = a, *other = b;

	if (one->percent != other->percent)
		return one->percent < other->percent ? -1 : 1;
	return (int)one->area - (int)other->area;
}

size_t
paper_areas(const struct paper_score *scores, size_t n, struct paper_area *areas)
{
	struct paper_score *of = xcalloc(n + 1, sizeof *of);
	size_t found = 0;

	for (size_t area = 0; area < AREA_COUNT; area++) {
		size_t asked = 0;

		for (size_t i = 0; i < n; i++)
			if (objective_area(scores[i].objective) == area)
				of[asked++] = scores[i];
		if (asked > 0)
			areas[found++] = (struct paper_area){ (enum objective_area)area, (int)asked, paper_percent(of, asked) };
	}
	free(of);
	qsort(areas, found, sizeof *areas, weaker);
	return found;
}
