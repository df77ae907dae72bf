/*
 * CronJobs: a Job at each time of the schedule, named by its minute; at most as many at once as the concurrency
 * policy lets, and only so many finished ones kept (pkg/controller/cronjob: cronjob_controllerv2.go, utils.go).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/crontime.h"
#include "control/events.h"
#include "control/job.h"
#include "control/workload.h"

#define MANY_MISSED 100
#define MISSED_COUNTED 100000	/* of a long absence no more times are counted */

struct sync {
	struct server *server;
	const struct object *cron;
	struct arena arena;
	struct value *status;	/* as it will be written */
	object_vec jobs;	/* that it controls */
};

static const char *
policy_of(const struct object *cron)
{
	const char *policy = value_text(value_path(cron->root, "spec.concurrencyPolicy"));

	return policy ? policy : "Allow";
}

/* ---- status.active ---- */

static bool
is_in_active(const struct sync *sync, const struct object *job)
{
	const struct value *active = value_get(sync->status, "active");

	for (size_t i = 0; i < value_count(active); i++)
		if (strcmp(value_get_text(value_at(active, i), "uid"), object_uid(job)) == 0)
			return true;
	return false;
}

static const struct object *
job_of(const struct sync *sync, const struct value *reference)
{
	for (size_t i = 0; i < sync->jobs.n; i++)
		if (strcmp(value_get_text(reference, "uid"), object_uid(sync->jobs.v[i])) == 0)
			return sync->jobs.v[i];
	return NULL;
}

static void
add_active(struct sync *sync, const struct object *job)
{
	struct value *reference = value_map(&sync->arena);

	value_set_text(&sync->arena, reference, "apiVersion", "batch/v1");
	value_set_text(&sync->arena, reference, "kind", "Job");
	value_set_text(&sync->arena, reference, "name", job->name);
	value_set_text(&sync->arena, reference, "namespace", job->namespace);
	value_set(&sync->arena, reference, "resourceVersion", value_stringf(&sync->arena, "%" PRIu64, job->version));
	value_set_text(&sync->arena, reference, "uid", object_uid(job));
	value_append(&sync->arena, value_make_list(&sync->arena, sync->status, "active"), reference);
}

/* Takes those out that have ended or are gone. */
static void
clear_active(struct sync *sync)
{
	struct value *active = value_get(sync->status, "active");

	for (size_t i = 0; i < value_count(active);) {
		const struct object *job = job_of(sync, value_at(active, i));
		const struct value *finished = job ? job_finished(job) : NULL;

		if (job && !finished) {
			i++;
			continue;
		}
		if (finished)
			event_record(sync->server, EVENT_CRONJOB_SAW_COMPLETED, sync->cron, NULL, "Saw completed job: %s, condition: %s",
				job->name, value_get_text(finished, "type"));
		else
			event_record(sync->server, EVENT_CRONJOB_MISSING, sync->cron, NULL, "Active job went missing: %s",
				value_get_text(value_at(active, i), "name"));
		value_remove_at(active, i);
	}
	if (active && !value_count(active))
		value_remove(sync->status, "active");
}

static void
look_at_jobs(struct sync *sync)
{
	int64_t latest = workload_time(sync->status, "lastSuccessfulTime");

	for (size_t i = 0; i < sync->jobs.n; i++) {
		const struct object *job = sync->jobs.v[i];
		const char *text = value_get_text(value_get(job->root, "status"), "completionTime");

		if (!job_finished(job) && !is_in_active(sync, job) && !object_is_deleting(job))
			event_record(sync->server, EVENT_CRONJOB_UNEXPECTED, sync->cron, NULL,
				"Saw a job that the controller did not create or forgot: %s", job->name);
		if (text && job_condition(job, "Complete") && workload_time(value_get(job->root, "status"), "completionTime") > latest) {
			latest = workload_time(value_get(job->root, "status"), "completionTime");
			value_set_text(&sync->arena, sync->status, "lastSuccessfulTime", text);
		}
	}
	clear_active(sync);
}

/* ---- when ---- */

struct schedule {
	struct cron cron;
	struct tz tz;
	bool zoned;
};

static bool
schedule_of(const struct object *cron, struct schedule *schedule)
{
	const struct value *spec = value_get(cron->root, "spec");
	const char *text = value_get_text(spec, "schedule"), *zone = value_get_text(spec, "timeZone");
	struct str why = STR_INIT;
	bool known = text && cron_parse(text, &schedule->cron, &why);

	str_release(&why);
	schedule->zoned = zone && tz_find(zone, &schedule->tz);
	return known && (!zone || schedule->zoned);
}

static int64_t
next_time(const struct schedule *schedule, int64_t after)
{
	return schedule->zoned ? crontime_next_in(&schedule->cron, &schedule->tz,
		after) : crontime_next(&schedule->cron, after);
}

/* RFC 3339 by the clock of the CronJob's zone. */
static const char *
zone_time(const struct object *cron, int64_t when, char text[static CLOCK_TEXT])
{
	struct schedule schedule;
	int64_t offset, away;

	clock_format(when, text);
	if (!schedule_of(cron, &schedule) || !schedule.zoned || !(offset = tz_offset(&schedule.tz, when)))
		return text;
	clock_format(when + offset * CLOCK_SECOND, text);
	away = offset < 0 ? -offset : offset;
	snprintf(text + 19, CLOCK_TEXT - 19, "%c%02d:%02d", offset < 0 ? '-' : '+', (int)(away / 3600),
		(int)(away / 60 % 60));
	return text;
}

/* From when on times count. */
static int64_t
counted_from(const struct object *cron, int64_t now)
{
	int64_t last = workload_time(value_get(cron->root, "status"), "lastScheduleTime");
	int64_t deadline = workload_spec_int(cron, "startingDeadlineSeconds", -1), from = last ? last : object_created(cron);

	return deadline >= 0 && now - deadline * CLOCK_SECOND > from ? now - deadline * CLOCK_SECOND : from;
}

/* The latest time that has come and wasn't seen to; 0 when none has. */
static int64_t
due(const struct sync *sync, const struct schedule *schedule)
{
	int64_t now = sync->server->clock.now, latest = 0, missed = 0;

	for (int64_t next = next_time(schedule, counted_from(sync->cron, now)); next <= now && missed < MISSED_COUNTED;
		next = next_time(schedule, next)) {
		latest = next;
		missed++;
	}
	if (missed > MANY_MISSED)
		event_record(sync->server, EVENT_CRONJOB_MANY_MISSED, sync->cron, NULL,
			"too many missed start times: %lld. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
			(long long)missed);
	return latest;
}

/* ---- what is done then ---- */

static void
delete_job(struct sync *sync, const struct object *job)
{
	workload_delete(sync->server, job);
	event_record(sync->server, EVENT_CRONJOB_DELETE, sync->cron, NULL, "Deleted job %s", job->name);
}

static void
replace_active(struct sync *sync)
{
	struct value *active = value_get(sync->status, "active");

	for (size_t i = 0; i < value_count(active); i++) {
		const struct object *job = job_of(sync, value_at(active, i));

		if (job)
			delete_job(sync, job);
	}
	value_remove(sync->status, "active");
}

static const struct object *
create_job(struct sync *sync, int64_t when)
{
	const struct value *template = value_path(sync->cron->root, "spec.jobTemplate"), *old = value_get(template, "metadata");
	static const char *const copied[] = { "labels", "annotations" };
	struct value *job = value_map(&sync->arena), *meta = value_make_map(&sync->arena, job, "metadata");
	char text[CLOCK_TEXT];

	for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++)
		if (value_count(value_get(old, copied[i])))
			value_set(&sync->arena, meta, copied[i], value_copy(&sync->arena, value_get(old, copied[i])));
	value_set_text(&sync->arena, value_make_map(&sync->arena, meta, "annotations"),
		"batch.kubernetes.io/cronjob-scheduled-timestamp", zone_time(sync->cron, when, text));
	value_set(&sync->arena, meta, "name",
		value_stringf(&sync->arena, "%s-%lld", sync->cron->name, (long long)(when / (60 * CLOCK_SECOND))));
	value_set_text(&sync->arena, meta, "namespace", sync->cron->namespace);
	value_append(&sync->arena, value_make_list(&sync->arena, meta, "ownerReferences"),
		workload_owner_reference(&sync->arena, sync->cron));
	value_set_text(&sync->arena, job, "apiVersion", "batch/v1");
	value_set_text(&sync->arena, job, "kind", "Job");
	value_set(&sync->arena, job, "spec", value_copy(&sync->arena, value_get(template, "spec")));
	return server_create(sync->server, kind_by_kind("Job"), sync->cron->namespace, job);
}

static void
start(struct sync *sync, int64_t when)
{
	int64_t deadline = workload_spec_int(sync->cron, "startingDeadlineSeconds", -1);
	const struct object *job;
	char text[CLOCK_TEXT];

	if (deadline >= 0 && when + deadline * CLOCK_SECOND < sync->server->clock.now)
		return;
	if (value_count(value_get(sync->status, "active")) && strcmp(policy_of(sync->cron), "Forbid") == 0) {
		event_record(sync->server, EVENT_CRONJOB_ALREADY_ACTIVE, sync->cron, NULL,
			"Not starting job because prior execution is running and concurrency policy is Forbid");
		return;
	}
	if (strcmp(policy_of(sync->cron), "Replace") == 0)
		replace_active(sync);
	job = create_job(sync, when);
	if (!job)
		return;
	add_active(sync, job);
	value_set_text(&sync->arena, sync->status, "lastScheduleTime", clock_format(when, text));
	event_record(sync->server, EVENT_CRONJOB_CREATE, sync->cron, NULL, "Created job %s", job->name);
}

/* The oldest of the finished ones go when there are more than the limit. */
static void
keep(struct sync *sync, const char *condition, int64_t limit)
{
	int64_t many = 0;

	for (size_t i = 0; i < sync->jobs.n; i++)
		many += job_condition(sync->jobs.v[i], condition) && !object_is_deleting(sync->jobs.v[i]);
	for (; many > limit; many--) {
		const struct object *oldest = NULL;
		size_t at = 0;

		for (size_t i = 0; i < sync->jobs.n; i++)
			if (job_condition(sync->jobs.v[i], condition) && !object_is_deleting(sync->jobs.v[i]) &&
				(!oldest || object_created(sync->jobs.v[i]) < object_created(oldest))) {
				oldest = sync->jobs.v[i];
				at = i;
			}
		delete_job(sync, oldest);
		object_unref((struct object *)(uintptr_t)oldest);
		sync->jobs.v[at] = sync->jobs.v[--sync->jobs.n];
	}
}

static void
sync_cron(struct server *server, const struct object *cron, const object_vec *jobs)
{
	const struct value *old = value_get(cron->root, "status");
	struct sync sync = { .server = server, .cron = cron };
	struct schedule schedule;
	int64_t when;

	sync.status = old ? value_copy(&sync.arena, old) : value_map(&sync.arena);
	for (size_t i = 0; i < jobs->n; i++)
		if (workload_owned_by(jobs->v[i], cron))
			*vec_push(&sync.jobs) = object_ref(jobs->v[i]);
	look_at_jobs(&sync);
	if (!object_is_deleting(cron) && !value_get_bool(value_get(cron->root, "spec"), "suspend", false) &&
		schedule_of(cron, &schedule) && (when = due(&sync, &schedule)))
		start(&sync, when);
	keep(&sync, "Complete", workload_spec_int(cron, "successfulJobsHistoryLimit", 3));
	keep(&sync, "Failed", workload_spec_int(cron, "failedJobsHistoryLimit", 1));
	workload_put_status(server, cron, sync.status);
	workload_list_release(&sync.jobs);
	arena_release(&sync.arena);
}

static int64_t
reconcile(struct server *server)
{
	object_vec crons = VEC_INIT, jobs = VEC_INIT;

	workload_list(server, "CronJob", NULL, &crons);
	if (crons.n)
		workload_list(server, "Job", NULL, &jobs);
	for (size_t i = 0; i < crons.n; i++)
		sync_cron(server, crons.v[i], &jobs);
	workload_list_release(&jobs);
	workload_list_release(&crons);
	return CLOCK_NEVER;
}

static int64_t
later(const struct server *server)
{
	size_t n;
	const struct object *const *crons = store_list(server->store, kind_by_kind("CronJob"), NULL, &n);
	int64_t first = CLOCK_NEVER;

	for (size_t i = 0; i < n; i++) {
		struct schedule schedule;
		int64_t next;

		if (value_get_bool(value_get(crons[i]->root, "spec"), "suspend", false) || !schedule_of(crons[i], &schedule))
			continue;
		next = next_time(&schedule, server->clock.now);
		if (next < first)
			first = next;
	}
	return first;
}

static const char *const watches[] = { "CronJob", "Job", NULL };
const struct controller controller_cronjob = { "cronjob", watches, reconcile, later };
