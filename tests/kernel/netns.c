/*
 * A shell script builds the wires, since `ip` is the tool that people check by; sockets are opened by this process, which enters a
 * namespace, makes the socket, and goes back.
 */
#define _GNU_SOURCE
#include "netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/serve.h"
#include "proxy/ipvs.h"
#include "proxy/nft.h"

#define SILENCE_MS 400	/* everything is on this machine: an answer comes in well under a millisecond */
#define ROUTER "172.30.0.1"
#define CLIENT_GATEWAY "203.0.113.1"

const char *
netns_missing(void)
{
	if (geteuid() != 0)
		return "it needs root";
	if (system("command -v ip >/dev/null 2>&1") != 0)
		return "it needs ip (iproute2)";
	if (system("command -v iptables-restore >/dev/null 2>&1") != 0)
		return "it needs iptables-restore (iptables)";
	if (system("command -v nft >/dev/null 2>&1") != 0)
		return "it needs nft (nftables)";
	if (system("ip netns add svcsim-probe 2>/dev/null && ip netns exec svcsim-probe iptables-save >/dev/null 2>&1;"
		" s=$?; ip netns del svcsim-probe 2>/dev/null; exit $s") != 0)
		return "this machine gives no network namespaces";
	return NULL;
}

/* Runs a script; a test that can't build its world is of no use. */
static void
run_script(const struct str *script)
{
	FILE *shell = popen("sh -e", "w");

	if (!shell || fwrite(script->buf, 1, script->len, shell) != script->len || pclose(shell) != 0) {
		fprintf(stderr, "kernel: this script failed:\n%s", script->buf);
		exit(1);
	}
}

static void
add_namespace(struct netns *netns, struct str *script, const char *name)
{
	*vec_push(&netns->names) = xstrdup(name);
	str_addf(script, "ip netns add %s-%s\nip -n %s-%s link set lo up\n", netns->id, name, netns->id, name);
}

static void
add_router(struct netns *netns, struct str *script)
{
	const char *id = netns->id;

	add_namespace(netns, script, "router");
	add_namespace(netns, script, "client");
	str_addf(script, "ip -n %s-router link add fabric type bridge\nip -n %s-router addr add " ROUTER "/16 dev fabric\n"
		"ip -n %s-router link set fabric up\n", id, id, id);
	str_addf(script, "ip link add vcl netns %s-router type veth peer name eth0 netns %s-client\n"
		"ip -n %s-router addr add " CLIENT_GATEWAY "/24 dev vcl\nip -n %s-router link set vcl up\n"
		"ip -n %s-client addr add " OUTSIDE_CLIENT "/24 dev eth0\nip -n %s-client link set eth0 up\n"
		"ip -n %s-client route add default via " CLIENT_GATEWAY "\n", id, id, id, id, id, id, id);
	/*
	 * What is no node is silent for who asks from inside.  From outside the router says that there is no way; by a
	 * rule, since the kernel says it of unreachable routes only a few times a second.
	 */
	str_addf(script, "ip -n %s-router route add blackhole default\n"
		"ip -n %s-router rule add iif vcl lookup 100 priority 10\n"
		"ip -n %s-router route add default dev fabric table 100\n"
		"ip netns exec %s-router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0\n"
		"ip netns exec %s-router iptables -A FORWARD -i vcl ! -d 172.30.0.0/16 -j REJECT"
		" --reject-with icmp-net-unreachable\n", id, id, id, id, id);
}

static void
add_node(struct netns *netns, struct str *script, const struct world_node *node, size_t index)
{
	const char *id = netns->id, *name = node->name;
	char ip[IP_TEXT], bridge[IP_TEXT];
	char *space = xasprintf("node-%s", name);

	ip_format(&node->view->ips[0], ip);
	ip_format(&node->bridge[0], bridge);
	add_namespace(netns, script, space);
	str_addf(script, "ip link add vn%zu netns %s-router type veth peer name eth0 netns %s-%s\n"
		"ip -n %s-router link set vn%zu master fabric up\n"
		"ip -n %s-%s addr add %s/16 dev eth0\nip -n %s-%s link set eth0 up\n"
		"ip -n %s-%s route add default via " ROUTER "\n", index, id, id, space, id, index, id, space, ip, id, space,
		id, space);
	str_addf(script, "ip -n %s-%s link add cni0 type bridge\nip -n %s-%s addr add %s/24 dev cni0\n"
		"ip -n %s-%s link set cni0 up\n", id, space, id, space, bridge, id, space);
	str_addf(script, "ip netns exec %s-%s sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0"
		" net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0\n"
		/* a kernel that has no such limits of its own for a namespace shares the machine's */
		"ip netns exec %s-%s sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000 2>/dev/null || true\n"
		"ip netns exec %s-%s sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true\n", id, space, id, space, id, space);
	free(space);
}

/* Host routes: each node reaches the others' pods by the others' addresses. */
static void
add_routes(const struct netns *netns, struct str *script)
{
	const struct world *world = &netns->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++)
		for (size_t j = 0; j < world->nnodes; j++) {
			char cidr[IP_TEXT], via[IP_TEXT];

			if (i == j)
				continue;
			str_addf(script, "ip -n %s-node-%s route add %s via %s\n", netns->id, world->nodes[i].name,
				cidr_format(&world->nodes[j].view->pod_cidrs[0], cidr),
				ip_format(&world->nodes[j].view->ips[0], via));
		}
}

static void
add_pod(struct netns *netns, struct str *script, const struct pod *pod, size_t index)
{
	const struct world_node *node = world_node(&netns->cluster->world, pod->node);
	const char *id = netns->id;
	char ip[IP_TEXT], bridge[IP_TEXT];
	char *space = xasprintf("pod-%s-%s", pod->object->namespace, pod->object->name);

	ip_format(&pod->ip, ip);
	ip_format(&node->bridge[0], bridge);
	add_namespace(netns, script, space);
	str_addf(script, "ip link add vp%zu netns %s-node-%s type veth peer name eth0 netns %s-%s\n"
		"ip -n %s-node-%s link set vp%zu master cni0 up\n"
		"ip -n %s-node-%s link set vp%zu type bridge_slave hairpin on\n"
		"ip -n %s-%s link set eth0 up\nip -n %s-%s addr add %s/24 dev eth0\n"
		"ip -n %s-%s route add default via %s\n", index, id, pod->node, id, space, id, pod->node, index, id, pod->node,
		index, id, space, id, space, ip, id, space, bridge);
	free(space);
}

/* A command in the node's namespace, which reads the text. */
static void
feed(const struct netns *netns, struct str *script, const struct world_node *node, const char *command,
	const struct str *text)
{
	str_addf(script, "ip netns exec %s-node-%s %s <<'END'\n", netns->id, node->name, command);
	str_addn(script, text->buf, text->len);
	str_add(script, "END\n");
}

/* The jumps from the built-in chains, which kube-proxy puts there with iptables -I before it restores its own. */
static void
add_iptables(struct netns *netns, struct str *script, const struct world_node *node)
{
	struct ruleset sync, shown;
	struct proxy_input input = { netns->cluster->server.store, &netns->cluster->server.settings, node->name, IP_V4, NULL };
	struct str text = STR_INIT;

	ruleset_init(&shown, IP_V4);
	iptables_node(&input, &shown, NULL);
	ruleset_write_save(&shown, &text);
	feed(netns, script, node, "iptables-restore", &text);
	ruleset_release(&shown);
	if (input.settings->proxy.mode == PROXY_IPTABLES) {
		str_clear(&text);
		ruleset_init(&sync, IP_V4);
		iptables_sync(&input, &sync, NULL);
		ruleset_write_restore(&sync, &text);
		feed(netns, script, node, "iptables-restore --noflush --counters", &text);
		ruleset_release(&sync);
	}
	str_release(&text);
}

static void
add_nftables(struct netns *netns, struct str *script, struct world_node *node)
{
	for (int family = IP_V4; family <= IP_V6; family++) {
		struct str text = STR_INIT;

		nft_write_commands(world_rules(&netns->cluster->world, node, (enum ip_family)family), &text);
		feed(netns, script, node, "nft -f -", &text);
		str_release(&text);
	}
}

const char *
netns_ipvs_missing(void)
{
	if (system("modprobe -q ip_vs 2>/dev/null; test -e /proc/net/ip_vs") != 0)
		return "this kernel has no ip_vs";
	if (system("command -v ipvsadm >/dev/null 2>&1 && command -v ipset >/dev/null 2>&1") != 0)
		return "it needs ipvsadm and ipset";
	return NULL;
}

/* Sets come before the rules that look into them. */
static void
add_sets(struct netns *netns, struct str *script, struct world_node *node)
{
	struct str text = STR_INIT;

	ipset_write_save(world_rules(&netns->cluster->world, node, IP_V4), &text);
	feed(netns, script, node, "ipset restore", &text);
	str_release(&text);
}

static void
add_servers(struct netns *netns, struct str *script, struct world_node *node)
{
	const struct ipvs *ipvs = world_ipvs(&netns->cluster->world, node, IP_V4);
	struct str text = STR_INIT;
	char ip[IP_TEXT];

	str_addf(script, "ip -n %s-node-%s link add kube-ipvs0 type dummy\n"
		"ip netns exec %s-node-%s sysctl -qw net.ipv4.vs.conntrack=1\n", netns->id, node->name, netns->id, node->name);
	for (size_t i = 0; i < ipvs->bound.n; i++)
		str_addf(script, "ip -n %s-node-%s addr add %s/32 dev kube-ipvs0\n", netns->id, node->name,
			ip_format(&ipvs->bound.v[i], ip));
	ipvs_write_save(ipvs, NULL, &text);
	feed(netns, script, node, "ipvsadm -R", &text);
	str_release(&text);
}

static void
add_rules(struct netns *netns, struct str *script, struct world_node *node)
{
	enum proxy_mode mode = netns->cluster->server.settings.proxy.mode;

	if (mode == PROXY_IPVS)
		add_sets(netns, script, node);
	add_iptables(netns, script, node);
	if (mode == PROXY_IPVS)
		add_servers(netns, script, node);
	else if (mode == PROXY_NFTABLES)
		add_nftables(netns, script, node);
	else	/* kube-proxy allows node ports on 127.0.0.1 */
		str_addf(script, "ip netns exec %s-node-%s sysctl -qw net.ipv4.conf.all.route_localnet=1\n", netns->id,
			node->name);
}

/* ---- sockets ---- */

static int
enter(const struct netns *netns, const char *name)
{
	char *path = xasprintf("/run/netns/%s-%s", netns->id, name);
	int there = open(path, O_RDONLY | O_CLOEXEC);
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (there < 0 || home < 0 || setns(there, CLONE_NEWNET) != 0) {
		fprintf(stderr, "kernel: can't enter %s: %s\n", path, strerror(errno));
		exit(1);
	}
	close(there);
	free(path);
	return home;
}

static void
go_home(int home)
{
	if (setns(home, CLONE_NEWNET) != 0)
		exit(1);
	close(home);
}

static int
listen_on(uint16_t port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0) {
		fprintf(stderr, "kernel: can't listen on %u: %s\n", port, strerror(errno));
		exit(1);
	}
	return fd;
}

__attribute__((noreturn)) static void
serve(const char *name, struct pollfd *fds, nfds_t n)
{
	for (;;) {
		if (poll(fds, n, -1) < 0)
			_exit(1);
		for (nfds_t i = 0; i < n; i++) {
			struct sockaddr_in peer;
			socklen_t len = sizeof peer;
			char line[400], text[INET_ADDRSTRLEN];
			int fd, written;

			if (!(fds[i].revents & POLLIN))
				continue;
			fd = accept(fds[i].fd, (struct sockaddr *)&peer, &len);
			if (fd < 0)
				continue;
			inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
			written = snprintf(line, sizeof line, "%s %s\n", name, text);
			if (write(fd, line, (size_t)written) < 0)
				_exit(1);
			close(fd);
		}
	}
}

/* Sockets are open before the child runs, so nobody has to wait for it. */
static void
start_listener(struct netns *netns, const char *name, const uint16_t *ports, size_t n)
{
	struct pollfd *fds = xcalloc(n, sizeof *fds);
	int home = enter(netns, name);
	pid_t pid;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = listen_on(ports[i]), .events = POLLIN };
	go_home(home);
	pid = fork();
	if (pid == 0)
		serve(name, fds, n);
	*vec_push(&netns->listeners) = pid;
	for (size_t i = 0; i < n; i++)
		close(fds[i].fd);
	free(fds);
}

/* Every port that a Service or a container names. */
static size_t
ports_in_use(const struct netns *netns, uint16_t *ports, size_t max)
{
	static const uint16_t always[] = { 22, 80, 8080, 10250, 6443 };
	const struct store *store = netns->cluster->server.store;
	size_t n = 0, count;
	const struct object *const *objects = store_list(store, kind_by_kind("Service"), NULL, &count);

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		ports[n++] = always[i];
	for (size_t i = 0; i < count; i++) {
		const struct service *service = service_view(objects[i]);

		for (size_t p = 0; p < service->nports; p++) {
			bool known = service->ports[p].target_port == 0;

			for (size_t k = 0; k < n; k++)
				known |= ports[k] == service->ports[p].target_port;
			if (!known && n < max)
				ports[n++] = service->ports[p].target_port;
		}
	}
	return n;
}

static void
start_listeners(struct netns *netns)
{
	struct world *world = &netns->cluster->world;
	uint16_t candidates[64], ports[64];
	size_t ncandidates = ports_in_use(netns, candidates, 64), count;
	const struct object *const *pods = store_list(netns->cluster->server.store, kind_by_kind("Pod"), NULL, &count);

	for (size_t i = 0; i < count; i++) {
		const struct pod *pod = pod_view(pods[i]);
		char *name = xasprintf("pod-%s-%s", pods[i]->namespace, pods[i]->name);
		size_t n = 0;

		for (size_t c = 0; c < ncandidates && !pod->host_network; c++)
			if (pod_listens(netns->cluster->server.store, pod, PROTOCOL_TCP, candidates[c]))
				ports[n++] = candidates[c];
		if (n)
			start_listener(netns, name, ports, n);
		free(name);
	}
	for (size_t i = 0; i < world->nnodes; i++) {
		char *name = xasprintf("node-%s", world->nodes[i].name);
		size_t n = 0;

		for (size_t c = 0; c < ncandidates; c++)
			if (world_node_listens(world, &world->nodes[i], PROTOCOL_TCP, candidates[c], false))
				ports[n++] = candidates[c];
		if (n)
			start_listener(netns, name, ports, n);
		free(name);
	}
}

void
netns_init(struct netns *netns, struct cluster *cluster)
{
	struct world *world = &cluster->world;
	struct str script = STR_INIT;
	size_t n;
	const struct object *const *pods;

	memset(netns, 0, sizeof *netns);
	netns->cluster = cluster;
	snprintf(netns->id, sizeof netns->id, "sv%d", (int)getpid() % 100000);
	world_sync(world);
	pods = store_list(cluster->server.store, kind_by_kind("Pod"), NULL, &n);
	add_router(netns, &script);
	for (size_t i = 0; i < world->nnodes; i++)
		add_node(netns, &script, &world->nodes[i], i);
	add_routes(netns, &script);
	for (size_t i = 0; i < n; i++)
		if (!pod_view(pods[i])->host_network && pod_view(pods[i])->nips)
			add_pod(netns, &script, pod_view(pods[i]), i);
	for (size_t i = 0; i < world->nnodes; i++)
		add_rules(netns, &script, &world->nodes[i]);
	run_script(&script);
	str_release(&script);
	start_listeners(netns);
}

void
netns_release(struct netns *netns)
{
	struct str script = STR_INIT;

	for (size_t i = 0; i < netns->listeners.n; i++) {
		kill(netns->listeners.v[i], SIGKILL);
		waitpid(netns->listeners.v[i], NULL, 0);
	}
	for (size_t i = 0; i < netns->names.n; i++) {
		str_addf(&script, "ip netns del %s-%s\n", netns->id, netns->names.v[i]);
		free(netns->names.v[i]);
	}
	run_script(&script);
	str_release(&script);
	vec_release(&netns->listeners);
	vec_release(&netns->names);
}

static const char *
verdict_of(int error)
{
	switch (error) {
	case 0:
		return "answered";
	case ECONNREFUSED:
		return "refused";
	case EHOSTUNREACH:
	case ENETUNREACH:
		return "unreachable";
	default:
		return "dropped";
	}
}

static void
read_answer(int fd, struct netns_answer *answer)
{
	char line[400];
	ssize_t len = 0;
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	if (poll(&ready, 1, SILENCE_MS) == 1)
		len = read(fd, line, sizeof line - 1);
	line[len > 0 ? len : 0] = '\0';
	if (sscanf(line, "%255s %63s", answer->who, answer->source) != 2)
		strcpy(answer->verdict, "dropped");
}

void
netns_connect(struct netns *netns, const char *from, const struct ip *to, uint16_t port, struct netns_answer *answer)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int home = enter(netns, from);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error;
	socklen_t len = sizeof error;
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	go_home(home);
	memset(answer, 0, sizeof *answer);
	memcpy(&address.sin_addr, to->b, 4);
	error = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (poll(&ready, 1, SILENCE_MS) == 1)
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	}
	strcpy(answer->verdict, verdict_of(error));
	if (error == 0)
		read_answer(fd, answer);
	close(fd);
}

char *
netns_output(struct netns *netns, const char *node, const char *words)
{
	char *command = xasprintf("ip netns exec %s-node-%s %s", netns->id, node, words);
	FILE *pipe = popen(command, "r");
	struct str text = STR_INIT;
	char line[4096];

	while (pipe && fgets(line, sizeof line, pipe))
		str_add(&text, line);
	if (pipe)
		pclose(pipe);
	free(command);
	return str_detach(&text);
}
