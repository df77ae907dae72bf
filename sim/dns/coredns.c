#include "dns/coredns.h"

#include <stdlib.h>
#include <string.h>

#include "dns/rewrite.h"
#include "dns/zone.h"
#include "server/outside.h"

#define CACHE_TTL 30		/* kubeadm's `cache 30`: no record from outside lives longer */
#define KUBERNETES_TTL 5	/* without a ttl line */
#define HOSTS_TTL 3600

/* kubeadm's, for a cluster without the ConfigMap. */
static const char standard[] =
	".:53 {\n"
	"    errors\n"
	"    kubernetes cluster.local in-addr.arpa ip6.arpa {\n"
	"       pods insecure\n"
	"       fallthrough in-addr.arpa ip6.arpa\n"
	"       ttl 30\n"
	"    }\n"
	"    forward . /etc/resolv.conf\n"
	"    cache 30\n"
	"}\n";

struct query {
	const struct dns *dns;
	const struct corefile_block *block;
	struct arena *arena;		/* the answer's */
	const char *name;		/* without the final dot, as rewritten */
	enum dns_type type;
	struct dns_answer *answer;
	size_t before;			/* records that were there */
	int depth;
};

/* The one in force. */
static void
corefile_load(const struct dns *dns, struct corefile *corefile)
{
	const char *text = corefile_text(dns->store);
	struct err err = ERR_INIT;

	if (text && corefile_parse(corefile, text, &err) == 0)
		return;
	err_release(&err);
	if (corefile_parse(corefile, standard, &err))
		BUG("kubeadm's Corefile: %s", err.text);
}

/* Zones in words[from..] of a line; none: those of the block.  The name's longest; NULL. */
static const char *
zone_in(const struct query *query, const struct corefile_line *line, size_t from)
{
	const char *best = NULL;

	for (size_t i = from; i < line->n; i++) {
		const char *zone = corefile_zone(query->arena, line->words[i], NULL);

		if (name_in_zone(query->name, zone) && (!best || strlen(zone) > strlen(best)))
			best = zone;
	}
	for (size_t i = 0; line->n <= from && i < query->block->zones.n; i++) {
		const char *zone = query->block->zones.v[i];

		if (name_in_zone(query->name, zone) && (!best || strlen(zone) > strlen(best)))
			best = zone;
	}
	return best;
}

/* `fallthrough`, alone or for some zones. */
static bool
falls_through(const struct query *query, const struct corefile_plugin *plugin)
{
	const struct corefile_line *line = corefile_line(plugin, "fallthrough");

	for (size_t i = 1; line && i < line->n; i++)
		if (name_in_zone(query->name, corefile_zone(query->arena, line->words[i], NULL)))
			return true;
	return line && line->n == 1;
}

static int
ttl_of(const struct corefile_plugin *plugin, int standard_ttl)
{
	const struct corefile_line *line = corefile_line(plugin, "ttl");

	return line && line->n > 1 ? atoi(line->words[1]) : standard_ttl;
}

static void
set_ttl(struct query *query, int ttl)
{
	for (size_t i = query->before; i < query->answer->records.n; i++)
		if (query->answer->records.v[i].type != DNS_TXT)	/* which has its own */
			query->answer->records.v[i].ttl = ttl;
	for (size_t i = 0; i < query->answer->additional.n; i++)
		query->answer->additional.v[i].ttl = ttl;
}

static bool
answered(const struct query *query)
{
	return query->answer->records.n > query->before;
}

static const char *
with_dot(struct arena *arena, const char *name)
{
	return arena_printf(arena, "%s%s", name, str_ends(name, ".") ? "" : ".");
}

static const char *
without_dot(struct arena *arena, const char *name)
{
	size_t len = strlen(name);

	return arena_strndup(arena, name, len && name[len - 1] == '.' ? len - 1 : len);
}

/* ---- the plugins that answer: true when the question ends there ---- */

static bool
hosts_line(struct query *query, const struct corefile_line *line, bool reverse)
{
	struct ip ip, asked;
	bool named = false;

	if (!ip_parse(line->words[0], &ip))
		return false;
	if (reverse && query->type == DNS_PTR && zone_reverse_ip(query->name, &asked) && ip_equal(&ip, &asked)) {
		for (size_t i = 1; i < line->n; i++)
			dns_add(query->answer, query->name, DNS_PTR)->target = rewrite_normalize(query->arena,
				line->words[i]);
		return line->n > 1;
	}
	for (size_t i = 1; i < line->n; i++)
		named |= ascii_casecmp(without_dot(query->arena, line->words[i]), query->name) == 0;
	if (named && query->type == (ip.family == IP_V4 ? DNS_A : DNS_AAAA))
		dns_add(query->answer, query->name, query->type)->ip = ip;
	return named;
}

/* A name that it has not, and that does not fall through, is a SERVFAIL: it knows no zone. */
static bool
ask_hosts(struct query *query, const struct corefile_plugin *plugin)
{
	bool known = false;

	if (query->type != DNS_PTR && !zone_in(query, &plugin->head, 2))
		return false;
	for (size_t i = 0; i < plugin->body.n; i++)
		known |= hosts_line(query, &plugin->body.v[i], !corefile_line(plugin, "no_reverse"));
	if (!known && (falls_through(query, plugin) || query->type == DNS_PTR))
		return false;
	query->answer->authoritative = known;
	if (!known)
		query->answer->code = DNS_SERVFAIL;
	set_ttl(query, ttl_of(plugin, HOSTS_TTL));
	return true;
}

static enum zone_pods
pods_of(const struct corefile_plugin *plugin)
{
	static const char *const modes[] = { [ZONE_PODS_DISABLED] = "disabled", [ZONE_PODS_INSECURE] = "insecure",
		[ZONE_PODS_VERIFIED] = "verified" };
	const struct corefile_line *line = corefile_line(plugin, "pods");

	for (size_t i = 0; line && line->n > 1 && i < sizeof modes / sizeof modes[0]; i++)
		if (strcmp(modes[i], line->words[1]) == 0)
			return (enum zone_pods)i;
	return ZONE_PODS_DISABLED;
}

static bool
ask_kubernetes(struct query *query, const struct corefile_plugin *plugin)
{
	const char *zone = zone_in(query, &plugin->head, 1);
	struct settings settings = *query->dns->settings;	/* borrowed, but for the zone that was asked for */
	const struct dns dns = { query->dns->store, &settings };
	struct ip ip;

	if (!zone)
		return false;
	if (zone_reverse_ip(query->name, &ip)) {
		zone_reverse(query->dns, &ip, query->name, query->type, query->answer);
		query->answer->authoritative = answered(query);
	} else if (str_ends(zone, ".arpa")) {
		query->answer->code = DNS_NXDOMAIN;
	} else {
		settings.dns_domain = query->name + strlen(query->name) - strlen(zone);	/* as it was spelt */
		zone_answer(&dns, pods_of(plugin), query->name, query->type, query->answer, query->depth);
	}
	if (query->answer->code == DNS_NXDOMAIN && falls_through(query, plugin)) {
		query->answer->code = DNS_NOERROR;
		query->answer->authoritative = false;
		return false;
	}
	set_ttl(query, ttl_of(plugin, KUBERNETES_TTL));
	return true;
}

/* A record as a zone file has it: NAME TTL [IN] TYPE DATA; {{ .Name }} is the name that was asked for. */
static void
template_answer(struct query *query, const struct corefile_line *line)
{
	struct corefile_line words = { NULL, 0, 0 };
	struct str text = STR_INIT;
	const char *list[8];
	char *copy;
	size_t type;

	for (size_t i = 1; i < line->n; i++)
		str_addf(&text, "%s%s", i > 1 ? " " : "", line->words[i]);
	for (char *at; (at = strstr(text.buf, "{{ .Name }}"));) {
		char *rest = xstrdup(at + strlen("{{ .Name }}"));

		str_truncate(&text, (size_t)(at - text.buf));
		str_addf(&text, "%s.%s", query->name, rest);
		free(rest);
	}
	copy = arena_strndup(query->arena, text.buf, text.len);
	str_release(&text);
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word && words.n < 8;
		word = strtok_r(NULL, " ", &save))
		list[words.n++] = word;
	type = words.n > 2 && strcmp(list[2], "IN") == 0 ? 3 : 2;
	if (words.n < type + 2 || strcmp(list[type], dns_type_name(query->type)) != 0)
		return;
	if (query->type == DNS_CNAME || query->type == DNS_PTR) {
		struct dns_record *record = dns_add(query->answer, list[0], query->type);

		record->target = with_dot(query->arena, list[type + 1]);
		record->ttl = atoi(list[1]);
	} else if (query->type == DNS_A || query->type == DNS_AAAA) {
		struct ip ip;

		if (ip_parse(list[type + 1], &ip)) {
			struct dns_record *record = dns_add(query->answer, list[0], query->type);

			record->ip = ip;
			record->ttl = atoi(list[1]);
		}
	}
}

/* template CLASS TYPE [ZONE..] with match, answer and rcode. */
static bool
ask_template(struct query *query, const struct corefile_plugin *plugin)
{
	static const struct {
		const char *name;
		enum dns_code code;
	} codes[] = { { "NXDOMAIN", DNS_NXDOMAIN }, { "SERVFAIL", DNS_SERVFAIL }, { "REFUSED", DNS_REFUSED } };
	const struct corefile_line *head = &plugin->head, *match = corefile_line(plugin, "match");
	const struct corefile_line *code = corefile_line(plugin, "rcode");
	bool matches = !match;

	if (head->n < 3 || !zone_in(query, head, 3) ||
		(strcmp(head->words[2], "ANY") != 0 && strcmp(head->words[2], dns_type_name(query->type)) != 0))
		return false;
	for (size_t i = 1; match && i < match->n; i++)
		matches |= rewrite_pattern(query->arena, match->words[i], "", with_dot(query->arena, query->name)) != NULL;
	if (!matches)
		return false;
	for (size_t i = 0; code && code->n > 1 && i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(codes[i].name, code->words[1]) == 0)
			query->answer->code = codes[i].code;
	for (size_t i = 0; i < plugin->body.n; i++)
		if (strcmp(plugin->body.v[i].words[0], "answer") == 0)
			template_answer(query, &plugin->body.v[i]);
	query->answer->authoritative = true;
	return true;
}

/* forward FROM TO..: the first upstream that answers; when none does, or it would ask itself, SERVFAIL. */
static bool
ask_forward(struct query *query, const struct corefile_plugin *plugin)
{
	const struct corefile_line *head = &plugin->head, *except = corefile_line(plugin, "except");

	if (head->n < 3 || !name_in_zone(query->name, corefile_zone(query->arena, head->words[1], NULL)))
		return false;
	for (size_t i = 1; except && i < except->n; i++)
		if (name_in_zone(query->name, corefile_zone(query->arena, except->words[i], NULL)))
			return false;
	query->answer->authoritative = false;
	for (size_t i = 2; i < head->n; i++) {
		const struct outside_host *host;
		struct ip ip;

		if (!corefile_upstream(query->arena, head->words[i], &ip))
			continue;
		host = outside_by_ip(&ip);
		if (!host || !outside_listens(host, PROTOCOL_UDP, 53))
			continue;
		coredns_outside(query->name, query->type, query->answer);
		return true;
	}
	query->answer->code = DNS_SERVFAIL;
	return true;
}

/* The order of plugin.cfg, not of the Corefile. */
static const struct {
	const char *name;
	bool (*ask)(struct query *query, const struct corefile_plugin *plugin);
} askers[] = {
	{ "template", ask_template },
	{ "hosts", ask_hosts },
	{ "kubernetes", ask_kubernetes },
	{ "forward", ask_forward },
};

static void
ask_plugins(struct query *query)
{
	for (size_t a = 0; a < sizeof askers / sizeof askers[0]; a++)
		for (size_t i = 0; i < query->block->plugins.n; i++) {
			const struct corefile_plugin *plugin = &query->block->plugins.v[i];

			if (strcmp(plugin->head.words[0], askers[a].name) == 0 && askers[a].ask(query, plugin))
				return;
		}
	query->answer->code = DNS_SERVFAIL;	/* no plugin is left */
}

void
coredns_ask(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer, int depth)
{
	const char *plain = without_dot(&answer->arena, name);
	struct query query = { dns, NULL, &answer->arena, plain, type, answer, answer->records.n, depth };
	rewriter_vec back = VEC_INIT;
	struct corefile corefile;

	corefile_load(dns, &corefile);
	query.block = corefile_block_of(&corefile, plain);
	if (query.block) {
		query.name = without_dot(&answer->arena, rewrite_question(query.block, &answer->arena, plain, &back));
		ask_plugins(&query);
		rewrite_answer(&back, answer, query.before);
	} else
		answer->code = DNS_REFUSED;
	vec_release(&back);
	corefile_release(&corefile);
}

void
dns_query(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer)
{
	coredns_ask(dns, name, type, answer, 0);
}

void
coredns_outside(const char *name, enum dns_type type, struct dns_answer *answer)
{
	const char *plain = without_dot(&answer->arena, name);

	if (!outside_by_name(plain)) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	for (const struct outside_host *host = outside_hosts; host->names; host++) {
		struct dns_record *record;
		struct ip ip;

		if (!outside_has_name(host, plain) || !ip_parse(host->address, &ip) ||
			type != (ip.family == IP_V4 ? DNS_A : DNS_AAAA))
			continue;
		record = dns_add(answer, plain, type);
		record->ip = ip;
		record->ttl = CACHE_TTL;
	}
}

/* ---- what it writes ---- */

/* Bytes of a name on the wire: a length before each label, and the root. */
static size_t
wire_len(const char *name)
{
	return strlen(name) + (str_ends(name, ".") ? 1 : 2);
}

static size_t
record_len(const struct dns_record *record)
{
	static const size_t fixed[DNS_TYPE_COUNT] = { [DNS_A] = 4, [DNS_AAAA] = 16, [DNS_SRV] = 6 };

	if (record->type == DNS_TXT)
		return wire_len(record->name) + 10 + 1 + strlen(record->target);
	return wire_len(record->name) + 10 + fixed[record->type] + (record->target ? wire_len(record->target) : 0);
}

/* With the SOA record that a missing name's answer has. */
static size_t
soa_len(const char *zone)
{
	size_t len = wire_len(zone);

	return len + 10 + strlen("xnsxdns") + len + strlen("xhostmaster") + len + 20;
}

bool
coredns_log(const struct dns *dns, const struct ip *client, uint16_t port, const char *name, enum dns_type type,
	const struct dns_answer *answer, struct str *line)
{
	size_t asked = 12 + wire_len(name) + 4, sent = asked;
	struct corefile corefile;
	char text[IP_TEXT + 8];
	bool logs;

	corefile_load(dns, &corefile);
	logs = corefile_plugin(corefile_block_of(&corefile, without_dot(&corefile.arena, name)), "log") != NULL;
	corefile_release(&corefile);
	if (!logs)
		return false;
	for (size_t i = 0; i < answer->records.n; i++)
		sent += record_len(&answer->records.v[i]);
	for (size_t i = 0; i < answer->additional.n; i++)
		sent += record_len(&answer->additional.v[i]);
	if (answer->authoritative && !answer->records.n)
		sent += soa_len(dns->settings->dns_domain);
	str_addf(line, "[INFO] %s - %u \"%s IN %s udp %zu false 512\" %s qr,%srd%s %zu 0.000%zus",
		ip_port_format(client, port, text), (unsigned)(port * 7 % 65536), dns_type_name(type), name, asked,
		dns_code_name(answer->code), answer->authoritative ? "aa," : "", answer->authoritative ? "" : ",ra", sent,
		100 + sent % 900);
	return true;
}
