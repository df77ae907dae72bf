/*
 * Is somebody there?  nc as netcat-openbsd 1.219 and busybox 1.36 have it, ping as iputils and busybox, traceroute, telnet,
 * and socat as a pipe to one address.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/client.h"
#include "host/commands.h"
#include "host/http.h"
#include "host/options.h"
#include "host/programs.h"

#define CONNECT_SECONDS 131.072		/* Linux' six repetitions of a SYN */

static bool
port_read(const char *text, uint16_t *port)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long number = digits && digits < 6 && !text[digits] ? strtoul(text, NULL, 10) : 0;

	*port = (uint16_t)number;
	return number >= 1 && number <= 65535;
}

/* What comes back from a server that was sent the text: an HTTP answer, or nothing that svcsim knows. */
static void
talk(struct client *client, struct io *io, const struct walk *walk, uint16_t port)
{
	struct http_request request = { .path = "/", .port = port, .host = "-", .agent = "-", .method = "GET" };
	struct http_response response;
	struct str text = STR_INIT, path = STR_INIT;
	const char *end;

	io->files->read(io, "-", &text);
	end = str_starts(text.buf, "GET ") ? strpbrk(text.buf + 4, " \r\n") : NULL;
	if (end) {
		str_addn(&path, text.buf + 4, (size_t)(end - text.buf - 4));
		request.path = path.buf;
		if (http_get(client, &request, walk, &response) == HTTP_OK) {
			str_clear(&text);
			http_head(&response, &text);
			sink_write(io->out, text.buf, text.len);
			sink_write(io->out, response.body.buf, response.body.len);
		}
		http_release(&response);
	}
	str_release(&text);
	str_release(&path);
}

/* ---- nc ---- */

struct nc {
	struct client client;
	struct io *io;
	const char *host;
	uint16_t port;
	enum protocol protocol;
	bool verbose, scan, busybox;
	size_t seconds;
};

static int
nc_unresolved(const struct nc *nc)
{
	if (nc->busybox)
		sink_printf(nc->io->err, "nc: bad address '%s'\n", nc->host);
	else
		sink_printf(nc->io->err, "nc: getaddrinfo for host \"%s\" port %u: Name or service not known\n",
		nc->host,
			nc->port);
	return 1;
}

static int
nc_connected(struct nc *nc, const struct walk *walk, const char *ip)
{
	if (nc->verbose && nc->busybox)
		sink_printf(nc->io->err, "%s (%s:%u) open\n", nc->host, ip, nc->port);
	else if (nc->verbose)
		sink_printf(nc->io->err, "Connection to %s (%s) %u port [%s/*] succeeded!\n", nc->host, ip, nc->port,
			protocol_lower(nc->protocol));
	if (!nc->scan && nc->protocol == PROTOCOL_TCP && !(nc->io->asks && nc->seconds))	/* -w is over before a person typed */
		talk(&nc->client, nc->io, walk, nc->port);
	return 0;
}

static int
nc_failed(const struct nc *nc, const struct walk *walk, const char *ip)
{
	const char *why = walk->verdict == VERDICT_DROPPED ? "Connection timed out"
		: walk->verdict == VERDICT_UNREACHABLE ? "No route to host" : "Connection refused";

	if (nc->busybox)
		sink_printf(nc->io->err, "nc: %s (%s:%u): %s\n", nc->host, ip, nc->port, why);
	else if (nc->verbose)
		sink_printf(nc->io->err, "nc: connect to %s (%s) port %u (%s) failed: %s\n", nc->host, ip, nc->port,
			protocol_lower(nc->protocol), why);
	return 1;
}

static int
nc_connect(struct nc *nc)
{
	struct walk walk;
	struct ip ip;
	char text[IP_TEXT];
	int status;

	if (client_resolve(&nc->client, nc->host, IP_NONE, &ip) != CLIENT_FOUND)
		return nc_unresolved(nc);
	client_connect(&nc->client, &ip, nc->port, nc->protocol, &walk);
	if (walk.verdict == VERDICT_DROPPED)
		client_wait(&nc->client, nc->seconds ? (double)nc->seconds : CONNECT_SECONDS);
	ip_format(&ip, text);
	if (walk.verdict == VERDICT_ANSWERED || (walk.verdict == VERDICT_DROPPED && nc->protocol == PROTOCOL_UDP))
		status = nc_connected(nc, &walk, text);
	else
		status = nc_failed(nc, &walk, text);
	walk_release(&walk);
	return status;
}

static int
nc_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct nc nc = { .io = io, .protocol = PROTOCOL_TCP };
	struct options options;
	int status = 1;

	options_init(&options, io, argc, argv, "zvnuw:q:lkp:46Nt", NULL);
	while (options_next(&options)) {
		nc.verbose |= options.letter == 'v';
		nc.scan |= options.letter == 'z';
		if (options.letter == 'u')
			nc.protocol = PROTOCOL_UDP;
		if (options.letter == 'w')
			options_number(&options, "timeout", &nc.seconds);
	}
	if (!options.failed && options.words.n != 2)
		sink_put(io->err, "usage: nc [-zvu] [-w timeout] destination port\n");
	else if (!options.failed && !port_read(options.words.v[1], &nc.port))
		sink_printf(io->err, "nc: port number invalid: %s\n", options.words.v[1]);
	else if (!options.failed) {
		nc.host = options.words.v[0];
		if (client_init(&nc.client, shell, io)) {
			nc.busybox = place_is_busybox(shell, argv[0]);
			status = nc_connect(&nc);
		}
		client_release(&nc.client);
	}
	options_release(&options);
	return status;
}

const struct command command_nc = { .name = "nc", .usage = "-zv [-u] [-w SECONDS] HOST PORT",
	.help = "Does somebody listen there?", .asks = true, .run = nc_main };

/* ---- telnet ---- */

/* busybox says less, and its standard input ends before the server does.  (busybox 1.37, networking/telnet.c) */
static int
busybox_telnet(struct client *client, struct io *io, const char *host, uint16_t port)
{
	struct walk walk;
	struct ip ip;
	char text[IP_TEXT + 8];
	int status = 1;

	if (client_resolve(client, host, IP_NONE, &ip) != CLIENT_FOUND) {
		sink_printf(io->err, "telnet: bad address '%s'\n", host);
		return 1;
	}
	client_connect(client, &ip, port, PROTOCOL_TCP, &walk);
	if (walk.verdict == VERDICT_DROPPED)
		client_wait(client, CONNECT_SECONDS);
	if (walk.verdict == VERDICT_ANSWERED) {
		sink_printf(io->out, "Connected to %s\n", host);
		status = 0;
	} else {
		ip_format(&ip, text);
		sink_printf(io->err, "telnet: can't connect to remote host (%s): %s\n", text,
			walk.verdict == VERDICT_DROPPED ? "Connection timed out" : "Connection refused");
	}
	walk_release(&walk);
	return status;
}

static int
telnet_connect(struct client *client, struct io *io, const char *host, uint16_t port)
{
	struct walk walk;
	struct ip ip;
	char text[IP_TEXT];
	bool answered;

	if (client_resolve(client, host, IP_NONE, &ip) != CLIENT_FOUND) {
		sink_printf(io->err, "telnet: could not resolve %s/%u: Name or service not known\n", host, port);
		return 1;
	}
	sink_printf(io->out, "Trying %s...\n", ip_format(&ip, text));
	client_connect(client, &ip, port, PROTOCOL_TCP, &walk);
	answered = walk.verdict == VERDICT_ANSWERED;
	if (walk.verdict == VERDICT_DROPPED)
		client_wait(client, CONNECT_SECONDS);
	if (answered)
		sink_printf(io->out, "Connected to %s.\nEscape character is '^]'.\nConnection closed by foreign host.\n", host);
	else
		sink_printf(io->err, "telnet: Unable to connect to remote host: %s\n",
			walk.verdict == VERDICT_DROPPED ? "Connection timed out" : "Connection refused");
	walk_release(&walk);
	return 1;
}

static int
telnet_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct client client;
	uint16_t port = 23;
	int status = 1;

	if (argc < 2 || (argc > 2 && !port_read(argv[2], &port))) {
		sink_put(io->err, "usage: telnet host [port]\n");
		return 1;
	}
	if (client_init(&client, shell, io))
		status = (place_is_busybox(shell, "telnet") ? busybox_telnet : telnet_connect)(&client, io, argv[1], port);
	client_release(&client);
	return status;
}

const struct command command_telnet = { .name = "telnet", .usage = "HOST [PORT]", .help = "Does somebody listen there?",
	.asks = true, .run = telnet_main };

/* ---- socat ---- */

/* "TCP:HOST:PORT"; host owned. */
static bool
socat_read(const char *word, enum protocol *protocol, char **host, uint16_t *port)
{
	const char *colon = strchr(word, ':'), *last = strrchr(word, ':');
	char *name, *end;
	bool ok;

	*host = NULL;
	if (!colon || last == colon)
		return false;
	name = xstrndup(word, (size_t)(colon - word));
	*protocol = ascii_casecmp(name, "UDP") == 0 || ascii_casecmp(name, "UDP4") == 0 ? PROTOCOL_UDP : PROTOCOL_TCP;
	ok = *protocol == PROTOCOL_UDP || str_starts(name, "TCP") || str_starts(name, "tcp");
	free(name);
	name = xstrdup(last + 1);
	end = strchr(name, ',');
	if (end)
		*end = '\0';
	ok = ok && port_read(name, port);
	free(name);
	*host = xstrndup(colon + 1, (size_t)(last - colon - 1));
	return ok;
}

/* UDP goes nowhere as quietly as anywhere. */
static int
socat_connect(struct client *client, struct io *io, enum protocol protocol, const char *host, uint16_t port)
{
	char now[CLOCK_TEXT], where[IP_TEXT + 8];
	struct walk walk;
	struct ip ip;
	bool found = client_resolve(client, host, IP_NONE, &ip) == CLIENT_FOUND;
	int status = 0;

	clock_format(client->cluster->server.clock.now, now);
	if (!found) {
		sink_printf(io->err, "%.4s/%.2s/%.2s %.8s socat[4243] E getaddrinfo(\"%s\", \"NULL\", {1,0,2,17}, {}): Name or "
			"service not known\n", now, now + 5, now + 8, now + 11, host);
		return 1;
	}
	client_connect(client, &ip, port, protocol, &walk);
	if (walk.verdict == VERDICT_ANSWERED && protocol == PROTOCOL_TCP) {
		talk(client, io, &walk, port);
	} else if (protocol == PROTOCOL_TCP) {
		if (walk.verdict == VERDICT_DROPPED)
			client_wait(client, CONNECT_SECONDS);
		sink_printf(io->err, "%.4s/%.2s/%.2s %.8s socat[4243] E connect(5, AF=2 %s, 16): %s\n", now, now + 5,
			now + 8,
			now + 11, (ip_port_format(&ip, port, where), where),
			walk.verdict == VERDICT_DROPPED ? "Connection timed out" : "Connection refused");
		status = 1;
	}
	walk_release(&walk);
	return status;
}

static int
socat_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	enum protocol protocol;
	struct client client;
	uint16_t port;
	char *host = NULL;
	int status = 1;

	if (argc < 3 || (strcmp(argv[argc - 2], "-") != 0 && strcmp(argv[argc - 2], "STDIO") != 0) ||
		!socat_read(argv[argc - 1], &protocol, &host, &port)) {
		sink_put(io->err, "usage: socat - (TCP|UDP):HOST:PORT\n");
	} else {
		if (client_init(&client, shell, io))
			status = socat_connect(&client, io, protocol, host, port);
		client_release(&client);
	}
	free(host);
	return status;
}

const struct command command_socat = { .name = "socat", .usage = "- (TCP|UDP):HOST:PORT",
	.help = "Sends its input there, and prints what comes back", .asks = true, .run = socat_main };

/* ---- timeout ---- */

/* The command runs to its end: nothing here waits for ever.  What waited longer than that counts as ended by it. */
static int
timeout_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	int64_t start = shell->cluster->server.clock.now, limit;
	int at = 1, status;

	while (at < argc && argv[at][0] == '-')
		at += strcmp(argv[at], "-k") == 0 || strcmp(argv[at], "-s") == 0 ? 2 : 1;
	if (at + 1 >= argc) {
		sink_put(io->err, "timeout: missing operand\nTry 'timeout --help' for more information.\n");
		return 125;
	}
	limit = strtoll(argv[at], NULL, 10) * CLOCK_SECOND;
	if (!ascii_isdigit(argv[at][0])) {
		sink_printf(io->err, "timeout: invalid time interval '%s'\nTry 'timeout --help' for more information.\n",
			argv[at]);
		return 125;
	}
	status = shell_command(shell, io, argc - at - 1, argv + at + 1);
	return limit && shell->cluster->server.clock.now - start > limit ? 124 : status;
}

const struct command command_timeout = { .name = "timeout", .usage = "SECONDS COMMAND",
	.help = "Runs a command, not for ever",
	.run = timeout_main };

/* ---- ping ---- */

struct ping {
	struct client client;
	struct io *io;
	const char *host;
	size_t count, wait, interval, bytes;
	enum ip_family family;
	bool busybox, quiet;
	struct ip ip;
	size_t received, errors;
	double least, most, sum, squares;	/* of the answers' times, in ms */
	bool forbidden;		/* the node's own rules let nothing out: nobody waits then */
};

/* How far it is: each node on the way takes one off 64. */
static int
reply_ttl(const struct ping *ping, const struct walk *walk)
{
	const char *here = ping->client.pod ? ping->client.pod->node
		: ping->client.from.node ? ping->client.from.node->name : "";
	int hops = strcmp(here, walk->node) == 0 ? 0 : 1 + (ping->client.pod != NULL);

	return 64 - (walk->pod || hops ? hops : 0);
}

static const struct ip *
first_ip(const struct world_node *node)
{
	return node->view->nips ? &node->view->ips[0] : NULL;
}

/* No answer, but a message: the kernel's own to a process of the node, ICMP by the node to its pod. Busybox keeps silent. */
static void
ping_error(struct ping *ping, const struct walk *walk, size_t number)
{
	const char *what = walk->verdict == VERDICT_REFUSED ? "Port" : walk->verdict == VERDICT_UNREACHABLE ? "Host" : NULL;
	struct world_node *node = ping->client.from.node, *there = NULL;
	const struct ip *by = NULL;
	char text[IP_TEXT];

	if (!what)
		return;
	if (node && walk->verdict == VERDICT_REFUSED) {
		sink_printf(ping->io->err, "ping: %s: Operation not permitted\n", ping->busybox ? "sendto" : "sendmsg");
		ping->forbidden = true;
		return;
	}
	if (ping->client.pod)
		node = world_node(&ping->client.cluster->world, ping->client.pod->node);
	if (walk->verdict == VERDICT_UNREACHABLE && ping->client.pod)
		there = world_node_by_pod_cidr(&ping->client.cluster->world, &ping->ip);
	if (there && there != node && !(node && world_node_route(node, &ping->ip)))	/* it found nobody behind its bridge */
		by = first_ip(there);
	else if (node && !ping->client.pod)
		by = first_ip(node);
	else if (node)
		by = &node->bridge[ping->ip.family - 1];
	if (!by || by->family == IP_NONE || ping->busybox)
		return;
	ping->errors++;
	sink_printf(ping->io->out, "From %s icmp_seq=%zu Destination %s Unreachable\n", ip_format(by, text), number + 1,
		what);
}

/* An answer comes after about a tenth of a millisecond. */
static double
ping_took(struct ping *ping, size_t number)
{
	double took = (double)(100 + number * 7 % 90) / 1000;

	if (!ping->received++)
		ping->least = took;
	ping->least = took < ping->least ? took : ping->least;
	ping->most = took > ping->most ? took : ping->most;
	ping->sum += took;
	ping->squares += took * took;
	return took;
}

static void
ping_once(struct ping *ping, size_t number)
{
	char text[IP_TEXT];
	struct walk walk;

	client_connect(&ping->client, &ping->ip, 0, PROTOCOL_ICMP, &walk);
	if (walk.endpoint.family != IP_NONE && walk.verdict != VERDICT_DROPPED) {
		double took = ping_took(ping, number);

		sink_printf(ping->io->out, ping->busybox ? "%zu bytes from %s: seq=%zu ttl=%d time=%.3f ms\n" :
			"%zu bytes from %s: icmp_seq=%zu ttl=%d time=%.3f ms\n", ping->bytes + 8,
			ip_format(&ping->ip, text), number + !ping->busybox, reply_ttl(ping, &walk), took);
	} else
		ping_error(ping, &walk, number);
	walk_release(&walk);
}

static void
ping_summary(const struct ping *ping)
{
	size_t lost = 100 - ping->received * 100 / ping->count;
	struct sink *out = ping->io->out;
	double mean = ping->received ? ping->sum / (double)ping->received : 0;

	sink_printf(out, "\n--- %s ping statistics ---\n", ping->host);
	if (ping->busybox) {
		sink_printf(out, "%zu packets transmitted, %zu packets received, %zu%% packet loss\n", ping->count,
			ping->received, lost);
		if (ping->received)
			sink_printf(out, "round-trip min/avg/max = %.3f/%.3f/%.3f ms\n", ping->least, mean, ping->most);
		return;
	}
	sink_printf(out, "%zu packets transmitted, %zu received, ", ping->count, ping->received);
	if (ping->errors)
		sink_printf(out, "+%zu errors, ", ping->errors);
	sink_printf(out, "%zu%% packet loss, time %zums\n", lost, (ping->count - 1) * (ping->received ? 1000 : 1020));
	if (ping->received)
		sink_printf(out, "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", ping->least, mean, ping->most,
			sqrt(fabs(ping->squares / (double)ping->received - mean * mean)));
	else
		sink_put(out, "\n");
}

static int
ping_run(struct ping *ping)
{
	char text[IP_TEXT];

	if (client_resolve(&ping->client, ping->host, ping->family, &ping->ip) != CLIENT_FOUND) {
		sink_printf(ping->io->err, ping->busybox ? "ping: bad address '%s'\n"
			: "ping: %s: Name or service not known\n",
			ping->host);
		return ping->busybox ? 1 : 2;
	}
	ip_format(&ping->ip, text);
	if (ping->busybox)
		sink_printf(ping->io->out, "PING %s (%s): %zu data bytes\n", ping->host, text, ping->bytes);
	else
		sink_printf(ping->io->out, "PING %s (%s) %zu(%zu) bytes of data.\n", ping->host, text, ping->bytes,
			ping->bytes + 28);
	for (size_t i = 0; i < ping->count; i++) {
		ping_once(ping, i);
		if (ping->forbidden && ping->busybox)
			return 1;
		if (i + 1 < ping->count)
			client_wait(&ping->client, 1);
	}
	if (ping->received < ping->count && !ping->forbidden)
		client_wait(&ping->client, (double)ping->wait);
	ping_summary(ping);
	return ping->received ? 0 : 1;
}

static int
ping_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	/* without -c: some, as if Ctrl-C was typed then */
	struct ping ping = { .io = io, .count = 4, .wait = 10, .bytes = 56 };
	struct options options;
	int status = 2;

	options_init(&options, io, argc, argv, "c:W:w:i:s:t:I:qn46", NULL);
	while (options_next(&options)) {
		if (options.letter == 'c')
			options_number(&options, "count of packets to transmit", &ping.count);
		if (options.letter == 'W' || options.letter == 'w')
			options_number(&options, "timeout", &ping.wait);
		if (options.letter == 's')
			options_number(&options, "packet size", &ping.bytes);
		if (options.letter == '4' || options.letter == '6')
			ping.family = options.letter == '4' ? IP_V4 : IP_V6;
	}
	if (!options.failed && !options.words.n)
		sink_put(io->err, "ping: usage error: Destination address required\n");
	else if (!options.failed && (!ping.count || ping.count > 1000))
		sink_printf(io->err, "ping: invalid argument: '%zu': out of range: 1 <= value <= 1000\n", ping.count);
	else if (!options.failed) {
		ping.host = options.words.v[0];
		if (client_init(&ping.client, shell, io)) {
			ping.busybox = place_is_busybox(shell, argv[0]);
			status = ping_run(&ping);
		}
		client_release(&ping.client);
	}
	options_release(&options);
	return status;
}

const struct command command_ping = { .name = "ping", .usage = "[-c COUNT] [-W SECONDS] HOST",
	.help = "Does the host answer? (a cluster IP doesn't)", .asks = true, .run = ping_main };

/* ---- traceroute ---- */

struct traceroute {
	struct client client;
	struct io *io;
	bool numeric, busybox;
	size_t hops;
};

/* "192.168.1.1 (192.168.1.1)": its name, or the address once more. */
static void
print_hop(struct traceroute *trace, const struct ip *ip, const char *times)
{
	struct client_question question;
	struct str reverse = STR_INIT, name = STR_INIT;
	char text[IP_TEXT];

	ip_format(ip, text);
	str_add(&name, text);
	if (!trace->numeric) {
		client_reverse_name(ip, &reverse);
		if (client_ask(&trace->client, reverse.buf, DNS_PTR, false, &question) == CLIENT_FOUND) {
			const char *target = question.answer.records.v[0].target;

			str_clear(&name);
			str_addn(&name, target, strlen(target) - str_ends(target, "."));
		}
		str_addf(&name, " (%s)", text);
		client_question_release(&question);
	}
	sink_printf(trace->io->out, "%2zu  %s  %s\n", ++trace->hops, name.buf, times);
	str_release(&reverse);
	str_release(&name);
}

/* The nodes that a packet passes, then who it is for; stars where nobody answers. */
static void
traceroute_hops(struct traceroute *trace, const struct ip *ip)
{
	struct client *client = &trace->client;
	struct walk walk;

	client_connect(client, ip, 0, PROTOCOL_ICMP, &walk);
	if (client->pod) {
		struct world_node *node = world_node(&client->cluster->world, client->pod->node);

		if (node && node->bridge[ip->family - 1].family != IP_NONE)
			print_hop(trace, &node->bridge[ip->family - 1], "0.012 ms  0.006 ms  0.005 ms");
	}
	if (walk.endpoint.family != IP_NONE && walk.pod && walk.node[0] &&
		(!client->pod || strcmp(walk.node, client->pod->node) != 0)) {
		struct world_node *node = world_node(&client->cluster->world, walk.node);

		if (node && node->view->nips && !(client->from.node && client->from.node == node))
			print_hop(trace, &node->view->ips[0], "0.214 ms  0.187 ms  0.175 ms");
	}
	if (walk.endpoint.family != IP_NONE)
		print_hop(trace, ip, "0.268 ms  0.240 ms  0.229 ms");
	for (; walk.endpoint.family == IP_NONE && trace->hops < 30; trace->hops++)
		sink_printf(trace->io->out, trace->busybox ? "%2zu  *  *  *\n" : "%2zu  * * *\n", trace->hops + 1);
	walk_release(&walk);
}

static int
traceroute_run(struct traceroute *trace, const char *host)
{
	char text[IP_TEXT];
	struct ip ip;

	if (client_resolve(&trace->client, host, IP_NONE, &ip) != CLIENT_FOUND) {
		sink_printf(trace->io->err, trace->busybox ? "traceroute: bad address '%s'\n" :
			"%s: Name or service not known\n", host);
		return trace->busybox ? 1 : 2;
	}
	sink_printf(trace->io->out, "traceroute to %s (%s), 30 hops max, %d byte packets\n", host, ip_format(&ip, text),
		trace->busybox ? 46 : 60);
	traceroute_hops(trace, &ip);
	return 0;
}

static int
traceroute_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct traceroute trace = { .io = io, .busybox = place_is_busybox(shell, argv[0]) };
	struct options options;
	int status = 2;

	options_init(&options, io, argc, argv, "nIT46m:w:q:p:", NULL);
	while (options_next(&options))
		trace.numeric |= options.letter == 'n';
	if (!options.failed && options.words.n && client_init(&trace.client, shell, io)) {
		status = traceroute_run(&trace, options.words.v[0]);
		client_release(&trace.client);
	} else if (!options.failed) {
		sink_put(io->err, "Usage: traceroute host\n");
	}
	options_release(&options);
	return status;
}

const struct command command_traceroute = { .name = "traceroute", .usage = "HOST",
	.help = "Which machines a packet passes",
	.asks = true, .run = traceroute_main };
