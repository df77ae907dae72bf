/* kubectl create -f; follows k8s.io/kubectl/pkg/cmd/create/create.go. */
#include "kubectl/verb_create.h"

#include "kubectl/applied.h"
#include "kubectl/mutation.h"
#include "kubectl/raw.h"
#include "kubectl/resource_args.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"

static const struct flag create_flags[] = {
	{ "edit", 0, FLAG_BOOL, "false", "true", NULL, "Edit the objects before they are sent." },
	{ "raw", 0, FLAG_STRING, "", NULL, NULL, "A path to send to, with the file as it is." },
	{ "windows-line-endings", 0, FLAG_BOOL, "false", "true", NULL, "With --edit: lines end as on Windows." },
	FLAGS_END,
};

static const struct flag *const create_file_tables[] = { record_flag, create_flags, CREATE_TABLES, filename_flags, selector_flag, NULL };

static const struct verb *const create_subverbs[] = {
	&verb_create_clusterrole, &verb_create_clusterrolebinding, &verb_create_configmap, &verb_create_cronjob,
	&verb_create_deployment, &verb_create_ingress, &verb_create_job, &verb_create_namespace, &verb_create_pdb,
	&verb_create_priorityclass, &verb_create_quota, &verb_create_role, &verb_create_rolebinding, &verb_create_secret,
	&verb_create_service, &verb_create_serviceaccount, &verb_create_token, NULL,
};

static void
create_one(struct mutation *mutation, const struct flags *flags, struct arena *arena, const struct manifest *manifest)
{
	struct request request = mutation_request(mutation, REQUEST_CREATE, manifest->kind, manifest->namespace);
	const struct object *object = NULL;

	applied_save(arena, manifest->root, flag_bool(flags, "save-config"));
	if (mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, manifest->kind, manifest->name, manifest->root, false, "created");
		return;
	}
	/* kubectl drops the version that a dump brings along; the uid it sends. */
	value_remove(value_get(manifest->root, "metadata"), "resourceVersion");
	request.body = manifest->root;
	if (mutation_send(mutation, &request, mutation_context(arena, "creating", manifest->source), &object))
		return;
	mutation_print(mutation, manifest->kind, object->name, object->root, false, "created");
	object_unref((struct object *)object);
}

static int
create_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct manifests manifests = MANIFESTS_INIT;
	int status;

	if (flags->nargs) {
		struct str words = STR_INIT;

		for (size_t i = 0; i < flags->nargs; i++)
			str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
		print_usage_error(kubectl->io, kubectl->command, "Unexpected args: [%s]", words.buf);
		str_release(&words);
		return 1;
	}
	if (!manifests_given(flags))
		return print_failure(kubectl->io, "must specify one of -f and -k");
	if (raw_send(kubectl, flags, REQUEST_CREATE, &status))
		return status;
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	manifests_read(kubectl, flags, mutation.validation != VALIDATE_IGNORE, &manifests, &mutation.failures);
	manifests_select(flags, &manifests, &mutation.failures);
	if (!manifests.list.n && !mutation.failures.list.n)
		failures_add(&mutation.failures, "no objects passed to create");
	for (size_t i = 0; i < manifests.list.n; i++)
		create_one(&mutation, flags, &manifests.arena, &manifests.list.v[i]);
	manifests_release(&manifests);
	return mutation_end(&mutation);
}

const struct verb verb_create = {
	.name = "create",
	.aliases = "",
	.usage = "create -f FILENAME",
	.summary = "Make an object from a file or from words",
	.help = "Makes the objects of a file (YAML or JSON; - is standard input), or one object from the words of a subcommand.",
	.examples = "# From a file\nkubectl create -f pod.yaml\n\n# From standard input\ncat pod.yaml | kubectl create -f -",
	.flags = create_file_tables,
	.subverbs = create_subverbs,
	.args = "",
	.run = create_run,
	.asks = ASKS_THE_SERVER,
};
