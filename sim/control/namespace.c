/*
 * Namespaces: each has a ServiceAccount `default` and the cluster's root certificate; one that is deleted takes
 * everything in it along (pkg/controller/namespace, serviceaccount, certificates/rootcacertpublisher).
 */
#include "control/controllers.h"
#include "control/workload.h"

static void
make(struct server *server, const char *namespace, const char *kind, const char *name, const char *key, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct value *body;

	if (store_get(server->store, kind_by_kind(kind), namespace, name))
		return;
	body = value_map(&arena);
	value_set_text(&arena, body, "apiVersion", "v1");
	value_set_text(&arena, body, "kind", kind);
	value_set_text(&arena, value_make_map(&arena, body, "metadata"), "name", name);
	value_set_text(&arena, value_make_map(&arena, body, "metadata"), "namespace", namespace);
	if (key)
		value_set_text(&arena, value_make_map(&arena, body, "data"), key, text);
	server_create(server, kind_by_kind(kind), namespace, body);
	arena_release(&arena);
}

static void
empty(struct server *server, const struct object *namespace)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		object_vec objects = VEC_INIT;

		if (!kind->namespaced)
			continue;
		workload_list(server, kind->kind, namespace->name, &objects);
		for (size_t i = 0; i < objects.n; i++)
			server_remove(server, objects.v[i]);
		workload_list_release(&objects);
	}
	server_remove(server, namespace);
}

static int64_t
reconcile(struct server *server)
{
	object_vec namespaces = VEC_INIT;

	workload_list(server, "Namespace", NULL, &namespaces);
	for (size_t i = 0; i < namespaces.n; i++) {
		const char *name = namespaces.v[i]->name;

		if (object_is_deleting(namespaces.v[i])) {
			empty(server, namespaces.v[i]);
			continue;
		}
		make(server, name, "ServiceAccount", "default", NULL, NULL);
		make(server, name, "ConfigMap", "kube-root-ca.crt", "ca.crt",
			"-----BEGIN CERTIFICATE-----\nsvcsim has no certificates\n-----END CERTIFICATE-----\n");
	}
	workload_list_release(&namespaces);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Namespace", "ServiceAccount", "ConfigMap", NULL };
const struct controller controller_namespace = { "namespace", watches, reconcile, NULL };
