/*
 * The answers of pods are control/image.h's; those of the node's own processes stand here, as a v1.32 cluster gave
 * them.
 */
#include "host/http.h"

#include <string.h>

#include "control/image.h"

#define API_SERVER_PORT 6443

static void
respond(struct http_response *response, int status, const char *reason, const char *type)
{
	response->status = status;
	response->reason = reason;
	response->type = type;
}

/* ---- the API server, to a client without credentials ---- */

static void
api_version(const struct client *client, struct str *body)
{
	const char *version = client->cluster->server.settings.kubernetes_version;
	const char *minor = strchr(version, '.');

	str_addf(body, "{\n  \"major\": \"%.*s\",\n  \"minor\": \"%.*s\",\n  \"gitVersion\": \"%s\",\n"
		"  \"gitTreeState\": \"clean\",\n  \"compiler\": \"gc\",\n  \"platform\": \"linux/amd64\"\n}",
		minor ? (int)(minor - version - 1) : 0, version + 1, minor ? (int)strcspn(minor + 1, ".") : 0,
		minor ? minor + 1 : "", version);
}

static void
api_answer(const struct client *client, const char *path, struct http_response *response)
{
	static const char *const healthy[] = { "/healthz", "/livez", "/readyz" };

	if (strcmp(path, "/version") == 0) {
		api_version(client, &response->body);
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
	char now[CLOCK_TEXT];

	(void)walk;
	clock_format(client->cluster->server.clock.now, now);
	str_addf(&response->body,
		"{\"lastUpdated\": \"%.10s %.8s +0000 UTC\",\"currentTime\": \"%.10s %.8s +0000 UTC\", "
		"\"nodeEligible\": true}",
		now, now + 11, now, now + 11);
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
	return true;
}

static enum http_result
node_answer(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response)
{
	if (walk->endpoint_port == API_SERVER_PORT) {
		if (!request->tls) {
			str_add(&response->body, "Client sent an HTTP request to an HTTPS server.\n");
			respond(response, 400, "Bad Request", "text/plain; charset=utf-8");
			return HTTP_OK;
		}
		if (!request->insecure)
			return HTTP_UNTRUSTED;
		api_answer(client, request->path, response);
		return HTTP_OK;
	}
	if (request->tls)
		return HTTP_NO_TLS;
	for (size_t i = 0; i < sizeof node_pages / sizeof node_pages[0]; i++)
		if (node_pages[i].port == walk->endpoint_port) {
			if (strcmp(node_pages[i].path, request->path) == 0) {
				node_pages[i].answer(client, walk, response);
			} else {
				str_add(&response->body, "404 page not found\n");
				respond(response, 404, "Not Found", "text/plain; charset=utf-8");
			}
			return HTTP_OK;
		}
	return service_health(client, walk, response) ? HTTP_OK : HTTP_EMPTY;
}

enum http_result
http_get(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response)
{
	char seen[IP_TEXT];

	*response = (struct http_response){ .body = STR_INIT };
	if (!walk->pod)
		return node_answer(client, request, walk, response);
	if (!pod_http(walk->pod, walk->endpoint_port, request->path, ip_format(&walk->source_seen, seen),
		    &response->body))
		return request->tls ? HTTP_NO_TLS : HTTP_EMPTY;
	if (request->tls) {
		str_release(&response->body);
		return HTTP_NO_TLS;
	}
	respond(response, 200, "OK", "text/html");
	return HTTP_OK;
}
