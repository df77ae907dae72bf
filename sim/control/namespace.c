/*
 * Namespaces: each has a ServiceAccount `default` and the cluster's root certificate; one that is deleted takes
 * everything in it along and is there, Terminating, until the last of it is gone
 * (pkg/controller/namespace, serviceaccount, certificates/rootcacertpublisher).
 */
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"

static void
make(struct server *server, const char *namespace, const char *kind, const char *name, const char *key,
	const char *text)
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

/* ---- deletion: deletion/namespaced_resources_deleter.go, status_condition_utils.go ---- */

/* What is left of a namespace's content: "pods. has 2 resource instances", "x in 1 resource instances". */
struct remains {
	struct str kinds, finalizers;
	object_vec all;
};

static size_t
count_with_finalizer(const object_vec *objects, const char *finalizer)
{
	size_t count = 0;

	for (size_t i = 0; i < objects->n; i++) {
		const struct value *list = value_get(object_meta(objects->v[i]), "finalizers");

		for (size_t f = 0; f < value_count(list); f++)
			count += strcmp(value_text(value_at(list, f)), finalizer) == 0;
	}
	return count;
}

/* Each finalizer once, by the first object that has it. */
static void
describe_finalizers(struct remains *remains)
{
	for (size_t i = 0; i < remains->all.n; i++) {
		const struct value *list = value_get(object_meta(remains->all.v[i]), "finalizers");

		for (size_t f = 0; f < value_count(list); f++) {
			const char *finalizer = value_text(value_at(list, f));
			const object_vec before = { remains->all.v, i, i };

			if (!count_with_finalizer(&before, finalizer))
				str_addf(&remains->finalizers, "%s%s in %zu resource instances", remains->finalizers.len ? ", " : "",
					finalizer, count_with_finalizer(&remains->all, finalizer));
		}
	}
}

static void
delete_content(struct server *server, const struct object *namespace, struct remains *remains)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		object_vec objects = VEC_INIT;
		size_t before = remains->all.n;
		char resource[96];

		if (!kind->namespaced)
			continue;
		workload_list(server, kind->kind, namespace->name, &objects);
		for (size_t i = 0; i < objects.n; i++)
			if (!object_is_deleting(objects.v[i]))
				workload_delete(server, objects.v[i]);
		workload_list_release(&objects);
		workload_list(server, kind->kind, namespace->name, &remains->all);
		if (remains->all.n > before)
			str_addf(&remains->kinds, "%s%s%s has %zu resource instances", remains->kinds.len ? ", " : "",
				kind_resource(kind, resource), kind->group[0] ? "" : ".", remains->all.n - before);
	}
	describe_finalizers(remains);
}

static void
tell_remains(struct server *server, const struct object *namespace, const struct remains *remains)
{
	struct object *copy = object_copy(namespace);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	const char *some = arena_printf(&copy->arena, "Some resources are remaining: %s", remains->kinds.buf);
	const char *held = arena_printf(&copy->arena, "Some content in the namespace has finalizers remaining: %s",
		remains->finalizers.buf);
	bool finalizers = remains->finalizers.len;
	const struct condition conditions[] = {
		{ "NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered", false,
			false },
		{ "NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions",
			"All legacy kube types successfully parsed", false, false },
		{ "NamespaceDeletionContentFailure", "False", "ContentDeleted",
			"All content successfully deleted, may be waiting on finalization", false, false },
		{ "NamespaceContentRemaining", "True", "SomeResourcesRemain", some, false, false },
		{ "NamespaceFinalizersRemaining", finalizers ? "True" : "False",
			finalizers ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
			finalizers ? held : "All content-preserving finalizers finished", false, false },
	};

	for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++)
		workload_condition(&copy->arena, status, &conditions[i], server->clock.now);
	workload_commit(server, namespace, copy);
}

static void
terminate(struct server *server, const struct object *namespace)
{
	struct remains remains = { STR_INIT, STR_INIT, VEC_INIT };

	delete_content(server, namespace, &remains);
	if (remains.all.n)
		tell_remains(server, namespace, &remains);
	else
		server_remove(server, namespace);
	workload_list_release(&remains.all);
	str_release(&remains.kinds);
	str_release(&remains.finalizers);
}

static int64_t
reconcile(struct server *server)
{
	object_vec namespaces = VEC_INIT;

	workload_list(server, "Namespace", NULL, &namespaces);
	for (size_t i = 0; i < namespaces.n; i++) {
		const char *name = namespaces.v[i]->name;

		if (object_is_deleting(namespaces.v[i])) {
			terminate(server, namespaces.v[i]);
			continue;
		}
		make(server, name, "ServiceAccount", "default", NULL, NULL);
		make(server, name, "ConfigMap", "kube-root-ca.crt", "ca.crt",
			"-----BEGIN CERTIFICATE-----\nsvcsim has no certificates\n-----END CERTIFICATE-----\n");
	}
	workload_list_release(&namespaces);
	return CLOCK_NEVER;
}

/* The first three are what it makes; the others may be what keeps a namespace that goes. */
static const char *const watches[] = { "Namespace", "ServiceAccount", "ConfigMap", "Pod", "Service", "Secret",
	"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "Ingress", "NetworkPolicy", NULL };
const struct controller controller_namespace = { "namespace", watches, reconcile, NULL };
