/*
 * EndpointSlices (staging/src/k8s.io/endpointslice/reconciler.go): one family and one set of ports a slice, at most 100 endpoints
 * each.  What stays, stays where it is; new endpoints fill slices that change anyway, then one that has room for all of them, then new
 * slices.  A Service without endpoints has one slice without endpoints and ports.
 */
#include <string.h>

#include "base/map.h"
#include "control/backends.h"
#include "control/controllers.h"

#define SLICE_MAX 100
#define TRIGGER_UNKNOWN (-1)
#define MANAGED_BY "endpointslice-controller.k8s.io"

/* One slice as it should be; object NULL: it has to be made. */
struct draft {
	const struct object *object;
	struct value *ports;		/* list */
	struct value *endpoints;	/* list */
	bool changed;
};

/* The endpoints that share a set of ports. */
struct portset {
	const struct backend *first;
	struct value *ports;
	struct value *endpoints;
};

struct sync {
	struct server *server;
	const struct service *service;
	enum ip_family family;
	struct arena arena;
	struct backends backends;
	int64_t trigger;	/* what any write of this run is for; TRIGGER_UNKNOWN until the first */
	VEC(struct draft) drafts;
	VEC(struct portset) sets;
};

/* ---- what is wanted ---- */

static bool
same_ports(const struct portset *set, const struct backend *backend)
{
	if (set->first->nports != backend->nports)
		return false;
	for (size_t i = 0; i < backend->nports; i++)
		if (set->first->ports[i].service_port != backend->ports[i].service_port ||
			set->first->ports[i].port != backend->ports[i].port)
			return false;
	return true;
}

static struct value *
ports_value(struct arena *arena, const struct service *service, const struct backend *backend)
{
	struct backend_port *ports = arena_alloc(arena, (backend->nports + 1) * sizeof *ports);
	struct value *list = value_list(arena);

	if (backend->nports)
		memcpy(ports, backend->ports, backend->nports * sizeof *ports);
	backends_sort_ports(service, BACKENDS_SLICE, ports, backend->nports);
	for (size_t i = 0; i < backend->nports; i++)
		value_append(arena, list, backend_port_value(arena, service, &ports[i]));
	return list;
}

static struct value *
endpoint_value(struct sync *sync, const struct backend *backend, const struct ip *ip)
{
	struct arena *arena = &sync->arena;
	const struct pod *pod = backend->pod;
	const struct object *node = store_get(sync->server->store, kind_by_kind("Node"), "", pod->node);
	struct value *endpoint = value_map(arena), *conditions, *target;
	char text[IP_TEXT];

	value_append(arena, value_make_list(arena, endpoint, "addresses"), value_string(arena, ip_format(ip, text)));
	conditions = value_make_map(arena, endpoint, "conditions");
	value_set_bool(arena, conditions, "ready", backend->ready);
	value_set_bool(arena, conditions, "serving", backend->serving);
	value_set_bool(arena, conditions, "terminating", backend->terminating);
	if (pod->hostname[0] && strcmp(pod->subdomain, sync->service->object->name) == 0)
		value_set_text(arena, endpoint, "hostname", pod->hostname);
	value_set_text(arena, endpoint, "nodeName", pod->node);
	target = value_make_map(arena, endpoint, "targetRef");
	value_set_text(arena, target, "kind", "Pod");
	value_set_text(arena, target, "name", pod->object->name);
	value_set_text(arena, target, "namespace", pod->object->namespace);
	value_set_text(arena, target, "uid", object_uid(pod->object));
	if (node && node_view(node)->zone[0])
		value_set_text(arena, endpoint, "zone", node_view(node)->zone);
	return endpoint;
}

static struct portset *
portset_for(struct sync *sync, const struct backend *backend)
{
	struct portset *set;

	for (size_t i = 0; i < sync->sets.n; i++)
		if (same_ports(&sync->sets.v[i], backend))
			return &sync->sets.v[i];
	set = vec_push(&sync->sets);
	set->first = backend;
	set->ports = ports_value(&sync->arena, sync->service, backend);
	set->endpoints = value_list(&sync->arena);
	return set;
}

/* A pod whose node is gone counts only where readiness doesn't. */
static void
want(struct sync *sync)
{
	const struct kind *node = kind_by_kind("Node");

	for (size_t i = 0; i < sync->backends.list.n; i++) {
		const struct backend *backend = &sync->backends.list.v[i];
		const struct ip *ip = backend_ip(backend, sync->family);
		struct portset *set;

		if (!ip || (!sync->service->publish_not_ready && !store_get(sync->server->store, node, "", backend->pod->node)))
			continue;
		set = portset_for(sync, backend);
		value_append(&sync->arena, set->endpoints, endpoint_value(sync, backend, ip));
	}
}

/* ---- what there is ---- */

static bool
is_managed(const struct object *object)
{
	const char *manager = object_label(object, "endpointslice.kubernetes.io/managed-by");

	return manager && strcmp(manager, MANAGED_BY) == 0;
}

static bool
is_mine(const struct sync *sync, const struct object *object)
{
	return is_managed(object) && slice_view(object)->family == sync->family;
}

/* The pod of an endpoint says whether it is the same one. */
static const char *
endpoint_uid(const struct value *endpoint)
{
	const char *uid = value_get_text(value_get(endpoint, "targetRef"), "uid");

	return uid ? uid : "";
}

/* The wanted endpoint of the same pod, taken out of the set; NULL. */
static struct value *
take_wanted(struct portset *set, const struct value *old)
{
	for (size_t i = 0; i < value_count(set->endpoints); i++) {
		struct value *endpoint = value_at(set->endpoints, i);

		if (strcmp(endpoint_uid(endpoint), endpoint_uid(old)) == 0) {
			value_remove_at(set->endpoints, i);
			return endpoint;
		}
	}
	return NULL;
}

/* An existing slice keeps, in their places, the endpoints that are still wanted with these ports. */
static void
keep(struct sync *sync, const struct object *object)
{
	struct draft *draft = vec_push(&sync->drafts);
	const struct value *old = value_get(object->root, "endpoints"), *old_ports = value_get(object->root, "ports");
	static const struct value no_ports = { .type = VALUE_LIST };
	struct portset *set = NULL;

	draft->object = object;
	draft->endpoints = value_list(&sync->arena);
	for (size_t i = 0; i < sync->sets.n; i++)
		if (value_equal(sync->sets.v[i].ports, value_is_null(old_ports) ? &no_ports : old_ports))
			set = &sync->sets.v[i];
	if (!set)
		return;
	draft->ports = set->ports;
	for (size_t i = 0; i < value_count(old); i++) {
		struct value *wanted = take_wanted(set, value_at(old, i));

		if (wanted)
			value_append(&sync->arena, draft->endpoints, wanted);
		if (!wanted || !value_equal(wanted, value_at(old, i)))
			draft->changed = true;
	}
}

static void
fill_draft(struct sync *sync, struct draft *draft, struct portset *set)
{
	while (value_count(draft->endpoints) < SLICE_MAX && value_count(set->endpoints)) {
		value_append(&sync->arena, draft->endpoints, value_at(set->endpoints, 0));
		value_remove_at(set->endpoints, 0);
		draft->changed = true;
	}
}

/* The fullest of the slices with these ports that have room; changed: only among those being changed anyway. */
static struct draft *
fullest(struct sync *sync, const struct portset *set, bool changed, size_t room)
{
	struct draft *best = NULL;

	for (size_t i = 0; i < sync->drafts.n; i++) {
		struct draft *draft = &sync->drafts.v[i];

		if (draft->ports != set->ports || draft->changed != changed ||
			value_count(draft->endpoints) + room > SLICE_MAX)
			continue;
		if (!best || value_count(draft->endpoints) > value_count(best->endpoints))
			best = draft;
	}
	return best;
}

/* What is left and less than a slice goes whole into one that has room for it, else into a new one. */
static void
place(struct sync *sync, struct portset *set)
{
	struct draft *draft;

	while (value_count(set->endpoints) && (draft = fullest(sync, set, true, 1)))
		fill_draft(sync, draft, set);
	while (value_count(set->endpoints)) {
		size_t left = value_count(set->endpoints);

		draft = left < SLICE_MAX ? fullest(sync, set, false, left) : NULL;
		if (!draft) {
			draft = vec_push(&sync->drafts);
			draft->ports = set->ports;
			draft->endpoints = value_list(&sync->arena);
		}
		fill_draft(sync, draft, set);
	}
}

/* ---- writing ---- */

/* Most runs write nothing, so this is found out only when one does. */
static int64_t
trigger(struct sync *sync)
{
	struct map listed = MAP_INIT;
	bool any = false;

	if (sync->trigger != TRIGGER_UNKNOWN)
		return sync->trigger;
	for (size_t i = 0; i < sync->drafts.n; i++) {
		const struct object *slice = sync->drafts.v[i].object;
		const struct value *endpoints = slice ? value_get(slice->root, "endpoints") : NULL;

		any |= slice != NULL;
		for (size_t e = 0; e < value_count(endpoints); e++)
			map_set(&listed, endpoint_uid(value_at(endpoints, e)), value_at(endpoints, e));
	}
	for (size_t i = 0; i < sync->backends.list.n; i++) {
		struct backend *backend = &sync->backends.list.v[i];

		const struct value *endpoint = map_get(&listed, object_uid(backend->pod->object));

		backend->listed = endpoint != NULL;
		backend->was_serving = value_get_bool(value_get(endpoint, "conditions"), "serving", false);
	}
	map_release(&listed);
	sync->trigger = any ? backends_trigger(sync->server, &sync->backends) : object_created(sync->service->object);
	return sync->trigger;
}

/*
 * The real controller never finds a slice without ports again (a list that is empty isn't one that is absent), so each of its runs
 * writes it, and the run that its own write sets off has no new time.
 */
static int64_t
stamp_of(struct sync *sync, const struct draft *draft)
{
	return value_count(draft->endpoints) && !value_count(draft->ports) ? 0 : trigger(sync);
}

static struct value *
labels_value(const struct sync *sync, struct arena *arena)
{
	struct value *labels = backends_labels(arena, sync->service);

	value_set_text(arena, labels, "endpointslice.kubernetes.io/managed-by", MANAGED_BY);
	value_set_text(arena, labels, "kubernetes.io/service-name", sync->service->object->name);
	return labels;
}

static bool
has_labels(struct sync *sync, const struct object *slice)
{
	const struct value *labels = value_get(object_meta(slice), "labels");

	return labels && value_equal(labels, labels_value(sync, &sync->arena));
}

static void
fill_object(const struct sync *sync, struct arena *arena, struct value *root, const struct draft *draft)
{
	value_set(arena, value_make_map(arena, root, "metadata"), "labels", labels_value(sync, arena));
	value_set(arena, root, "endpoints", value_count(draft->endpoints) ? value_copy(arena, draft->endpoints)
		: value_null(arena));
	value_set(arena, root, "ports", value_count(draft->ports) ? value_copy(arena, draft->ports) : value_null(arena));
}

static void
create(struct sync *sync, const struct draft *draft)
{
	const struct object *service = sync->service->object;
	struct value *root, *meta;

	if (object_is_deleting(service))
		return;		/* the garbage collector would take it at once, and so on (finalize in reconciler.go) */
	root = value_map(&sync->arena);
	meta = value_make_map(&sync->arena, root, "metadata");
	value_set_text(&sync->arena, root, "addressType", sync->family == IP_V4 ? "IPv4" : "IPv6");
	value_set_text(&sync->arena, root, "apiVersion", "discovery.k8s.io/v1");
	value_set_text(&sync->arena, root, "kind", "EndpointSlice");
	value_set(&sync->arena, meta, "generateName", value_stringf(&sync->arena, "%s-", service->name));
	value_set_text(&sync->arena, meta, "namespace", service->namespace);
	value_append(&sync->arena, value_make_list(&sync->arena, meta, "ownerReferences"),
		workload_owner_reference(&sync->arena, service));
	fill_object(sync, &sync->arena, root, draft);
	backends_stamp(&sync->arena, meta, stamp_of(sync, draft));
	server_create(sync->server, kind_by_kind("EndpointSlice"), service->namespace, root);
}

static void
update(struct sync *sync, const struct draft *draft)
{
	struct object *copy;
	struct value *meta;

	if (!draft->changed && has_labels(sync, draft->object))
		return;
	copy = object_copy(draft->object);
	meta = object_meta(copy);
	fill_object(sync, &copy->arena, copy->root, draft);
	if (!value_equal(copy->root, draft->object->root)) {
		value_set_int(&copy->arena, meta, "generation", value_get_int(meta, "generation", 1) + 1);
		backends_stamp(&copy->arena, meta, stamp_of(sync, draft));
	}
	workload_commit(sync->server, draft->object, copy);
}

/* A slice that is not wanted any more gives its name to one that is to be made, if there is one. */
static struct draft *
reusable(struct sync *sync)
{
	for (size_t i = 0; i < sync->drafts.n; i++)
		if (sync->drafts.v[i].object && !value_count(sync->drafts.v[i].endpoints))
			return &sync->drafts.v[i];
	return NULL;
}

static void
write_drafts(struct sync *sync)
{
	bool any = false;

	for (size_t i = 0; i < sync->drafts.n; i++) {
		struct draft *draft = &sync->drafts.v[i], *old;

		any |= value_count(draft->endpoints) > 0;
		if (draft->object || !(old = reusable(sync)))
			continue;
		draft->object = old->object;
		draft->changed = true;
		*old = sync->drafts.v[--sync->drafts.n];
		i = (size_t)-1;	/* the vector has moved: look again from the start */
	}
	if (!any && sync->drafts.n) {	/* the placeholder */
		sync->drafts.v[0].ports = NULL;
		sync->drafts.v[0].changed = value_count(value_get(sync->drafts.v[0].object->root, "endpoints")) > 0;
	} else if (!any) {
		struct draft *placeholder = vec_push(&sync->drafts);

		placeholder->endpoints = value_list(&sync->arena);
	}
	for (size_t i = 0; i < sync->drafts.n; i++) {
		const struct draft *draft = &sync->drafts.v[i];

		if (!draft->object)
			create(sync, draft);
		else if (value_count(draft->endpoints) || (!any && i == 0))
			update(sync, draft);
		else
			server_remove(sync->server, draft->object);
	}
}

static void
sync_family(const struct backends_index *index, struct server *server, const struct service *service,
	enum ip_family family, const object_vec *slices)
{
	struct sync sync = { .server = server, .service = service, .family = family, .trigger = TRIGGER_UNKNOWN };

	backends_of(index, service, &sync.backends);
	want(&sync);
	for (size_t i = 0; i < slices->n; i++)
		if (is_mine(&sync, slices->v[i]))
			keep(&sync, slices->v[i]);
	for (size_t i = 0; i < sync.sets.n; i++)
		place(&sync, &sync.sets.v[i]);
	write_drafts(&sync);
	vec_release(&sync.drafts);
	vec_release(&sync.sets);
	backends_release(&sync.backends);
	arena_release(&sync.arena);
}

static bool
has_family(const struct service *service, enum ip_family family)
{
	const struct value *families = value_path(service->object->root, "spec.ipFamilies");
	const char *name = family == IP_V4 ? "IPv4" : "IPv6";

	for (size_t i = 0; i < value_count(families); i++)
		if (strcmp(value_text(value_at(families, i)), name) == 0)
			return true;
	return !value_count(families) && family == IP_V4;
}

/* Slices of a family that the Service has no more (the address types of Reconcile in reconciler.go). */
static void
drop_families(struct server *server, const struct service *service, const object_vec *slices)
{
	for (size_t i = 0; i < slices->n; i++) {
		const struct slice *slice = slice_view(slices->v[i]);

		if (is_managed(slices->v[i]) && slice->family != IP_NONE && !has_family(service, slice->family))
			server_remove(server, slices->v[i]);
	}
}

static void
sync_service(const struct backends_index *index, struct server *server, const struct service *service,
	const object_vec *slices)
{
	drop_families(server, service, slices);
	for (enum ip_family family = IP_V4; family <= IP_V6; family++)
		if (has_family(service, family))
			sync_family(index, server, service, family, slices);
}

/* Slices by "namespace/service"; object_vec *, owned. */
static void
index_slices(const object_vec *slices, struct map *index)
{
	struct str key = STR_INIT;

	for (size_t i = 0; i < slices->n; i++) {
		object_vec *of;

		str_clear(&key);
		str_addf(&key, "%s/%s", slices->v[i]->namespace, slice_view(slices->v[i])->service);
		of = map_get(index, key.buf);
		if (!of) {
			of = xcalloc(1, sizeof *of);
			map_set(index, key.buf, of);
		}
		*vec_push(of) = slices->v[i];
	}
	str_release(&key);
}

static void
index_release(struct map *index)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(index, &i));) {
		object_vec *of = entry->value;

		vec_release(of);
		free(of);
	}
	map_release(index);
}

static int64_t
reconcile(struct server *server)
{
	object_vec services = VEC_INIT, slices = VEC_INIT;
	const object_vec none = VEC_INIT;
	struct backends_index pods;
	struct map index = MAP_INIT;
	struct str key = STR_INIT;

	backends_index_init(&pods, server);
	workload_list(server, "Service", NULL, &services);
	workload_list(server, "EndpointSlice", NULL, &slices);
	index_slices(&slices, &index);
	for (size_t i = 0; i < services.n; i++) {
		const object_vec *of;

		if (!backends_wanted(service_view(services.v[i])))
			continue;
		str_clear(&key);
		str_addf(&key, "%s/%s", services.v[i]->namespace, services.v[i]->name);
		of = map_get(&index, key.buf);
		sync_service(&pods, server, service_view(services.v[i]), of ? of : &none);
	}
	index_release(&index);
	backends_index_release(&pods);
	str_release(&key);
	workload_list_release(&slices);
	workload_list_release(&services);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Service", "Pod", "EndpointSlice", "Node", NULL };
const struct controller controller_endpointslice = { "endpointslice", watches, reconcile, NULL };
