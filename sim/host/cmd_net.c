/* nslookup (bind's 9.18, and busybox' in its pods), nc, ssh, and iptables-save on a node. */
#include <stdlib.h>
#include <string.h>

#include "host/client.h"
#include "host/commands.h"
#include "host/options.h"

#define NC_SECONDS 131.072

/* ---- nslookup ---- */

struct nslookup {
	struct client client;
	struct io *io;
	const char *name;
	enum dns_type type;
	bool type_given;
};

static void
without_dot(const char *name, struct str *out)
{
	size_t len = strlen(name);

	str_addn(out, name, len - (len > 0 && name[len - 1] == '.'));
}

/* The last parts of an address turned round: 1.0.96.10.in-addr.arpa. */
static bool
reverse_name(const char *text, struct str *out)
{
	struct ip ip;

	if (!ip_parse(text, &ip))
		return false;
	if (ip.family == IP_V4) {
		str_addf(out, "%u.%u.%u.%u.in-addr.arpa", ip.b[3], ip.b[2], ip.b[1], ip.b[0]);
		return true;
	}
	for (int i = 15; i >= 0; i--)
		str_addf(out, "%x.%x.", ip.b[i] & 15, ip.b[i] >> 4);
	str_add(out, "ip6.arpa");
	return true;
}

static void
print_record(const struct dns_record *record, struct str *out)
{
	char ip[IP_TEXT];
	struct str name = STR_INIT;

	without_dot(record->name, &name);
	switch (record->type) {
	case DNS_A:
	case DNS_AAAA:
		str_addf(out, "Name:\t%s\nAddress: %s\n", name.buf, ip_format(&record->ip, ip));
		break;
	case DNS_CNAME:
		str_addf(out, "%s\tcanonical name = %s\n", name.buf, record->target);
		break;
	case DNS_PTR:
		str_addf(out, "%s\tname = %s\n", name.buf, record->target);
		break;
	case DNS_SRV:
		str_addf(out, "%s\tservice = %d %d %d %s\n", name.buf, record->priority, record->weight, record->port,
			record->target);
		break;
	case DNS_TYPE_COUNT:
		break;
	}
	str_release(&name);
}

static void
print_records(const struct client_question *question, struct str *out)
{
	for (size_t i = 0; i < question->answer.records.n; i++)
		print_record(&question->answer.records.v[i], out);
}

static void
print_no_recursion(const struct client_question *question, size_t times, struct str *out)
{
	for (; times; times--)
		str_addf(out, ";; Got recursion not available from %s\n", question->server);
}

/* The resolver did not answer: bind tries three times. */
static int
bind_no_server(struct nslookup *ns, enum client_answer answer, const char *server)
{
	if (answer == CLIENT_DNS_SILENT)
		client_wait(&ns->client, 15);
	for (int i = 0; i < 3; i++)
		sink_printf(ns->io->out, ";; communications error to %s#53: %s\n", server,
			answer == CLIENT_DNS_SILENT ? "timed out" : "connection refused");
	sink_put(ns->io->out, ";; no servers could be reached\n\n");
	return 1;
}

/* The AAAA question that follows an A answer, under the name that was found. */
static void
bind_second(struct nslookup *ns, const char *found, struct str *out)
{
	struct client_question second;

	if (client_ask(&ns->client, found, DNS_AAAA, false, &second) == CLIENT_FOUND)
		for (size_t i = 0; i < second.answer.records.n; i++)
			if (second.answer.records.v[i].type == DNS_AAAA)
				print_record(&second.answer.records.v[i], out);
	print_no_recursion(&second, 1, out);
	client_question_release(&second);
}

static int
bind_ask(struct nslookup *ns)
{
	struct str reverse = STR_INIT, out = STR_INIT;
	bool reversed = !ns->type_given && reverse_name(ns->name, &reverse);
	enum dns_type type = reversed ? DNS_PTR : ns->type;
	struct client_question question;
	enum client_answer answer =
		client_ask(&ns->client, reversed ? reverse.buf : ns->name, type, !reversed, &question);
	int status = answer == CLIENT_FOUND ? 0 : 1;

	if (answer == CLIENT_DNS_REFUSED || answer == CLIENT_DNS_SILENT) {
		status = bind_no_server(ns, answer, question.server);
		goto out;
	}
	print_no_recursion(&question, question.ntried, &out);
	if (!reversed)
		str_addf(&out, "Server:\t\t%s\nAddress:\t%s#53\n\n", question.server, question.server);
	if (answer == CLIENT_FOUND)
		print_records(&question, &out);
	else if (question.answer.code == DNS_NOERROR && question.ntried)
		str_addf(&out, "*** Can't find %s: No answer\n", ns->name);
	else
		str_addf(&out, "** server can't find %s: NXDOMAIN\n", reversed ? reverse.buf : ns->name);
	if (answer == CLIENT_FOUND && type == DNS_A && !ns->type_given)
		bind_second(ns, question.tried[question.ntried - 1], &out);
	str_addch(&out, '\n');
	sink_write(ns->io->out, out.buf, out.len);
out:
	client_question_release(&question);
	str_release(&reverse);
	str_release(&out);
	return status;
}

/* One of busybox' questions; its answers come in the order of the questions here, in life in any. */
static bool
busybox_one(struct nslookup *ns, const char *name, enum dns_type type, struct str *out)
{
	struct client_question question;
	enum client_answer answer = client_ask(&ns->client, name, type, false, &question);
	bool good = answer == CLIENT_FOUND || question.answer.code == DNS_NOERROR;

	if (answer == CLIENT_FOUND)
		print_records(&question, out);
	else if (!good)
		str_addf(out, "** server can't find %s: NXDOMAIN\n", name);
	str_addch(out, '\n');
	client_question_release(&question);
	return good;
}

/* A name with a dot is asked as it is; another one only with each domain of the search list. */
static int
busybox_ask(struct nslookup *ns)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	const struct resolv_conf *conf = &ns->client.conf;
	const char *server = conf->nameservers.n ? conf->nameservers.v[0] : "";
	struct str out = STR_INIT, name = STR_INIT;
	bool plain = strchr(ns->name, '.') != NULL || !conf->search.n, good = true;
	struct client_question probe;
	enum client_answer answer = client_ask(&ns->client, ns->name, DNS_A, false, &probe);

	client_question_release(&probe);
	if (answer == CLIENT_DNS_REFUSED || answer == CLIENT_DNS_SILENT) {
		client_wait(&ns->client, 10);
		sink_put(ns->io->out, ";; connection timed out; no servers could be reached\n\n");
		return 1;
	}
	str_addf(&out, "Server:\t\t%s\nAddress:\t%s:53\n\n", server, server);
	for (size_t i = 0; i < (plain ? 1 : conf->search.n); i++)
		for (size_t t = 0; t < 2; t++) {
			str_clear(&name);
			str_add(&name, ns->name);
			if (!plain)
				str_addf(&name, ".%s", conf->search.v[i]);
			good &= busybox_one(ns, name.buf, types[t], &out);
		}
	sink_write(ns->io->out, out.buf, out.len);
	str_release(&out);
	str_release(&name);
	return good ? 0 : 1;
}

static bool
type_read(const char *text, enum dns_type *type)
{
	for (int i = 0; i < DNS_TYPE_COUNT; i++)
		if (ascii_casecmp(text, dns_type_name((enum dns_type)i)) == 0) {
			*type = (enum dns_type)i;
			return true;
		}
	return false;
}

static int
nslookup_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct nslookup ns = { .io = io, .type = DNS_A };
	int status = 1;

	for (int i = 1; i < argc; i++) {
		const char *equals = argv[i][0] == '-' ? strchr(argv[i], '=') : NULL;

		if (equals && !type_read(equals + 1, &ns.type)) {
			sink_printf(io->err, "unknown query type: %s\n", equals + 1);
			return 1;
		}
		ns.type_given |= equals != NULL;
		if (argv[i][0] != '-' && !ns.name)
			ns.name = argv[i];
	}
	if (!ns.name) {
		sink_put(io->err, "nslookup: say which name\n");
		return 1;
	}
	if (client_init(&ns.client, shell, io))
		status = client_is_busybox(&ns.client) ? busybox_ask(&ns) : bind_ask(&ns);
	client_release(&ns.client);
	return status;
}

const struct command command_nslookup = { .name = "nslookup", .usage = "[-type=TYPE] NAME",
	.help = "Asks the resolver of where the shell is", .run = nslookup_main };

/* ---- nc ---- */

struct nc {
	struct client client;
	struct io *io;
	const char *host;
	uint16_t port;
	enum protocol protocol;
	bool verbose;
	size_t seconds;
};

/* As netcat-openbsd says it. */
static int
nc_connect(struct nc *nc)
{
	struct walk walk;
	struct ip ip;
	char text[IP_TEXT];
	const char *protocol = protocol_lower(nc->protocol);
	int status = 1;

	if (client_resolve(&nc->client, nc->host, IP_NONE, &ip) != CLIENT_FOUND) {
		sink_printf(nc->io->err, "nc: getaddrinfo for host \"%s\" port %u: Name or service not known\n",
			nc->host, nc->port);
		return 1;
	}
	client_connect(&nc->client, &ip, nc->port, nc->protocol, &walk);
	if (walk.verdict == VERDICT_DROPPED)
		client_wait(&nc->client, nc->seconds ? (double)nc->seconds : NC_SECONDS);
	if (walk.verdict == VERDICT_ANSWERED || (walk.verdict == VERDICT_DROPPED && nc->protocol == PROTOCOL_UDP)) {
		if (nc->verbose)
			sink_printf(nc->io->err, "Connection to %s (%s) %u port [%s/*] succeeded!\n", nc->host,
				ip_format(&ip, text), nc->port, protocol);
		status = 0;
	} else if (nc->verbose) {
		sink_printf(nc->io->err, "nc: connect to %s (%s) port %u (%s) failed: %s\n", nc->host,
			ip_format(&ip, text), nc->port, protocol,
			walk.verdict == VERDICT_DROPPED ? "Connection timed out" : "Connection refused");
	}
	walk_release(&walk);
	return status;
}

static bool
nc_port(struct nc *nc, const char *text)
{
	unsigned long port = 0;

	for (const char *c = text; *c; c++) {
		if (!ascii_isdigit(*c) || port > 65535)
			port = 0;
		if (!ascii_isdigit(*c))
			break;
		port = port * 10 + (unsigned long)(*c - '0');
	}
	nc->port = (uint16_t)port;
	if (port >= 1 && port <= 65535)
		return true;
	sink_printf(nc->io->err, "nc: port number invalid: %s\n", text);
	return false;
}

static int
nc_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct nc nc = { .io = io, .protocol = PROTOCOL_TCP };
	struct options options;
	int status = 1;

	options_init(&options, io, argc, argv, "zvnuw:", NULL);
	while (options_next(&options)) {
		nc.verbose |= options.letter == 'v';
		if (options.letter == 'u')
			nc.protocol = PROTOCOL_UDP;
		if (options.letter == 'w')
			options_number(&options, "timeout", &nc.seconds);
	}
	if (!options.failed && options.words.n != 2)
		sink_put(io->err, "usage: nc [-zvu] [-w timeout] destination port\n");
	else if (!options.failed && nc_port(&nc, options.words.v[1])) {
		nc.host = options.words.v[0];
		status = client_init(&nc.client, shell, io) ? nc_connect(&nc) : 1;
	}
	client_release(&nc.client);
	options_release(&options);
	return status;
}

const struct command command_nc = { .name = "nc", .usage = "-zv [-u] [-w SECONDS] HOST PORT",
	.help = "Does somebody listen there?", .run = nc_main };

/* ---- nodes ---- */

static bool
on_node(const struct shell *shell)
{
	return shell->place == PLACE_NODE;
}

static bool
not_in_pod(const struct shell *shell)
{
	return shell->place != PLACE_POD;
}

static int
ssh_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *at = argc > 1 ? strchr(argv[1], '@') : NULL;
	const char *name = at ? at + 1 : argc > 1 ? argv[1] : "";
	int status = 0;

	if (argc < 2) {
		sink_put(io->err, "usage: ssh destination [command [argument ...]]\n");
		return 255;
	}
	if (!store_get(shell->cluster->server.store, kind_by_kind("Node"), "", name)) {
		sink_printf(io->err, "ssh: Could not resolve hostname %s: Name or service not known\n", name);
		return 255;
	}
	shell_enter(shell, PLACE_NODE, name);
	if (argc > 2) {
		struct str line = STR_INIT;

		for (int i = 2; i < argc; i++)
			str_addf(&line, "%s%s", i > 2 ? " " : "", argv[i]);
		status = shell_lines(shell, io, line.buf);
		str_release(&line);
		shell_leave(shell);
	}
	return status;
}

const struct command command_ssh = { .name = "ssh", .usage = "NODE [COMMAND]", .help = "Goes to a node, until exit",
	.here = not_in_pod, .run = ssh_main };

static int
iptables_save_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *words[6] = { "rules", shell->place_name, "--as", "save" };
	struct options options;
	int n = 4;

	options_init(&options, io, argc, argv, "t:", NULL);
	while (options_next(&options)) {
		words[4] = "--table";
		words[5] = options.value;
		n = 6;
	}
	options_release(&options);
	return options.failed ? 1 : shell_command(shell, io, n, words);
}

const struct command command_iptables_save = { .name = "iptables-save", .usage = "[-t TABLE]",
	.help = "The node's rules", .here = on_node, .run = iptables_save_main };

/* Of nft's language the one sentence that learners say: in kube-proxy's other modes there is nothing to list. */
static int
nft_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *const words[] = { "rules", shell->place_name, "--as", "nft" };

	if (argc != 3 || strcmp(argv[1], "list") != 0 || strcmp(argv[2], "ruleset") != 0) {
		sink_put(io->err, "nft: this simulator knows nothing but: nft list ruleset\n");
		return 1;
	}
	if (shell->cluster->server.settings.proxy.mode != PROXY_NFTABLES)
		return 0;
	return shell_command(shell, io, 4, words);
}

const struct command command_nft = { .name = "nft", .usage = "list ruleset",
	.help = "The node's rules in kube-proxy's nftables mode", .here = on_node, .run = nft_main };
