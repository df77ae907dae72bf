/*
 * kubectl rollout.  A Deployment's history is its ReplicaSets, numbered by an annotation; going back puts an old
 * ReplicaSet's template into the Deployment.  Follows k8s.io/kubectl/pkg/cmd/rollout and pkg/polymorphichelpers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"
#include "kubectl/workload.h"

#define REVISION "deployment.kubernetes.io/revision"
#define CHANGE_CAUSE "kubernetes.io/change-cause"
#define HASH_LABEL "pod-template-hash"
#define WAIT_LIMIT (600 * CLOCK_SECOND)	/* how long `status` without --timeout waits: a rollout's own deadline */

static const struct flag manager_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-rollout", NULL, NULL, "Name of the manager that owns the fields." },
	FLAGS_END,
};
static const struct flag *const change_tables[] = { manager_flags, output_flags, filename_flags, selector_flag, NULL };

/* Finds the objects and calls fn with each. */
static int
each_resource(struct kubectl *kubectl, const struct flags *flags,
	void (*fn)(struct mutation *mutation, const struct flags *flags, const struct resource *resource))
{
	struct mutation mutation;
	struct resources resources = RESOURCES_INIT;

	if (!flags->nargs && !manifests_given(flags))
		return print_failure(kubectl->io, "required resource not specified");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	resources_find(kubectl, flags, flags->args, flags->nargs, RESOURCES_TYPED, &resources);
	for (size_t i = 0; i < resources.list.n; i++)
		fn(&mutation, flags, &resources.list.v[i]);
	failures_move(&mutation.failures, &resources.failures);
	resources_release(&resources);
	return mutation_end(&mutation);
}

static bool
is_kind(const struct resource *resource, const char *kind)
{
	return strcmp(resource->kind->kind, kind) == 0;
}

static int64_t
number(const struct value *root, const char *map, const char *key)
{
	return value_get_int(value_get(root, map), key, 0);
}

/* ---- status ---- */

static const struct flag status_flags[] = {
	{ "revision", 0, FLAG_INT, "0", NULL, NULL, "Insist on this revision." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait." },
	{ "watch", 'w', FLAG_BOOL, "true", "true", NULL, "Wait until it is done." },
	FLAGS_END,
};
static const struct flag *const status_tables[] = { status_flags, filename_flags, selector_flag, NULL };

/* One line of progress in text; true when the rollout is done. */
typedef bool (*view)(const struct object *object, struct str *text);

static bool
deployment_status(const struct object *object, struct str *text)
{
	const struct value *root = object->root;
	long long wanted = number(root, "spec", "replicas"), updated = number(root, "status", "updatedReplicas");
	long long all = number(root, "status", "replicas"), available = number(root, "status", "availableReplicas");

	if (number(root, "metadata", "generation") > number(root, "status", "observedGeneration"))
		str_add(text, "Waiting for deployment spec update to be observed...\n");
	else if (updated < wanted)
		str_addf(text, "Waiting for deployment \"%s\" rollout to finish: %lld out of %lld new replicas have been updated...\n",
			object->name, updated, wanted);
	else if (all > updated)
		str_addf(text, "Waiting for deployment \"%s\" rollout to finish: %lld old replicas are pending termination...\n",
			object->name, all - updated);
	else if (available < updated)
		str_addf(text, "Waiting for deployment \"%s\" rollout to finish: %lld of %lld updated replicas are available...\n",
			object->name, available, updated);
	else {
		str_addf(text, "deployment \"%s\" successfully rolled out\n", object->name);
		return true;
	}
	return false;
}

static bool
daemonset_status(const struct object *object, struct str *text)
{
	const struct value *root = object->root;
	long long wanted = number(root, "status", "desiredNumberScheduled");
	long long updated = number(root, "status", "updatedNumberScheduled");
	long long available = number(root, "status", "numberAvailable");

	if (number(root, "metadata", "generation") > number(root, "status", "observedGeneration"))
		str_add(text, "Waiting for daemon set spec update to be observed...\n");
	else if (updated < wanted)
		str_addf(text, "Waiting for daemon set \"%s\" rollout to finish: %lld out of %lld new pods have been updated...\n",
			object->name, updated, wanted);
	else if (available < wanted)
		str_addf(text, "Waiting for daemon set \"%s\" rollout to finish: %lld of %lld updated pods are available...\n",
			object->name, available, wanted);
	else {
		str_addf(text, "daemon set \"%s\" successfully rolled out\n", object->name);
		return true;
	}
	return false;
}

static bool
statefulset_status(const struct object *object, struct str *text)
{
	const struct value *root = object->root;
	long long wanted = number(root, "spec", "replicas"), ready = number(root, "status", "readyReplicas");

	if (number(root, "metadata", "generation") > number(root, "status", "observedGeneration"))
		str_add(text, "Waiting for statefulset spec update to be observed...\n");
	else if (ready < wanted)
		str_addf(text, "Waiting for %lld pods to be ready...\n", wanted - ready);
	else {
		str_addf(text, "statefulset rolling update complete %lld pods at revision %s...\n",
			(long long)number(root, "status", "currentReplicas"),
			describe_text(value_get(root, "status"), "currentRevision", object->name));
		return true;
	}
	return false;
}

static const struct {
	const char *kind;
	view view;
} views[] = {
	{ "Deployment", deployment_status }, { "DaemonSet", daemonset_status }, { "StatefulSet", statefulset_status },
};

static view
view_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof views / sizeof *views; i++)
		if (strcmp(views[i].kind, kind->kind) == 0)
			return views[i].view;
	return NULL;
}

/* Time goes on from one thing that happens to the next, a line for each state, until it is done or the time is up. */
static void
wait_for_rollout(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	struct cluster *cluster = mutation->kubectl->cluster;
	int64_t timeout = flag_int(flags, "timeout") * CLOCK_SECOND;
	int64_t end = cluster->server.clock.now + (timeout ? timeout : WAIT_LIMIT);
	struct str last = STR_INIT;

	for (;;) {
		const struct object *object = store_get(cluster->server.store, resource->kind, resource->namespace, resource->name);
		struct str text = STR_INIT;
		int64_t next;
		bool done = !object || view_of(resource->kind)(object, &text);

		if (strcmp(text.buf, last.buf) != 0)
			sink_put(mutation->kubectl->io->out, text.buf);
		str_clear(&last);
		str_add(&last, text.buf);
		str_release(&text);
		if (done || !flag_bool(flags, "watch"))
			break;
		next = control_next(&cluster->control);
		if (next > end) {
			cluster_tick(cluster, end);
			failures_add(&mutation->failures, timeout ? "timed out waiting for the condition" :
				"deployment \"%s\" exceeded its progress deadline", resource->name);
			break;
		}
		cluster_tick(cluster, next);
	}
	str_release(&last);
}

static void
status_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	if (view_of(resource->kind))
		wait_for_rollout(mutation, flags, resource);
	else
		failures_add(&mutation->failures, "no status viewer has been implemented for %s", resource->kind->kind);
}

static int
status_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, status_one);
}

static const struct verb verb_status = {
	.name = "status",
	.aliases = "",
	.usage = "rollout status (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Show how a rollout goes on",
	.help = "Waits until the newest rollout is done, and says how far it is.",
	.examples = "kubectl rollout status deployment/web",
	.flags = status_tables,
	.args = "kind name",
	.run = status_run,
};

/* ---- history ---- */

static const struct flag history_flags[] = {
	{ "revision", 0, FLAG_INT, "0", NULL, NULL, "Show this revision's pod template." },
	FLAGS_END,
};
static const struct flag *const history_tables[] = { history_flags, output_flags, filename_flags, selector_flag, NULL };

struct revision {
	int64_t number;
	const struct object *set;
};
typedef VEC(struct revision) revisions;

static int
by_number(const void *a, const void *b)
{
	const struct revision *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

/* The ReplicaSets of a Deployment, oldest revision first. */
static void
find_revisions(struct kubectl *kubectl, const struct object *deployment, revisions *list)
{
	size_t n;
	const struct object *const *sets = store_list(kubectl->cluster->server.store, kind_by_kind("ReplicaSet"),
		deployment->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct value *owners = value_get(object_meta(sets[i]), "ownerReferences");
		const char *number_text = object_annotation(sets[i], REVISION);
		const char *owner = value_get_text(value_at(owners, 0), "uid"), *uid = object_uid(deployment);

		if (number_text && owner && uid && strcmp(owner, uid) == 0)
			*vec_push(list) = (struct revision){ strtoll(number_text, NULL, 10), sets[i] };
	}
	if (list->n)
		qsort(list->v, list->n, sizeof *list->v, by_number);
}

static const struct revision *
find_revision(const revisions *list, int64_t wanted)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].number == wanted)
			return &list->v[i];
	return NULL;
}

static void
print_history(struct kubectl *kubectl, const struct resource *resource, const revisions *list)
{
	struct str text = STR_INIT, aligned = STR_INIT;
	char buf[96];

	str_add(&text, "REVISION\tCHANGE-CAUSE\n");
	for (size_t i = 0; i < list->n; i++) {
		const char *cause = object_annotation(list->v[i].set, CHANGE_CAUSE);

		str_addf(&text, "%lld\t%s\n", (long long)list->v[i].number, cause ? cause : "<none>");
	}
	tabs_align(text.buf, TABS_DESCRIBE, &aligned);
	sink_printf(kubectl->io->out, "%s/%s \n%s\n", kind_qualified(resource->kind, buf), resource->name, aligned.buf);
	str_release(&text);
	str_release(&aligned);
}

static void
history_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	struct kubectl *kubectl = mutation->kubectl;
	int64_t wanted = flag_int(flags, "revision");
	revisions list = VEC_INIT;
	const struct revision *revision;
	char buf[96];

	if (!is_kind(resource, "Deployment")) {
		failures_add(&mutation->failures, "no history viewer has been implemented for \"%s\"", resource->kind->kind);
		return;
	}
	find_revisions(kubectl, resource->object, &list);
	revision = wanted ? find_revision(&list, wanted) : NULL;
	if (revision) {
		struct describe page = { kubectl, false, STR_INIT, STR_INIT };

		/* Not aligned: the real one writes the tabs as they are. */
		describe_pod_template(&page, value_path(revision->set->root, "spec.template"));
		sink_printf(kubectl->io->out, "%s/%s with revision #%lld\n%s\n", kind_qualified(resource->kind, buf), resource->name,
			(long long)wanted, page.text.buf);
		str_release(&page.text);
		str_release(&page.out);
	} else if (wanted) {
		failures_add(&mutation->failures, "unable to find the specified revision");
	} else {
		print_history(kubectl, resource, &list);
	}
	vec_release(&list);
}

static int
history_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, history_one);
}

static const struct verb verb_history = {
	.name = "history",
	.aliases = "",
	.usage = "rollout history (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Show earlier revisions",
	.help = "Shows the revisions of a Deployment, or one of them at length.",
	.examples = "kubectl rollout history deployment/web\n\nkubectl rollout history deployment/web --revision=3",
	.flags = history_tables,
	.args = "kind name",
	.run = history_run,
};

/* ---- undo ---- */

static const struct flag undo_flags[] = {
	{ "to-revision", 0, FLAG_INT, "0", NULL, NULL, "The revision to go back to; 0 for the one before." },
	FLAGS_END,
};
static const struct flag *const undo_tables[] = {
	undo_flags, output_flags, dry_run_flag, filename_flags, selector_flag, NULL,
};

static struct value *
old_template(struct arena *arena, const struct object *set)
{
	struct value *template = value_copy(arena, value_path(set->root, "spec.template"));

	value_remove(value_path(template, "metadata.labels"), HASH_LABEL);
	return template;
}

static void
go_back(struct mutation *mutation, const struct resource *resource, const struct revision *revision)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, resource->object->root);
	struct value *template = old_template(&arena, revision->set);
	const char *cause = object_annotation(revision->set, CHANGE_CAUSE);

	if (value_equal(template, value_path(changed, "spec.template"))) {
		char *operation = xasprintf("skipped rollback (current template already matches revision %lld)",
			(long long)revision->number);

		mutation_print(mutation, resource->kind, resource->name, changed, false, operation);
		free(operation);
	} else {
		value_set(&arena, value_get(changed, "spec"), "template", template);
		if (cause)
			value_set_text(&arena, value_make_map(&arena, value_get(changed, "metadata"), "annotations"), CHANGE_CAUSE, cause);
		workload_update(mutation, resource, changed, false, "rolled back");
	}
	arena_release(&arena);
}

static void
undo_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	int64_t wanted = flag_int(flags, "to-revision");
	revisions list = VEC_INIT;
	const struct revision *revision;

	if (!is_kind(resource, "Deployment")) {
		failures_add(&mutation->failures, "no rollbacker has been implemented for \"%s\"", resource->kind->kind);
		return;
	}
	find_revisions(mutation->kubectl, resource->object, &list);
	revision = wanted ? find_revision(&list, wanted) : list.n > 1 ? &list.v[list.n - 2] : NULL;
	if (value_get_bool(value_get(resource->object->root, "spec"), "paused", false))
		failures_add(&mutation->failures, "you cannot rollback a paused deployment; resume it first with 'kubectl rollout "
			"resume deployment/%s' and try again", resource->name);
	else if (revision)
		go_back(mutation, resource, revision);
	else if (wanted)
		failures_add(&mutation->failures, "unable to find specified revision %lld in history", (long long)wanted);
	else
		failures_add(&mutation->failures, "no rollout history found for deployment \"%s\"", resource->name);
	vec_release(&list);
}

static int
undo_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, undo_one);
}

static const struct verb verb_undo = {
	.name = "undo",
	.aliases = "",
	.usage = "rollout undo (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Go back to an earlier revision",
	.help = "Puts the pod template of an earlier revision back.",
	.examples = "kubectl rollout undo deployment/web\n\nkubectl rollout undo deployment/web --to-revision=3",
	.flags = undo_tables,
	.args = "kind name",
	.run = undo_run,
};

/* ---- restart, pause, resume ---- */

static void
restart_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, resource->object->root);
	struct value *template = workload_template(resource->kind, changed);
	char now[CLOCK_TEXT];
	char buf[96];

	(void)flags;
	if (!view_of(resource->kind)) {
		failures_add(&mutation->failures, "%s \"%s\" restarting is not supported", kind_resource(resource->kind, buf),
			resource->name);
	} else if (value_get_bool(value_get(changed, "spec"), "paused", false)) {
		failures_add(&mutation->failures, "%s \"%s\" can't restart paused deployment (run rollout resume first)",
			kind_resource(resource->kind, buf), resource->name);
	} else {
		value_set_text(&arena, value_make_map(&arena, value_make_map(&arena, template, "metadata"), "annotations"),
			"kubectl.kubernetes.io/restartedAt", clock_format(mutation->kubectl->cluster->server.clock.now, now));
		workload_update(mutation, resource, changed, false, "restarted");
	}
	arena_release(&arena);
}

static int
restart_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, restart_one);
}

static const struct verb verb_restart = {
	.name = "restart",
	.aliases = "",
	.usage = "rollout restart RESOURCE",
	.summary = "Replace all pods, one after the other",
	.help = "Replaces all pods of an object without changing what they run.",
	.examples = "kubectl rollout restart deployment/web",
	.flags = change_tables,
	.args = "kind name",
	.run = restart_run,
};

static void
set_paused(struct mutation *mutation, const struct resource *resource, bool paused)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, resource->object->root), *spec = value_get(changed, "spec");
	char buf[96];

	if (!is_kind(resource, "Deployment")) {
		failures_add(&mutation->failures, "%s \"%s\" %s is not supported", kind_resource(resource->kind, buf), resource->name,
			paused ? "pausing" : "resuming");
	} else if (value_get_bool(spec, "paused", false) == paused) {
		failures_add(&mutation->failures, "%s \"%s\" is %s", kind_resource(resource->kind, buf), resource->name,
			paused ? "already paused" : "not paused");
	} else {
		if (paused)
			value_set_bool(&arena, spec, "paused", true);
		else
			value_remove(spec, "paused");
		workload_update(mutation, resource, changed, false, paused ? "paused" : "resumed");
	}
	arena_release(&arena);
}

static void
pause_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	(void)flags;
	set_paused(mutation, resource, true);
}

static void
resume_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	(void)flags;
	set_paused(mutation, resource, false);
}

static int
pause_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, pause_one);
}

static int
resume_run(struct kubectl *kubectl, const struct flags *flags)
{
	return each_resource(kubectl, flags, resume_one);
}

static const struct verb verb_pause = {
	.name = "pause",
	.aliases = "",
	.usage = "rollout pause RESOURCE",
	.summary = "Let changes of a Deployment wait",
	.help = "Changes of a paused Deployment's template start no rollout until it is resumed.",
	.examples = "kubectl rollout pause deployment/web",
	.flags = change_tables,
	.args = "kind name",
	.run = pause_run,
};

static const struct verb verb_resume = {
	.name = "resume",
	.aliases = "",
	.usage = "rollout resume RESOURCE",
	.summary = "Go on with a paused Deployment",
	.help = "Goes on with a paused Deployment.",
	.examples = "kubectl rollout resume deployment/web",
	.flags = change_tables,
	.args = "kind name",
	.run = resume_run,
};

static const struct verb *const rollout_subverbs[] = {
	&verb_history, &verb_pause, &verb_restart, &verb_resume, &verb_status, &verb_undo, NULL,
};

const struct verb verb_rollout = {
	.name = "rollout",
	.aliases = "",
	.usage = "rollout SUBCOMMAND",
	.summary = "See and steer the rollout of an object",
	.help = "Shows how a rollout goes on, goes back to an earlier revision, restarts, pauses and resumes.",
	.examples = "# Back to the one before\nkubectl rollout undo deployment/web\n\n"
		"# How far is it?\nkubectl rollout status deployment/web",
	.subverbs = rollout_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
