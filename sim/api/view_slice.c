/* EndpointSlices as kube-proxy and DNS compute with them. */
#include "api/view_internal.h"

#include <string.h>

static const struct {
	const char *text;
	enum ip_family family;
} families[] = {
	{ "IPv4", IP_V4 },
	{ "IPv6", IP_V6 },
	{ "FQDN", IP_NONE },
};

static enum ip_family
read_family(const char *text)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		if (!strcmp(families[i].text, text))
			return families[i].family;
	}
	return IP_NONE;
}

static void
read_ports(struct slice *slice, const struct value *rows, struct arena *arena)
{
	slice->nports = value_count(rows);
	slice->ports = arena_alloc(arena, (slice->nports + 1) * sizeof *slice->ports);
	for (size_t i = 0; i < slice->nports; i++) {
		const struct value *row = value_at(rows, i);
		const struct value *name = value_get(row, "name");

		slice->ports[i].name = name && name->type == VALUE_NULL ? NULL : view_text(row, "name");
		slice->ports[i].protocol = view_protocol(row);
		slice->ports[i].port = view_port(row, "port");
	}
}

static int
read_condition(const struct value *conditions, const char *key)
{
	const struct value *value = value_get(conditions, key);

	return value && value->type == VALUE_BOOL ? value->boolean : -1;
}

static void
read_endpoint(struct slice_endpoint *endpoint, const struct value *row)
{
	const struct value *conditions = value_get(row, "conditions"), *target = value_get(row, "targetRef");
	const struct value *hints = value_get(row, "hints");
	bool pod = !strcmp(view_text(target, "kind"), "Pod");

	endpoint->ip = view_ip(value_text(value_at(value_get(row, "addresses"), 0)));
	endpoint->node = view_text(row, "nodeName");
	endpoint->hostname = view_text(row, "hostname");
	endpoint->zone = view_text(row, "zone");
	endpoint->pod = pod ? view_text(target, "name") : "";
	endpoint->pod_namespace = pod ? view_text(target, "namespace") : "";
	endpoint->ready = read_condition(conditions, "ready");
	endpoint->serving = read_condition(conditions, "serving");
	endpoint->terminating = read_condition(conditions, "terminating");
	endpoint->hints = value_is_null(hints) ? NULL : hints;
}

static void *
make_slice(const struct object *object, struct arena *arena)
{
	struct slice *slice = arena_alloc(arena, sizeof *slice);
	const struct value *rows = value_get(object->root, "endpoints");
	const char *service = object_label(object, "kubernetes.io/service-name");

	slice->object = object;
	slice->family = read_family(view_text(object->root, "addressType"));
	slice->service = service ? service : "";
	read_ports(slice, value_get(object->root, "ports"), arena);
	slice->nendpoints = value_count(rows);
	slice->endpoints = arena_alloc(arena, (slice->nendpoints + 1) * sizeof *slice->endpoints);
	for (size_t i = 0; i < slice->nendpoints; i++)
		read_endpoint(&slice->endpoints[i], value_at(rows, i));
	return slice;
}

const struct slice *
slice_view(const struct object *object)
{
	return view_keep(object, "EndpointSlice", make_slice);
}
