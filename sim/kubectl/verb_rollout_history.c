/*
 * kubectl rollout history and undo: the revisions of a workload, and one of their templates put back.  Follows
 * k8s.io/kubectl/pkg/cmd/rollout and pkg/polymorphichelpers/history.go and rollback.go.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/describe.h"
#include "kubectl/rollout_history.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_rollout.h"
#include "kubectl/workload.h"

#define HASH_LABEL "pod-template-hash"

static const struct flag history_flags[] = {
	{ "revision", 0, FLAG_INT, "0", NULL, NULL, "Show this revision's pod template." },
	FLAGS_END,
};
static const struct flag *const history_tables[] = { history_flags, output_flags, filename_flags, selector_flag, NULL };

/*
 * Kinds without a history are of two sorts: those that run pods, of which a visitor knows that they have none, and all
 * others, which it doesn't know.
 */
static const char *const pod_kinds[] = { "Job", "Pod", "ReplicaSet", "ReplicationController", "CronJob" };

/* what: "history viewer", doing: "history" */
static bool
refuse_kind(struct rollout *rollout, const struct kind *kind, const char *what, const char *doing)
{
	char buf[ROLLOUT_KIND_TEXT];

	if (history_has(kind))
		return false;
	rollout_kind(kind, buf);
	for (size_t i = 0; i < sizeof pod_kinds / sizeof *pod_kinds; i++)
		if (strcmp(pod_kinds[i], kind->kind) == 0) {
			failures_add(&rollout->mutation.failures, "no %s has been implemented for \"%s\"", what, buf);
			return true;
		}
	failures_add(&rollout->mutation.failures, "error retrieving %s for \"%s\", no visitor method exists for {%s %s}", doing,
		buf, kind->group, kind->kind);
	return true;
}

/* ---- history ---- */

static const char *
change_cause(const struct history_revision *revision)
{
	const char *cause = object_annotation(revision->object, CHANGE_CAUSE);

	return cause && *cause ? cause : NULL;
}

/* The page of a template.  Not aligned: the real one writes the tabs as they are. */
static void
describe_template(struct kubectl *kubectl, const struct value *template, struct str *out)
{
	struct describe page = { kubectl, false, STR_INIT, STR_INIT };

	describe_pod_template(&page, template);
	str_add(out, page.text.buf);
	str_release(&page.text);
	str_release(&page.out);
}

/* The template as history shows it: with the cause of the change, where a Deployment's ReplicaSet has one. */
static void
add_details(struct kubectl *kubectl, const struct history *history, const struct history_revision *revision, struct str *out)
{
	struct arena arena = ARENA_INIT;
	struct value *template = history_template(&arena, revision);
	struct value *meta = value_make_map(&arena, template, "metadata");

	if (change_cause(revision) && strcmp(history->workload->kind->kind, "Deployment") == 0)
		value_set_text(&arena, value_make_map(&arena, meta, "annotations"), CHANGE_CAUSE, change_cause(revision));
	describe_template(kubectl, template, out);
	arena_release(&arena);
}

static void
add_overview(const struct history *history, struct str *out)
{
	struct str text = STR_INIT;

	str_add(&text, "REVISION\tCHANGE-CAUSE\n");
	for (size_t i = 0; i < history->list.n; i++) {
		const char *cause = change_cause(&history->list.v[i]);

		str_addf(&text, "%lld\t%s\n", (long long)history->list.v[i].number, cause ? cause : "<none>");
	}
	tabs_align(text.buf, TABS_DESCRIBE, out);
	str_release(&text);
}

static void
print_history(struct rollout *rollout, const struct history *history)
{
	struct kubectl *kubectl = rollout->mutation.kubectl;
	long long wanted = flag_int(rollout->flags, "revision");
	const struct history_revision *revision = history_numbered(history, wanted);
	struct str text = STR_INIT;
	char buf[96];

	if (wanted)
		str_addf(&text, "with revision #%lld", wanted);
	str_add(&text, "\n");
	if (!history->list.n)
		str_add(&text, "No rollout history found.");
	else if (wanted && revision)
		add_details(kubectl, history, revision, &text);
	else if (!wanted)
		add_overview(history, &text);
	if (wanted && !revision && history->list.n)
		failures_add(&rollout->mutation.failures, "unable to find the specified revision");
	else
		sink_printf(kubectl->io->out, "%s/%s %s\n", kind_qualified(history->workload->kind, buf), history->workload->name,
			text.buf);
	str_release(&text);
}

/* -o: the objects that the revisions are; of one that isn't there nothing. */
static void
print_revisions(struct rollout *rollout, const struct history *history)
{
	struct mutation *mutation = &rollout->mutation;
	int64_t wanted = flag_int(rollout->flags, "revision");

	if (mutation->output.format == OUTPUT_WRONG) {	/* found out before any is looked at */
		if (!mutation->failures.list.n)
			failures_add(&mutation->failures, "%s", mutation->output.wrong);
		return;
	}
	for (size_t i = 0; i < history->list.n; i++) {
		const struct history_revision *revision = &history->list.v[i];
		struct arena arena = ARENA_INIT;
		bool is_set = strcmp(revision->object->kind->kind, "ReplicaSet") == 0;
		const struct object *shown = is_set ? revision->object : history->workload;

		if (!wanted || wanted == revision->number)
			mutation_print(mutation, shown->kind, shown->name, history_object(&arena, history, revision), true, "");
		arena_release(&arena);
	}
}

static void
history_one(struct rollout *rollout, const struct resource *resource)
{
	struct history history;

	if (refuse_kind(rollout, resource->kind, "history viewer", "history"))
		return;
	history_find(rollout->mutation.kubectl->cluster->server.store, resource->object, &history);
	if (rollout->mutation.output.format == OUTPUT_NONE)
		print_history(rollout, &history);
	else
		print_revisions(rollout, &history);
	history_release(&history);
}

static int
history_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (rollout_check_revision(kubectl, flags))
		return 1;
	return rollout_each(kubectl, flags, false, history_one);
}

const struct verb verb_rollout_history = {
	.name = "history",
	.aliases = "",
	.usage = "rollout history (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Show earlier revisions",
	.help = "Shows the revisions of a workload, or one of them at length.",
	.examples = "kubectl rollout history deployment/web\n\nkubectl rollout history deployment/web --revision=3",
	.flags = history_tables,
	.args = "objects:deployment,daemonset,statefulset",
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

/* Annotations of a Deployment that stay as they are; all others are the ReplicaSet's afterwards. */
static const char *const kept_annotations[] = {
	LAST_APPLIED, "deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history",
	"deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas",
	"deprecated.deployment.rollback.to",
};

static bool
is_kept(const char *annotation)
{
	for (size_t i = 0; i < sizeof kept_annotations / sizeof *kept_annotations; i++)
		if (strcmp(kept_annotations[i], annotation) == 0)
			return true;
	return false;
}

static void
restore_annotations(struct arena *arena, struct value *changed, const struct object *set)
{
	const struct value *own = value_path(changed, "metadata.annotations");
	const struct value *old = value_get(object_meta(set), "annotations");
	struct value *map = value_map(arena);

	for (size_t i = 0; i < value_count(own); i++)
		if (is_kept(own->map.v[i].key))
			value_set(arena, map, own->map.v[i].key, own->map.v[i].value);
	for (size_t i = 0; i < value_count(old); i++)
		if (!is_kept(old->map.v[i].key))
			value_set(arena, map, old->map.v[i].key, value_copy(arena, old->map.v[i].value));
	value_set(arena, value_get(changed, "metadata"), "annotations", map);
}

/* What is printed is the object as it was before (sic), with operation behind its name. */
static void
print_undone(struct rollout *rollout, const struct object *workload, const char *operation)
{
	mutation_print(&rollout->mutation, workload->kind, workload->name, workload->root, false, operation);
}

static void
print_template(struct rollout *rollout, const struct object *workload, const struct value *template)
{
	bool is_deployment = strcmp(workload->kind->kind, "Deployment") == 0;
	struct str text = STR_INIT;

	str_add(&text, is_deployment ? "" : "will roll back to ");
	describe_template(rollout->mutation.kubectl, template, &text);
	print_undone(rollout, workload, text.buf);
	str_release(&text);
}

static void
send_undone(struct rollout *rollout, const struct object *workload, struct value *changed)
{
	struct mutation *mutation = &rollout->mutation;
	struct request request = mutation_request(mutation, REQUEST_UPDATE, workload->kind, workload->namespace);
	char *doing = xasprintf("failed restoring revision %lld: ", (long long)flag_int(rollout->flags, "to-revision"));

	request.name = workload->name;
	request.body = changed;
	if (!workload_send(mutation, &request, doing, NULL))
		print_undone(rollout, workload, "rolled back");
	free(doing);
}

static void
go_back(struct rollout *rollout, const struct object *workload, const struct history_revision *revision)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, workload->root), *template = history_template(&arena, revision);
	bool is_deployment = strcmp(workload->kind->kind, "Deployment") == 0;

	if (rollout->mutation.dry_run == DRY_RUN_CLIENT) {
		print_template(rollout, workload, template);
		arena_release(&arena);
		return;
	}
	value_remove(value_path(template, "metadata.labels"), HASH_LABEL);
	if (is_deployment && value_get_bool(value_get(changed, "spec"), "paused", false)) {
		failures_add(&rollout->mutation.failures, "you cannot rollback a paused deployment; resume it first with 'kubectl "
			"rollout resume' and try again");
	} else if (value_equal(template, value_path(changed, "spec.template"))) {
		print_undone(rollout, workload, arena_printf(&arena,
			"skipped rollback (current template already matches revision %lld)",
			(long long)flag_int(rollout->flags, "to-revision")));
	} else {
		value_set(&arena, value_get(changed, "spec"), "template", template);
		if (is_deployment)
			restore_annotations(&arena, changed, revision->object);
		send_undone(rollout, workload, changed);
	}
	arena_release(&arena);
}

static void
undo_one(struct rollout *rollout, const struct resource *resource)
{
	long long wanted = flag_int(rollout->flags, "to-revision");
	const struct history_revision *revision = NULL;
	struct history history;

	if (refuse_kind(rollout, resource->kind, "rollbacker", "rollbacker"))
		return;
	history_find(rollout->mutation.kubectl->cluster->server.store, resource->object, &history);
	if (wanted)
		revision = history_numbered(&history, wanted);
	else if (history.list.n > 1)
		revision = &history.list.v[history.list.n - 2];
	if (revision)
		go_back(rollout, resource->object, revision);
	else if (wanted)
		failures_add(&rollout->mutation.failures, "unable to find specified revision %lld in history", wanted);
	else if (strcmp(resource->kind->kind, "Deployment") == 0)
		failures_add(&rollout->mutation.failures, "no rollout history found for deployment \"%s\"", resource->name);
	else
		failures_add(&rollout->mutation.failures, "no last revision to roll back to");
	history_release(&history);
}

static int
undo_run(struct kubectl *kubectl, const struct flags *flags)
{
	return rollout_each(kubectl, flags, false, undo_one);
}

const struct verb verb_rollout_undo = {
	.name = "undo",
	.aliases = "",
	.usage = "rollout undo (TYPE NAME | TYPE/NAME) [flags]",
	.summary = "Go back to an earlier revision",
	.help = "Puts the pod template of an earlier revision back.",
	.examples = "kubectl rollout undo deployment/web\n\nkubectl rollout undo daemonset/abc --to-revision=3",
	.flags = undo_tables,
	.args = "objects:deployment,daemonset,statefulset",
	.run = undo_run,
};
