/* kubectl delete; follows k8s.io/kubectl/pkg/cmd/delete/delete.go. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/mutation.h"
#include "kubectl/raw.h"
#include "kubectl/removal.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

static const struct flag delete_flags[] = {
	{ "ignore-not-found", 0, FLAG_BOOL, "false", "true", NULL, "An object that doesn't exist is no error." },
	{ "interactive", 'i', FLAG_BOOL, "false", "true", NULL, "Ask before deleting." },
	{ "now", 0, FLAG_BOOL, "false", "true", NULL, "The same as --grace-period=1." },
	{ "output", 'o', FLAG_STRING, "", NULL, "name", "name prints TYPE/NAME only." },
	{ "raw", 0, FLAG_STRING, "", NULL, NULL, "A path to delete." },
	FLAGS_END,
};

static const struct flag *const delete_tables[] = {
	delete_flags, removal_flags, dry_run_flag, filename_flags, selector_flag, field_selector_flag, all_flag,
	all_namespaces_flag, NULL,
};

/* --now, which is another word for a grace period. */
static int
read_grace(struct kubectl *kubectl, const struct flags *flags, struct removal *removal)
{
	if (flag_bool(flags, "now") && flag_int(flags, "grace-period") != -1)
		return print_failure(kubectl->io, "--now and --grace-period cannot be specified together");
	if (flag_bool(flags, "now"))
		removal->grace_seconds = 1;
	return 0;
}

/* What doesn't go together, told when the line's words made sense; NULL when all is well. */
static const char *
find_fault(const struct flags *flags, const struct removal *removal, struct arena *arena)
{
	const char *output = flag_string(flags, "output");

	if (*output && strcmp(output, "name") != 0)
		return arena_printf(arena, "unexpected -o output mode: %s. We only support '-o name'", output);
	if (flag_bool(flags, "all") && *flag_string(flags, "selector"))
		return "cannot set --all and --selector at the same time";
	if (flag_bool(flags, "all") && *flag_string(flags, "field-selector"))
		return "cannot set --all and --field-selector at the same time";
	if (removal->grace_seconds > 0 && removal->force)
		return "--force and --grace-period greater than 0 cannot be specified together";
	return NULL;
}

static bool
answers_yes(struct kubectl *kubectl)
{
	struct str text = STR_INIT;
	size_t from, len;
	bool yes = false;

	if (kubectl->io->files->read_line(kubectl->io, &text) == IO_OK) {
		from = strspn(text.buf, " \t\r\n");
		len = strcspn(text.buf + from, " \t\r\n");
		yes = len == 1 && ascii_tolower((unsigned char)text.buf[from]) == 'y';
	}
	str_release(&text);
	return yes;
}

/* -i: whether what was found is to go. */
static bool
is_confirmed(struct kubectl *kubectl, const struct resources *resources)
{
	struct sink *out = kubectl->io->out;
	char buf[96];

	sink_printf(out, "You are about to delete the following %zu resource(s):\n", resources->list.n);
	for (size_t i = 0; i < resources->list.n; i++)
		sink_printf(out, "%s/%s\n", kind_qualified(resources->list.v[i].kind, buf), resources->list.v[i].name);
	sink_put(out, "Do you want to continue? (y/n): ");
	if (answers_yes(kubectl))
		return true;
	sink_put(out, "deletion is cancelled\n");
	return false;
}

static bool
is_selected(const struct flags *flags)
{
	return flag_bool(flags, "all") || *flag_string(flags, "selector") || *flag_string(flags, "field-selector");
}

#define PATIENCE (120 * CLOCK_SECOND)	/* of one who waits without a --timeout for what never goes */

/* What is to go, by uid: another one of that name is not waited for. */
struct leaving {
	const struct resource *resource;
	char *uid;
};
typedef VEC(struct leaving) leaving_list;

static bool
is_there(const struct kubectl *kubectl, const struct leaving *leaving)
{
	const struct resource *resource = leaving->resource;
	const struct object *object = store_get(kubectl->cluster->server.store, resource->kind, resource->namespace,
		resource->name);

	return object && object_uid(object) && strcmp(object_uid(object), leaving->uid) == 0;
}

static void
note_leaving(const struct kubectl *kubectl, const struct resource *resource, leaving_list *list)
{
	const struct object *object = store_get(kubectl->cluster->server.store, resource->kind, resource->namespace,
		resource->name);

	if (object && object_uid(object))
		*vec_push(list) = (struct leaving){ resource, xstrdup(object_uid(object)) };
}

/* --wait: until all are gone, or the --timeout is over. */
static void
wait_until_gone(struct mutation *mutation, const struct flags *flags, const leaving_list *list)
{
	struct cluster *cluster = mutation->kubectl->cluster;
	int64_t timeout = flag_duration(flags, "timeout");
	int64_t end = cluster->server.clock.now + (timeout > 0 ? timeout : PATIENCE);

	for (size_t i = 0; i < list->n; i++) {
		bool there;

		while ((there = is_there(mutation->kubectl, &list->v[i])) && control_next(&cluster->control) <= end)
			cluster_tick(cluster, control_next(&cluster->control));
		if (!there || timeout <= 0)
			continue;
		cluster_tick(cluster, end);
		failures_add(&mutation->failures, "timed out waiting for the condition on %s/%s", list->v[i].resource->kind->plural,
			list->v[i].resource->name);
	}
}

static void
delete_all(struct removal *removal, const struct flags *flags, const struct resources *resources)
{
	struct mutation *mutation = removal->mutation;
	bool warns = flag_given(flags, "namespace") && !flag_bool(flags, "all-namespaces");
	leaving_list leaving = VEC_INIT;

	for (size_t i = 0; i < resources->list.n; i++) {
		const struct resource *resource = &resources->list.v[i];

		if (warns && !resource->kind->namespaced) {
			sink_put(mutation->kubectl->io->err, "Warning: deleting cluster-scoped resources, not scoped to the provided "
				"namespace\n");
			warns = false;
		}
		if (flag_bool(flags, "wait") && mutation->dry_run == DRY_RUN_NONE)
			note_leaving(mutation->kubectl, resource, &leaving);
		removal_delete(removal, resource);
	}
	if (!mutation->failures.list.n)
		wait_until_gone(mutation, flags, &leaving);
	for (size_t i = 0; i < leaving.n; i++)
		free(leaving.v[i].uid);
	vec_release(&leaving);
}

static void
delete_found(struct removal *removal, const struct flags *flags, struct resources *resources)
{
	struct mutation *mutation = removal->mutation;
	struct arena arena = ARENA_INIT;
	const char *fault = resources->nonsense ? NULL : find_fault(flags, removal, &arena);

	if (fault) {
		failures_add(&mutation->failures, "%s", fault);
	} else if (!resources->nonsense) {
		removal_warn(removal);
		if (!flag_bool(flags, "interactive") || !resources->list.n || is_confirmed(mutation->kubectl, resources)) {
			delete_all(removal, flags, resources);
			if (!resources->list.n && !resources->failures.list.n && !mutation->failures.list.n)
				sink_put(mutation->kubectl->io->out, "No resources found\n");
		}
	}
	if (!fault)
		failures_move(&mutation->failures, &resources->failures);
	arena_release(&arena);
}

static int
delete_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation = { kubectl, OUTPUT_INIT, DRY_RUN_NONE, VALIDATE_STRICT, "kubectl", FAILURES_INIT, false,
		NULL };
	struct resources resources = RESOURCES_INIT;
	struct removal removal;
	unsigned how = RESOURCES_UNFETCHED | RESOURCES_BY_NAME_ONLY;
	int status;

	if (removal_begin(&removal, &mutation, flags) || read_grace(kubectl, flags, &removal) || mutation_dry_run(&mutation, flags))
		return 1;
	removal.ignore_missing = flag_given(flags, "ignore-not-found") ? flag_bool(flags, "ignore-not-found") : is_selected(flags);
	removal.names_only = *flag_string(flags, "output");
	kubectl->after = flag_bool(flags, "wait") ? KUBECTL_WAITS : KUBECTL_STAYS;
	if (kubectl->after == KUBECTL_STAYS)
		cluster_rest(kubectl->cluster);
	if (raw_send(kubectl, flags, REQUEST_DELETE, &status))
		return mutation_end(&mutation) | status;
	resources_find(kubectl, flags, flags->args, flags->nargs, how, &resources);
	delete_found(&removal, flags, &resources);
	resources_release(&resources);
	return mutation_end(&mutation);
}

const struct verb verb_delete = {
	.name = "delete",
	.aliases = "",
	.usage = "delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
	.summary = "Delete objects",
	.help = "Deletes objects by file, by type and name, or by type and labels, and what they own, and waits until they are\n"
		"gone.",
	.examples = "kubectl delete svc web\n\n# All pods with a label\nkubectl delete pods -l app=web\n\n"
		"# What a file names\nkubectl delete -f web.yaml",
	.flags = delete_tables,
	.args = "objects",
	.run = delete_run,
};
