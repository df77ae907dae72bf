/* What holds of a cluster at rest, whatever was asked of it. */
#include <string.h>

#include "cluster/cluster.h"

/* ---- allocators ---- */

static void
check_service(const struct cluster *cluster, const struct service *service, uint64_t held[2], uint32_t *ports)
{
	const struct server *server = &cluster->server;
	bool opens = service->type == SERVICE_NODE_PORT || service->type == SERVICE_LOAD_BALANCER;

	for (size_t i = 0; i < service->ncluster_ips; i++) {
		enum ip_family family = service->cluster_ips[i].family;
		size_t pool = server->settings.service_subnets[0].ip.family == family ? 0 : 1;

		if (!ippool_has(&server->ips[pool], &service->cluster_ips[i]))
			BUG("Service %s has a cluster IP that nobody holds", service->object->name);
		held[pool]++;
	}
	for (size_t i = 0; opens && i < service->nports; i++) {
		bool shared = false;

		for (size_t j = 0; j < i; j++)
			shared |= service->ports[j].node_port == service->ports[i].node_port;
		if (!service->ports[i].node_port)
			continue;
		if (!portpool_has(&server->ports, service->ports[i].node_port))
			BUG("Service %s has a node port that nobody holds", service->object->name);
		*ports += !shared;
	}
	*ports += service->health_check_port != 0;
}

/* Held by Services, each by one, and nothing else is: as many as they have. */
static void
check_allocators(const struct cluster *cluster)
{
	const struct server *server = &cluster->server;
	uint64_t held[2] = { 0, 0 };
	uint32_t ports = 0;
	size_t n;
	const struct object *const *services = store_list(server->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		check_service(cluster, service_view(services[i]), held, &ports);
	for (size_t i = 0; i < 2; i++)
		if (held[i] != server->ips[i].held_count)
			BUG("%llu cluster IPs are held, and Services have %llu", (unsigned long long)server->ips[i].held_count,
				(unsigned long long)held[i]);
	if (ports != server->ports.held_count)
		BUG("%u node ports are held, and Services have %u", server->ports.held_count, ports);
}

/* ---- endpoints ---- */

static bool
pod_has(const struct pod *pod, const struct ip *ip)
{
	for (size_t i = 0; i < pod->nips; i++)
		if (ip_equal(&pod->ips[i], ip))
			return true;
	return false;
}

/* Each endpoint is a pod's that the Service selects, and ready only when the pod is. */
static void
check_slice(const struct cluster *cluster, const struct slice *slice, const struct service *service)
{
	for (size_t i = 0; i < slice->nendpoints; i++) {
		const struct slice_endpoint *endpoint = &slice->endpoints[i];
		const struct object *pod;

		if (!endpoint->pod[0])
			continue;
		pod = store_get(cluster->server.store, kind_by_kind("Pod"), endpoint->pod_namespace, endpoint->pod);
		if (!pod || !pod_has(pod_view(pod), &endpoint->ip))
			BUG("EndpointSlice %s has an endpoint without its pod", slice->object->name);
		if (!selector_matches_map(service->selector, value_get(object_meta(pod), "labels")))
			BUG("EndpointSlice %s has pod %s, which the Service doesn't select", slice->object->name, pod->name);
		if (endpoint->ready == 1 && !pod_view(pod)->ready && !service->publish_not_ready)
			BUG("EndpointSlice %s says that pod %s is ready", slice->object->name, pod->name);
	}
}

/* Does the controller look after it?  Slices that a deletion left behind (orphans), or a type or selector long gone, are nobody's. */
static bool
is_reconciled(const struct object *service)
{
	return service && service_view(service)->selector && service_view(service)->type != SERVICE_EXTERNAL_NAME;
}


static void
check_slices(const struct cluster *cluster)
{
	const struct store *store = cluster->server.store;
	size_t n;
	const struct object *const *slices = store_list(store, kind_by_kind("EndpointSlice"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const char *manager = object_label(slices[i], "endpointslice.kubernetes.io/managed-by");
		const struct slice *slice = slice_view(slices[i]);
		const struct object *service = store_get(store, kind_by_kind("Service"), slices[i]->namespace, slice->service);

		if (is_reconciled(service) && manager && strcmp(manager, "endpointslice-controller.k8s.io") == 0)
			check_slice(cluster, slice, service_view(service));
	}
}

/* ---- owners ---- */

/* Kinds that the API server doesn't know are nobody's business. */
static bool
owner_lives(const struct cluster *cluster, const struct object *object, const struct value *owner)
{
	const struct kind *kind = kind_by_gvk(value_get_text(owner, "apiVersion"), value_get_text(owner, "kind"));
	const struct object *there;

	if (!kind)
		return true;
	there = store_get(cluster->server.store, kind, kind->namespaced ? object->namespace : "", value_get_text(owner, "name"));
	return there && strcmp(object_uid(there), value_get_text(owner, "uid")) == 0;
}

/* One owner at least is there, or the object is on its way out. */
static void
check_owners(const struct cluster *cluster, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");
	bool lives = !value_count(owners) || object_is_deleting(object);

	for (size_t i = 0; i < value_count(owners) && !lives; i++)
		lives = owner_lives(cluster, object, value_at(owners, i));
	if (!lives)
		BUG("%s %s/%s has lost its owner", object->kind->kind, object->namespace, object->name);
}

void
cluster_check(const struct cluster *cluster)
{
	check_allocators(cluster);
	check_slices(cluster);
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			check_owners(cluster, objects[i]);
	}
}
