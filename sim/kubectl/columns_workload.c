/* Columns of pods, of what makes them, scales them and keeps them from being evicted. */
#include "kubectl/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/format.h"
#include "kubectl/pod_text.h"

/* Workloads */

static void
join_containers(const struct value *template, const char *field, struct str *out)
{
	const struct value *containers = value_path(template, "spec.containers");
	size_t start = out->len;

	for (size_t i = 0; i < value_count(containers); i++) {
		const char *text = value_get_text(value_at(containers, i), field);

		format_join(out, start, ",");
		str_add(out, text ? text : "");
	}
}

CELL(containers)
{
	(void)now;
	join_containers(SPEC("template"), "name", out);
}

CELL(images)
{
	(void)now;
	join_containers(SPEC("template"), "image", out);
}

CELL(workload_selector)
{
	(void)now;
	format_label_selector(SPEC("selector"), out);
}

CELL(ready_of_desired)
{
	(void)now;
	str_addf(out, "%lld/%lld", (long long)column_number(root, "status.readyReplicas"),
		(long long)column_number(root, "spec.replicas"));
}

CELL(node_selector)
{
	(void)now;
	format_labels(SPEC("template.spec.nodeSelector"), out);
}

static const struct column deployment_columns[] = {
	NAME,
	CELL_OF("READY", ready_of_desired),
	TEXT("UP-TO-DATE", "status.updatedReplicas", "0"),
	TEXT("AVAILABLE", "status.availableReplicas", "0"),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

static const struct column replicaset_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("CURRENT", "status.replicas", "0"),
	TEXT("READY", "status.readyReplicas", "0"),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

static const struct column replicationcontroller_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("CURRENT", "status.replicas", "0"),
	TEXT("READY", "status.readyReplicas", "0"),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", cell_selector),
	END,
};

static const struct column scale_columns[] = {
	NAME,
	TEXT("DESIRED", "spec.replicas", "0"),
	TEXT("AVAILABLE", "status.replicas", "0"),
	CELL_OF("AGE", cell_age),
	END,
};

static const struct column statefulset_columns[] = {
	NAME,
	CELL_OF("READY", ready_of_desired),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	END,
};

static const struct column daemonset_columns[] = {
	NAME,
	TEXT("DESIRED", "status.desiredNumberScheduled", "0"),
	TEXT("CURRENT", "status.currentNumberScheduled", "0"),
	TEXT("READY", "status.numberReady", "0"),
	TEXT("UP-TO-DATE", "status.updatedNumberScheduled", "0"),
	TEXT("AVAILABLE", "status.numberAvailable", "0"),
	CELL_OF("NODE SELECTOR", node_selector),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

CELL(job_status)
{
	static const char *const types[] = { "Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet" };
	const struct value *conditions = STATUS("conditions");

	(void)now;
	for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
		for (size_t i = 0; i < value_count(conditions); i++) {
			const char *type = value_get_text(value_at(conditions, i), "type");
			const char *status = value_get_text(value_at(conditions, i), "status");

			if (type && status && strcmp(type, types[t]) == 0 && strcmp(status, "True") == 0) {
				str_add(out, types[t]);
				return;
			}
		}
	}
	str_add(out, value_path(root, "metadata.deletionTimestamp") ? "Terminating" : "Running");
}

CELL(job_completions)
{
	const struct value *completions = SPEC("completions");
	int64_t parallelism = value_get_int(value_get(root, "spec"), "parallelism", 0);

	(void)now;
	str_addf(out, "%lld", (long long)column_number(root, "status.succeeded"));
	if (completions)
		str_addf(out, "/%lld", (long long)completions->integer);
	else
		str_addf(out, parallelism > 1 ? "/1 of %lld" : "/1", (long long)parallelism);
}

CELL(job_duration)
{
	const char *start = value_text(STATUS("startTime"));
	const char *end = value_text(STATUS("completionTime"));
	int64_t when;

	if (!start)
		return;
	format_age(start, end && clock_parse(end, &when) ? when : now, out);
}

static const struct column job_columns[] = {
	NAME,
	CELL_OF("STATUS", job_status),
	CELL_OF("COMPLETIONS", job_completions),
	CELL_OF("DURATION", job_duration),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", containers),
	WIDE_CELL_OF("IMAGES", images),
	WIDE_CELL_OF("SELECTOR", workload_selector),
	END,
};

CELL(cron_suspend)
{
	(void)now;
	str_add(out, value_get_bool(value_get(root, "spec"), "suspend", false) ? "True" : "False");
}

CELL(cron_active)
{
	(void)now;
	str_addf(out, "%zu", value_count(STATUS("active")));
}

CELL(cron_last)
{
	const char *last = value_text(STATUS("lastScheduleTime"));

	if (last)
		format_age(last, now, out);
	else
		str_add(out, "<none>");
}

CELL(cron_containers)
{
	(void)now;
	join_containers(SPEC("jobTemplate.spec.template"), "name", out);
}

CELL(cron_images)
{
	(void)now;
	join_containers(SPEC("jobTemplate.spec.template"), "image", out);
}

CELL(cron_selector)
{
	(void)now;
	format_label_selector(SPEC("jobTemplate.spec.selector"), out);
}

static const struct column cronjob_columns[] = {
	NAME,
	TEXT("SCHEDULE", "spec.schedule", ""),
	TEXT("TIMEZONE", "spec.timeZone", "<none>"),
	CELL_OF("SUSPEND", cron_suspend),
	CELL_OF("ACTIVE", cron_active),
	CELL_OF("LAST SCHEDULE", cron_last),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("CONTAINERS", cron_containers),
	WIDE_CELL_OF("IMAGES", cron_images),
	WIDE_CELL_OF("SELECTOR", cron_selector),
	END,
};

/* Pods */

CELL(pod_ready)
{
	struct pod_text text = pod_text_of(root);

	(void)now;
	str_addf(out, "%d/%d", text.ready, text.containers);
	pod_text_release(&text);
}

CELL(pod_status)
{
	struct pod_text text = pod_text_of(root);

	(void)now;
	str_add(out, text.status);
	pod_text_release(&text);
}

CELL(pod_restarts)
{
	struct pod_text text = pod_text_of(root);

	str_addf(out, "%lld", (long long)text.restarts);
	if (text.restarts && text.last_restart) {
		str_add(out, " (");
		format_age(text.last_restart, now, out);
		str_add(out, " ago)");
	}
	pod_text_release(&text);
}

CELL(pod_gates)
{
	const struct value *gates = SPEC("readinessGates");
	size_t n = value_count(gates), met = 0;

	(void)now;
	for (size_t i = 0; i < n; i++)
		met += pod_condition_is(root, value_get_text(value_at(gates, i), "conditionType"), "True");
	if (n)
		str_addf(out, "%zu/%zu", met, n);
	else
		str_add(out, "<none>");
}

static const struct column pod_columns[] = {
	NAME,
	CELL_OF("READY", pod_ready),
	CELL_OF("STATUS", pod_status),
	CELL_OF("RESTARTS", pod_restarts),
	CELL_OF("AGE", cell_age),
	WIDE_TEXT("IP", "status.podIP", "<none>"),
	WIDE_TEXT("NODE", "spec.nodeName", "<none>"),
	WIDE_TEXT("NOMINATED NODE", "status.nominatedNodeName", "<none>"),
	WIDE_CELL_OF("READINESS GATES", pod_gates),
	END,
};

CELL(revision_controller)
{
	const struct value *owners = value_path(root, "metadata.ownerReferences");
	char buf[96];

	(void)now;
	for (size_t i = 0; i < value_count(owners); i++) {
		const struct value *owner = value_at(owners, i);
		const struct kind *kind = kind_by_gvk(value_get_text(owner, "apiVersion"), value_get_text(owner, "kind"));

		if (!kind || !value_get_bool(owner, "controller", false))
			continue;
		str_addf(out, "%s/%s", kind_qualified(kind, buf), value_get_text(owner, "name"));
		return;
	}
	str_add(out, "<none>");
}

static const struct column controllerrevision_columns[] = {
	NAME,
	CELL_OF("CONTROLLER", revision_controller),
	TEXT("REVISION", "revision", "0"),
	CELL_OF("AGE", cell_age),
	END,
};

static const struct column poddisruptionbudget_columns[] = {
	NAME,
	TEXT("MIN AVAILABLE", "spec.minAvailable", "N/A"),
	TEXT("MAX UNAVAILABLE", "spec.maxUnavailable", "N/A"),
	TEXT("ALLOWED DISRUPTIONS", "status.disruptionsAllowed", "0"),
	CELL_OF("AGE", cell_age),
	END,
};

CELL(hpa_reference)
{
	(void)now;
	format_scalar(SPEC("scaleTargetRef.kind"), out);
	str_add(out, "/");
	format_scalar(SPEC("scaleTargetRef.name"), out);
}

/* Where a type of metric keeps what it is about; averages of those that know no other way are not marked. */
static const struct metric_row {
	const char *type, *field;
	bool named, marks_average;
} metric_rows[] = {
	{ "External", "external", false, true },
	{ "Pods", "pods", false, false },
	{ "Object", "object", false, true },
	{ "Resource", "resource", true, false },
	{ "ContainerResource", "containerResource", true, false },
};

static void
add_amount(const struct value *value, const char *otherwise, struct str *out)
{
	if (value)
		format_scalar(value, out);
	else
		str_add(out, otherwise);
}

/* "cpu: 12%/80%", "<unknown>/10" */
static void
add_metric(const struct metric_row *row, const struct value *spec, const struct value *status, struct str *out)
{
	const struct value *source = value_get(spec, row->field), *now = value_get(status, row->field);
	bool average = value_path(source, "target.averageValue") || strcmp(row->type, "Pods") == 0;
	bool percent = row->named && !average;
	const char *field = percent ? "averageUtilization" : average ? "averageValue" : "value";
	const struct value *current = value_get(value_get(now, "current"), field);
	const struct value *target = value_get(value_get(source, "target"), field);

	if (row->named)
		str_addf(out, "%s: ", value_get_text(source, "name") ? value_get_text(source, "name") : "");
	add_amount(current, "<unknown>", out);
	str_addf(out, "%s/", percent && current ? "%" : "");
	add_amount(target, percent ? "<auto>" : "0", out);
	str_add(out, percent && target ? "%" : average && row->marks_average ? " (avg)" : "");
}

/* The first two. */
CELL(hpa_targets)
{
	const struct value *metrics = SPEC("metrics"), *status = value_path(root, "status.currentMetrics");
	size_t n = value_count(metrics);

	(void)now;
	for (size_t i = 0; i < n && i < 2; i++) {
		const char *type = value_get_text(value_at(metrics, i), "type");

		format_join(out, 0, ", ");
		for (size_t j = 0; type && j < sizeof metric_rows / sizeof *metric_rows; j++)
			if (strcmp(metric_rows[j].type, type) == 0)
				add_metric(&metric_rows[j], value_at(metrics, i), value_at(status, i), out);
	}
	if (n > 2)
		str_addf(out, " + %zu more...", n - 2);
	if (!n)
		str_add(out, "<none>");
}

static const struct column hpa_columns[] = {
	NAME,
	CELL_OF("REFERENCE", hpa_reference),
	CELL_OF("TARGETS", hpa_targets),
	TEXT("MINPODS", "spec.minReplicas", "<unset>"),
	TEXT("MAXPODS", "spec.maxReplicas", "0"),
	TEXT("REPLICAS", "status.currentReplicas", "0"),
	CELL_OF("AGE", cell_age),
	END,
};

const struct column_table columns_workload[] = {
	{ "Pod", pod_columns },
	{ "Deployment", deployment_columns },
	{ "ReplicaSet", replicaset_columns },
	{ "ReplicationController", replicationcontroller_columns },
	{ "Scale", scale_columns },
	{ "StatefulSet", statefulset_columns },
	{ "DaemonSet", daemonset_columns },
	{ "Job", job_columns },
	{ "CronJob", cronjob_columns },
	{ "ControllerRevision", controllerrevision_columns },
	{ "PodDisruptionBudget", poddisruptionbudget_columns },
	{ "HorizontalPodAutoscaler", hpa_columns },
	{ NULL, NULL },
};
