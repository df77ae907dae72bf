/*
 * The nftables mode. One table holds it all: maps know every address and port, and lead to service-x (any endpoint),
 * local-x (this node's endpoints) or external-x (traffic from outside), and from there to endpoint-y, one endpoint's
 * DNAT.  Traffic that no endpoint can take is refused or dropped by maps of its own, which see it before its addresses
 * change, as the source ranges of balancers do.
 *
 * Follows pkg/proxy/nftables/proxier.go (v1.32, full sync).
 */
#include <string.h>

#include "base/hash.h"
#include "proxy/draft.h"
#include "proxy/node.h"

#define NAME_MAX 240	/* of a chain's name less its prefix */
#define HASH_CHARS 8

struct names {		/* the chains of one service port */
	const char *cluster, *local, *external, *firewall;
	const char *internal_policy, *external_policy;	/* cluster or local, by the two policies */
};

struct sync {
	const struct proxy_input *input;
	struct proxy_node node;
	struct ruleset *out;
	struct table *table;
	struct arena arena;
	struct set *cluster_ips, *node_port_ips, *service_ips, *service_node_ports;
	struct set *no_endpoint_services, *no_endpoint_node_ports, *firewall_ips;
};

static struct draft
draft(struct sync *sync, const char *chain)
{
	return draft_start(sync->out, &sync->arena, sync->table, chain);
}

static void
go_to(const struct draft *d, const char *chain)
{
	draft_finish_with(d, &(struct target){ .kind = TARGET_GOTO, .text = chain });
}

static void
mark_for_masquerade(const struct draft *d)
{
	draft_jump(d, "mark-for-masquerade");
}

/* Names: a hash keeps those apart that had to be cut. */

static const char *
chain_name(struct sync *sync, const char *prefix, const char *text)
{
	uint8_t digest[32];
	char hash[HASH_CHARS + 1];
	struct str name = STR_INIT;
	const char *kept;

	sha256(text, strlen(text), digest);
	base32(digest, sizeof digest, hash, HASH_CHARS);
	str_addf(&name, "%s-%s", hash, text);
	if (name.len > NAME_MAX) {
		str_truncate(&name, NAME_MAX - strlen("..."));
		str_add(&name, "...");
	}
	kept = arena_printf(&sync->out->arena, "%s%s", prefix, name.buf);
	str_release(&name);
	return kept;
}

static const char *
port_text(struct sync *sync, const struct proxy_port *port)
{
	return arena_printf(&sync->arena, "%s/%s/%s/%s", port->namespace, port->service, protocol_lower(port->protocol),
		port->port_name);
}

static void
name_chains(struct sync *sync, const struct proxy_port *port, struct names *names)
{
	const char *text = port_text(sync, port);

	names->cluster = chain_name(sync, "service-", text);
	names->local = chain_name(sync, "local-", text);
	names->external = chain_name(sync, "external-", text);
	names->firewall = chain_name(sync, "firewall-", text);
	names->internal_policy = port->internal_local ? names->local : names->cluster;
	names->external_policy = port->external_local ? names->local : names->cluster;
}

/* Colons can't stand in a chain's name. */
static const char *
endpoint_name(struct sync *sync, const char *prefix, const struct proxy_port *port,
	const struct proxy_endpoint *endpoint)
{
	char ip[IP_TEXT];

	ip_format(&endpoint->ip, ip);
	for (char *at = ip; *at; at++) {
		if (*at == ':')
			*at = '.';
	}
	return chain_name(sync, prefix, arena_printf(&sync->arena, "%s__%s/%u", port_text(sync, port), ip,
		(unsigned)endpoint->port));
}

/* What is there whatever the Services are. */

#define BEFORE_DNAT (-110)	/* sees the addresses that the sender wrote */
#define DNAT (-100)
#define AFTER_DNAT (-90)
#define SNAT 100

static void
write_base_chains(struct sync *sync)
{
	static const struct {
		const char *name;
		bool nat;
		enum hook hook;
		int priority;
	} bases[] = {
		{ "filter-prerouting", false, HOOK_PREROUTING, BEFORE_DNAT },
		{ "filter-input", false, HOOK_INPUT, BEFORE_DNAT },
		{ "filter-forward", false, HOOK_FORWARD, BEFORE_DNAT },
		{ "filter-output", false, HOOK_OUTPUT, BEFORE_DNAT },
		{ "filter-output-post-dnat", false, HOOK_OUTPUT, AFTER_DNAT },
		{ "nat-prerouting", true, HOOK_PREROUTING, DNAT },
		{ "nat-output", true, HOOK_OUTPUT, DNAT },
		{ "nat-postrouting", true, HOOK_POSTROUTING, SNAT },
	};

	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
		chain_set_base(table_chain(sync->out, sync->table, bases[i].name), bases[i].nat, bases[i].hook,
			bases[i].priority);
}

static void
write_jumps(struct sync *sync)
{
	static const struct {
		const char *from, *to;
		bool only_new;
	} jumps[] = {
		{ "filter-input", "nodeport-endpoints-check", true },
		{ "filter-input", "service-endpoints-check", true },
		{ "filter-forward", "service-endpoints-check", true },
		{ "filter-output", "service-endpoints-check", true },
		{ "filter-prerouting", "firewall-check", true },
		{ "filter-output", "firewall-check", true },
		{ "nat-output", "services", false },
		{ "nat-prerouting", "services", false },
		{ "nat-postrouting", "masquerading", false },
		{ "filter-forward", "cluster-ips-check", true },
		{ "filter-output-post-dnat", "cluster-ips-check", true },
	};

	for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
		struct draft d = draft(sync, jumps[i].from);

		table_chain(sync->out, sync->table, jumps[i].to);
		if (jumps[i].only_new)
			draft_ctstate(&d, false, CT_NEW);
		draft_jump(&d, jumps[i].to);
	}
	table_chain(sync->out, sync->table, "mark-for-masquerade");
}

static void
write_masquerade(struct sync *sync)
{
	uint32_t mark = sync->node.mark;
	struct draft d = draft(sync, "mark-for-masquerade");

	draft_finish_with(&d, &(struct target){ .kind = TARGET_MARK_OR, .value = mark, .mask = mark });
	d = draft(sync, "masquerading");
	draft_match(&d, MATCH_MARK)->mask = mark;
	draft_finish(&d, TARGET_RETURN);
	d = draft(sync, "masquerading");
	draft_finish_with(&d, &(struct target){ .kind = TARGET_MARK_XOR, .value = mark });
	d = draft(sync, "masquerading");
	draft_finish_with(&d, &(struct target){ .kind = TARGET_MASQUERADE, .random_fully = true });
}

static void
write_cluster_ips_check(struct sync *sync)
{
	struct draft d = draft(sync, "cluster-ips-check");

	sync->cluster_ips = table_set(sync->out, sync->table, "cluster-ips", SET_ADDRESS, false, "Active ClusterIPs");
	draft_match(&d, MATCH_DESTINATION_SET)->set = sync->cluster_ips;
	draft_comment(&d, "Reject traffic to invalid ports of ClusterIPs");
	draft_finish(&d, TARGET_REJECT);
}

static void
write_node_port_ips(struct sync *sync)
{
	ip_list list = VEC_INIT;

	if (proxy_node_every_address(&sync->node))
		return;
	sync->node_port_ips = table_set(sync->out, sync->table, "nodeport-ips", SET_ADDRESS, false,
		"IPs that accept NodePort traffic");
	proxy_node_port_ips(&sync->node, false, &list);
	for (size_t i = 0; i < list.n; i++)
		set_add(sync->node_port_ips)->ip = list.v[i];
	vec_release(&list);
}

static struct set *
verdict_map(struct sync *sync, const char *name, enum set_key key, const char *comment)
{
	return table_set(sync->out, sync->table, name, key, true, comment);
}

static void
look_up(const struct draft *d, const struct set *map)
{
	draft_finish_with(d, &(struct target){ .kind = TARGET_VMAP, .set = map });
}

/* Node ports are open on the listed addresses, or on all but the loopback's. */
static void
look_up_node_port(struct sync *sync, const char *chain, bool local, const struct set *map)
{
	struct draft d = draft(sync, chain);

	if (sync->node_port_ips)
		draft_match(&d, MATCH_DESTINATION_SET)->set = sync->node_port_ips;
	else {
		if (local)
			draft_match(&d, MATCH_ADDRTYPE_DST)->text = "local";
		if (sync->input->family == IP_V6)
			draft_range(&d, MATCH_DESTINATION, true, "::1/128");
		else
			draft_range(&d, MATCH_DESTINATION, true, "127.0.0.0/8");
	}
	look_up(&d, map);
}

static void
write_refusals(struct sync *sync)
{
	struct chain *reject = table_chain(sync->out, sync->table, "reject-chain");
	struct draft d = draft(sync, reject->name);

	reject->comment = "helper for @no-endpoint-services / @no-endpoint-nodeports";
	draft_finish(&d, TARGET_REJECT);
	sync->no_endpoint_services = verdict_map(sync, "no-endpoint-services", SET_ADDRESS_PORT,
		"vmap to drop or reject packets to services with no endpoints");
	sync->no_endpoint_node_ports = verdict_map(sync, "no-endpoint-nodeports", SET_PORT,
		"vmap to drop or reject packets to service nodeports with no endpoints");
	d = draft(sync, "service-endpoints-check");
	look_up(&d, sync->no_endpoint_services);
	look_up_node_port(sync, "nodeport-endpoints-check", false, sync->no_endpoint_node_ports);
}

static void
write_dispatch(struct sync *sync)
{
	struct draft d = draft(sync, "firewall-check");

	sync->firewall_ips = verdict_map(sync, "firewall-ips", SET_ADDRESS_PORT,
		"destinations that are subject to LoadBalancerSourceRanges");
	look_up(&d, sync->firewall_ips);
	sync->service_ips = verdict_map(sync, "service-ips", SET_ADDRESS_PORT,
		"ClusterIP, ExternalIP and LoadBalancer IP traffic");
	sync->service_node_ports = verdict_map(sync, "service-nodeports", SET_PORT, "NodePort traffic");
	d = draft(sync, "services");
	look_up(&d, sync->service_ips);
	look_up_node_port(sync, "services", true, sync->service_node_ports);
}

/* One service port: who may come in. */

static struct element *
add_entry(struct set *map, const struct ip *ip, const struct proxy_port *port, uint16_t number)
{
	struct element *element = set_add(map);

	if (ip)
		element->ip = *ip;
	element->protocol = port->protocol;
	element->port = number;
	return element;
}

static void
add_way(struct set *map, const struct ip *ip, const struct proxy_port *port, uint16_t number, const char *chain)
{
	add_entry(map, ip, port, number)->verdict = (struct target){ .kind = TARGET_GOTO, .text = chain };
}

/* Nobody can take it: without any endpoint it is refused, with none that a policy allows it is dropped. */
static void
add_refusal(struct sync *sync, struct set *map, const struct ip *ip, const struct proxy_port *port, uint16_t number)
{
	struct element *element = add_entry(map, ip, port, number);

	element->comment = arena_strdup(&sync->out->arena, port->name);
	element->verdict = port->has_endpoints ? (struct target){ .kind = TARGET_DROP }
		: (struct target){ .kind = TARGET_GOTO, .text = "reject-chain" };
}

static void
write_external_address(struct sync *sync, const struct proxy_port *port, const struct names *names,
	const struct ip *ip)
{
	if (port->has_endpoints)
		add_way(sync->service_ips, ip, port, port->port, names->external);
	if (!port->has_external)
		add_refusal(sync, sync->no_endpoint_services, ip, port, port->port);
}

static bool
uses_firewall(const struct proxy_port *port)
{
	return port->nvips > 0 && port->nsource_ranges > 0;
}

static void
write_entries(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	set_add(sync->cluster_ips)->ip = port->cluster_ip;
	if (port->has_internal)
		add_way(sync->service_ips, &port->cluster_ip, port, port->port, names->internal_policy);
	else
		add_refusal(sync, sync->no_endpoint_services, &port->cluster_ip, port, port->port);
	for (size_t i = 0; i < port->nexternal_ips; i++)
		write_external_address(sync, port, names, &port->external_ips[i]);
	for (size_t i = 0; i < port->nvips; i++) {
		write_external_address(sync, port, names, &port->vips[i]);
		if (uses_firewall(port))
			add_way(sync->firewall_ips, &port->vips[i], port, port->port, names->firewall);
	}
	if (port->node_port && port->has_endpoints)
		add_way(sync->service_node_ports, NULL, port, port->node_port, names->external);
	if (port->node_port && !port->has_external)
		add_refusal(sync, sync->no_endpoint_node_ports, NULL, port, port->node_port);
}

/* Traffic of pods on this node, or its opposite; false without a detector. */
static bool
local_traffic(const struct sync *sync, struct draft *d, bool invert)
{
	struct match *made;

	if (sync->node.local_traffic.kind == MATCH_OTHER)
		return false;
	made = draft_match(d, MATCH_OTHER);
	*made = sync->node.local_traffic;
	made->invert = invert;
	return true;
}

/* Who uses a cluster IP from elsewhere gets this node's address: the endpoint may be on another node. */
static void
write_internal(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d = draft(sync, names->internal_policy);

	draft_address(&d, MATCH_DESTINATION, &port->cluster_ip);
	draft_match(&d, MATCH_PROTOCOL)->protocol = port->protocol;
	draft_dport(&d, port->port);
	if (sync->node.settings->masquerade_all || local_traffic(sync, &d, true))
		mark_for_masquerade(&d);
}

/* Policy Local is for traffic from outside: this node's own, and its pods', goes to any endpoint. */
static void
write_short_cuts(struct sync *sync, const struct names *names)
{
	struct draft d = draft(sync, names->external);

	if (local_traffic(sync, &d, false)) {
		draft_comment(&d, "short-circuit pod traffic");
		go_to(&d, names->cluster);
	}
	d = draft(sync, names->external);
	draft_match(&d, MATCH_ADDRTYPE_SRC)->text = "local";
	draft_comment(&d, "masquerade local traffic");
	mark_for_masquerade(&d);
	d = draft(sync, names->external);
	draft_match(&d, MATCH_ADDRTYPE_SRC)->text = "local";
	draft_comment(&d, "short-circuit local traffic");
	go_to(&d, names->cluster);
}

static void
write_external(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d = draft(sync, names->external);

	if (port->external_local)
		write_short_cuts(sync, names);
	else
		mark_for_masquerade(&d);
	d = draft(sync, names->external);
	if (port->has_external)
		go_to(&d, names->external_policy);
}

/* The node's own packets to a balancer's address that the node also holds have it as their source. */
static void
write_firewall(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	const struct ip *self = proxy_node_primary(&sync->node);
	struct set *ranges = set_new(sync->out, SET_RANGE, false);
	struct draft d = draft(sync, names->firewall);
	struct match *sources = draft_match(&d, MATCH_SOURCE_SET);
	bool from_node = false;

	for (size_t i = 0; i < port->nsource_ranges; i++) {
		set_add(ranges)->range = port->source_ranges[i];
		from_node = from_node || (self && cidr_contains(&port->source_ranges[i], self));
	}
	for (size_t i = 0; from_node && i < port->nvips; i++) {
		struct element *vip = set_add(ranges);

		vip->ip = port->vips[i];
		vip->range = (struct cidr){ vip->ip, ip_bits(vip->ip.family) };
	}
	sources->set = ranges;
	sources->invert = true;
	draft_finish(&d, TARGET_DROP);
}

/* One service port: where it goes. */

/* Who was sent to an endpoint before: a set for each, to which that endpoint's chain adds. */
static void
affinity(struct sync *sync, struct draft *d, enum match_kind kind, const struct proxy_port *port,
	const struct proxy_endpoint *endpoint)
{
	struct match *made = draft_match(d, kind);

	made->text = endpoint_name(sync, "affinity-", port, endpoint);
	made->value = (uint32_t)port->affinity_seconds;
	made->cidr.ip.family = sync->input->family;
}

static void
write_affinity_sets(struct sync *sync, const struct proxy_port *port)
{
	for (size_t i = 0; port->affinity && i < port->nreachable; i++)
		table_set(sync->out, sync->table, endpoint_name(sync, "affinity-", port, port->reachable[i]), SET_ADDRESS,
			false, NULL)->timeout = port->affinity_seconds;
}

static void
write_choice(struct sync *sync, const struct proxy_port *port, const char *chain,
	struct proxy_endpoint *const *endpoints, size_t n)
{
	struct set *choice = set_new(sync->out, SET_NUMBER, true);
	struct draft d;

	for (size_t i = 0; port->affinity && i < n; i++) {
		d = draft(sync, chain);
		affinity(sync, &d, MATCH_RECENT_CHECK, port, endpoints[i]);
		go_to(&d, endpoint_name(sync, "endpoint-", port, endpoints[i]));
	}
	for (size_t i = 0; i < n; i++)
		set_add(choice)->verdict = (struct target){ .kind = TARGET_GOTO,
			.text = endpoint_name(sync, "endpoint-", port, endpoints[i]) };
	d = draft(sync, chain);
	draft_finish_with(&d, &(struct target){ .kind = TARGET_NUMGEN, .set = choice });
}

static void
write_endpoint(struct sync *sync, const struct proxy_port *port, const struct proxy_endpoint *endpoint)
{
	const char *chain = endpoint_name(sync, "endpoint-", port, endpoint);
	struct draft d = draft(sync, chain);

	/* a pod that reaches itself needs the answer to come back through the node */
	draft_address(&d, MATCH_SOURCE, &endpoint->ip);
	mark_for_masquerade(&d);
	if (port->affinity) {
		d = draft(sync, chain);
		affinity(sync, &d, MATCH_RECENT_SET, port, endpoint);
		draft_finish(&d, TARGET_NONE);
	}
	d = draft(sync, chain);
	draft_match(&d, MATCH_PROTOCOL)->protocol = port->protocol;
	draft_finish_with(&d, &(struct target){ .kind = TARGET_DNAT, .ip = endpoint->ip, .port = endpoint->port });
}

/* Chains are listed in the order in which they were made. */
static void
make_chains(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	for (size_t i = 0; i < port->nreachable; i++)
		table_chain(sync->out, sync->table, endpoint_name(sync, "endpoint-", port, port->reachable[i]));
	if (port->uses_cluster && port->ncluster > 0)
		table_chain(sync->out, sync->table, names->cluster);
	if (port->uses_local && port->nlocal > 0)
		table_chain(sync->out, sync->table, names->local);
	if (port->has_endpoints && port->externally_accessible)
		table_chain(sync->out, sync->table, names->external);
	if (uses_firewall(port))
		table_chain(sync->out, sync->table, names->firewall);
}

static void
write_port(struct sync *sync, const struct proxy_port *port)
{
	struct names names;

	name_chains(sync, port, &names);
	make_chains(sync, port, &names);
	write_entries(sync, port, &names);
	if (port->has_internal)
		write_internal(sync, port, &names);
	if (port->has_endpoints && port->externally_accessible)
		write_external(sync, port, &names);
	if (uses_firewall(port))
		write_firewall(sync, port, &names);
	write_affinity_sets(sync, port);
	if (port->uses_cluster && port->ncluster > 0)
		write_choice(sync, port, names.cluster, port->cluster, port->ncluster);
	if (port->uses_local && port->nlocal > 0)
		write_choice(sync, port, names.local, port->local, port->nlocal);
	for (size_t i = 0; i < port->nreachable; i++)
		write_endpoint(sync, port, port->reachable[i]);
}

void
nftables_sync(const struct proxy_input *input, struct ruleset *out)
{
	struct sync sync = { .input = input, .out = out, .arena = ARENA_INIT };
	struct proxy_port *ports;
	size_t n;

	proxy_node_init(&sync.node, input, &sync.arena);
	proxy_ports(input, &sync.arena, &ports, &n);
	sync.table = ruleset_nft_table(out, NFTABLES_TABLE, "rules for kube-proxy");
	write_base_chains(&sync);
	write_jumps(&sync);
	write_masquerade(&sync);
	write_cluster_ips_check(&sync);
	write_node_port_ips(&sync);
	write_refusals(&sync);
	write_dispatch(&sync);
	for (size_t i = 0; i < n; i++)
		write_port(&sync, &ports[i]);
	arena_release(&sync.arena);
}
