/*
 * Endpoints, one object a Service (pkg/controller/endpoint/endpoints_controller.go, pkg/api/v1/endpoints/util.go): each port has its
 * addresses, ports with the same addresses share a subset; ready addresses stand apart from those that are not.  Upstream orders
 * subsets by a hash that takes in the pods' uids; here they are in the order of their ports' names.  What people write into one stays until its Service or one of
 * its pods changes.
 */
#include <string.h>

#include "control/backends.h"
#include "control/controllers.h"

typedef VEC(const struct backend *) backend_vec;

/* Ports, and who has them. */
struct subset {
	VEC(struct backend_port) ports;	/* none for a headless Service without ports */
	backend_vec ready, unready;
};

struct sync {
	struct server *server;
	const struct service *service;
	const struct object *old;	/* NULL: to be made */
	enum ip_family family;
	struct backends backends;
	VEC(struct subset) subsets;
};

/* ---- who has which port ---- */

static bool
same_port(const struct backend_port *a, const struct backend_port *b)
{
	return a->service_port == b->service_port && a->port == b->port;
}

static struct subset *
subset_for(struct sync *sync, const struct backend_port *port)
{
	struct subset *subset;

	for (size_t i = 0; i < sync->subsets.n; i++) {
		subset = &sync->subsets.v[i];
		if (port ? same_port(&subset->ports.v[0], port) : !subset->ports.n)
			return subset;
	}
	subset = vec_push(&sync->subsets);
	if (port)
		*vec_push(&subset->ports) = *port;
	return subset;
}

static void
add_to(struct subset *subset, const struct backend *backend)
{
	if (backend->ready)
		*vec_push(&subset->ready) = backend;
	else
		*vec_push(&subset->unready) = backend;
}

/* Pods on their way out are left out; a pod that has none of the Service's ports comes nowhere. */
static void
group(struct sync *sync)
{
	const struct service *service = sync->service;

	for (size_t i = 0; i < sync->backends.list.n; i++) {
		const struct backend *backend = &sync->backends.list.v[i];

		if ((backend->terminating && !service->publish_not_ready) || !backend_ip(backend, sync->family))
			continue;
		for (size_t p = 0; p < backend->nports; p++)
			add_to(subset_for(sync, &backend->ports[p]), backend);
		if (!service->nports)
			add_to(subset_for(sync, NULL), backend);
	}
}

/* ---- subsets in order ---- */

static int
by_address(const void *a, const void *b)
{
	const struct backend *x = *(const struct backend *const *)a, *y = *(const struct backend *const *)b;
	int order = ip_compare(&x->pod->ip, &y->pod->ip);

	return order ? order : strcmp(object_uid(x->pod->object), object_uid(y->pod->object));
}

/* Name, then number: a Service has each name only once. */
static int
by_first_port(const void *a, const void *b)
{
	const struct subset *x = a, *y = b;
	const struct backend_port *p = x->ports.v, *q = y->ports.v;
	int order = p && q ? strcmp(p->service_port->name, q->service_port->name) : 0;

	return order || !p || !q ? order : p->port - q->port;
}

static bool
same_members(const backend_vec *a, const backend_vec *b)
{
	return a->n == b->n && (!a->n || memcmp(a->v, b->v, a->n * sizeof *a->v) == 0);
}

static void
subset_release(struct subset *subset)
{
	vec_release(&subset->ports);
	vec_release(&subset->ready);
	vec_release(&subset->unready);
}

/* The ports of each later subset with the same addresses move to the first of them. */
static void
fold(struct sync *sync)
{
	size_t kept = 0;

	for (size_t i = 0; i < sync->subsets.n; i++) {
		struct subset *subset = &sync->subsets.v[i];
		size_t same = 0;

		while (same < kept && !(same_members(&sync->subsets.v[same].ready, &subset->ready) &&
				same_members(&sync->subsets.v[same].unready, &subset->unready)))
			same++;
		if (same == kept) {
			sync->subsets.v[kept++] = *subset;
			continue;
		}
		for (size_t p = 0; p < subset->ports.n; p++)
			*vec_push(&sync->subsets.v[same].ports) = subset->ports.v[p];
		subset_release(subset);
	}
	sync->subsets.n = kept;
}

static void
arrange(struct sync *sync)
{
	for (size_t i = 0; i < sync->subsets.n; i++) {
		struct subset *subset = &sync->subsets.v[i];

		if (subset->ready.n)
			qsort(subset->ready.v, subset->ready.n, sizeof *subset->ready.v, by_address);
		if (subset->unready.n)
			qsort(subset->unready.v, subset->unready.n, sizeof *subset->unready.v, by_address);
	}
	if (sync->subsets.n)
		qsort(sync->subsets.v, sync->subsets.n, sizeof *sync->subsets.v, by_first_port);
	fold(sync);
}

/* ---- as values ---- */

static struct value *
address_value(struct arena *arena, const struct backend *backend, const struct sync *sync)
{
	const struct pod *pod = backend->pod;
	struct value *address = value_map(arena), *target;
	char text[IP_TEXT];

	if (pod->hostname[0] && strcmp(pod->subdomain, sync->service->object->name) == 0)
		value_set_text(arena, address, "hostname", pod->hostname);
	value_set_text(arena, address, "ip", ip_format(backend_ip(backend, sync->family), text));
	value_set_text(arena, address, "nodeName", pod->node);
	target = value_make_map(arena, address, "targetRef");
	value_set_text(arena, target, "kind", "Pod");
	value_set_text(arena, target, "name", pod->object->name);
	value_set_text(arena, target, "namespace", pod->object->namespace);
	value_set_text(arena, target, "uid", object_uid(pod->object));
	return address;
}

static void
put_addresses(struct arena *arena, struct value *subset, const char *key, const backend_vec *backends,
	const struct sync *sync)
{
	for (size_t i = 0; i < backends->n; i++)
		value_append(arena, value_make_list(arena, subset, key), address_value(arena, backends->v[i], sync));
}

/* NULL when there are none: the field is absent then. */
static struct value *
subsets_value(struct arena *arena, struct sync *sync)
{
	struct value *list = sync->subsets.n ? value_list(arena) : NULL;

	for (size_t i = 0; i < sync->subsets.n; i++) {
		struct subset *subset = &sync->subsets.v[i];
		struct value *value = value_map(arena);

		put_addresses(arena, value, "addresses", &subset->ready, sync);
		put_addresses(arena, value, "notReadyAddresses", &subset->unready, sync);
		backends_sort_ports(sync->service, BACKENDS_ENDPOINTS, subset->ports.v, subset->ports.n);
		for (size_t p = 0; p < subset->ports.n; p++) {
			struct value *port = backend_port_value(arena, sync->service, &subset->ports.v[p]);

			if (!subset->ports.v[p].service_port->name[0])
				value_remove(port, "name");
			value_append(arena, value_make_list(arena, value, "ports"), port);
		}
		value_append(arena, list, value);
	}
	return list;
}

/* ---- the object ---- */

/* Calls back with each targetRef of what was written last, ready ones alone if so wanted, until one says yes. */
static bool
any_target(const struct object *endpoints, bool ready_only, bool (*test)(const struct value *target, const void *arg), const void *arg)
{
	static const char *const keys[] = { "addresses", "notReadyAddresses" };
	const struct value *subsets = endpoints ? value_get(endpoints->root, "subsets") : NULL;

	for (size_t s = 0; s < value_count(subsets); s++)
		for (size_t k = 0; k < (ready_only ? 1 : 2); k++) {
			const struct value *addresses = value_get(value_at(subsets, s), keys[k]);

			for (size_t i = 0; i < value_count(addresses); i++)
				if (test(value_get(value_at(addresses, i), "targetRef"), arg))
					return true;
		}
	return false;
}

static bool
is_pod(const struct value *target, const void *arg)
{
	const char *uid = value_get_text(target, "uid");

	return uid && strcmp(uid, object_uid(arg)) == 0;
}

/* Is the pod gone, or another than when the Endpoints were written? */
static bool
has_moved_on(const struct value *target, const void *arg)
{
	const struct sync *sync = arg;
	const char *name = value_get_text(target, "name");
	const struct object *pod = name ?
		store_get(sync->server->store, kind_by_kind("Pod"), sync->old->namespace, name) : NULL;

	return name && (!pod || pod->version > sync->old->version);
}

/* Is there news since it was written, by whomever? */
static bool
is_stale(const struct sync *sync)
{
	size_t n;
	const struct object *const *pods =
		store_list(sync->server->store, kind_by_kind("Pod"), sync->service->object->namespace, &n);

	if (!sync->old || sync->service->object->version > sync->old->version)
		return true;
	for (size_t i = 0; i < n; i++)
		if (pods[i]->version > sync->old->version &&
			selector_matches_map(sync->service->selector, value_get(object_meta(pods[i]), "labels")))
			return true;
	return any_target(sync->old, false, has_moved_on, sync);
}

static void
fill(struct arena *arena, struct value *root, const struct service *service, struct value *subsets, int64_t trigger)
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
	backends_stamp(arena, meta, trigger);
}

static void
create(struct sync *sync)
{
	struct arena arena = ARENA_INIT;
	struct value *root = value_map(&arena), *meta = value_make_map(&arena, root, "metadata");
	const struct object *service = sync->service->object;

	value_set_text(&arena, root, "apiVersion", "v1");
	value_set_text(&arena, root, "kind", "Endpoints");
	value_set_text(&arena, meta, "name", service->name);
	value_set_text(&arena, meta, "namespace", service->namespace);
	fill(&arena, root, sync->service, subsets_value(&arena, sync), object_created(service));
	server_create(sync->server, kind_by_kind("Endpoints"), service->namespace, root);
	arena_release(&arena);
}

/* Written when subsets or labels differ; a new trigger time alone is no reason to. */
static void
update(struct sync *sync)
{
	static const struct value nothing = { .type = VALUE_MAP };
	struct object *copy = object_copy(sync->old);
	const struct value *have = value_get(sync->old->root, "subsets"), *had = value_get(object_meta(sync->old), "labels");
	struct value *subsets = subsets_value(&copy->arena, sync),
		     *labels = backends_labels(&copy->arena, sync->service);
	bool same = have && subsets ? value_equal(have, subsets) : !value_count(have) && !subsets;

	if (same && value_equal(had ? had : &nothing, labels)) {
		object_unref(copy);
		return;
	}
	for (size_t i = 0; i < sync->backends.list.n; i++) {
		struct backend *backend = &sync->backends.list.v[i];

		backend->listed = any_target(sync->old, false, is_pod, backend->pod->object);
		backend->was_serving = any_target(sync->old, true, is_pod, backend->pod->object);
	}
	fill(&copy->arena, copy->root, sync->service, subsets, backends_trigger(sync->server, &sync->backends));
	server_write(sync->server, copy);
}

static void
sync_service(const struct backends_index *index, struct server *server, const struct service *service)
{
	struct sync sync = { .server = server, .service = service, .family = IP_V4 };
	const char *family = value_text(value_path(service->object->root, "spec.ipFamilies[0]"));

	if (family && strcmp(family, "IPv6") == 0)
		sync.family = IP_V6;
	sync.old = store_get(server->store, kind_by_kind("Endpoints"), service->object->namespace, service->object->name);
	if (!is_stale(&sync))
		return;
	backends_of(index, service, &sync.backends);
	group(&sync);
	arrange(&sync);
	if (sync.old)
		update(&sync);
	else
		create(&sync);
	for (size_t i = 0; i < sync.subsets.n; i++)
		subset_release(&sync.subsets.v[i]);
	vec_release(&sync.subsets);
	backends_release(&sync.backends);
}

/* Was the Service of the same name deleted after the Endpoints were written?  Endpoints that came before their Service stay. */
static bool
is_left_over(const struct server *server, const struct object *endpoints)
{
	size_t n;
	const struct store_event *events;

	if (store_get(server->store, kind_by_kind("Service"), endpoints->namespace, endpoints->name))
		return false;
	events = store_events(server->store, endpoints->version, &n);
	for (size_t i = 0; i < n; i++)
		if (events[i].type == STORE_DELETED && events[i].object->kind == kind_by_kind("Service") &&
			strcmp(events[i].object->namespace, endpoints->namespace) == 0 &&
			strcmp(events[i].object->name, endpoints->name) == 0)
			return true;
	return false;
}

static int64_t
reconcile(struct server *server)
{
	object_vec services = VEC_INIT, all = VEC_INIT;
	struct backends_index index;

	backends_index_init(&index, server);
	workload_list(server, "Service", NULL, &services);
	for (size_t i = 0; i < services.n; i++)
		if (backends_wanted(service_view(services.v[i])))
			sync_service(&index, server, service_view(services.v[i]));
	workload_list_release(&services);
	backends_index_release(&index);
	workload_list(server, "Endpoints", NULL, &all);
	for (size_t i = 0; i < all.n; i++)
		if (is_left_over(server, all.v[i]))
			server_remove(server, all.v[i]);
	workload_list_release(&all);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Service", "Pod", "Endpoints", NULL };
const struct controller controller_endpoints = { "endpoints", watches, reconcile, NULL };
