/*
 * kubectl rollout status: a line for each version of the object that the store's log has, while virtual time goes on
 * from one thing that is due to the next.  Follows k8s.io/kubectl/pkg/cmd/rollout/rollout_status.go and
 * pkg/polymorphichelpers/rollout_status.go.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/verb_rollout.h"

#define REVISION "deployment.kubernetes.io/revision"
#define DEADLINE 600	/* s, of a rollout that names none */
#define PATIENCE 60	/* s more, for the controller to say that it is over */

static const struct flag status_flags[] = {
	{ "revision", 0, FLAG_INT, "0", NULL, NULL, "Insist on this revision; 0 for the newest." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait; 0 waits until it is done." },
	{ "watch", 'w', FLAG_BOOL, "true", "true", NULL, "Wait until it is done." },
	FLAGS_END,
};
static const struct flag *const status_tables[] = { status_flags, filename_flags, selector_flag, NULL };

enum progress { GOES_ON, IS_DONE, IS_REFUSED };

/* What one version of an object says; text: a line of progress, or why there can't be one (IS_REFUSED). */
struct view {
	const struct object *object;
	int64_t revision;	/* of --revision; 0 */
	struct str *text;
};

static int64_t
number(const struct view *view, const char *map, const char *key)
{
	return value_get_int(value_get(view->object->root, map), key, 0);
}

static bool
is_observed(const struct view *view)
{
	return number(view, "metadata", "generation") <= number(view, "status", "observedGeneration");
}

static bool
is_past_deadline(const struct object *deployment)
{
	const struct value *conditions = value_path(deployment->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *reason = value_get_text(value_at(conditions, i), "reason");

		if (strcmp(value_get_text(value_at(conditions, i), "type"), "Progressing") == 0)
			return reason && strcmp(reason, "ProgressDeadlineExceeded") == 0;
	}
	return false;
}

static enum progress
deployment_counts(const struct view *view)
{
	long long wanted = number(view, "spec", "replicas"), updated = number(view, "status", "updatedReplicas");
	long long all = number(view, "status", "replicas"), available = number(view, "status", "availableReplicas");
	const char *name = view->object->name;

	if (updated < wanted)
		str_addf(view->text, "Waiting for deployment \"%s\" rollout to finish: %lld out of %lld new replicas have been updated...\n",
			name, updated, wanted);
	else if (all > updated)
		str_addf(view->text, "Waiting for deployment \"%s\" rollout to finish: %lld old replicas are pending termination...\n",
			name, all - updated);
	else if (available < updated)
		str_addf(view->text, "Waiting for deployment \"%s\" rollout to finish: %lld of %lld updated replicas are available...\n",
			name, available, updated);
	else
		str_addf(view->text, "deployment \"%s\" successfully rolled out\n", name);
	return updated < wanted || all > updated || available < updated ? GOES_ON : IS_DONE;
}

static enum progress
deployment_view(const struct view *view)
{
	const char *revision = object_annotation(view->object, REVISION);
	long long running = revision ? strtoll(revision, NULL, 10) : 0;

	if (view->revision > 0 && view->revision != running) {
		str_addf(view->text, "desired revision (%lld) is different from the running revision (%lld)",
			(long long)view->revision, running);
		return IS_REFUSED;
	}
	if (!is_observed(view)) {
		str_add(view->text, "Waiting for deployment spec update to be observed...\n");
		return GOES_ON;
	}
	if (is_past_deadline(view->object)) {
		str_addf(view->text, "deployment \"%s\" exceeded its progress deadline", view->object->name);
		return IS_REFUSED;
	}
	return deployment_counts(view);
}

/* The strategies OnDelete have no rollout to look at. */
static bool
is_rolling(const struct view *view)
{
	const char *type = value_text(value_path(view->object->root, "spec.updateStrategy.type"));

	if (type && strcmp(type, "RollingUpdate") == 0)
		return true;
	str_add(view->text, "rollout status is only available for RollingUpdate strategy type");
	return false;
}

static enum progress
daemonset_view(const struct view *view)
{
	long long wanted = number(view, "status", "desiredNumberScheduled");
	long long updated = number(view, "status", "updatedNumberScheduled");
	long long available = number(view, "status", "numberAvailable");
	const char *name = view->object->name;

	if (!is_rolling(view))
		return IS_REFUSED;
	if (!is_observed(view))
		str_add(view->text, "Waiting for daemon set spec update to be observed...\n");
	else if (updated < wanted)
		str_addf(view->text, "Waiting for daemon set \"%s\" rollout to finish: %lld out of %lld new pods have been updated...\n",
			name, updated, wanted);
	else if (available < wanted)
		str_addf(view->text, "Waiting for daemon set \"%s\" rollout to finish: %lld of %lld updated pods are available...\n",
			name, available, wanted);
	else
		str_addf(view->text, "daemon set \"%s\" successfully rolled out\n", name);
	return !is_observed(view) || updated < wanted || available < wanted ? GOES_ON : IS_DONE;
}

static enum progress
statefulset_pods(const struct view *view)
{
	const struct value *rolling = value_path(view->object->root, "spec.updateStrategy.rollingUpdate");
	const struct value *status = value_get(view->object->root, "status");
	long long wanted = number(view, "spec", "replicas"), updated = number(view, "status", "updatedReplicas");
	long long due = wanted - value_get_int(rolling, "partition", 0);
	const char *newest = describe_text(status, "updateRevision", ""), *current = describe_text(status, "currentRevision", "");

	if (rolling && value_get(rolling, "partition") && updated < due) {
		str_addf(view->text, "Waiting for partitioned roll out to finish: %lld out of %lld new pods have been updated...\n",
			updated, due);
		return GOES_ON;
	}
	if (rolling) {
		str_addf(view->text, "partitioned roll out complete: %lld new pods have been updated...\n", updated);
		return IS_DONE;
	}
	if (strcmp(newest, current) != 0) {
		str_addf(view->text, "waiting for statefulset rolling update to complete %lld pods at revision %s...\n", updated, newest);
		return GOES_ON;
	}
	str_addf(view->text, "statefulset rolling update complete %lld pods at revision %s...\n",
		(long long)number(view, "status", "currentReplicas"), current);
	return IS_DONE;
}

static enum progress
statefulset_view(const struct view *view)
{
	long long missing = number(view, "spec", "replicas") - number(view, "status", "readyReplicas");

	if (!is_rolling(view))
		return IS_REFUSED;
	if (!is_observed(view) || !number(view, "status", "observedGeneration"))
		str_add(view->text, "Waiting for statefulset spec update to be observed...\n");
	else if (missing > 0)
		str_addf(view->text, "Waiting for %lld pods to be ready...\n", missing);
	else
		return statefulset_pods(view);
	return GOES_ON;
}

typedef enum progress (*viewer)(const struct view *view);

static const struct {
	const char *kind;
	viewer viewer;
} viewers[] = {
	{ "Deployment", deployment_view }, { "DaemonSet", daemonset_view }, { "StatefulSet", statefulset_view },
};

static viewer
viewer_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof viewers / sizeof *viewers; i++)
		if (strcmp(viewers[i].kind, kind->kind) == 0)
			return viewers[i].viewer;
	return NULL;
}

/* Prints what this version of the object says; true when there is nothing more to wait for. */
static bool
show(struct rollout *rollout, const struct object *object)
{
	struct str text = STR_INIT;
	struct view view = { object, flag_int(rollout->flags, "revision"), &text };
	enum progress progress = viewer_of(object->kind)(&view);

	if (progress == IS_REFUSED)
		failures_add(&rollout->mutation.failures, "%s", text.buf);
	else
		sink_put(rollout->mutation.kubectl->io->out, text.buf);
	str_release(&text);
	return progress != GOES_ON || !flag_bool(rollout->flags, "watch");
}

/* The same for what the log has since. */
static bool
show_changes(struct rollout *rollout, const struct object *object, uint64_t *since)
{
	size_t n;
	const struct store_event *events = store_events(rollout->mutation.kubectl->cluster->server.store, *since, &n);

	for (size_t i = 0; i < n; i++) {
		*since = events[i].version;
		if (events[i].object->kind != object->kind || strcmp(events[i].object->name, object->name) != 0 ||
		    strcmp(events[i].object->namespace, object->namespace) != 0)
			continue;
		if (events[i].type == STORE_DELETED) {
			failures_add(&rollout->mutation.failures, "object has been deleted");
			return true;
		}
		if (show(rollout, events[i].object))
			return true;
	}
	return false;
}

/* Seconds after which a rollout that nothing was heard of is given up, where no --timeout says it. */
static int64_t
patience(const struct object *object)
{
	return value_get_int(value_get(object->root, "spec"), "progressDeadlineSeconds", DEADLINE) + PATIENCE;
}

static void
wait_for(struct rollout *rollout, const struct object *object)
{
	struct cluster *cluster = rollout->mutation.kubectl->cluster;
	int64_t timeout = flag_int(rollout->flags, "timeout");
	int64_t end = cluster->server.clock.now + (timeout > 0 ? timeout : patience(object)) * CLOCK_SECOND;
	uint64_t since = store_version(cluster->server.store);

	for (bool done = show(rollout, object); !done; done = show_changes(rollout, object, &since)) {
		int64_t next = control_next(&cluster->control);

		cluster_tick(cluster, next < end ? next : end);
		if (next <= end)
			continue;
		if (timeout > 0)
			failures_add(&rollout->mutation.failures, "timed out waiting for the condition");
		else
			rollout->given_up = true;
		break;
	}
}

static void
status_one(struct rollout *rollout, const struct resource *resource)
{
	char buf[ROLLOUT_KIND_TEXT];

	if (viewer_of(resource->kind))
		wait_for(rollout, resource->object);
	else
		failures_add(&rollout->mutation.failures, "no status viewer has been implemented for %s",
			rollout_kind(resource->kind, buf));
}

static int
status_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (rollout_check_revision(kubectl, flags))
		return 1;
	return rollout_each(kubectl, flags, true, status_one);
}

const struct verb verb_rollout_status = {
	.name = "status",
	.aliases = "",
	.usage = "rollout status (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Show how a rollout goes on",
	.help = "Waits until the newest rollout is done, and says how far it is.",
	.examples = "kubectl rollout status deployment/web",
	.flags = status_tables,
	.args = "object:deployment,daemonset,statefulset",
	.run = status_run,
};
