/*
 * The iptables mode. A packet for a Service meets KUBE-SERVICES, which knows every address; from there KUBE-SVC-x
 * (any endpoint), KUBE-SVL-x (this node's endpoints) or KUBE-EXT-x (traffic from outside) leads to KUBE-SEP-y, one
 * endpoint's DNAT. Traffic that no endpoint can take is refused or dropped in the filter table, which sees only what
 * nat left alone. A full sync writes everything anew, in the order of this file's functions.
 *
 * Follows pkg/proxy/iptables/proxier.go (syncProxyRules).
 */
#include <string.h>

#include "base/hash.h"
#include "proxy/draft.h"
#include "proxy/node.h"

#define LARGE_CLUSTER_ENDPOINTS 1000	/* above this, endpoints' rules have no comments */
#define NODE_PORTS_COMMENT "kubernetes service nodeports; NOTE: this must be the last rule in this chain"

#define CHAIN_TEXT 32
struct names {		/* the chains of one service port */
	char svc[CHAIN_TEXT], svl[CHAIN_TEXT], ext[CHAIN_TEXT], fw[CHAIN_TEXT];
	const char *internal, *external;	/* svc or svl, by the two policies */
};

struct sync {
	const struct proxy_input *input;
	struct proxy_node node;
	struct ruleset *out;
	struct table *filter, *nat;
	struct arena arena;
	bool localhost_node_ports, large;
};

static struct draft
draft(struct sync *sync, struct table *table, const char *chain)
{
	return draft_start(sync->out, &sync->arena, table, chain);
}

static void
mark(const struct sync *sync, struct draft *draft, bool invert)
{
	struct match *made = draft_match(draft, MATCH_MARK);

	made->invert = invert;
	made->value = made->mask = sync->node.mark;
}

/* Traffic of pods on this node, or its opposite; false without a detector. */
static bool
local_traffic(const struct sync *sync, struct draft *draft, bool invert)
{
	struct match *made;

	if (sync->node.local_traffic.kind == MATCH_OTHER)
		return false;
	made = draft_match(draft, MATCH_OTHER);
	*made = sync->node.local_traffic;
	made->invert = invert;
	return true;
}

static void
finish_mark(const struct sync *sync, const struct draft *draft, enum target_kind kind)
{
	draft_finish_with(draft, &(struct target){ .kind = kind, .value = sync->node.mark,
		.mask = kind == TARGET_MARK_OR ? sync->node.mark : 0 });
}

#define HASH_TEXT 17

static void
chain_hash(const char *text, char hash[static HASH_TEXT])
{
	uint8_t digest[32];

	sha256(text, strlen(text), digest);
	base32(digest, sizeof digest, hash, HASH_TEXT - 1);
}

static void
join_name(const char *prefix, const char *hash, char name[static CHAIN_TEXT])
{
	size_t len = strlen(prefix);

	memcpy(name, prefix, len);
	memcpy(name + len, hash, HASH_TEXT);
}

void
proxy_chain_name(const char *prefix, const char *text, char name[static 32])
{
	char hash[HASH_TEXT];

	chain_hash(text, hash);
	join_name(prefix, hash, name);
}

static void
name_chains(struct sync *sync, const struct proxy_port *port, struct names *names)
{
	char hash[HASH_TEXT];

	chain_hash(arena_printf(&sync->arena, "%s%s", port->name, protocol_lower(port->protocol)), hash);
	join_name("KUBE-SVC-", hash, names->svc);
	join_name("KUBE-SVL-", hash, names->svl);
	join_name("KUBE-EXT-", hash, names->ext);
	join_name("KUBE-FW-", hash, names->fw);
	names->internal = port->internal_local ? names->svl : names->svc;
	names->external = port->external_local ? names->svl : names->svc;
}

static const char *
endpoint_chain(struct sync *sync, const struct proxy_port *port, struct proxy_endpoint *endpoint)
{
	char name[CHAIN_TEXT];

	if (!endpoint->chain) {
		proxy_chain_name("KUBE-SEP-", arena_printf(&sync->arena, "%s%s%s", port->name,
			protocol_lower(port->protocol), endpoint->text), name);
		endpoint->chain = arena_strdup(&sync->arena, name);
	}
	return endpoint->chain;
}

static void
sync_init(struct sync *sync, const struct proxy_input *input, struct ruleset *out)
{
	*sync = (struct sync){ .input = input, .out = out, .arena = ARENA_INIT };
	proxy_node_init(&sync->node, input, &sync->arena);
	sync->localhost_node_ports = proxy_node_localhost_ports(&sync->node);
}

/* The chains that are always there, and the masquerade mark. */

static void
write_top_chains(struct sync *sync)
{
	static const char *const filter[] = {
		"KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL",
	};
	static const char *const nat[] = { "KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ" };

	sync->filter = ruleset_table(sync->out, "filter");
	sync->nat = ruleset_table(sync->out, "nat");
	for (size_t i = 0; i < sizeof filter / sizeof *filter; i++)
		table_chain(sync->out, sync->filter, filter[i]);
	for (size_t i = 0; i < sizeof nat / sizeof *nat; i++)
		table_chain(sync->out, sync->nat, nat[i]);
}

static void
write_masquerade(struct sync *sync)
{
	struct draft d = draft(sync, sync->nat, "KUBE-POSTROUTING");

	mark(sync, &d, true);
	draft_finish(&d, TARGET_RETURN);
	d = draft(sync, sync->nat, "KUBE-POSTROUTING");
	finish_mark(sync, &d, TARGET_MARK_XOR);
	draft_comment(&d, "kubernetes service traffic requiring SNAT");
	draft_finish_with(&d, &(struct target){ .kind = TARGET_MASQUERADE, .random_fully = sync->node.host.random_fully });
	d = draft(sync, sync->nat, "KUBE-MARK-MASQ");
	finish_mark(sync, &d, TARGET_MARK_OR);
}

/* Node ports on 127.0.0.1 need route_localnet; nobody else on the link may use it. */
void
iptables_localnet_firewall(struct ruleset *out)
{
	struct arena arena = ARENA_INIT;
	struct draft d = draft_start(out, &arena, ruleset_table(out, "filter"), "KUBE-FIREWALL");

	draft_comment(&d, "block incoming localnet connections");
	draft_range(&d, MATCH_DESTINATION, false, "127.0.0.0/8");
	draft_range(&d, MATCH_SOURCE, true, "127.0.0.0/8");
	draft_ctstate(&d, true, CT_RELATED | CT_ESTABLISHED | CT_DNAT);
	draft_finish(&d, TARGET_DROP);
	arena_release(&arena);
}

/* One service port: who may come in. */

/* What filter does with traffic that a policy gives no endpoint. */
static void
finish_refusal(struct sync *sync, struct draft *d, const struct proxy_port *port)
{
	if (port->has_endpoints)
		draft_finish(d, TARGET_DROP);
	else
		draft_finish_with(d, &(struct target){ .kind = TARGET_REJECT,
			.text = sync->input->family == IP_V6 ? "icmp6-port-unreachable" : "icmp-port-unreachable" });
}

static void
refusal_comment(struct draft *d, const struct proxy_port *port)
{
	draft_comment(d, "%s has no %sendpoints", port->name, port->has_endpoints ? "local " : "");
}

static void
write_refusal(struct sync *sync, const struct proxy_port *port, const char *chain, const struct ip *ip)
{
	struct draft d = draft(sync, sync->filter, chain);

	refusal_comment(&d, port);
	draft_protocol(&d, port->protocol);
	draft_address(&d, MATCH_DESTINATION, ip);
	draft_dport(&d, port->port);
	finish_refusal(sync, &d, port);
}

static void
write_entry(struct sync *sync, const struct proxy_port *port, const char *what, const struct ip *ip, const char *chain)
{
	struct draft d = draft(sync, sync->nat, "KUBE-SERVICES");

	draft_comment(&d, "%s %s IP", port->name, what);
	draft_protocol(&d, port->protocol);
	draft_address(&d, MATCH_DESTINATION, ip);
	draft_dport(&d, port->port);
	draft_jump(&d, chain);
}

static void
write_external_ips(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	for (size_t i = 0; i < port->nexternal_ips; i++) {
		if (port->has_endpoints)
			write_entry(sync, port, "external", &port->external_ips[i], names->ext);
		if (!port->has_external)
			write_refusal(sync, port, "KUBE-EXTERNAL-SERVICES", &port->external_ips[i]);
	}
}

static bool
uses_firewall(const struct proxy_port *port)
{
	return port->nsource_ranges > 0 && port->nvips > 0 && port->has_endpoints;
}

/* What came to a balancer's address and left its source ranges' chain without DNAT. */
static void
write_vip_firewall(struct sync *sync, const struct proxy_port *port, const struct names *names, const struct ip *vip)
{
	struct draft d = draft(sync, sync->filter, "KUBE-PROXY-FIREWALL");

	draft_comment(&d, "%s traffic not accepted by %s", port->name, names->fw);
	draft_protocol(&d, port->protocol);
	draft_address(&d, MATCH_DESTINATION, vip);
	draft_dport(&d, port->port);
	draft_finish(&d, TARGET_DROP);
}

static void
write_vips(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	for (size_t i = 0; port->has_endpoints && i < port->nvips; i++) {
		write_entry(sync, port, "loadbalancer", &port->vips[i], uses_firewall(port) ? names->fw : names->ext);
		if (uses_firewall(port))
			write_vip_firewall(sync, port, names, &port->vips[i]);
	}
	for (size_t i = 0; !port->has_external && i < port->nvips; i++)
		write_refusal(sync, port, "KUBE-EXTERNAL-SERVICES", &port->vips[i]);
}

static void
write_node_port(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d;

	if (port->has_endpoints && sync->localhost_node_ports && sync->node.host.nfacct_localhost) {
		d = draft(sync, sync->nat, "KUBE-NODEPORTS");
		draft_comment(&d, "%s", port->name);
		draft_protocol(&d, port->protocol);
		draft_range(&d, MATCH_DESTINATION, false, "127.0.0.0/8");
		draft_dport(&d, port->node_port);
		draft_match(&d, MATCH_NFACCT)->text = "localhost_nps_accepted_pkts";
		draft_jump(&d, names->ext);
	}
	if (port->has_endpoints) {
		d = draft(sync, sync->nat, "KUBE-NODEPORTS");
		draft_comment(&d, "%s", port->name);
		draft_protocol(&d, port->protocol);
		draft_dport(&d, port->node_port);
		draft_jump(&d, names->ext);
	}
	if (port->has_external)
		return;
	d = draft(sync, sync->filter, "KUBE-EXTERNAL-SERVICES");
	refusal_comment(&d, port);
	draft_match(&d, MATCH_ADDRTYPE_DST)->text = "LOCAL";
	draft_protocol(&d, port->protocol);
	draft_dport(&d, port->node_port);
	finish_refusal(sync, &d, port);
}

static void
write_health_check_port(struct sync *sync, const struct proxy_port *port)
{
	struct draft d = draft(sync, sync->filter, "KUBE-NODEPORTS");

	draft_comment(&d, "%s health check node port", port->name);
	draft_protocol(&d, PROTOCOL_TCP);
	draft_dport(&d, port->health_check_port);
	draft_finish(&d, TARGET_ACCEPT);
}

static void
write_entries(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	if (port->has_internal)
		write_entry(sync, port, "cluster", &port->cluster_ip, names->internal);
	else
		write_refusal(sync, port, "KUBE-SERVICES", &port->cluster_ip);
	write_external_ips(sync, port, names);
	write_vips(sync, port, names);
	if (port->node_port)
		write_node_port(sync, port, names);
	if (port->health_check_port)
		write_health_check_port(sync, port);
}

/* One service port: its own chains. */

static void
write_cluster_ip_masquerade(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d = draft(sync, sync->nat, names->internal);

	draft_comment(&d, "%s cluster IP", port->name);
	draft_protocol(&d, port->protocol);
	draft_address(&d, MATCH_DESTINATION, &port->cluster_ip);
	draft_dport(&d, port->port);
	if (sync->node.settings->masquerade_all || local_traffic(sync, &d, true))
		draft_jump(&d, "KUBE-MARK-MASQ");
}

/* Policy Local keeps the client's address, so pods and the node itself, for which it is not meant, go round it. */
static void
write_external_short_cuts(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d = draft(sync, sync->nat, names->ext);

	draft_comment(&d, "pod traffic for %s external destinations", port->name);
	if (local_traffic(sync, &d, false))
		draft_jump(&d, names->svc);
	d = draft(sync, sync->nat, names->ext);
	draft_comment(&d, "masquerade LOCAL traffic for %s external destinations", port->name);
	draft_match(&d, MATCH_ADDRTYPE_SRC)->text = "LOCAL";
	draft_jump(&d, "KUBE-MARK-MASQ");
	d = draft(sync, sync->nat, names->ext);
	draft_comment(&d, "route LOCAL traffic for %s external destinations", port->name);
	draft_match(&d, MATCH_ADDRTYPE_SRC)->text = "LOCAL";
	draft_jump(&d, names->svc);
}

static void
write_external_chain(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	struct draft d = draft(sync, sync->nat, names->ext);

	table_chain(sync->out, sync->nat, names->ext);
	if (port->external_local)
		write_external_short_cuts(sync, port, names);
	else {
		draft_comment(&d, "masquerade traffic for %s external destinations", port->name);
		draft_jump(&d, "KUBE-MARK-MASQ");
	}
	d = draft(sync, sync->nat, names->ext);
	if (port->has_external)
		draft_jump(&d, names->external);
}

static void
write_firewall_chain(struct sync *sync, const struct proxy_port *port, const struct names *names)
{
	const struct ip *self = proxy_node_primary(&sync->node);
	bool from_node = false;
	struct draft d;

	table_chain(sync->out, sync->nat, names->fw);
	for (size_t i = 0; i < port->nsource_ranges; i++) {
		d = draft(sync, sync->nat, names->fw);
		draft_comment(&d, "%s loadbalancer IP", port->name);
		draft_match(&d, MATCH_SOURCE)->cidr = port->source_ranges[i];
		draft_jump(&d, names->ext);
		from_node = from_node || (self && cidr_contains(&port->source_ranges[i], self));
	}
	/* where the balancer's address is also the node's, the node's own traffic has it as its source */
	for (size_t i = 0; from_node && i < port->nvips; i++) {
		d = draft(sync, sync->nat, names->fw);
		draft_comment(&d, "%s loadbalancer IP", port->name);
		draft_address(&d, MATCH_SOURCE, &port->vips[i]);
		draft_jump(&d, names->ext);
	}
	d = draft(sync, sync->nat, names->fw);
	draft_comment(&d, "other traffic to %s will be dropped by KUBE-PROXY-FIREWALL", port->name);
	draft_finish(&d, TARGET_NONE);
}

static struct match *
recent(struct draft *d, enum match_kind kind, const char *list)
{
	struct match *made = draft_match(d, kind);

	made->text = list;
	made->cidr.ip.family = d->out->family;
	return made;
}

/* The kernel gets the probability as text with ten decimals, and rounds that to 31 bits. */
static void
statistic(struct draft *d, size_t left)
{
	struct match *made = draft_match(d, MATCH_STATISTIC);
	double digits;

	made->probability = 1.0 / (double)left;
	digits = (double)(uint64_t)(made->probability * 1e10 + 0.5);
	made->value = (uint32_t)(digits / 1e10 * 2147483648.0 + 0.5);
}

static void
endpoint_comment(const struct sync *sync, struct draft *d, const struct proxy_port *port,
	const struct proxy_endpoint *endpoint)
{
	if (!sync->large)
		draft_comment(d, "%s -> %s", port->name, endpoint->text);
}

static void
write_choice(struct sync *sync, const struct proxy_port *port, const char *chain,
	struct proxy_endpoint *const *endpoints, size_t n)
{
	table_chain(sync->out, sync->nat, chain);
	for (size_t i = 0; port->affinity && i < n; i++) {
		const char *sep = endpoint_chain(sync, port, endpoints[i]);
		struct draft d = draft(sync, sync->nat, chain);

		endpoint_comment(sync, &d, port, endpoints[i]);
		recent(&d, MATCH_RECENT_CHECK, sep)->value = (uint32_t)port->affinity_seconds;
		draft_jump(&d, sep);
	}
	for (size_t i = 0; i < n; i++) {
		const char *sep = endpoint_chain(sync, port, endpoints[i]);
		struct draft d = draft(sync, sync->nat, chain);

		endpoint_comment(sync, &d, port, endpoints[i]);
		if (i + 1 < n)
			statistic(&d, n - i);
		draft_jump(&d, sep);
	}
}

static void
write_endpoint(struct sync *sync, const struct proxy_port *port, struct proxy_endpoint *endpoint)
{
	const char *sep = endpoint_chain(sync, port, endpoint);
	struct draft d;

	table_chain(sync->out, sync->nat, sep);
	/* a pod that reaches itself needs the answer to come back through the node */
	d = draft(sync, sync->nat, sep);
	if (!sync->large)
		draft_comment(&d, "%s", port->name);
	draft_address(&d, MATCH_SOURCE, &endpoint->ip);
	draft_jump(&d, "KUBE-MARK-MASQ");
	d = draft(sync, sync->nat, sep);
	if (!sync->large)
		draft_comment(&d, "%s", port->name);
	if (port->affinity)
		recent(&d, MATCH_RECENT_SET, sep);
	draft_protocol(&d, port->protocol);
	draft_finish_with(&d, &(struct target){ .kind = TARGET_DNAT, .ip = endpoint->ip, .port = endpoint->port });
}

static void
write_port(struct sync *sync, const struct proxy_port *port)
{
	struct names names;

	name_chains(sync, port, &names);
	write_entries(sync, port, &names);
	if (port->has_internal)
		write_cluster_ip_masquerade(sync, port, &names);
	if (port->has_endpoints && port->externally_accessible)
		write_external_chain(sync, port, &names);
	if (uses_firewall(port))
		write_firewall_chain(sync, port, &names);
	if (port->uses_cluster && port->ncluster > 0)
		write_choice(sync, port, names.svc, port->cluster, port->ncluster);
	if (port->uses_local && port->nlocal > 0)
		write_choice(sync, port, names.svl, port->local, port->nlocal);
	for (size_t i = 0; i < port->nreachable; i++)
		write_endpoint(sync, port, port->reachable[i]);
}

/* The tail: node ports are asked last, after every address. */

static void
write_node_ports_tail(struct sync *sync)
{
	struct draft d = draft(sync, sync->nat, "KUBE-SERVICES");
	ip_list list = VEC_INIT;

	if (proxy_node_every_address(&sync->node)) {
		draft_comment(&d, NODE_PORTS_COMMENT);
		draft_match(&d, MATCH_ADDRTYPE_DST)->text = "LOCAL";
		if (sync->input->family == IP_V6)
			draft_range(&d, MATCH_DESTINATION, true, "::1/128");
		else if (!sync->localhost_node_ports)
			draft_range(&d, MATCH_DESTINATION, true, "127.0.0.0/8");
		draft_jump(&d, "KUBE-NODEPORTS");
		return;
	}
	proxy_node_port_ips(&sync->node, sync->localhost_node_ports, &list);
	for (size_t i = 0; i < list.n; i++) {
		d = draft(sync, sync->nat, "KUBE-SERVICES");
		draft_comment(&d, NODE_PORTS_COMMENT);
		draft_address(&d, MATCH_DESTINATION, &list.v[i]);
		draft_jump(&d, "KUBE-NODEPORTS");
	}
	vec_release(&list);
}

static void
write_forward(struct sync *sync)
{
	struct draft d = draft(sync, sync->filter, "KUBE-FORWARD");

	if (!sync->node.settings->tcp_be_liberal) {
		draft_ctstate(&d, false, CT_INVALID);
		if (sync->node.host.nfacct_invalid)
			draft_match(&d, MATCH_NFACCT)->text = "ct_state_invalid_dropped_pkts";
		draft_finish(&d, TARGET_DROP);
	}
	d = draft(sync, sync->filter, "KUBE-FORWARD");
	draft_comment(&d, "kubernetes forwarding rules");
	mark(sync, &d, false);
	draft_finish(&d, TARGET_ACCEPT);
	d = draft(sync, sync->filter, "KUBE-FORWARD");
	draft_comment(&d, "kubernetes forwarding conntrack rule");
	draft_ctstate(&d, false, CT_RELATED | CT_ESTABLISHED);
	draft_finish(&d, TARGET_ACCEPT);
}

/* All ports of the Service that begins at ports[0]; gives back how many they are. */
static size_t
write_service(struct sync *sync, const struct proxy_port *ports, size_t n, size_t *endpoints)
{
	size_t i = 0;

	*endpoints = 0;
	for (; i < n && ports[i].view == ports[0].view; i++) {
		write_port(sync, &ports[i]);
		*endpoints += ports[i].nall;
	}
	return i;
}

static void
write_services(struct sync *sync, const struct proxy_port *ports, size_t n, struct layout *layout)
{
	size_t endpoints;

	if (layout)
		layout_init(layout, sync->out);
	for (size_t i = 0; i < n;) {
		const struct proxy_port *port = &ports[i];

		i += write_service(sync, port, n - i, &endpoints);
		if (layout)
			layout_append(layout, port->namespace, port->service, endpoints);
	}
	if (layout)
		layout_complete(layout);
}

void
iptables_sync(const struct proxy_input *input, struct ruleset *out, struct layout *layout)
{
	struct sync sync;
	struct proxy_port *ports;
	size_t n, endpoints = 0;

	sync_init(&sync, input, out);
	proxy_ports(input, &sync.arena, &ports, &n);
	for (size_t i = 0; i < n; i++)
		endpoints += ports[i].nall;
	sync.large = endpoints > LARGE_CLUSTER_ENDPOINTS;
	write_top_chains(&sync);
	write_masquerade(&sync);
	if (sync.localhost_node_ports)
		iptables_localnet_firewall(out);
	write_services(&sync, ports, n, layout);
	write_node_ports_tail(&sync);
	write_forward(&sync);
	arena_release(&sync.arena);
}

bool
iptables_sync_service(const struct proxy_input *input, struct ruleset *out, struct layout *layout, const char *namespace,
	const char *name, struct layout_change *change)
{
	struct sync sync;
	struct proxy_port *ports;
	size_t n, endpoints = 0;
	bool was_large = layout->endpoints > LARGE_CLUSTER_ENDPOINTS;

	sync_init(&sync, input, out);
	sync.large = was_large;
	sync.filter = ruleset_table(out, "filter");
	sync.nat = ruleset_table(out, "nat");
	proxy_service_ports(input, namespace, name, &sync.arena, &ports, &n);
	layout_cut(layout, namespace, name, change);
	if (n > 0)
		write_service(&sync, ports, n, &endpoints);
	layout_paste(layout, namespace, name, endpoints, change);
	arena_release(&sync.arena);
	return was_large == (layout->endpoints > LARGE_CLUSTER_ENDPOINTS) && !layout_wasteful(layout);
}
