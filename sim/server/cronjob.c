/*
 * CronJobs: a schedule, a zone, and the template of Jobs.  Follows pkg/apis/batch/v1/defaults.go, ValidateCronJobCreate
 * and ValidateCronJobUpdate in pkg/apis/batch/validation/validation.go, and pkg/registry/batch/cronjob/strategy.go.
 */
#include "server/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/cron.h"
#include "base/tz.h"

#define NAME_MAX_LEN 52 /* its Jobs' names are 11 longer */
#define ZONE_PART_MAX 14

static const struct place spec_at = { NULL, "spec", 0 };

static void
cronjob_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec");
	struct value *job = value_make_map(arena, value_make_map(arena, spec, "jobTemplate"), "spec");

	pod_template_defaults(arena, job);
	job_policy_defaults(arena, job);
	workload_set_default_text(arena, spec, "concurrencyPolicy", "Allow");
	if (!value_get(spec, "suspend"))
		value_set_bool(arena, spec, "suspend", false);
	workload_set_default_int(arena, spec, "successfulJobsHistoryLimit", 3);
	workload_set_default_int(arena, spec, "failedJobsHistoryLimit", 1);
}

static void
cronjob_prepare(struct change *change)
{
	pod_spec_drop_disabled(value_path(change->new, "spec.jobTemplate.spec.template.spec"));
}

static void
schedule_validate(struct change *change, const struct value *spec, const struct value *old)
{
	const char *schedule = value_get_text(spec, "schedule"), *before = value_get_text(old, "schedule");
	bool had_zone = before && strstr(before, "TZ");
	struct str why = STR_INIT;
	struct cron cron;

	if (!schedule || !*schedule) {
		place_required(change->status, &spec_at, "schedule", NULL);
		return;
	}
	if (!cron_parse(schedule, &cron, &why))
		place_invalid(change->status, &spec_at, "schedule", value_get(spec, "schedule"), why.buf);
	if (strstr(schedule, "TZ") && !had_zone)
		place_invalid(change->status, &spec_at, "schedule", value_get(spec, "schedule"),
			"cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
	else if (strstr(schedule, "TZ") && value_get(spec, "timeZone"))
		place_invalid(change->status, &spec_at, "schedule", value_get(spec, "schedule"),
			"cannot use both timeZone field and TZ or CRON_TZ in schedule");
	str_release(&why);
}

static bool
is_zone_part(const char *part, size_t len)
{
	if (!len || len > ZONE_PART_MAX || *part == '-' || (len <= 2 && !strncmp(part, "..", len)))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!ascii_isalnum((unsigned char)part[i]) && !strchr(".-_+", part[i]))
			return false;
	}
	return true;
}

/* Could it be a name at all? */
static bool
is_zone_name(const char *zone)
{
	for (const char *part = zone;; part++) {
		size_t n = strcspn(part, "/");

		if (!is_zone_part(part, n))
			return false;
		part += n;
		if (!*part)
			return true;
	}
}

static void
refuse_zone(struct change *change, const struct value *zone)
{
	char *detail = xasprintf("unknown time zone %s", value_text(zone));

	place_invalid(change->status, &spec_at, "timeZone", zone, detail);
	free(detail);
}

static void
zone_validate(struct change *change, const struct value *spec, const struct value *old)
{
	const struct value *zone = value_get(spec, "timeZone"), *before = value_get(old, "timeZone");
	const char *text = value_text(zone);
	struct tz tz;

	if (!text || (before && value_equal(zone, before)))
		return;
	if (!*text) {
		place_invalid(change->status, &spec_at, "timeZone", zone, "timeZone must be nil or non-empty string");
		return;
	}
	if (!is_zone_name(text)) {
		refuse_zone(change, zone);
		return;
	}
	if (!ascii_casecmp(text, "local"))
		place_invalid(change->status, &spec_at, "timeZone", zone,
			"timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
	if (strcmp(text, "Local") != 0 && !tz_find(text, &tz))
		refuse_zone(change, zone);
}

static void
template_validate(struct status *status, const struct value *spec)
{
	static const struct place at = { &spec_at, "jobTemplate.spec", 0 };
	static const char *const no[] = { "nil", "false", NULL };
	const struct value *job = value_path(spec, "jobTemplate.spec");
	char *shown;

	job_spec_validate(status, job, &at);
	if (value_get(job, "selector")) {
		shown = workload_selector_text(value_get(job, "selector"));
		place_invalid_text(status, &at, "selector", shown, "`selector` will be auto-generated");
		free(shown);
	}
	if (value_get_bool(job, "manualSelector", false))
		place_unsupported(status, &at, "manualSelector", "true", no);
}

static void
cronjob_validate(struct change *change)
{
	static const char *const policies[] = { "Allow", "Forbid", "Replace", NULL };
	static const struct place meta_at = { NULL, "metadata", 0 };
	const struct value *spec = value_get(change->new, "spec"), *old = value_get(change->old, "spec");
	const char *name = value_get_text(value_get(change->new, "metadata"), "name");

	schedule_validate(change, spec, old);
	place_not_negative(change->status, &spec_at, spec, "startingDeadlineSeconds");
	zone_validate(change, spec, old);
	place_word(change->status, &spec_at, spec, "concurrencyPolicy", policies, true);
	template_validate(change->status, spec);
	place_not_negative(change->status, &spec_at, spec, "successfulJobsHistoryLimit");
	place_not_negative(change->status, &spec_at, spec, "failedJobsHistoryLimit");
	if (!change->old && name && strlen(name) > NAME_MAX_LEN)
		place_invalid(change->status, &meta_at, "name", value_get(value_get(change->new, "metadata"), "name"),
			"must be no more than 52 characters");
}

static void
cronjob_warn(const struct change *change)
{
	static const struct place at = { &spec_at, "jobTemplate.spec.template", 0 };
	const struct value *now = value_path(change->new, "spec.jobTemplate.spec.template"),
			   *before = value_path(change->old, "spec.jobTemplate.spec.template");
	const char *schedule = value_text(value_path(change->new, "spec.schedule"));

	workload_warn_name(change, "Pod names and hostnames");
	if (!change->old || !before || !value_equal(now, before))
		pod_warn(change->status, now, &at);
	if (schedule && strstr(schedule, "TZ"))
		status_warn(change->status,
			"CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see "
			"https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
}

const struct strategy strategy_cronjob = {
	.kind = "CronJob",
	.defaults = cronjob_defaults,
	.prepare = cronjob_prepare,
	.validate = cronjob_validate,
	.warn = cronjob_warn,
};
