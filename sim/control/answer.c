/*
 * In this order: annotation svcsim/answer, what nginx's mounted configuration returns, a file in the server's folder,
 * the server's table of pages.  A server nobody knows answers with its pod's name.
 */
#include "control/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "control/answer_pages.h"
#include "control/image.h"
#include "control/mount.h"
#include "control/argv.h"

#define ANSWER_ANNOTATION "svcsim/answer"
#define LIVENESS_TIME (10 * CLOCK_SECOND)	/* agnhost liveness is well that long */
#define PLAIN "text/plain; charset=utf-8"

struct answering {
	const struct store *store;
	const struct pod *pod;
	const struct answer_ask *ask;
	int64_t after;
	struct answer *answer;
	struct mount_files files;
};

static const char *
reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = { { 200, "OK" }, { 201, "Created" }, { 204, "No Content" }, { 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 400, "Bad Request" }, { 403, "Forbidden" }, { 404, "Not Found" }, { 500, "Internal Server Error" },
		{ 502, "Bad Gateway" }, { 503, "Service Unavailable" } };

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

static bool
respond(struct answering *answering, int status, const char *type)
{
	answering->answer->status = status;
	answering->answer->reason = reason_of(status);
	answering->answer->type = type;
	return true;
}

static bool
is_server(const struct answering *answering, const char *name)
{
	return strcmp(answering->answer->server, name) == 0;
}

/* ---- bodies ---- */

static const char *
host_name(const struct pod *pod)
{
	if (pod->host_network)
		return pod->node;
	return pod->hostname[0] ? pod->hostname : pod->object->name;
}

static const char *
tag_of(const struct value *container)
{
	const char *reference = value_get_text(container, "image"), *slash = reference ? strrchr(reference, '/') : NULL;
	const char *colon = reference ? strchr(slash ? slash : reference, ':') : NULL;

	return colon ? colon + 1 : "";
}

static size_t
path_length(const char *path)
{
	return strcspn(path, "?");
}

static void
add_time(const struct answering *answering, char form, struct str *out)
{
	int64_t now = answering->ask->now;
	char iso[CLOCK_TEXT], http[CLOCK_TEXT];

	clock_format(now, iso);
	clock_format_http(now, http);
	if (form == 'D')
		str_addf(out, "%.2s/%.3s/%.4s:%.8s +0000", http + 5, http + 8, http + 12, http + 17);
	else
		str_addf(out, "%.10s %.8s.%09lld +0000 UTC m=+%lld.%09lld", iso, iso + 11,
			(long long)(now % CLOCK_SECOND),
			(long long)(answering->after / CLOCK_SECOND), (long long)(answering->after % CLOCK_SECOND));
}

static void
add_random(const struct answering *answering, struct str *out)
{
	struct rng dice = { (uint64_t)answering->ask->now ^ answering->pod->object->version };
	uint64_t high = rng_next(&dice);

	str_addf(out, "%016" PRIx64 "%016" PRIx64, high, rng_next(&dice));
}

static void
add_query(const struct answering *answering, struct str *out)
{
	const char *path = answering->ask->path;
	size_t len = path_length(path);

	if (path[len])
		str_add(out, path + len + 1);
	else if (str_starts(tag_of(answering->answer->container), "1.4"))
		str_add(out, "nil");
}

static void
add_mark(const struct answering *answering, char mark, struct str *out)
{
	const struct answer_ask *ask = answering->ask;
	char ip[IP_TEXT];

	switch (mark) {
	case 'h': str_add(out, host_name(answering->pod)); break;
	case 'i': str_add(out, ip_format(&answering->pod->ip, ip)); break;
	case 'c': str_add(out, ask->client); break;
	case 'm': str_add(out, ask->method); break;
	case 'p': str_add(out, ask->path); break;
	case 'q': add_query(answering, out); break;
	case 'H': str_add(out, ask->host); break;
	case 'S': str_addn(out, ask->host, strcspn(ask->host, ":")); break;
	case 'a': str_add(out, ask->agent); break;
	case 't': str_add(out, tag_of(answering->answer->container)); break;
	case 'T':
	case 'D': add_time(answering, mark, out); break;
	case 'r': add_random(answering, out); break;
	default: str_addch(out, mark); break;
	}
}

static void
fill(struct answering *answering, const char *template)
{
	for (const char *c = template; *c; c++)
		if (c[0] == '%' && c[1])
			add_mark(answering, *++c, &answering->answer->body);
		else
			str_addch(&answering->answer->body, *c);
}

/* ---- pages ---- */

static bool
page_fits(const struct answer_page *page, const char *server, const char *path, const char *tag)
{
	size_t len = path_length(path);

	return strcmp(page->server, server) == 0 && (!page->tag || str_starts(tag, page->tag)) &&
		(!page->path || (strlen(page->path) == len && strncmp(page->path, path, len) == 0));
}

const char *
answer_page(const char *server, const char *path)
{
	for (const struct answer_page *page = answer_pages; page->server; page++)
		if (page_fits(page, server, path, ""))
			return page->body;
	return NULL;
}

static bool
is_known(const char *server)
{
	for (const struct answer_page *page = answer_pages; page->server; page++)
		if (strcmp(page->server, server) == 0)
			return true;
	return false;
}

static const struct answer_files *
root_of(const char *server)
{
	for (const struct answer_files *root = answer_roots; root->server; root++)
		if (strcmp(root->server, server) == 0)
			return root;
	return NULL;
}

/* As the servers themselves say it. */
static bool
refuse(struct answering *answering, int status)
{
	struct str *body = &answering->answer->body;
	const char *reason = reason_of(status);

	if (is_server(answering, "nginx")) {
		const char *tag = tag_of(answering->answer->container);
		size_t len = strspn(tag, "0123456789.");

		str_addf(body, "<html>\r\n<head><title>%d %s</title></head>\r\n"
			"<body>\r\n<center><h1>%d %s</h1></center>\r\n"
			"<hr><center>nginx/%.*s</center>\r\n</body>\r\n</html>\r\n", status, reason, status, reason,
			len > 5 ? (int)len : 6, len > 5 ? tag : "1.27.3");
		return respond(answering, status, "text/html");
	}
	if (is_server(answering, "httpd")) {
		str_addf(body, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n"
			"<title>%d %s</title>\n</head><body>\n"
			"<h1>%s</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n", status,
			reason, reason);
		return respond(answering, status, "text/html; charset=iso-8859-1");
	}
	if (is_server(answering, "busybox-httpd")) {
		str_addf(body, "<HTML><HEAD><TITLE>%d %s</TITLE></HEAD>\n<BODY><H1>%d %s</H1>\n"
			"The requested URL was not found\n"
			"</BODY></HTML>\n", status, reason, status, reason);
		return respond(answering, status, "text/html");
	}
	if (is_server(answering, "http.server")) {
		str_addf(body, "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n"
			"        <title>Error response</title>\n    </head>\n    <body>\n"
			"        <h1>Error response</h1>\n"
			"        <p>Error code: %d</p>\n        <p>Message: File not found.</p>\n"
			"        <p>Error code explanation: %d - Nothing matches the given URI.</p>\n"
			"    </body>\n</html>\n", status, status);
		return respond(answering, status, "text/html;charset=utf-8");
	}
	str_add(body, status == 404 ? "404 page not found\n" : "");
	return respond(answering, status, PLAIN);
}

/* ---- what computes ---- */

/* netexec's /echo?msg=TEXT. */
static bool
netexec_echo(struct answering *answering)
{
	static const char asked[] = "/echo?msg=";

	if (!is_server(answering, "netexec") || !str_starts(answering->ask->path, asked))
		return false;
	str_addn(&answering->answer->body, answering->ask->path + sizeof asked - 1,
		strcspn(answering->ask->path + sizeof asked - 1, "&"));
	return respond(answering, 200, PLAIN);
}

/* It is well for ten seconds; the example of the documentation on probes. */
static bool
liveness_ends(struct answering *answering)
{
	if (!is_server(answering, "liveness") || answering->after < LIVENESS_TIME ||
		strncmp(answering->ask->path, "/healthz", 8) != 0)
		return false;
	str_addf(&answering->answer->body, "error: %lld.%09lld", (long long)(answering->after / CLOCK_SECOND),
		(long long)(answering->after % CLOCK_SECOND));
	return respond(answering, 500, PLAIN);
}

/* http-echo -text=.. */
static bool
echo_text(struct answering *answering, const struct argv *words)
{
	const char *text = is_server(answering, "http-echo") ? argv_flag(words, 0, "text") : NULL;

	if (!text || strcmp(answering->ask->path, "/health") == 0)
		return false;
	str_addf(&answering->answer->body, "%s\n", text);
	return respond(answering, 200, PLAIN);
}

/* agnhost porter says what SERVE_PORT_80 holds. */
static bool
porter_text(struct answering *answering, uint16_t port)
{
	char name[32];
	const char *text;

	if (!is_server(answering, "porter"))
		return false;
	snprintf(name, sizeof name, "SERVE_PORT_%u", (unsigned)port);
	text = argv_env(answering->pod->object->root, answering->answer->container, name);
	str_add(&answering->answer->body, text ? text : "");
	return respond(answering, 200, PLAIN);
}

/* \n and \r of echo -e. */
static void
unescape(const char *text, struct str *out)
{
	static const char marks[] = "nrt\\", meant[] = "\n\r\t\\";

	for (; *text; text++) {
		bool escaped = text[0] == '\\' && text[1] && strchr(marks, text[1]);

		text += escaped;
		str_addch(out, escaped ? meant[strchr(marks, *text) - marks] : *text);
	}
}

/* What `echo ..` or `printf ..` hands to nc; NULL: nothing is known of it. */
static bool
nc_text(const struct argv *words, struct str *out)
{
	static const char *const programs[] = { "echo", "printf" };

	for (size_t p = 0; p < 2; p++) {
		size_t at = argv_find(words, programs[p]), end = argv_end(words, at);

		if (end + 1 >= words->list.n || strcmp(words->list.v[end], "|") != 0)
			continue;
		for (size_t i = at + 1; i < end; i++) {
			if (words->list.v[i][0] == '-' && i == at + 1)
				continue;
			str_add(out, out->len ? " " : "");
			unescape(words->list.v[i], out);
		}
		str_add(out, p == 0 ? "\n" : "");
		return true;
	}
	return false;
}

/* A script's own HTTP: the status line, headers, an empty line, the rest. */
static enum answer_kind
nc_answer(struct answering *answering, const struct argv *words)
{
	struct str text = STR_INIT;
	const char *body;
	bool http;

	if (!nc_text(words, &text)) {
		str_release(&text);
		return ANSWER_SILENT;
	}
	http = str_starts(text.buf, "HTTP/1.") && strchr(text.buf, ' ');
	if (http) {
		body = strstr(text.buf, "\r\n\r\n") ? strstr(text.buf, "\r\n\r\n") + 4 : strstr(text.buf, "\n\n") ?
			strstr(text.buf, "\n\n") + 2 : "";
		respond(answering, (int)strtol(strchr(text.buf, ' '), NULL, 10), "text/plain");
		str_add(&answering->answer->body, body);
	}
	str_release(&text);
	return http ? ANSWER_HTTP : ANSWER_FOREIGN;
}

/* ---- files ---- */

/* location / { return 200 'text'; } of a mounted configuration, for any path. */
static bool
nginx_returns(struct answering *answering)
{
	for (size_t i = 0; i < answering->files.list.n; i++) {
		const struct mount_file *file = &answering->files.list.v[i];
		const char *found = str_starts(file->path, "/etc/nginx/") ? strstr(file->text, "return ") : NULL;
		char *text, quote;
		int status;

		if (!found)
			continue;
		status = (int)strtol(found + 7, &text, 10);
		while (*text == ' ')
			text++;
		quote = *text;
		if (quote != '\'' && quote != '"')
			continue;
		text = xstrndup(text + 1, strcspn(text + 1, quote == '"' ? "\"" : "'"));
		unescape(text, &answering->answer->body);
		free(text);
		return respond(answering, status, "text/plain");
	}
	return false;
}

static bool
serves_file(struct answering *answering, const struct argv *words)
{
	const struct answer_files *root = root_of(answering->answer->server);
	const char *folder = root ? root->root : "", *text, *path = answering->ask->path;
	size_t len = path_length(path);
	char *file;

	if (!root)
		return false;
	if (is_server(answering, "busybox-httpd") && argv_flag(words, argv_find(words, "httpd"), "h"))
		folder = argv_flag(words, argv_find(words, "httpd"), "h");
	if (is_server(answering, "http.server") && argv_flag(words, 0, "directory"))
		folder = argv_flag(words, 0, "directory");
	file = xasprintf("%s%.*s%s", folder, (int)len, path, len && path[len - 1] == '/' ? "index.html" : "");
	text = mount_text(&answering->files, file);
	free(file);
	if (text) {
		str_add(&answering->answer->body, text);
		return respond(answering, 200, "text/html");
	}
	if (!folder[0] || !mount_hides(answering->answer->container, folder))
		return false;
	return refuse(answering, strncmp(path, "/", len) == 0 && root->no_index == 403 ? 403 : 404);
}

/* ---- all together ---- */

static bool
serves_page(struct answering *answering)
{
	const char *server = answering->answer->server, *tag = tag_of(answering->answer->container);

	for (const struct answer_page *page = answer_pages; page->server; page++)
		if (page_fits(page, server, answering->ask->path, tag)) {
			fill(answering, page->body);
			return respond(answering, page->status, page->type);
		}
	if (is_known(server) || root_of(server))
		return refuse(answering, 404);
	str_addf(&answering->answer->body, "%s\n", host_name(answering->pod));
	return respond(answering, 200, PLAIN);
}

static enum answer_kind
speak(struct answering *answering, uint16_t port)
{
	const char *said = object_annotation(answering->pod->object, ANSWER_ANNOTATION);
	enum answer_kind kind = ANSWER_HTTP;
	struct argv words;

	for (const struct answer_other *other = answer_others; !said && other->server; other++)
		if (is_server(answering, other->server))
			return other->speaks ? ANSWER_FOREIGN : ANSWER_SILENT;
	argv_init(&words, answering->pod->object->root, answering->answer->container);
	mount_read(answering->store, answering->pod->object, answering->answer->container, &answering->files);
	if (said) {
		fill(answering, said);
		respond(answering, 200, PLAIN);
	} else if (is_server(answering, "nc")) {
		kind = nc_answer(answering, &words);
	} else if (!echo_text(answering, &words) && !porter_text(answering, port) && !netexec_echo(answering) &&
		!liveness_ends(answering) && !nginx_returns(answering) && !serves_file(answering, &words)) {
		serves_page(answering);
	}
	mount_release(&answering->files);
	argv_release(&words);
	return kind;
}

/* How long the container has run. */
static int64_t
runs_for(const struct pod *pod, const struct value *container, int64_t now)
{
	const struct value *statuses = value_path(pod->object->root, "status.containerStatuses");
	const char *name = value_get_text(container, "name");
	int64_t started;

	for (size_t i = 0; i < value_count(statuses); i++) {
		const char *have = value_get_text(value_at(statuses, i), "name");
		const char *text = value_text(value_path(value_at(statuses, i), "state.running.startedAt"));

		if (name && have && strcmp(name, have) == 0 && text && clock_parse(text, &started))
			return now - started;
	}
	return 0;
}

static enum answer_kind
answer_after(const struct store *store, const struct pod *pod, uint16_t port, const struct answer_ask *ask,
	int64_t after,
	struct answer *answer)
{
	struct answering answering = { store, pod, ask, after, answer, { .arena = ARENA_INIT } };

	*answer = (struct answer){ .body = STR_INIT, .container = pod_listener(store, pod, PROTOCOL_TCP, port) };
	if (!answer->container)
		return ANSWER_REFUSED;
	if (after < 0)
		answering.after = runs_for(pod, answer->container, ask->now);
	answer->server = serve_name(pod, answer->container);
	return speak(&answering, port);
}

enum answer_kind
answer_ask(const struct store *store, const struct pod *pod, uint16_t port, const struct answer_ask *ask,
	struct answer *answer)
{
	return answer_after(store, pod, port, ask, -1, answer);
}

int
answer_status(const struct store *store, const struct pod *pod, uint16_t port, const char *path, int64_t after)
{
	const struct answer_ask ask = { "GET", path[0] ? path : "/", "", "", "", 0 };
	struct answer answer;
	int status = 0;

	if (answer_after(store, pod, port, &ask, after, &answer) == ANSWER_HTTP)
		status = answer.status;
	answer_release(&answer);
	return status;
}

int64_t
answer_next_change(const struct pod *pod, const struct value *container, int64_t after)
{
	bool ends = strcmp(serve_name(pod, container), "liveness") == 0;

	return ends && after < LIVENESS_TIME ? LIVENESS_TIME : CLOCK_NEVER;
}

const char *
answer_folder(const char *server)
{
	const struct answer_files *root = root_of(server);

	return root && root->root[0] ? root->root : NULL;
}

void
answer_release(struct answer *answer)
{
	str_release(&answer->body);
}
