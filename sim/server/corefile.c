#include "server/corefile.h"

#include <stdlib.h>
#include <string.h>

#include "api/view.h"
#include "server/outside.h"
#include "svcsim/str.h"

#define DNS_PORT 53

/* The plugins of CoreDNS 1.11, as plugin.cfg orders them; what isn't here is an unknown directive. */
static const char *const directives[] = { "root", "metadata", "geoip", "cancel", "tls", "timeouts", "multisocket", "reload",
	"nsid", "bufsize", "bind", "debug", "trace", "ready", "health", "pprof", "prometheus", "errors", "log", "dnstap",
	"local", "dns64", "acl", "any", "chaos", "loadbalance", "tsig", "cache", "rewrite", "header", "dnssec", "autopath",
	"minimal", "template", "transfer", "hosts", "route53", "azure", "clouddns", "k8s_external", "kubernetes", "file",
	"auto", "secondary", "etcd", "loop", "forward", "grpc", "erratic", "whoami", "on", "sign", "view" };

/* ---- words ---- */

struct lexer {
	struct arena *arena;
	const char *at;
	unsigned line;
};

static void
skip_blanks(struct lexer *lexer)
{
	while (*lexer->at == ' ' || *lexer->at == '\t' || *lexer->at == '\r')
		lexer->at++;
	if (*lexer->at == '#')
		lexer->at += strcspn(lexer->at, "\n");
}

static const char *
quoted_word(struct lexer *lexer)
{
	struct str word = STR_INIT;
	const char *made;

	for (lexer->at++; *lexer->at && *lexer->at != '"'; lexer->at++) {
		if (*lexer->at == '\\' && lexer->at[1] == '"')
			lexer->at++;
		lexer->line += *lexer->at == '\n';
		str_addch(&word, *lexer->at);
	}
	lexer->at += *lexer->at == '"';
	made = arena_strndup(lexer->arena, word.buf, word.len);
	str_release(&word);
	return made;
}

/* The next word of this line; NULL at its end. */
static const char *
line_word(struct lexer *lexer)
{
	const char *start;

	skip_blanks(lexer);
	if (!*lexer->at || *lexer->at == '\n')
		return NULL;
	if (*lexer->at == '"')
		return quoted_word(lexer);
	start = lexer->at;
	lexer->at += strcspn(lexer->at, " \t\r\n");
	return arena_strndup(lexer->arena, start, (size_t)(lexer->at - start));
}

/* The next line that has words; false at the text's end. */
static bool
next_line(struct lexer *lexer, struct corefile_line *line)
{
	VEC(const char *) words = VEC_INIT;
	const char *word;

	while (*lexer->at) {
		line->line = lexer->line;
		while ((word = line_word(lexer)))
			*vec_push(&words) = word;
		if (*lexer->at == '\n') {
			lexer->at++;
			lexer->line++;
		}
		if (words.n)
			break;
	}
	line->n = words.n;
	line->words = words.n ? arena_alloc(lexer->arena, words.n * sizeof *line->words) : NULL;
	if (words.n)
		memcpy(line->words, words.v, words.n * sizeof *line->words);
	vec_release(&words);
	return line->n;
}

/* Does the line end with an opening brace?  Takes it away then. */
static bool
opens(struct corefile_line *line)
{
	if (strcmp(line->words[line->n - 1], "{") != 0)
		return false;
	line->n--;
	return true;
}

static bool
closes(const struct corefile_line *line)
{
	return line->n == 1 && strcmp(line->words[0], "}") == 0;
}

/* ---- blocks ---- */

static bool
known_directive(const char *name)
{
	for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++)
		if (strcmp(directives[i], name) == 0)
			return true;
	return false;
}

/* "example.org:53" has a port, and so has ".:53"; "10.0.0.0/24" and "fd00::1" are no such. */
const char *
corefile_zone(struct arena *arena, const char *word, int *port)
{
	const char *scheme = strstr(word, "://");
	const char *host = scheme ? scheme + 3 : word;
	const char *colon = strrchr(host, ':');
	size_t len =
		colon && ascii_isdigit(colon[1]) && strchr(host, ':') == colon ? (size_t)(colon - host) : strlen(host);
	char *zone = arena_strndup(arena, host, len);

	if (port)
		*port = host[len] ? atoi(host + len + 1) : DNS_PORT;
	for (char *c = zone; *c; c++)
		*c = (char)ascii_tolower(*c);
	if (len && zone[len - 1] == '.')
		zone[len - 1] = '\0';
	return zone;
}

static int
parse_error(const struct corefile_line *line, struct err *err, const char *what, const char *word)
{
	return err_set(err, ERR_INPUT, "Corefile:%u - Error during parsing: %s '%s'", line->line, what, word);
}

/* Lines up to the closing brace; braces within are kept as lines, since no plugin that svcsim acts on has them. */
static int
parse_body(struct lexer *lexer, const struct corefile_line *head, corefile_lines *body, struct err *err)
{
	struct corefile_line line;
	int depth = 1;

	while (next_line(lexer, &line)) {
		bool deeper = line.n > 1 && strcmp(line.words[line.n - 1], "{") == 0;

		if (closes(&line) && --depth == 0)
			return 0;
		depth += deeper;
		*vec_push(body) = line;
	}
	return parse_error(head, err, "Unexpected EOF, expecting '}' of", head->words[0]);
}

static int
parse_plugins(struct lexer *lexer, const struct corefile_line *head, struct corefile_block *block, struct err *err)
{
	struct corefile_line line;

	while (next_line(lexer, &line)) {
		struct corefile_plugin *plugin;
		bool body;

		if (closes(&line))
			return 0;
		body = line.n > 1 && opens(&line);
		if (!known_directive(line.words[0]))
			return parse_error(&line, err, "Unknown directive", line.words[0]);
		plugin = vec_push(&block->plugins);
		plugin->head = line;
		if (body && parse_body(lexer, &line, &plugin->body, err))
			return -1;
	}
	return parse_error(head, err, "Unexpected EOF, expecting '}' of", head->n ? head->words[0] : "{");
}

static int
parse_block(struct lexer *lexer, struct corefile *corefile, struct corefile_line *head, struct err *err)
{
	struct corefile_block *block = vec_push(&corefile->blocks);

	if (!opens(head))
		return parse_error(head, err, "Expected '{' after", head->words[head->n - 1]);
	block->port = DNS_PORT;
	for (size_t i = 0; i < head->n; i++) {
		size_t len = strlen(head->words[i]);
		char *word = arena_strndup(lexer->arena, head->words[i], len - (len && head->words[i][len - 1] == ','));

		*vec_push(&block->zones) = corefile_zone(lexer->arena, word, &block->port);
	}
	return parse_plugins(lexer, head, block, err);
}

int
corefile_parse(struct corefile *corefile, const char *text, struct err *err)
{
	struct lexer lexer = { &corefile->arena, text, 1 };
	struct corefile_line line;

	memset(corefile, 0, sizeof *corefile);
	while (next_line(&lexer, &line))
		if (parse_block(&lexer, corefile, &line, err)) {
			corefile_release(corefile);
			return -1;
		}
	return 0;
}

void
corefile_release(struct corefile *corefile)
{
	for (size_t i = 0; i < corefile->blocks.n; i++) {
		struct corefile_block *block = &corefile->blocks.v[i];

		for (size_t p = 0; p < block->plugins.n; p++)
			vec_release(&block->plugins.v[p].body);
		vec_release(&block->plugins);
		vec_release(&block->zones);
	}
	vec_release(&corefile->blocks);
	arena_release(&corefile->arena);
	memset(corefile, 0, sizeof *corefile);
}

/* ---- looking in it ---- */

bool
name_in_zone(const char *name, const char *zone)
{
	size_t len = strlen(name), zlen = strlen(zone);

	if (!zlen)
		return true;
	return len >= zlen && ascii_casecmp(name + len - zlen, zone) == 0 &&
		(len == zlen || name[len - zlen - 1] == '.');
}

const struct corefile_block *
corefile_block_of(const struct corefile *corefile, const char *name)
{
	const struct corefile_block *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < corefile->blocks.n; i++) {
		const struct corefile_block *block = &corefile->blocks.v[i];

		for (size_t z = 0; block->port == DNS_PORT && z < block->zones.n; z++)
			if (name_in_zone(name, block->zones.v[z]) && (!best || strlen(block->zones.v[z]) > longest)) {
				best = block;
				longest = strlen(block->zones.v[z]);
			}
	}
	return best;
}

const struct corefile_plugin *
corefile_plugin(const struct corefile_block *block, const char *name)
{
	for (size_t i = 0; block && i < block->plugins.n; i++)
		if (strcmp(block->plugins.v[i].head.words[0], name) == 0)
			return &block->plugins.v[i];
	return NULL;
}

const struct corefile_line *
corefile_line(const struct corefile_plugin *plugin, const char *name)
{
	for (size_t i = 0; plugin && i < plugin->body.n; i++)
		if (strcmp(plugin->body.v[i].words[0], name) == 0)
			return &plugin->body.v[i];
	return NULL;
}

/* ---- the cluster's own ---- */

const char *
corefile_text(const struct store *store)
{
	const struct object *map = store_get(store, kind_by_kind("ConfigMap"), "kube-system", "coredns");

	return map ? value_get_text(value_get(map->root, "data"), "Corefile") : NULL;
}

bool
corefile_upstream(struct arena *arena, const char *word, struct ip *ip)
{
	const char *scheme = strstr(word, "://");
	const char *host = scheme ? scheme + 3 : word, *colon = strrchr(host, ':');

	if (word[0] == '/')
		return ip_parse(NODE_RESOLVER, ip);
	if (host[0] == '[')
		return ip_parse(arena_strndup(arena, host + 1, strcspn(host + 1, "]")), ip);
	return ip_parse(host, ip) ||
		(colon && ip_parse(arena_strndup(arena, host, (size_t)(colon - host)), ip));
}

/* A name server that leads back here: kube-dns, or this host. */
static bool
leads_back(const struct store *store, const struct ip *ip)
{
	const struct object *object = store_get(store, kind_by_kind("Service"), "kube-system", "kube-dns");
	const struct service *service = object ? service_view(object) : NULL;

	for (size_t i = 0; service && i < service->ncluster_ips; i++)
		if (ip_equal(&service->cluster_ips[i], ip))
			return true;
	return ip_is_loopback(ip);
}

static bool
block_loops(const struct store *store, const struct corefile_block *block, struct arena *arena)
{
	const struct corefile_plugin *forward = corefile_plugin(block, "forward");

	for (size_t i = 2; corefile_plugin(block, "loop") && forward && i < forward->head.n; i++) {
		struct ip ip;

		if (corefile_upstream(arena, forward->head.words[i], &ip) && leads_back(store, &ip))
			return true;
	}
	return false;
}

bool
corefile_loops(const struct store *store)
{
	const char *text = corefile_text(store);
	struct err err = ERR_INIT;
	struct corefile corefile;
	bool loops = false;

	if (!text)
		return false;
	if (corefile_parse(&corefile, text, &err)) {
		err_release(&err);
		return false;
	}
	for (size_t i = 0; i < corefile.blocks.n; i++)
		loops |= block_loops(store, &corefile.blocks.v[i], &corefile.arena);
	corefile_release(&corefile);
	return loops;
}
