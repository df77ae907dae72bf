/* kubectl autoscale; follows k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go. */
#include <string.h>

#include "kubectl/resource_args.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"
#include "kubectl/workload.h"

static const struct flag autoscale_flags[] = {
	{ "cpu-percent", 0, FLAG_INT, "-1", NULL, NULL, "CPU use of all pods to aim at, in percent of what they ask for." },
	{ "field-manager", 0, FLAG_STRING, "kubectl-autoscale", NULL, NULL, "Name of the manager that owns the fields." },
	{ "max", 0, FLAG_INT, "-1", NULL, NULL, "How many pods at most." },
	{ "min", 0, FLAG_INT, "-1", NULL, NULL, "How many pods at least." },
	{ "name", 0, FLAG_STRING, "", NULL, NULL, "Name of the autoscaler; else that of its object." },
	FLAGS_END,
};
static const struct flag *const autoscale_tables[] = {
	record_flag, autoscale_flags, output_flags, dry_run_flag, save_config_flag, filename_flags, NULL,
};

static void
fill_autoscaler(struct typed *typed, const struct flags *flags, const struct resource *resource)
{
	struct arena *arena = &typed->arena;
	struct value *spec = value_make_map(arena, typed->root, "spec"), *target, *metric, *map;
	char buf[64];

	target = value_make_map(arena, spec, "scaleTargetRef");
	value_set_text(arena, target, "kind", resource->kind->kind);
	value_set_text(arena, target, "name", resource->name);
	value_set_text(arena, target, "apiVersion", kind_api_version(resource->kind, buf));
	if (flag_int(flags, "min") > 0)
		value_set_int(arena, spec, "minReplicas", flag_int(flags, "min"));
	value_set_int(arena, spec, "maxReplicas", flag_int(flags, "max"));
	if (flag_int(flags, "cpu-percent") < 0)
		return;
	metric = value_map(arena);
	value_append(arena, value_make_list(arena, spec, "metrics"), metric);
	value_set_text(arena, metric, "type", "Resource");
	map = value_make_map(arena, metric, "resource");
	value_set_text(arena, map, "name", "cpu");
	map = value_make_map(arena, map, "target");
	value_set_text(arena, map, "type", "Utilization");
	value_set_int(arena, map, "averageUtilization", flag_int(flags, "cpu-percent"));
}

/* The object is made by autoscaling/v2; what kubectl 1.32 prints of it is autoscaling/v1. */
static struct value *
first_version(struct typed *typed, const struct flags *flags)
{
	struct value *root = value_copy(&typed->arena, typed->root), *spec = value_make_map(&typed->arena, root, "spec"), *status;

	value_set_text(&typed->arena, root, "apiVersion", "autoscaling/v1");
	value_remove(spec, "metrics");
	if (flag_int(flags, "cpu-percent") >= 0)
		value_set_int(&typed->arena, spec, "targetCPUUtilizationPercentage", flag_int(flags, "cpu-percent"));
	status = value_make_map(&typed->arena, root, "status");
	value_set_int(&typed->arena, status, "currentReplicas", 0);
	value_set_int(&typed->arena, status, "desiredReplicas", 0);
	return root;
}

static void
autoscale_one(struct mutation *mutation, const struct flags *flags, const struct resource *resource)
{
	struct request request = mutation_request(mutation, REQUEST_CREATE, kind_by_kind("HorizontalPodAutoscaler"),
		resource->namespace);
	const char *name = *flag_string(flags, "name") ? flag_string(flags, "name") : resource->name;
	struct typed typed;
	char buf[64];

	if (!workload_template(resource->kind, workload_root(resource))) {
		failures_add(&mutation->failures, "cannot autoscale a %s: could not find scale subresource for %s%s, Resource=%s in "
			"discovery information", resource->kind->kind, *resource->kind->group ? "" : "/",
			kind_api_version(resource->kind, buf), resource->kind->plural);
		return;
	}
	typed_init(&typed, "HorizontalPodAutoscaler", name, mutation->kubectl, flags);
	fill_autoscaler(&typed, flags, resource);
	request.body = typed.root;
	if (mutation->dry_run == DRY_RUN_CLIENT || !mutation_send(mutation, &request, "", NULL))
		mutation_print(mutation, typed.kind, name, first_version(&typed, flags), true, "autoscaled");
	typed_release(&typed);
}

static int
autoscale_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct resources resources = RESOURCES_INIT;

	if (flag_int(flags, "max") < 1)
		return print_failure(kubectl->io, "--max=MAXPODS is required and must be at least 1, max: %lld",
			(long long)flag_int(flags, "max"));
	if (flag_int(flags, "max") < flag_int(flags, "min"))
		return print_failure(kubectl->io, "--max=MAXPODS must be larger or equal to --min=MINPODS, max: %lld, min: %lld",
			(long long)flag_int(flags, "max"), (long long)flag_int(flags, "min"));
	if (mutation_begin_first(&mutation, kubectl, flags))
		return 1;
	resources_find(kubectl, flags, flags->args, flags->nargs, manifests_given(flags) ? RESOURCES_UNFETCHED : 0, &resources);
	for (size_t i = 0; i < resources.list.n; i++)
		autoscale_one(&mutation, flags, &resources.list.v[i]);
	failures_move(&mutation.failures, &resources.failures);
	resources_release(&resources);
	return mutation_end(&mutation);
}

const struct verb verb_autoscale = {
	.name = "autoscale",
	.aliases = "",
	.usage = "autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]",
	.summary = "Let the number of pods follow their load",
	.help = "Makes a HorizontalPodAutoscaler for an object.  Nothing is measured here, so it stays as it is.",
	.examples = "kubectl autoscale deployment web --min=2 --max=10 --cpu-percent=80",
	.flags = autoscale_tables,
	.args = "objects:deployment,replicaset,replicationcontroller,statefulset",
	.required = "max",
	.run = autoscale_run,
	.asks = ASKS_THE_SERVER,
};
