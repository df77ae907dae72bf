/*
 * One try: the spec with its variables drawn, a sim made from the setup, and what was chosen and hinted at so far.  A
 * reset makes the sim anew from the same seed, which gives the same cluster to the byte.
 */
#include "exam/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exam/check.h"
#include "exam/script.h"
#include "exam/variables.h"

struct attempt {
	const struct scenario *scenario;
	uint64_t seed;
	int64_t now;
	struct arena arena;
	const struct value *spec;
	struct sim *sim;
	size_t nchecks, nquestions, nhints;
	const struct object **before;	/* by check: what it compares with; NULL */
	struct asked *questions;
	bool *hinted;
	struct check_result *results;
	struct arena texts;		/* of the results */
	void (*listener)(void *arg, const struct attempt_event *event);	/* NULL: nobody listens */
	void *listener_arg;
	bool silent;
	struct edits edits;
};

/*
 * What the cluster section stands for, as the settings document of a real one.  A pack is somebody else's: etcd holds some
 * five thousand objects of it, and no more.
 */
#define CONFIGURATION "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" \
	"etcd: {local: {extraArgs: [{name: quota-backend-bytes, value: \"20971520\"}]}}\n"
static const struct {
	const char *cloud, *text;
} cloud_texts[] = {
	{ "none", CONFIGURATION },
	{ "external", CONFIGURATION "controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n" },
	{ "metallb", CONFIGURATION "---\napiVersion: metallb.io/v1beta1\nkind: IPAddressPool\n"
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

static const char *
proxy_settings(const struct attempt *attempt, const struct value *spec)
{
	const char *mode = value_get_text(value_get(spec, "cluster"), "proxy");

	return mode == NULL ? NULL : arena_printf((struct arena *)&attempt->arena,
		"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: %s\n", mode);
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

/* What the scenario's author did before the clock started; a fault is told at its key. */
static int
prepare(struct attempt *attempt, struct err *err)
{
	const struct value *prepare = value_get(attempt->spec, "prepare");
	char *text;

	if (prepare == NULL || script_type(attempt, value_text(prepare), true, err) == 0)
		return 0;
	text = xstrdup(err->text);
	err_at(err, attempt->scenario->file, prepare->line, prepare->column, "prepare: %s", text);
	free(text);
	return -1;
}

/* Replaces the sim by a new one, as setup and prepare leave it. */
static int
start(struct attempt *attempt, struct err *err)
{
	const struct value *setup = value_get(attempt->spec, "setup");
	const char *texts[] = { cluster_settings(attempt->spec), proxy_settings(attempt, attempt->spec), value_text(setup) };
	static const char *const names[] = { "cluster", "cluster", "setup" };
	struct sim_text given[3];
	struct sim *sim;
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		if (texts[i] != NULL)
			given[n++] = (struct sim_text){ names[i], texts[i], strlen(texts[i]) };
	sim = sim_new(attempt->seed, attempt->now, given, n, false, err);
	if (sim == NULL) {
		place_in_scenario(attempt, setup, err);
		return -1;
	}
	forget_sim(attempt);
	attempt->sim = sim;
	if (prepare(attempt, err) < 0 || questions_settle(attempt->questions, attempt->nquestions, attempt->spec,
		attempt->scenario->file, sim_cluster(sim), &attempt->arena, err) < 0)
		return -1;
	sim_forget_history(sim);
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
	attempt->nquestions = questions_make(attempt->spec, seed, &attempt->arena, &attempt->questions);
	attempt->nhints = value_count(value_get(attempt->spec, "hints"));
	attempt->before = arena_alloc(&attempt->arena, (attempt->nchecks + 1) * sizeof *attempt->before);
	attempt->results = arena_alloc(&attempt->arena, (attempt->nchecks + 1) * sizeof *attempt->results);
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
	questions_release(attempt->questions, attempt->nquestions);
	for (size_t i = 0; i < attempt->edits.texts.n; i++)
		free(attempt->edits.texts.v[i]);
	vec_release(&attempt->edits.texts);
	arena_release(&attempt->texts);
	arena_release(&attempt->arena);
	free(attempt);
}

int
attempt_reset(struct attempt *attempt, struct err *err)
{
	int64_t at = sim_now(attempt->sim);

	if (start(attempt, err) < 0)
		return -1;
	questions_clear(attempt->questions, attempt->nquestions);
	attempt_note(attempt, at, ACT_reset, "");
	return 0;
}

/* ---- who listens ---- */

void
attempt_listen(struct attempt *attempt, void (*fn)(void *arg, const struct attempt_event *event), void *arg)
{
	attempt->listener = fn;
	attempt->listener_arg = arg;
}

void
attempt_note(struct attempt *attempt, int64_t at, enum attempt_act act, const char *text)
{
	const struct attempt_event event = { at, act, text };

	if (attempt->listener && !attempt->silent)
		attempt->listener(attempt->listener_arg, &event);
}

bool
attempt_silence(struct attempt *attempt, bool silent)
{
	bool was = attempt->silent;

	attempt->silent = silent;
	return was;
}

struct edits *
attempt_edits(struct attempt *attempt)
{
	return &attempt->edits;
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
	char number[24];

	if (i >= attempt->nhints)
		return NULL;
	if (!attempt->hinted[i]) {
		snprintf(number, sizeof number, "%zu", i);
		attempt_note(attempt, sim_now(attempt->sim), ACT_hint, number);
	}
	attempt->hinted[i] = true;
	return value_get_text(hint_at(attempt, i), "text");
}

int
attempt_hint_cost(const struct attempt *attempt, size_t i)
{
	return (int)value_get_int(hint_at(attempt, i), "cost", 0);
}

/* ---- questions ---- */

size_t
attempt_questions(const struct attempt *attempt)
{
	return attempt->nquestions;
}

struct question
attempt_question(const struct attempt *attempt, size_t q)
{
	return attempt->questions[q].question;
}

struct asked *
attempt_asked(struct attempt *attempt, size_t q)
{
	return &attempt->questions[q];
}

void
attempt_right(const struct attempt *attempt, size_t q, struct str *out)
{
	question_right(&attempt->questions[q], out);
}

const char *
attempt_option(const struct attempt *attempt, size_t q, size_t i)
{
	return attempt->questions[q].options[i].text;
}

bool
attempt_picked(const struct attempt *attempt, size_t q, size_t i)
{
	return attempt->questions[q].picked[i];
}

/* However it was given, the answer is told in words. */
static void
note_answer(struct attempt *attempt, size_t q)
{
	char *text = xasprintf("%s %s", attempt->questions[q].question.name, attempt->questions[q].words.buf);

	attempt_note(attempt, sim_now(attempt->sim), ACT_answer, text);
	free(text);
}

void
attempt_pick(struct attempt *attempt, size_t q, size_t i, bool picked)
{
	question_pick(&attempt->questions[q], i, picked);
	note_answer(attempt, q);
}

size_t
attempt_place(const struct attempt *attempt, size_t q, size_t place)
{
	return attempt->questions[q].order[place];
}

void
attempt_move(struct attempt *attempt, size_t q, size_t from, size_t to)
{
	question_move(&attempt->questions[q], from, to);
	note_answer(attempt, q);
}

const char *
attempt_words(const struct attempt *attempt, size_t q)
{
	return attempt->questions[q].words.buf;
}

int
attempt_find_question(const struct attempt *attempt, const char **words, size_t *q, struct err *err)
{
	size_t len = strcspn(*words, " ");

	for (*q = 0; *q < attempt->nquestions; (*q)++) {
		const char *name = attempt->questions[*q].question.name;

		if (strlen(name) == len && strncmp(*words, name, len) == 0) {
			*words += len + strspn(*words + len, " ");
			return 0;
		}
	}
	*q = 0;
	if (attempt->nquestions == 1)
		return 0;
	return err_set(err, ERR_USAGE, "answer %s: say which question: %s, ..", *words,
		attempt->nquestions > 0 ? attempt->questions[0].question.name : "there is none");
}

int
attempt_answer(struct attempt *attempt, size_t q, const char *words, struct err *err)
{
	if (question_answer(&attempt->questions[q], words, err) < 0)
		return -1;
	note_answer(attempt, q);
	return 0;
}

/* ---- checking ---- */

/* What was kept counts only once something was done. */
static void
withhold_guards(struct attempt *attempt, const struct value *checks)
{
	bool done = false;

	for (size_t i = 0; i < attempt->nchecks; i++)
		done |= attempt->results[i].points > 0 && !check_is_guard(value_at(checks, i));
	for (size_t i = 0; i < attempt->nchecks && !done; i++)
		attempt->results[i].points = 0;
}

static void
note_check(struct attempt *attempt, int points, int of)
{
	char text[32];

	snprintf(text, sizeof text, "%d %d", points, of);
	attempt_note(attempt, sim_now(attempt->sim), ACT_check, text);
}

const struct check_result *
attempt_check(struct attempt *attempt, size_t *n, int *points, int *of)
{
	const struct value *checks = value_get(attempt->spec, "checks");
	struct check_context context = {
		.cluster = sim_cluster(attempt->sim),
		.questions = attempt->questions,
		.nquestions = attempt->nquestions,
		.files = &sim_shell(attempt->sim)->files,
		.arena = &attempt->texts,
	};

	cluster_rest(context.cluster);
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
	note_check(attempt, *points, *of);
	return attempt->results;
}
