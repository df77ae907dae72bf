#include "control/nodes.h"

#include <string.h>

struct value *
node_condition(const struct value *root, const char *type)
{
	const struct value *list = value_path(root, "status.conditions");

	for (size_t i = 0; i < value_count(list); i++) {
		const char *have = value_get_text(value_at(list, i), "type");

		if (have && strcmp(have, type) == 0)
			return value_at(list, i);
	}
	return NULL;
}

const char *
node_condition_status(const struct object *node, const char *type)
{
	const char *status = value_get_text(node_condition(node->root, type), "status");

	return status ? status : "";
}

bool
node_is_machine(const struct object *node)
{
	return value_count(value_path(node->root, "status.addresses")) || node_condition(node->root, "Ready");
}

bool
node_has_kubelet(const struct server *server, const struct object *node)
{
	return !settings_host(&server->settings, node->name).kubelet_stopped;
}

void
node_pods(struct server *server, const char *node, object_vec *out)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(pod_view(pods[i])->node, node) == 0)
			*vec_push(out) = object_ref(pods[i]);
}

void
node_put_condition(struct arena *arena, struct value *condition, const struct condition *to, int64_t now)
{
	const char *before = value_get_text(condition, "status");
	char text[CLOCK_TEXT];

	if (!before || strcmp(before, to->status) != 0)
		value_set_text(arena, condition, "lastTransitionTime", clock_format(now, text));
	value_set_text(arena, condition, "message", to->message);
	value_set_text(arena, condition, "reason", to->reason);
	value_set_text(arena, condition, "status", to->status);
	value_set_text(arena, condition, "type", to->type);
}
