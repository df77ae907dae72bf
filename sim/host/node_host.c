/* The change is a new NodeHost document in the place of the old one: settings are what is saved. */
#include "host/node_host.h"

#include <string.h>

#include "proxy/ruleset.h"

bool
on_node(const struct shell *shell)
{
	return shell->place == PLACE_NODE;
}

bool
not_in_pod(const struct shell *shell)
{
	return shell->place != PLACE_POD;
}

struct world_node *
node_here(const struct shell *shell)
{
	world_sync(&shell->cluster->world);
	return shell->place == PLACE_NODE ? world_node(&shell->cluster->world, shell->place_name) : NULL;
}

/* The node's last document, as a copy; a new one when it has none. */
static struct value *
document_of(const struct settings *settings, const char *node, struct arena *arena)
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

/* From now on the node is as the document says. */
static void
document_put(struct cluster *cluster, const struct value *document)
{
	struct err err = ERR_INIT;

	if (settings_read(&cluster->server.settings, "NodeHost", document, &err))
		BUG("NodeHost: %s", err.text);
	cluster->server.changes++;
	cluster_forget_network(cluster);
	control_poke(&cluster->control);
	cluster_settle(cluster);
}

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

/* What kube-proxy knows when it is stopped, by which its rules stay; forgotten when it runs again. */
static void
keep_known(const struct cluster *cluster, const struct world_node *node, struct arena *arena, struct value *spec, bool run)
{
	struct value *list = value_list(arena);

	if (!run && node->host.proxy_stopped)
		return;
	value_remove(spec, "staleObjects");
	if (run)
		return;
	add_known(cluster, "Node", node->name, arena, list);
	add_known(cluster, "Service", NULL, arena, list);
	add_known(cluster, "EndpointSlice", NULL, arena, list);
	value_set(arena, spec, "staleObjects", list);
}

void
node_host_run(struct shell *shell, const char *service, bool run)
{
	struct cluster *cluster = shell->cluster;
	struct world_node *node = node_here(shell);
	struct arena arena = ARENA_INIT;
	struct value *document, *spec;
	char time[CLOCK_TEXT];

	if (!node)
		return;
	document = document_of(&cluster->server.settings, node->name, &arena);
	spec = value_make_map(&arena, document, "spec");
	if (strcmp(service, "kube-proxy") == 0)
		keep_known(cluster, node, &arena, spec, run);
	value_set_text(&arena, value_make_map(&arena, spec, "services"), service, run ? "running" : "stopped");
	if (strcmp(service, "kubelet") == 0 && !run && !node->host.kubelet_stopped)
		value_set_text(&arena, spec, "kubeletStoppedAt", clock_format(cluster->server.clock.now, time));
	document_put(cluster, document);
	arena_release(&arena);
}

void
node_host_route(struct shell *shell, const struct world_route *route)
{
	struct cluster *cluster = shell->cluster;
	struct arena arena = ARENA_INIT;
	struct value *document = document_of(&cluster->server.settings, shell->place_name, &arena),
		     *entry = value_map(&arena);
	struct value *spec = value_make_map(&arena, document, "spec"), *routes = value_list(&arena);
	const struct value *old = value_get(spec, "routes");
	char to[IP_TEXT], via[IP_TEXT];

	cidr_format(&route->to, to);
	for (size_t i = 0; i < value_count(old); i++) {
		const char *had = value_get_text(value_at(old, i), "to");

		if (!had || strcmp(had, to) != 0)
			value_append(&arena, routes, value_copy(&arena, value_at(old, i)));
	}
	value_set_text(&arena, entry, "to", to);
	if (route->via.family != IP_NONE)
		value_set_text(&arena, entry, "via", ip_format(&route->via, via));
	value_append(&arena, routes, entry);
	value_set(&arena, spec, "routes", routes);
	document_put(cluster, document);
	arena_release(&arena);
}

/* As iptables-save prints it, less the chains whose policy nobody changed. */
static void
rules_text(const char *node, const char *text, struct str *out)
{
	struct ruleset rules;
	struct err err = ERR_INIT;
	struct str saved = STR_INIT;

	ruleset_init(&rules, IP_V4);
	if (ruleset_read(&rules, node, text, strlen(text), &err))
		BUG("NodeHost %s: %s", node, err.text);
	ruleset_write_save(&rules, &saved);
	for (const char *line = saved.buf; *line; line += strcspn(line, "\n") + 1) {
		int len = (int)strcspn(line, "\n");

		if (line[0] != ':' || strncmp(line + strcspn(line, " "), " ACCEPT", 7) != 0)
			str_addf(out, "%.*s\n", len, line);
	}
	str_release(&saved);
	ruleset_release(&rules);
}

void
node_rules_get(struct shell *shell, struct node_rules *rules)
{
	const struct world_node *node = node_here(shell);

	*rules = (struct node_rules){ STR_INIT, STR_INIT };
	rules_text(node->name, node->host.rules, &rules->first);
	rules_text(node->name, node->host.appended_rules, &rules->last);
}

void
node_rules_put(struct shell *shell, const struct node_rules *rules)
{
	struct cluster *cluster = shell->cluster;
	struct arena arena = ARENA_INIT;
	struct value *document = document_of(&cluster->server.settings, shell->place_name, &arena);
	struct value *spec = value_make_map(&arena, document, "spec");

	value_set_text(&arena, spec, "rules", rules->first.buf);
	value_set_text(&arena, spec, "appendedRules", rules->last.buf);
	document_put(cluster, document);
	arena_release(&arena);
}

void
node_rules_release(struct node_rules *rules)
{
	str_release(&rules->first);
	str_release(&rules->last);
}
