/*
 * The answers of pods are control/image.h's; those of the node's own processes stand here, as a v1.32 cluster gave
 * them.
 */
#include "host/http.h"

#include <stdlib.h>
#include <string.h>

#include "control/answer.h"
#include "control/serve.h"
#include "host/vfs.h"
#include "server/build.h"

#define API_SERVER_PORT 6443

static void
respond(struct http_response *response, int status, const char *reason, const char *type)
{
	response->status = status;
	response->reason = reason;
	response->type = type;
}

void
http_release(struct http_response *response)
{
	str_release(&response->headers);
	str_release(&response->body);
}

void
http_head(const struct http_response *response, struct str *out)
{
	str_addf(out, "HTTP/1.1 %d %s\r\n%s\r\n", response->status, response->reason, response->headers.buf);
}

static const char *
http_date(const struct client *client, char text[static CLOCK_TEXT])
{
	return clock_format_http(client->cluster->server.clock.now, text);
}

/* As Go's server sends them: the handler's own in the order of their names, then these. */
static void
go_headers(const struct client *client, const char *more, struct http_response *response)
{
	char now[CLOCK_TEXT];

	str_addf(&response->headers, "Content-Type: %s\r\n%sDate: %s\r\nContent-Length: %zu\r\n", response->type, more,
		http_date(client, now), response->body.len);
}
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"

/* ---- the API server, to a client without credentials ---- */

static void
api_answer(const struct client *client, const char *path, struct http_response *response)
{
	static const char *const healthy[] = { "/healthz", "/livez", "/readyz" };

	if (strcmp(path, "/version") == 0) {
		build_add_json(client->cluster->server.settings.kubernetes_version, &response->body);
		respond(response, 200, "OK", "application/json");
		return;
	}
	for (size_t i = 0; i < sizeof healthy / sizeof healthy[0]; i++)
		if (strcmp(path, healthy[i]) == 0) {
			str_add(&response->body, "ok");
			respond(response, 200, "OK", "text/plain; charset=utf-8");
			return;
		}
	str_addf(&response->body, "{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n  \"metadata\": {},\n"
		"  \"status\": \"Failure\",\n"
		"  \"message\": \"forbidden: User \\\"system:anonymous\\\" cannot get path \\\"%s\\\"\",\n"
		"  \"reason\": \"Forbidden\",\n  \"details\": {},\n  \"code\": 403\n}", path);
	respond(response, 403, "Forbidden", "application/json");
}

/* ---- kube-proxy ---- */

static void
proxy_healthz(const struct client *client, const struct walk *walk, struct http_response *response)
{
	int64_t when = client->cluster->server.clock.now;
	char now[CLOCK_TEXT];

	(void)walk;
	clock_format(when, now);
	for (int i = 0; i < 2; i++)
		str_addf(&response->body, "%s\": \"%.10s %.8s.%09lld +0000 UTC m=+%lld.%09lld\"", i ? ",\"currentTime"
		: "{\"lastUpdated",
			now, now + 11, (long long)(when % CLOCK_SECOND), (long long)(when / CLOCK_SECOND % 1000),
			(long long)(when % CLOCK_SECOND));
	str_add(&response->body, ", \"nodeEligible\": true}");
	respond(response, 200, "OK", "application/json");
}

static void
proxy_mode(const struct client *client, const struct walk *walk, struct http_response *response)
{
	(void)walk;
	str_add(&response->body, proxy_mode_name(client->cluster->server.settings.proxy.mode));
	respond(response, 200, "OK", "text/plain; charset=utf-8");
}

static void
kubelet_healthz(const struct client *client, const struct walk *walk, struct http_response *response)
{
	(void)client;
	(void)walk;
	str_add(&response->body, "ok");
	respond(response, 200, "OK", "text/plain; charset=utf-8");
}

static const struct {
	uint16_t port;
	const char *path;
	void (*answer)(const struct client *client, const struct walk *walk, struct http_response *response);
} node_pages[] = {
	{ 10256, "/healthz", proxy_healthz },
	{ 10249, "/proxyMode", proxy_mode },
	{ 10248, "/healthz", kubelet_healthz },
};

/* The health check node port of a Service with externalTrafficPolicy Local: how many endpoints are on this node. */
static bool
service_health(const struct client *client, const struct walk *walk, struct http_response *response)
{
	const struct store *store = client->cluster->server.store;
	const struct service *service = NULL;
	struct str headers = STR_INIT;
	size_t n, local = 0;
	const struct object *const *services = store_list(store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n && !service; i++)
		if (service_view(services[i])->health_check_port == walk->endpoint_port)
			service = service_view(services[i]);
	if (!service || !walk->endpoint_port)
		return false;
	services = store_list(store, kind_by_kind("EndpointSlice"), service->object->namespace, &n);
	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(services[i]);

		for (size_t e = 0; strcmp(slice->service, service->object->name) == 0 && e < slice->nendpoints; e++)
			local += slice->endpoints[e].ready != 0 && strcmp(slice->endpoints[e].node, walk->node) == 0;
	}
	str_addf(&response->body, "{\n\t\"service\": {\n\t\t\"namespace\": \"%s\",\n\t\t\"name\": \"%s\"\n\t},\n"
		"\t\"localEndpoints\": %zu,\n\t\"serviceProxyHealthy\": true\n}", service->object->namespace,
		service->object->name, local);
	respond(response, local ? 200 : 503, local ? "OK" : "Service Unavailable", "application/json");
	str_addf(&headers, NOSNIFF "X-Load-Balancing-Endpoint-Weight: %zu\r\n", local);
	go_headers(client, headers.buf, response);
	str_release(&headers);
	return true;
}

static bool
node_page(const struct client *client, const char *path, const struct walk *walk, struct http_response *response)
{
	size_t i = 0, n = sizeof node_pages / sizeof node_pages[0];

	while (i < n && node_pages[i].port != walk->endpoint_port)
		i++;
	if (i == n)
		return service_health(client, walk, response);
	while (i < n && (node_pages[i].port != walk->endpoint_port || strcmp(node_pages[i].path, path) != 0))
		i++;
	if (i < n) {
		node_pages[i].answer(client, walk, response);
	} else {
		str_add(&response->body, "404 page not found\n");
		respond(response, 404, "Not Found", "text/plain; charset=utf-8");
	}
	go_headers(client, NOSNIFF, response);
	return true;
}

static enum http_result
node_answer(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response)
{
	if (walk->endpoint_port != API_SERVER_PORT) {
		if (request->tls)
			return HTTP_NO_TLS;
		return node_page(client, request->path, walk, response) ? HTTP_OK : HTTP_EMPTY;
	}
	if (request->tls && !request->insecure)
		return HTTP_UNTRUSTED;
	if (request->tls) {
		api_answer(client, request->path, response);
		go_headers(client, "Audit-Id: 5f8a9c1e-62d0-4f7b-9a3e-0c1d2e3f4a5b\r\nCache-Control: no-cache, private\r\n",
			response);
	} else {
		str_add(&response->body, "Client sent an HTTP request to an HTTPS server.\n");
		respond(response, 400, "Bad Request", "text/plain; charset=utf-8");
		str_addf(&response->headers, "Content-Type: %s\r\nConnection: close\r\n", response->type);
	}
	return HTTP_OK;
}

/* ---- pods ---- */

#define APACHE "Apache/2.4.62 (Unix)"

/*
 * What an image's server says of itself, and how it writes a request into its log: %s the source's address, %t the time as
 * Apache and nginx write it, %y as Python, %d as Go; %m method, %p path, %h host, %u agent, %S status, %L length.
 */
static const struct server_style {
	const char *name, *server, *modified, *etag, *log;
} styles[] = {
	{ "nginx", "nginx/1.27.3", "Tue, 26 Nov 2024 15:55:00 GMT", "\"6745ef54-267\"",
		"%s - - [%t +0000] \"%m %p HTTP/1.1\" %S %L \"-\" \"%u\" \"-\"" },
	{ "echoserver", "nginx/1.14.2", NULL, NULL, "%s - - [%t +0000] \"%m %p HTTP/1.1\" %S %L \"-\" \"%u\" \"-\"" },
	{ "httpd", APACHE, "Mon, 11 Jun 2007 18:53:14 GMT", "\"2d-432a5e4a73a80\"",
		"%s - - [%t +0000] \"%m %p HTTP/1.1\" %S %L" },
	{ "http.server", "SimpleHTTP/0.6 Python/3.13.1", NULL, NULL, "%s - - [%y] \"%m %p HTTP/1.1\" %S -" },
	{ "hello-app", NULL, NULL, NULL, "%d Serving request: %p" },
	{ "http-echo", NULL, NULL, NULL, "%d %h %s:51234 \"%m %p HTTP/1.1\" %S %L \"%u\" 21.32µs" },
	{ "netexec", NULL, NULL, NULL, "%d GET %p" },
	{ "serve-hostname", NULL, NULL, NULL, "%d HTTP request from %s:51234" },
	{ NULL, NULL, NULL, NULL, NULL },
};

static const struct server_style *
style_of(const char *name)
{
	const struct server_style *style = styles;

	while (style->name && strcmp(style->name, name) != 0)
		style++;
	return style;
}

static void
pod_headers(const struct client *client, const struct server_style *style, struct http_response *response)
{
	struct str *out = &response->headers;
	char now[CLOCK_TEXT];

	http_date(client, now);
	if (!style->server) {
		str_addf(out, "Date: %s\r\nContent-Length: %zu\r\nContent-Type: %s\r\n", now, response->body.len,
			response->type);
	} else if (strcmp(style->server, APACHE) == 0) {
		str_addf(out, "Date: %s\r\nServer: %s\r\nLast-Modified: %s\r\nETag: %s\r\n"
			"Accept-Ranges: bytes\r\nContent-Length: %zu\r\nContent-Type: %s\r\n", now, style->server,
			style->modified, style->etag, response->body.len, response->type);
	} else {
		str_addf(out, "Server: %s\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", style->server,
			now,
			response->type, response->body.len);
		if (style->modified && response->status == 200)
			str_addf(out, "Last-Modified: %s\r\nConnection: keep-alive\r\nETag: %s\r\n"
				"Accept-Ranges: bytes\r\n", style->modified, style->etag);
		else
			str_add(out, "Connection: keep-alive\r\n");
	}
}

/* netexec names the handler, with what that one reads; every other path is its root's. */
static void
add_logged_path(const struct server_style *style, const char *path, struct str *line)
{
	const char *message = strstr(path, "msg=");

	if (strcmp(style->name, "netexec") != 0)
		str_add(line, path);
	else if (str_starts(path, "/echo"))
		str_addf(line, "/echo?msg=%.*s&code=", message ? (int)strcspn(message + 4, "&") : 0, message ? message + 4 : "");
	else
		str_add(line, answer_page(style->name, path) == answer_page(style->name, "/") ? "/" : path);
}

static void
add_logged(char mark, const struct server_style *style, const struct http_request *request,
	const struct http_response *response, int64_t now, struct str *line)
{
	char http[CLOCK_TEXT], iso[CLOCK_TEXT];

	clock_format_http(now, http);	/* "Mon, 23 Nov 2026 04:12:56 GMT" */
	clock_format(now, iso);
	if (mark == 't' || mark == 'y')
		str_addf(line, "%.2s/%.3s/%.4s%c%.8s", http + 5, http + 8, http + 12, mark == 't' ? ':' : ' ', http + 17);
	else if (mark == 'd')
		str_addf(line, "%.4s/%.2s/%.2s %.8s", iso, iso + 5, iso + 8, iso + 11);
	else if (mark == 'p')
		add_logged_path(style, request->path, line);
	else if (mark == 'S')
		str_addf(line, "%d", response->status);
	else if (mark == 'L')
		str_addf(line, "%zu", strcmp(request->method, "HEAD") == 0 ? 0 : response->body.len);
	else
		str_add(line, mark == 'm' ? request->method : mark == 'h' ? request->host : request->agent);
}

static void
write_log(const struct client *client, const struct server_style *style, const struct walk *walk, const char *container,
	const struct http_request *request, const struct http_response *response)
{
	int64_t now = client->cluster->server.clock.now;
	char seen[IP_TEXT];
	struct str line = STR_INIT;

	if (!style->log)
		return;
	ip_format(&walk->source_seen, seen);
	for (const char *c = style->log; *c; c++)
		if (*c != '%')
			str_addch(&line, *c);
		else if (*++c == 's')
			str_add(&line, seen);
		else
			add_logged(*c, style, request, response, now, &line);
	logs_append(&client->cluster->logs, walk->pod, container, now, line.buf);
	str_release(&line);
}

/* A file that somebody put into the server's folder by a command in the pod; it hides what the image has there. */
static void
put_written_file(
	const struct client *client, const struct walk *walk, const struct http_request *request, struct answer *answer)
{
	const char *folder = answer_folder(answer->server), *path = request->path;
	size_t len = strcspn(path, "?");
	const struct str *written;
	char *pod, *file;

	if (!folder)
		return;
	pod = xasprintf("%s/%s", walk->pod->object->namespace, walk->pod->object->name);
	file = xasprintf("%s%.*s%s", folder, (int)len, path, len && path[len - 1] == '/' ? "index.html" : "");
	written = vfs_written(client->shell, pod, file);
	if (written) {
		str_clear(&answer->body);
		str_addn(&answer->body, written->buf, written->len);
		answer->status = 200;
		answer->reason = "OK";
		answer->type = "text/html";
	}
	free(file);
	free(pod);
}

static enum http_result
pod_answer(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response)
{
	static const enum http_result results[] = { [ANSWER_REFUSED] = HTTP_EMPTY, [ANSWER_SILENT] = HTTP_EMPTY,
		[ANSWER_FOREIGN] = HTTP_FOREIGN, [ANSWER_HTTP] = HTTP_OK };
	char seen[IP_TEXT];
	const struct answer_ask ask = { request->method, request->path, request->host, request->agent,
		ip_format(&walk->source_seen, seen), client->cluster->server.clock.now };
	const struct server_style *style;
	struct answer answer;
	enum http_result result =
		results[answer_ask(client->cluster->server.store, walk->pod, walk->endpoint_port, &ask, &answer)];

	if (request->tls)
		result = HTTP_NO_TLS;
	if (result == HTTP_OK) {
		put_written_file(client, walk, request, &answer);
		style = style_of(answer.server);
		respond(response, answer.status, answer.reason, answer.type ? answer.type : "text/plain");
		str_addn(&response->body, answer.body.buf, answer.body.len);
		pod_headers(client, style, response);
		write_log(client, style, walk, value_get_text(answer.container, "name"), request, response);
	}
	answer_release(&answer);
	return result;
}

/* The pod on the node's own network whose process the packet came to; NULL: there is none. */
static const struct pod *
host_pod(const struct client *client, const struct walk *walk)
{
	const struct store *store = client->cluster->server.store;
	const struct object *const *pods;
	size_t n;

	pods = store_list(store, kind_by_kind("Pod"), NULL, &n);
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (pod->host_network && strcmp(pod->node, walk->node) == 0 &&
			pod_listener(store, pod, PROTOCOL_TCP, walk->endpoint_port))
			return pod;
	}
	return NULL;
}

/* Somebody outside the cluster, of whom nothing is known but that it is there. */
static enum http_result
outside_answer(const struct client *client, const struct walk *walk, struct http_response *response)
{
	char text[IP_TEXT];

	str_addf(&response->body, "outside the cluster: you come from %s\n", ip_format(&walk->source_seen, text));
	respond(response, 200, "OK", "text/plain; charset=utf-8");
	go_headers(client, "", response);
	return HTTP_OK;
}

enum http_result
http_get(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response)
{
	struct walk at = *walk;	/* not released: what it holds is the caller's */
	enum http_result result;

	*response = (struct http_response){ .headers = STR_INIT, .body = STR_INIT };
	if (!walk->pod && !walk->node[0])
		return outside_answer(client, walk, response);
	if (walk->pod)
		return pod_answer(client, request, walk, response);
	result = node_answer(client, request, walk, response);
	if (result == HTTP_EMPTY)
		at.pod = host_pod(client, walk);
	return at.pod ? pod_answer(client, request, &at, response) : result;
}
