/*
 * kubectl get componentstatuses: the API server asks the health endpoints of the scheduler, the controller manager and
 * etcd, as kubeadm sets them up.  Here they are always well.  Follows pkg/registry/core/componentstatus/rest.go: no
 * uid, no times, and nothing but get and list.
 */
#include "server/component.h"

#include <string.h>

bool
component_is_kind(const struct kind *kind)
{
	return strcmp(kind->kind, COMPONENT_KIND) == 0;
}

struct object *
component_make(size_t i)
{
	static const char *const names[] = { "controller-manager", "etcd-0", "scheduler" };
	struct value *root, *condition, *meta;
	struct object *object;
	struct arena *arena;

	if (i >= sizeof names / sizeof *names)
		return NULL;
	object = object_new(kind_by_kind(COMPONENT_KIND));
	arena = &object->arena;
	object->root = root = value_map(arena);
	value_set_text(arena, root, "apiVersion", "v1");
	condition = value_map(arena);
	value_set_text(arena, condition, "message", "ok");
	value_set_text(arena, condition, "status", "True");
	value_set_text(arena, condition, "type", "Healthy");
	value_append(arena, value_make_list(arena, root, "conditions"), condition);
	value_set_text(arena, root, "kind", COMPONENT_KIND);
	meta = value_make_map(arena, root, "metadata");
	value_set(arena, meta, "creationTimestamp", value_null(arena));
	value_set_text(arena, meta, "name", names[i]);
	object_seal(object);
	return object;
}
