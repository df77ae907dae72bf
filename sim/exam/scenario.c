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

#define CHOICES_MAX 26	/* they have letters */

bool
scenario_is_choice(const struct scenario *scenario)
{
	return strcmp(scenario->kind, "choice") == 0;
}

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

static int
check_checks(struct scenario *scenario, struct err *err)
{
	const struct value *checks = value_get(scenario->spec, "checks");

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *check = value_at(checks, i);

		if (check_validate(scenario->file, check, err) < 0)
			return -1;
		if (value_get(check, "answer") != NULL && !scenario_is_choice(scenario))
			return at_value(scenario, check, "only a choice has an answer to check", err);
		scenario->points += (int)value_get_int(check, "points", 0);
	}
	if (scenario->points == 0)
		return at_value(scenario, scenario->spec, "the checks give no points", err);
	return 0;
}

static int
check_choices(const struct scenario *scenario, struct err *err)
{
	const struct value *choices = value_get(scenario->spec, "choices");
	size_t n = value_count(choices), correct = 0;

	if (!scenario_is_choice(scenario))
		return choices == NULL ? 0 : at_value(scenario, choices, "only a choice has choices", err);
	if (n < 2 || n > CHOICES_MAX)
		return at_value(scenario, scenario->spec, "a choice needs 2 to 26 choices", err);
	for (size_t i = 0; i < n; i++) {
		const struct value *choice = value_at(choices, i);

		if (value_get_bool(choice, "correct", false))
			correct++;
		else if (value_get_text(choice, "why") == NULL)
			return at_value(scenario, choice, "a wrong choice must say why it is wrong", err);
	}
	return correct > 0 ? 0 : at_value(scenario, choices, "no choice is correct", err);
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

static int
check_wrong(const struct scenario *scenario, struct err *err)
{
	const struct value *list = value_get(scenario->spec, "wrong");
	size_t checks = value_count(value_get(scenario->spec, "checks"));
	size_t choices = value_count(value_get(scenario->spec, "choices"));

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *wrong = value_at(list, i), *fails = value_get(wrong, "fails");

		if ((value_get(wrong, "choose") != NULL) != scenario_is_choice(scenario) ||
			(value_get(wrong, "script") == NULL) != scenario_is_choice(scenario))
			return at_value(scenario, wrong,
				scenario_is_choice(scenario) ? "a wrong answer to a choice is choose: [..]"
							     : "a wrong answer is a script",
				err);
		if (value_count(fails) == 0)
			return at_value(scenario, wrong, "a wrong answer must fail a check", err);
		if (check_numbers(scenario, fails, checks, "check", err) < 0 ||
			check_numbers(scenario, value_get(wrong, "choose"), choices, "choice", err) < 0)
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

static int
check_spec(struct scenario *scenario, const struct value *name, struct err *err)
{
	const struct value *spec = scenario->spec;

	if (check_name(scenario, name, err) < 0 || check_choices(scenario, err) < 0 ||
		needs(scenario, "checks", err) < 0 || check_checks(scenario, err) < 0 || check_wrong(scenario, err) < 0)
		return -1;
	if (!scenario_is_choice(scenario) && needs(scenario, "solution", err) < 0)
		return -1;
	return variables_check(scenario->file, value_get(spec, "variables"), spec, err);
}

static int
read_document(struct scenario *scenario, const char *text, size_t len, struct err *err)
{
	const struct yaml_options options = { .unique_keys = true };
	value_vec documents = VEC_INIT;
	struct value *document;
	size_t n;

	if (yaml_read(scenario->file, text, len, &options, &scenario->arena, &documents, err) < 0)
		return -1;
	n = documents.n;
	document = n > 0 ? documents.v[0] : NULL;
	vec_release(&documents);
	if (n != 1)
		return err_at(err, scenario->file, 0, 0, "a scenario is one document, not %zu", n);
	if (fields_check(scenario->file, document, err) < 0)
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
	};
}

const char *
scenario_hash(const struct scenario *scenario)
{
	return scenario->hash;
}
