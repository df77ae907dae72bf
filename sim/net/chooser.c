/*
 * Chance in the tables: the seed's dice, or every branch in turn.  A plan is the list of choices made so far; when a
 * walk is over, the last "yes" becomes "no" and the walk is run again, until no "yes" is left.
 */
#include "net/walk.h"

#include <string.h>

#include "proxy/ruleset.h"

static bool
dice_take(struct chooser *chooser, double probability)
{
	struct dice *dice = (struct dice *)chooser;

	return rng_unit(dice->rng) < probability;
}

void
dice_init(struct dice *dice, struct rng *rng)
{
	dice->chooser.take = dice_take;
	dice->rng = rng;
}

struct plan {
	struct chooser chooser;
	VEC(bool) choices;
	size_t at;
	double probability;	/* of the walk under way */
};

static bool
plan_take(struct chooser *chooser, double probability)
{
	struct plan *plan = (struct plan *)chooser;
	bool yes;

	if (plan->at == plan->choices.n)
		*vec_push(&plan->choices) = true;
	yes = plan->choices.v[plan->at++];
	plan->probability *= yes ? probability : 1 - probability;
	return yes;
}

/* Turns to the next branch; false when there is none. */
static bool
plan_next(struct plan *plan)
{
	while (plan->choices.n && !plan->choices.v[plan->choices.n - 1])
		plan->choices.n--;
	if (!plan->choices.n)
		return false;
	plan->choices.v[plan->choices.n - 1] = false;
	return true;
}

bool
walk_all(struct world *world, const struct walk_request *request, void (*fn)(void *arg, struct walk *walk), void *arg)
{
	struct plan plan = { .chooser = { plan_take }, .choices = VEC_INIT };
	struct walk_request quiet = *request;
	size_t branches = 0;
	bool more;

	quiet.remember = false;	/* looking at every branch must not make one of them stick */
	do {
		struct walk walk;

		plan.at = 0;
		plan.probability = 1;
		walk_init(&walk);
		walk_run(world, &quiet, &plan.chooser, &walk);
		walk.probability = plan.probability;
		fn(arg, &walk);
		more = plan_next(&plan);
	} while (more && ++branches < WALK_BRANCHES_MAX);
	vec_release(&plan.choices);
	return !more;
}
