/*
 * The wires are laid by `ip`, in batches, since that is the tool that people check by.
 *
 * The router sends what is for nobody into nothing, as the walk's router is silent, except that the client outside hears that
 * there is no way.  Each node is also the way in for one address of the client's, so that anything can be sent to the
 * tables of any node: an external IP, a balancer's, a cluster IP.
 */
#define _GNU_SOURCE
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "listeners.h"
#include "load.h"

#define SCRIPT_SHOWN 2000	/* bytes of one that failed */
#define ROUTER "172.30.0.1/16"
/* below the addresses that a cloud gives to balancers (server/settings.h) */
#define CLIENT_NET "203.0.113."
#define CLIENT_NET_V6 "2001:db8:ffff::"
/* the client's addresses whose way in is a node of its own each */
#define ENTRANCES CLIENT_NET "32/27"
#define ENTRANCES_V6 CLIENT_NET_V6 "60/123"
#define OUTSIDE_HOST "198.18.0.2"
#define OUTSIDE_HOST_V6 "2001:db8:eeee::2"

const char *
netns_missing(void)
{
	static const struct {
		const char *command, *why;
	} needs[] = {
		{ "ip", "it needs ip (iproute2)" },
		{ "iptables-restore", "it needs iptables-restore (iptables)" },
		{ "nft", "it needs nft (nftables)" },
	};

	if (geteuid() != 0)
		return "it needs root";
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		char *command = xasprintf("command -v %s >/dev/null 2>&1", needs[i].command);
		int missing = system(command);

		free(command);
		if (missing)
			return needs[i].why;
	}
	if (system("ip netns add svcsim-probe 2>/dev/null && ip netns exec svcsim-probe iptables-save >/dev/null 2>&1;"
		" s=$?; ip netns del svcsim-probe 2>/dev/null; exit $s") != 0)
		return "this machine gives no network namespaces";
	return NULL;
}

void
netns_script(const struct str *script)
{
	FILE *shell = popen("sh -e", "w");

	if (!shell || fwrite(script->buf, 1, script->len, shell) != script->len || pclose(shell) != 0) {
		fprintf(stderr, "kernel: this script failed:\n%.*s\n", SCRIPT_SHOWN, script->buf);
		exit(1);
	}
}

/* ---- namespaces ---- */

static struct space *
find_space(const struct netns *netns, const char *name)
{
	for (size_t i = 0; i < netns->spaces.n; i++)
		if (strcmp(netns->spaces.v[i].name, name) == 0)
			return &netns->spaces.v[i];
	return NULL;
}

const struct space *
netns_space(const struct netns *netns, const char *name)
{
	return find_space(netns, name);
}

static void
enter_fd(int fd)
{
	if (setns(fd, CLONE_NEWNET) != 0) {
		fprintf(stderr, "kernel: can't enter a namespace: %s\n", strerror(errno));
		exit(1);
	}
}

void
netns_enter(const struct netns *netns, const char *name)
{
	const struct space *space = netns_space(netns, name);

	if (!space)
		BUG("no namespace %s", name);
	enter_fd(space->fd);
}

void
netns_leave(const struct netns *netns)
{
	enter_fd(netns->home);
}

bool
netns_sysctl(const struct netns *netns, const char *name, const char *file, const char *value)
{
	char *path = xasprintf("/proc/sys/net/%s", file);
	bool done = false;
	int fd;

	netns_enter(netns, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
		close(fd);
	}
	netns_leave(netns);
	free(path);
	return done;
}

char *
netns_output(const struct netns *netns, const char *name, const char *words)
{
	char *command = xasprintf("ip netns exec %s-%s %s", netns->id, name, words);
	FILE *pipe = popen(command, "r");
	struct str text = STR_INIT;
	char block[4096];
	size_t len;

	while (pipe && (len = fread(block, 1, sizeof block, pipe)) > 0)
		str_addn(&text, block, len);
	if (pipe)
		pclose(pipe);
	free(command);
	return str_detach(&text);
}

static void
space_add(struct netns *netns, char *name)
{
	struct space *space = vec_push(&netns->spaces);

	space->name = name;
	str_init(&space->batch);
	str_add(&space->batch, "link set lo up\n");
	str_addf(&netns->names, "netns add %s-%s\n", netns->id, name);
}

/* One more line for the `ip` of a namespace. */
static void PRINTF_LIKE(3, 4)
say(struct netns *netns, const char *name, const char *fmt, ...)
{
	struct space *space = find_space(netns, name);
	va_list args;

	va_start(args, fmt);
	str_vaddf(&space->batch, fmt, args);
	va_end(args);
	str_addch(&space->batch, '\n');
}

static void
run_batch(const char *where, struct str *batch)
{
	struct str script = STR_INIT;

	str_addf(&script, "ip %s -batch - <<'END'\n%sEND\n", where, batch->buf);
	netns_script(&script);
	str_release(&script);
	str_clear(batch);
}

/* Limits that keep a kernel from answering everybody are no part of the model. */
static void
set_up(const struct netns *netns, const char *name)
{
	static const struct {
		const char *file, *value;
	} settings[] = {
		{ "ipv4/ip_forward", "1" },
		{ "ipv4/icmp_ratelimit", "0" },
		/* a kernel that has no such limits of its own for a namespace shares the machine's */
		{ "ipv4/icmp_msgs_per_sec", "1000000" },
		{ "ipv4/icmp_msgs_burst", "1000000" },
		{ "ipv4/conf/all/rp_filter", "0" },
		{ "ipv4/conf/default/rp_filter", "0" },
		{ "ipv4/ping_group_range", "0 2147483647" },
		{ "ipv6/conf/all/forwarding", "1" },
		{ "ipv6/conf/default/accept_dad", "0" },
		{ "ipv6/conf/default/dad_transmits", "0" },
		{ "ipv6/icmp/ratelimit", "0" },
		{ "bridge/bridge-nf-call-iptables", "1" },
		{ "bridge/bridge-nf-call-ip6tables", "1" },
	};

	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		netns_sysctl(netns, name, settings[i].file, settings[i].value);
}

/* Nor is the time that it takes to find out that nobody has an address: three questions, one a second. */
static void
hurry(const struct netns *netns, const char *name)
{
	static const char *const files[] = { "ipv4/neigh/eth0/retrans_time_ms", "ipv6/neigh/eth0/retrans_time_ms",
		"ipv4/neigh/cni0/retrans_time_ms", "ipv6/neigh/cni0/retrans_time_ms", "ipv4/neigh/fabric/retrans_time_ms",
		"ipv6/neigh/fabric/retrans_time_ms" };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		netns_sysctl(netns, name, files[i], "30");
}

/* ---- the router, and what is outside ---- */

/* Where the router looks for what came in by a device, in both families' rules. */
static void
add_rule(struct netns *netns, const char *device, unsigned table, unsigned priority)
{
	say(netns, "router", "rule add iif %s lookup %u priority %u", device, table, priority);
	str_addf(&netns->rules_v6, "rule add iif %s lookup %u priority %u\n", device, table, priority);
}

static unsigned
fabric_prefix(const struct ip *ip)
{
	return ip->family == IP_V4 ? 16 : 64;
}

struct ip
netns_client_of(const struct netns *netns, const struct world_node *node, enum ip_family family)
{
	size_t index = (size_t)(node - netns->cluster->world.nodes);
	struct ip client;

	if (!ip_parse(family == IP_V4 ? CLIENT_NET "33" : CLIENT_NET_V6 "61", &client))
		BUG("the client's network is none");
	return ip_plus(&client, index);
}

static void
add_client(struct netns *netns)
{
	str_addf(&netns->links, "link add vcl netns %s-router type veth peer name eth0 netns %s-client\n", netns->id, netns->id);
	say(netns, "router", "addr add " CLIENT_NET "1/26 dev vcl");
	say(netns, "router", "addr add " CLIENT_NET_V6 "1/64 dev vcl");
	say(netns, "router", "link set vcl up");
	say(netns, "client", "link set eth0 up");
	say(netns, "client", "addr add " OUTSIDE_CLIENT "/26 dev eth0");
	say(netns, "client", "addr add " OUTSIDE_CLIENT_V6 "/64 dev eth0");
	say(netns, "client", "route add default via " CLIENT_NET "1");
	say(netns, "client", "route add default via " CLIENT_NET_V6 "1");
	/* to what is no node there is no way; by a rule, since the kernel says it of its routes only a few times a second */
	say(netns, "router", "route add blackhole 0.0.0.0/0");
	say(netns, "router", "route add blackhole ::/0");
	add_rule(netns, "vcl", 100, 10);
	say(netns, "router", "route add 0.0.0.0/0 dev fabric table 100");
	say(netns, "router", "route add ::/0 dev fabric table 100");
}

/* The way in by this node, for one address of the client's. */
static void
add_entrance(struct netns *netns, const struct world_node *node, const struct ip *ip)
{
	struct ip client = netns_client_of(netns, node, ip->family);
	struct space *space = find_space(netns, "router");
	unsigned table = 200 + (unsigned)(node - netns->cluster->world.nodes);
	char text[IP_TEXT], via[IP_TEXT];

	ip_format(&client, text);
	say(netns, "client", "addr add %s/%u dev eth0", text, ip->family == IP_V4 ? 26 : 64);
	str_addf(ip->family == IP_V4 ? &space->batch : &netns->rules_v6, "rule add from %s iif vcl lookup %u priority 5\n", text, table);
	say(netns, "router", "route add default via %s table %u", ip_format(ip, via), table);
}

/* Servers that hand-made endpoints name, and that are no pods; who is there knows the way back to the pods. */
static void
add_host(struct netns *netns)
{
	size_t n;
	const struct object *const *slices = store_list(netns->cluster->server.store, kind_by_kind("EndpointSlice"), NULL, &n);
	struct world *world = &netns->cluster->world;

	str_addf(&netns->links, "link add vho netns %s-router type veth peer name eth0 netns %s-host\n", netns->id, netns->id);
	say(netns, "router", "link set vho up");
	say(netns, "router", "addr add 198.18.0.1/24 dev vho");
	say(netns, "router", "addr add 2001:db8:eeee::1/64 dev vho");
	say(netns, "host", "link set eth0 up");
	say(netns, "host", "addr add " OUTSIDE_HOST "/24 dev eth0");
	say(netns, "host", "addr add " OUTSIDE_HOST_V6 "/64 dev eth0");
	say(netns, "host", "route add default via 198.18.0.1");
	say(netns, "host", "route add default via 2001:db8:eeee::1");
	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; e < slice->nendpoints; e++) {
			const struct ip *ip = &slice->endpoints[e].ip;
			char text[IP_TEXT];

			if (slice->endpoints[e].pod[0] || world_pod_by_ip(world, ip) || world_node_by_ip(world, ip) ||
				world_node_by_pod_cidr(world, ip))
				continue;
			say(netns, "host", "addr replace %s/%u dev lo", ip_format(ip, text), ip_bits(ip->family));
			say(netns, "router", "route replace %s/%u via %s dev vho", text, ip_bits(ip->family),
				ip->family == IP_V4 ? OUTSIDE_HOST : OUTSIDE_HOST_V6);
		}
	}
	add_rule(netns, "vho", 300, 6);
}

static void
add_router(struct netns *netns)
{
	space_add(netns, xstrdup("router"));
	space_add(netns, xstrdup("client"));
	space_add(netns, xstrdup("host"));
	say(netns, "router", "link add fabric type bridge");
	say(netns, "router", "addr add " ROUTER " dev fabric");
	say(netns, "router", "link set fabric up");
	add_client(netns);
	add_host(netns);
}

/* ---- nodes and pods ---- */

static void
add_node_address(struct netns *netns, const struct world_node *node, const char *space, const struct ip *ip)
{
	struct ip gateway = world_node_gateway(node, ip->family);
	char text[IP_TEXT], via[IP_TEXT];
	unsigned prefix = fabric_prefix(ip);

	ip_format(&gateway, via);
	say(netns, space, "addr add %s/%u dev eth0", ip_format(ip, text), prefix);
	say(netns, "router", "addr replace %s/%u dev fabric", via, prefix);
	say(netns, space, "route replace default via %s", via);
	add_entrance(netns, node, ip);
}

static void
add_node(struct netns *netns, const struct world_node *node, size_t index)
{
	char *space = xasprintf("node-%s", node->name), text[IP_TEXT];

	space_add(netns, space);
	str_addf(&netns->links, "link add vn%zu netns %s-router type veth peer name eth0 netns %s-%s\n", index, netns->id, netns->id,
		space);
	say(netns, "router", "link set vn%zu master fabric%s", index, node->host.powered_off ? "" : " up");
	say(netns, space, "link set eth0 up");
	say(netns, space, "link add cni0 type bridge");
	say(netns, space, "link set cni0 up");
	say(netns, space, "link add other type bridge");	/* so that none of these is eth0's choice for what the node sends */
	say(netns, space, "link set other up");
	for (size_t i = 0; i < node->view->nips; i++)
		add_node_address(netns, node, space, &node->view->ips[i]);
	for (size_t i = 0; i < node->host.nlocal_addresses; i++)
		say(netns, space, "addr replace %s/%u dev other", ip_format(&node->host.local_addresses[i], text),
			ip_bits(node->host.local_addresses[i].family));
	for (size_t i = 0; i < node->view->npod_cidrs; i++) {
		const struct cidr *cidr = &node->view->pod_cidrs[i];

		say(netns, space, "addr replace %s/%u dev cni0", ip_format(&node->bridge[cidr->ip.family - 1], text), cidr->prefix);
	}
}

static const struct ip *
address_of(const struct world_node *node, enum ip_family family)
{
	for (size_t i = 0; i < node->view->nips; i++)
		if (node->view->ips[i].family == family)
			return &node->view->ips[i];
	return NULL;
}

/* The other nodes, and those of the router's tables, reach it by the node's address. */
static void
add_way(struct netns *netns, const struct world_node *to, const struct cidr *cidr, const char *tables)
{
	const struct world *world = &netns->cluster->world;
	const struct ip *ip = address_of(to, cidr->ip.family);
	char text[IP_TEXT], via[IP_TEXT];

	if (!ip)
		return;
	cidr_format(cidr, text);
	ip_format(ip, via);
	for (const char *table = tables; *table; table += strlen(table) + 1)
		say(netns, "router", "route replace %s via %s dev fabric table %s", text, via, table);
	for (size_t i = 0; i < world->nnodes; i++) {
		char *space = xasprintf("node-%s", world->nodes[i].name);

		if (&world->nodes[i] != to)
			say(netns, space, "route replace %s via %s", text, via);
		free(space);
	}
}

/* Its pods, which only hosts outside know besides the nodes, and the addresses that it has besides its own. */
static void
add_routes(struct netns *netns, const struct world_node *to)
{
	for (size_t i = 0; i < to->view->npod_cidrs; i++) {
		struct cidr cidr = cidr_masked(&to->view->pod_cidrs[i]);

		add_way(netns, to, &cidr, "300\0");
	}
	for (size_t i = 0; i < to->host.nlocal_addresses; i++) {
		struct cidr cidr = { to->host.local_addresses[i], ip_bits(to->host.local_addresses[i].family) };

		add_way(netns, to, &cidr, "main\000100\000300\0");
	}
}

/* NodeHost's, which win over what the node has by itself. */
static void
add_host_routes(struct netns *netns, const struct world_node *node)
{
	char *space = xasprintf("node-%s", node->name), to[IP_TEXT], via[IP_TEXT];

	for (size_t i = 0; i < node->nroutes; i++) {
		const struct world_route *route = &node->routes[i];

		cidr_format(&route->to, to);
		say(netns, space, "route flush %s", to);
		if (route->via.family != IP_NONE)
			say(netns, space, "route replace %s via %s", to, ip_format(&route->via, via));
	}
	free(space);
}

bool
netns_has_pod(const struct pod *pod)
{
	return !pod->host_network && pod->nips && strcmp(pod->phase, "Succeeded") != 0 && strcmp(pod->phase, "Failed") != 0;
}

static void
add_pod(struct netns *netns, const struct pod *pod, size_t index)
{
	const struct world_node *node = world_node(&netns->cluster->world, pod->node);
	const char *id = netns->id;
	char *space = xasprintf("pod-%s-%s", pod->object->namespace, pod->object->name), *on = xasprintf("node-%s", pod->node);

	space_add(netns, space);
	str_addf(&netns->links, "link add vp%zu netns %s-%s type veth peer name eth0 netns %s-%s\n", index, id, on, id, space);
	say(netns, on, "link set vp%zu master cni0 up", index);
	say(netns, on, "link set vp%zu type bridge_slave hairpin on", index);
	say(netns, space, "link set eth0 up");
	for (size_t i = 0; i < pod->nips; i++) {
		char ip[IP_TEXT], bridge[IP_TEXT];
		enum ip_family family = pod->ips[i].family;

		say(netns, space, "addr add %s/%u dev eth0", ip_format(&pod->ips[i], ip), family == IP_V4 ? 24 : 64);
		say(netns, space, "route add default via %s", ip_format(&node->bridge[family - 1], bridge));
	}
	free(on);
}

/* ---- all of it ---- */

static void
draw_up(struct netns *netns)
{
	struct world *world = &netns->cluster->world;
	size_t n;
	const struct object *const *pods = store_list(netns->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	add_router(netns);
	for (size_t i = 0; i < world->nnodes; i++)
		add_node(netns, &world->nodes[i], i);
	for (size_t i = 0; i < world->nnodes; i++)
		add_routes(netns, &world->nodes[i]);
	for (size_t i = 0; i < world->nnodes; i++)
		add_host_routes(netns, &world->nodes[i]);
	for (size_t i = 0; i < n; i++)
		if (netns_has_pod(pod_view(pods[i])) && world_node(world, pod_view(pods[i])->node))
			add_pod(netns, pod_view(pods[i]), i);
}

/* To what is no node there is no way; a rule says so, since the kernel says it of its routes only a few times a second. */
static void
refuse_ways(const struct netns *netns)
{
	const struct world *world = &netns->cluster->world;
	struct str accept[2] = { STR_INIT, STR_INIT }, script = STR_INIT;
	char text[IP_TEXT];

	for (size_t i = 0; i < world->nnodes; i++) {
		const struct node_host *host = &world->nodes[i].host;

		for (size_t a = 0; a < host->nlocal_addresses; a++)
			str_addf(&accept[host->local_addresses[a].family - 1], "-A FORWARD -i vcl -d %s -j ACCEPT\n",
				ip_format(&host->local_addresses[a], text));
	}
	str_addf(&script, "ip netns exec %s-router iptables-restore <<'END'\n*filter\n"
		"-A FORWARD -i vcl -s " ENTRANCES " -j ACCEPT\n-A FORWARD -i vcl -d 172.30.0.0/16 -j ACCEPT\n"
		"%s-A FORWARD -i vcl -j REJECT --reject-with icmp-net-unreachable\nCOMMIT\nEND\n", netns->id, accept[0].buf);
	str_addf(&script, "ip netns exec %s-router ip6tables-restore <<'END'\n*filter\n"
		"-A FORWARD -i vcl -s " ENTRANCES_V6 " -j ACCEPT\n-A FORWARD -i vcl -d fd30::/32 -j ACCEPT\n"
		"%s-A FORWARD -i vcl -j REJECT --reject-with icmp6-no-route\nCOMMIT\nEND\n", netns->id, accept[1].buf);
	netns_script(&script);
	str_release(&script);
	str_release(&accept[0]);
	str_release(&accept[1]);
}

static void
open_spaces(struct netns *netns)
{
	run_batch("", &netns->names);
	for (size_t i = 0; i < netns->spaces.n; i++) {
		struct space *space = &netns->spaces.v[i];
		char *path = xasprintf("/run/netns/%s-%s", netns->id, space->name);

		space->fd = open(path, O_RDONLY | O_CLOEXEC);
		free(path);
		set_up(netns, space->name);
	}
}

void
netns_init(struct netns *netns, struct cluster *cluster)
{
	struct world *world = &cluster->world;
	char *where;

	memset(netns, 0, sizeof *netns);
	netns->cluster = cluster;
	str_init(&netns->names);
	str_init(&netns->links);
	str_init(&netns->rules_v6);
	netns->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	snprintf(netns->id, sizeof netns->id, "sv%d", (int)getpid() % 100000);
	world_sync(world);
	draw_up(netns);
	open_spaces(netns);	/* their settings are to be there before their devices are */
	run_batch("", &netns->links);
	for (size_t i = 0; i < netns->spaces.n; i++) {
		where = xasprintf("-n %s-%s", netns->id, netns->spaces.v[i].name);

		run_batch(where, &netns->spaces.v[i].batch);
		hurry(netns, netns->spaces.v[i].name);
		free(where);
	}
	where = xasprintf("-6 -n %s-router", netns->id);
	run_batch(where, &netns->rules_v6);
	free(where);
	refuse_ways(netns);
	for (size_t i = 0; i < world->nnodes; i++)
		load_rules(netns, &world->nodes[i]);
	listeners_start(netns);
}

void
netns_release(struct netns *netns)
{
	struct str gone = STR_INIT;

	listeners_stop(netns);
	for (size_t i = 0; i < netns->spaces.n; i++) {
		close(netns->spaces.v[i].fd);
		str_addf(&gone, "netns del %s-%s\n", netns->id, netns->spaces.v[i].name);
		str_release(&netns->spaces.v[i].batch);
		free(netns->spaces.v[i].name);
	}
	run_batch("", &gone);
	close(netns->home);
	str_release(&gone);
	str_release(&netns->names);
	str_release(&netns->links);
	str_release(&netns->rules_v6);
	vec_release(&netns->spaces);
}
