/* describe deployment, replicaset, daemonset, statefulset, job, cronjob, poddisruptionbudget; follows the describers of describe.go. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

static long long
number(const struct value *map, const char *key)
{
	return value_get_int(map, key, 0);
}

static void
created_line(struct describe *page, const struct object *object)
{
	struct arena arena = ARENA_INIT;

	describe_line(page, 0, "CreationTimestamp:\t%s",
		describe_time(&arena, value_get_text(object_meta(object), "creationTimestamp")));
	arena_release(&arena);
}

static void
selector_line(struct describe *page, const struct value *selector)
{
	struct str text = STR_INIT;

	if (value_get(selector, "matchLabels") || value_get(selector, "matchExpressions"))
		format_label_selector(selector, &text);
	else
		format_labels(selector, &text);
	describe_line(page, 0, "Selector:\t%s", text.buf);
	str_release(&text);
}

static void
labels_and_annotations(struct describe *page, const struct object *object)
{
	describe_labels(page, "Labels", value_get(object_meta(object), "labels"));
	describe_annotations(page, "Annotations", value_get(object_meta(object), "annotations"));
}

static void
conditions_table(struct describe *page, const struct value *conditions)
{
	if (!value_count(conditions))
		return;
	describe_line(page, 0, "Conditions:");
	describe_line(page, 1, "Type\tStatus\tReason");
	describe_line(page, 1, "----\t------\t------");
	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);

		describe_line(page, 1, "%s \t%s\t%s", describe_text(condition, "type", ""), describe_text(condition, "status", ""),
			describe_text(condition, "reason", ""));
	}
}

static bool
is_owned_by(const struct object *object, const struct object *owner)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");
	const char *uid = object_uid(owner);

	for (size_t i = 0; i < value_count(owners); i++)
		if (uid && strcmp(describe_text(value_at(owners, i), "uid", ""), uid) == 0)
			return true;
	return false;
}

static void
pods_line(struct describe *page, const struct object *owner)
{
	static const char *const phases[] = { "Running", "Pending", "Succeeded", "Failed" };
	size_t n, counts[4] = { 0 };
	const struct object *const *pods = store_list(page->kubectl->cluster->server.store, kind_by_kind("Pod"),
		owner->namespace, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t p = 0; is_owned_by(pods[i], owner) && p < 4; p++)
			counts[p] += strcmp(describe_text(value_get(pods[i]->root, "status"), "phase", ""), phases[p]) == 0;
	describe_line(page, 0, "Pods Status:\t%zu Running / %zu Waiting / %zu Succeeded / %zu Failed", counts[0], counts[1],
		counts[2], counts[3]);
}

/* ---- Deployment ---- */

static void
strategy_lines(struct describe *page, const struct value *spec)
{
	const struct value *strategy = value_get(spec, "strategy"), *rolling = value_get(strategy, "rollingUpdate");
	struct str unavailable = STR_INIT, surge = STR_INIT;

	describe_line(page, 0, "StrategyType:\t%s", describe_text(strategy, "type", ""));
	describe_line(page, 0, "MinReadySeconds:\t%lld", number(spec, "minReadySeconds"));
	format_scalar(value_get(rolling, "maxUnavailable"), &unavailable);
	format_scalar(value_get(rolling, "maxSurge"), &surge);
	if (rolling)
		describe_line(page, 0, "RollingUpdateStrategy:\t%s max unavailable, %s max surge", unavailable.buf, surge.buf);
	str_release(&unavailable);
	str_release(&surge);
}

static const char *
revision(const struct object *object)
{
	const char *text = object_annotation(object, "deployment.kubernetes.io/revision");

	return text ? text : "";
}

/* The ReplicaSet of the deployment's own revision is the new one. */
static void
replicasets_line(struct describe *page, const struct object *deployment, const char *title, bool newest)
{
	size_t n;
	const struct object *const *sets = store_list(page->kubectl->cluster->server.store, kind_by_kind("ReplicaSet"),
		deployment->namespace, &n);
	struct str text = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		if (!is_owned_by(sets[i], deployment) || (strcmp(revision(sets[i]), revision(deployment)) == 0) != newest)
			continue;
		str_addf(&text, "%s%s (%lld/%lld replicas created)", text.len ? ", " : "", sets[i]->name,
			number(value_get(sets[i]->root, "status"), "replicas"), number(value_get(sets[i]->root, "spec"), "replicas"));
	}
	describe_line(page, 0, "%s:\t%s", title, text.len ? text.buf : "<none>");
	str_release(&text);
}

static bool
has_replicasets(const struct describe *page, const struct object *deployment)
{
	size_t n;
	const struct object *const *sets = store_list(page->kubectl->cluster->server.store, kind_by_kind("ReplicaSet"),
		deployment->namespace, &n);

	for (size_t i = 0; i < n; i++)
		if (is_owned_by(sets[i], deployment))
			return true;
	return false;
}

void
describe_deployment(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	created_line(page, object);
	labels_and_annotations(page, object);
	selector_line(page, value_get(spec, "selector"));
	describe_line(page, 0, "Replicas:\t%lld desired | %lld updated | %lld total | %lld available | %lld unavailable",
		number(spec, "replicas"), number(status, "updatedReplicas"), number(status, "replicas"),
		number(status, "availableReplicas"), number(status, "unavailableReplicas"));
	strategy_lines(page, spec);
	describe_pod_template(page, value_get(spec, "template"));
	conditions_table(page, value_get(status, "conditions"));
	if (has_replicasets(page, object)) {
		replicasets_line(page, object, "OldReplicaSets", false);
		replicasets_line(page, object, "NewReplicaSet", true);
	}
	describe_events(page, object);
}

/* ---- the others ---- */

void
describe_replicaset(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	struct arena arena = ARENA_INIT;
	const char *owner = describe_controller(&arena, object);

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	selector_line(page, value_get(spec, "selector"));
	labels_and_annotations(page, object);
	if (owner)
		describe_line(page, 0, "Controlled By:\t%s", owner);
	describe_line(page, 0, "Replicas:\t%lld current / %lld desired", number(status, "replicas"), number(spec, "replicas"));
	pods_line(page, object);
	describe_pod_template(page, value_get(spec, "template"));
	conditions_table(page, value_get(status, "conditions"));
	describe_events(page, object);
	arena_release(&arena);
}

void
describe_daemonset(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	struct str nodes = STR_INIT;

	describe_line(page, 0, "Name:\t%s", object->name);
	selector_line(page, value_get(spec, "selector"));
	format_labels(value_path(spec, "template.spec.nodeSelector"), &nodes);
	describe_line(page, 0, "Node-Selector:\t%s", nodes.buf);
	str_release(&nodes);
	labels_and_annotations(page, object);
	describe_line(page, 0, "Desired Number of Nodes Scheduled: %lld", number(status, "desiredNumberScheduled"));
	describe_line(page, 0, "Current Number of Nodes Scheduled: %lld", number(status, "currentNumberScheduled"));
	describe_line(page, 0, "Number of Nodes Scheduled with Up-to-date Pods: %lld", number(status, "updatedNumberScheduled"));
	describe_line(page, 0, "Number of Nodes Scheduled with Available Pods: %lld", number(status, "numberAvailable"));
	describe_line(page, 0, "Number of Nodes Misscheduled: %lld", number(status, "numberMisscheduled"));
	pods_line(page, object);
	describe_pod_template(page, value_get(spec, "template"));
	describe_events(page, object);
}

static void
volume_claims(struct describe *page, const struct value *claims)
{
	static const char class_annotation[] = "volume.beta.kubernetes.io/storage-class";

	describe_line(page, 0, value_count(claims) ? "Volume Claims:" : "Volume Claims:\t<none>");
	for (size_t i = 0; i < value_count(claims); i++) {
		const struct value *meta = value_get(value_at(claims, i), "metadata"), *spec = value_get(value_at(claims, i), "spec");
		const struct value *annotations = value_get(meta, "annotations"), *modes = value_get(spec, "accessModes");
		const struct value *storage = value_path(spec, "resources.requests.storage");
		struct str text = STR_INIT;

		for (size_t m = 0; m < value_count(modes); m++)
			str_addf(&text, "%s%s", m ? " " : "", value_text(value_at(modes, m)));
		describe_line(page, 1, "Name:\t%s", describe_text(meta, "name", ""));
		describe_line(page, 1, "StorageClass:\t%s", describe_text(annotations, class_annotation,
			describe_text(spec, "storageClassName", "")));
		describe_labels(page, "  Labels", value_get(meta, "labels"));
		describe_labels(page, "  Annotations", annotations);
		describe_line(page, 1, "Capacity:\t%s", storage && value_text(storage) ? value_text(storage) : "<default>");
		describe_line(page, 1, "Access Modes:\t[%s]", text.buf);
		str_release(&text);
	}
}

void
describe_statefulset(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *strategy = value_get(spec, "updateStrategy");

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	created_line(page, object);
	selector_line(page, value_get(spec, "selector"));
	labels_and_annotations(page, object);
	describe_line(page, 0, "Replicas:\t%lld desired | %lld total", number(spec, "replicas"), number(status, "replicas"));
	describe_line(page, 0, "Update Strategy:\t%s", describe_text(strategy, "type", ""));
	if (value_get(value_get(strategy, "rollingUpdate"), "partition"))
		describe_line(page, 1, "Partition:\t%lld", number(value_get(strategy, "rollingUpdate"), "partition"));
	pods_line(page, object);
	describe_pod_template(page, value_get(spec, "template"));
	volume_claims(page, value_get(spec, "volumeClaimTemplates"));
	describe_events(page, object);
}

/* ---- Job, CronJob ---- */

static void
optional_line(struct describe *page, const char *title, const struct value *map, const char *key, const char *unit)
{
	if (value_get(map, key))
		describe_line(page, 0, "%s:\t%lld%s", title, number(map, key), unit);
	else
		describe_line(page, 0, "%s:\t<unset>", title);
}

static void
time_lines(struct describe *page, const struct value *status)
{
	const char *start = value_get_text(status, "startTime"), *end = value_get_text(status, "completionTime");
	struct arena arena = ARENA_INIT;
	char duration[CLOCK_TEXT];
	int64_t from, to;

	if (start)
		describe_line(page, 0, "Start Time:\t%s", describe_time(&arena, start));
	if (end)
		describe_line(page, 0, "Completed At:\t%s", describe_time(&arena, end));
	if (start && end && clock_parse(start, &from) && clock_parse(end, &to))
		describe_line(page, 0, "Duration:\t%s", clock_age(to - from, duration));
	arena_release(&arena);
}

void
describe_job(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	struct arena arena = ARENA_INIT;
	const char *owner = describe_controller(&arena, object);

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	selector_line(page, value_get(spec, "selector"));
	labels_and_annotations(page, object);
	if (owner)
		describe_line(page, 0, "Controlled By:\t%s", owner);
	describe_line(page, 0, "Parallelism:\t%lld", number(spec, "parallelism"));
	optional_line(page, "Completions", spec, "completions", "");
	describe_line(page, 0, "Completion Mode:\t%s", describe_text(spec, "completionMode", "NonIndexed"));
	describe_line(page, 0, "Suspend:\t%s", value_get_bool(spec, "suspend", false) ? "true" : "false");
	describe_line(page, 0, "Backoff Limit:\t%lld", (long long)value_get_int(spec, "backoffLimit", 6));
	if (value_get(spec, "ttlSecondsAfterFinished"))
		describe_line(page, 0, "TTL Seconds After Finished:\t%lld", number(spec, "ttlSecondsAfterFinished"));
	time_lines(page, status);
	if (value_get(spec, "activeDeadlineSeconds"))
		describe_line(page, 0, "Active Deadline Seconds:\t%llds", number(spec, "activeDeadlineSeconds"));
	describe_line(page, 0, "Pods Statuses:\t%lld Active (%lld Ready) / %lld Succeeded / %lld Failed",
		number(status, "active"), number(status, "ready"), number(status, "succeeded"), number(status, "failed"));
	if (strcmp(describe_text(spec, "completionMode", ""), "Indexed") == 0)
		describe_line(page, 0, "Completed Indexes:\t%s", describe_text(status, "completedIndexes", "<none>"));
	describe_pod_template(page, value_get(spec, "template"));
	describe_events(page, object);
	arena_release(&arena);
}

static void
active_jobs_line(struct describe *page, const struct value *active)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < value_count(active); i++)
		str_addf(&names, "%s%s", i ? ", " : "", describe_text(value_at(active, i), "name", ""));
	describe_line(page, 0, "Active Jobs:\t%s", names.len ? names.buf : "<none>");
	str_release(&names);
}

void
describe_cronjob(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *job = value_path(spec, "jobTemplate.spec");
	const char *last = value_get_text(status, "lastScheduleTime");
	struct arena arena = ARENA_INIT;

	describe_meta(page, object);
	describe_line(page, 0, "Schedule:\t%s", describe_text(spec, "schedule", ""));
	describe_line(page, 0, "Concurrency Policy:\t%s", describe_text(spec, "concurrencyPolicy", ""));
	describe_line(page, 0, "Suspend:\t%s", value_get_bool(spec, "suspend", false) ? "True" : "False");
	optional_line(page, "Successful Job History Limit", spec, "successfulJobsHistoryLimit", "");
	optional_line(page, "Failed Job History Limit", spec, "failedJobsHistoryLimit", "");
	optional_line(page, "Starting Deadline Seconds", spec, "startingDeadlineSeconds", "s");
	if (value_get(job, "selector"))
		selector_line(page, value_get(job, "selector"));
	else
		describe_line(page, 0, "Selector:\t<unset>");
	optional_line(page, "Parallelism", job, "parallelism", "");
	optional_line(page, "Completions", job, "completions", "");
	if (value_get(job, "activeDeadlineSeconds"))
		describe_line(page, 0, "Active Deadline Seconds:\t%llds", number(job, "activeDeadlineSeconds"));
	describe_pod_template(page, value_get(job, "template"));
	describe_line(page, 0, "Last Schedule Time:\t%s", last ? describe_time(&arena, last) : "<unset>");
	active_jobs_line(page, value_get(status, "active"));
	describe_events(page, object);
	arena_release(&arena);
}

void
describe_budget(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *least = value_get(spec, "minAvailable"), *most = value_get(spec, "maxUnavailable");
	struct str limit = STR_INIT;

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	format_scalar(least ? least : most, &limit);
	if (least || most)
		describe_line(page, 0, "%s:\t%s", least ? "Min available" : "Max unavailable", limit.buf);
	str_release(&limit);
	if (value_get(spec, "selector"))
		selector_line(page, value_get(spec, "selector"));
	else
		describe_line(page, 0, "Selector:\t<unset>");
	describe_line(page, 0, "Status:");
	describe_line(page, 2, "Allowed disruptions:\t%lld", number(status, "disruptionsAllowed"));
	describe_line(page, 2, "Current:\t%lld", number(status, "currentHealthy"));
	describe_line(page, 2, "Desired:\t%lld", number(status, "desiredHealthy"));
	describe_line(page, 2, "Total:\t%lld", number(status, "expectedPods"));
	describe_events(page, object);
}
