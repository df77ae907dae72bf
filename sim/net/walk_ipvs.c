/*
 * A packet at a virtual server of IPVS. The kernel asks them behind nat at OUTPUT and last at INPUT; the one that has
 * the packet's address and port picks a real server, and the packet leaves the node by OUTPUT and POSTROUTING as if a
 * process had sent it.  Which one depends on connections that were there before, so every one has the same chance here;
 * a persistent server sends who came before to the same again.
 *
 * Follows net/netfilter/ipvs/ip_vs_core.c (ip_vs_in_hook, ip_vs_leave).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "net/journey.h"

/* "ipvs TCP 10.96.0.10:53 192.168.0.4:53 10.0.0.1": the client that was sent there */
#define KEY_TEXT (3 * (IP_TEXT + 8) + 16)
static const char *
persistence_key(const struct journey *j, const struct virtual_server *server, const struct real_server *real,
	char key[static KEY_TEXT])
{
	char virtual_text[IP_TEXT + 8], real_text[IP_TEXT + 8], client[IP_TEXT];

	snprintf(key, KEY_TEXT, "ipvs %s %s %s %s", protocol_name(server->protocol),
		ip_port_format(&server->ip, server->port, virtual_text),
		ip_port_format(&real->ip, real->port, real_text), ip_format(&j->packet.src, client));
	return key;
}

/* Where this client was sent within the server's time; NULL. */
static const struct real_server *
persistent_choice(const struct journey *j, const struct virtual_server *server)
{
	char key[KEY_TEXT];

	if (!server->persistent || !j->request->remember)
		return NULL;
	for (size_t i = 0; i < server->nreal; i++) {
		const int64_t *seen = map_get(&j->node->recent, persistence_key(j, server, &server->real[i], key));

		if (seen && *seen >= j->request->now - (int64_t)server->persistent * CLOCK_SECOND)
			return &server->real[i];
	}
	return NULL;
}

static void
remember(struct journey *j, const struct virtual_server *server, const struct real_server *real)
{
	char key[KEY_TEXT];
	int64_t *seen;

	if (!server->persistent || !j->request->remember)
		return;
	seen = map_get(&j->node->recent, persistence_key(j, server, real, key));
	if (!seen) {
		seen = xmalloc(sizeof *seen);
		map_set(&j->node->recent, key, seen);
	}
	*seen = j->request->now;
}

static const struct real_server *
choose(struct journey *j, const struct virtual_server *server)
{
	const struct real_server *real = persistent_choice(j, server);
	size_t i = 0;

	if (real)
		return real;
	while (i + 1 < server->nreal && !j->chooser->take(j->chooser, 1.0 / (double)(server->nreal - i)))
		i++;
	return &server->real[i];
}

const struct virtual_server *
ipvs_server_of(struct journey *j)
{
	const struct ipvs *ipvs = j->reply ? NULL : world_ipvs(j->world, j->node, j->packet.dst.family);

	return ipvs ? ipvs_find(ipvs, j->packet.protocol, &j->packet.dst, j->packet.dport) : NULL;
}

bool
ipvs_take(struct journey *j, const struct virtual_server *server)
{
	const struct real_server *real;
	char text[IP_TEXT + 8], to[IP_TEXT + 8];

	ip_port_format(&server->ip, server->port, text);
	if (server->nreal == 0) {
		hop_say(j, HOP_LOST, "the virtual server %s has no real server: the sender gets ICMP port unreachable at once",
			text);
		journey_lose(j, VERDICT_REFUSED);
		return false;
	}
	real = choose(j, server);
	remember(j, server, real);
	j->asked = j->packet;
	j->taken = true;
	ip_port_format(&real->ip, real->port, to);
	if (server->nreal == 1)
		hop_say(j, HOP_IPVS, "the virtual server %s %s sends to its one real server, %s",
			protocol_name(server->protocol), text, to);
	else
		hop_say(j, HOP_IPVS, "the virtual server %s %s (%s) picks one of %zu real servers: %s",
			protocol_name(server->protocol), text, j->world->settings->proxy.ipvs_scheduler, server->nreal,
			to);
	track_rewrite_destination(j, &real->ip, real->port);
	hop_say(j, HOP_DNAT, "the destination becomes %s", to);
	return true;
}
