/* The Service that is looked at: its pods, the connections that people would try, and findings about it. */
#include "doctor/patient.h"

#include <stdio.h>
#include <string.h>

#include "control/workload.h"

#define NODES_MAX 20	/* connections from and to each node are tried up to here */

void
patient_init(struct patient *patient, struct cluster *cluster, struct diagnosis *diagnosis, const char *namespace,
	const char *name)
{
	const struct object *object = store_get(cluster->server.store, kind_by_kind("Service"), namespace, name);
	size_t n;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), namespace, &n);

	*patient = (struct patient){ .cluster = cluster, .diagnosis = diagnosis, .namespace = namespace, .name = name,
		.service = object ? service_view(object) : NULL, .first = diagnosis->connections.n };
	if (!patient->service || !patient->service->selector)
		return;
	patient->pods = xcalloc(n + 1, sizeof(const struct object *));
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (!workload_pod_live(pod) ||
			!selector_matches_map(patient->service->selector, value_get(object_meta(pods[i]), "labels")))
			continue;
		patient->pods[patient->npods++] = pods[i];
		patient->nready += pod->ready;
	}
}

void
patient_release(struct patient *patient)
{
	free(patient->pods);
	patient->pods = NULL;
}

/* ---- connections ---- */

int
patient_try(struct patient *patient, const char *to, const char *from, const enum protocol *protocol, struct err *err)
{
	struct diagnosis *diagnosis = patient->diagnosis;
	struct connection *connection = arena_alloc(&diagnosis->arena, sizeof *connection);
	struct trace_request request = { .to = to, .from = from, .all = true, .protocol_given = protocol != NULL,
		.protocol = protocol ? *protocol : PROTOCOL_TCP };

	connection->to = arena_strdup(&diagnosis->arena, to);
	connection->from = arena_strdup(&diagnosis->arena, from ? from : "");
	if (trace_run(patient->cluster, &request, &connection->trace, err))
		return -1;
	*vec_push(&diagnosis->connections) = connection;
	if (connection->trace.verdict != VERDICT_ANSWERED)
		diagnosis->failed++;
	return 0;
}

/* Is the cluster's DNS the one that this pod asks? */
static bool
asks_the_cluster(const struct pod *pod)
{
	return str_starts(pod->dns_policy, "ClusterFirst") &&
		(!pod->host_network || strcmp(pod->dns_policy, "ClusterFirstWithHostNet") == 0);
}

/* From a pod (or who was named) by the cluster IP, and by the name. */
static int
try_inside(struct patient *patient, const struct service_port *port, struct err *err)
{
	struct arena *arena = &patient->diagnosis->arena;
	const struct trace *last;
	char *to = arena_printf(arena, "svc/%s/%s:%u", patient->namespace, patient->name, port->port);

	if (patient_try(patient, to, patient->from, &port->protocol, err))
		return -1;
	last = &patient->diagnosis->connections.v[patient->diagnosis->connections.n - 1]->trace;
	if (!last->walk.from.pod || last->dns_name || !asks_the_cluster(last->walk.from.pod))
		return 0;
	to = arena_printf(arena, "%s.%s:%u", patient->name, patient->namespace, port->port);
	return patient_try(patient, to, arena_printf(arena, "pod/%s/%s", last->walk.from.pod->object->namespace,
		last->walk.from.pod->object->name), &port->protocol, err);
}

/* From each node by the cluster IP, from outside by each node's port. */
static int
try_nodes(struct patient *patient, const struct service_port *port, bool outside, struct err *err)
{
	struct arena *arena = &patient->diagnosis->arena;
	const struct world *world = &patient->cluster->world;

	for (size_t i = 0; i < world->nnodes && i < NODES_MAX; i++) {
		const char *node = world->nodes[i].name;
		int failed = 0;

		if (!outside)
			failed = patient_try(patient,
				arena_printf(arena, "svc/%s/%s:%u", patient->namespace, patient->name, port->port),
				arena_printf(arena, "node/%s", node), &port->protocol, err);
		else if (port->node_port)
			failed = patient_try(patient, arena_printf(arena, "%s:%u", node, port->node_port),
				patient->from ? patient->from : "external", &port->protocol, err);
		if (failed)
			return -1;
	}
	return 0;
}

static int
try_balancer(struct patient *patient, const struct service_port *port, struct err *err)
{
	return patient_try(patient, arena_printf(&patient->diagnosis->arena, "lb/%s/%s:%u", patient->namespace,
		patient->name, port->port), patient->from ? patient->from : "external", &port->protocol, err);
}

static bool
from_outside(const struct patient *patient)
{
	return patient->from && (str_starts(patient->from, "external") || ascii_isdigit(patient->from[0]));
}

static int
try_port(struct patient *patient, const struct service_port *port, struct err *err)
{
	const struct service *service = patient->service;
	bool addressed = service->ncluster_ips > 0, outside = from_outside(patient);
	bool open = service->type == SERVICE_NODE_PORT || service->type == SERVICE_LOAD_BALANCER;

	if ((!outside || !open) && try_inside(patient, port, err))
		return -1;
	if (addressed && !patient->from && try_nodes(patient, port, false, err))
		return -1;
	if (open && (outside || !patient->from) && try_nodes(patient, port, true, err))
		return -1;
	if (service->type == SERVICE_LOAD_BALANCER && (outside || !patient->from))
		return try_balancer(patient, port, err);
	return 0;
}

int
patient_connect(struct patient *patient, struct err *err)
{
	const struct service *service = patient->service;
	struct service_port asked = { .name = "", .port = patient->asked };
	bool offered = false;

	for (size_t i = 0; i < service->nports; i++) {
		if (patient->asked && service->ports[i].port != patient->asked)
			continue;
		offered = true;
		if (try_port(patient, &service->ports[i], err))
			return -1;
	}
	if (offered)
		return 0;
	if (!patient->asked)
		asked.port =
			80; /* an ExternalName or a headless Service without ports: any port will do for the name */
	return try_inside(patient, &asked, err);
}

bool
patient_failed(const struct patient *patient)
{
	const struct diagnosis *diagnosis = patient->diagnosis;

	for (size_t i = patient->first; i < diagnosis->connections.n; i++) {
		if (diagnosis->connections.v[i]->trace.verdict != VERDICT_ANSWERED)
			return true;
	}
	return false;
}

const struct walk *
patient_failed_path(const struct patient *patient, size_t *i, size_t *path, const struct connection **connection)
{
	const struct diagnosis *diagnosis = patient->diagnosis;

	if (*i < patient->first)
		*i = patient->first;
	for (; *i < diagnosis->connections.n; (*i)++, *path = 0) {
		const struct trace *trace = &diagnosis->connections.v[*i]->trace;

		while (*path < trace->npaths) {
			const struct walk *walk = &trace->paths[(*path)++];

			if (walk->verdict == VERDICT_ANSWERED)
				continue;
			if (connection)
				*connection = diagnosis->connections.v[*i];
			return walk;
		}
	}
	return NULL;
}

const struct walk *
patient_blamed(const struct patient *patient, const char *field, const struct connection **connection)
{
	const struct walk *walk;
	size_t i = 0, path = 0;

	while ((walk = patient_failed_path(patient, &i, &path, connection)) != NULL) {
		if (walk->cause.field && strcmp(walk->cause.field, field) == 0)
			return walk;
	}
	return NULL;
}

const struct pod *
patient_sender(const struct patient *patient)
{
	const struct diagnosis *diagnosis = patient->diagnosis;

	for (size_t i = patient->first; i < diagnosis->connections.n; i++) {
		const struct trace *trace = &diagnosis->connections.v[i]->trace;

		if (trace->verdict != VERDICT_ANSWERED && trace->walk.from.pod)
			return trace->walk.from.pod;
	}
	return NULL;
}

/* ---- findings ---- */

struct finding *
finding_add(struct patient *patient, const struct object *object, const char *field)
{
	return finding_add_named(patient, object->kind->kind, object->namespace, object->name, field);
}

struct finding *
finding_add_named(struct patient *patient, const char *kind, const char *namespace, const char *name, const char *field)
{
	struct diagnosis *diagnosis = patient->diagnosis;
	struct finding *finding = vec_push(&diagnosis->findings);

	*finding = (struct finding){.field = arena_strdup(&diagnosis->arena, field),
		.value = "",
		.text = "",
		.node = "",
		.command = "",
		.order = patient->order,
		.kind = kind,
		.namespace = arena_strdup(&diagnosis->arena, namespace),
		.name = arena_strdup(&diagnosis->arena, name)};
	return finding;
}

static const char *
say(struct patient *patient, const char *fmt, va_list args)
{
	struct str text = STR_INIT;
	const char *kept;

	str_vaddf(&text, fmt, args);
	kept = arena_strndup(&patient->diagnosis->arena, text.buf, text.len);
	str_release(&text);
	return kept;
}

void
finding_text(struct patient *patient, struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	finding->text = say(patient, fmt, args);
	va_end(args);
}

void
finding_value(struct patient *patient, struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	finding->value = say(patient, fmt, args);
	va_end(args);
}

void
finding_command(struct patient *patient, struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	finding->command = say(patient, fmt, args);
	va_end(args);
}

/* ---- words ---- */

const char *
patient_n(const struct patient *patient, const char *namespace)
{
	if (strcmp(namespace, "default") == 0)
		return "";
	return arena_printf(&patient->diagnosis->arena, " -n %s", namespace);
}

bool
patient_is_made_up(const char *label)
{
	static const char *const made_up[] = {"pod-template-hash", "controller-revision-hash",
		"pod-template-generation", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"};

	for (size_t i = 0; i < sizeof made_up / sizeof made_up[0]; i++) {
		if (strcmp(label, made_up[i]) == 0)
			return true;
	}
	return false;
}

static const char *
labels_text(const struct patient *patient, const struct value *labels, bool all)
{
	struct str text = STR_INIT;
	const char *kept;

	for (size_t i = 0; i < value_count(labels); i++) {
		const char *value = value_text(labels->map.v[i].value);

		if (all || !patient_is_made_up(labels->map.v[i].key))
			str_addf(&text, "%s%s=%s", text.len ? "," : "", labels->map.v[i].key, value ? value : "");
	}
	kept = arena_strndup(&patient->diagnosis->arena, text.buf, text.len);
	str_release(&text);
	return kept;
}

const char *
patient_labels(const struct patient *patient, const struct value *labels)
{
	return labels_text(patient, labels, true);
}

const char *
patient_own_labels(const struct patient *patient, const struct value *labels)
{
	return labels_text(patient, labels, false);
}

const struct object *
patient_workload(const struct patient *patient, const struct object *object)
{
	for (;;) {
		const struct value *owner = workload_controller_of(object);
		const struct kind *kind = owner ? kind_by_gvk(value_get_text(owner, "apiVersion"),
			value_get_text(owner, "kind")) : NULL;
		const struct object *above = kind ? store_get(patient->cluster->server.store, kind, object->namespace,
			value_get_text(owner, "name")) : NULL;

		if (!above)
			return object;
		object = above;
	}
}

const char *
patient_word(const struct patient *patient, const struct object *object)
{
	return arena_printf(&patient->diagnosis->arena, "%s/%s", object->kind->singular, object->name);
}

const char *
patient_called(const struct patient *patient, const struct object *object)
{
	return arena_printf(&patient->diagnosis->arena, "%s %s", object->kind->kind, object->name);
}
