/*
 * Which pods count, for both controllers alike: those that match, have an address and have not finished.  The times that are
 * written beside them follow endpointslice/util/trigger_time_tracker.go.
 */
#include "control/backends.h"

#include <string.h>

#include "base/md5.h"

bool
backends_wanted(const struct service *service)
{
	return service->selector && service->type != SERVICE_EXTERNAL_NAME;
}

static void
add_ports(struct backends *backends, const struct service *service, struct backend *backend)
{
	backend->ports = arena_alloc(&backends->arena, (service->nports + 1) * sizeof *backend->ports);
	for (size_t i = 0; i < service->nports; i++) {
		uint16_t port = pod_target_port(backend->pod, &service->ports[i]);

		if (port)
			backend->ports[backend->nports++] = (struct backend_port){ &service->ports[i], port };
	}
}

/* ---- pods by label ---- */

static void
index_key(struct str *key, const char *namespace, const struct value_entry *label)
{
	const char *value = value_text(label->value);

	str_clear(key);
	str_addf(key, "%s/%s=%s", namespace, label->key, value ? value : "");
}

void
backends_index_init(struct backends_index *index, const struct server *server)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);
	struct str key = STR_INIT;

	*index = (struct backends_index){ .server = server, .pods = MAP_INIT };
	for (size_t i = 0; i < n; i++) {
		const struct value *labels = value_get(object_meta(pods[i]), "labels");

		for (size_t j = 0; j < value_count(labels); j++) {
			object_vec *of;

			index_key(&key, pods[i]->namespace, &labels->map.v[j]);
			of = map_get(&index->pods, key.buf);
			if (!of) {
				of = xcalloc(1, sizeof *of);
				map_set(&index->pods, key.buf, of);
			}
			*vec_push(of) = pods[i];
		}
	}
	str_release(&key);
}

void
backends_index_release(struct backends_index *index)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&index->pods, &i));) {
		object_vec *of = entry->value;

		vec_release(of);
		free(of);
	}
	map_release(&index->pods);
}

/* Those that have the first of the selector's labels; NULL: none. */
static const object_vec *
candidates(const struct backends_index *index, const struct service *service)
{
	struct str key = STR_INIT;
	const object_vec *of;

	index_key(&key, service->object->namespace, &service->selector->map.v[0]);
	of = map_get(&index->pods, key.buf);
	str_release(&key);
	return of;
}

void
backends_of(const struct backends_index *index, const struct service *service, struct backends *out)
{
	const object_vec *pods = candidates(index, service);

	memset(out, 0, sizeof *out);
	for (size_t i = 0; pods && i < pods->n; i++) {
		const struct pod *pod = pod_view(pods->v[i]);
		struct backend *backend;

		if (!selector_matches_map(service->selector, value_get(object_meta(pods->v[i]), "labels")) || !pod->nips ||
			strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
			continue;
		backend = vec_push(&out->list);
		backend->pod = pod;
		backend->serving = pod->ready;
		backend->terminating = pod->deleting;
		backend->ready = service->publish_not_ready || (pod->ready && !pod->deleting);
		add_ports(out, service, backend);
	}
}

void
backends_release(struct backends *backends)
{
	vec_release(&backends->list);
	arena_release(&backends->arena);
}

struct value *
backends_labels(struct arena *arena, const struct service *service)
{
	const struct value *labels = value_get(object_meta(service->object), "labels");
	struct value *copy = labels ? value_copy(arena, labels) : value_map(arena);

	if (service->headless)
		value_set_text(arena, copy, "service.kubernetes.io/headless", "");
	return copy;
}

const struct ip *
backend_ip(const struct backend *backend, enum ip_family family)
{
	for (size_t i = 0; i < backend->pod->nips; i++)
		if (backend->pod->ips[i].family == family)
			return &backend->pod->ips[i];
	return NULL;
}

static const char *
app_protocol(const struct service *service, const struct backend_port *port)
{
	const struct value *ports = value_path(service->object->root, "spec.ports");

	return value_get_text(value_at(ports, (size_t)(port->service_port - service->ports)), "appProtocol");
}

struct value *
backend_port_value(struct arena *arena, const struct service *service, const struct backend_port *port)
{
	const char *app = app_protocol(service, port);
	struct value *value = value_map(arena);

	if (app)
		value_set_text(arena, value, "appProtocol", app);
	value_set_text(arena, value, "name", port->service_port->name);
	value_set_int(arena, value, "port", port->port);
	value_set_text(arena, value, "protocol", protocol_name(port->service_port->protocol));
	return value;
}

/* ---- the order of ports ---- */

struct hashed_port {
	uint8_t digest[16];
	struct backend_port port;
};

/* apimachinery's DeepHashObject: md5 of what spew prints for "%#v" of the port, of core/v1 or discovery/v1. */
static void
hash_port(const struct service *service, enum backends_kind kind, struct hashed_port *hashed)
{
	const struct service_port *port = hashed->port.service_port;
	const char *app = app_protocol(service, &hashed->port), *protocol = protocol_name(port->protocol);
	struct str text = STR_INIT;

	if (kind == BACKENDS_SLICE)
		str_addf(&text,
			"(v1.EndpointPort){Name:(*string)%s Protocol:(*v1.Protocol)%s Port:(*int32)%u AppProtocol:",
			port->name, protocol, (unsigned)hashed->port.port);
	else
		str_addf(&text,
			"(v1.EndpointPort){Name:(string)%s Port:(int32)%u Protocol:(v1.Protocol)%s AppProtocol:",
			port->name, (unsigned)hashed->port.port, protocol);
	str_addf(&text, "(*string)%s}", app ? app : "<nil>");
	md5(text.buf, text.len, hashed->digest);
	str_release(&text);
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(((const struct hashed_port *)a)->digest, ((const struct hashed_port *)b)->digest, 16);
}

void
backends_sort_ports(const struct service *service, enum backends_kind kind, struct backend_port *ports, size_t n)
{
	struct hashed_port *hashed;

	if (n < 2)
		return;
	hashed = xcalloc(n, sizeof *hashed);
	for (size_t i = 0; i < n; i++) {
		hashed[i].port = ports[i];
		hash_port(service, kind, &hashed[i]);
	}
	qsort(hashed, n, sizeof *hashed, by_digest);
	for (size_t i = 0; i < n; i++)
		ports[i] = hashed[i].port;
	free(hashed);
}

/* ---- what was it that changed ---- */

/* When a condition of the pod became what it is; 0 when it has none of the type. */
static int64_t
transition_of(const struct pod *pod, const char *type)
{
	const struct value *conditions = value_path(pod->object->root, "status.conditions");
	int64_t when = 0;

	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *have = value_get_text(value_at(conditions, i), "type");
		const char *text = value_get_text(value_at(conditions, i), "lastTransitionTime");

		if (have && text && strcmp(have, type) == 0 && !clock_parse(text, &when))
			return 0;
	}
	return when;
}

/*
 * The real tracker remembers each pod's time; here the controllers run at the very moment of a change, so a time that is now is
 * new, unless the pod stands there as it is.  So is any time of a pod that was not listed, unless that is for the address which it
 * got just now.
 */
int64_t
backends_trigger(const struct server *server, const struct backends *backends)
{
	int64_t now = server->clock.now - server->clock.now % CLOCK_SECOND, earliest = 0;

	for (size_t i = 0; i < backends->list.n; i++) {
		const struct backend *backend = &backends->list.v[i];
		int64_t when = transition_of(backend->pod, "Ready");
		bool joined = !backend->listed && transition_of(backend->pod, "PodReadyToStartContainers") < now;

		bool changed = !backend->listed || backend->was_serving != backend->serving;

		if (when && ((when >= now && changed) || joined) && (!earliest || when < earliest))
			earliest = when;
	}
	return earliest;
}

void
backends_stamp(struct arena *arena, struct value *meta, int64_t trigger)
{
	static const char key[] = "endpoints.kubernetes.io/last-change-trigger-time";
	char text[CLOCK_TEXT];

	if (trigger) {
		value_set_text(arena, value_make_map(arena, meta, "annotations"), key, clock_format(trigger, text));
		return;
	}
	value_remove(value_get(meta, "annotations"), key);
	if (!value_count(value_get(meta, "annotations")))
		value_remove(meta, "annotations");
}
