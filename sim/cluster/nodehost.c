#include "cluster/nodehost.h"

#include <string.h>

#include "base/hash.h"
#include "server/proxyconfig.h"

struct value *
nodehost_document(const struct settings *settings, const char *node, struct arena *arena)
{
	struct value *document = value_map(arena);

	for (size_t i = settings->documents.n; i > 0; i--) {
		const struct value *old = settings->documents.v[i - 1];
		const char *kind = value_get_text(old, "kind"), *name = value_text(value_path(old, "metadata.name"));

		if (kind && name && strcmp(kind, "NodeHost") == 0 && strcmp(name, node) == 0)
			return value_copy(arena, old);
	}
	value_set_text(arena, document, "apiVersion", "svcsim/v1");
	value_set_text(arena, document, "kind", "NodeHost");
	value_set_text(arena, value_make_map(arena, document, "metadata"), "name", node);
	return document;
}

void
nodehost_put(struct cluster *cluster, const struct value *document)
{
	struct err err = ERR_INIT;

	if (settings_read(&cluster->server.settings, "NodeHost", document, &err))
		BUG("NodeHost: %s", err.text);
	cluster_forget_network(cluster);
	control_poke(&cluster->control);
}

/* ---- kube-proxy ---- */

static void
add_known(const struct cluster *cluster, const char *kind, const char *name, struct arena *arena, struct value *list)
{
	size_t n;
	const struct object *const *objects = store_list(cluster->server.store, kind_by_kind(kind), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		if (!name || strcmp(objects[i]->name, name) == 0)
			value_append(arena, list, value_copy(arena, objects[i]->root));
	}
}

void
nodehost_set_proxy(struct cluster *cluster, struct value *document, const char *node, enum proxy_state state,
	struct arena *arena)
{
	static const char *const names[] = { "running", "stopped", "gone" };
	struct value *spec = value_make_map(arena, document, "spec"), *list = value_list(arena);
	bool ended = settings_host(&cluster->server.settings, node).proxy_stopped;

	value_set_text(arena, value_make_map(arena, spec, "services"), "kube-proxy", names[state]);
	if (state == PROXY_RUNNING || !ended)
		value_remove(spec, "staleObjects");
	if (state == PROXY_RUNNING || ended)
		return;
	add_known(cluster, "Node", node, arena, list);
	add_known(cluster, "Service", NULL, arena, list);
	add_known(cluster, "EndpointSlice", NULL, arena, list);
	value_set(arena, spec, "staleObjects", list);
}

/* Its container runs, whatever the API says of its node. */
static bool
is_proxy(const struct object *object)
{
	const struct pod *pod = pod_view(object);
	const char *app = value_get_text(value_get(object_meta(object), "labels"), "k8s-app");
	const struct value *containers = value_path(object->root, "status.containerStatuses");

	return app && strcmp(app, "kube-proxy") == 0 && pod->node[0] && !pod->deleting && value_count(containers) &&
		value_path(value_at(containers, 0), "state.running");
}

static void
find_proxies(const struct cluster *cluster, struct map *nodes)
{
	size_t n;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), "kube-system", &n);

	for (size_t i = 0; i < n; i++) {
		if (is_proxy(pods[i]))
			map_set(nodes, pod_view(pods[i])->node, (void *)(uintptr_t)pods[i]);
	}
}

/* Which kube-proxies run, and since when. */
static uint64_t
starts_of(const struct cluster *cluster)
{
	const struct map_entry *entry;
	uint64_t sum = 0;

	for (size_t i = 0; (entry = map_next(&cluster->proxies, &i));) {
		const struct object *pod = entry->value;
		const struct value *containers = value_path(pod->root, "status.containerStatuses");
		char *text = xasprintf("%s %s", object_uid(pod), value_text(value_path(value_at(containers, 0), "state.running.startedAt")));

		sum += fnv32a(FNV32A_START, text, strlen(text));
		free(text);
	}
	return sum;
}

void
nodehost_begin(struct cluster *cluster)
{
	map_release(&cluster->proxies);
	cluster->proxies = (struct map)MAP_INIT;
	find_proxies(cluster, &cluster->proxies);
	cluster->proxies_seen = store_kind_version(cluster->server.store, kind_by_kind("Pod"));
	cluster->proxies_started = starts_of(cluster);
}

/*
 * A kube-proxy that starts reads its configuration.  All nodes have one configuration, so that of the first that starts
 * counts for the others, too.  What it can't begin with changes nothing: it ends at once (control/process.h).
 */
static void
read_config(struct cluster *cluster)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	const struct value *config = proxyconfig_read(cluster->server.store, &arena, &err);

	if (config && !settings_read(&cluster->server.settings, "config.conf", config, &err)) {
		cluster_forget_network(cluster);
		control_poke(&cluster->control);
	}
	err_release(&err);
	arena_release(&arena);
}

static void
change_proxy(struct cluster *cluster, const char *node, enum proxy_state state)
{
	struct arena arena = ARENA_INIT;
	struct value *document = nodehost_document(&cluster->server.settings, node, &arena);

	nodehost_set_proxy(cluster, document, node, state, &arena);
	nodehost_put(cluster, document);
	arena_release(&arena);
}

void
nodehost_follow(struct cluster *cluster)
{
	const struct map_entry *entry;
	struct map before = cluster->proxies;
	uint64_t started = cluster->proxies_started;

	if (cluster->proxies_seen == store_kind_version(cluster->server.store, kind_by_kind("Pod")))
		return;
	cluster->proxies = (struct map)MAP_INIT;
	nodehost_begin(cluster);
	for (size_t i = 0; (entry = map_next(&before, &i));) {
		if (!map_get(&cluster->proxies, entry->key) &&
			store_get(cluster->server.store, kind_by_kind("Node"), "", entry->key) &&
			!settings_host(&cluster->server.settings, entry->key).proxy_stopped)
			change_proxy(cluster, entry->key, PROXY_GONE);
	}
	for (size_t i = 0; (entry = map_next(&cluster->proxies, &i));) {
		if (settings_host(&cluster->server.settings, entry->key).proxy_gone)
			change_proxy(cluster, entry->key, PROXY_RUNNING);
	}
	map_release(&before);
	if (cluster->proxies_started != started && proxyconfig_is_news(&cluster->server))
		read_config(cluster);
}
