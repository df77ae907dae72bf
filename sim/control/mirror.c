/*
 * Endpoints that people make for a Service without selector are mirrored to EndpointSlices, one a subset
 * (pkg/controller/endpointslicemirroring).  When the Service gets a selector, or goes, the mirrored slices go.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"

#define MANAGED_BY "endpointslicemirroring-controller.k8s.io"

static bool
is_mirror_of(const struct object *slice, const char *name)
{
	const char *manager = object_label(slice, "endpointslice.kubernetes.io/managed-by");

	return manager && strcmp(manager, MANAGED_BY) == 0 && strcmp(slice_view(slice)->service, name) == 0;
}

static void
add_endpoints(struct arena *arena, struct value *list, const struct value *addresses, bool ready)
{
	for (size_t i = 0; i < value_count(addresses); i++) {
		const struct value *address = value_at(addresses, i);
		struct value *endpoint = value_map(arena);
		static const char *const kept[] = { "hostname", "nodeName", "targetRef" };

		value_append(arena, value_make_list(arena, endpoint, "addresses"),
			value_copy(arena, value_get(address, "ip")));
		value_set_bool(arena, value_make_map(arena, endpoint, "conditions"), "ready", ready);
		for (size_t k = 0; k < sizeof kept / sizeof kept[0]; k++)
			if (value_get(address, kept[k]))
				value_set(arena, endpoint, kept[k], value_copy(arena, value_get(address, kept[k])));
		value_append(arena, list, endpoint);
	}
}

/* The fields of a slice that come from the subset. */
static void
fill(struct arena *arena, struct value *root, const struct value *subset)
{
	const struct value *ports = value_get(subset, "ports");
	struct value *endpoints = value_list(arena), *list = value_list(arena);

	add_endpoints(arena, endpoints, value_get(subset, "addresses"), true);
	add_endpoints(arena, endpoints, value_get(subset, "notReadyAddresses"), false);
	for (size_t i = 0; i < value_count(ports); i++) {
		struct value *port = value_copy(arena, value_at(ports, i));

		if (!value_get(port, "name"))
			value_set_text(arena, port, "name", "");
		value_append(arena, list, port);
	}
	value_set(arena, root, "endpoints", endpoints);
	value_set(arena, root, "ports", list);
}

/* Labels and annotations are the Endpoints' own, but for those that speak of how these were written. */
static void
fill_meta(struct arena *arena, struct value *meta, const struct object *endpoints)
{
	static const char *const not_copied[] = { "kubectl.kubernetes.io/last-applied-configuration",
		"endpoints.kubernetes.io/last-change-trigger-time" };
	const struct value *old = object_meta(endpoints);
	const struct value *old_labels = value_get(old, "labels"), *old_annotations = value_get(old, "annotations");
	struct value *labels = old_labels ? value_copy(arena, old_labels) : value_map(arena);
	struct value *annotations = old_annotations ? value_copy(arena, old_annotations) : value_map(arena);

	value_set_text(arena, labels, "endpointslice.kubernetes.io/managed-by", MANAGED_BY);
	value_set_text(arena, labels, "kubernetes.io/service-name", endpoints->name);
	value_set(arena, meta, "labels", labels);
	for (size_t i = 0; i < sizeof not_copied / sizeof not_copied[0]; i++)
		value_remove(annotations, not_copied[i]);
	if (value_count(annotations))
		value_set(arena, meta, "annotations", annotations);
	else
		value_remove(meta, "annotations");
}

static void
create(struct server *server, const struct object *endpoints, const struct value *subset)
{
	struct arena arena = ARENA_INIT;
	struct value *root = value_map(&arena), *meta = value_make_map(&arena, root, "metadata");
	const char *first = value_text(value_path(subset, "addresses[0].ip"));

	value_set_text(&arena, root, "addressType", first && strchr(first, ':') ? "IPv6" : "IPv4");
	value_set_text(&arena, root, "apiVersion", "discovery.k8s.io/v1");
	value_set_text(&arena, root, "kind", "EndpointSlice");
	value_set(&arena, meta, "generateName", value_stringf(&arena, "%s-", endpoints->name));
	value_set_text(&arena, meta, "namespace", endpoints->namespace);
	fill_meta(&arena, meta, endpoints);
	value_append(&arena, value_make_list(&arena, meta, "ownerReferences"), workload_owner_reference(&arena, endpoints));
	fill(&arena, root, subset);
	server_create(server, kind_by_kind("EndpointSlice"), endpoints->namespace, root);
	arena_release(&arena);
}

/* The i-th subset is mirrored in the i-th slice; what is left over goes. */
static void
sync_endpoints(struct server *server, const struct object *endpoints, bool wanted)
{
	const struct value *subsets = wanted ? value_get(endpoints->root, "subsets") : NULL;
	object_vec slices = VEC_INIT;
	size_t used = 0;

	workload_list(server, "EndpointSlice", endpoints->namespace, &slices);
	for (size_t i = 0; i < slices.n; i++) {
		struct object *copy;

		if (!is_mirror_of(slices.v[i], endpoints->name))
			continue;
		if (used == value_count(subsets)) {
			server_remove(server, slices.v[i]);
			continue;
		}
		copy = object_copy(slices.v[i]);
		fill_meta(&copy->arena, object_meta(copy), endpoints);
		fill(&copy->arena, copy->root, value_at(subsets, used++));
		workload_commit(server, slices.v[i], copy);
	}
	for (; used < value_count(subsets); used++)
		create(server, endpoints, value_at(subsets, used));
	workload_list_release(&slices);
}

static int64_t
reconcile(struct server *server)
{
	object_vec all = VEC_INIT;

	workload_list(server, "Endpoints", NULL, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct object *service =
			store_get(server->store, kind_by_kind("Service"), all.v[i]->namespace, all.v[i]->name);
		const char *skip = object_label(all.v[i], "endpointslice.kubernetes.io/skip-mirror");

		/* the API server looks after its own */
		if (service && strcmp(service->name, "kubernetes") == 0 && strcmp(service->namespace, "default") == 0)
			continue;
		sync_endpoints(server, all.v[i],
			service && !service_view(service)->selector && !(skip && strcmp(skip, "true") == 0));
	}
	workload_list_release(&all);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Endpoints", "Service", NULL };
const struct controller controller_mirror = { "mirror", watches, reconcile, NULL };
