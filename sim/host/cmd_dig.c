/*
 * dig, host and getent, as BIND 9.18 and the C library print them.  dig asks one name, without the search list unless
 * +search is given; its columns are BIND's (24, 32, 40, 48, by tabs).  CoreDNS compresses nothing in small answers, so the
 * message's size is the sum of its names.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/client.h"
#include "host/commands.h"

#define DIG_VERSION "9.18.49-1~deb12u3-Debian"
#define TAB 8

/* What can be asked for; those that svcsim's CoreDNS has no records of are answered without one. */
static const struct {
	const char *name;
	enum dns_type type;
} types[] = {
	{ "A", DNS_A }, { "AAAA", DNS_AAAA }, { "SRV", DNS_SRV }, { "PTR", DNS_PTR }, { "CNAME", DNS_CNAME },
	{ "TXT", DNS_TXT }, { "NS", DNS_OTHER }, { "SOA", DNS_OTHER }, { "MX", DNS_OTHER }, { "ANY", DNS_OTHER },
};
#define TYPES (sizeof types / sizeof types[0])

struct dig {
	struct client client;
	struct io *io;
	int argc;
	const char *const *argv;
	const char *name, *server;
	size_t type;		/* in types */
	bool type_given, reverse, search, shortened, header, question, answer, additional, authority, statistics,
		comments;
	bool command;
	struct str reverse_name;
};

/* ---- columns ---- */

/* BIND's: tabs up to the column, at least one blank. */
static void
indent(struct str *out, size_t *column, size_t to)
{
	size_t from = *column, tabs;

	if (to < from + 1)
		to = from + 1;
	tabs = to / TAB - from / TAB;
	str_addrep(out, '\t', tabs);
	if (tabs)
		from = to / TAB * TAB;
	str_addrep(out, ' ', to - from);
	*column = to;
}

static void
column_add(struct str *out, size_t *column, const char *text)
{
	str_add(out, text);
	*column += strlen(text);
}

static void
with_dot(const char *name, struct str *out)
{
	str_addf(out, "%s%s", name, str_ends(name, ".") ? "" : ".");
}

static void
record_line(const char *name, int ttl, const char *type, const char *data, struct str *out)
{
	struct str absolute = STR_INIT, number = STR_INIT;
	size_t column = 0;

	with_dot(name, &absolute);
	str_addf(&number, "%d", ttl);
	column_add(out, &column, absolute.buf);
	indent(out, &column, 24);
	column_add(out, &column, number.buf);
	indent(out, &column, 32);
	column_add(out, &column, "IN");
	indent(out, &column, 40);
	column_add(out, &column, type);
	indent(out, &column, 48);
	str_addf(out, "%s\n", data);
	str_release(&absolute);
	str_release(&number);
}

static void
record_data(const struct dns_record *record, struct str *out)
{
	char ip[IP_TEXT];

	if (record->type == DNS_A || record->type == DNS_AAAA)
		str_add(out, ip_format(&record->ip, ip));
	else if (record->type == DNS_SRV)
		str_addf(out, "%d %d %d %s", record->priority, record->weight, record->port, record->target);
	else if (record->type == DNS_TXT)
		str_addf(out, "\"%s\"", record->target);
	else
		str_add(out, record->target);
}

static void
print_record(const struct dns_record *record, struct str *out)
{
	struct str data = STR_INIT;

	record_data(record, &data);
	record_line(record->name, record->ttl, dns_type_name(record->type), data.buf, out);
	str_release(&data);
}

/* ---- sizes ---- */

static size_t
name_size(const char *name)
{
	size_t len = strlen(name);

	return len + (str_ends(name, ".") ? 1 : 2);
}

static size_t
record_size(const struct dns_record *record)
{
	size_t size = name_size(record->name) + 10;

	switch (record->type) {
	case DNS_A:
		return size + 4;
	case DNS_AAAA:
		return size + 16;
	case DNS_SRV:
		return size + 6 + name_size(record->target);
	case DNS_TXT:
		return size + 1 + strlen(record->target);
	default:
		return size + name_size(record->target);
	}
}

/* ---- an answer ---- */

struct reply {
	struct client_question question;
	const char *asked;		/* absolute */
	bool name_servers;		/* the zone's NS record is the answer */
	bool soa_answer;		/* the zone's SOA record is the answer */
	bool authority;			/* the zone's SOA record says for how long there is nothing */
	struct str soa;
};

static void
reply_read(struct dig *dig, struct reply *reply)
{
	const struct dns_answer *answer = &reply->question.answer;
	const char *domain = dig->client.cluster->server.settings.dns_domain, *type = types[dig->type].name;
	size_t len = strlen(domain);
	bool apex = strncmp(reply->asked, domain, len) == 0 && strcmp(reply->asked + len, ".") == 0;

	reply->name_servers = apex && strcmp(type, "NS") == 0;
	reply->soa_answer = apex && strcmp(type, "SOA") == 0;
	reply->authority = answer->authoritative && !answer->records.n && !reply->name_servers && !reply->soa_answer;
	str_addf(&reply->soa, "ns.dns.%s. hostmaster.%s. %lld 7200 1800 86400 30", domain, domain,
		(long long)(dig->client.cluster->server.clock.now / CLOCK_SECOND));
}

static size_t
reply_size(const struct dig *dig, const struct reply *reply)
{
	const struct dns_answer *answer = &reply->question.answer;
	const char *domain = dig->client.cluster->server.settings.dns_domain;
	size_t size = 12 + name_size(reply->asked) + 4 + 23;	/* header, question, EDNS with a cookie */

	for (size_t i = 0; i < answer->records.n; i++)
		size += record_size(&answer->records.v[i]);
	for (size_t i = 0; i < answer->additional.n; i++)
		size += record_size(&answer->additional.v[i]);
	if (reply->authority || reply->soa_answer)
		size += name_size(domain) + 10 + 7 + name_size(domain) + 11 + name_size(domain) + 20;
	if (reply->name_servers)
		size += name_size(domain) + 10 + 29 + name_size(domain);
	return size;
}

static void
print_short(struct dig *dig, const struct reply *reply)
{
	const struct dns_answer *answer = &reply->question.answer;
	const char *domain = dig->client.cluster->server.settings.dns_domain;

	for (size_t i = 0; i < answer->records.n; i++) {
		struct str data = STR_INIT;

		record_data(&answer->records.v[i], &data);
		sink_printf(dig->io->out, "%s\n", data.buf);
		str_release(&data);
	}
	if (reply->name_servers)
		sink_printf(dig->io->out, "kube-dns.kube-system.svc.%s.\n", domain);
	if (reply->soa_answer)
		sink_printf(dig->io->out, "%s\n", reply->soa.buf);
}

static void
print_command(struct dig *dig, struct str *out)
{
	if (!dig->command)
		return;
	str_add(out, "\n; <<>> DiG " DIG_VERSION " <<>>");
	for (int i = 1; i < dig->argc; i++)
		str_addf(out, " %s", dig->argv[i]);
	str_add(out, "\n;; global options: +cmd\n");
}

/* A number that is the same for the same question at the same time. */
static uint64_t
question_hash(const struct dig *dig, const char *asked)
{
	uint8_t digest[32];
	struct str text = STR_INIT;
	uint64_t hash = 0;

	str_addf(&text, "%s %lld %llu", asked, (long long)dig->client.cluster->server.clock.now,
		(unsigned long long)dig->client.cluster->connections);
	sha256(text.buf, text.len, digest);
	for (size_t i = 0; i < 8; i++)
		hash = hash << 8 | digest[i];
	str_release(&text);
	return hash;
}

static void
print_header(struct dig *dig, const struct reply *reply, struct str *out)
{
	const struct dns_answer *answer = &reply->question.answer;
	uint64_t hash = question_hash(dig, reply->asked);
	bool forwarded = !answer->authoritative && answer->records.n;	/* by one who recurses */

	if (!dig->comments)
		return;
	str_add(out, ";; Got answer:\n");
	if (str_ends(reply->asked, ".local."))
		str_add(out, ";; WARNING: .local is reserved for Multicast DNS\n"
			";; You are currently testing what happens when an mDNS query is leaked to DNS\n");
	str_addf(out, ";; ->>HEADER<<- opcode: QUERY, status: %s, id: %u\n", dns_code_name(answer->code),
		(unsigned)(hash & 0xffff));
	str_addf(out, ";; flags: qr%s rd%s; QUERY: 1, ANSWER: %zu, AUTHORITY: %d, ADDITIONAL: %zu\n",
		answer->authoritative ? " aa" : "", forwarded ? " ra" : "", answer->records.n + reply->name_servers + reply->soa_answer,
		reply->authority, answer->additional.n + 1);
	str_add(out, forwarded ? "\n" : ";; WARNING: recursion requested but not available\n\n");
	str_addf(out, ";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n; COOKIE: %016llx (echoed)\n",
		(unsigned long long)hash);
}

static void
print_question(struct dig *dig, const struct reply *reply, struct str *out)
{
	size_t column = 1 + strlen(reply->asked);

	if (!dig->question)
		return;
	if (dig->comments)
		str_add(out, ";; QUESTION SECTION:\n");
	str_addf(out, ";%s", reply->asked);
	indent(out, &column, 32);
	column_add(out, &column, "IN");
	indent(out, &column, 40);
	str_addf(out, "%s\n\n", types[dig->type].name);
}

static void
print_sections(struct dig *dig, const struct reply *reply, struct str *out)
{
	const struct dns_answer *answer = &reply->question.answer;
	const char *domain = dig->client.cluster->server.settings.dns_domain, *title = dig->comments
		? ";; ANSWER SECTION:\n" : "";

	if (dig->answer && (answer->records.n || reply->name_servers || reply->soa_answer)) {
		struct str target = STR_INIT;

		str_add(out, title);
		for (size_t i = 0; i < answer->records.n; i++)
			print_record(&answer->records.v[i], out);
		str_addf(&target, "kube-dns.kube-system.svc.%s.", domain);
		if (reply->name_servers)
			record_line(domain, 30, "NS", target.buf, out);
		if (reply->soa_answer)
			record_line(domain, 30, "SOA", reply->soa.buf, out);
		str_add(out, dig->comments ? "\n" : "");
		str_release(&target);
	}
	if (dig->authority && reply->authority) {
		str_add(out, dig->comments ? ";; AUTHORITY SECTION:\n" : "");
		record_line(domain, 30, "SOA", reply->soa.buf, out);
		str_add(out, dig->comments ? "\n" : "");
	}
	if (dig->additional && answer->additional.n) {
		str_add(out, dig->comments ? ";; ADDITIONAL SECTION:\n" : "");
		for (size_t i = 0; i < answer->additional.n; i++)
			print_record(&answer->additional.v[i], out);
		str_add(out, dig->comments ? "\n" : "");
	}
}

static void
print_statistics(struct dig *dig, const struct reply *reply, struct str *out)
{
	char now[CLOCK_TEXT];

	if (!dig->statistics)
		return;
	str_addf(out, ";; Query time: 0 msec\n;; SERVER: %s#53(%s) (UDP)\n;; WHEN: %s\n;; MSG SIZE  rcvd: %zu\n\n",
		reply->question.server, reply->question.server,
		clock_format_date(dig->client.cluster->server.clock.now, now), reply_size(dig, reply));
}

static int
no_servers(struct dig *dig, enum client_answer reached, const char *server)
{
	struct str out = STR_INIT;

	if (reached == CLIENT_DNS_SILENT)
		client_wait(&dig->client, 15);
	for (int i = 0; i < 3; i++)
		str_addf(&out, ";; communications error to %s#53: %s\n", server,
			reached == CLIENT_DNS_SILENT ? "timed out" : "connection refused");
	if (!dig->shortened)
		print_command(dig, &out);
	str_add(&out, dig->shortened ? ";; no servers could be reached\n" : ";; no servers could be reached\n\n");
	sink_write(dig->io->out, out.buf, out.len);
	str_release(&out);
	return 9;
}

static int
dig_ask(struct dig *dig)
{
	struct reply reply = { .soa = STR_INIT };
	struct str absolute = STR_INIT, out = STR_INIT;
	enum client_answer reached = client_ask(&dig->client, dig->name, types[dig->type].type, dig->search,
		&reply.question);
	int status = 0;

	if (reached == CLIENT_DNS_REFUSED || reached == CLIENT_DNS_SILENT) {
		status = no_servers(dig, reached, reply.question.server);
	} else {
		with_dot(reply.question.ntried ? reply.question.tried[reply.question.ntried - 1] : dig->name,
			&absolute);
		reply.asked = absolute.buf;
		reply_read(dig, &reply);
		if (dig->shortened) {
			print_short(dig, &reply);
		} else {
			print_command(dig, &out);
			print_header(dig, &reply, &out);
			print_question(dig, &reply, &out);
			print_sections(dig, &reply, &out);
			print_statistics(dig, &reply, &out);
			sink_write(dig->io->out, out.buf, out.len);
		}
	}
	client_question_release(&reply.question);
	str_release(&reply.soa);
	str_release(&absolute);
	str_release(&out);
	return status;
}

/* ---- words ---- */

static size_t
type_find(const char *text)
{
	size_t i = 0;

	while (i < TYPES && ascii_casecmp(types[i].name, text) != 0)
		i++;
	return i;
}

/* +short, +noall ..: what dig knows beside these changes nothing here. */
static void
dig_plus(struct dig *dig, const char *word)
{
	bool on = !str_starts(word, "no");
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "short", &dig->shortened }, { "search", &dig->search }, { "cmd", &dig->command },
		{ "answer", &dig->answer },
		{ "question", &dig->question }, { "additional", &dig->additional }, { "authority", &dig->authority },
		{ "stats", &dig->statistics }, { "comments", &dig->comments },
	};

	word += on ? 0 : 2;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (strcmp(flags[i].name, word) == 0)
			*flags[i].flag = on;
	if (strcmp(word, "all") == 0)
		dig->answer = dig->question = dig->additional = dig->authority = dig->statistics = dig->comments = on;
}

static bool
set_reverse(struct dig *dig, const char *text)
{
	struct ip ip;

	if (!ip_parse(text, &ip)) {
		sink_printf(dig->io->err, "dig: '%s' is not a legal address\n", text);
		return false;
	}
	client_reverse_name(&ip, &dig->reverse_name);
	dig->name = dig->reverse_name.buf;
	dig->type = type_find("PTR");
	return true;
}

/* Letters with a value: -t TYPE, -x ADDRESS; -p and -b change nothing. */
static bool
dig_letter(struct dig *dig, int *at)
{
	const char *word = dig->argv[*at], *value = word[2] ? word + 2 : NULL;

	if (!strchr("txpbqck", word[1]) || !word[1])
		return true;
	if (!value)
		value = *at + 1 < dig->argc ? dig->argv[++*at] : "";
	if (word[1] == 'x')
		return set_reverse(dig, value);
	if (word[1] == 'q')
		dig->name = value;
	if (word[1] == 't' && type_find(value) < TYPES)
		dig->type = type_find(value);
	return true;
}

static bool
dig_words(struct dig *dig)
{
	for (int i = 1; i < dig->argc; i++) {
		const char *word = dig->argv[i];

		if (*word == '+')
			dig_plus(dig, word + 1);
		else if (*word == '@')
			dig->server = word + 1;
		else if (*word == '-') {
			if (!dig_letter(dig, &i))
				return false;
		} else if (type_find(word) < TYPES)
			dig->type = type_find(word);
		else if (ascii_casecmp(word, "IN") != 0)
			dig->name = word;
	}
	return true;
}

/* The server that @ names is asked instead of the resolver's first. */
static bool
use_server(struct dig *dig)
{
	struct ip ip;
	char text[IP_TEXT];

	if (!dig->server)
		return true;
	if (client_resolve(&dig->client, dig->server, IP_NONE, &ip) != CLIENT_FOUND) {
		sink_printf(dig->io->err, "dig: couldn't get address for '%s': not found\n", dig->server);
		return false;
	}
	client_use_server(&dig->client, ip_format(&ip, text));
	return true;
}

static int
dig_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct dig dig = { .io = io, .argc = argc, .argv = argv, .name = ".", .question = true, .answer = true,
		.additional = true, .authority = true, .statistics = true, .comments = true, .command = true,
		.reverse_name = STR_INIT };
	int status = 1;

	if (dig_words(&dig) && client_init(&dig.client, shell, io))
		status = use_server(&dig) ? dig_ask(&dig) : 1;
	client_release(&dig.client);
	str_release(&dig.reverse_name);
	return status;
}

const struct command command_dig = { .name = "dig", .usage = "[@SERVER] [-x ADDRESS] NAME [TYPE] [+short] [+search]",
	.help = "Asks a name server, and shows all of its answer", .asks = true, .run = dig_main };

/* ---- host ---- */

static void
host_print(const struct dns_record *record, struct io *io)
{
	struct str name = STR_INIT, data = STR_INIT;

	str_addn(&name, record->name, strlen(record->name) - str_ends(record->name, "."));
	record_data(record, &data);
	switch (record->type) {
	case DNS_A:
		sink_printf(io->out, "%s has address %s\n", name.buf, data.buf);
		break;
	case DNS_AAAA:
		sink_printf(io->out, "%s has IPv6 address %s\n", name.buf, data.buf);
		break;
	case DNS_CNAME:
		sink_printf(io->out, "%s is an alias for %s\n", name.buf, data.buf);
		break;
	case DNS_PTR:
		sink_printf(io->out, "%s domain name pointer %s\n", name.buf, data.buf);
		break;
	case DNS_TXT:
		sink_printf(io->out, "%s descriptive text %s\n", name.buf, data.buf);
		break;
	default:
		sink_printf(io->out, "%s has SRV record %s\n", name.buf, data.buf);
	}
	str_release(&name);
	str_release(&data);
}

static int
host_ask(struct client *client, struct io *io, const char *name)
{
	struct str reverse = STR_INIT;
	struct ip ip;
	bool address = ip_parse(name, &ip);
	struct client_question question;
	enum client_answer answer;
	int status = 0;

	if (address)
		client_reverse_name(&ip, &reverse);
	answer = client_ask(client, address ? reverse.buf : name, address ? DNS_PTR : DNS_A, !address, &question);
	if (answer == CLIENT_DNS_REFUSED || answer == CLIENT_DNS_SILENT) {
		sink_put(io->out, ";; connection timed out; no servers could be reached\n");
		client_wait(client, answer == CLIENT_DNS_SILENT ? 10 : 0);
		status = 1;
	} else if (answer == CLIENT_NOT_FOUND && question.answer.code != DNS_NOERROR) {
		sink_printf(io->out, "Host %s%s not found: 3(NXDOMAIN)\n", address ? reverse.buf : name, address ? "."
			: "");
		status = 1;
	}
	for (size_t i = 0; i < question.answer.records.n; i++)
		host_print(&question.answer.records.v[i], io);
	client_question_release(&question);
	str_release(&reverse);
	return status;
}

static int
host_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct client client;
	const char *name = NULL;
	int status = 1;

	for (int i = 1; i < argc && !name; i++)
		name = argv[i][0] != '-' ? argv[i] : NULL;
	if (!name) {
		sink_put(io->err, "Usage: host name\n");
		return 1;
	}
	if (client_init(&client, shell, io))
		status = host_ask(&client, io, name);
	client_release(&client);
	return status;
}

const struct command command_host = { .name = "host", .usage = "NAME", .help = "Asks the resolver, in short",
	.asks = true, .run = host_main };

/* ---- getent ---- */

/* getent hosts NAME: as programs resolve it, with the hosts file first. */
static int
getent_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	bool every = argc > 1 && str_starts(argv[1], "ahosts");
	struct client client;
	struct ip ip;
	char text[IP_TEXT];
	int status = 2;

	if (argc < 3 || (!every && strcmp(argv[1], "hosts") != 0)) {
		if (argc > 1 && !every && strcmp(argv[1], "hosts") != 0)
			sink_printf(io->err, "Unknown database: %s\n", argv[1]);
		return 1;
	}
	if (client_init(&client, shell, io) && client_resolve(&client, argv[2], IP_NONE, &ip) == CLIENT_FOUND) {
		static const char *const sockets[] = { "STREAM", "DGRAM", "RAW" };

		status = 0;
		ip_format(&ip, text);
		for (size_t i = 0; every && i < 3; i++)
			sink_printf(io->out, "%-15s %-6s %s\n", text, sockets[i], i ? "" : argv[2]);
		if (!every)
			sink_printf(io->out, "%-15s %s\n", text, argv[2]);
	}
	client_release(&client);
	return status;
}

const struct command command_getent = { .name = "getent", .usage = "hosts NAME",
	.help = "Resolves a name as programs do",
	.asks = true, .run = getent_main };
