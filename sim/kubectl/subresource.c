/* Follows k8s.io/cli-runtime/pkg/resource/visitor.go (Info.Get) and what the server has under an object's name. */
#include "kubectl/subresource.h"

#include <string.h>

#include "api/schema.h"
#include "kubectl/format.h"
#include "server/scale.h"

#define STATUS "status"
#define SCALE "scale"

const char *
subresource_of(const struct kubectl *kubectl, const struct flags *flags)
{
	return kubectl_has_flag(kubectl, "subresource") ? flag_string(flags, "subresource") : "";
}

/* A ReplicationController's selector is a map; the others' have matchLabels. */
static void
put_selector(struct arena *arena, struct value *scale, const struct value *selector)
{
	struct value *labels = value_map(arena);
	struct str text = STR_INIT;

	if (!value_get(selector, "matchLabels") && !value_get(selector, "matchExpressions")) {
		value_set(arena, labels, "matchLabels", (struct value *)selector);
		selector = labels;
	}
	format_label_selector(selector, &text);
	value_set_text(arena, value_get(scale, "status"), "selector", text.buf);
	str_release(&text);
}

static struct object *
scale_object(const struct object *object)
{
	struct object *scale = object_new(&scale_kind);
	const struct value *selector = value_path(object->root, "spec.selector");

	scale->root = scale_of(&scale->arena, object->root);
	if (selector)
		put_selector(&scale->arena, scale->root, value_copy(&scale->arena, selector));
	object_seal(scale);
	return scale;
}

struct object *
subresource_object(const struct object *object, const char *subresource)
{
	if (!*subresource || (!strcmp(subresource, STATUS) && schema_field(object->kind->type, STATUS)))
		return object_ref(object);
	if (!strcmp(subresource, SCALE) && scale_serves(object->kind))
		return scale_object(object);
	return NULL;
}

void
subresource_take(struct resources *resources, const char *subresource)
{
	struct status status = STATUS_INIT;
	size_t kept = 0;

	for (size_t i = 0; i < resources->list.n; i++) {
		struct resource resource = resources->list.v[i];
		struct object *part = resource.object ? subresource_object(resource.object, subresource) : NULL;

		if (!part && resource.object) {
			(void)status_set(&status, STATUS_NOT_FOUND, "the server could not find the requested resource");
			failures_add_status(&resources->failures, &status, "");
			object_unref((struct object *)resource.object);
			continue;
		}
		if (part) {
			object_unref((struct object *)resource.object);
			resource.object = part;
		}
		resources->list.v[kept++] = resource;
	}
	resources->list.n = kept;
	status_release(&status);
}
