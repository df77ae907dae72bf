/*
 * The rules of nodes.  They are made on first use, one family at a time: a trace that crosses two nodes compiles two
 * rulesets.  When Services change afterwards, a node in the iptables mode gets partial syncs, as kube-proxy makes
 * them; in the other modes, and where somebody's own rules stand among kube-proxy's, all is made anew.
 */
#include "net/world_rules.h"

#include <string.h>

#include "net/journey.h"
#include "proxy/kubeproxy.h"

/* A partial sync costs about as much as a thousandth of ten thousand Services' full one. */
#define PARTIAL_MAX 100

void
node_forget_rules(struct world_node *node)
{
	for (int i = 0; i < 2; i++) {
		engine_free(node->engines[i]);
		node->engines[i] = NULL;
		if (node->rules[i]) {
			ruleset_release(node->rules[i]);
			free(node->rules[i]);
			node->rules[i] = NULL;
		}
		if (node->layouts[i]) {
			layout_release(node->layouts[i]);
			free(node->layouts[i]);
			node->layouts[i] = NULL;
		}
		if (node->ipvs[i]) {
			ipvs_release(node->ipvs[i]);
			free(node->ipvs[i]);
			free(node->owned[i]);
			node->ipvs[i] = NULL;
			node->owned[i] = NULL;
		}
	}
	if (node->known)
		store_free(node->known);
	node->known = NULL;
}

/* ---- partial syncs ---- */

static void
touch(void *touched, const char *service)
{
	map_set(touched, service, touched);
}

/* Which Services have changed; false: it isn't known. */
static bool
find_touched(struct world *world, uint64_t since, struct map *touched)
{
	size_t n;
	const struct store_event *events = store_events(world->store, since, &n);
	const struct kind *service = kind_by_kind("Service"), *slice = kind_by_kind("EndpointSlice");
	bool whole = n == store_version(world->store) - since;	/* otherwise the log doesn't go back that far */

	for (size_t i = 0; whole && i < n; i++) {
		const struct object *object = events[i].object;

		if (object->kind == service) {
			char *key = xasprintf("%s/%s", object->namespace, object->name);

			touch(touched, key);
			free(key);
		} else if (object->kind == slice)
			slice_index_change(&world->slices, &events[i], touch, touched);
	}
	return whole;
}

/* The objects that a stopped kube-proxy last saw, as a store of their own. */
static struct store *
make_known(const struct value *objects)
{
	struct store *known = store_new();

	for (size_t i = 0; i < value_count(objects); i++) {
		const struct value *root = value_at(objects, i);
		const char *name = value_get_text(root, "kind");
		const struct kind *kind = name ? kind_by_kind(name) : NULL;
		struct object *object;

		if (!kind)
			continue;
		object = object_new(kind);
		object->root = value_copy(&object->arena, root);
		object_seal(object);
		store_load(known, object);
	}
	return known;
}

struct proxy_input
world_proxy_input(struct world *world, struct world_node *node, enum ip_family family)
{
	if (node->host.stale_objects) {
		if (!node->known)
			node->known = make_known(node->host.stale_objects);
		return (struct proxy_input){ node->known, world->settings, node->name, family, NULL };
	}
	if (!world->slices_known)
		slice_index_init(&world->slices, world->store);
	world->slices_known = true;
	return (struct proxy_input){ world->store, world->settings, node->name, family, &world->slices };
}

static bool
node_sync_service(struct world *world, struct world_node *node, enum ip_family family, const char *key)
{
	const struct proxy_input input = world_proxy_input(world, node, family);
	size_t i = (size_t)family - 1;
	const char *slash = strchr(key, '/');
	char *namespace = xasprintf("%.*s", (int)(slash - key), key);
	struct layout_change change;
	bool done = iptables_sync_service(&input, node->rules[i], node->layouts[i], namespace, slash + 1, &change);

	if (done && node->engines[i])
		engine_change(node->engines[i], &change);
	layout_change_release(&change);
	free(namespace);
	return done;
}

static bool
node_follow(struct world *world, struct world_node *node, const struct map *touched)
{
	const struct map_entry *entry;

	for (int family = IP_V4; family <= IP_V6; family++) {
		if (node->rules[family - 1] && !node->layouts[family - 1])
			return false;
		for (size_t i = 0; node->rules[family - 1] && (entry = map_next(touched, &i));)
			if (!node_sync_service(world, node, (enum ip_family)family, entry->key))
				return false;
	}
	return !node->ipvs[0] && !node->ipvs[1];
}

void
world_follow(struct world *world, uint64_t since)
{
	struct map touched = MAP_INIT;
	bool known = world->slices_known && find_touched(world, since, &touched);

	if (!known && world->slices_known) {
		slice_index_release(&world->slices);
		world->slices_known = false;
	}
	for (size_t i = 0; i < world->nnodes; i++)
		if (!known || touched.live > PARTIAL_MAX || !node_follow(world, &world->nodes[i], &touched))
			node_forget_rules(&world->nodes[i]);
	map_release(&touched);
}

/* A NodeHost's own rules, as if put there by iptables -I or -A; world_check_hosts has tried the text. */
static void
rules_add_host(struct ruleset *rules, const struct world_node *node, const char *text)
{
	struct err err = ERR_INIT;

	if (rules->family == IP_V4 && text[0] && ruleset_read(rules, "NodeHost", text, strlen(text), &err))
		BUG("NodeHost %s: %s", node->name, err.text);
}

/*
 * v1.32 has nft look for the device that detects local traffic by its number.  Of one that isn't there, and of a prefix, there
 * is none: nft refuses the whole transaction, and the node is left without a rule of kube-proxy's.
 */
static bool
nft_takes(const struct table *table)
{
	static const char *const devices[] = { "lo", UPLINK, BRIDGE };

	for (size_t i = 0; i < table->rules.n; i++)
		for (size_t m = 0; m < table->rules.v[i]->nmatches; m++) {
			const struct match *match = &table->rules.v[i]->matches[m];
			bool there = match->kind != MATCH_IN;

			for (size_t d = 0; !there && d < sizeof devices / sizeof devices[0]; d++)
				there = strcmp(match->text, devices[d]) == 0;
			if (!there)
				return false;
		}
	return true;
}

static void
load_nftables(const struct proxy_input *input, struct ruleset *rules)
{
	nftables_sync(input, rules);
	if (!nft_takes(ruleset_find_table(rules, NFTABLES_TABLE)))
		ruleset_drop_last_table(rules);
}

/* Rules of its own may stand anywhere among kube-proxy's. */
static bool
can_follow(const struct world *world, const struct world_node *node)
{
	return world->settings->proxy.mode == PROXY_IPTABLES && !node->host.proxy_stopped && !node->host.rules[0] &&
		!node->host.appended_rules[0];
}

struct ruleset *
world_rules(struct world *world, struct world_node *node, enum ip_family family)
{
	const struct proxy_input input = world_proxy_input(world, node, family);
	struct ruleset **rules = &node->rules[family - 1];
	struct err err = ERR_INIT;

	if (*rules)
		return *rules;
	*rules = xcalloc(1, sizeof **rules);
	ruleset_init(*rules, family);
	rules_add_host(*rules, node, node->host.rules);
	if (can_follow(world, node))
		node->layouts[family - 1] = xcalloc(1, sizeof(struct layout));
	iptables_node(&input, *rules, node->layouts[family - 1]);
	rules_add_host(*rules, node, node->host.appended_rules);
	if (world->settings->proxy.mode == PROXY_NFTABLES && node_host_has_rules(&node->host))
		load_nftables(&input, *rules);
	if (ruleset_link(*rules, node->name, &err))
		BUG("rules of %s: %s", node->name, err.text);
	return *rules;
}

static void
make_ipvs(struct world *world, struct world_node *node, enum ip_family family)
{
	const struct proxy_input input = world_proxy_input(world, node, family);
	struct ipvs *ipvs = xcalloc(1, sizeof *ipvs);
	struct ruleset rules;	/* world_rules has them */
	struct ip *owned;

	ruleset_init(&rules, family);
	ipvs_sync(&input, ipvs, &rules);
	ruleset_release(&rules);
	owned = xreallocarray(NULL, node->nlocal + ipvs->bound.n + 1, sizeof *owned);
	if (node->nlocal)
		memcpy(owned, node->local, node->nlocal * sizeof *owned);
	if (ipvs->bound.n)
		memcpy(owned + node->nlocal, ipvs->bound.v, ipvs->bound.n * sizeof *owned);
	node->ipvs[family - 1] = ipvs;
	node->owned[family - 1] = owned;
	node->nowned[family - 1] = node->nlocal + ipvs->bound.n;
}

const struct ipvs *
world_ipvs(struct world *world, struct world_node *node, enum ip_family family)
{
	if (world->settings->proxy.mode != PROXY_IPVS || !node_host_has_rules(&node->host))
		return NULL;
	if (!node->ipvs[family - 1])
		make_ipvs(world, node, family);
	return node->ipvs[family - 1];
}

const struct ip *
world_addresses(struct world *world, struct world_node *node, enum ip_family family, size_t *n)
{
	bool more = world_ipvs(world, node, family);

	*n = more ? node->nowned[family - 1] : node->nlocal;
	return more ? node->owned[family - 1] : node->local;
}

struct engine *
world_engine(struct world *world, struct world_node *node, enum ip_family family)
{
	struct engine **engine = &node->engines[family - 1];

	if (!*engine)
		*engine = engine_new(world_rules(world, node, family));
	return *engine;
}

int
world_use_rules(struct world *world, const char *name, const char *file, const char *text, size_t len, struct err *err)
{
	struct world_node *node = world_node(world, name);
	struct ruleset *rules = xcalloc(1, sizeof *rules);

	ruleset_init(rules, IP_V4);
	if (ruleset_read(rules, file, text, len, err) || ruleset_link(rules, file, err)) {
		ruleset_release(rules);
		free(rules);
		return -1;
	}
	node_forget_rules(node);
	node->rules[IP_V4 - 1] = rules;
	return 0;
}
