/*
 * Reading one scenario: YAML with unique keys, the table of fields, the variables, and then what a table can't say:
 * that a task has a solution, that a question has a right answer, that wrong answers name checks that are there.
 */
#include "exam/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/hash.h"
#include "exam/check.h"
#include "exam/fields.h"
#include "exam/variables.h"

static int
at_value(const struct scenario *scenario, const struct value *value, const char *text, struct err *err)
{
	return err_at(err, scenario->file, value->line, value->column, "%s", text);
}

static int
needs(const struct scenario *scenario, const char *key, struct err *err)
{
	if (value_count(value_get(scenario->spec, key)) > 0 || value_get_text(scenario->spec, key) != NULL)
		return 0;
	return err_at(err, scenario->file, scenario->spec->line, scenario->spec->column, "a %s needs %s",
		scenario->kind, key);
}

/* What each kind of scenario asks, and no other has. */
static const struct {
	const char *kind, *key;
} question_keys[] = { { "choice", "choices" }, { "order", "items" }, { "predict", "predict" }, { "fill", "blanks" } };
#define QUESTION_KEYS (sizeof question_keys / sizeof question_keys[0])

static const char *
question_key(const struct scenario *scenario)
{
	for (size_t i = 0; i < QUESTION_KEYS; i++) {
		if (strcmp(question_keys[i].kind, scenario->kind) == 0)
			return question_keys[i].key;
	}
	return NULL;
}

bool
scenario_asks(const struct scenario *scenario)
{
	return question_key(scenario) != NULL;
}

static int
check_checks(struct scenario *scenario, struct err *err)
{
	const struct value *checks = value_get(scenario->spec, "checks");

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *check = value_at(checks, i);

		if (check_validate(scenario->file, check, err) < 0)
			return -1;
		if (value_get(check, "answer") != NULL && !scenario_asks(scenario))
			return at_value(scenario, check, "this kind of scenario has no answer to check", err);
		scenario->points += (int)value_get_int(check, "points", 0);
	}
	if (scenario->points == 0)
		return at_value(scenario, scenario->spec, "the checks give no points", err);
	return 0;
}

static int
check_choices(const struct scenario *scenario, const struct value *choices, struct err *err)
{
	size_t n = value_count(choices), correct = 0;

	for (size_t i = 0; i < n; i++) {
		const struct value *choice = value_at(choices, i);

		if (value_get_bool(choice, "correct", false))
			correct++;
		else if (value_get_text(choice, "why") == NULL)
			return at_value(scenario, choice, "a wrong choice must say why it is wrong", err);
	}
	return correct > 0 ? 0 : at_value(scenario, choices, "no choice is correct", err);
}

static int
check_blanks(const struct scenario *scenario, const struct value *blanks, struct err *err)
{
	for (size_t i = 0; i < value_count(blanks); i++) {
		const struct value *blank = value_at(blanks, i), *object = value_get(blank, "object");
		const char *kind = value_get_text(object, "kind");

		if ((value_get(blank, "answer") == NULL) == (object == NULL))
			return at_value(scenario, blank, "a blank has either answer or object", err);
		if (kind != NULL && kind_by_name(kind) == NULL)
			return at_value(scenario, object, "there is no such kind", err);
	}
	return 0;
}

/* The question is there when the kind asks one, and only then. */
static int
check_question(const struct scenario *scenario, struct err *err)
{
	const char *key = question_key(scenario);
	const struct value *list = key != NULL ? value_get(scenario->spec, key) : NULL;

	for (size_t i = 0; i < QUESTION_KEYS; i++) {
		const struct value *other = value_get(scenario->spec, question_keys[i].key);

		if (other != NULL && other != list)
			return err_at(err, scenario->file, other->line, other->column, "only kind %s has %s",
				question_keys[i].kind, question_keys[i].key);
	}
	if (key == NULL)
		return 0;
	if (value_count(list) == 0)
		return needs(scenario, key, err);
	if (strcmp(key, "choices") == 0 || strcmp(key, "items") == 0) {
		if (value_count(list) < 2 || value_count(list) > OPTIONS_MAX)
			return at_value(scenario, list, "2 to 26 options make a question", err);
	}
	if (strcmp(key, "choices") == 0)
		return check_choices(scenario, list, err);
	return strcmp(key, "blanks") == 0 ? check_blanks(scenario, list, err) : 0;
}

/* Each number in list is from 1 to n. */
static int
check_numbers(const struct scenario *scenario, const struct value *list, size_t n, const char *what, struct err *err)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *number = value_at(list, i);

		if (number->integer < 1 || (size_t)number->integer > n)
			return err_at(err, scenario->file, number->line, number->column,
				"there is no %s %lld: they count from 1 to %zu", what, (long long)number->integer, n);
	}
	return 0;
}

/* How a wrong answer is given: by places for a list, by name for several questions, else by a script. */
static const char *
wrong_key(const struct scenario *scenario)
{
	const char *key = question_key(scenario);

	if (key == NULL)
		return "script";
	return strcmp(key, "choices") == 0 || strcmp(key, "items") == 0 ? "choose" : "answers";
}

static int
check_wrong(const struct scenario *scenario, struct err *err)
{
	const struct value *list = value_get(scenario->spec, "wrong");
	size_t checks = value_count(value_get(scenario->spec, "checks"));
	const char *key = question_key(scenario);
	size_t options = key != NULL ? value_count(value_get(scenario->spec, key)) : 0;

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *wrong = value_at(list, i), *fails = value_get(wrong, "fails");

		if (value_get(wrong, wrong_key(scenario)) == NULL)
			return err_at(err, scenario->file, wrong->line, wrong->column, "a wrong answer to a %s is given by %s",
				scenario->kind, wrong_key(scenario));
		if (value_count(fails) == 0)
			return at_value(scenario, wrong, "a wrong answer must fail a check", err);
		if (check_numbers(scenario, fails, checks, "check", err) < 0 ||
			check_numbers(scenario, value_get(wrong, "choose"), options, "option", err) < 0)
			return -1;
	}
	return 0;
}

static int
check_name(const struct scenario *scenario, const struct value *name, struct err *err)
{
	size_t len = strspn(scenario->name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (len > 0 && len <= 63 && scenario->name[len] == '\0')
		return 0;
	return at_value(scenario, name, "a name is up to 63 small letters, digits and -", err);
}

/* Nothing is asked, so nothing can be judged. */
static int
check_free(const struct scenario *scenario, struct err *err)
{
	static const char *const keys[] = { "checks", "wrong", "solution", "hints" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct value *value = value_get(scenario->spec, keys[i]);

		if (value != NULL)
			return err_at(err, scenario->file, value->line, value->column, "kind free asks nothing, and has no %s",
				keys[i]);
	}
	return 0;
}

static int
check_spec(struct scenario *scenario, const struct value *name, struct err *err)
{
	const struct value *spec = scenario->spec;

	if (check_name(scenario, name, err) < 0 || check_question(scenario, err) < 0)
		return -1;
	if (strcmp(scenario->kind, "free") == 0)
		return check_free(scenario, err) < 0 ? -1 : variables_check(scenario->file, value_get(spec, "variables"), spec, err);
	if (needs(scenario, "checks", err) < 0 || check_checks(scenario, err) < 0 || check_wrong(scenario, err) < 0)
		return -1;
	if (!scenario_asks(scenario) && needs(scenario, "solution", err) < 0)
		return -1;
	return variables_check(scenario->file, value_get(spec, "variables"), spec, err);
}

/* The reader of YAML says what it met; a teacher wants to know what is usually behind that. */
static int
advise(struct err *err)
{
	static const struct {
		const char *text, *advice;
	} rows[] = {
		{ "found character that cannot start any token", "a tab, where YAML wants blanks? a % or @ that needs quotes?" },
		{ "mapping values are not allowed in this context", "set in by too many blanks, or a text with \": \" that needs quotes?" },
		{ "could not find expected ':'", "a key without its colon, or a text set in by too few blanks?" },
		{ "did not find expected key", "set in by another number of blanks than the lines above?" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(err->text, rows[i].text) == 0) {
			char *text = xasprintf("%s: %s", err->text, rows[i].advice);

			free(err->text);
			err->text = text;
			break;
		}
	return -1;
}

static int
read_document(struct scenario *scenario, const char *text, size_t len, struct err *err)
{
	const struct yaml_options options = { .unique_keys = true };
	value_vec documents = VEC_INIT;
	struct value *document;
	size_t n;

	if (yaml_read(scenario->file, text, len, &options, &scenario->arena, &documents, err) < 0)
		return advise(err);
	n = documents.n;
	document = n > 0 ? documents.v[0] : NULL;
	vec_release(&documents);
	if (n != 1)
		return err_at(err, scenario->file, 0, 0, "a scenario is one document, not %zu", n);
	if (fields_check(scenario->file, "scenario", document, err) < 0)
		return -1;
	scenario->spec = value_get(document, "spec");
	scenario->name = value_text(value_path(document, "metadata.name"));
	scenario->kind = value_get_text(scenario->spec, "kind");
	return check_spec(scenario, value_path(document, "metadata.name"), err);
}

struct scenario *
scenario_read(const char *file, const char *text, size_t len, struct err *err)
{
	struct scenario *scenario = xcalloc(1, sizeof *scenario);

	scenario->file = arena_strdup(&scenario->arena, file);
	sha256_hex(text, len, scenario->hash);
	if (read_document(scenario, text, len, err) < 0) {
		scenario_free(scenario);
		return NULL;
	}
	return scenario;
}

void
scenario_free(struct scenario *scenario)
{
	if (scenario == NULL)
		return;
	arena_release(&scenario->arena);
	free(scenario);
}

struct scenario_info
scenario_info(const struct scenario *scenario)
{
	const struct value *spec = scenario->spec;

	return (struct scenario_info){
		.name = scenario->name,
		.title = value_get_text(spec, "title"),
		.objective = value_get_text(spec, "objective"),
		.kind = scenario->kind,
		.minutes = (int)value_get_int(spec, "minutes", 0),
		.weight = (int)value_get_int(spec, "weight", 0),
		.points = scenario->points,
		.nhints = value_count(value_get(spec, "hints")),
		.nwrong = value_count(value_get(spec, "wrong")),
	};
}

const char *
scenario_hash(const struct scenario *scenario)
{
	return scenario->hash;
}
