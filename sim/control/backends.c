#include "control/backends.h"

#include <string.h>

bool
backends_wanted(const struct service *service)
{
	return service->selector && service->type != SERVICE_EXTERNAL_NAME;
}

static void
add_ports(struct backends *backends, const struct service *service, struct backend *backend)
{
	backend->ports = arena_alloc(&backends->arena, (service->nports + 1) * sizeof *backend->ports);
	for (size_t i = 0; i < service->nports; i++) {
		uint16_t port = pod_target_port(backend->pod, &service->ports[i]);

		if (port)
			backend->ports[backend->nports++] = (struct backend_port){ &service->ports[i], port };
	}
}

void
backends_of(const struct server *server, const struct service *service, struct backends *out)
{
	size_t n;
	const struct object *const *pods =
		store_list(server->store, kind_by_kind("Pod"), service->object->namespace, &n);

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		struct backend *backend;

		if (!selector_matches_map(service->selector, value_get(object_meta(pods[i]), "labels")) || !pod->nips ||
			strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
			continue;
		backend = vec_push(&out->list);
		backend->pod = pod;
		backend->serving = pod->ready;
		backend->terminating = pod->deleting;
		backend->ready = service->publish_not_ready || (pod->ready && !pod->deleting);
		add_ports(out, service, backend);
	}
}

void
backends_release(struct backends *backends)
{
	vec_release(&backends->list);
	arena_release(&backends->arena);
}

struct value *
backends_labels(struct arena *arena, const struct service *service)
{
	const struct value *labels = value_get(object_meta(service->object), "labels");
	struct value *copy = labels ? value_copy(arena, labels) : value_map(arena);

	if (service->headless)
		value_set_text(arena, copy, "service.kubernetes.io/headless", "");
	return copy;
}

void
backends_stamp(const struct server *server, struct arena *arena, struct value *meta)
{
	char text[CLOCK_TEXT];

	value_set_text(arena, value_make_map(arena, meta, "annotations"), "endpoints.kubernetes.io/last-change-trigger-time",
		clock_format(server->clock.now, text));
}
