/*
 * The proof of a scenario.  A script is typed into the closed shell a complete line at a time, and after each the
 * cluster comes to rest, as if its author had waited.
 */
#include <stdlib.h>
#include <string.h>

#include "exam/attempt.h"

/* Types one complete line; its exit status. */
static int
type_line(struct sim *sim, const char *line, struct str *output)
{
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink };
	int status = sim_line(sim, &io, line);

	cluster_settle(sim_cluster(sim));
	str_clear(output);
	str_addn(output, sink.str.buf, sink.str.len);
	str_release(&sink.str);
	return status;
}

/*
 * Types a script.  Where strict, the first line that fails ends it with an error that holds the line and what it
 * printed; a wrong answer may well hold such lines.
 */
static int
type_script(struct sim *sim, const char *script, bool strict, struct err *err)
{
	struct str line = STR_INIT, output = STR_INIT;
	int result = 0;

	for (const char *at = script; *at != '\0' && result == 0;) {
		size_t len = strcspn(at, "\n");
		int status;

		str_addn(&line, at, len);
		at += len + (at[len] == '\n');
		if (sim_wants_more(line.buf) && *at != '\0') {
			str_addch(&line, '\n');
			continue;
		}
		status = type_line(sim, line.buf, &output);
		if (strict && status != 0)
			result = err_set(err, ERR_FAILED, "`%s` ends with %d: %s", line.buf, status, output.buf);
		str_clear(&line);
	}
	str_release(&line);
	str_release(&output);
	return result;
}

static int
unproven(const struct scenario *scenario, const char *part, const char *text, struct err *err)
{
	return err_at(err, scenario->file, 0, 0, "%s: %s: %s", scenario->name, part, text);
}

/* Prefixes what err holds with the part that failed. */
static int
in_part(const struct scenario *scenario, const char *part, struct err *err)
{
	char *text = xstrdup(err->text);

	unproven(scenario, part, text, err);
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
	size_t n;
	int points, of;
	const struct check_result *results = attempt_check(attempt, &n, &points, &of);

	if (points == 0)
		return 0;
	str_addf(&text, "scores %d of %d instead of 0", points, of);
	for (size_t i = 0; i < n; i++)
		if (results[i].points > 0)
			str_addf(&text, "; check %zu passes: %s", i + 1, results[i].what);
	unproven(scenario, "the untouched cluster", text.buf, err);
	str_release(&text);
	return -1;
}

static int
test_solution(const struct scenario *scenario, struct attempt *attempt, struct err *err)
{
	const struct value *choices = value_get(attempt_spec(attempt), "choices");
	struct str text = STR_INIT;
	const struct check_result *results;
	size_t n;
	int points, of;

	for (size_t i = 0; i < value_count(choices); i++)
		if (value_get_bool(value_at(choices, i), "correct", false))
			attempt_choose(attempt, i, true);
	if (!scenario_is_choice(scenario) &&
		type_script(attempt_sim(attempt), attempt_solution(attempt), true, err) < 0)
		return in_part(scenario, "the solution", err);
	results = attempt_check(attempt, &n, &points, &of);
	if (points == of)
		return 0;
	str_addf(&text, "scores %d of %d", points, of);
	tell_failed(results, n, &text);
	unproven(scenario, "the solution", text.buf, err);
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

/* The wrong answer loses the checks that it says, and no other. */
static int
test_wrong(const struct scenario *scenario, struct attempt *attempt, const struct value *wrong, const char *part,
	struct err *err)
{
	const struct value *choose = value_get(wrong, "choose"), *fails = value_get(wrong, "fails");
	const char *script = value_get_text(wrong, "script");
	struct str text = STR_INIT;
	const struct check_result *results;
	size_t n;
	int points, of;

	for (size_t i = 0; i < value_count(choose); i++)
		attempt_choose(attempt, (size_t)value_at(choose, i)->integer - 1, true);
	if (script != NULL && type_script(attempt_sim(attempt), script, false, err) < 0)
		return in_part(scenario, part, err);
	results = attempt_check(attempt, &n, &points, &of);
	for (size_t i = 0; i < n; i++) {
		if (results[i].passed != names(fails, i + 1))
			continue;
		str_addf(&text, "%scheck %zu (%s) %s: got %s, want %s", text.len > 0 ? "; " : "", i + 1,
			results[i].what, results[i].passed ? "passes but must fail" : "fails but must pass",
			results[i].got, results[i].want);
	}
	if (text.len > 0)
		unproven(scenario, part, text.buf, err);
	else if (points == of)
		unproven(scenario, part, "scores everything", err);
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
