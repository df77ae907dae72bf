/*
 * What an API server makes by itself: its pools from the settings, the four namespaces, and default/kubernetes, by
 * which it is found. That Service takes the first address of the service CIDR; its Endpoints and EndpointSlice
 * hold the control-plane nodes and come back when someone deletes them.  Follows
 * pkg/controlplane/controller/kubernetesservice and pkg/controlplane/reconcilers.
 */
#include "server/server.h"

#include <string.h>

#include "api/view.h"

#define API_PORT 6443
#define NAME "kubernetes"

static int
make_pools(struct server *server, struct err *err)
{
	const struct settings *settings = &server->settings;

	for (size_t i = 0; i < 2; i++) {
		ippool_release(&server->ips[i]);
		if (settings->service_subnets[i].ip.family == IP_NONE)
			continue;
		if (!ippool_init(&server->ips[i], &settings->service_subnets[i]))
			return err_set(err, ERR_INPUT, "shortest allowed prefix length for service CIDR is 64, got %u",
				settings->service_subnets[i].prefix);
	}
	portpool_release(&server->ports);
	portpool_init(&server->ports, settings->node_port_first, settings->node_port_last);
	return 0;
}

static void
hold_addresses(struct server *server, const struct service *service)
{
	for (size_t i = 0; i < service->ncluster_ips; i++) {
		for (size_t pool = 0; pool < 2; pool++)
			(void)ippool_take(&server->ips[pool], &service->cluster_ips[i]);
	}
	for (size_t i = 0; i < service->nports; i++) {
		if (service->ports[i].node_port)
			(void)portpool_take(&server->ports, service->ports[i].node_port);
	}
	if (service->health_check_port)
		(void)portpool_take(&server->ports, service->health_check_port);
}

void
server_recount(struct server *server)
{
	struct err err = ERR_INIT;
	const struct object *const *list;
	size_t n;

	if (make_pools(server, &err))
		BUG("settings with bad service subnets: %s", err.text);
	list = store_list(server->store, kind_by_kind("Service"), NULL, &n);
	for (size_t i = 0; i < n; i++)
		hold_addresses(server, service_view(list[i]));
}

static struct value *
new_body(struct arena *arena, const char *kind, const char *name)
{
	struct value *body = value_map(arena);
	char version[64];

	value_set_text(arena, body, "apiVersion", kind_api_version(kind_by_kind(kind), version));
	value_set_text(arena, body, "kind", kind);
	value_set_text(arena, value_make_map(arena, body, "metadata"), "name", name);
	return body;
}

static struct value *
new_item(struct arena *arena, struct value *map, const char *list)
{
	struct value *item = value_map(arena);

	value_append(arena, value_make_list(arena, map, list), item);
	return item;
}

static void
add_port(struct arena *arena, struct value *map, int64_t port)
{
	struct value *item = new_item(arena, map, "ports");

	value_set_text(arena, item, "name", "https");
	value_set_int(arena, item, "port", port);
	value_set_text(arena, item, "protocol", "TCP");
}

static void
make_namespaces(struct server *server)
{
	static const char *const names[] = { "default", "kube-node-lease", "kube-public", "kube-system", NULL };
	struct arena arena = ARENA_INIT;

	server->program = "kube-apiserver";
	for (size_t i = 0; names[i]; i++)
		server_create(server, kind_by_kind("Namespace"), "", new_body(&arena, "Namespace", names[i]));
	server->program = NULL;
	arena_release(&arena);
}

static void
make_service(struct server *server)
{
	const struct kind *kind = kind_by_kind("Service");
	struct arena arena = ARENA_INIT;
	struct value *body, *labels, *spec;
	struct ip first = ip_plus(&server->ips[0].cidr.ip, 1);
	char text[IP_TEXT];

	if (store_get(server->store, kind, "default", NAME) || ippool_has(&server->ips[0], &first))
		return;
	body = new_body(&arena, "Service", NAME);
	labels = value_make_map(&arena, value_get(body, "metadata"), "labels");
	value_set_text(&arena, labels, "component", "apiserver");
	value_set_text(&arena, labels, "provider", "kubernetes");
	spec = value_make_map(&arena, body, "spec");
	value_set_text(&arena, spec, "clusterIP", ip_format(&first, text));
	value_set_text(&arena, spec, "sessionAffinity", "None");
	add_port(&arena, spec, 443);
	value_set_int(&arena, value_at(value_get(spec, "ports"), 0), "targetPort", API_PORT);
	server_create(server, kind, "default", body);
	arena_release(&arena);
}

/* The control-plane nodes' first addresses of the primary family, as a list of {ip: ..} or of texts. */
static size_t
add_addresses(struct server *server, struct arena *arena, struct value *list, bool as_maps)
{
	size_t n, found = 0;
	const struct object *const *nodes = store_list(server->store, kind_by_kind("Node"), NULL, &n);
	char text[IP_TEXT];

	for (size_t i = 0; i < n; i++) {
		const struct node *node = node_view(nodes[i]);
		struct value *item = value_map(arena);

		if (!node->control_plane || !node->nips)
			continue;
		ip_format(&node->ips[0], text);
		value_set_text(arena, item, "ip", text);
		value_append(arena, list, as_maps ? item : value_string(arena, text));
		found++;
	}
	return found;
}

/* Makes the object, or gives it the content of body where that differs: field by field, metadata left alone. */
static void
make_or_correct(struct server *server, const char *kind_name, struct value *body, const char *const *fields)
{
	const struct kind *kind = kind_by_kind(kind_name);
	const struct object *old = store_get(server->store, kind, "default", NAME);
	struct object *object;

	if (!old) {
		server_create(server, kind, "default", body);
		return;
	}
	object = object_copy(old);
	for (size_t i = 0; fields[i]; i++)
		value_set(&object->arena, object->root, fields[i],
			value_copy(&object->arena, value_get(body, fields[i])));
	server_write(server, object);
}

static void
make_endpoints(struct server *server)
{
	static const char *const fields[] = { "subsets", NULL };
	struct arena arena = ARENA_INIT;
	struct value *body = new_body(&arena, "Endpoints", NAME);
	struct value *subset = new_item(&arena, body, "subsets");

	value_set_text(&arena, value_make_map(&arena, value_get(body, "metadata"), "labels"),
		"endpointslice.kubernetes.io/skip-mirror", "true");
	if (add_addresses(server, &arena, value_make_list(&arena, subset, "addresses"), true)) {
		add_port(&arena, subset, API_PORT);
		make_or_correct(server, "Endpoints", body, fields);
	}
	arena_release(&arena);
}

static void
make_slice(struct server *server)
{
	static const char *const fields[] = { "endpoints", "ports", NULL };
	struct arena arena = ARENA_INIT;
	struct value *body = new_body(&arena, "EndpointSlice", NAME), *addresses = value_list(&arena);

	value_set_text(&arena, value_make_map(&arena, value_get(body, "metadata"), "labels"),
		"kubernetes.io/service-name", NAME);
	add_addresses(server, &arena, addresses, false);
	for (size_t i = 0; i < value_count(addresses); i++) {
		struct value *endpoint = new_item(&arena, body, "endpoints");

		value_append(&arena, value_make_list(&arena, endpoint, "addresses"), value_at(addresses, i));
		value_set_bool(&arena, value_make_map(&arena, endpoint, "conditions"), "ready", true);
	}
	if (value_count(addresses)) {
		value_set_text(
			&arena, body, "addressType", strchr(value_text(value_at(addresses, 0)), ':') ? "IPv6" : "IPv4");
		add_port(&arena, body, API_PORT);
		make_or_correct(server, "EndpointSlice", body, fields);
	}
	arena_release(&arena);
}

void
server_reconcile_kubernetes(struct server *server)
{
	const char *program = server->program;

	/* a server that was not bootstrapped holds a dump, to which nothing is added */
	if (!server->ports.held || !store_get(server->store, kind_by_kind("Namespace"), "", "default"))
		return;
	server->program = "kube-apiserver";
	make_service(server);
	make_endpoints(server);
	make_slice(server);
	server->program = program;
}

int
server_bootstrap(struct server *server, struct err *err)
{
	if (make_pools(server, err))
		return -1;
	make_namespaces(server);
	server_reconcile_kubernetes(server);
	return 0;
}
