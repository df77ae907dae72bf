/* kubectl scale; follows k8s.io/kubectl/pkg/cmd/scale/scale.go. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"
#include "server/scale.h"

static const struct flag scale_flags[] = {
	{ "current-replicas", 0, FLAG_INT, "-1", NULL, NULL, "Only scale an object that has this many now; -1 for any." },
	{ "replicas", 0, FLAG_INT, "0", NULL, NULL, "How many pods there shall be." },
	{ "resource-version", 0, FLAG_STRING, "", NULL, NULL, "Only scale an object of this version." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait; 0 for not waiting." },
	FLAGS_END,
};

static const struct flag *const scale_tables[] = {
	record_flag, scale_flags, output_flags, dry_run_flag, filename_flags, selector_flag, all_flag, NULL,
};

static struct value *
make_patch(struct arena *arena, const struct flags *flags)
{
	struct value *patch = value_map(arena);

	value_set_int(arena, value_make_map(arena, patch, "spec"), "replicas", flag_int(flags, "replicas"));
	return patch;
}

/* --current-replicas and --resource-version; false after telling which is not so. */
static bool
is_as_expected(struct mutation *mutation, const struct flags *flags, const struct object *object)
{
	const char *version = flag_string(flags, "resource-version");
	const char *version_now = value_get_text(object_meta(object), "resourceVersion");
	int64_t wanted = flag_int(flags, "current-replicas");
	int64_t now = value_get_int(value_get(object->root, "spec"), "replicas", 0);

	if (wanted >= 0 && wanted != now)
		failures_add(&mutation->failures, "Expected replicas to be %lld, was %lld", (long long)wanted, (long long)now);
	else if (*version && version_now && strcmp(version, version_now) != 0)
		failures_add(&mutation->failures, "Expected resource version to be %s, was %s", version, version_now);
	else
		return true;
	return false;
}

/* What -o shows is the object as it was before (sic). */
static void
scale_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	struct request request = mutation_request(mutation, REQUEST_PATCH, resource->kind, resource->namespace);
	struct arena arena = ARENA_INIT;
	struct status status = STATUS_INIT;

	if (!scale_serves(resource->kind)) {
		(void)status_set(&status, STATUS_NOT_FOUND, "the server could not find the requested resource");
		failures_add_status(&mutation->failures, &status, "");
		return;
	}
	if (!is_as_expected(mutation, flags, resource->object))
		return;
	request.name = resource->name;
	request.body = make_patch(&arena, flags);
	request.patch_type = PATCH_MERGE;
	request.subresource = "scale";
	if (mutation->dry_run == DRY_RUN_CLIENT || !mutation_send(mutation, &request, "", NULL))
		mutation_print(mutation, resource->kind, resource->name, resource->object->root, false, "scaled");
	arena_release(&arena);
}

/* When nothing at all was found, the reason stands behind these words. */
static void
nothing_to_scale(struct mutation *mutation, struct resources *resources)
{
	const char *why = resources->failures.list.n == 1 ? resources->failures.list.v[0].status.message : NULL;
	char *text = why ? xstrdup(why) : NULL;

	if (!text && resources->failures.list.n) {
		failures_move(&mutation->failures, &resources->failures);
		return;
	}
	failures_add(&mutation->failures, "no objects passed to scale%s%s", text ? " " : "", text ? text : "");
	free(text);
	failures_release(&resources->failures);
}

static int
scale_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct resources resources = RESOURCES_INIT;

	if (flag_int(flags, "replicas") < 0)
		return print_failure(kubectl->io, "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	resources_find(kubectl, flags, flags->args, flags->nargs, RESOURCES_ALL_OF_TYPE, &resources);
	for (size_t i = 0; i < resources.list.n; i++)
		scale_one(&mutation, flags, &resources.list.v[i]);
	if (!resources.list.n)
		nothing_to_scale(&mutation, &resources);
	failures_move(&mutation.failures, &resources.failures);
	resources_release(&resources);
	return mutation_end(&mutation);
}

const struct verb verb_scale = {
	.name = "scale",
	.aliases = "",
	.usage = "scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
	.summary = "Change how many pods there are",
	.help = "Sets the number of pods of a Deployment, ReplicaSet, StatefulSet or replication controller.",
	.examples = "kubectl scale deployment web --replicas=3\n\n# Only if there are two now\n"
		"kubectl scale --current-replicas=2 --replicas=3 deployment/web",
	.flags = scale_tables,
	.args = "objects:deployment,replicaset,replicationcontroller,statefulset",
	.required = "replicas",
	.run = scale_run,
};
