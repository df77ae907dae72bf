#include "svcsim/grade.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/json_out.h"
#include "exam/attempt.h"
#include "exam/grade_fields.h"
#include "exam/script.h"

struct grade
grade_init(const char *student, const char *pack, const struct scenario *scenario, uint64_t seed)
{
	const struct scenario_info info = scenario_info(scenario);

	return (struct grade){ .student = xstrdup(student), .pack = xstrdup(pack), .scenario = xstrdup(info.name),
		.title = xstrdup(info.title), .objective = xstrdup(info.objective), .hash = xstrdup(scenario_hash(scenario)),
		.seed = seed, .of = info.points, .weight = info.weight, .seconds = -1 };
}

static void
release_checks(struct grade *grade)
{
	for (size_t i = 0; i < grade->nchecks; i++) {
		free(grade->checks[i].what);
		free(grade->checks[i].got);
		free(grade->checks[i].want);
		free(grade->checks[i].why);
	}
	free(grade->checks);
	grade->checks = NULL;
	grade->nchecks = 0;
}

void
grade_release(struct grade *grade)
{
	release_checks(grade);
	free(grade->student);
	free(grade->pack);
	free(grade->scenario);
	free(grade->title);
	free(grade->objective);
	free(grade->hash);
	free(grade->fault);
	*grade = (struct grade){ .student = NULL };
}

void
grade_attempt(struct grade *grade, struct attempt *attempt)
{
	const struct check_result *results;
	size_t n;

	results = attempt_check(attempt, &n, &grade->points, &grade->of);
	release_checks(grade);
	grade->checks = xcalloc(n + 1, sizeof *grade->checks);
	grade->nchecks = n;
	for (size_t i = 0; i < n; i++)
		grade->checks[i] = (struct grade_check){ xstrdup(results[i].what), xstrdup(results[i].got),
			xstrdup(results[i].want), xstrdup(results[i].why), results[i].points, results[i].of, results[i].passed };
}

/* A student's line that fails is no fault of the grading: what it left is what counts. */
void
grade_script(struct grade *grade, struct attempt *attempt, const char *script)
{
	struct err err = ERR_INIT;

	if (script_type(attempt, script, false, &err) < 0) {
		grade->fault = xstrdup(err.text);
		err_release(&err);
	}
	grade_attempt(grade, attempt);
}

/* ---- as one line ---- */

#define TEXT(type, id) { #id, offsetof(struct type, id), GRADE_FIELD_TEXT }
#define NUMBER(type, id) { #id, offsetof(struct type, id), GRADE_FIELD_INT }

const struct grade_field grade_fields[] = {
	TEXT(grade, student), TEXT(grade, pack), TEXT(grade, scenario), TEXT(grade, title), TEXT(grade, objective),
	TEXT(grade, hash), { "seed", offsetof(struct grade, seed), GRADE_FIELD_SEED }, NUMBER(grade, points),
	NUMBER(grade, of), NUMBER(grade, weight), NUMBER(grade, seconds), TEXT(grade, fault), { NULL, 0, 0 },
};
const struct grade_field grade_check_fields[] = {
	TEXT(grade_check, what), NUMBER(grade_check, points), NUMBER(grade_check, of),
	{ "passed", offsetof(struct grade_check, passed), GRADE_FIELD_BOOL }, TEXT(grade_check, got),
	TEXT(grade_check, want), TEXT(grade_check, why), { NULL, 0, 0 },
};

static void
write_fields(struct json_out *json, const struct grade_field *fields, const void *base)
{
	for (; fields->name != NULL; fields++) {
		const void *at = (const char *)base + fields->offset;

		json_out_key(json, fields->name);
		switch (fields->type) {
		case GRADE_FIELD_TEXT:
			json_out_string(json, *(char *const *)at);
			break;
		case GRADE_FIELD_INT:
			json_out_int(json, *(const int *)at);
			break;
		case GRADE_FIELD_SEED:
			json_out_int(json, (int64_t)*(const uint64_t *)at);
			break;
		case GRADE_FIELD_BOOL:
			json_out_bool(json, *(const bool *)at);
			break;
		}
	}
}

void
grade_write(const struct grade *grade, struct json_out *json)
{
	json_out_open(json, '{');
	write_fields(json, grade_fields, grade);
	json_out_key(json, "checks");
	json_out_open(json, '[');
	for (size_t i = 0; i < grade->nchecks; i++) {
		json_out_open(json, '{');
		write_fields(json, grade_check_fields, &grade->checks[i]);
		json_out_close(json, '}');
	}
	json_out_close(json, ']');
	json_out_close(json, '}');
}

void
grade_format(const struct grade *grade, struct str *out)
{
	struct json_out json;

	json_out_init(&json, out, 0);
	grade_write(grade, &json);
}

static void
read_fields(const struct value *map, const struct grade_field *fields, void *base)
{
	for (; fields->name != NULL; fields++) {
		void *at = (char *)base + fields->offset;
		const char *text = value_get_text(map, fields->name);

		switch (fields->type) {
		case GRADE_FIELD_TEXT:
			*(char **)at = text != NULL ? xstrdup(text) : NULL;
			break;
		case GRADE_FIELD_INT:
			*(int *)at = (int)value_get_int(map, fields->name, 0);
			break;
		case GRADE_FIELD_SEED:
			*(uint64_t *)at = (uint64_t)value_get_int(map, fields->name, 0);
			break;
		case GRADE_FIELD_BOOL:
			*(bool *)at = value_get_bool(map, fields->name, false);
			break;
		}
	}
}

int
grade_parse(struct grade *grade, const char *text, size_t len, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const struct value *checks;
	struct value *map = NULL;
	int failed = json_read("grade", text, len, &arena, &map, err);

	*grade = (struct grade){ .student = NULL };
	if (failed == 0) {
		checks = value_get(map, "checks");
		read_fields(map, grade_fields, grade);
		grade->nchecks = value_count(checks);
		grade->checks = xcalloc(grade->nchecks + 1, sizeof *grade->checks);
		for (size_t i = 0; i < grade->nchecks; i++)
			read_fields(value_at(checks, i), grade_check_fields, &grade->checks[i]);
	}
	arena_release(&arena);
	return failed;
}
