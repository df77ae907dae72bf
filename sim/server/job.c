/*
 * Jobs and CronJobs: taken, filled in and kept.  Follows pkg/apis/batch/v1/defaults.go,
 * pkg/registry/batch/job/strategy.go (the selector that a Job gets) and pkg/apis/batch/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const char *const restart_policies[] = { "OnFailure", "Never", NULL };

static void
job_spec_defaults(struct arena *arena, struct value *spec)
{
	pod_template_defaults(arena, spec);
	if (!value_get(spec, "completions") && !value_get(spec, "parallelism"))
		value_set_int(arena, spec, "completions", 1);
	workload_set_default_int(arena, spec, "parallelism", 1);
	workload_set_default_int(arena, spec, "backoffLimit", 6);
	workload_set_default_text(arena, spec, "completionMode", "NonIndexed");
	if (!value_get(spec, "suspend"))
		value_set_bool(arena, spec, "suspend", false);
}

static void
job_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *meta = value_make_map(arena, object, "metadata");
	const struct value *labels = value_path(spec, "template.metadata.labels");

	job_spec_defaults(arena, spec);
	workload_set_default_text(arena, spec, "podReplacementPolicy", "TerminatingOrFailed");
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

	if (change->old || value_get_bool(spec, "manualSelector", false) || !uid)
		return;
	labels = value_make_map(
		change->arena, value_make_map(change->arena, value_get(spec, "template"), "metadata"), "labels");
	value_set_text(change->arena, labels, "batch.kubernetes.io/controller-uid", uid);
	value_set_text(change->arena, labels, "batch.kubernetes.io/job-name", name ? name : "");
	value_set_text(change->arena, labels, "controller-uid", uid);
	value_set_text(change->arena, labels, "job-name", name ? name : "");
	match = value_make_map(change->arena, value_make_map(change->arena, spec, "selector"), "matchLabels");
	value_set_text(change->arena, match, "batch.kubernetes.io/controller-uid", uid);
}

static void
job_spec_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const counts[] = { "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
		"ttlSecondsAfterFinished" };
	const struct place template = { path, "template", 0 }, pod = { &template, "spec", 0 };
	const char *policy = value_text(value_path(spec, "template.spec.restartPolicy"));
	char *at = place_text(&template);

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		place_not_negative(status, path, spec, counts[i]);
	pod_template_validate(status, value_get(spec, "template"), at);
	free(at);
	if (policy && strcmp(policy, "OnFailure") != 0 && strcmp(policy, "Never") != 0)
		place_word(status, &pod, value_path(spec, "template.spec"), "restartPolicy", restart_policies, true);
}

static void
job_validate(struct change *change)
{
	static const struct place spec_at = { NULL, "spec", 0 };

	job_spec_validate(change->status, value_get(change->new, "spec"), &spec_at);
	workload_validate_immutable_selector(change, &spec_at);
}

static void
cronjob_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec");
	struct value *job = value_make_map(arena, value_make_map(arena, spec, "jobTemplate"), "spec");

	pod_template_defaults(arena, job);
	workload_set_default_text(arena, spec, "concurrencyPolicy", "Allow");
	if (!value_get(spec, "suspend"))
		value_set_bool(arena, spec, "suspend", false);
	workload_set_default_int(arena, spec, "successfulJobsHistoryLimit", 3);
	workload_set_default_int(arena, spec, "failedJobsHistoryLimit", 1);
}

static void
cronjob_validate(struct change *change)
{
	static const char *const policies[] = { "Allow", "Forbid", "Replace", NULL };
	static const struct place at = { NULL, "spec", 0 }, job_at = { &at, "jobTemplate.spec", 0 };
	const struct value *spec = value_get(change->new, "spec");

	if (!place_has_text(spec, "schedule"))
		place_required(change->status, &at, "schedule", NULL);
	place_word(change->status, &at, spec, "concurrencyPolicy", policies, true);
	job_spec_validate(change->status, value_path(spec, "jobTemplate.spec"), &job_at);
}

const struct strategy strategy_job = {
	.kind = "Job",
	.defaults = job_defaults,
	.prepare = job_prepare,
	.validate = job_validate,
	.warn = workload_warn,
};

const struct strategy strategy_cronjob = {
	.kind = "CronJob",
	.defaults = cronjob_defaults,
	.validate = cronjob_validate,
};
