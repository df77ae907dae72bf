/* Addresses, routes and listeners of where the shell is: ip and ss as iproute2 prints them, netstat and ifconfig. */
#include <stdlib.h>
#include <string.h>

#include "control/image.h"
#include "control/process.h"
#include "control/serve.h"
#include "host/client.h"
#include "host/commands.h"
#include "host/node_host.h"
#include "host/options.h"
#include "host/unit.h"
#include "host/vfs.h"

/* ---- devices ---- */

struct device {
	char name[24];
	const char *flags, *state, *kind;
	int number, mtu;
	char peer[24];		/* "@if5"; "" */
	char mac[20];
	struct cidr ips[4];	/* address and prefix */
	size_t nips;
	const struct ipvs *ipvs[2];	/* of kube-ipvs0: its addresses are those that they bind */
};
struct devices {
	struct device v[300];
	size_t n;
};

#define UP "BROADCAST,MULTICAST,UP,LOWER_UP"

static struct device *
device_add(struct devices *devices, const char *name, const char *flags, int mtu)
{
	struct device *device = &devices->v[devices->n];

	*device = (struct device){ .flags = flags, .state = "UP", .kind = "ether", .number = (int)devices->n + 1, .mtu = mtu };
	strncpy(device->name, name, sizeof device->name - 1);
	devices->n++;
	return device;
}

static void
device_ip(struct device *device, const struct ip *ip, int prefix)
{
	if (device->nips < 4 && ip->family != IP_NONE)
		device->ips[device->nips++] = (struct cidr){ *ip, (uint8_t)prefix };
}

/* Its a-th address; false: it has fewer. */
static bool
device_address(const struct device *device, size_t a, struct cidr *cidr)
{
	if (a < device->nips) {
		*cidr = device->ips[a];
		return true;
	}
	a -= device->nips;
	for (size_t i = 0; i < 2; i++) {
		size_t n = device->ipvs[i] ? device->ipvs[i]->bound.n : 0;

		if (a < n) {
			*cidr = (struct cidr){ device->ipvs[i]->bound.v[a], ip_bits(device->ipvs[i]->bound.v[a].family) };
			return true;
		}
		a -= n;
	}
	return false;
}

/* Made of the address, as runtimes do it. */
static void
device_mac(struct device *device, const struct ip *ip)
{
	struct str mac = STR_INIT;

	str_addf(&mac, "02:42:%02x:%02x:%02x:%02x", ip->b[0], ip->b[1], ip->b[2], ip->b[3]);
	strcpy(device->mac, mac.buf);
	str_release(&mac);
}

static void
loopback_add(struct devices *devices)
{
	struct device *lo = device_add(devices, "lo", "LOOPBACK,UP,LOWER_UP", 65536);
	struct ip ip;

	lo->state = "UNKNOWN";
	lo->kind = "loopback";
	strcpy(lo->mac, "00:00:00:00:00:00");
	ip_parse("127.0.0.1", &ip);
	device_ip(lo, &ip, 8);
	ip_parse("::1", &ip);
	device_ip(lo, &ip, 128);
}

static int
pod_prefix(const struct shell *shell, const struct ip *ip)
{
	const struct world_node *node = world_node_by_pod_cidr(&shell->cluster->world, ip);

	for (size_t i = 0; node && i < node->view->npod_cidrs; i++)
		if (node->view->pod_cidrs[i].ip.family == ip->family)
			return (int)node->view->pod_cidrs[i].prefix;
	return ip->family == IP_V6 ? 64 : 24;
}

/* kube-proxy's dummy device in ipvs mode. */
static void
ipvs_device(const struct shell *shell, struct world_node *node, struct devices *devices)
{
	const struct ipvs *v4 = world_ipvs(&shell->cluster->world, node, IP_V4);
	struct device *dummy;

	if (!v4)
		return;
	dummy = device_add(devices, "kube-ipvs0", "BROADCAST,NOARP", 1500);
	dummy->state = "DOWN";
	dummy->ipvs[0] = v4;
	dummy->ipvs[1] = world_ipvs(&shell->cluster->world, node, IP_V6);
	device_mac(dummy, &(struct ip){ .family = IP_V4 });
}

static void
node_devices(const struct shell *shell, struct world_node *node, struct devices *devices)
{
	struct device *eth0 = device_add(devices, "eth0", UP, 1500), *bridge;
	size_t n;
	const struct object *const *pods = store_list(shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < node->view->nips; i++)
		device_ip(eth0, &node->view->ips[i], node->view->ips[i].family == IP_V6 ? 64 : 24);
	if (node->view->nips)
		device_mac(eth0, &node->view->ips[0]);
	ipvs_device(shell, node, devices);
	bridge = device_add(devices, "cni0", UP, 1500);
	for (size_t i = 0; i < 2; i++)
		if (node->bridge[i].family != IP_NONE)
			device_ip(bridge, &node->bridge[i], pod_prefix(shell, &node->bridge[i]));
	device_mac(bridge, &node->bridge[0]);
	for (size_t i = 0; i < n && devices->n < sizeof devices->v / sizeof devices->v[0]; i++) {
		const struct pod *pod = pod_view(pods[i]);
		struct device *veth;
		struct str name = STR_INIT;

		if (strcmp(pod->node, node->name) != 0 || pod->host_network || pod->ip.family == IP_NONE)
			continue;
		str_addf(&name, "veth%02x%02x%02x%02x", pod->ip.b[0], pod->ip.b[1], pod->ip.b[2], pod->ip.b[3]);
		veth = device_add(devices, name.buf, UP, 1500);
		strcpy(veth->peer, "@if2");
		device_mac(veth, &pod->ip);
		str_release(&name);
	}
}

static void
devices_of(const struct shell *shell, const struct client *client, struct devices *devices)
{
	devices->n = 0;
	loopback_add(devices);
	if (client->pod && !client->pod->host_network) {
		struct device *eth0 = device_add(devices, "eth0", UP, 1500);

		strcpy(eth0->peer, "@if7");
		for (size_t i = 0; i < client->pod->nips; i++)
			device_ip(eth0, &client->pod->ips[i], pod_prefix(shell, &client->pod->ips[i]));
		device_mac(eth0, &client->pod->ip);
	} else if (client->from.node || client->pod) {
		struct world_node *node = client->from.node ? client->from.node
			: world_node(&shell->cluster->world, client->pod->node);

		if (node)
			node_devices(shell, node, devices);
	} else {
		struct device *eth0 = device_add(devices, "eth0", UP, 1500);
		struct ip ip;

		ip_parse(OUTSIDE_CLIENT, &ip);
		device_ip(eth0, &ip, 24);
		device_mac(eth0, &ip);
	}
}

/* ---- ip ---- */

struct ip_command {
	struct shell *shell;
	struct io *io;
	struct client client;
	enum ip_family family;	/* IP_NONE: both */
	bool brief;
	const char *device;
};

static bool
shown(const struct ip_command *c, enum ip_family family)
{
	return c->family == IP_NONE || c->family == family;
}

static struct ip
broadcast(const struct cidr *cidr)
{
	struct ip ip = cidr->ip;

	for (unsigned bit = cidr->prefix; bit < 32; bit++)
		ip.b[bit / 8] |= (uint8_t)(0x80u >> (bit % 8));
	return ip;
}

static void
print_link(const struct ip_command *c, const struct device *d)
{
	bool lo = strcmp(d->name, "lo") == 0;

	if (d->ipvs[0])
		sink_printf(c->io->out, "%d: %s: <%s> mtu %d qdisc noop state DOWN group default \n", d->number,
		d->name,
			d->flags, d->mtu);
	else
		sink_printf(c->io->out, "%d: %s%s: <%s> mtu %d qdisc %s %sstate %s %sgroup default qlen 1000\n",
		d->number, d->name,
		d->peer, d->flags, d->mtu, lo || d->peer[0] || strcmp(d->name, "cni0") == 0 ? "noqueue" : "fq_codel",
		str_starts(d->name, "veth") ? "master cni0 " : "", d->state, "");
	sink_printf(c->io->out, "    link/%s %s brd %s%s\n", d->kind, d->mac, lo ? "00:00:00:00:00:00"
		: "ff:ff:ff:ff:ff:ff",
		d->peer[0] ? " link-netnsid 0" : "");
}

static void
print_address(const struct ip_command *c, const struct device *d, const struct cidr *cidr)
{
	bool lo = strcmp(d->name, "lo") == 0, v6 = cidr->ip.family == IP_V6;
	struct ip end = broadcast(cidr);
	char text[IP_TEXT], brd[IP_TEXT];

	cidr_format(cidr, text);
	if (d->ipvs[0])
		sink_printf(c->io->out, "    %s %s scope global %s\n", v6 ? "inet6" : "inet", text, d->name);
	else if (v6)
		sink_printf(c->io->out, "    inet6 %s scope %s%s\n", text, lo ? "host" : "global", lo ? " noprefixroute"
		: "");
	else if (lo)
		sink_printf(c->io->out, "    inet %s scope host lo\n", text);
	else
		sink_printf(c->io->out, "    inet %s brd %s scope global %s\n", text, ip_format(&end, brd), d->name);
	sink_put(c->io->out, "       valid_lft forever preferred_lft forever\n");
}

static void
print_brief(const struct ip_command *c, const struct device *d, bool addresses)
{
	struct str line = STR_INIT, name = STR_INIT;
	char text[IP_TEXT];
	struct cidr cidr;

	str_addf(&name, "%s%s", d->name, d->peer);
	str_addf(&line, "%-16s %-14s ", name.buf, d->state);
	if (!addresses)
		str_addf(&line, "%s <%s> ", d->mac, d->flags);
	for (size_t i = 0; addresses && device_address(d, i, &cidr); i++)
		if (shown(c, cidr.ip.family))
			str_addf(&line, "%s ", cidr_format(&cidr, text));
	sink_printf(c->io->out, "%s\n", line.buf);
	str_release(&line);
	str_release(&name);
}

static int
show_devices(struct ip_command *c, bool addresses)
{
	struct devices *devices = xcalloc(1, sizeof *devices);
	bool found = false;

	devices_of(c->shell, &c->client, devices);
	for (size_t i = 0; i < devices->n; i++) {
		const struct device *d = &devices->v[i];
		struct cidr cidr;

		if (c->device && strcmp(c->device, d->name) != 0)
			continue;
		found = true;
		if (c->brief) {
			print_brief(c, d, addresses);
			continue;
		}
		print_link(c, d);
		for (size_t a = 0; addresses && device_address(d, a, &cidr); a++)
			if (shown(c, cidr.ip.family))
				print_address(c, d, &cidr);
	}
	free(devices);
	if (found)
		return 0;
	sink_printf(c->io->err, "Device \"%s\" does not exist.\n", c->device);
	return 1;
}

static const char *
network(const struct cidr *cidr, char text[static IP_TEXT])
{
	struct cidr masked = cidr_masked(cidr);

	return cidr_format(&masked, text);
}

/* The first address of the network, where its router is. */
static const char *
gateway(const struct cidr *cidr, char text[static IP_TEXT])
{
	struct cidr masked = cidr_masked(cidr);
	struct ip first = ip_plus(&masked.ip, 1);

	return ip_format(&first, text);
}

static void
node_routes(struct ip_command *c, const struct world_node *here, enum ip_family family)
{
	const struct world *world = &c->shell->cluster->world;
	char pods[IP_TEXT], via[IP_TEXT];

	for (size_t i = 0; i < world->nnodes; i++) {
		const struct world_node *node = &world->nodes[i];

		for (size_t k = 0; k < node->view->npod_cidrs; k++) {
			const struct cidr *cidr = &node->view->pod_cidrs[k];

			if (cidr->ip.family != family)
				continue;
			network(cidr, pods);
			if (world_node_route(here, &cidr->ip) && world_node_route(here, &cidr->ip)->to.prefix)
				continue;
			if (node == here)
				sink_printf(c->io->out, "%s dev cni0 proto kernel scope link src %s \n", pods,
					ip_format(&node->bridge[family - 1], via));
			else if (node->view->nips)
				sink_printf(c->io->out, "%s via %s dev eth0 \n", pods,
				ip_format(&node->view->ips[0], via));
		}
	}
}

/* Those of NodeHost's. */
static void
changed_routes(struct ip_command *c, const struct world_node *here, enum ip_family family)
{
	char to[IP_TEXT], via[IP_TEXT];

	for (size_t i = 0; i < here->nroutes; i++) {
		const struct world_route *route = &here->routes[i];

		if (route->via.family == family)
			sink_printf(c->io->out, "%s via %s dev eth0 \n", route->to.prefix ? network(&route->to, to) : "default",
				ip_format(&route->via, via));
	}
}

/* Has the node still the default route of its own? */
static bool
has_default(const struct world_node *node, enum ip_family family)
{
	for (size_t i = 0; node && i < node->nroutes; i++)
		if (!node->routes[i].to.prefix && node->routes[i].to.ip.family == family)
			return false;
	return true;
}

static int
show_routes(struct ip_command *c)
{
	enum ip_family family = c->family == IP_V6 ? IP_V6 : IP_V4;
	struct devices *devices = xcalloc(1, sizeof *devices);
	char text[IP_TEXT], from[IP_TEXT];

	devices_of(c->shell, &c->client, devices);
	for (size_t i = 0; i < devices->n; i++) {
		const struct device *d = &devices->v[i];

		for (size_t a = 0; strcmp(d->name, "eth0") == 0 && a < d->nips; a++) {
			if (d->ips[a].ip.family != family)
				continue;
			if (has_default(c->client.from.node, family))
				sink_printf(c->io->out, "default via %s dev eth0 \n", gateway(&d->ips[a], text));
			sink_printf(c->io->out, "%s dev eth0 proto kernel scope link src %s \n",
				network(&d->ips[a], text),
				ip_format(&d->ips[a].ip, from));
		}
	}
	for (size_t i = 0; c->shell->place == PLACE_CLIENT && i < c->shell->routes.n; i++)
		if (c->shell->routes.v[i].to.ip.family == family)
			sink_printf(c->io->out, "%s via %s dev eth0 \n", network(&c->shell->routes.v[i].to, text),
				ip_format(&c->shell->routes.v[i].via, from));
	if (c->client.from.node) {
		node_routes(c, c->client.from.node, family);
		changed_routes(c, c->client.from.node, family);
	}
	free(devices);
	return 0;
}

/* A route that isn't there can't go. */
static bool
node_has_route(const struct world *world, const struct world_node *node, const struct cidr *to)
{
	const struct world_route *changed = world_node_route(node, &to->ip);

	if (changed && memcmp(&changed->to, to, sizeof *to) == 0)
		return changed->via.family != IP_NONE;
	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t k = 0; k < world->nodes[i].view->npod_cidrs; k++) {
			struct cidr masked = cidr_masked(&world->nodes[i].view->pod_cidrs[k]);

			if (memcmp(&masked, to, sizeof *to) == 0)
				return true;
		}
	return !to->prefix;
}

/* On a node: ip route add|replace|del CIDR [via ADDRESS]. */
static int
node_route_change(struct shell *shell, struct io *io, bool adds, const struct shell_route *wanted)
{
	const struct world_node *node = node_here(shell);
	struct world_route route = { cidr_masked(&wanted->to), wanted->via };

	if (!node)
		return 2;
	if (!adds && !node_has_route(&shell->cluster->world, node, &route.to)) {
		sink_put(io->err, "RTNETLINK answers: No such process\n");
		return 2;
	}
	if (!adds)
		route.via.family = IP_NONE;
	node_host_route(shell, &route);
	return 0;
}

/* ip route add CIDR via ADDRESS. */
static int
route_change(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool adds = argc > 2 && (strcmp(argv[2], "add") == 0 || strcmp(argv[2], "replace") == 0);
	struct shell_route route;

	if (shell->place == PLACE_POD) {
		sink_put(io->err, "RTNETLINK answers: Operation not permitted\n");
		return 2;
	}
	if (argc < 4 || !cidr_parse(strcmp(argv[3], "default") == 0 ? "0.0.0.0/0" : argv[3], &route.to) ||
		(adds && (argc < 6 || !ip_parse(argv[5], &route.via)))) {
		sink_printf(io->err, "Error: any valid prefix is expected rather than \"%s\".\n", argc > 3 ? argv[3]
			: "");
		return 1;
	}
	if (shell->place == PLACE_NODE)
		return node_route_change(shell, io, adds, &route);
	for (size_t i = 0; i < shell->routes.n; i++)
		if (memcmp(&shell->routes.v[i].to, &route.to, sizeof route.to) == 0) {
			shell->routes.v[i] = shell->routes.v[--shell->routes.n];
			break;
		}
	if (adds)
		*vec_push(&shell->routes) = route;
	return 0;
}

static int
ip_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct ip_command c = { .shell = shell, .io = io };
	const char *object = NULL;
	int status = 255;

	if (argc > 2 && *argv[1] == 'r' && (strcmp(argv[2], "add") == 0 || strcmp(argv[2], "replace") == 0 ||
			str_starts(argv[2], "del")))
		return route_change(shell, io, argc, argv);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-4") == 0 || strcmp(argv[i], "-6") == 0)
			c.family = argv[i][1] == '4' ? IP_V4 : IP_V6;
		else if (str_starts(argv[i], "-br"))
			c.brief = true;
		else if (argv[i][0] == '-')
			continue;
		else if (!object)
			object = argv[i];
		else if (strcmp(argv[i], "dev") == 0 && i + 1 < argc)
			c.device = argv[++i];
		else if (!str_starts("show", argv[i]) && !str_starts("list", argv[i]) && strcmp(argv[i], "ls") != 0)
			c.device = argv[i];
	}
	if (object && client_init(&c.client, shell, io)) {
		if (str_starts("address", object) || str_starts(object, "addr"))
			status = show_devices(&c, true);
		else if (str_starts("link", object))
			status = show_devices(&c, false);
		else if (str_starts("route", object))
			status = show_routes(&c);
		else if (str_starts("neighbor", object) || str_starts("rule", object))
			status = 0;
		else
			sink_printf(io->err, "Object \"%s\" is unknown, try \"ip help\".\n", object);
	} else if (!object) {
		sink_put(io->err, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n");
	}
	client_release(&c.client);
	return status;
}

const struct command command_ip = { .name = "ip", .usage = "[-4|-6] [-br] addr|link|route [DEVICE]",
	.help = "Addresses, devices and routes", .run = ip_main };

static int
ifconfig_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *const words[] = { "ip", "addr", argc > 1 ? argv[1] : NULL };

	return ip_main(shell, io, argc > 1 ? 3 : 2, words);
}

const struct command command_ifconfig = { .name = "ifconfig", .usage = "[DEVICE]",
	.help = "Addresses, as ip addr shows them",
	.run = ifconfig_main };

static int
route_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	(void)argc;
	(void)argv;
	return ip_main(shell, io, 2, (const char *const[]){ "ip", "route" });
}

const struct command command_route = { .name = "route", .usage = "[-n]", .help = "Routes, as ip route shows them",
	.run = route_main };

/* ---- ss ---- */

struct listener {
	char address[IP_TEXT];
	uint16_t port;
	enum protocol protocol;
	char process[16];	/* as the kernel cuts it */
	unsigned pid;
	int backlog;
};
typedef VEC(struct listener) listeners;

static struct listener *
listener_add(listeners *list, const char *address, uint16_t port, enum protocol protocol, const char *process)
{
	struct listener *listener = vec_push(list);

	*listener = (struct listener){ .port = port, .protocol = protocol, .backlog = 4096,
		.pid = 700u + port % 1000 };
	strncpy(listener->address, address, sizeof listener->address - 1);
	strncpy(listener->process, process, sizeof listener->process - 1);
	return listener;
}

/* The program of the container's words, or of its image; in its own namespace it is process 1. */
static char *
process_name(const struct value *container)
{
	const struct value *command = value_get(container, "command"), *args = value_get(container, "args");
	const char *reference = value_get_text(container, "image"), *word = reference ? reference : "", *slash;
	const struct image *image = image_of(word);

	if (process_has_words(container))
		word = value_text(value_at(value_count(command) ? command : args, 0));
	else if (image && image->command)
		word = image->command;
	slash = strrchr(word, '/');
	word = slash ? slash + 1 : word;
	return xstrndup(word, strcspn(word, ":@"));
}

static void
add_pods(listeners *list, const struct pod *pod, const struct value *container, uint16_t port, enum protocol protocol)
{
	char *process = process_name(container);
	struct listener *listener = listener_add(list, "0.0.0.0", port, protocol, process);

	if (strcmp(process, "nginx") == 0)
		listener->backlog = 511;
	if (!pod->host_network)
		listener->pid = 1;
	free(process);
}

static const struct value *
container_named(const struct pod *pod, const char *name)
{
	const struct value *containers = value_path(pod->object->root, "spec.containers");

	for (size_t i = 0; name && i < value_count(containers); i++)
		if (strcmp(value_get_text(value_at(containers, i), "name"), name) == 0)
			return value_at(containers, i);
	return value_at(containers, 0);
}

static void
pod_listeners(const struct store *store, const struct pod *pod, listeners *list)
{
	static const uint16_t usual[] = { 53, 80, 443, 3306, 5432, 5678, 6379, 8080, 8081, 9090, 9376, 11211, 27017 };
	static const enum protocol protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (size_t p = 0; p < 2; p++) {
		for (size_t i = 0; i < pod->nports; i++)
			if (pod->ports[i].protocol == protocols[p] &&
			pod_listens(store, pod, protocols[p], pod->ports[i].port))
				add_pods(list, pod, container_named(pod, pod->ports[i].container), pod->ports[i].port, protocols[p]);
		for (size_t u = 0; u < sizeof usual / sizeof usual[0]; u++) {
			bool known = false;

			for (size_t i = 0; i < pod->nports; i++)
				known |= pod->ports[i].port == usual[u] && pod->ports[i].protocol == protocols[p];
			if (!known && pod_listens(store, pod, protocols[p], usual[u]))
				add_pods(list, pod, container_named(pod, NULL), usual[u], protocols[p]);
		}
	}
}

/* Those of pods that have the node's own network. */
static void
host_pods(const struct shell *shell, const struct world_node *node, listeners *list)
{
	size_t n;
	const struct object *const *pods = store_list(shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (pod->host_network && strcmp(pod->node, node->name) == 0 && strcmp(pod->phase, "Running") == 0)
			pod_listeners(shell->cluster->server.store, pod, list);
	}
}

/* Node ports aren't there: kube-proxy listens on none, its rules catch them before. */
static void
node_listeners(const struct shell *shell, struct world_node *node, listeners *list)
{
	static const struct {
		uint16_t port;
		bool loopback;
		const char *process;
	} daemons[] = {
		{ 22, false, "sshd" }, { 2379, true, "etcd" }, { 2380, false, "etcd" },
		{ 6443, false, "kube-apiserver" },
		{ 10248, true, "kubelet" }, { 10249, true, "kube-proxy" }, { 10250, false, "kubelet" },
		{ 10256, false, "kube-proxy" }, { 10257, true, "kube-controller" }, { 10259, true, "kube-scheduler" },
	};
	struct world *world = &shell->cluster->world;
	size_t n;
	const struct object *const *services = store_list(world->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < sizeof daemons / sizeof daemons[0]; i++) {
		bool stopped = (node->host.proxy_stopped && strcmp(daemons[i].process, "kube-proxy") == 0) ||
			(node->host.kubelet_stopped && strcmp(daemons[i].process, "kubelet") == 0);

		const struct unit *unit = unit_find(strcmp(daemons[i].process, "sshd") == 0 ? "ssh" : daemons[i].process);
		struct listener *listener;

		if (stopped || !world_node_listens(world, node, PROTOCOL_TCP, daemons[i].port, true))
			continue;
		listener = listener_add(list, daemons[i].loopback ? "127.0.0.1" : "*", daemons[i].port, PROTOCOL_TCP,
			daemons[i].process);
		listener->pid = unit ? unit_state(node, unit).pid : listener->pid;
	}
	host_pods(shell, node, list);
	for (size_t i = 0; i < n; i++)
		if (service_view(services[i])->health_check_port && !node->host.proxy_stopped)
			listener_add(list, "*", service_view(services[i])->health_check_port, PROTOCOL_TCP,
			"kube-proxy");
}

static int
compare_listeners(const void *a, const void *b)
{
	const struct listener *x = a, *y = b;

	if (x->protocol != y->protocol)
		return x->protocol == PROTOCOL_UDP ? -1 : 1;
	if ((x->address[0] == '*') != (y->address[0] == '*'))
		return x->address[0] == '*' ? 1 : -1;
	return x->port - y->port;
}

struct ss {
	bool tcp, udp, listening, processes, numeric;
};

static void
ss_print(const struct ss *ss, const listeners *list, struct io *io)
{
	int address = 13, port = 4;
	bool netid = ss->tcp == ss->udp;

	for (size_t i = 0; i < list->n; i++) {
		int digits = list->v[i].port > 9999 ? 5 : 4;

		address = (int)strlen(list->v[i].address) > address ? (int)strlen(list->v[i].address) : address;
		port = digits > port ? digits : port;
	}
	sink_printf(io->out, "%sState  Recv-Q Send-Q %*s:%-*s %12s:%-4s%s\n", netid ? "Netid " : "", address,
		"Local Address", port,
		"Port", "Peer Address", "Port", "Process");
	for (size_t i = 0; i < list->n; i++) {
		const struct listener *l = &list->v[i];
		struct str text = STR_INIT, process = STR_INIT;

		if (l->protocol == PROTOCOL_UDP ? !ss->udp : !ss->tcp)
			continue;
		str_addf(&text, "%s%s %-6d %-6d %*s:%-*u %12s:%-4s", !netid ? "" : l->protocol == PROTOCOL_UDP
			? "udp   " : "tcp   ",
			l->protocol == PROTOCOL_UDP ? "UNCONN" : "LISTEN", 0, l->protocol == PROTOCOL_UDP ? 0
			: l->backlog, address,
			l->address, port, l->port, l->address[0] == '*' ? "*" : "0.0.0.0", "*");
		str_addf(&process, "users:((\"%s\",pid=%u,fd=3))", l->process, l->pid);
		sink_printf(io->out, "%s%-7s\n", text.buf, ss->processes ? process.buf : "");
		str_release(&text);
		str_release(&process);
	}
}

static void
netstat_print(const struct ss *ss, const listeners *list, struct io *io)
{
	sink_printf(io->out, "Active Internet connections (only servers)\n"
		"Proto Recv-Q Send-Q Local Address           Foreign Address         State      %s\n",
		ss->processes ? " PID/Program name    " : "");
	for (size_t i = 0; i < list->n; i++) {
		const struct listener *l = &list->v[i];
		bool udp = l->protocol == PROTOCOL_UDP, any6 = l->address[0] == '*';
		struct str where = STR_INIT;

		if (udp ? !ss->udp : !ss->tcp)
			continue;
		str_addf(&where, "%s:%u", any6 ? "::" : l->address, l->port);
		sink_printf(io->out, "%s%-2s %6d %6d %-23s %-23s %-11s", udp ? "udp" : "tcp", any6 ? "6" : "", 0, 0,
			where.buf,
			any6 ? ":::*" : "0.0.0.0:*", udp ? "" : "LISTEN");
		if (ss->processes)
			sink_printf(io->out, " %u/%s", l->pid, l->process);
		sink_put(io->out, "\n");
		str_release(&where);
	}
}

/* Nothing here stays connected, so without -l there is nothing to see. */
static int
ss_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct ss ss = { .tcp = false };
	listeners list = VEC_INIT;
	struct client client;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			continue;
		ss.tcp |= strchr(argv[i], 't') != NULL;
		ss.udp |= strchr(argv[i], 'u') != NULL;
		ss.listening |= strchr(argv[i], 'l') != NULL || strchr(argv[i], 'a') != NULL;
		ss.processes |= strchr(argv[i], 'p') != NULL;
	}
	if (!ss.tcp && !ss.udp)
		ss.tcp = ss.udp = true;
	if (!client_init(&client, shell, io)) {
		client_release(&client);
		return 1;
	}
	if (ss.listening && client.from.node)
		node_listeners(shell, client.from.node, &list);
	else if (ss.listening && client.pod)
		pod_listeners(client.cluster->server.store, client.pod, &list);
	if (list.n > 1)
		qsort(list.v, list.n, sizeof *list.v, compare_listeners);
	if (strcmp(argv[0], "netstat") == 0)
		netstat_print(&ss, &list, io);
	else
		ss_print(&ss, &list, io);
	vec_release(&list);
	client_release(&client);
	return 0;
}

const struct command command_ss = { .name = "ss", .usage = "-lntup", .help = "Who listens here", .run = ss_main };
const struct command command_netstat = { .name = "netstat", .usage = "-lntup", .help = "Who listens here",
	.run = ss_main };
