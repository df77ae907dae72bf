/* Follows k8s.io/kubectl/pkg/polymorphichelpers/updatepodspec.go. */
#include "kubectl/workload.h"

#include <stdlib.h>
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

int
workload_send(struct mutation *mutation, const struct request *request, const char *failing, const struct object **out)
{
	int result = mutation_send(mutation, request, "", out);
	struct failure *last;
	char *text;

	if (!result || !failing)
		return result;
	last = &mutation->failures.list.v[mutation->failures.list.n - 1];
	text = xasprintf("%s%s", failing, last->status.message);
	status_release(&last->status);
	free(last->text);
	*last = (struct failure){ .status = STATUS_INIT, .text = text };
	return result;
}

void
workload_update(struct mutation *mutation, const struct resource *resource, struct value *changed,
	const struct workload_change *change)
{
	struct request request = mutation_request(mutation, REQUEST_UPDATE, resource->kind, resource->namespace);
	const struct object *object = NULL;

	if (change->local || mutation->dry_run == DRY_RUN_CLIENT) {
		mutation_print(mutation, resource->kind, resource->name, changed, true, change->operation);
		return;
	}
	request.name = resource->name;
	request.body = changed;
	if (workload_send(mutation, &request, change->failing, &object))
		return;
	if (change->operation)
		mutation_print(mutation, resource->kind, resource->name, object->root, true, change->operation);
	object_unref((struct object *)object);
}
