/*
 * Rules as a table, each a function over one scenario's tree, whose values know their places.  They judge the text; what
 * only a cluster can tell (that a check is reachable, that a wrong answer is refused) is pack test's.
 */
#include "svcsim/lint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "svcsim/distance.h"
#include "base/map.h"
#include "exam/check.h"
#include "exam/plan.h"
#include "exam/scenario.h"
#include "svcsim/vec.h"

#define GIVEAWAY_LEN 16		/* a shorter line (kubectl get svc) may stand anywhere */
#define COLUMNS_MOST 120

struct lint {
	const struct scenario *scenario;
	const char *base;	/* the file's name without folder */
	enum lint_rule rule;
	void (*fn)(void *arg, const struct lint_fault *fault);
	void *arg;
};

static void PRINTF_LIKE(4, 5)
fault_at(const struct lint *lint, unsigned line, unsigned column, const char *fmt, ...)
{
	struct lint_fault fault = { lint->rule, ERR_INIT };
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	err_at(&fault.at, lint->scenario->file, line, column, "%s", text.buf);
	lint->fn(lint->arg, &fault);
	err_release(&fault.at);
	str_release(&text);
}

#define fault(lint, value, ...) fault_at(lint, (value)->line, (value)->column, __VA_ARGS__)

static const struct value *
spec_value(const struct lint *lint, const char *key)
{
	return value_get(lint->scenario->spec, key);
}

static bool
is_task(const struct lint *lint)
{
	return !scenario_asks(lint->scenario);
}

/* ---- rules ---- */

static void
lint_name(const struct lint *lint)
{
	const char *name = lint->base + strspn(lint->base, "0123456789");
	size_t len = strlen(lint->scenario->name);

	name += *name == '-';
	if (strncmp(name, lint->scenario->name, len) != 0 || strcmp(name + len, ".yaml") != 0)
		fault_at(lint, 0, 0, "scenario %s stands in a file of another name: call it NN-%s.yaml", lint->scenario->name,
			lint->scenario->name);
}

/* The area that was meant. */
static const char *
nearest_area(const char *word)
{
	const char *best = objective_area_name(0);

	for (size_t area = 1; area < AREA_COUNT; area++)
		if (word_distance(word, objective_area_name((enum objective_area)area)) < word_distance(word, best))
			best = objective_area_name((enum objective_area)area);
	return best;
}

static void
lint_objective(const struct lint *lint)
{
	const struct value *objective = spec_value(lint, "objective");
	const char *text = value_text(objective), *slash = strchr(text, '/');
	char *area = xstrndup(text, slash != NULL ? (size_t)(slash - text) : strlen(text));

	if (objective_area(text) == AREA_COUNT)
		fault(lint, objective, "no exam draws from \"%s\"; did you mean \"%s\"?", area, nearest_area(area));
	else if (slash == NULL || slash[1] == '\0' || strspn(slash + 1, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(slash + 1))
		fault(lint, objective, "an objective is AREA/TOPIC in small letters, not \"%s\"", text);
	free(area);
}

static void
lint_range(const struct lint *lint, const char *key, int64_t least, int64_t most)
{
	const struct value *value = spec_value(lint, key);

	if (value->integer < least || value->integer > most)
		fault(lint, value, "%s is from %d to %d", key, (int)least, (int)most);
}

static void
lint_size(const struct lint *lint)
{
	lint_range(lint, "minutes", 1, 30);
	lint_range(lint, "weight", 1, 20);
}

static bool
mentions(const struct value *tree, const char *needle)
{
	bool found = tree->type == VALUE_STRING && strstr(tree->string.text, needle) != NULL;

	for (size_t i = 0; tree->type == VALUE_LIST && i < tree->list.n && !found; i++)
		found = mentions(tree->list.v[i], needle);
	for (size_t i = 0; tree->type == VALUE_MAP && i < tree->map.n && !found; i++)
		found = strstr(tree->map.v[i].key, needle) != NULL || mentions(tree->map.v[i].value, needle);
	return found;
}

static void
lint_variables(const struct lint *lint)
{
	const struct value *variables = spec_value(lint, "variables");

	if (value_count(variables) == 0 && is_task(lint))
		fault(lint, lint->scenario->spec, "without variables every learner gets the same task");
	for (size_t i = 0; i < value_count(variables); i++) {
		char *needle = xasprintf("${%s}", variables->map.v[i].key);

		if (!mentions(lint->scenario->spec, needle))
			fault_at(lint, variables->map.v[i].line, variables->map.v[i].column, "%s is drawn, but stands nowhere", needle);
		free(needle);
	}
}

/* Looking is what everybody is told to do. */
static bool
only_looks(const char *line)
{
	return str_starts(line, "kubectl get ") || str_starts(line, "kubectl describe ");
}

/* The first line of script that stands in text and does something, in *line and *len. */
static bool
gives_away(const char *script, const char *text, const char **line, size_t *len)
{
	for (; *script != '\0'; script += *len, script += strspn(script, "\n")) {
		char *needle;
		bool found;

		script += strspn(script, " \t");
		*line = script;
		*len = strcspn(script, "\n");
		needle = xstrndup(script, *len);
		found = *len >= GIVEAWAY_LEN && !only_looks(script) && strstr(text, needle) != NULL;
		free(needle);
		if (found)
			return true;
	}
	return false;
}

/* The last hint may tell all: it costs what that is worth. */
static void
lint_giveaway(const struct lint *lint)
{
	const char *solution = value_get_text(lint->scenario->spec, "solution"), *line;
	const struct value *task = spec_value(lint, "task"), *hints = spec_value(lint, "hints");
	size_t len;

	if (solution == NULL)
		return;
	if (gives_away(solution, value_text(task), &line, &len))
		fault(lint, task, "the task gives the answer away: %.*s", (int)len, line);
	for (size_t i = 0; i + 1 < value_count(hints); i++) {
		const struct value *text = value_get(value_at(hints, i), "text");

		if (gives_away(solution, value_text(text), &line, &len))
			fault(lint, text, "hint %zu of %zu gives the answer away: %.*s", i + 1, value_count(hints), (int)len, line);
	}
}

static void
lint_hints(const struct lint *lint)
{
	const struct value *hints = spec_value(lint, "hints");
	int64_t costs = 0;

	if (is_task(lint) && value_count(hints) < 2)
		fault(lint, hints != NULL ? hints : lint->scenario->spec, "a %s has two hints or more: first where to look",
			lint->scenario->kind);
	for (size_t i = 0; i < value_count(hints); i++)
		costs += value_get_int(value_at(hints, i), "cost", 0);
	if (costs >= lint->scenario->points)
		fault(lint, hints, "the hints cost %d of %d points: nothing is left for who takes them", (int)costs,
			lint->scenario->points);
}

static void
lint_wrong(const struct lint *lint)
{
	const struct value *wrong = spec_value(lint, "wrong");

	if (value_count(wrong) < 2)
		fault(lint, wrong != NULL ? wrong : lint->scenario->spec, "%s of two wrong answers that people give",
			value_count(wrong) == 1 ? "there is only one" : "there is none");
}

static bool
is_lost(const struct value *wrong, size_t number)
{
	for (size_t i = 0; i < value_count(wrong); i++) {
		const struct value *fails = value_get(value_at(wrong, i), "fails");

		for (size_t j = 0; j < value_count(fails); j++)
			if (value_at(fails, j)->integer == (int64_t)number)
				return true;
	}
	return false;
}

static void
lint_reachable(const struct lint *lint)
{
	const struct value *checks = spec_value(lint, "checks"), *wrong = spec_value(lint, "wrong");

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *check = value_at(checks, i);

		if (value_get_int(check, "points", 0) == 0)
			fault(lint, check, "check %zu has no points", i + 1);
		else if (value_count(wrong) > 0 && !check_is_guard(check) && !is_lost(wrong, i + 1))
			fault(lint, check, "no wrong answer loses check %zu: is it worth its points?", i + 1);
	}
}

static void
lint_behaviour(const struct lint *lint)
{
	const struct value *checks = spec_value(lint, "checks");
	int64_t written = 0, behaves = 0;

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *check = value_at(checks, i);
		int64_t points = value_get_int(check, "points", 0);

		if (value_get(check, "reach") != NULL || value_get(check, "resolve") != NULL || value_get(check, "file") != NULL)
			behaves += points;
		else if (value_get(check, "object") != NULL)
			written += points;
	}
	if (is_task(lint) && behaves < written)
		fault(lint, checks, "%d points for what is written, and %d for what behaves: a field can be right while nothing answers",
			(int)written, (int)behaves);
}

static void
lint_why(const struct lint *lint)
{
	const struct value *checks = spec_value(lint, "checks");

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *check = value_at(checks, i);

		if (!check_is_guard(check) && value_get(check, "answer") == NULL && value_get(check, "why") == NULL)
			fault(lint, check, "check %zu doesn't say why it matters", i + 1);
	}
}

static bool
same_text(const struct value *a, const struct value *b, const char *key)
{
	const char *one = value_get_text(a, key), *other = value_get_text(b, key);

	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* Two checks without a line of their own, which would be printed alike. */
static bool
look_alike(const struct value *a, const struct value *b)
{
	static const char *const words[] = { "object", "unchanged", "reach", "resolve", "file" };
	static const char *const keys[] = { "kind", "namespace", "name", "from", "to", "protocol", "path" };
	bool alike = false;

	for (size_t i = 0; i < sizeof words / sizeof words[0] && !alike; i++) {
		const struct value *one = value_get(a, words[i]), *other = value_get(b, words[i]);

		alike = one != NULL && other != NULL;
		for (size_t k = 0; alike && k < sizeof keys / sizeof keys[0]; k++)
			alike = same_text(one, other, keys[k]);
	}
	return alike && same_text(a, b, "what");
}

static void
lint_what(const struct lint *lint)
{
	const struct value *checks = spec_value(lint, "checks");

	for (size_t i = 0; i < value_count(checks); i++)
		for (size_t k = 0; k < i; k++)
			if (look_alike(value_at(checks, k), value_at(checks, i)))
				fault(lint, value_at(checks, i), "check %zu is printed as check %zu is: give both a line (what:)",
					i + 1, k + 1);
}

static void
lint_one_text(const struct lint *lint, const struct value *value)
{
	const char *text = value->string.text;
	bool block = strchr(text, '\n') != NULL;

	for (unsigned row = 0; *text != '\0'; row++) {
		size_t len = strcspn(text, "\n"), columns = 0;

		for (size_t i = 0; i < len; i++) {
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
			if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 127) {
				fault_at(lint, value->line + (block ? row + 1 : 0), block ? 0 : value->column,
					"control character %d", text[i]);
				break;
			}
		}
		if (block && columns > COLUMNS_MOST)
			fault_at(lint, value->line + row + 1, 0, "%zu columns: lines have up to %d", columns, COLUMNS_MOST);
		text += len + (text[len] == '\n');
	}
}

static void
lint_texts(const struct lint *lint, const struct value *tree)
{
	if (tree->type == VALUE_STRING)
		lint_one_text(lint, tree);
	for (size_t i = 0; tree->type == VALUE_LIST && i < tree->list.n; i++)
		lint_texts(lint, tree->list.v[i]);
	for (size_t i = 0; tree->type == VALUE_MAP && i < tree->map.n; i++)
		lint_texts(lint, tree->map.v[i].value);
}

/* Manifests and scripts are as long as they are. */
static void
lint_text(const struct lint *lint)
{
	static const char *const prose[] = { "title", "task", "explain", "hints", "choices", "items", "blanks" };

	for (size_t i = 0; i < sizeof prose / sizeof prose[0]; i++)
		if (spec_value(lint, prose[i]) != NULL)
			lint_texts(lint, spec_value(lint, prose[i]));
}

static const struct {
	const char *name;
	void (*run)(const struct lint *lint);	/* NULL: found while reading */
	bool free;				/* also for scenarios that ask nothing */
} rules[LINT_RULE_COUNT] = {
	[LINT_format] = { "format", NULL, false },
	[LINT_name] = { "name", lint_name, true },
	[LINT_objective] = { "objective", lint_objective, true },
	[LINT_size] = { "size", lint_size, true },
	[LINT_variables] = { "variables", lint_variables, false },
	[LINT_giveaway] = { "giveaway", lint_giveaway, false },
	[LINT_hints] = { "hints", lint_hints, false },
	[LINT_wrong] = { "wrong", lint_wrong, false },
	[LINT_reachable] = { "reachable", lint_reachable, false },
	[LINT_behaviour] = { "behaviour", lint_behaviour, false },
	[LINT_why] = { "why", lint_why, false },
	[LINT_what] = { "what", lint_what, false },
	[LINT_text] = { "text", lint_text, true },
};

const char *
lint_rule_name(enum lint_rule rule)
{
	return rules[rule].name;
}

/* ---- files ---- */

struct linting {
	struct io *io;
	const char *folder;
	struct map *names;	/* seen so far */
	void (*fn)(void *arg, const struct lint_fault *fault);
	void *arg;
};

static void
tell(const struct linting *linting, enum lint_rule rule, const struct err *err)
{
	const struct lint_fault fault = { rule, *err };

	linting->fn(linting->arg, &fault);
}

static void
run_rules(const struct linting *linting, const struct scenario *scenario, const char *base)
{
	struct lint lint = { scenario, base, LINT_format, linting->fn, linting->arg };

	for (size_t rule = 0; rule < LINT_RULE_COUNT; rule++) {
		lint.rule = (enum lint_rule)rule;
		if (rules[rule].run != NULL && (scenario->points > 0 || rules[rule].free))
			rules[rule].run(&lint);
	}
}

static void
lint_scenario(const struct linting *linting, const char *path, const char *base, const struct str *text)
{
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read(path, text->buf, text->len, &err);

	if (scenario == NULL) {
		tell(linting, LINT_format, &err);
	} else {
		if (map_get(linting->names, scenario->name) != NULL) {
			err_at(&err, path, 0, 0, "the pack has another scenario of the name %s", scenario->name);
			tell(linting, LINT_name, &err);
		}
		map_set(linting->names, scenario->name, linting->names);
		run_rules(linting, scenario, base);
		scenario_free(scenario);
	}
	err_release(&err);
}

static void
lint_plan(const struct linting *linting, const char *path, const struct str *text)
{
	struct plan plan = { .title = NULL };
	struct err err = ERR_INIT;

	if (plan_read(&plan, path, text->buf, text->len, &err) < 0)
		tell(linting, LINT_format, &err);
	plan_release(&plan);
	err_release(&err);
}

static void
lint_file(const struct linting *linting, const char *base)
{
	char *path = xasprintf("%s/%s", linting->folder, base);
	struct str text = STR_INIT;
	enum io_result read = linting->io->files->read(linting->io, path, &text);
	struct err err = ERR_INIT;

	if (read != IO_OK) {
		err_at(&err, path, 0, 0, "%s", io_result_text(read));
		tell(linting, LINT_format, &err);
		err_release(&err);
	} else if (strcmp(base, PLAN_FILE) == 0) {
		lint_plan(linting, path, &text);
	} else {
		lint_scenario(linting, path, base, &text);
	}
	str_release(&text);
	free(path);
}

int
pack_lint(struct io *io, const char *folder, void (*fn)(void *arg, const struct lint_fault *fault), void *arg,
	struct err *err)
{
	struct io_names names = { NULL, 0, 0 };
	enum io_result listed = io->files->list(io, folder, &names);
	struct map seen = MAP_INIT;
	const struct linting linting = { io, folder, &seen, fn, arg };

	if (listed != IO_OK)
		return err_at(err, folder, 0, 0, "%s", io_result_text(listed));
	for (size_t i = 0; i < names.n; i++)
		if (str_ends(names.v[i], ".yaml"))
			lint_file(&linting, names.v[i]);
	map_release(&seen);
	io_names_release(&names);
	return 0;
}
