#define _GNU_SOURCE
#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listeners.h"

/* Everything is on this machine: an answer comes in well under a millisecond, or in a few when hundreds are asked. */
#define SILENCE_MS 300
#define PATIENCE_MS 3000
#define AT_ONCE 400	/* sockets, of the 1024 that a process may have */

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
finish(struct dial *dial, int error)
{
	if (dial->fd >= 0)
		close(dial->fd);
	dial->fd = -1;
	strcpy(dial->answer.verdict, verdict_of(error));
}

static socklen_t
socket_address(struct sockaddr_storage *address, const struct ip *ip, uint16_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof *address);
	if (ip->family == IP_V4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, ip->b, 4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, ip->b, 16);
	return sizeof *v6;
}

/* Datagrams have to say something before anybody can answer.  A rule that ends one on its own node says EPERM, and perhaps more by ICMP. */
static int
send_first(const struct dial *dial)
{
	/* type 8 of ICMP and 128 of ICMPv6 ask for an echo; the kernel fills in what else a ping needs */
	uint8_t words[8] = { dial->to.family == IP_V4 ? 8 : 128 };
	size_t len = dial->protocol == PROTOCOL_ICMP ? sizeof words : 1;

	return send(dial->fd, words, len, 0) < 0 && errno != EPERM ? errno : 0;
}

static void
begin(struct dial *dial)
{
	bool v4 = dial->to.family == IP_V4;
	int type = listeners_socket_type(dial->protocol), protocol = (int)protocol_number(dial->protocol), error = 0, on = 1;
	struct sockaddr_storage address;
	socklen_t len;

	memset(&dial->answer, 0, sizeof dial->answer);
	dial->connected = false;
	if (dial->protocol == PROTOCOL_ICMP && !v4)
		protocol = IPPROTO_ICMPV6;
	dial->fd = socket(v4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (type == SOCK_DGRAM)	/* else the kernel keeps it to itself when a network can't be reached */
		setsockopt(dial->fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on);
	if (dial->source.family != IP_NONE) {
		len = socket_address(&address, &dial->source, 0);
		if (bind(dial->fd, (struct sockaddr *)&address, len) != 0)
			error = errno;
	}
	len = socket_address(&address, &dial->to, dial->port);
	if (!error && connect(dial->fd, (struct sockaddr *)&address, len) != 0 && errno != EINPROGRESS)
		error = errno;
	if (!error && type == SOCK_DGRAM) {
		dial->connected = true;
		error = send_first(dial);
	}
	if (error)
		finish(dial, error);
}

/* The line that a listener answers with; of an echo there is none, it has come back. */
static void
read_answer(struct dial *dial)
{
	char line[400];
	ssize_t len = read(dial->fd, line, sizeof line - 1);

	if (len < 0 && errno == EAGAIN)
		return;
	if (len <= 0) {
		finish(dial, len ? errno : ETIMEDOUT);
		return;
	}
	line[len] = '\0';
	if (dial->protocol != PROTOCOL_ICMP && sscanf(line, "%255s %63s", dial->answer.who, dial->answer.source) != 2)
		finish(dial, ETIMEDOUT);
	else
		finish(dial, 0);
}

static void
go_on(struct dial *dial)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (dial->connected) {
		read_answer(dial);
		return;
	}
	getsockopt(dial->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	dial->connected = true;
	if (error)
		finish(dial, error);
}

/* What each of them waits for; how many still wait. */
static size_t
ask(const struct dial *dials, size_t n, struct pollfd *fds)
{
	size_t open = 0;

	for (size_t i = 0; i < n; i++) {
		fds[i] = (struct pollfd){ .fd = dials[i].fd, .events = dials[i].connected ? POLLIN : POLLOUT };
		open += dials[i].fd >= 0;
	}
	return open;
}

static void
dial_some(const struct netns *netns, struct dial *dials, size_t n, int silence)
{
	struct pollfd fds[AT_ONCE];

	for (size_t i = 0; i < n; i++) {
		netns_enter(netns, dials[i].from);
		begin(&dials[i]);
	}
	netns_leave(netns);
	while (ask(dials, n, fds) && poll(fds, (nfds_t)n, silence) > 0)
		for (size_t i = 0; i < n; i++)
			if (dials[i].fd >= 0 && fds[i].revents)
				go_on(&dials[i]);
	for (size_t i = 0; i < n; i++)
		if (dials[i].fd >= 0)
			finish(&dials[i], ETIMEDOUT);
}

void
dial_all(const struct netns *netns, struct dial *dials, size_t n, bool patient)
{
	for (size_t done = 0; done < n; done += AT_ONCE)
		dial_some(netns, dials + done, n - done < AT_ONCE ? n - done : AT_ONCE, patient ? PATIENCE_MS : SILENCE_MS);
}
