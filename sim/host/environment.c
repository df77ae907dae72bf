/*
 * Follows pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap, makeEnvironmentVariables) and pkg/kubelet/envvars: the
 * Services of the pod's namespace that were there when it started, unless enableServiceLinks is false; `kubernetes` of the
 * namespace default always.
 */
#include "host/environment.h"

#include <stdlib.h>
#include <string.h>

#include "host/base64.h"

struct environment {
	const struct cluster *cluster;
	const struct pod *pod;
	const struct value *container;
	void (*fn)(void *arg, const char *name, const char *value);
	void *arg;
	struct map known;	/* char *, for $(NAME) */
};

static void
set(struct environment *e, const char *name, const char *value)
{
	free(map_remove(&e->known, name));
	map_set(&e->known, name, xstrdup(value));
	e->fn(e->arg, name, value);
}

static void
setf(struct environment *e, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void
setf(struct environment *e, const char *name, const char *fmt, ...)
{
	struct str value = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&value, fmt, args);
	va_end(args);
	set(e, name, value.buf);
	str_release(&value);
}

/* ---- Services ---- */

/* web-np -> WEB_NP */
static char *
upper_name(const char *text)
{
	char *name = xstrdup(text);

	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : (char)ascii_toupper(*c);
	return name;
}

/* NAME_PORT_80_TCP and what is derived from it; the first port is also NAME_PORT. */
static void
set_link(struct environment *e, const char *name, const char *ip, const struct service_port *port, bool first)
{
	const char *lower = protocol_lower(port->protocol);
	char *start = xasprintf("%s_PORT_%u_%s", name, port->port, protocol_name(port->protocol));
	char *variable;

	if (first) {
		variable = xasprintf("%s_PORT", name);
		setf(e, variable, "%s://%s:%u", lower, ip, port->port);
		free(variable);
	}
	setf(e, start, "%s://%s:%u", lower, ip, port->port);
	variable = xasprintf("%s_PROTO", start);
	set(e, variable, lower);
	free(variable);
	variable = xasprintf("%s_PORT", start);
	setf(e, variable, "%u", port->port);
	free(variable);
	variable = xasprintf("%s_ADDR", start);
	set(e, variable, ip);
	free(variable);
	free(start);
}

static void
set_service(struct environment *e, const struct service *service)
{
	char ip[IP_TEXT], *name = upper_name(service->object->name);
	char *variable = xasprintf("%s_SERVICE_HOST", name);

	ip_format(&service->cluster_ips[0], ip);
	if (ip_bits(service->cluster_ips[0].family) == 128) {
		char *bracketed = xasprintf("[%s]", ip);

		set(e, variable, ip);
		for (size_t i = 0; i < service->nports; i++)
			set_link(e, name, bracketed, &service->ports[i], i == 0);
		free(bracketed);
	} else {
		set(e, variable, ip);
		for (size_t i = 0; i < service->nports; i++)
			set_link(e, name, ip, &service->ports[i], i == 0);
	}
	free(variable);
	variable = xasprintf("%s_SERVICE_PORT", name);
	if (service->nports)
		setf(e, variable, "%u", service->ports[0].port);
	for (size_t i = 0; i < service->nports; i++) {
		char *port = upper_name(service->ports[i].name);
		char *named = xasprintf("%s_%s", variable, port);

		if (*port)
			setf(e, named, "%u", service->ports[i].port);
		free(port);
		free(named);
	}
	free(variable);
	free(name);
}

static const char *
created(const struct object *object)
{
	const char *when = value_text(value_path(object->root, "metadata.creationTimestamp"));

	return when ? when : "";
}

static void
set_services(struct environment *e, const char *namespace, const char *only)
{
	const char *started = value_text(value_path(e->pod->object->root, "status.startTime"));
	size_t n;
	const struct object *const *services =
		store_list(e->cluster->server.store, kind_by_kind("Service"), namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct service *service = service_view(services[i]);

		if (!service->ncluster_ips || (only && strcmp(only, services[i]->name) != 0))
			continue;
		if (only || !started || strcmp(created(services[i]), started) <= 0)
			set_service(e, service);
	}
}

/* ---- the container's own ---- */

void
environment_expand(const struct map *known, const char *text, struct str *out)
{
	while (*text) {
		const char *close = text[0] == '$' && text[1] == '(' ? strchr(text, ')') : NULL;
		char *name = close ? xstrndup(text + 2, (size_t)(close - text - 2)) : NULL;
		const char *value = name ? map_get(known, name) : NULL;

		if (value) {
			str_add(out, value);
			text = close + 1;
		} else {
			text += text[0] == '$' && text[1] == '$';
			str_addch(out, *text++);
		}
		free(name);
	}
}

static const char *
field_text(const struct pod *pod, const char *path)
{
	const char *label = str_starts(path, "metadata.labels['") ? path + 17
		: str_starts(path, "metadata.annotations['") ? path + 22 : NULL;

	if (label) {
		char *key = xstrndup(label, strcspn(label, "'"));
		const char *map = str_starts(path, "metadata.labels") ? "metadata.labels" : "metadata.annotations";
		const char *value = value_get_text(value_path(pod->object->root, map), key);

		free(key);
		return value;
	}
	return value_text(value_path(pod->object->root, path));
}

/* The data of a ConfigMap or Secret; NULL. */
static const struct value *
data_of(const struct environment *e, const char *kind, const char *name)
{
	const struct object *object =
		name ? store_get(e->cluster->server.store, kind_by_kind(kind), e->pod->object->namespace, name) : NULL;

	return object ? value_get(object->root, "data") : NULL;
}

static void
set_data(struct environment *e, const char *name, const char *kind, const char *text)
{
	struct str plain = STR_INIT;

	if (strcmp(kind, "Secret") == 0)
		base64_decode(text, strlen(text), &plain);
	else
		str_add(&plain, text);
	set(e, name, plain.buf);
	str_release(&plain);
}

static void
set_from_key(struct environment *e, const char *name, const char *kind, const struct value *reference)
{
	const struct value *data = data_of(e, kind, value_get_text(reference, "name"));
	const char *key = value_get_text(reference, "key"), *text = data && key ? value_get_text(data, key) : NULL;

	if (text)
		set_data(e, name, kind, text);
}

static void
set_own(struct environment *e, const struct value *row)
{
	const char *name = value_get_text(row, "name"), *text = value_get_text(row, "value"), *path;
	const struct value *from = value_get(row, "valueFrom");
	struct str value = STR_INIT;

	if (!name)
		return;
	path = value_text(value_path(from, "fieldRef.fieldPath"));
	if (text || !from) {
		environment_expand(&e->known, text ? text : "", &value);
		set(e, name, value.buf);
	} else if (path) {
		set(e, name, field_text(e->pod, path) ? field_text(e->pod, path) : "");
	} else {
		set_from_key(e, name, "ConfigMap", value_get(from, "configMapKeyRef"));
		set_from_key(e, name, "Secret", value_get(from, "secretKeyRef"));
	}
	str_release(&value);
}

static void
set_all_of(struct environment *e, const struct value *row)
{
	static const struct {
		const char *field, *kind;
	} sources[] = { { "configMapRef", "ConfigMap" }, { "secretRef", "Secret" } };
	const char *prefix = value_get_text(row, "prefix");

	for (size_t s = 0; s < 2; s++) {
		const struct value *reference = value_get(row, sources[s].field);
		const struct value *data = reference ? data_of(e, sources[s].kind, value_get_text(reference, "name"))
			: NULL;

		for (size_t i = 0; i < value_count(data); i++) {
			char *name = xasprintf("%s%s", prefix ? prefix : "", data->map.v[i].key);

			set_data(e, name, sources[s].kind, value_text(data->map.v[i].value));
			free(name);
		}
	}
}

void
environment_of(const struct cluster *cluster, const struct pod *pod, const struct value *container,
	void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
	struct environment e = { cluster, pod, container, fn, arg, MAP_INIT };
	const struct value *spec = value_get(pod->object->root, "spec");
	const struct value *from = value_get(container, "envFrom"), *own = value_get(container, "env");
	const struct map_entry *entry;

	set(&e, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	set(&e, "HOSTNAME", pod->host_network ? pod->node : pod->hostname[0] ? pod->hostname : pod->object->name);
	set_services(&e, "default", "kubernetes");
	if (value_get_bool(spec, "enableServiceLinks", true))
		set_services(&e, pod->object->namespace, NULL);
	for (size_t i = 0; i < value_count(from); i++)
		set_all_of(&e, value_at(from, i));
	for (size_t i = 0; i < value_count(own); i++)
		set_own(&e, value_at(own, i));
	set(&e, "HOME", "/root");
	for (size_t i = 0; (entry = map_next(&e.known, &i));)
		free(entry->value);
	map_release(&e.known);
}
