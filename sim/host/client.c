#include "host/client.h"

#include <string.h>

#include "dns/coredns.h"
#include "host/programs.h"
#include "host/vfs.h"
#include "server/outside.h"

#define DNS_PORT 53
#define LOG_PORT 51234	/* that CoreDNS writes down as the client's */

bool
client_init(struct client *client, struct shell *shell, struct io *io)
{
	*client = (struct client){ .shell = shell, .cluster = shell->cluster };
	world_sync(&shell->cluster->world);
	if (shell->place == PLACE_POD) {
		client->pod = client->from.pod = place_pod(shell);
		if (!client->pod || client->pod->ip.family == IP_NONE) {
			sink_printf(io->err, "error: pod %s has no network\n", shell->place_name);
			return false;
		}
		if (client->pod->host_network)	/* its processes send from the node, and see the node's interfaces */
			client->from = (struct walk_source){ .node = world_node(&shell->cluster->world, client->pod->node) };
	}
	if (shell->place == PLACE_NODE) {
		client->from.node = world_node(&shell->cluster->world, shell->place_name);
		if (!client->from.node) {
			sink_printf(io->err, "error: node %s is gone\n", shell->place_name);
			return false;
		}
	}
	resolv_conf_of(&shell->cluster->dns, client->pod, &client->conf);
	return true;
}

void
client_release(struct client *client)
{
	resolv_conf_release(&client->conf);
}

/* The node that a route of the terminal's own names as its next hop; NULL: as the router has it. */
static struct world_node *
route_of(const struct client *client, const struct ip *ip)
{
	const struct shell *shell = client->shell;

	for (size_t i = shell->routes.n; i > 0; i--)
		if (cidr_contains(&shell->routes.v[i - 1].to, ip))
			return world_node_by_ip(&client->cluster->world, &shell->routes.v[i - 1].via);
	return NULL;
}

static const struct pod *
client_pod(const struct client *client, const char *namespace, const char *name)
{
	const struct object *object = store_get(client->cluster->server.store, kind_by_kind("Pod"), namespace, name);

	return object ? pod_view(object) : NULL;
}

/*
 * A forwarded port of the terminal: the kubelet connects within the pod, so the server sees its own loopback.  false: the
 * port isn't forwarded.
 */
static bool
forwarded(struct client *client, const struct ip *ip, uint16_t port, struct walk *walk)
{
	struct shell *shell = client->shell;
	size_t i = 0;

	while (i < shell->forwards.n && shell->forwards.v[i].local != port)
		i++;
	if (client->from.pod || client->from.node || !ip_is_loopback(ip) || i == shell->forwards.n)
		return false;
	walk_init(walk);
	if (shell->io && shell->io->tty)
		sink_printf(shell->io->out, "Handling connection for %u\n", port);
	walk->pod = client_pod(client, shell->forwards.v[i].namespace, shell->forwards.v[i].pod);
	walk->verdict = walk->pod ? VERDICT_ANSWERED : VERDICT_REFUSED;
	walk->endpoint = *ip;
	walk->endpoint_port = shell->forwards.v[i].remote;
	walk->source_seen = *ip;
	return true;
}

void
client_connect(struct client *client, const struct ip *ip, uint16_t port, enum protocol protocol, struct walk *walk)
{
	struct walk_request request = { .from = client->from, .to = *ip, .port = port, .protocol = protocol,
		.no_events = true, .remember = true, .now = client->cluster->server.clock.now };
	struct rng rng;
	struct dice dice;

	if (protocol == PROTOCOL_TCP && forwarded(client, ip, port, walk))
		return;
	rng = cluster_dice(client->cluster);
	if (!client->from.pod && !client->from.node) {
		ip_parse(ip->family == IP_V6 ? OUTSIDE_CLIENT_V6 : OUTSIDE_CLIENT, &request.from.ip);
		request.enter = route_of(client, ip);
	}
	dice_init(&dice, &rng);
	walk_init(walk);
	walk_run(&client->cluster->world, &request, &dice.chooser, walk);
}

/* ---- names ---- */

/* The parts of an address turned round: 1.0.96.10.in-addr.arpa. */
void
client_reverse_name(const struct ip *ip, struct str *out)
{
	if (ip->family == IP_V4) {
		str_addf(out, "%u.%u.%u.%u.in-addr.arpa", ip->b[3], ip->b[2], ip->b[1], ip->b[0]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		str_addf(out, "%x.%x.", ip->b[i] & 15, ip->b[i] >> 4);
	str_add(out, "ip6.arpa");
}

void
client_use_server(struct client *client, const char *address)
{
	vec_clear(&client->conf.nameservers);
	*vec_push(&client->conf.nameservers) = arena_strdup(&client->conf.arena, address);
}


/*
 * Does the name server get the question?  *pod is the one of CoreDNS' that does, *seen the address that it sees.  The
 * terminal's own machine and the nodes' asking what is outside always come through.
 */
static enum client_answer
reach_server(struct client *client, const struct ip *server, const struct pod **pod, struct ip *seen)
{
	enum client_answer answer = CLIENT_DNS_SILENT;
	struct walk walk;

	if (!client->from.pod && !client->from.node && outside_by_ip(server))
		return CLIENT_FOUND;
	client_connect(client, server, DNS_PORT, PROTOCOL_UDP, &walk);
	if (walk.verdict == VERDICT_ANSWERED)
		answer = CLIENT_FOUND;
	else if (walk.verdict == VERDICT_REFUSED)
		answer = CLIENT_DNS_REFUSED;
	*pod = walk.pod;
	*seen = walk.source_seen;
	walk_release(&walk);
	return answer;
}

/* CoreDNS' log plugin writes each question down. */
static void
log_questions(struct client *client, const struct pod *pod, const struct ip *seen, enum dns_type type,
	const struct client_question *question)
{
	struct dns *dns = &client->cluster->dns;

	for (size_t i = 0; pod && i < question->ntried; i++) {
		struct str line = STR_INIT;
		struct dns_answer answer;

		dns_answer_init(&answer);
		dns_query(dns, question->tried[i], type, &answer);
		if (coredns_log(dns, seen, LOG_PORT, question->tried[i], type, &answer, &line))
			logs_append(&client->cluster->logs, pod, "coredns", client->cluster->server.clock.now, line.buf);
		dns_answer_release(&answer);
		str_release(&line);
	}
}

enum client_answer
client_ask(struct client *client, const char *name, enum dns_type type, bool search, struct client_question *question)
{
	const char *server = client->conf.nameservers.n ? client->conf.nameservers.v[0] : "";
	struct resolv_conf plain = { .ndots = 1 };
	enum client_answer reached = CLIENT_DNS_REFUSED;
	const struct pod *pod = NULL;
	struct ip ip, seen = { 0 };

	memset(question, 0, sizeof *question);
	dns_answer_init(&question->answer);
	question->server = server;
	if (ip_parse(server, &ip))
		reached = reach_server(client, &ip, &pod, &seen);
	if (reached != CLIENT_FOUND)
		return reached;
	if (client->conf.nameservers.n)
		*vec_push(&plain.nameservers) = server;
	dns_lookup(&client->cluster->dns, search ? &client->conf : &plain, name, type, &question->answer,
		&question->tried, &question->ntried);
	vec_release(&plain.nameservers);
	log_questions(client, pod, &seen, type, question);
	return question->answer.code == DNS_NOERROR && question->answer.records.n ? CLIENT_FOUND : CLIENT_NOT_FOUND;
}

void
client_question_release(struct client_question *question)
{
	dns_answer_release(&question->answer);
}

static bool
known_without_dns(struct client *client, const char *host, enum ip_family family, struct ip *ip)
{
	struct world_node *node = client->pod ? NULL : world_node(&client->cluster->world, host);

	if (ip_parse(host, ip))
		return true;
	if (strcmp(host, "localhost") == 0)
		return ip_parse(family == IP_V6 ? "::1" : "127.0.0.1", ip);
	for (size_t i = 0; node && i < node->view->nips; i++)
		if (family == IP_NONE || node->view->ips[i].family == family) {
			*ip = node->view->ips[i];
			return true;
		}
	return false;
}

enum client_answer
client_resolve(struct client *client, const char *host, enum ip_family family, struct ip *ip)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	enum client_answer result = CLIENT_NOT_FOUND;
	bool found = false;

	if (known_without_dns(client, host, family, ip))
		return CLIENT_FOUND;
	for (size_t t = 0; t < 2 && !found; t++) {
		struct client_question question;

		if (family == (types[t] == DNS_A ? IP_V6 : IP_V4))
			continue;
		result = client_ask(client, host, types[t], true, &question);
		for (size_t i = 0; result == CLIENT_FOUND && !found && i < question.answer.records.n; i++)
			if (question.answer.records.v[i].type == types[t]) {
				*ip = question.answer.records.v[i].ip;
				found = true;
			}
		client_question_release(&question);
		if (result == CLIENT_DNS_REFUSED || result == CLIENT_DNS_SILENT)
			return result;
	}
	return found ? CLIENT_FOUND : CLIENT_NOT_FOUND;
}

void
client_wait(struct client *client, double seconds)
{
	cluster_tick(client->cluster, client->cluster->server.clock.now + (int64_t)(seconds * (double)CLOCK_SECOND));
}
