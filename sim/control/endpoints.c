/*
 * Endpoints, one object a Service (pkg/controller/endpoint/endpoints_controller.go): addresses grouped by the ports they
 * share, sorted, ready ones apart from those that are not.  A hand-made change stays until the Service's pods change.
 */
#include <string.h>

#include "control/backends.h"
#include "control/controllers.h"

/* One set of ports, and who has exactly these. */
struct subset {
	const struct backend *first;
	VEC(const struct backend *) ready, unready;
};
typedef VEC(struct subset) subset_vec;

static bool
same_ports(const struct backend *a, const struct backend *b)
{
	if (a->nports != b->nports)
		return false;
	for (size_t i = 0; i < a->nports; i++)
		if (a->ports[i].service_port != b->ports[i].service_port || a->ports[i].port != b->ports[i].port)
			return false;
	return true;
}

static int
by_address(const void *a, const void *b)
{
	const struct backend *x = *(const struct backend *const *)a, *y = *(const struct backend *const *)b;
	int order = ip_compare(&x->pod->ip, &y->pod->ip);

	return order ? order : strcmp(object_uid(x->pod->object), object_uid(y->pod->object));
}

/* Pods on their way out are left out, and so is one that has none of the ports, unless the Service has no ports. */
static void
group(const struct service *service, const struct backends *backends, subset_vec *subsets)
{
	for (size_t i = 0; i < backends->list.n; i++) {
		const struct backend *backend = &backends->list.v[i];
		struct subset *subset = NULL;

		if ((backend->terminating && !service->publish_not_ready) || (service->nports && !backend->nports))
			continue;
		for (size_t s = 0; s < subsets->n && !subset; s++)
			if (same_ports(subsets->v[s].first, backend))
				subset = &subsets->v[s];
		if (!subset) {
			subset = vec_push(subsets);
			subset->first = backend;
		}
		if (backend->ready)
			*vec_push(&subset->ready) = backend;
		else
			*vec_push(&subset->unready) = backend;
	}
	for (size_t s = 0; s < subsets->n; s++) {
		struct subset *subset = &subsets->v[s];

		if (subset->ready.n)
			qsort(subset->ready.v, subset->ready.n, sizeof *subset->ready.v, by_address);
		if (subset->unready.n)
			qsort(subset->unready.v, subset->unready.n, sizeof *subset->unready.v, by_address);
	}
}

static struct value *
address_value(struct arena *arena, const struct backend *backend, const struct service *service)
{
	const struct pod *pod = backend->pod;
	struct value *address = value_map(arena), *target;
	char text[IP_TEXT];

	if (pod->hostname[0] && strcmp(pod->subdomain, service->object->name) == 0)
		value_set_text(arena, address, "hostname", pod->hostname);
	value_set_text(arena, address, "ip", ip_format(&pod->ip, text));
	value_set_text(arena, address, "nodeName", pod->node);
	target = value_make_map(arena, address, "targetRef");
	value_set_text(arena, target, "kind", "Pod");
	value_set_text(arena, target, "name", pod->object->name);
	value_set_text(arena, target, "namespace", pod->object->namespace);
	value_set_text(arena, target, "uid", object_uid(pod->object));
	return address;
}

static struct value *
subset_value(struct arena *arena, const struct subset *subset, const struct service *service)
{
	struct value *value = value_map(arena);

	for (size_t i = 0; i < subset->ready.n; i++)
		value_append(arena, value_make_list(arena, value, "addresses"),
			address_value(arena, subset->ready.v[i], service));
	for (size_t i = 0; i < subset->unready.n; i++)
		value_append(arena, value_make_list(arena, value, "notReadyAddresses"),
			address_value(arena, subset->unready.v[i], service));
	for (size_t i = 0; i < subset->first->nports; i++) {
		const struct backend_port *port = &subset->first->ports[i];
		struct value *entry = value_map(arena);

		if (port->service_port->name[0])
			value_set_text(arena, entry, "name", port->service_port->name);
		value_set_int(arena, entry, "port", port->port);
		value_set_text(arena, entry, "protocol", protocol_name(port->service_port->protocol));
		value_append(arena, value_make_list(arena, value, "ports"), entry);
	}
	return value;
}

/* NULL when there are none: the field is absent then. */
static struct value *
subsets_value(struct arena *arena, const struct server *server, const struct service *service)
{
	struct backends backends;
	subset_vec subsets = VEC_INIT;
	struct value *list = NULL;

	backends_of(server, service, &backends);
	group(service, &backends, &subsets);
	for (size_t s = 0; s < subsets.n; s++) {
		if (!list)
			list = value_list(arena);
		value_append(arena, list, subset_value(arena, &subsets.v[s], service));
		vec_release(&subsets.v[s].ready);
		vec_release(&subsets.v[s].unready);
	}
	vec_release(&subsets);
	backends_release(&backends);
	return list;
}

static void
fill(const struct server *server, struct arena *arena, struct value *root, const struct service *service, struct value *subsets)
{
	struct value *meta = value_make_map(arena, root, "metadata"), *labels = backends_labels(arena, service);

	if (value_count(labels))
		value_set(arena, meta, "labels", labels);
	else
		value_remove(meta, "labels");
	if (subsets)
		value_set(arena, root, "subsets", subsets);
	else
		value_remove(root, "subsets");
	backends_stamp(server, arena, meta);
}

static void
create(struct server *server, const struct service *service, struct value *subsets)
{
	struct arena arena = ARENA_INIT;
	struct value *root = value_map(&arena), *meta = value_make_map(&arena, root, "metadata");

	value_set_text(&arena, root, "apiVersion", "v1");
	value_set_text(&arena, root, "kind", "Endpoints");
	value_set_text(&arena, meta, "name", service->object->name);
	value_set_text(&arena, meta, "namespace", service->object->namespace);
	fill(server, &arena, root, service, subsets ? value_copy(&arena, subsets) : NULL);
	server_create(server, kind_by_kind("Endpoints"), service->object->namespace, root);
	arena_release(&arena);
}

static void
sync_service(struct server *server, const struct service *service)
{
	const struct object *old = store_get(server->store, kind_by_kind("Endpoints"), service->object->namespace,
		service->object->name);
	struct arena arena = ARENA_INIT;
	struct value *subsets = subsets_value(&arena, server, service), *labels = backends_labels(&arena, service);
	static const struct value nothing = { .type = VALUE_MAP };

	if (!old)
		create(server, service, subsets);
	else {
		const struct value *have = value_get(old->root, "subsets"), *had = value_get(object_meta(old), "labels");
		bool same = have && subsets ? value_equal(have, subsets) : !value_count(have) && !subsets;

		if (!same || !value_equal(had ? had : &nothing, labels)) {
			struct object *copy = object_copy(old);

			fill(server, &copy->arena, copy->root, service, subsets ? value_copy(&copy->arena, subsets) : NULL);
			server_write(server, copy);
		}
	}
	arena_release(&arena);
}

/* An Endpoints object whose Service is gone goes too, unless it was never a Service's. */
static void
drop_stale(struct server *server)
{
	object_vec all = VEC_INIT;

	workload_list(server, "Endpoints", NULL, &all);
	for (size_t i = 0; i < all.n; i++)
		if (object_annotation(all.v[i], "endpoints.kubernetes.io/last-change-trigger-time") &&
			!store_get(server->store, kind_by_kind("Service"), all.v[i]->namespace, all.v[i]->name))
			server_remove(server, all.v[i]);
	workload_list_release(&all);
}

static int64_t
reconcile(struct server *server)
{
	object_vec services = VEC_INIT;

	workload_list(server, "Service", NULL, &services);
	for (size_t i = 0; i < services.n; i++)
		if (backends_wanted(service_view(services.v[i])))
			sync_service(server, service_view(services.v[i]));
	workload_list_release(&services);
	drop_stale(server);
	return CLOCK_NEVER;
}

/* Not Endpoints: what people write into one stays until a pod or the Service changes.  A deleted one is made anew by the next. */
static const char *const watches[] = { "Service", "Pod", NULL };
const struct controller controller_endpoints = { "endpoints", watches, reconcile };
