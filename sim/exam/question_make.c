/* Questions as a scenario states them, one function for each kind; and what is right, read from the cluster. */
#include <stdio.h>
#include <string.h>

#include "api/yaml.h"
#include "base/rng.h"
#include "exam/check.h"

struct making {
	const struct value *spec;
	struct rng rng;
	struct arena *arena;
	struct asked *questions;
	size_t n;
};

static const char *
text_or_empty(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

static struct asked *
add(struct making *making, enum question_kind kind, const char *name, const char *prompt, size_t noptions)
{
	struct asked *asked = &making->questions[making->n++];

	*asked = (struct asked){ .question = { kind, name, prompt, noptions }, .words = STR_INIT, .why = "" };
	asked->options = arena_alloc(making->arena, (noptions + 1) * sizeof *asked->options);
	asked->picked = arena_alloc(making->arena, noptions + 1);
	asked->order = arena_alloc(making->arena, (noptions + 1) * sizeof *asked->order);
	return asked;
}

/* Never in the order of the scenario when that is the answer. */
static void
shuffle(struct making *making, struct asked *asked)
{
	size_t n = asked->question.noptions;
	bool same = true;

	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(&making->rng, i);
		struct option option = asked->options[i - 1];

		asked->options[i - 1] = asked->options[j];
		asked->options[j] = option;
	}
	for (size_t i = 0; i < n; i++)
		same = same && asked->options[i].at == i;
	if (same && asked->question.kind == QUESTION_ORDER && n > 1) {
		struct option first = asked->options[0];

		memmove(asked->options, asked->options + 1, (n - 1) * sizeof first);
		asked->options[n - 1] = first;
	}
}

static void
make_choice(struct making *making)
{
	const struct value *choices = value_get(making->spec, "choices");
	size_t n = value_count(choices), correct = 0;
	struct asked *asked = add(making, QUESTION_ONE, "answer", "", n);

	for (size_t i = 0; i < n; i++) {
		const struct value *choice = value_at(choices, i);

		asked->options[i] = (struct option){ value_get_text(choice, "text"), text_or_empty(choice, "why"),
			value_get_bool(choice, "correct", false), i };
		correct += asked->options[i].correct;
	}
	if (correct > 1)
		asked->question.kind = QUESTION_MANY;
	shuffle(making, asked);
}

static void
make_order(struct making *making)
{
	const struct value *items = value_get(making->spec, "items");
	size_t n = value_count(items);
	struct asked *asked = add(making, QUESTION_ORDER, "answer", "", n);

	for (size_t i = 0; i < n; i++)
		asked->options[i] = (struct option){ value_text(value_at(items, i)), "", false, i };
	shuffle(making, asked);
}

static void
make_fill(struct making *making)
{
	const struct value *blanks = value_get(making->spec, "blanks");

	for (size_t i = 0; i < value_count(blanks); i++) {
		const struct value *blank = value_at(blanks, i);

		add(making, QUESTION_TEXT, value_get_text(blank, "name"), value_get_text(blank, "text"), 0)->why =
			text_or_empty(blank, "why");
	}
}

/* ---- predictions ---- */

#define OWN_ADDRESS "the sender's own"
#define NODE_ADDRESS "a node's"
#define NOBODY_SEES "nobody's: it comes to no pod"

/* What may be said of a connection, of which the walk makes one right. */
static const char *const sources[] = { OWN_ADDRESS, NODE_ADDRESS, NOBODY_SEES };

static struct asked *
add_verdict(struct making *making, const char *name, const char *prompt)
{
	struct asked *asked = add(making, QUESTION_ONE, name, prompt, VERDICT_UNRESOLVED + 1);

	for (size_t i = 0; i <= VERDICT_UNRESOLVED; i++)
		asked->options[i] = (struct option){ arena_printf(making->arena, "%s: %s", verdict_name((enum verdict)i),
			verdict_help((enum verdict)i)), "", false, i };
	return asked;
}

static struct asked *
add_source(struct making *making, const char *name, const char *prompt)
{
	size_t n = sizeof sources / sizeof sources[0];
	struct asked *asked = add(making, QUESTION_ONE, name, prompt, n);

	for (size_t i = 0; i < n; i++)
		asked->options[i] = (struct option){ sources[i], "", false, i };
	return asked;
}

static struct asked *
add_endpoints(struct making *making, const char *name, const char *prompt)
{
	return add(making, QUESTION_TEXT, name, prompt, 0);
}

static struct asked *
add_port(struct making *making, const char *name, const char *prompt)
{
	return add(making, QUESTION_TEXT, name, prompt, 0);
}

/* What came of it, by all branches. */
static void
right_option(struct asked *asked, size_t which)
{
	for (size_t i = 0; i < asked->question.noptions; i++)
		asked->options[i].correct = i == which;
}

static void
right_number(struct asked *asked, struct arena *arena, size_t number)
{
	asked->right = arena_alloc(arena, sizeof *asked->right);
	asked->right[0] = arena_printf(arena, "%zu", number);
	asked->nright = 1;
}

static void
right_verdict(struct asked *asked, const struct trace *trace, struct arena *arena)
{
	(void)arena;
	right_option(asked, trace->verdict);
}

static void
right_source(struct asked *asked, const struct trace *trace, struct arena *arena)
{
	const struct walk *path = trace->npaths ? &trace->paths[0] : NULL;

	(void)arena;
	right_option(asked, !path || !path->pod ? 2 : path->masqueraded ? 1 : 0);
}

static void
right_endpoints(struct asked *asked, const struct trace *trace, struct arena *arena)
{
	size_t n = 0;

	for (size_t i = 0; i < trace->npaths; i++) {
		bool seen = !trace->paths[i].pod;

		for (size_t j = 0; j < i; j++)
			seen = seen || trace->paths[j].pod == trace->paths[i].pod;
		n += !seen;
	}
	right_number(asked, arena, n);
}

static void
right_port(struct asked *asked, const struct trace *trace, struct arena *arena)
{
	right_number(asked, arena, trace->npaths ? trace->paths[0].endpoint_port : 0);
}

static const struct prediction {
	const char *name, *prompt;
	struct asked *(*add)(struct making *making, const char *name, const char *prompt);
	void (*settle)(struct asked *asked, const struct trace *trace, struct arena *arena);
} predictions[] = {
#define PREDICTION_ROW(id, text) { #id, text, add_##id, right_##id },
	PREDICTIONS(PREDICTION_ROW)
#undef PREDICTION_ROW
};
#define NPREDICTIONS (sizeof predictions / sizeof predictions[0])

static const struct prediction *
prediction_of(const struct value *word)
{
	for (size_t i = 0; i < NPREDICTIONS; i++) {
		if (strcmp(predictions[i].name, value_text(word)) == 0)
			return &predictions[i];
	}
	BUG("a prediction of %s", value_text(word));
}

static void
make_predict(struct making *making)
{
	const struct value *list = value_get(making->spec, "predict");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *connection = value_at(list, i), *ask = value_get(connection, "ask");
		const char *from = value_get_text(connection, "from"), *protocol = value_get_text(connection, "protocol");

		for (size_t j = 0; j < value_count(ask); j++) {
			const struct prediction *prediction = prediction_of(value_at(ask, j));
			const char *name = i ? arena_printf(making->arena, "%s-%zu", prediction->name, i + 1) : prediction->name;

			prediction->add(making, name, arena_printf(making->arena, "%s%s%s%s%s: %s", from ? from : "",
				from ? " to " : "to ", value_get_text(connection, "to"), protocol ? "/" : "",
				protocol ? protocol : "", prediction->prompt))->why = text_or_empty(connection, "why");
		}
	}
}

/* ---- all kinds ---- */

static const struct {
	const char *key;
	void (*make)(struct making *making);
} makers[] = { { "choices", make_choice }, { "items", make_order }, { "blanks", make_fill }, { "predict", make_predict } };

/* No more questions than this many come of a spec. */
static size_t
count_questions(const struct value *spec)
{
	const struct value *predict = value_get(spec, "predict");
	size_t n = 2 + value_count(value_get(spec, "blanks"));

	for (size_t i = 0; i < value_count(predict); i++)
		n += value_count(value_get(value_at(predict, i), "ask"));
	return n;
}

size_t
questions_make(const struct value *spec, uint64_t seed, struct arena *arena, struct asked **questions)
{
	struct making making = { .spec = spec, .arena = arena };

	rng_init(&making.rng, seed);
	making.rng = rng_fork(&making.rng, "options");
	making.questions = arena_alloc(arena, count_questions(spec) * sizeof *making.questions);
	for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
		if (value_get(spec, makers[i].key))
			makers[i].make(&making);
	}
	*questions = making.questions;
	questions_clear(making.questions, making.n);
	return making.n;
}

static int
settle_connection(const struct value *connection, const char *file, struct cluster *cluster, struct trace *trace,
	struct err *err)
{
	const char *protocol = value_get_text(connection, "protocol");
	struct trace_request request = { .to = value_get_text(connection, "to"), .from = value_get_text(connection, "from"),
		.namespace = value_get_text(connection, "namespace"), .all = true, .protocol_given = protocol != NULL };
	struct err why = ERR_INIT;

	if (protocol)
		(void)protocol_parse(protocol, &request.protocol);
	if (check_trace(cluster, &request, trace, &why) == 0)
		return 0;
	err_at(err, file, connection->line, connection->column, "%s", why.text);
	err_release(&why);
	return -1;
}

static int
settle_predictions(struct asked *questions, const struct value *spec, const char *file, struct cluster *cluster,
	struct arena *arena, struct err *err)
{
	const struct value *list = value_get(spec, "predict");
	size_t q = 0;

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *ask = value_get(value_at(list, i), "ask");
		struct trace trace;

		if (settle_connection(value_at(list, i), file, cluster, &trace, err))
			return -1;
		for (size_t j = 0; j < value_count(ask); j++)
			prediction_of(value_at(ask, j))->settle(&questions[q++], &trace, arena);
		trace_release(&trace);
	}
	return 0;
}

static const char *
as_text(const struct value *value, struct arena *arena)
{
	struct str text = STR_INIT;
	const char *kept;

	if (value_text(value))
		return value_text(value);
	json_write(value, 0, &text);
	kept = arena_strndup(arena, text.buf, text.len);
	str_release(&text);
	return kept;
}

/* The field of an object as the learner finds it. */
static int
settle_object(struct asked *asked, const struct value *from, const char *file, struct cluster *cluster, struct arena *arena,
	struct err *err)
{
	const struct kind *kind = kind_by_name(value_get_text(from, "kind"));
	const char *namespace = value_get_text(from, "namespace"), *path = value_get_text(from, "field");
	const struct object *object = kind ? store_get(cluster->server.store, kind,
		!kind->namespaced ? "" : namespace ? namespace : "default", value_get_text(from, "name")) : NULL;
	const struct value *value = object ? value_path(object->root, path) : NULL;

	if (!value)
		return err_at(err, file, from->line, from->column, "the cluster has no %s %s with %s", value_get_text(from, "kind"),
			value_get_text(from, "name"), path);
	asked->right = arena_alloc(arena, sizeof *asked->right);
	asked->right[0] = as_text(value, arena);
	asked->nright = 1;
	return 0;
}

static int
settle_blanks(struct asked *questions, const struct value *spec, const char *file, struct cluster *cluster,
	struct arena *arena, struct err *err)
{
	const struct value *blanks = value_get(spec, "blanks");

	for (size_t i = 0; i < value_count(blanks); i++) {
		const struct value *blank = value_at(blanks, i), *answers = value_get(blank, "answer");
		struct asked *asked = &questions[i];
		size_t n = answers && answers->type == VALUE_LIST ? value_count(answers) : 1;

		if (value_get(blank, "object")) {
			if (settle_object(asked, value_get(blank, "object"), file, cluster, arena, err))
				return -1;
			continue;
		}
		asked->right = arena_alloc(arena, (n + 1) * sizeof *asked->right);
		asked->nright = n;
		for (size_t j = 0; j < n; j++)
			asked->right[j] = as_text(answers->type == VALUE_LIST ? value_at(answers, j) : answers, arena);
	}
	return 0;
}

int
questions_settle(struct asked *questions, size_t n, const struct value *spec, const char *file, struct cluster *cluster,
	struct arena *arena, struct err *err)
{
	if (!n)
		return 0;
	if (settle_blanks(questions, spec, file, cluster, arena, err))
		return -1;
	return settle_predictions(questions, spec, file, cluster, arena, err);
}
