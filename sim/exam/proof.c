/* The proof of a scenario: what it says of itself holds for a seed. */
#include <stdlib.h>
#include <string.h>

#include "exam/attempt.h"
#include "exam/script.h"

static int
unproven(const struct scenario *scenario, const struct value *place, const char *part, const char *text, struct err *err)
{
	return err_at(err, scenario->file, place->line, place->column, "%s: %s", part, text);
}

/* Prefixes what err holds with the part that failed. */
static int
in_part(const struct scenario *scenario, const struct value *place, const char *part, struct err *err)
{
	char *text = xstrdup(err->text);

	unproven(scenario, place, part, text, err);
	free(text);
	return -1;
}

static void
tell_failed(const struct check_result *results, size_t n, struct str *out)
{
	for (size_t i = 0; i < n; i++)
		if (!results[i].passed)
			str_addf(out, "; check %zu, %s: got %s, want %s", i + 1, results[i].what, results[i].got,
				results[i].want);
}

static int
test_untouched(const struct scenario *scenario, struct attempt *attempt, struct err *err)
{
	struct str text = STR_INIT;
	size_t n, first = 0;
	int points, of;
	const struct check_result *results = attempt_check(attempt, &n, &points, &of);

	if (points == 0)
		return 0;
	str_addf(&text, "scores %d of %d instead of 0", points, of);
	for (size_t i = n; i-- > 0;) {
		if (results[i].points == 0)
			continue;
		first = i;
		str_addf(&text, "; check %zu passes: %s", i + 1, results[i].what);
	}
	unproven(scenario, value_at(value_get(scenario->spec, "checks"), first), "the untouched cluster", text.buf, err);
	str_release(&text);
	return -1;
}

static int
test_solution(const struct scenario *scenario, struct attempt *attempt, struct err *err)
{
	const struct value *solution = value_get(scenario->spec, "solution");
	const struct value *place = solution != NULL ? solution : scenario->spec;
	struct str text = STR_INIT;
	const struct check_result *results;
	size_t n;
	int points, of;

	for (size_t q = 0; q < attempt_questions(attempt); q++)
		question_solve(attempt_asked(attempt, q));
	if (script_type(attempt, attempt_solution(attempt), true, err) < 0)
		return in_part(scenario, place, "the solution", err);
	results = attempt_check(attempt, &n, &points, &of);
	if (points == of)
		return 0;
	str_addf(&text, "scores %d of %d", points, of);
	tell_failed(results, n, &text);
	unproven(scenario, place, "the solution", text.buf, err);
	str_release(&text);
	return -1;
}

static bool
names(const struct value *numbers, size_t number)
{
	for (size_t i = 0; i < value_count(numbers); i++)
		if (value_at(numbers, i)->integer == (int64_t)number)
			return true;
	return false;
}

/* The answers of a wrong one: by name, or by places in the only question's list. */
static int
give_wrong(struct attempt *attempt, const struct value *wrong, struct err *err)
{
	const struct value *choose = value_get(wrong, "choose"), *answers = value_get(wrong, "answers");

	if (choose != NULL)
		question_choose(attempt_asked(attempt, 0), choose);
	for (size_t i = 0; i < value_count(answers); i++) {
		const struct value *words = answers->map.v[i].value;
		size_t q = 0;

		while (q < attempt_questions(attempt) && strcmp(attempt_question(attempt, q).name, answers->map.v[i].key) != 0)
			q++;
		if (q == attempt_questions(attempt))
			return err_set(err, ERR_FAILED, "there is no question %s", answers->map.v[i].key);
		if (value_text(words) == NULL)
			return err_set(err, ERR_FAILED, "the answer to %s must be a text", answers->map.v[i].key);
		if (attempt_answer(attempt, q, value_text(words), err) < 0)
			return -1;
	}
	return 0;
}

/* The wrong answer loses the checks that it says, and no other. */
static int
test_wrong(const struct scenario *scenario, struct attempt *attempt, const struct value *wrong, const char *part,
	struct err *err)
{
	const struct value *fails = value_get(wrong, "fails");
	int64_t expected = value_get_int(wrong, "points", -1);
	const char *script = value_get_text(wrong, "script");
	struct str text = STR_INIT;
	const struct check_result *results;
	size_t n;
	int points, of;

	if (give_wrong(attempt, wrong, err) < 0 || (script != NULL && script_type(attempt, script, false, err) < 0))
		return in_part(scenario, wrong, part, err);
	results = attempt_check(attempt, &n, &points, &of);
	for (size_t i = 0; i < n; i++) {
		if (results[i].passed != names(fails, i + 1))
			continue;
		str_addf(&text, "%scheck %zu (%s) %s: got %s, want %s", text.len > 0 ? "; " : "", i + 1,
			results[i].what, results[i].passed ? "passes but must fail" : "fails but must pass",
			results[i].got, results[i].want);
	}
	if (text.len == 0 && expected >= 0 && points != expected)
		str_addf(&text, "scores %d of %d instead of %d", points, of, (int)expected);
	if (text.len > 0)
		unproven(scenario, wrong, part, text.buf, err);
	else if (points == of)
		unproven(scenario, wrong, part, "scores everything", err);
	n = text.len;
	str_release(&text);
	return n > 0 || points == of ? -1 : 0;
}

int
scenario_test(const struct scenario *scenario, uint64_t seed, int64_t now, struct err *err)
{
	struct attempt *attempt = attempt_new(scenario, seed, now, err);
	const struct value *wrong;
	int result;

	if (attempt == NULL)
		return -1;
	wrong = value_get(attempt_spec(attempt), "wrong");
	if (scenario->points == 0) {	/* of kind free: that it can be set up is all */
		attempt_free(attempt);
		return 0;
	}
	result = test_untouched(scenario, attempt, err);
	if (result == 0)
		result = test_solution(scenario, attempt, err);
	for (size_t i = 0; i < value_count(wrong) && result == 0; i++) {
		char *part = xasprintf("wrong answer %zu", i + 1);

		result = attempt_reset(attempt, err);
		if (result == 0)
			result = test_wrong(scenario, attempt, value_at(wrong, i), part, err);
		free(part);
	}
	attempt_free(attempt);
	return result;
}
