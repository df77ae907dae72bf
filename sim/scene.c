/*
 * A cluster's objects as plain values.  Which words stand for a state, and which ports a Service shows, say the columns
 * of kubectl's own tables; endpoints come from the slices, which is where kube-proxy has them from.
 */
#include "svcsim/scene.h"

#include <string.h>

#include "api/view.h"
#include "base/map.h"
#include "kubectl/pod_text.h"
#include "kubectl/print_table.h"
#include "sim.h"

struct made {
	struct scene scene;		/* what its reader has */
	struct arena arena;
	const struct store *store;
	struct map pods;		/* "namespace/name" -> struct scene_pod */
};

static const struct object *const *
list(const struct made *made, const char *kind, size_t *n)
{
	return store_list(made->store, kind_by_kind(kind), NULL, n);
}

/* What kubectl would print for the object in this column. */
static const char *
cell(struct made *made, const struct object *object, const char *name)
{
	const struct column *column = columns_of(object->kind);
	struct str text = STR_INIT;
	const char *kept;

	while (column->name && strcmp(column->name, name) != 0)
		column++;
	if (!column->cell)
		BUG("%s has no column %s", object->kind->kind, name);
	column->cell(object->root, 0, &text);
	kept = arena_strdup(&made->arena, text.buf);
	str_release(&text);
	return kept;
}

static const char *
text_at(struct made *made, const struct object *object, const char *path)
{
	const char *text = value_text(value_path(object->root, path));

	return arena_strdup(&made->arena, text ? text : "");
}

static const char *
ip_text(struct made *made, const struct ip *ip)
{
	char text[IP_TEXT];

	return ip->family == IP_NONE ? "" : arena_strdup(&made->arena, ip_format(ip, text));
}

/* Names with this prefix are Kubernetes' own. */
static bool
is_system(const char *namespace)
{
	return str_starts(namespace, "kube-");
}

/* ---- nodes ---- */

static const char *
taint_text(struct made *made, const struct value *taint)
{
	const char *key = value_get_text(taint, "key"), *value = value_get_text(taint, "value");
	const char *effect = value_get_text(taint, "effect");
	bool has_value = value && *value;

	return arena_printf(&made->arena, "%s%s%s:%s", key ? key : "", has_value ? "=" : "", has_value ? value : "",
		effect ? effect : "");
}

static void
make_node(struct made *made, const struct object *object, struct scene_node *node)
{
	const struct node *view = node_view(object);
	const struct value *taints = value_path(object->root, "spec.taints");
	size_t n = value_count(taints);
	const char **texts = arena_alloc(&made->arena, (n + 1) * sizeof *texts);

	for (size_t i = 0; i < n; i++)
		texts[i] = taint_text(made, value_at(taints, i));
	*node = (struct scene_node){ .name = arena_strdup(&made->arena, object->name),
		.status = cell(made, object, "STATUS"), .ip = view->nips ? ip_text(made, &view->ips[0]) : "", .taints = texts, .ntaints = n,
		.well = view->ready && !view->unschedulable };
}

static void
make_nodes(struct made *made)
{
	const struct object *const *objects = list(made, "Node", &made->scene.nnodes);
	struct scene_node *nodes = arena_alloc(&made->arena, (made->scene.nnodes + 1) * sizeof *nodes);

	for (size_t i = 0; i < made->scene.nnodes; i++)
		make_node(made, objects[i], &nodes[i]);
	made->scene.nodes = nodes;
}

/* ---- pods ---- */

static void
make_pod(struct made *made, const struct object *object, struct scene_pod *pod)
{
	const struct pod *view = pod_view(object);
	struct pod_text text = pod_text_of(object->root);

	*pod = (struct scene_pod){ .namespace = arena_strdup(&made->arena, object->namespace),
		.name = arena_strdup(&made->arena, object->name), .status = arena_strdup(&made->arena, text.status),
		.ip = ip_text(made, &view->ip), .node = arena_strdup(&made->arena, view->node),
		.ready = text.ready, .containers = text.containers,
		.well = (view->ready && !view->deleting) || strcmp(view->phase, "Succeeded") == 0,
		.system = is_system(object->namespace) };
	map_set(&made->pods, arena_printf(&made->arena, "%s/%s", object->namespace, object->name), pod);
	pod_text_release(&text);
}

static void
make_pods(struct made *made)
{
	const struct object *const *objects = list(made, "Pod", &made->scene.npods);
	struct scene_pod *pods = arena_alloc(&made->arena, (made->scene.npods + 1) * sizeof *pods);

	for (size_t i = 0; i < made->scene.npods; i++)
		make_pod(made, objects[i], &pods[i]);
	made->scene.pods = pods;
}

/* ---- Services ---- */

typedef VEC(struct scene_endpoint) endpoint_vec;

static size_t
pod_of(struct made *made, const struct slice_endpoint *endpoint)
{
	const char *key = arena_printf(&made->arena, "%s/%s", endpoint->pod_namespace, endpoint->pod);
	const struct scene_pod *pod = endpoint->pod[0] ? map_get(&made->pods, key) : NULL;

	return pod ? (size_t)(pod - made->scene.pods) : SCENE_NO_POD;
}

static void
add_endpoints(struct made *made, const struct slice *slice, endpoint_vec *endpoints)
{
	char text[IP_TEXT + 8];

	for (size_t p = 0; p < slice->nports; p++)
		for (size_t i = 0; i < slice->nendpoints; i++) {
			const struct slice_endpoint *endpoint = &slice->endpoints[i];

			ip_port_format(&endpoint->ip, slice->ports[p].port, text);
			*vec_push(endpoints) = (struct scene_endpoint){ arena_strdup(&made->arena, text),
				pod_of(made, endpoint), endpoint->ready != 0 };
		}
}

/* Of all slices with the Service's label. */
static void
find_endpoints(struct made *made, const struct object *object, struct scene_service *service)
{
	endpoint_vec found = VEC_INIT;
	const struct kind *kind = kind_by_kind("EndpointSlice");
	size_t n;
	const struct object *const *slices = store_list(made->store, kind, object->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		if (slice->family != IP_NONE && strcmp(slice->service, object->name) == 0)
			add_endpoints(made, slice, &found);
	}
	service->nendpoints = found.n;
	if (found.n)
		service->endpoints = arena_memdup(&made->arena, found.v, found.n * sizeof *found.v);
	for (size_t i = 0; i < found.n; i++)
		service->well |= found.v[i].ready;
	vec_release(&found);
}

static bool
is_of_api_server(const struct object *object)
{
	return strcmp(object->namespace, "default") == 0 && strcmp(object->name, "kubernetes") == 0;
}

static void
make_service(struct made *made, const struct object *object, struct scene_service *service)
{
	const char *external = cell(made, object, "EXTERNAL-IP");
	bool is_name = service_view(object)->type == SERVICE_EXTERNAL_NAME;

	*service = (struct scene_service){ .namespace = arena_strdup(&made->arena, object->namespace),
		.name = arena_strdup(&made->arena, object->name), .type = text_at(made, object, "spec.type"),
		.cluster_ip = text_at(made, object, "spec.clusterIP"), .ports = cell(made, object, "PORT(S)"),
		.external = strcmp(external, "<none>") == 0 ? "" : external, .is_name = is_name, .well = is_name,
		.system = is_system(object->namespace) || is_of_api_server(object) };
	find_endpoints(made, object, service);
}

static void
make_services(struct made *made)
{
	const struct object *const *objects = list(made, "Service", &made->scene.nservices);
	struct scene_service *services = arena_alloc(&made->arena, (made->scene.nservices + 1) * sizeof *services);

	for (size_t i = 0; i < made->scene.nservices; i++)
		make_service(made, objects[i], &services[i]);
	made->scene.services = services;
}

struct scene *
scene_new(struct sim *sim)
{
	struct made *made = xcalloc(1, sizeof *made);

	made->store = sim_cluster(sim)->server.store;
	make_nodes(made);
	make_pods(made);
	make_services(made);
	map_release(&made->pods);
	return &made->scene;
}

void
scene_free(struct scene *scene)
{
	struct made *made = (struct made *)scene;	/* its first member */

	if (!made)
		return;
	arena_release(&made->arena);
	free(made);
}
