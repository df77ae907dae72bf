/*
 * One try: the spec with its variables drawn, a sim made from the setup, and what was chosen and hinted at so far.  A
 * reset makes the sim anew from the same seed, which gives the same cluster to the byte.
 */
#include "exam/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "exam/check.h"
#include "exam/variables.h"

struct attempt {
	const struct scenario *scenario;
	uint64_t seed;
	int64_t now;
	struct arena arena;
	const struct value *spec;
	struct sim *sim;
	size_t nchecks, nchoices, nhints;
	const struct object **before;	/* by check: what it compares with; NULL */
	bool *chosen, *hinted;
	struct check_result *results;
	struct arena texts;		/* of the results */
};

/* What the cluster section stands for, as the settings document of a real one. */
static const struct {
	const char *cloud, *text;
} cloud_texts[] = {
	{ "none", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" },
	{ "external", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
		"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n" },
	{ "metallb", "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\n"
		"metadata: {name: pool, namespace: metallb-system}\nspec: {addresses: [172.30.9.1-172.30.9.20]}\n" },
};

static const char *
cluster_settings(const struct value *spec)
{
	const char *cloud = value_get_text(value_get(spec, "cluster"), "cloud");

	for (size_t i = 0; cloud != NULL && i < sizeof cloud_texts / sizeof cloud_texts[0]; i++)
		if (strcmp(cloud, cloud_texts[i].cloud) == 0)
			return cloud_texts[i].text;
	return cloud_texts[0].text;
}

static void
forget_sim(struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->nchecks; i++) {
		if (attempt->before[i] != NULL)
			object_unref((struct object *)attempt->before[i]);
		attempt->before[i] = NULL;
	}
	sim_free(attempt->sim);
	attempt->sim = NULL;
}

/* A fault in the setup is told where it stands in the scenario: the text is a block below its key. */
static void
place_in_scenario(const struct attempt *attempt, const struct value *setup, struct err *err)
{
	unsigned line = setup != NULL ? setup->line + err->line : 0;
	char *text = xstrdup(err->text);

	err_at(err, attempt->scenario->file, line, err->line > 0 ? 0 : err->column, "setup: %s", text);
	free(text);
}

/* Replaces the sim by a new one, as the setup leaves it. */
static int
start(struct attempt *attempt, struct err *err)
{
	const struct value *setup = value_get(attempt->spec, "setup");
	const char *settings = cluster_settings(attempt->spec), *manifests = value_text(setup);
	struct sim_text texts[2] = { { "cluster", settings, strlen(settings) } };
	struct sim *sim;

	if (manifests != NULL)
		texts[1] = (struct sim_text){ "setup", manifests, strlen(manifests) };
	sim = sim_new(attempt->seed, attempt->now, texts, manifests != NULL ? 2 : 1, false, err);
	if (sim == NULL) {
		place_in_scenario(attempt, setup, err);
		return -1;
	}
	forget_sim(attempt);
	attempt->sim = sim;
	for (size_t i = 0; i < attempt->nchecks; i++) {
		const struct object *subject = check_subject(sim_cluster(attempt->sim),
			value_at(value_get(attempt->spec, "checks"), i));

		attempt->before[i] = subject != NULL ? object_ref(subject) : NULL;
	}
	return 0;
}

struct attempt *
attempt_new(const struct scenario *scenario, uint64_t seed, int64_t now, struct err *err)
{
	struct attempt *attempt = xcalloc(1, sizeof *attempt);
	const struct value *drawn = variables_draw(value_get(scenario->spec, "variables"), seed, &attempt->arena);

	attempt->scenario = scenario;
	attempt->seed = seed;
	attempt->now = now;
	attempt->spec = variables_fill(scenario->spec, drawn, &attempt->arena);
	attempt->nchecks = value_count(value_get(attempt->spec, "checks"));
	attempt->nchoices = value_count(value_get(attempt->spec, "choices"));
	attempt->nhints = value_count(value_get(attempt->spec, "hints"));
	attempt->before = arena_alloc(&attempt->arena, (attempt->nchecks + 1) * sizeof *attempt->before);
	attempt->results = arena_alloc(&attempt->arena, (attempt->nchecks + 1) * sizeof *attempt->results);
	attempt->chosen = arena_alloc(&attempt->arena, attempt->nchoices + 1);
	attempt->hinted = arena_alloc(&attempt->arena, attempt->nhints + 1);
	if (start(attempt, err) < 0) {
		attempt_free(attempt);
		return NULL;
	}
	return attempt;
}

void
attempt_free(struct attempt *attempt)
{
	if (attempt == NULL)
		return;
	forget_sim(attempt);
	arena_release(&attempt->texts);
	arena_release(&attempt->arena);
	free(attempt);
}

int
attempt_reset(struct attempt *attempt, struct err *err)
{
	if (start(attempt, err) < 0)
		return -1;
	memset(attempt->chosen, 0, attempt->nchoices);
	return 0;
}

struct sim *
attempt_sim(struct attempt *attempt)
{
	return attempt->sim;
}

const struct value *
attempt_spec(const struct attempt *attempt)
{
	return attempt->spec;
}

static const char *
spec_text(const struct attempt *attempt, const char *key)
{
	const char *text = value_get_text(attempt->spec, key);

	return text != NULL ? text : "";
}

const char *
attempt_task(const struct attempt *attempt)
{
	return spec_text(attempt, "task");
}

const char *
attempt_explanation(const struct attempt *attempt)
{
	return spec_text(attempt, "explain");
}

const char *
attempt_solution(const struct attempt *attempt)
{
	return spec_text(attempt, "solution");
}

static const struct value *
hint_at(const struct attempt *attempt, size_t i)
{
	return value_at(value_get(attempt->spec, "hints"), i);
}

const char *
attempt_hint(struct attempt *attempt, size_t i)
{
	if (i >= attempt->nhints)
		return NULL;
	attempt->hinted[i] = true;
	return value_get_text(hint_at(attempt, i), "text");
}

int
attempt_hint_cost(const struct attempt *attempt, size_t i)
{
	return (int)value_get_int(hint_at(attempt, i), "cost", 0);
}

size_t
attempt_choices(const struct attempt *attempt)
{
	return attempt->nchoices;
}

static const struct value *
choice_at(const struct attempt *attempt, size_t i)
{
	return value_at(value_get(attempt->spec, "choices"), i);
}

const char *
attempt_choice(const struct attempt *attempt, size_t i)
{
	return value_get_text(choice_at(attempt, i), "text");
}

bool
attempt_choice_many(const struct attempt *attempt)
{
	size_t correct = 0;

	for (size_t i = 0; i < attempt->nchoices; i++)
		correct += value_get_bool(choice_at(attempt, i), "correct", false);
	return correct > 1;
}

bool
attempt_chosen(const struct attempt *attempt, size_t i)
{
	return i < attempt->nchoices && attempt->chosen[i];
}

void
attempt_choose(struct attempt *attempt, size_t i, bool chosen)
{
	if (i >= attempt->nchoices)
		return;
	if (!attempt_choice_many(attempt))
		memset(attempt->chosen, 0, attempt->nchoices);
	attempt->chosen[i] = chosen;
}

/* What was kept counts only once something was done. */
static void
withhold_guards(struct attempt *attempt, const struct value *checks)
{
	bool done = false;

	for (size_t i = 0; i < attempt->nchecks; i++)
		done |= attempt->results[i].passed && !check_is_guard(value_at(checks, i));
	for (size_t i = 0; i < attempt->nchecks && !done; i++)
		attempt->results[i].points = 0;
}

const struct check_result *
attempt_check(struct attempt *attempt, size_t *n, int *points, int *of)
{
	const struct value *checks = value_get(attempt->spec, "checks");
	struct check_context context = {
		.cluster = sim_cluster(attempt->sim),
		.choices = value_get(attempt->spec, "choices"),
		.chosen = attempt->chosen,
		.arena = &attempt->texts,
	};

	arena_release(&attempt->texts);
	for (size_t i = 0; i < attempt->nchecks; i++) {
		context.before = attempt->before[i];
		check_judge(&context, value_at(checks, i), &attempt->results[i]);
	}
	withhold_guards(attempt, checks);
	*n = attempt->nchecks;
	*points = *of = 0;
	for (size_t i = 0; i < attempt->nchecks; i++) {
		*points += attempt->results[i].points;
		*of += attempt->results[i].of;
	}
	for (size_t i = 0; i < attempt->nhints; i++)
		if (attempt->hinted[i])
			*points -= attempt_hint_cost(attempt, i);
	if (*points < 0)
		*points = 0;
	return attempt->results;
}
