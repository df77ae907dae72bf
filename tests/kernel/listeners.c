/*
 * A socket belongs to the namespace in which it was opened, so one process can have those of all.  They are open before it
 * runs: nobody has to wait for it.
 */
#define _GNU_SOURCE
#include "listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/serve.h"

struct listener {
	const char *name;	/* of the namespace */
	enum protocol protocol;
	int fd;
};
typedef VEC(struct listener) listener_vec;

int
listeners_socket_type(enum protocol protocol)
{
	return protocol == PROTOCOL_UDP || protocol == PROTOCOL_ICMP ? SOCK_DGRAM : SOCK_STREAM;
}

bool
listeners_speak(enum protocol protocol)
{
	int fd = socket(AF_INET, listeners_socket_type(protocol), (int)protocol_number(protocol));

	close(fd);
	return fd >= 0;
}

/* ---- sockets ---- */

static socklen_t
any_address(struct sockaddr_storage *address, enum ip_family family, uint16_t port, bool loopback)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof *address);
	if (family == IP_V4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		v4->sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	v6->sin6_addr = loopback ? in6addr_loopback : in6addr_any;
	return sizeof *v6;
}

static int
listen_on(enum ip_family family, enum protocol protocol, uint16_t port, bool loopback)
{
	int domain = family == IP_V4 ? AF_INET : AF_INET6, type = listeners_socket_type(protocol), on = 1;
	int fd = socket(domain, type | SOCK_CLOEXEC, (int)protocol_number(protocol));
	struct sockaddr_storage address;
	socklen_t len = any_address(&address, family, port, loopback);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (family == IP_V6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	/* an answer is to come from the address that was asked, whatever other addresses there are */
	if (type == SOCK_DGRAM)
		setsockopt(fd, family == IP_V4 ? IPPROTO_IP : IPPROTO_IPV6, family == IP_V4 ? IP_PKTINFO : IPV6_RECVPKTINFO, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, len) != 0 || (type == SOCK_STREAM && listen(fd, 1024) != 0)) {
		fprintf(stderr, "kernel: can't listen on %s %u: %s\n", protocol_name(protocol), port, strerror(errno));
		exit(1);
	}
	return fd;
}

/* ---- the process ---- */

static int
write_answer(const struct listener *listener, const struct sockaddr_storage *peer, char line[static 400])
{
	char text[INET6_ADDRSTRLEN];
	const void *address = peer->ss_family == AF_INET ? (const void *)&((const struct sockaddr_in *)peer)->sin_addr
		: (const void *)&((const struct sockaddr_in6 *)peer)->sin6_addr;

	inet_ntop(peer->ss_family, address, text, sizeof text);
	return snprintf(line, 400, "%s %s\n", listener->name, text);
}

static void
serve_stream(const struct listener *listener)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;
	char line[400];
	int fd = accept(listener->fd, (struct sockaddr *)&peer, &len);

	if (fd < 0)
		return;
	/* one who has gone in the meantime needs no answer */
	(void)!write(fd, line, (size_t)write_answer(listener, &peer, line));
	close(fd);
}

/* The message goes back with what it came with: the address it was for. */
static void
serve_datagram(const struct listener *listener)
{
	struct sockaddr_storage peer;
	char question[16], line[400];
	_Alignas(struct cmsghdr) char control[256];
	struct iovec data = { question, sizeof question };
	struct msghdr message = { .msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &data, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *info;

	if (recvmsg(listener->fd, &message, 0) < 0)
		return;
	for (info = CMSG_FIRSTHDR(&message); info; info = CMSG_NXTHDR(&message, info)) {
		if (info->cmsg_level == IPPROTO_IP && info->cmsg_type == IP_PKTINFO)
			((struct in_pktinfo *)(void *)CMSG_DATA(info))->ipi_ifindex = 0;
		if (info->cmsg_level == IPPROTO_IPV6 && info->cmsg_type == IPV6_PKTINFO)
			((struct in6_pktinfo *)(void *)CMSG_DATA(info))->ipi6_ifindex = 0;
	}
	data.iov_base = line;
	data.iov_len = (size_t)write_answer(listener, &peer, line);
	(void)!sendmsg(listener->fd, &message, 0);
}

__attribute__((noreturn)) static void
serve(const listener_vec *listeners)
{
	struct pollfd *fds = xcalloc(listeners->n, sizeof *fds);

	for (size_t i = 0; i < listeners->n; i++)
		fds[i] = (struct pollfd){ .fd = listeners->v[i].fd, .events = POLLIN };
	for (;;) {
		if (poll(fds, (nfds_t)listeners->n, -1) < 0)
			_exit(1);
		for (size_t i = 0; i < listeners->n; i++) {
			if (!(fds[i].revents & POLLIN))
				continue;
			if (listeners_socket_type(listeners->v[i].protocol) == SOCK_STREAM)
				serve_stream(&listeners->v[i]);
			else
				serve_datagram(&listeners->v[i]);
		}
	}
}

/* ---- who listens ---- */

/* Every port that a Service, an endpoint or a container names, and a few that nodes have. */
struct ports {
	bool known[65536];
	VEC(uint16_t) list;
};

static void
add_port(struct ports *ports, uint16_t port)
{
	if (port && !ports->known[port]) {
		ports->known[port] = true;
		*vec_push(&ports->list) = port;
	}
}

static void
find_ports(const struct store *store, struct ports *ports)
{
	static const uint16_t always[] = { 22, 80, 8080, 6443, 10248, 10249, 10250, 10256 };
	size_t n;
	const struct object *const *objects = store_list(store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		add_port(ports, always[i]);
	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(objects[i]);

		add_port(ports, service->health_check_port);
		for (size_t p = 0; p < service->nports; p++)
			add_port(ports, service->ports[p].target_port);
	}
	objects = store_list(store, kind_by_kind("EndpointSlice"), NULL, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t p = 0; p < slice_view(objects[i])->nports; p++)
			add_port(ports, slice_view(objects[i])->ports[p].port);
	objects = store_list(store, kind_by_kind("Pod"), NULL, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t p = 0; p < pod_view(objects[i])->nports; p++)
			add_port(ports, pod_view(objects[i])->ports[p].port);
}

/* Asks about a port: true, and *loopback when it is open on the loopback only. */
typedef bool listens_fn(const struct netns *netns, const void *who, enum protocol protocol, uint16_t port, bool *loopback);

static bool
pod_serves(const struct netns *netns, const void *who, enum protocol protocol, uint16_t port, bool *loopback)
{
	const struct store *store = netns->cluster->server.store;

	*loopback = !pod_listens(store, who, protocol, port);
	return !*loopback || pod_listener(store, who, protocol, port);
}

static bool
node_serves(const struct netns *netns, const void *who, enum protocol protocol, uint16_t port, bool *loopback)
{
	struct world *world = &netns->cluster->world;

	*loopback = !world_node_listens(world, who, protocol, port, false);
	return !*loopback || world_node_listens(world, who, protocol, port, true);
}

/* All that a hand-made endpoint names, on every address of that host. */
static bool
host_serves(const struct netns *netns, const void *who, enum protocol protocol, uint16_t port, bool *loopback)
{
	size_t n;
	const struct object *const *slices = store_list(netns->cluster->server.store, kind_by_kind("EndpointSlice"), NULL, &n);

	(void)who;
	*loopback = false;
	for (size_t i = 0; i < n; i++)
		for (size_t p = 0; p < slice_view(slices[i])->nports; p++)
			if (slice_view(slices[i])->ports[p].port == port && slice_view(slices[i])->ports[p].protocol == protocol)
				return true;
	return false;
}

static void
open_all(const struct netns *netns, const char *name, listens_fn *serves, const void *who, const struct ports *ports,
	listener_vec *listeners)
{
	const struct space *space = netns_space(netns, name);

	netns_enter(netns, name);
	for (size_t i = 0; i < ports->list.n; i++)
		for (int protocol = PROTOCOL_TCP; protocol <= PROTOCOL_SCTP; protocol++) {
			uint16_t port = ports->list.v[i];
			bool loopback;

			if (!serves(netns, who, (enum protocol)protocol, port, &loopback) || !listeners_speak((enum protocol)protocol))
				continue;
			for (int family = IP_V4; family <= IP_V6; family++)
				*vec_push(listeners) = (struct listener){ space->name, (enum protocol)protocol,
					listen_on((enum ip_family)family, (enum protocol)protocol, port, loopback) };
		}
	netns_leave(netns);
}

static void
open_pods_and_nodes(const struct netns *netns, const struct ports *ports, listener_vec *listeners)
{
	const struct world *world = &netns->cluster->world;
	size_t n;
	const struct object *const *pods = store_list(netns->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		char *name = xasprintf("pod-%s-%s", pods[i]->namespace, pods[i]->name);

		if (netns_space(netns, name))
			open_all(netns, name, pod_serves, pod_view(pods[i]), ports, listeners);
		free(name);
	}
	for (size_t i = 0; i < world->nnodes; i++) {
		char *name = xasprintf("node-%s", world->nodes[i].name);

		open_all(netns, name, node_serves, &world->nodes[i], ports, listeners);
		free(name);
	}
}

void
listeners_start(struct netns *netns)
{
	struct ports *ports = xcalloc(1, sizeof *ports);
	listener_vec listeners = VEC_INIT;

	find_ports(netns->cluster->server.store, ports);
	open_pods_and_nodes(netns, ports, &listeners);
	open_all(netns, "host", host_serves, NULL, ports, &listeners);
	netns->server = fork();
	if (netns->server == 0)
		serve(&listeners);
	for (size_t i = 0; i < listeners.n; i++)
		close(listeners.v[i].fd);
	vec_release(&listeners);
	vec_release(&ports->list);
	free(ports);
}

void
listeners_stop(struct netns *netns)
{
	kill(netns->server, SIGKILL);
	waitpid(netns->server, NULL, 0);
}
