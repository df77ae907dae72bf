/* nslookup: bind's 9.18, and in busybox' pods busybox' own, of which there are two. */
#include <stdlib.h>
#include <string.h>

#include "control/image.h"
#include "host/client.h"
#include "host/commands.h"
#include "host/programs.h"

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

/* busybox leaves the dot off targets, too. */
static void
print_record(const struct dns_record *record, bool busybox, struct str *out)
{
	char ip[IP_TEXT];
	struct str name = STR_INIT, target = STR_INIT;

	without_dot(record->name, &name);
	if (record->target && busybox)
		without_dot(record->target, &target);
	else
		str_add(&target, record->target ? record->target : "");
	switch (record->type) {
	case DNS_A:
	case DNS_AAAA:
		str_addf(out, "Name:\t%s\nAddress: %s\n", name.buf, ip_format(&record->ip, ip));
		break;
	case DNS_CNAME:
		str_addf(out, "%s\tcanonical name = %s\n", name.buf, target.buf);
		break;
	case DNS_PTR:
		str_addf(out, "%s\tname = %s\n", name.buf, target.buf);
		break;
	case DNS_SRV:
		str_addf(out, "%s\tservice = %d %d %d %s\n", name.buf, record->priority, record->weight, record->port,
			target.buf);
		break;
	case DNS_TXT:
		str_addf(out, "%s\ttext = \"%s\"\n", name.buf, record->target);
		break;
	case DNS_TYPE_COUNT:
		break;
	}
	str_release(&name);
	str_release(&target);
}

static void
print_records(const struct client_question *question, bool busybox, struct str *out)
{
	for (size_t i = 0; i < question->answer.records.n; i++)
		print_record(&question->answer.records.v[i], busybox, out);
}

/* What CoreDNS forwarded, as the last that was asked may be, has recursion. */
static void
print_no_recursion(const struct client_question *question, struct str *out)
{
	bool forwarded = !question->answer.authoritative && question->answer.records.n;

	for (size_t i = forwarded; i < question->ntried; i++)
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
				print_record(&second.answer.records.v[i], false, out);
	print_no_recursion(&second, out);
	client_question_release(&second);
}

static int
bind_ask(struct nslookup *ns)
{
	struct str reverse = STR_INIT, out = STR_INIT;
	struct ip ip;
	bool reversed = !ns->type_given && ip_parse(ns->name, &ip);
	enum dns_type type = reversed ? DNS_PTR : ns->type;
	struct client_question question;
	enum client_answer answer;
	int status;

	if (reversed)
		client_reverse_name(&ip, &reverse);
	answer = client_ask(&ns->client, reversed ? reverse.buf : ns->name, type, !reversed, &question);
	status = answer == CLIENT_FOUND ? 0 : 1;

	if (answer == CLIENT_DNS_REFUSED || answer == CLIENT_DNS_SILENT) {
		status = bind_no_server(ns, answer, question.server);
		goto out;
	}
	print_no_recursion(&question, &out);
	if (!reversed)
		str_addf(&out, "Server:\t\t%s\nAddress:\t%s#53\n\n", question.server, question.server);
	if (answer == CLIENT_FOUND)
		print_records(&question, false, &out);
	else if (question.answer.code == DNS_NOERROR && question.ntried)
		str_addf(&out, "*** Can't find %s: No answer\n", ns->name);
	else
		str_addf(&out, "** server can't find %s: %s\n", reversed ? reverse.buf : ns->name,
			dns_code_name(question.answer.code));
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

/*
 * One of busybox' questions, by a name as it goes out; its answers come in the order of the questions here, in life in
 * any.  An empty answer leaves an empty line.  (busybox 1.37, networking/nslookup.c)
 */
static bool
busybox_one(struct nslookup *ns, const char *name, enum dns_type type, struct str *out)
{
	struct client_question question;
	enum client_answer answer = client_ask(&ns->client, name, type, false, &question);
	bool good = answer == CLIENT_FOUND || question.answer.code == DNS_NOERROR;

	if (!good)
		str_addf(out, "** server can't find %s: %s\n", name, dns_code_name(question.answer.code));
	else if (!question.answer.authoritative)
		str_add(out, "Non-authoritative answer:\n");
	if (answer == CLIENT_FOUND)
		print_records(&question, true, out);
	str_addch(out, '\n');
	client_question_release(&question);
	return good;
}

/* A name with a dot is asked as it is; another one only with each domain of the search list. */
static bool
busybox_search(struct nslookup *ns, enum dns_type type, struct str *out)
{
	const struct resolv_conf *conf = &ns->client.conf;
	bool good = true;

	if (type == DNS_PTR || strchr(ns->name, '.') || !conf->search.n)
		return busybox_one(ns, ns->name, type, out);
	for (size_t i = 0; i < conf->search.n; i++) {
		struct str name = STR_INIT;

		str_addf(&name, "%s.%s", ns->name, conf->search.v[i]);
		good &= busybox_one(ns, name.buf, type, out);
		str_release(&name);
	}
	return good;
}

static int
busybox_ask(struct nslookup *ns)
{
	const struct resolv_conf *conf = &ns->client.conf;
	const char *server = conf->nameservers.n ? conf->nameservers.v[0] : "";
	struct str out = STR_INIT, reverse = STR_INIT;
	struct client_question probe;
	struct ip ip;
	enum client_answer answer = client_ask(&ns->client, ns->name, DNS_A, false, &probe);
	bool good;

	client_question_release(&probe);
	if (answer == CLIENT_DNS_REFUSED || answer == CLIENT_DNS_SILENT) {
		client_wait(&ns->client, 5);
		sink_put(ns->io->out, ";; connection timed out; no servers could be reached\n\n");
		return 1;
	}
	str_addf(&out, "Server:\t\t%s\nAddress:\t%s:53\n\n", server, server);
	if (ns->type_given) {
		good = busybox_search(ns, ns->type, &out);
	} else if (ip_parse(ns->name, &ip)) {
		client_reverse_name(&ip, &reverse);
		good = busybox_one(ns, reverse.buf, DNS_PTR, &out);
	} else {
		good = busybox_search(ns, DNS_A, &out);
		good &= busybox_search(ns, DNS_AAAA, &out);
	}
	sink_write(ns->io->out, out.buf, out.len);
	str_release(&out);
	str_release(&reverse);
	return good ? 0 : 1;
}

/* "Server:    10.96.0.10" and each address with its name, as far as there is one.  false: there is no such host. */
static bool
old_print_host(struct nslookup *ns, const char *header, const char *host, struct str *out)
{
	static const enum ip_family families[] = { IP_V6, IP_V4 };
	char text[IP_TEXT];
	unsigned n = 0;

	for (size_t f = 0; f < 2; f++) {
		struct client_question question;
		struct str reverse = STR_INIT, name = STR_INIT;
		struct ip ip;

		if (client_resolve(&ns->client, host, families[f], &ip) != CLIENT_FOUND || ip.family != families[f])
			continue;
		client_reverse_name(&ip, &reverse);
		if (client_ask(&ns->client, reverse.buf, DNS_PTR, false, &question) == CLIENT_FOUND)
			without_dot(question.answer.records.v[0].target, &name);
		if (!n++)
			str_addf(out, "%-10s %s\n", header, host);
		str_addf(out, "Address %u: %s%s%s\n", n, ip_format(&ip, text), name.len ? " " : "", name.buf);
		client_question_release(&question);
		str_release(&reverse);
		str_release(&name);
	}
	return n > 0;
}

/* busybox up to 1.28 (networking/nslookup.c, print_host): what getaddrinfo says, so the search list counts. */
static int
old_busybox_ask(struct nslookup *ns)
{
	const struct resolv_conf *conf = &ns->client.conf;
	struct str out = STR_INIT;
	bool found;

	if (conf->nameservers.n)
		old_print_host(ns, "Server:", conf->nameservers.v[0], &out);
	str_addch(&out, '\n');
	found = old_print_host(ns, "Name:", ns->name, &out);
	sink_write(ns->io->out, out.buf, out.len);
	if (!found)
		sink_printf(ns->io->err, "nslookup: can't resolve '%s'\n", ns->name);
	str_release(&out);
	return found ? 0 : 1;
}

/* The second word: who is asked instead of resolv.conf's. */
static bool
use_server(struct nslookup *ns, const char *server)
{
	char text[IP_TEXT];
	struct ip ip;

	if (!server)
		return true;
	if (client_resolve(&ns->client, server, IP_V4, &ip) != CLIENT_FOUND) {
		sink_printf(ns->io->err, "nslookup: couldn't get address for '%s': not found\n", server);
		return false;
	}
	client_use_server(&ns->client, ip_format(&ip, text));
	return true;
}

static int
ask(struct nslookup *ns, const struct value *container)
{
	const char *image = value_get_text(container, "image");

	if (!place_is_busybox(ns->client.shell, "nslookup"))
		return bind_ask(ns);
	return image && image_is_old_busybox(image) ? old_busybox_ask(ns) : busybox_ask(ns);
}

/* Those that svcsim's CoreDNS has no records of are answered without one. */
static bool
type_read(const char *text, enum dns_type *type)
{
	static const char *const others[] = { "NS", "SOA", "MX", "ANY" };

	for (int i = 0; i < DNS_TYPE_COUNT; i++)
		if (ascii_casecmp(text, dns_type_name((enum dns_type)i)) == 0) {
			*type = (enum dns_type)i;
			return true;
		}
	*type = DNS_OTHER;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (ascii_casecmp(text, others[i]) == 0)
			return true;
	return false;
}

/* "-type=srv", "-q=srv"; any other option changes nothing that can be seen here. */
static bool
option_read(struct nslookup *ns, const char *word)
{
	static const char *const names[] = { "type", "querytype" };
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) - 1 : 0;
	bool is_type = false;

	for (size_t i = 0; len > (word[1] == 't') && i < sizeof names / sizeof names[0]; i++)
		is_type |= strncmp(word + 1, names[i], len) == 0;
	if (!is_type)
		return true;
	ns->type_given = type_read(equals + 1, &ns->type);
	if (!ns->type_given)
		sink_printf(ns->io->err, place_is_busybox(ns->client.shell, "nslookup") ? "nslookup: invalid query type \"%s\"\n"
			: "unknown query type: %s\n", equals + 1);
	return ns->type_given;
}

static int
nslookup_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct nslookup ns = { .io = io, .type = DNS_A, .client.shell = shell };
	const char *server = NULL;
	int status = 1;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && !option_read(&ns, argv[i]))
			return 1;
		if (argv[i][0] != '-' && ns.name)
			server = argv[i];
		else if (argv[i][0] != '-')
			ns.name = argv[i];
	}
	if (!ns.name) {
		sink_put(io->err, "nslookup: say which name\n");
		return 1;
	}
	if (client_init(&ns.client, shell, io) && use_server(&ns, server))
		status = ask(&ns, place_container(shell));
	client_release(&ns.client);
	return status;
}

const struct command command_nslookup = { .name = "nslookup", .usage = "[-type=TYPE] NAME [SERVER]",
	.help = "Asks the resolver of where the shell is", .asks = true, .run = nslookup_main };
