/*
 * When a Job has failed or succeeded by more than a count: its podFailurePolicy and its successPolicy.  Follows
 * validatePodFailurePolicy and validateSuccessPolicy, with what they call, in
 * pkg/apis/batch/validation/validation.go.
 */
#include "server/job.h"

#include <stdlib.h>
#include <string.h>

#define RULES_MAX 20
#define PATTERNS_MAX 20
#define EXIT_CODES_MAX 255
#define SUCCESS_RULES_MAX 20
#define INDEXES_MAX 65536

static const char *const actions[] = { "Count", "FailIndex", "FailJob", "Ignore", NULL };
static const char *const code_operators[] = { "In", "NotIn", NULL };
static const char *const statuses[] = { "False", "True", "Unknown", NULL };

/* A word of a sorted vocabulary, which an absent one gets told as %q of a slice shows it. */
static void
word_validate(struct status *status, const struct place *at, const struct value *map, const char *field,
	const char *const *words)
{
	struct str detail = STR_INIT;

	if (place_has_text(map, field)) {
		place_one_of(status, at, map, field, words);
		return;
	}
	str_add(&detail, "valid values: [");
	for (size_t i = 0; words[i]; i++)
		str_addf(&detail, "%s\"%s\"", i ? " " : "", words[i]);
	str_addch(&detail, ']');
	place_required(status, at, field, detail.buf);
	str_release(&detail);
}

static bool
has_container(const struct value *spec, const char *name)
{
	static const char *const lists[] = { "containers", "initContainers" };

	for (size_t l = 0; l < 2; l++) {
		const struct value *containers = value_get(value_path(spec, "template.spec"), lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			const char *other = value_get_text(value_at(containers, i), "name");

			if (other && !strcmp(other, name))
				return true;
		}
	}
	return false;
}

/* []int32{1, 2} */
static char *
codes_text(const struct value *values)
{
	struct str text = STR_INIT;

	if (!value_count(values))
		return xstrdup("[]int32(nil)");
	str_add(&text, "[]int32{");
	for (size_t i = 0; i < value_count(values); i++)
		str_addf(&text, "%s%lld", i ? ", " : "", (long long)value_at(values, i)->integer);
	str_addch(&text, '}');
	return str_detach(&text);
}

static void
code_validate(struct status *status, const struct value *values, size_t i, bool in, const struct place *list)
{
	const struct value *code = value_at(values, i);
	const struct place at = { list, NULL, i };
	bool doubled = false;
	char *shown;

	if (in && !code->integer)
		place_invalid(status, &at, NULL, code, "must not be 0 for the In operator");
	for (size_t k = 0; k < i; k++)
		doubled |= value_at(values, k)->integer == code->integer;
	if (!doubled)
		return;
	shown = status_value_text(code);
	place_duplicate(status, &at, NULL, shown);
	free(shown);
}

static void
exit_codes_validate(struct status *status, const struct value *spec, const struct value *codes, const struct place *at)
{
	const struct value *values = value_get(codes, "values");
	const char *container = value_get_text(codes, "containerName"), *op = value_get_text(codes, "operator");
	const struct place list = { at, "values", 0 };
	char *shown = codes_text(values);
	bool ordered = true;

	word_validate(status, at, codes, "operator", code_operators);
	if (container && !has_container(spec, container))
		place_invalid(status, at, "containerName", value_get(codes, "containerName"),
			"must be one of the container or initContainer names in the pod template");
	if (!value_count(values))
		place_invalid_text(status, &list, NULL, shown, "at least one value is required");
	else if (value_count(values) > EXIT_CODES_MAX)
		place_too_many(status, &list, NULL, value_count(values), EXIT_CODES_MAX);
	for (size_t i = 0; i < value_count(values); i++) {
		code_validate(status, values, i, op && !strcmp(op, "In"), &list);
		ordered &= !i || value_at(values, i - 1)->integer <= value_at(values, i)->integer;
	}
	if (!ordered)
		place_invalid_text(status, &list, NULL, shown, "must be ordered");
	free(shown);
}

static void
conditions_validate(struct status *status, const struct value *patterns, const struct place *list)
{
	if (value_count(patterns) > PATTERNS_MAX)
		place_too_many(status, list, NULL, value_count(patterns), PATTERNS_MAX);
	for (size_t i = 0; i < value_count(patterns); i++) {
		const struct value *pattern = value_at(patterns, i);
		const struct place at = { list, NULL, i };

		place_check_text(status, &at, "type", value_get_text(pattern, "type"), check_qualified_name);
		word_validate(status, &at, pattern, "status", statuses);
	}
}

static void
rule_validate(struct status *status, const struct value *spec, const struct value *rule, const struct place *at)
{
	const struct value *codes = value_get(rule, "onExitCodes"), *conditions = value_get(rule, "onPodConditions");
	const struct place codes_at = { at, "onExitCodes", 0 }, conditions_at = { at, "onPodConditions", 0 };
	const char *action = value_get_text(rule, "action");
	char *path = place_text(at);

	if (!action || strcmp(action, "FailIndex") != 0)
		word_validate(status, at, rule, "action", actions);
	else if (!value_get(spec, "backoffLimitPerIndex"))
		place_invalid(status, at, "action", value_get(rule, "action"),
			"requires the backoffLimitPerIndex to be set");
	if (codes)
		exit_codes_validate(status, spec, codes, &codes_at);
	conditions_validate(status, conditions, &conditions_at);
	if (codes && value_count(conditions))
		status_invalid_whole(status, path, "specifying both OnExitCodes and OnPodConditions is not supported");
	if (!codes && !value_count(conditions))
		status_invalid_whole(status, path, "specifying one of OnExitCodes and OnPodConditions is required");
	free(path);
}

static void
failure_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *rules = value_path(spec, "podFailurePolicy.rules");
	const struct place at = { path, "podFailurePolicy", 0 }, list = { &at, "rules", 0 };

	if (value_count(rules) > RULES_MAX)
		place_too_many(status, &list, NULL, value_count(rules), RULES_MAX);
	for (size_t i = 0; i < value_count(rules); i++) {
		const struct place item = { &list, NULL, i };

		rule_validate(status, spec, value_at(rules, i), &item);
	}
}

static bool
read_index(const char *text, size_t len, int64_t completions, int64_t *index, struct str *why)
{
	char *copy = xstrndup(text, len), *end;

	*index = strtoll(copy, &end, 10);
	if (!len || *end)
		str_addf(why, "cannot convert string to integer for index: \"%s\"", copy);
	else if (*index >= completions)
		str_addf(why, "too large index: \"%s\"", copy);
	free(copy);
	return !why->len;
}

/* "1", "3-5"; false, and *why, when it is neither. */
static bool
read_interval(const char *text, size_t len, int64_t completions, int64_t *first, int64_t *last, struct str *why)
{
	const char *hyphen = memchr(text, '-', len);
	size_t head = hyphen ? (size_t)(hyphen - text) : len;

	if (hyphen && memchr(hyphen + 1, '-', len - head - 1)) {
		str_addf(why,
			"the fragment \"%.*s\" violates the requirement that an index interval can have at most two parts "
			"separated by '-'",
			(int)len, text);
		return false;
	}
	if (!read_index(text, head, completions, first, why))
		return false;
	*last = *first;
	if (!hyphen)
		return true;
	if (!read_index(hyphen + 1, len - head - 1, completions, last, why))
		return false;
	if (*first >= *last)
		str_addf(why, "non-increasing order, previous: %lld, current: %lld", (long long)*first,
			(long long)*last);
	return !why->len;
}

/* How many indexes "1,3-5" stands for; 0 and *why when it is none. */
static int64_t
count_indexes(const char *text, int64_t completions, struct str *why)
{
	int64_t total = 0, before = -1, first, last;

	while (*text) {
		size_t len = strcspn(text, ",");

		if (!read_interval(text, len, completions, &first, &last, why))
			return 0;
		if (before >= first) {
			str_addf(why, "non-increasing order, previous: %lld, current: %lld", (long long)before,
				(long long)first);
			return 0;
		}
		total += last - first + 1;
		before = last;
		text += len + (text[len] == ',');
	}
	return total;
}

static void
success_rule_validate(struct status *status, const struct value *rule, int64_t completions, const struct place *at)
{
	const struct value *count = value_get(rule, "succeededCount"), *indexes = value_get(rule, "succeededIndexes");
	struct str why = STR_INIT;
	int64_t total = 0;
	char *detail;

	if (!count && !indexes)
		place_required(
			status, at, NULL, "at least one of succeededCount or succeededIndexes must be specified");
	if (value_text(indexes) && strlen(value_text(indexes)) > INDEXES_MAX)
		place_too_long(status, at, "succeededIndexes", INDEXES_MAX);
	if (value_text(indexes))
		total = count_indexes(value_text(indexes), completions, &why);
	if (why.len) {
		detail = xasprintf("error parsing succeededIndexes: %s", why.buf);
		place_invalid(status, at, "succeededIndexes", indexes, detail);
		free(detail);
	}
	str_release(&why);
	place_not_negative(status, at, rule, "succeededCount");
	if (count && count->integer > completions) {
		detail = xasprintf("must be less than or equal to %lld (the number of specified completions)",
			(long long)completions);
		place_invalid(status, at, "succeededCount", count, detail);
		free(detail);
	}
	if (count && indexes && count->integer > total) {
		detail = xasprintf(
			"must be less than or equal to %lld (the number of indexes in the specified succeededIndexes field)",
			(long long)total);
		place_invalid(status, at, "succeededCount", count, detail);
		free(detail);
	}
}

static void
success_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *policy = value_get(spec, "successPolicy"), *rules = value_get(policy, "rules");
	const struct place at = { path, "successPolicy", 0 }, list = { &at, "rules", 0 };
	const char *mode = value_get_text(spec, "completionMode");
	char *shown;

	if (!mode || strcmp(mode, "Indexed") != 0) {
		shown = go_text("batch.SuccessPolicy", policy);
		place_invalid_text(status, &at, NULL, shown, "requires indexed completion mode");
		free(shown);
		return;
	}
	if (!value_count(rules))
		place_required(status, &list, NULL,
			"at least one rules must be specified when the successPolicy is specified");
	if (value_count(rules) > SUCCESS_RULES_MAX)
		place_too_many(status, &list, NULL, value_count(rules), SUCCESS_RULES_MAX);
	for (size_t i = 0; i < value_count(rules); i++) {
		const struct place item = { &list, NULL, i };

		success_rule_validate(status, value_at(rules, i), value_get_int(spec, "completions", 0), &item);
	}
}

void
job_policies_validate(struct status *status, const struct value *spec, const struct place *path)
{
	if (value_get(spec, "podFailurePolicy"))
		failure_validate(status, spec, path);
	if (value_get(spec, "successPolicy"))
		success_validate(status, spec, path);
}
