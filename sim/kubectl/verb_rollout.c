/* kubectl rollout; restart, pause and resume are here.  Follows k8s.io/kubectl/pkg/cmd/rollout. */
#include "kubectl/verb_rollout.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/workload.h"

#define RESTARTED_AT "kubectl.kubernetes.io/restartedAt"

static const struct flag manager_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-rollout", NULL, NULL, "Name of the manager that owns the fields." },
	FLAGS_END,
};
static const struct flag *const change_tables[] = { manager_flags, output_flags, filename_flags, selector_flag, NULL };

const char *
rollout_kind(const struct kind *kind, char buf[static ROLLOUT_KIND_TEXT])
{
	snprintf(buf, ROLLOUT_KIND_TEXT, "%s%s%s", kind->kind, *kind->group ? "." : "", kind->group);
	return buf;
}

int
rollout_check_revision(struct kubectl *kubectl, const struct flags *flags)
{
	if (flag_int(flags, "revision") >= 0)
		return 0;
	print_failure(kubectl->io, "revision must be a positive integer: %lld", (long long)flag_int(flags, "revision"));
	return -1;
}

int
rollout_each(struct kubectl *kubectl, const struct flags *flags, bool says_none, rollout_fn fn)
{
	struct rollout rollout = { .flags = flags };
	struct resources resources = RESOURCES_INIT;
	int status;

	if (!flags->nargs && !manifests_given(flags))
		return print_failure(kubectl->io, "required resource not specified");
	if (mutation_begin_first(&rollout.mutation, kubectl, flags))
		return 1;
	resources_find(kubectl, flags, flags->args, flags->nargs, RESOURCES_TYPED | RESOURCES_TYPE_IS_ALL, &resources);
	for (size_t i = 0; i < resources.list.n; i++)
		fn(&rollout, &resources.list.v[i]);
	if (says_none && !resources.list.n && !resources.failures.list.n)
		print_no_resources(kubectl, true, false);
	failures_move(&rollout.mutation.failures, &resources.failures);
	resources_release(&resources);
	status = mutation_end(&rollout.mutation);
	return status || rollout.given_up ? 1 : 0;
}

/* Of objects that can't be changed so: "deployments.apps "web" is already paused". */
static void
refuse(struct rollout *rollout, const struct resource *resource, const char *why)
{
	char buf[96];

	failures_add(&rollout->mutation.failures, "error: %s \"%s\" %s", kind_resource(resource->kind, buf), resource->name, why);
}

static void
send(struct rollout *rollout, const struct resource *resource, struct value *changed, const char *operation)
{
	workload_update(&rollout->mutation, resource, changed, &(struct workload_change){ operation, "failed to patch: ", false });
}

/* ---- restart ---- */

static const char *const restartable[] = { "Deployment", "DaemonSet", "StatefulSet" };

static bool
can_restart(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof restartable / sizeof *restartable; i++)
		if (strcmp(restartable[i], kind->kind) == 0)
			return true;
	return false;
}

static void
restart_one(struct rollout *rollout, const struct resource *resource)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, resource->object->root);
	struct value *template = workload_template(resource->kind, changed);
	char now[CLOCK_TEXT];

	if (!can_restart(resource->kind)) {
		refuse(rollout, resource, "restarting is not supported");
	} else if (value_get_bool(value_get(changed, "spec"), "paused", false)) {
		refuse(rollout, resource, "can't restart paused deployment (run rollout resume first)");
	} else {
		value_set_text(&arena, value_make_map(&arena, value_make_map(&arena, template, "metadata"), "annotations"),
			RESTARTED_AT, clock_format(rollout->mutation.kubectl->cluster->server.clock.now, now));
		if (value_equal(changed, resource->object->root))
			failures_add(&rollout->mutation.failures, "failed to create patch for %s: if restart has already been triggered "
				"within the past second, please wait before attempting to trigger another", resource->name);
		else
			send(rollout, resource, changed, "restarted");
	}
	arena_release(&arena);
}

static int
restart_run(struct kubectl *kubectl, const struct flags *flags)
{
	return rollout_each(kubectl, flags, true, restart_one);
}

static const struct verb verb_restart = {
	.name = "restart",
	.aliases = "",
	.usage = "rollout restart RESOURCE",
	.summary = "Replace all pods, one after the other",
	.help = "Replaces all pods of an object without changing what they run.",
	.examples = "kubectl rollout restart deployment/web\n\nkubectl rollout restart deployment --selector=app=web",
	.flags = change_tables,
	.args = "objects:deployment,daemonset,statefulset",
	.run = restart_run,
};

/* ---- pause, resume ---- */

static void
set_paused(struct rollout *rollout, const struct resource *resource, bool paused)
{
	struct arena arena = ARENA_INIT;
	struct value *changed = value_copy(&arena, resource->object->root), *spec = value_get(changed, "spec");

	if (strcmp(resource->kind->kind, "Deployment") != 0) {
		refuse(rollout, resource, paused ? "pausing is not supported" : "resuming is not supported");
	} else if (value_get_bool(spec, "paused", false) == paused) {
		refuse(rollout, resource, paused ? "is already paused" : "is not paused");
	} else {
		if (paused)
			value_set_bool(&arena, spec, "paused", true);
		else
			value_remove(spec, "paused");
		send(rollout, resource, changed, paused ? "paused" : "resumed");
	}
	arena_release(&arena);
}

static void
pause_one(struct rollout *rollout, const struct resource *resource)
{
	set_paused(rollout, resource, true);
}

static void
resume_one(struct rollout *rollout, const struct resource *resource)
{
	set_paused(rollout, resource, false);
}

static int
pause_run(struct kubectl *kubectl, const struct flags *flags)
{
	return rollout_each(kubectl, flags, true, pause_one);
}

static int
resume_run(struct kubectl *kubectl, const struct flags *flags)
{
	return rollout_each(kubectl, flags, true, resume_one);
}

static const struct verb verb_pause = {
	.name = "pause",
	.aliases = "",
	.usage = "rollout pause RESOURCE",
	.summary = "Let changes of a Deployment wait",
	.help = "Changes of a paused Deployment's template start no rollout until it is resumed.",
	.examples = "kubectl rollout pause deployment/web",
	.flags = change_tables,
	.args = "objects:deployment",
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
	.args = "objects:deployment",
	.run = resume_run,
};

static const struct verb *const rollout_subverbs[] = {
	&verb_rollout_history, &verb_pause, &verb_restart, &verb_resume, &verb_rollout_status, &verb_rollout_undo, NULL,
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
