/*
 * Jobs: defaults, the selector that each gets, and its checks.  Follows pkg/apis/batch/v1/defaults.go,
 * pkg/registry/batch/job/strategy.go and ValidateJob, ValidateJobSpecUpdate in
 * pkg/apis/batch/validation/validation.go.
 */
#include "server/job.h"

#include <stdlib.h>
#include <string.h>

#include "api/object.h"

#define INDEXED_PARALLELISM_MAX 100000
#define FAILED_INDEXES_MAX 100000
#define COMPLETIONS_SOFT 100000 /* above it failures per index are counted for fewer pods */
#define PARALLELISM_MANY 10000
#define FAILED_INDEXES_MANY 10000
#define MANAGER_MAX 63

static const struct place spec_at = { NULL, "spec", 0 };

/* The labels that tie a pod to its Job: the new names and the old. */
static const struct tie {
	const char *label;
	bool uid; /* else the name */
} ties[] = {
	{ "batch.kubernetes.io/controller-uid", true },
	{ "batch.kubernetes.io/job-name", false },
	{ "controller-uid", true },
	{ "job-name", false },
};

void
job_policy_defaults(struct arena *arena, struct value *spec)
{
	struct value *rules = value_path(spec, "podFailurePolicy.rules");

	for (size_t i = 0; i < value_count(rules); i++) {
		struct value *conditions = value_get(value_at(rules, i), "onPodConditions");

		for (size_t k = 0; k < value_count(conditions); k++)
			workload_set_default_text(arena, value_at(conditions, k), "status", "True");
	}
}

static void
job_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *meta = value_make_map(arena, object, "metadata");
	const struct value *labels = value_path(spec, "template.metadata.labels");

	pod_template_defaults(arena, spec);
	job_policy_defaults(arena, spec);
	if (!value_get(spec, "completions") && !value_get(spec, "parallelism"))
		value_set_int(arena, spec, "completions", 1);
	workload_set_default_int(arena, spec, "parallelism", 1);
	workload_set_default_int(
		arena, spec, "backoffLimit", value_get(spec, "backoffLimitPerIndex") ? INT32_MAX : 6);
	workload_set_default_text(arena, spec, "completionMode", "NonIndexed");
	if (!value_get(spec, "suspend"))
		value_set_bool(arena, spec, "suspend", false);
	if (!value_get(spec, "manualSelector"))
		value_set_bool(arena, spec, "manualSelector", false);
	workload_set_default_text(arena, spec, "podReplacementPolicy",
		value_get(spec, "podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
	if (value_count(labels) && !value_count(value_get(meta, "labels")))
		value_set(arena, meta, "labels", value_copy(arena, labels));
}

/* A Job finds its pods by labels that nobody else gives, unless it says manualSelector. */
static void
job_prepare(struct change *change)
{
	struct value *spec = value_get(change->new, "spec"), *meta = value_get(change->new, "metadata"), *labels,
		     *match;
	const char *uid = value_get_text(meta, "uid"), *name = value_get_text(meta, "name");

	pod_spec_drop_disabled(value_path(spec, "template.spec"));
	if (change->old || value_get_bool(spec, "manualSelector", false) || !uid)
		return;
	labels = value_make_map(
		change->arena, value_make_map(change->arena, value_get(spec, "template"), "metadata"), "labels");
	for (size_t i = 0; i < sizeof ties / sizeof *ties; i++) {
		if (!value_get(labels, ties[i].label))
			value_set_text(change->arena, labels, ties[i].label, ties[i].uid ? uid : name ? name : "");
	}
	match = value_make_map(change->arena, value_make_map(change->arena, spec, "selector"), "matchLabels");
	if (!value_get(match, ties[0].label))
		value_set_text(change->arena, match, ties[0].label, uid);
}

/* The default once more, as whoever reads it from etcd has it, checked by nobody: a Job without labels shows its template's. */
static void
show_labels(struct change *change)
{
	struct value *meta = value_get(change->new, "metadata");
	const struct value *labels = value_path(change->new, "spec.template.metadata.labels");

	if (!change->old && value_count(labels) && !value_count(value_get(meta, "labels")))
		value_set(change->arena, meta, "labels", value_copy(change->arena, labels));
}

/* What the server gave the template, or would have, must be there. */
static void
generated_validate(struct change *change)
{
	static const size_t order[] = { 2, 3, 0, 1 };
	static const struct place at = { NULL, "spec.template.metadata.labels", 0 };
	const struct value *spec = value_get(change->new, "spec"), *meta = value_get(change->new, "metadata");
	const struct value *labels = value_path(spec, "template.metadata.labels"), *selector = value_get(spec, "selector");
	struct arena scratch = ARENA_INIT;
	struct value *expected = value_map(&scratch);
	char *shown;

	if (value_get_bool(spec, "manualSelector", false) || !selector)
		return;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct tie *tie = &ties[order[i]];
		const char *wanted = value_get_text(meta, tie->uid ? "uid" : "name"),
			   *found = value_get_text(labels, tie->label);
		char *bracket = xasprintf("[%s]", tie->label), *detail = xasprintf("must be '%s'", wanted ? wanted : "");

		value_set_text(&scratch, expected, tie->label, wanted ? wanted : "");
		if (!found)
			place_required(change->status, &at, bracket, detail);
		else if (strcmp(found, wanted ? wanted : "") != 0)
			place_invalid(change->status, &at, bracket, labels, detail);
		free(detail);
		free(bracket);
	}
	if (!selector_matches(selector, expected)) {
		shown = workload_selector_text(selector);
		place_invalid_text(change->status, &spec_at, "selector", shown, "`selector` not auto-generated");
		free(shown);
	}
	arena_release(&scratch);
}

static bool
is_indexed(const struct value *spec)
{
	const char *mode = value_get_text(spec, "completionMode");

	return mode && !strcmp(mode, "Indexed");
}

static void
at_most(struct status *status, const struct value *spec, const char *field, int64_t most, const char *detail,
	const struct place *path)
{
	if (value_get_int(spec, field, 0) > most)
		place_invalid(status, path, field, value_get(spec, field), detail);
}

static void
many_validate(struct status *status, const struct value *spec, const struct place *path)
{
	if (value_get_int(spec, "completions", 0) <= COMPLETIONS_SOFT || !value_get(spec, "backoffLimitPerIndex"))
		return;
	if (!value_get(spec, "maxFailedIndexes"))
		place_required(
			status, path, "maxFailedIndexes", "must be specified when completions is above 100000");
	at_most(status, spec, "parallelism", PARALLELISM_MANY,
		"must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per "
		"index",
		path);
	at_most(status, spec, "maxFailedIndexes", FAILED_INDEXES_MANY,
		"must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per "
		"index",
		path);
}

static void
mode_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const modes[] = { "NonIndexed", "Indexed", NULL };
	static const char *const indexed_only[] = { "backoffLimitPerIndex", "maxFailedIndexes" };
	const char *mode = value_get_text(spec, "completionMode");
	const struct value *completions = value_get(spec, "completions");

	if (mode)
		place_one_of(status, path, spec, "completionMode", modes);
	if (is_indexed(spec)) {
		if (!completions)
			place_required(status, path, "completions", "when completion mode is Indexed");
		at_most(status, spec, "parallelism", INDEXED_PARALLELISM_MAX,
			"must be less than or equal to 100000 when completion mode is Indexed", path);
		if (completions)
			at_most(status, spec, "maxFailedIndexes", completions->integer,
				"must be less than or equal to completions", path);
		at_most(status, spec, "maxFailedIndexes", FAILED_INDEXES_MAX, "must be less than or equal to 100000",
			path);
		many_validate(status, spec, path);
	}
	if (mode && strcmp(mode, "NonIndexed") != 0)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (value_get(spec, indexed_only[i]))
			place_invalid(status, path, indexed_only[i], value_get(spec, indexed_only[i]),
				"requires indexed completion mode");
	}
}

static void
manager_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const char *manager = value_get_text(spec, "managedBy"), *slash = manager ? strchr(manager, '/') : NULL;
	char *domain;

	if (!manager)
		return;
	if (!*manager) {
		place_required(status, path, "managedBy", NULL);
	} else if (!slash || !slash[1] || slash == manager) {
		place_invalid(status, path, "managedBy", value_get(spec, "managedBy"),
			"must be a domain-prefixed path (such as \"acme.io/foo\")");
	} else {
		domain = xstrndup(manager, (size_t)(slash - manager));
		place_check_text(status, path, "managedBy", domain, check_dns1123_subdomain);
		free(domain);
	}
	if (strlen(manager) > MANAGER_MAX)
		place_too_long(status, path, "managedBy", MANAGER_MAX);
}

static void
replacement_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const policies[] = { "Failed", "TerminatingOrFailed", NULL };
	static const char *const failed[] = { "Failed", NULL };

	if (value_get(spec, "podReplacementPolicy"))
		place_one_of(status, path, spec, "podReplacementPolicy",
			value_get(spec, "podFailurePolicy") ? failed : policies);
}

static void
restart_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const policies[] = { "OnFailure", "Never", NULL };
	const struct value *pod = value_path(spec, "template.spec");
	const struct place at = { path, "template.spec", 0 };
	const char *policy = value_get_text(pod, "restartPolicy");

	if (!policy || !*policy || !strcmp(policy, "Always"))
		place_required(status, &at, "restartPolicy", "valid values: \"OnFailure\", \"Never\"");
	else if (strcmp(policy, "OnFailure") != 0 && strcmp(policy, "Never") != 0)
		place_one_of(status, &at, pod, "restartPolicy", policies);
	else if (value_get(spec, "podFailurePolicy") && strcmp(policy, "Never") != 0)
		place_invalid(status, &at, "restartPolicy", value_get(pod, "restartPolicy"),
			"only \"Never\" is supported when podFailurePolicy is specified");
}

void
job_spec_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const counts[] = { "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
		"ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes" };
	char *at = place_text_of(path, "template");

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		place_not_negative(status, path, spec, counts[i]);
	if (value_get(spec, "maxFailedIndexes") && !value_get(spec, "backoffLimitPerIndex"))
		place_required(status, path, "backoffLimitPerIndex", "when maxFailedIndexes is specified");
	manager_validate(status, spec, path);
	mode_validate(status, spec, path);
	job_policies_validate(status, spec, path);
	replacement_validate(status, spec, path);
	pod_template_validate(status, value_get(spec, "template"), at);
	restart_validate(status, spec, path);
	free(at);
}

static void
selector_validate(struct status *status, const struct value *spec)
{
	static const struct place at = { NULL, "spec.template.metadata.labels", 0 };
	const struct value *labels = value_path(spec, "template.metadata.labels"), *selector = value_get(spec, "selector");
	char *shown;

	if (!selector)
		place_required(status, &spec_at, "selector", NULL);
	place_selector(status, &spec_at, spec, "selector");
	if (selector && selector_matches(selector, labels))
		return;
	shown = go_text("map[string]string", labels);
	place_invalid_text(status, &at, NULL, shown, "`selector` does not match template `labels`");
	free(shown);
}

/* The pods of an indexed Job are named by its name and their index. */
static void
host_names_validate(struct change *change)
{
	static const struct place meta_at = { NULL, "metadata", 0 };
	const struct value *spec = value_get(change->new, "spec"), *meta = value_get(change->new, "metadata");
	int64_t completions = value_get_int(spec, "completions", 0);
	struct str found = STR_INIT;
	char *host, *detail;

	if (!is_indexed(spec) || completions <= 0)
		return;
	host = xasprintf("%s-%lld", value_get_text(meta, "name") ? value_get_text(meta, "name") : "",
		(long long)completions - 1);
	if (check_dns1123_label(host, &found)) {
		detail = xasprintf("will not able to create pod with invalid DNS label: %s", host);
		place_invalid_member(change->status, &meta_at, meta, "name", detail);
		free(detail);
	}
	free(host);
	str_release(&found);
}

/* A suspended Job that never ran may still be told where to run. */
static const struct value *
template_expected(struct change *change, const struct value *now, const struct value *before)
{
	static const char *const movable[] = { "nodeSelector", "tolerations", "schedulingGates", "affinity" };
	static const char *const described[] = { "labels", "annotations" };
	struct value *expected = value_copy(change->arena, before);

	if (!value_get_bool(value_get(change->old, "spec"), "suspend", false) ||
		value_get(value_get(change->old, "status"), "startTime"))
		return before;
	for (size_t part = 0; part < 2; part++) {
		const char *owner = part ? "spec" : "metadata";
		size_t n = part ? sizeof movable / sizeof *movable : sizeof described / sizeof *described;

		for (size_t i = 0; i < n; i++) {
			const char *field = part ? movable[i] : described[i];
			const struct value *value = value_get(value_get(now, owner), field);
			struct value *map = value_make_map(change->arena, expected, owner);

			if (value)
				value_set(change->arena, map, field, value_copy(change->arena, value));
			else
				value_remove(map, field);
		}
	}
	return expected;
}

static void
template_immutable(struct change *change)
{
	const struct value *now = value_path(change->new, "spec.template"),
			   *before = value_path(change->old, "spec.template");
	struct value *shown;
	char *text;

	if (value_equal(now, template_expected(change, now, before)))
		return;
	shown = value_copy(change->arena, now);
	value_set(change->arena, shown, "spec", go_pod_spec(change->arena, value_get(now, "spec")));
	text = go_text("core.PodTemplateSpec", shown);
	place_invalid_text(change->status, &spec_at, "template", text, "field is immutable");
	free(text);
}

static bool
differs(const struct value *new, const struct value *old, const char *field)
{
	const struct value *now = value_get(new, field), *before = value_get(old, field);

	return now && before ? !value_equal(now, before) : now != before;
}

static void
field_immutable(struct change *change, const char *field, const char *type)
{
	const struct value *now = value_get(value_get(change->new, "spec"), field);
	char *text;

	if (!differs(value_get(change->new, "spec"), value_get(change->old, "spec"), field))
		return;
	text = type && now ? go_text(type, now) : status_value_text(now);
	place_invalid_text(change->status, &spec_at, field, text, "field is immutable");
	free(text);
}

static void
update_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *old = value_get(change->old, "spec");
	const struct value *completions = value_get(spec, "completions");

	if (!is_indexed(spec))
		field_immutable(change, "completions", NULL);
	else if (completions && differs(spec, old, "completions") &&
		completions->integer != value_get_int(spec, "parallelism", 0))
		place_invalid(change->status, &spec_at, "completions", completions,
			"can only be modified in tandem with spec.parallelism");
	workload_validate_immutable_selector(change, &spec_at);
	template_immutable(change);
	field_immutable(change, "completionMode", NULL);
	field_immutable(change, "podFailurePolicy", "batch.PodFailurePolicy");
	field_immutable(change, "backoffLimitPerIndex", NULL);
	field_immutable(change, "managedBy", NULL);
	field_immutable(change, "successPolicy", "batch.SuccessPolicy");
}

static void
job_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");

	generated_validate(change);
	job_spec_validate(change->status, spec, &spec_at);
	selector_validate(change->status, spec);
	host_names_validate(change);
	if (change->old)
		update_validate(change);
	show_labels(change);
}

static void
job_warn(const struct change *change)
{
	workload_warn_name(change, "Pod names and hostnames");
	workload_warn(change);
}

const struct strategy strategy_job = {
	.kind = "Job",
	.defaults = job_defaults,
	.prepare = job_prepare,
	.validate = job_validate,
	.warn = job_warn,
};
