/*
 * The ipvs mode. Every address of a Service is bound to the dummy device kube-ipvs0, so packets for it reach the node's
 * INPUT, where the kernel's virtual servers take them.  iptables only marks what needs SNAT and refuses what is no
 * Service's port, by a fixed number of rules that look into sets of ipset.
 *
 * A node port or balancer with policy Local and no endpoint on this node uses all endpoints: what comes from outside
 * then gets its answer from an address that it didn't ask.  A cluster IP with policy Local has nobody then, and
 * refuses.
 *
 * Follows pkg/proxy/ipvs/proxier.go (v1.32).
 */
#include "proxy/ipvs.h"

#include <string.h>

#include "proxy/draft.h"
#include "proxy/node.h"

#define IPSET_NAME_MAX 31

/* All sets, in ipset's order: id, name, key, comment. */
#define IPSETS(X) \
	X(LOOP_BACK, "LOOP-BACK", SET_ADDRESS_PORT_ADDRESS, \
		"Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose") \
	X(CLUSTER_IP, "CLUSTER-IP", SET_ADDRESS_PORT, "Kubernetes service cluster ip + port for masquerade purpose") \
	X(EXTERNAL_IP, "EXTERNAL-IP", SET_ADDRESS_PORT, \
		"Kubernetes service external ip + port for masquerade and filter purpose") \
	X(EXTERNAL_IP_LOCAL, "EXTERNAL-IP-LOCAL", SET_ADDRESS_PORT, \
		"Kubernetes service external ip + port with externalTrafficPolicy=local") \
	X(LOAD_BALANCER, "LOAD-BALANCER", SET_ADDRESS_PORT, "Kubernetes service lb portal") \
	X(LOAD_BALANCER_FW, "LOAD-BALANCER-FW", SET_ADDRESS_PORT, \
		"Kubernetes service load balancer ip + port for load balancer with sourceRange") \
	X(LOAD_BALANCER_LOCAL, "LOAD-BALANCER-LOCAL", SET_ADDRESS_PORT, \
		"Kubernetes service load balancer ip + port with externalTrafficPolicy=local") \
	X(LOAD_BALANCER_SOURCE_IP, "LOAD-BALANCER-SOURCE-IP", SET_ADDRESS_PORT_ADDRESS, \
		"Kubernetes service load balancer ip + port + source IP for packet filter purpose") \
	X(LOAD_BALANCER_SOURCE_CIDR, "LOAD-BALANCER-SOURCE-CIDR", SET_ADDRESS_PORT_RANGE, \
		"Kubernetes service load balancer ip + port + source cidr for packet filter purpose") \
	X(NODE_PORT_TCP, "NODE-PORT-TCP", SET_BARE_PORT, "Kubernetes nodeport TCP port for masquerade purpose") \
	X(NODE_PORT_LOCAL_TCP, "NODE-PORT-LOCAL-TCP", SET_BARE_PORT, \
		"Kubernetes nodeport TCP port with externalTrafficPolicy=local") \
	X(NODE_PORT_UDP, "NODE-PORT-UDP", SET_BARE_PORT, "Kubernetes nodeport UDP port for masquerade purpose") \
	X(NODE_PORT_LOCAL_UDP, "NODE-PORT-LOCAL-UDP", SET_BARE_PORT, \
		"Kubernetes nodeport UDP port with externalTrafficPolicy=local") \
	X(NODE_PORT_SCTP, "NODE-PORT-SCTP-HASH", SET_ADDRESS_PORT, \
		"Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'") \
	X(NODE_PORT_LOCAL_SCTP, "NODE-PORT-LOCAL-SCTP-HASH", SET_ADDRESS_PORT, \
		"Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'") \
	X(HEALTH_CHECK_NODE_PORT, "HEALTH-CHECK-NODE-PORT", SET_BARE_PORT, "Kubernetes health check node port") \
	X(IPVS_IPS, "IPVS-IPS", SET_ADDRESS, NULL)

enum ipset_id {
#define IPSET_ENUM(id, name, key, comment) id,
	IPSETS(IPSET_ENUM)
#undef IPSET_ENUM
	IPSET_COUNT
};

struct sync {
	const struct proxy_input *input;
	struct proxy_node node;
	struct ipvs *ipvs;
	struct ruleset *out;
	struct table *nat, *filter;
	struct arena arena;
	struct set *sets[IPSET_COUNT];
	ip_list addresses, node_port_ips;	/* of this node */
	VEC(struct match) no_node_access;	/* balancers' virtual servers that this node may not use itself */
};

/* ---- sets and servers ---- */

static void
make_sets(struct sync *sync)
{
	static const struct {
		const char *name;
		enum set_key key;
		const char *comment;
	} rows[] = {
#define IPSET_ROW(id, name, key, comment) { name, key, comment },
		IPSETS(IPSET_ROW)
#undef IPSET_ROW
	};

	for (size_t i = 0; i < IPSET_COUNT; i++) {
		const char *name = arena_printf(&sync->out->arena, "KUBE-%s%s", sync->input->family == IP_V6 ? "6-" : "",
			rows[i].name);

		name = arena_strndup(&sync->out->arena, name, strnlen(name, IPSET_NAME_MAX));
		sync->sets[i] = set_ipset(sync->out, name, rows[i].key, rows[i].comment);
	}
}

static struct element *
add_entry(struct sync *sync, enum ipset_id id, const struct ip *ip, enum protocol protocol, uint16_t port)
{
	struct element *element = set_add(sync->sets[id]);

	if (ip)
		element->ip = *ip;
	element->protocol = protocol;
	element->port = port;
	return element;
}

static struct cidr
single(const struct ip *ip)
{
	return (struct cidr){ *ip, ip_bits(ip->family) };
}

static int
compare_real(const void *a, const void *b)
{
	const struct real_server *x = a, *y = b;
	int order = ip_compare(&x->ip, &y->ip);

	return order ? order : (x->port > y->port) - (x->port < y->port);
}

/* Under policy Local this node's endpoints, if it has any. */
static void
add_server(struct sync *sync, const struct proxy_port *port, const struct ip *ip, uint16_t number, bool local)
{
	struct virtual_server *server = vec_push(&sync->ipvs->servers);
	bool narrowed = local && port->nlocal > 0;
	struct proxy_endpoint *const *endpoints = narrowed ? port->local : port->cluster;

	server->protocol = port->protocol;
	server->ip = *ip;
	server->port = number;
	server->persistent = port->affinity ? port->affinity_seconds : 0;
	server->order = (uint32_t)(sync->ipvs->servers.n - 1);
	server->nreal = narrowed ? port->nlocal : port->ncluster;
	server->real = arena_alloc(&sync->ipvs->arena, server->nreal * sizeof *server->real);
	for (size_t i = 0; i < server->nreal; i++)
		server->real[i] = (struct real_server){ endpoints[i]->ip, endpoints[i]->port };
	if (server->nreal > 1)
		qsort(server->real, server->nreal, sizeof *server->real, compare_real);
}

static bool
has_address(const ip_list *list, const struct ip *ip)
{
	for (size_t i = 0; i < list->n; i++) {
		if (ip_equal(&list->v[i], ip))
			return true;
	}
	return false;
}

/* An address that another device of the node has is not bound a second time. */
static void
bind_address(struct sync *sync, const struct ip *ip)
{
	if (!has_address(&sync->addresses, ip))
		set_add(sync->sets[IPVS_IPS])->ip = *ip;
}

/* ---- one service port ---- */

static void
write_cluster_ip(struct sync *sync, const struct proxy_port *port)
{
	for (size_t i = 0; i < port->nall; i++) {
		if (port->all[i].local)
			add_entry(sync, LOOP_BACK, &port->all[i].ip, port->protocol, port->all[i].port)->range =
				single(&port->all[i].ip);
	}
	add_entry(sync, CLUSTER_IP, &port->cluster_ip, port->protocol, port->port);
	add_server(sync, port, &port->cluster_ip, port->port, port->internal_local);
	bind_address(sync, &port->cluster_ip);
}

static void
write_external_ip(struct sync *sync, const struct proxy_port *port, const struct ip *ip)
{
	add_entry(sync, port->external_local ? EXTERNAL_IP_LOCAL : EXTERNAL_IP, ip, port->protocol, port->port);
	add_server(sync, port, ip, port->port, port->external_local);
	bind_address(sync, ip);
}

/* Who may use a balancer's address: the ranges, and the node itself when it is in one of them. */
static void
write_source_ranges(struct sync *sync, const struct proxy_port *port, const struct ip *vip)
{
	const struct ip *self = proxy_node_primary(&sync->node);
	bool from_node = false;

	add_entry(sync, LOAD_BALANCER_FW, vip, port->protocol, port->port);
	for (size_t i = 0; i < port->nsource_ranges; i++) {
		add_entry(sync, LOAD_BALANCER_SOURCE_CIDR, vip, port->protocol, port->port)->range =
			port->source_ranges[i];
		from_node = from_node || (self && cidr_contains(&port->source_ranges[i], self));
	}
	if (from_node)
		add_entry(sync, LOAD_BALANCER_SOURCE_IP, vip, port->protocol, port->port)->range = single(vip);
	else
		*vec_push(&sync->no_node_access) = (struct match){ .kind = MATCH_IPVS, .cidr = single(vip),
			.protocol = port->protocol, .port_first = port->port };
}

static void
write_vip(struct sync *sync, const struct proxy_port *port, const struct ip *vip)
{
	add_entry(sync, LOAD_BALANCER, vip, port->protocol, port->port);
	if (port->external_local)
		add_entry(sync, LOAD_BALANCER_LOCAL, vip, port->protocol, port->port);
	if (port->nsource_ranges > 0)
		write_source_ranges(sync, port, vip);
	add_server(sync, port, vip, port->port, port->external_local);
	bind_address(sync, vip);
}

/* A port of SCTP is kept with every address, since no bitmap knows that protocol. */
static void
add_node_port(struct sync *sync, const struct proxy_port *port, enum ipset_id id)
{
	if (port->protocol != PROTOCOL_SCTP) {
		add_entry(sync, id, NULL, port->protocol, port->node_port);
		return;
	}
	for (size_t i = 0; i < sync->node_port_ips.n; i++)
		add_entry(sync, id, &sync->node_port_ips.v[i], port->protocol, port->node_port);
}

static void
write_node_port(struct sync *sync, const struct proxy_port *port)
{
	static const struct {
		enum ipset_id all, local;
	} sets[] = {
		[PROTOCOL_TCP] = { NODE_PORT_TCP, NODE_PORT_LOCAL_TCP },
		[PROTOCOL_UDP] = { NODE_PORT_UDP, NODE_PORT_LOCAL_UDP },
		[PROTOCOL_SCTP] = { NODE_PORT_SCTP, NODE_PORT_LOCAL_SCTP },
	};

	if (!port->node_port || sync->node_port_ips.n == 0)
		return;
	add_node_port(sync, port, sets[port->protocol].all);
	if (port->external_local)
		add_node_port(sync, port, sets[port->protocol].local);
	for (size_t i = 0; i < sync->node_port_ips.n; i++)
		add_server(sync, port, &sync->node_port_ips.v[i], port->node_port, port->external_local);
}

static void
write_port(struct sync *sync, const struct proxy_port *port)
{
	write_cluster_ip(sync, port);
	for (size_t i = 0; i < port->nexternal_ips; i++)
		write_external_ip(sync, port, &port->external_ips[i]);
	for (size_t i = 0; i < port->nvips; i++)
		write_vip(sync, port, &port->vips[i]);
	write_node_port(sync, port);
	/* a node port that has no address to be open on ends upstream's work on this port */
	if (port->health_check_port && (!port->node_port || sync->node_port_ips.n > 0))
		add_entry(sync, HEALTH_CHECK_NODE_PORT, NULL, PROTOCOL_TCP, port->health_check_port);
}

/* ---- rules ---- */

static struct draft
draft(struct sync *sync, struct table *table, const char *chain)
{
	return draft_start(sync->out, &sync->arena, table, chain);
}

/* directions: "dst,dst,src" */
static void
in_set(const struct sync *sync, struct draft *d, enum ipset_id id, const char *directions)
{
	struct match *made = draft_match(d, MATCH_IPSET);

	made->set = sync->sets[id];
	made->text = directions;
	for (size_t i = 0; directions[4 * i]; i++) {
		made->value |= directions[4 * i] == 's' ? 1u << i : 0;
		if (!directions[4 * i + 3])
			break;
	}
}

static bool
is_empty(const struct sync *sync, enum ipset_id id)
{
	return sync->sets[id]->elements.n == 0;
}

static void
make_chains(struct sync *sync)
{
	static const char *const nat[] = {
		"KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER", "KUBE-MARK-MASQ",
	};
	static const char *const filter[] = {
		"KUBE-FORWARD", "KUBE-NODE-PORT", "KUBE-PROXY-FIREWALL", "KUBE-SOURCE-RANGES-FIREWALL", "KUBE-IPVS-FILTER",
		"KUBE-IPVS-OUT-FILTER",
	};

	sync->nat = ruleset_table(sync->out, "nat");
	sync->filter = ruleset_table(sync->out, "filter");
	for (size_t i = 0; i < sizeof nat / sizeof *nat; i++)
		table_chain(sync->out, sync->nat, nat[i]);
	for (size_t i = 0; i < sizeof filter / sizeof *filter; i++)
		table_chain(sync->out, sync->filter, filter[i]);
}

/* One rule for each set that has entries. */
static void
write_set_rules(struct sync *sync)
{
	static const struct {
		enum ipset_id id;
		const char *table, *from, *directions;
		enum protocol protocol;		/* PROTOCOL_COUNT: any */
		enum target_kind kind;
		const char *to;
	} rows[] = {
		{ LOOP_BACK, "nat", "KUBE-POSTROUTING", "dst,dst,src", PROTOCOL_COUNT, TARGET_MASQUERADE, NULL },
		{ LOAD_BALANCER, "nat", "KUBE-SERVICES", "dst,dst", PROTOCOL_COUNT, TARGET_JUMP, "KUBE-LOAD-BALANCER" },
		{ LOAD_BALANCER_LOCAL, "nat", "KUBE-LOAD-BALANCER", "dst,dst", PROTOCOL_COUNT, TARGET_RETURN, NULL },
		{ NODE_PORT_LOCAL_TCP, "nat", "KUBE-NODE-PORT", "dst", PROTOCOL_TCP, TARGET_RETURN, NULL },
		{ NODE_PORT_TCP, "nat", "KUBE-NODE-PORT", "dst", PROTOCOL_TCP, TARGET_JUMP, "KUBE-MARK-MASQ" },
		{ NODE_PORT_LOCAL_UDP, "nat", "KUBE-NODE-PORT", "dst", PROTOCOL_UDP, TARGET_RETURN, NULL },
		{ NODE_PORT_UDP, "nat", "KUBE-NODE-PORT", "dst", PROTOCOL_UDP, TARGET_JUMP, "KUBE-MARK-MASQ" },
		{ NODE_PORT_LOCAL_SCTP, "nat", "KUBE-NODE-PORT", "dst,dst", PROTOCOL_SCTP, TARGET_RETURN, NULL },
		{ NODE_PORT_SCTP, "nat", "KUBE-NODE-PORT", "dst,dst", PROTOCOL_SCTP, TARGET_JUMP, "KUBE-MARK-MASQ" },
		{ LOAD_BALANCER_FW, "filter", "KUBE-PROXY-FIREWALL", "dst,dst", PROTOCOL_COUNT, TARGET_JUMP,
			"KUBE-SOURCE-RANGES-FIREWALL" },
		{ LOAD_BALANCER_SOURCE_CIDR, "filter", "KUBE-SOURCE-RANGES-FIREWALL", "dst,dst,src", PROTOCOL_COUNT,
			TARGET_RETURN, NULL },
		{ LOAD_BALANCER_SOURCE_IP, "filter", "KUBE-SOURCE-RANGES-FIREWALL", "dst,dst,src", PROTOCOL_COUNT,
			TARGET_RETURN, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct draft d = draft(sync, ruleset_table(sync->out, rows[i].table), rows[i].from);

		if (is_empty(sync, rows[i].id))
			continue;
		if (rows[i].protocol != PROTOCOL_COUNT)
			draft_match(&d, MATCH_PROTOCOL)->protocol = rows[i].protocol;
		draft_comment(&d, "%s", sync->sets[rows[i].id]->comment);
		in_set(sync, &d, rows[i].id, rows[i].directions);
		draft_finish_with(&d, &(struct target){ .kind = rows[i].kind, .text = rows[i].to });
	}
}

/* A rule of KUBE-SERVICES that looks for the packet's destination in a set. */
static struct draft
service_rule(struct sync *sync, enum ipset_id id, const char *directions)
{
	struct draft d = draft(sync, sync->nat, "KUBE-SERVICES");

	draft_comment(&d, "%s", sync->sets[id]->comment);
	in_set(sync, &d, id, directions);
	return d;
}

/*
 * Without a detector only the node's own packets are marked: the kernel chose the Service's address as their source, as
 * it is on kube-ipvs0.
 */
static void
write_cluster_ip_masquerade(struct sync *sync)
{
	bool detects = sync->node.local_traffic.kind != MATCH_OTHER, all = sync->node.settings->masquerade_all;
	struct draft d = service_rule(sync, CLUSTER_IP, all || detects ? "dst,dst" : "src,dst");

	if (is_empty(sync, CLUSTER_IP))
		return;
	if (!all && detects) {
		struct match *elsewhere = draft_match(&d, MATCH_OTHER);

		*elsewhere = sync->node.local_traffic;
		elsewhere->invert = true;
	}
	draft_jump(&d, "KUBE-MARK-MASQ");
}

static void
write_external_ip_rules(struct sync *sync, enum ipset_id id, bool masquerade)
{
	struct draft d = service_rule(sync, id, "dst,dst");

	if (is_empty(sync, id))
		return;
	if (masquerade)
		draft_jump(&d, "KUBE-MARK-MASQ");
	d = service_rule(sync, id, "dst,dst");
	draft_match(&d, MATCH_PHYSDEV_IN)->invert = true;
	*draft_match(&d, MATCH_ADDRTYPE_SRC) = (struct match){ .kind = MATCH_ADDRTYPE_SRC, .invert = true, .text = "LOCAL" };
	draft_finish(&d, TARGET_ACCEPT);
	d = service_rule(sync, id, "dst,dst");
	draft_match(&d, MATCH_ADDRTYPE_DST)->text = "LOCAL";
	draft_finish(&d, TARGET_ACCEPT);
}

/* What a virtual server takes is not for rules behind these. */
static void
write_accept(struct sync *sync, enum ipset_id id)
{
	struct draft d = draft(sync, sync->nat, "KUBE-SERVICES");

	if (is_empty(sync, id))
		return;
	in_set(sync, &d, id, "dst,dst");
	draft_finish(&d, TARGET_ACCEPT);
}

static void
write_services(struct sync *sync)
{
	struct draft d = draft(sync, sync->nat, "KUBE-SERVICES");

	draft_range(&d, MATCH_SOURCE, false, sync->input->family == IP_V6 ? "::1/128" : "127.0.0.0/8");
	draft_finish(&d, TARGET_RETURN);
	write_set_rules(sync);
	write_cluster_ip_masquerade(sync);
	write_external_ip_rules(sync, EXTERNAL_IP, true);
	write_external_ip_rules(sync, EXTERNAL_IP_LOCAL, false);
	d = draft(sync, sync->nat, "KUBE-SERVICES");
	draft_match(&d, MATCH_ADDRTYPE_DST)->text = "LOCAL";
	draft_jump(&d, "KUBE-NODE-PORT");
	d = draft(sync, sync->nat, "KUBE-LOAD-BALANCER");
	draft_jump(&d, "KUBE-MARK-MASQ");
	write_accept(sync, CLUSTER_IP);
	write_accept(sync, LOAD_BALANCER);
}

static void
write_firewall(struct sync *sync)
{
	struct draft d = draft(sync, sync->filter, "KUBE-SOURCE-RANGES-FIREWALL");

	draft_finish(&d, TARGET_DROP);
	for (size_t i = 0; i < sync->no_node_access.n; i++) {
		d = draft(sync, sync->filter, "KUBE-IPVS-OUT-FILTER");
		draft_address(&d, MATCH_SOURCE, &sync->no_node_access.v[i].cidr.ip);
		*draft_match(&d, MATCH_IPVS) = sync->no_node_access.v[i];
		draft_finish(&d, TARGET_DROP);
	}
}

static void
mark(const struct sync *sync, struct draft *d, bool invert)
{
	struct match *made = draft_match(d, MATCH_MARK);

	made->invert = invert;
	made->value = made->mask = sync->node.mark;
}

static void
write_forward(struct sync *sync)
{
	struct draft d = draft(sync, sync->filter, "KUBE-FORWARD");

	draft_comment(&d, "kubernetes forwarding rules");
	mark(sync, &d, false);
	draft_finish(&d, TARGET_ACCEPT);
	d = draft(sync, sync->filter, "KUBE-FORWARD");
	draft_comment(&d, "kubernetes forwarding conntrack rule");
	draft_ctstate(&d, false, CT_RELATED | CT_ESTABLISHED);
	draft_finish(&d, TARGET_ACCEPT);
	d = draft(sync, sync->filter, "KUBE-NODE-PORT");
	draft_comment(&d, "%s", sync->sets[HEALTH_CHECK_NODE_PORT]->comment);
	in_set(sync, &d, HEALTH_CHECK_NODE_PORT, "dst");
	draft_finish(&d, TARGET_ACCEPT);
}

/* The node's own ports must not be reached by the addresses of Services. */
static void
write_filter(struct sync *sync)
{
	static const struct {
		enum ipset_id id;
		const char *directions;
	} passes[] = {
		{ LOAD_BALANCER, "dst,dst" }, { CLUSTER_IP, "dst,dst" }, { EXTERNAL_IP, "dst,dst" },
		{ EXTERNAL_IP_LOCAL, "dst,dst" }, { HEALTH_CHECK_NODE_PORT, "dst" },
	};
	struct draft d;

	for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
		d = draft(sync, sync->filter, "KUBE-IPVS-FILTER");
		in_set(sync, &d, passes[i].id, passes[i].directions);
		draft_finish(&d, TARGET_RETURN);
	}
	d = draft(sync, sync->filter, "KUBE-IPVS-FILTER");
	draft_ctstate(&d, false, CT_NEW);
	in_set(sync, &d, IPVS_IPS, "dst");
	draft_finish_with(&d, &(struct target){ .kind = TARGET_REJECT,
		.text = sync->input->family == IP_V6 ? "icmp6-port-unreachable" : "icmp-port-unreachable" });
}

static void
write_masquerade(struct sync *sync)
{
	struct draft d = draft(sync, sync->nat, "KUBE-POSTROUTING");

	mark(sync, &d, true);
	draft_finish(&d, TARGET_RETURN);
	d = draft(sync, sync->nat, "KUBE-POSTROUTING");
	draft_finish_with(&d, &(struct target){ .kind = TARGET_MARK_XOR, .value = sync->node.mark });
	draft_comment(&d, "kubernetes service traffic requiring SNAT");
	draft_finish_with(&d,
		&(struct target){ .kind = TARGET_MASQUERADE, .random_fully = sync->node.host.random_fully });
	d = draft(sync, sync->nat, "KUBE-MARK-MASQ");
	draft_finish_with(&d,
		&(struct target){ .kind = TARGET_MARK_OR, .value = sync->node.mark, .mask = sync->node.mark });
}

/* ---- the whole ---- */

/* ipvsadm subtracts IPv4 addresses as signed numbers, so those from 128.0.0.0 on come first. */
static int
compare_addresses(const struct ip *a, const struct ip *b)
{
	if (a->family == IP_V4 && b->family == IP_V4 && (a->b[0] ^ b->b[0]) & 0x80)
		return a->b[0] & 0x80 ? -1 : 1;
	return ip_compare(a, b);
}

static int
compare_servers(const struct virtual_server *a, const struct virtual_server *b)
{
	int order = (a->protocol > b->protocol) - (a->protocol < b->protocol);

	if (!order)
		order = compare_addresses(&a->ip, &b->ip);
	return order ? order : (a->port > b->port) - (a->port < b->port);
}

static int
compare_added(const void *a, const void *b)
{
	const struct virtual_server *x = a, *y = b;
	int order = compare_servers(x, y);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Of two that want the same address and port the last one has it. */
static void
sort_servers(struct ipvs *ipvs)
{
	size_t kept = 0;

	if (ipvs->servers.n < 2)
		return;
	qsort(ipvs->servers.v, ipvs->servers.n, sizeof *ipvs->servers.v, compare_added);
	for (size_t i = 0; i < ipvs->servers.n; i++) {
		if (i + 1 == ipvs->servers.n || compare_servers(&ipvs->servers.v[i], &ipvs->servers.v[i + 1]) != 0)
			ipvs->servers.v[kept++] = ipvs->servers.v[i];
	}
	ipvs->servers.n = kept;
}

void
ipvs_sync(const struct proxy_input *input, struct ipvs *ipvs, struct ruleset *out)
{
	struct sync sync = { .input = input, .ipvs = ipvs, .out = out, .arena = ARENA_INIT };
	struct proxy_port *ports;
	size_t n;

	memset(ipvs, 0, sizeof *ipvs);
	ipvs->scheduler = input->settings->proxy.ipvs_scheduler;
	proxy_node_init(&sync.node, input, &sync.arena);
	proxy_node_addresses(&sync.node, &sync.addresses);
	if (proxy_node_every_address(&sync.node))
		proxy_node_addresses(&sync.node, &sync.node_port_ips);
	else
		proxy_node_port_ips(&sync.node, false, &sync.node_port_ips);
	proxy_ports(input, &sync.arena, &ports, &n);
	make_sets(&sync);
	for (size_t i = 0; i < n; i++)
		write_port(&sync, &ports[i]);
	for (size_t i = 0; i < IPSET_COUNT; i++)
		set_sort(sync.sets[i]);
	sort_servers(ipvs);
	for (size_t i = 0; i < sync.sets[IPVS_IPS]->elements.n; i++)
		*vec_push(&ipvs->bound) = sync.sets[IPVS_IPS]->elements.v[i].ip;
	make_chains(&sync);
	write_services(&sync);
	write_firewall(&sync);
	write_forward(&sync);
	write_filter(&sync);
	write_masquerade(&sync);
	vec_release(&sync.addresses);
	vec_release(&sync.node_port_ips);
	vec_release(&sync.no_node_access);
	arena_release(&sync.arena);
}

void
ipvs_release(struct ipvs *ipvs)
{
	vec_release(&ipvs->servers);
	vec_release(&ipvs->bound);
	arena_release(&ipvs->arena);
}

const struct virtual_server *
ipvs_find(const struct ipvs *ipvs, enum protocol protocol, const struct ip *ip, uint16_t port)
{
	const struct virtual_server wanted = { .protocol = protocol, .ip = *ip, .port = port };
	size_t low = 0, high = ipvs->servers.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_servers(&ipvs->servers.v[middle], &wanted);

		if (order == 0)
			return &ipvs->servers.v[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
ipvs_binds(const struct ipvs *ipvs, const struct ip *ip)
{
	size_t low = 0, high = ipvs->bound.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = ip_compare(&ipvs->bound.v[middle], ip);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
