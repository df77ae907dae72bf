/*
 * What a Job's conditions say, its pods' restarts, spec.podFailurePolicy and spec.successPolicy of Jobs: rules in order, of which the first that matches decides
 * (pkg/controller/job: pod_failure_policy.go, success_policy.go).
 */
#include <stdlib.h>
#include <string.h>

#include "control/job.h"
#include "svcsim/str.h"

static bool
is_word(const struct value *map, const char *key, const char *word)
{
	const char *text = value_get_text(map, key);

	return text && strcmp(text, word) == 0;
}

/* ---- conditions ---- */

const struct value *
job_condition(const struct object *job, const char *type)
{
	const struct value *list = value_path(job->root, "status.conditions");

	for (size_t i = 0; i < value_count(list); i++) {
		const char *have = value_get_text(value_at(list, i), "type"), *status = value_get_text(value_at(list, i), "status");

		if (have && status && strcmp(have, type) == 0 && strcmp(status, "True") == 0)
			return value_at(list, i);
	}
	return NULL;
}

const struct value *
job_finished(const struct object *job)
{
	const struct value *complete = job_condition(job, "Complete");

	return complete ? complete : job_condition(job, "Failed");
}

/* ---- failed pods ---- */

static bool
code_matches(const struct value *requirement, int64_t code)
{
	const struct value *values = value_get(requirement, "values");
	bool among = false;

	for (size_t i = 0; i < value_count(values); i++)
		among |= value_at(values, i)->type == VALUE_INT && value_at(values, i)->integer == code;
	return code != 0 && among == is_word(requirement, "operator", "In");
}

/* The status of the first container that ended with such a code; NULL. */
static const struct value *
ended_with(const struct value *requirement, const struct object *pod)
{
	static const char *const lists[] = { "status.containerStatuses", "status.initContainerStatuses" };
	const char *only = value_get_text(requirement, "containerName");

	for (size_t l = 0; l < 2; l++) {
		const struct value *statuses = value_path(pod->root, lists[l]);

		for (size_t i = 0; i < value_count(statuses); i++) {
			const struct value *status = value_at(statuses, i), *ended = value_path(status, "state.terminated");

			if (ended && (!only || is_word(status, "name", only)) &&
				code_matches(requirement, value_get_int(ended, "exitCode", 0)))
				return status;
		}
	}
	return NULL;
}

/* The type and status of the first pattern that a condition of the pod fits; NULL. */
static const struct value *
condition_met(const struct value *patterns, const struct object *pod)
{
	const struct value *conditions = value_path(pod->root, "status.conditions");

	for (size_t p = 0; p < value_count(patterns); p++) {
		const char *type = value_get_text(value_at(patterns, p), "type");
		const char *status = value_get_text(value_at(patterns, p), "status");

		for (size_t i = 0; type && i < value_count(conditions); i++)
			if (is_word(value_at(conditions, i), "type", type) &&
				is_word(value_at(conditions, i), "status", status ? status : "True"))
				return value_at(conditions, i);
	}
	return NULL;
}

static const struct {
	const char *word;
	enum job_policy policy;
} actions[] = { { "FailJob", JOB_POLICY_FAIL }, { "Ignore", JOB_POLICY_IGNORE },
	{ "FailIndex", JOB_POLICY_FAIL_INDEX }, { "Count", JOB_POLICY_COUNT } };

enum job_policy
job_policy_of(struct arena *arena, const struct object *job, const struct object *pod, const char **message)
{
	const struct value *rules = value_path(job->root, "spec.podFailurePolicy.rules");

	for (size_t r = 0; r < value_count(rules); r++) {
		const struct value *rule = value_at(rules, r), *codes = value_get(rule, "onExitCodes");
		const struct value *status = codes ? ended_with(codes, pod) : NULL;
		const struct value *condition = codes ? NULL : condition_met(value_get(rule, "onPodConditions"), pod);

		if (!status && !condition)
			continue;
		if (message && status)
			*message = arena_printf(arena, "Container %s for pod %s/%s failed with exit code %lld matching FailJob rule at index %zu",
				value_get_text(status, "name"), pod->namespace, pod->name,
				(long long)value_get_int(value_path(status, "state.terminated"), "exitCode", 0), r);
		else if (message)
			*message = arena_printf(arena, "Pod %s/%s has condition %s matching FailJob rule at index %zu", pod->namespace,
				pod->name, value_get_text(condition, "type"), r);
		for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
			if (is_word(rule, "action", actions[i].word))
				return actions[i].policy;
		return JOB_POLICY_COUNT;
	}
	return JOB_POLICY_COUNT;
}

/* ---- restarts ---- */

int64_t
job_restarts(const struct object *job, const struct object *pod)
{
	static const char *const lists[] = { "status.initContainerStatuses", "status.containerStatuses" };
	bool finished = strcmp(pod_view(pod)->phase, "Succeeded") == 0 || strcmp(pod_view(pod)->phase, "Failed") == 0;
	int64_t restarts = 0;

	if (finished || !is_word(value_path(job->root, "spec.template.spec"), "restartPolicy", "OnFailure"))
		return 0;
	for (size_t l = 0; l < 2; l++) {
		const struct value *statuses = value_path(pod->root, lists[l]);

		for (size_t i = 0; i < value_count(statuses); i++)
			restarts += value_get_int(value_at(statuses, i), "restartCount", 0);
	}
	return restarts;
}

/* ---- succeeded indexes ---- */

/* How many of "0-2,5" have succeeded, and how many there are; NULL means all. */
static void
count_indexes(const char *text, const bool *done, int64_t completions, int64_t *met, int64_t *all)
{
	char *end;

	*met = *all = 0;
	for (int64_t i = 0; !text && i < completions; i++) {
		*met += done[i];
		++*all;
	}
	while (text && ascii_isdigit(*text)) {
		int64_t first = strtol(text, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;

		for (int64_t i = first; i <= last && i < completions; i++) {
			*met += done[i];
			++*all;
		}
		text = *end == ',' ? end + 1 : NULL;
	}
}

const char *
job_success_policy(struct arena *arena, const struct object *job, const bool *done, int64_t completions)
{
	const struct value *rules = value_path(job->root, "spec.successPolicy.rules");

	for (size_t r = 0; r < value_count(rules); r++) {
		const char *indexes = value_get_text(value_at(rules, r), "succeededIndexes");
		int64_t count = value_get_int(value_at(rules, r), "succeededCount", -1), met, all;

		count_indexes(indexes, done, completions, &met, &all);
		if (count >= 0 ? met >= count : indexes && met == all)
			return arena_printf(arena, "Matched rules at index %zu", r);
	}
	return NULL;
}
