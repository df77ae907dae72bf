/* kubectl replace; follows k8s.io/kubectl/pkg/cmd/replace/replace.go. */
#include <stdlib.h>

#include "kubectl/applied.h"
#include "kubectl/mutation.h"
#include "kubectl/raw.h"
#include "kubectl/removal.h"
#include "kubectl/resource_args.h"
#include "kubectl/subresource.h"
#include "kubectl/verb_list.h"

static const struct flag replace_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-replace", NULL, NULL, "Name of the manager that owns the fields." },
	{ "raw", 0, FLAG_STRING, "", NULL, NULL, "A path to send to, with the file as it is." },
	{ "subresource", 0, FLAG_STRING, "", NULL, "status,scale,resize", "The part of the object to replace." },
	FLAGS_END,
};

static const struct flag *const replace_tables[] = {
	replace_flags, removal_flags, output_flags, dry_run_flag, validate_flag, save_config_flag, filename_flags, NULL,
};

static void
send_one(struct mutation *mutation, struct arena *arena, const struct manifest *manifest, enum request_verb verb,
	const char *subresource)
{
	struct request request = mutation_request(mutation, verb, manifest->kind, manifest->namespace);
	const struct object *object = NULL;
	struct object *part;

	if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, manifest->kind, manifest->name, manifest->root, false, "replaced");
		return;
	}
	request.name = manifest->name;
	request.subresource = *subresource ? subresource : NULL;
	request.body = manifest->root;
	if (mutation_send(mutation, &request,
	    verb == REQUEST_CREATE ? "" : mutation_context(arena, "replacing", manifest->source), &object))
		return;
	part = subresource_object(object, subresource);
	mutation_print(mutation, part->kind, manifest->name, part->root, false, "replaced");
	object_unref(part);
	object_unref((struct object *)object);
}

/* --force: away with the old ones, wait, and make them anew. */
static int
replace_by_force(struct mutation *mutation, const struct flags *flags, struct manifests *manifests)
{
	struct removal removal;

	if (removal_begin(&removal, mutation, flags))
		return -1;
	removal.ignore_missing = removal.quiet = true;
	for (size_t i = 0; i < manifests->list.n; i++) {
		const struct manifest *manifest = &manifests->list.v[i];

		removal_delete(&removal, &(struct resource){ manifest->kind, manifest->namespace, manifest->name, NULL,
			manifest->source, NULL });
	}
	cluster_settle(mutation->kubectl->cluster);
	for (size_t i = 0; i < manifests->list.n; i++) {
		struct value *metadata = value_get(manifests->list.v[i].root, "metadata");

		value_remove(metadata, "resourceVersion");
		value_remove(metadata, "uid");
		send_one(mutation, &manifests->arena, &manifests->list.v[i], REQUEST_CREATE, "");
	}
	return 0;
}

/* What is only for --force, or not for it; NULL when all is well. */
static const char *
find_fault(const struct flags *flags, enum dry_run dry_run)
{
	bool force = flag_bool(flags, "force");

	if (flag_int(flags, "grace-period") >= 0 && !force)
		return "--grace-period must have --force specified";
	if (flag_duration(flags, "timeout") != 0 && !force)
		return "--timeout must have --force specified";
	return force && dry_run != DRY_RUN_NONE ? "--dry-run can not be used when --force is set" : NULL;
}

static int
replace_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct manifests manifests = MANIFESTS_INIT;
	const char *fault;
	int status = 0;

	if (!manifests_given(flags))
		return print_failure(kubectl->io, "must specify one of -f and -k");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	fault = find_fault(flags, mutation.dry_run);
	if (fault) {
		failures_add(&mutation.failures, "%s", fault);
		return mutation_end(&mutation);
	}
	if (raw_send(kubectl, flags, REQUEST_UPDATE, &status))
		return mutation_end(&mutation) | status;
	manifests_read(kubectl, flags, mutation.validation != VALIDATE_IGNORE, &manifests, &mutation.failures);
	if (!manifests.list.n && !mutation.failures.list.n)
		failures_add(&mutation.failures, "no objects passed to replace");
	for (size_t i = 0; i < manifests.list.n; i++)
		applied_save(&manifests.arena, manifests.list.v[i].root, flag_bool(flags, "save-config"));
	if (flag_bool(flags, "force")) {
		status = replace_by_force(&mutation, flags, &manifests) ? 1 : 0;
	} else {
		for (size_t i = 0; i < manifests.list.n; i++)
			send_one(&mutation, &manifests.arena, &manifests.list.v[i], REQUEST_UPDATE, flag_string(flags, "subresource"));
	}
	manifests_release(&manifests);
	return mutation_end(&mutation) | status;
}

const struct verb verb_replace = {
	.name = "replace",
	.aliases = "",
	.usage = "replace -f FILENAME",
	.summary = "Put a file's objects in place of those that exist",
	.help = "Replaces objects by those of a file, which must be complete.  With --force they are deleted and made anew.",
	.examples = "kubectl replace -f web.yaml\n\n# What cannot be changed in place\nkubectl replace --force -f pod.yaml",
	.flags = replace_tables,
	.args = "",
	.run = replace_run,
	.asks = ASKS_THE_SERVER,
};
