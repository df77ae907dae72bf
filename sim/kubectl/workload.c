/* Follows k8s.io/kubectl/pkg/polymorphichelpers/updatepodspec.go. */
#include "kubectl/workload.h"

#include <string.h>

static const struct {
	const char *kind, *template;
} templates[] = {
	{ "Deployment", "spec.template" }, { "ReplicaSet", "spec.template" }, { "DaemonSet", "spec.template" },
	{ "StatefulSet", "spec.template" }, { "ReplicationController", "spec.template" }, { "Job", "spec.template" },
	{ "CronJob", "spec.jobTemplate.spec.template" },
};

struct value *
workload_template(const struct kind *kind, const struct value *root)
{
	for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
		if (strcmp(templates[i].kind, kind->kind) == 0)
			return value_path(root, templates[i].template);
	return NULL;
}

struct value *
workload_pod_spec(const struct kind *kind, const struct value *root)
{
	if (strcmp(kind->kind, "Pod") == 0)
		return value_get(root, "spec");
	return value_get(workload_template(kind, root), "spec");
}

const struct value *
workload_root(const struct resource *resource)
{
	return resource->object ? resource->object->root : resource->manifest;
}

void
workload_update(struct mutation *mutation, const struct resource *resource, struct value *changed, bool local,
	const char *operation)
{
	struct request request = mutation_request(mutation, REQUEST_UPDATE, resource->kind, resource->namespace);
	const struct object *object = NULL;

	if (local || mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, resource->kind, resource->name, changed, false, operation);
		return;
	}
	request.name = resource->name;
	request.body = changed;
	if (mutation_send(mutation, &request, "", &object))
		return;
	mutation_print(mutation, resource->kind, resource->name, object->root, false, operation);
	object_unref((struct object *)object);
}
