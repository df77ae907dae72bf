/* The change is a new NodeHost document in the place of the old one: settings are what is saved. */
#include "host/node_host.h"

#include <string.h>

#include "cluster/nodehost.h"
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

void
node_host_put(struct shell *shell, const struct value *document)
{
	struct cluster *cluster = shell->cluster;

	nodehost_put(cluster, document);
	cluster->server.changes++;	/* asked for, so it can be undone */
	cluster_settle(cluster);
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
	document = nodehost_document(&cluster->server.settings, node->name, &arena);
	spec = value_make_map(&arena, document, "spec");
	if (strcmp(service, "kube-proxy") == 0)
		nodehost_set_proxy(cluster, document, node->name, run ? PROXY_RUNNING : PROXY_STOPPED, &arena);
	else
		value_set_text(&arena, value_make_map(&arena, spec, "services"), service, run ? "running" : "stopped");
	if (strcmp(service, "kubelet") == 0 && !run && !node->host.kubelet_stopped)
		value_set_text(&arena, spec, "kubeletStoppedAt", clock_format(cluster->server.clock.now, time));
	node_host_put(shell, document);
	arena_release(&arena);
}

void
node_host_route(struct shell *shell, const struct world_route *route)
{
	struct cluster *cluster = shell->cluster;
	struct arena arena = ARENA_INIT;
	struct value *document = nodehost_document(&cluster->server.settings, shell->place_name, &arena),
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
	node_host_put(shell, document);
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
	struct value *document = nodehost_document(&cluster->server.settings, shell->place_name, &arena);
	struct value *spec = value_make_map(&arena, document, "spec");

	value_set_text(&arena, spec, "rules", rules->first.buf);
	value_set_text(&arena, spec, "appendedRules", rules->last.buf);
	node_host_put(shell, document);
	arena_release(&arena);
}

void
node_rules_release(struct node_rules *rules)
{
	str_release(&rules->first);
	str_release(&rules->last);
}
