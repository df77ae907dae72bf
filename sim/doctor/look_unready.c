/* Looks at pods that are not ready: where they hang, and what would set them going. */
#include <string.h>

#include "svcsim/distance.h"
#include "control/answer.h"
#include "control/image.h"
#include "control/source.h"
#include "control/workload.h"
#include "doctor/patient.h"

/* One pod that is not ready, with the workload that one would have to change. */
struct sufferer {
	struct patient *patient;
	const struct object *pod, *workload;
	const char *spec;	/* the JSON pointer of the pod's spec in the workload */
	const char *word, *n;	/* "deployment/web", " -n store" */
};

static const struct value *
condition_of(const struct object *pod, const char *type)
{
	const struct value *conditions = value_path(pod->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *there = value_get_text(value_at(conditions, i), "type");

		if (there && strcmp(there, type) == 0)
			return value_at(conditions, i);
	}
	return NULL;
}

static bool
can_patch(const struct sufferer *sufferer)
{
	return sufferer->workload != sufferer->pod;
}

static struct finding *
suffers(const struct sufferer *sufferer, const struct object *object, const char *field)
{
	struct finding *finding = finding_add(sufferer->patient, object, field);

	finding->met = true;
	return finding;
}

/* ---- not scheduled ---- */

static void
wants_label(const struct sufferer *sufferer, const char *message)
{
	const struct value *wanted = value_path(sufferer->pod->root, "spec.nodeSelector");
	struct finding *finding = suffers(sufferer, sufferer->workload, "spec.template.spec.nodeSelector");
	const struct world *world = &sufferer->patient->cluster->world;

	finding_value(sufferer->patient, finding, "%s", patient_labels(sufferer->patient, wanted));
	finding_text(sufferer->patient, finding, "pod %s is Pending: %s", sufferer->pod->name, message);
	for (size_t i = world->nnodes; i-- > 0 && value_count(wanted);) {
		if (world->nodes[i].view->control_plane || world->nodes[i].view->unschedulable)
			continue;
		finding_command(sufferer->patient, finding, "kubectl label node %s %s", world->nodes[i].name,
			patient_labels(sufferer->patient, wanted));
	}
}

static void
is_cordoned(const struct sufferer *sufferer, const char *message)
{
	const struct world *world = &sufferer->patient->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		struct finding *finding;

		if (!world->nodes[i].view->unschedulable)
			continue;
		finding = suffers(sufferer, world->nodes[i].view->object, "spec.unschedulable");
		finding_value(sufferer->patient, finding, "true");
		finding_text(sufferer->patient, finding, "pod %s is Pending: %s", sufferer->pod->name, message);
		finding_command(sufferer->patient, finding, "kubectl uncordon %s", world->nodes[i].name);
	}
}

static void
is_tainted(const struct sufferer *sufferer, const char *message)
{
	const struct world *world = &sufferer->patient->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		const struct value *taints = value_path(world->nodes[i].view->object->root, "spec.taints");

		for (size_t j = 0; j < value_count(taints) && !world->nodes[i].view->control_plane; j++) {
			const char *key = value_get_text(value_at(taints, j), "key");
			struct finding *finding;

			if (!key || str_starts(key, "node.kubernetes.io/"))
				continue;
			finding = suffers(sufferer, world->nodes[i].view->object, "spec.taints");
			finding_value(sufferer->patient, finding, "%s", key);
			finding_text(sufferer->patient, finding, "pod %s is Pending: %s", sufferer->pod->name, message);
			finding_command(
				sufferer->patient, finding, "kubectl taint node %s %s-", world->nodes[i].name, key);
		}
	}
}

static void
asks_too_much(const struct sufferer *sufferer, const char *message)
{
	struct finding *finding =
		suffers(sufferer, sufferer->workload, "spec.template.spec.containers[0].resources.requests");

	finding_value(sufferer->patient, finding, "%s", patient_labels(sufferer->patient,
		value_path(sufferer->pod->root, "spec.containers[0].resources.requests")));
	finding_text(sufferer->patient, finding, "pod %s is Pending: %s", sufferer->pod->name, message);
	if (can_patch(sufferer))
		finding_command(sufferer->patient, finding,
			"kubectl set resources %s%s --requests=cpu=100m,memory=64Mi", sufferer->word, sufferer->n);
}

static bool
look_pending(const struct sufferer *sufferer)
{
	static const struct {
		const char *words;
		void (*say)(const struct sufferer *sufferer, const char *message);
	} reasons[] = {
		{ "node affinity/selector", wants_label },
		{ "unschedulable", is_cordoned },
		{ "untolerated taint", is_tainted },
		{ "Insufficient", asks_too_much },
	};
	const struct value *scheduled = condition_of(sufferer->pod, "PodScheduled");
	const char *message = value_get_text(scheduled, "message");
	struct finding *finding;

	if (pod_view(sufferer->pod)->node[0])
		return false;
	message = message ? message : "no scheduler has looked at it";
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (strstr(message, reasons[i].words)) {
			reasons[i].say(sufferer, message);
			return true;
		}
	}
	finding = suffers(sufferer, sufferer->pod, "status.conditions");
	finding_text(sufferer->patient, finding, "pod %s is Pending: %s", sufferer->pod->name, message);
	return true;
}

/* ---- its containers ---- */

static const struct value *
container_spec(const struct sufferer *sufferer, const char *name, size_t *at)
{
	const struct value *containers = value_path(sufferer->pod->root, "spec.containers");

	for (*at = 0; *at < value_count(containers); (*at)++) {
		if (strcmp(value_get_text(value_at(containers, *at), "name"), name) == 0)
			return value_at(containers, *at);
	}
	return NULL;
}

/* The image that was meant: of those that are known the one with the nearest name; without its tag when that is what is wrong. */
static const char *
meant_image(const struct sufferer *sufferer, const char *reference)
{
	const char *last = strrchr(reference, '/'), *name = last ? last + 1 : reference, *best = NULL;
	struct arena *arena = &sufferer->patient->diagnosis->arena;
	size_t least = 3;
	char *bare = arena_strndup(arena, name, strcspn(name, ":@"));

	if (image_of(reference))
		return arena_strndup(arena, reference, (size_t)(name - reference) + strlen(bare));
	for (const struct image *image = images; image->name; image++) {
		size_t distance = word_distance(bare, image->name);

		if (distance < least) {
			least = distance;
			best = image->name;
		}
	}
	return best;
}

static void
image_fails(const struct sufferer *sufferer, const struct value *container, size_t at, const char *reason)
{
	const char *image = value_get_text(container, "image"), *better = meant_image(sufferer, image);
	struct finding *finding = suffers(sufferer, sufferer->workload,
		arena_printf(&sufferer->patient->diagnosis->arena, "%s.containers[%zu].image",
			can_patch(sufferer) ? "spec.template.spec" : "spec", at));

	finding_value(sufferer->patient, finding, "%s", image);
	finding_text(sufferer->patient, finding, "pod %s can't get the image of container %s (%s)", sufferer->pod->name,
		value_get_text(container, "name"), reason);
	if (better)
		finding_command(sufferer->patient, finding, "kubectl set image %s%s %s=%s", sufferer->word, sufferer->n,
			value_get_text(container, "name"), better);
}

/* Keys that the container's environment takes from that ConfigMap or Secret, as flags of kubectl create. */
static void
add_literals(const struct value *container, const char *source, const char *name, struct str *out)
{
	const struct value *env = value_get(container, "env");

	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *ref = value_get(value_get(value_at(env, i), "valueFrom"), source);
		const char *from = value_get_text(ref, "name"), *key = value_get_text(ref, "key");

		if (from && key && strcmp(from, name) == 0)
			str_addf(out, " --from-literal=%s=change-me", key);
	}
}

/* 'configmap "x" not found' */
static void
source_missing(const struct sufferer *sufferer, const struct value *container, const char *message)
{
	static const struct {
		const char *words, *create, *ref, *kind;
	} sources[] = {
		{ "configmap \"", "configmap", "configMapKeyRef", "ConfigMap" },
		{ "secret \"", "secret generic", "secretKeyRef", "Secret" },
	};
	struct finding *finding = suffers(sufferer, sufferer->pod, "spec.containers");
	struct str literals = STR_INIT;

	finding_text(
		sufferer->patient, finding, "pod %s waits for its configuration: %s", sufferer->pod->name, message);
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		const char *at = strstr(message, sources[i].words), *name;

		if (!at)
			continue;
		at += strlen(sources[i].words);
		name = arena_strndup(&sufferer->patient->diagnosis->arena, at, strcspn(at, "\""));
		add_literals(container, sources[i].ref, name, &literals);
		finding_command(sufferer->patient, finding, "kubectl create %s %s%s%s", sources[i].create, name,
			sufferer->n, literals.buf);
	}
	str_release(&literals);
}

/* A server that ends because its environment lacks what its image needs. */
static bool
needs_variable(const struct sufferer *sufferer, const struct value *container, size_t at)
{
	const struct image *image = image_of(value_get_text(container, "image"));
	struct finding *finding;

	if (!image || !image->needs)
		return false;
	finding = suffers(sufferer, sufferer->workload, arena_printf(&sufferer->patient->diagnosis->arena,
		"%s.containers[%zu].env", can_patch(sufferer) ? "spec.template.spec" : "spec", at));
	finding_value(sufferer->patient, finding, "%zu variables", value_count(value_get(container, "env")));
	finding_text(sufferer->patient, finding,
		"container %s of pod %s ends again and again: image %s wants one of %s",
		value_get_text(container, "name"), sufferer->pod->name, image->name, image->needs);
	if (can_patch(sufferer))
		finding_command(sufferer->patient, finding, "kubectl set env %s%s %.*s=change-me", sufferer->word,
			sufferer->n, (int)strcspn(image->needs, ","), image->needs);
	return true;
}

/* ---- probes ---- */

static const struct value *
probe_port(const struct value *probe)
{
	const struct value *port = value_get(value_get(probe, "httpGet"), "port");

	port = port ? port : value_get(value_get(probe, "tcpSocket"), "port");
	return port ? port : value_get(value_get(probe, "grpc"), "port");
}

static uint16_t
port_number(const struct pod *pod, const struct value *port)
{
	if (port && port->type == VALUE_INT)
		return (uint16_t)port->integer;
	for (size_t i = 0; i < pod->nports; i++) {
		if (value_text(port) && strcmp(pod->ports[i].name, value_text(port)) == 0)
			return pod->ports[i].port;
	}
	return 0;
}

/* Of a pod of its own nothing but the image can be changed: it is taken out, edited and put back. */
static void
mend_probe(
	const struct sufferer *sufferer, struct finding *finding, const char *pointer, const char *from, const char *to)
{
	if (can_patch(sufferer))
		finding_command(sufferer->patient, finding,
			"kubectl patch %s%s --type=json -p '[{\"op\":\"replace\",\"path\":\"%s\",\"value\":%s}]'",
			sufferer->word, sufferer->n, pointer, to);
	else
		finding_command(sufferer->patient, finding,
			"kubectl get pod %s%s -o yaml | sed 's|%s: %s$|%s: %s|' | kubectl replace --force -f -",
			sufferer->pod->name, sufferer->n, strrchr(pointer, '/') + 1, from, strrchr(pointer, '/') + 1,
			to);
}

static bool
look_probe(const struct sufferer *sufferer, const struct value *container, size_t at, const char *name)
{
	struct arena *arena = &sufferer->patient->diagnosis->arena;
	const struct store *store = sufferer->patient->cluster->server.store;
	const struct pod *pod = pod_view(sufferer->pod);
	const struct value *probe = value_get(container, name), *port = probe_port(probe);
	const char *path = value_get_text(value_get(probe, "httpGet"), "path");
	const char *action = value_get(probe, "httpGet") ? "httpGet"
		: value_get(probe, "tcpSocket")          ? "tcpSocket"
							 : "grpc";
	uint16_t number = port_number(pod, port), right = 0;
	int status = path ? answer_status(store, pod, number, path, CLOCK_NEVER) : 200;
	struct finding *finding;
	const char *was;

	if (!port || (pod_listens(store, pod, PROTOCOL_TCP, number) && status >= 200 && status < 400))
		return false;
	for (size_t i = 0; i < pod->nports && !right; i++) {
		if (pod_listens(store, pod, PROTOCOL_TCP, pod->ports[i].port))
			right = pod->ports[i].port;
	}
	right = right ? right : pod_lowest_port(store, pod, PROTOCOL_TCP);
	was = value_text(port) ? value_text(port) : arena_printf(arena, "%u", number);
	if (number && pod_listens(store, pod, PROTOCOL_TCP, number)) {
		finding = suffers(sufferer, sufferer->workload,
			arena_printf(arena, "%s.containers[%zu].%s.httpGet.path",
				can_patch(sufferer) ? "spec.template.spec" : "spec", at, name));
		finding_value(sufferer->patient, finding, "%s", path);
		finding_text(sufferer->patient, finding, "the %s of pod %s asks for %s, and the answer is no success",
			name, sufferer->pod->name, path);
		mend_probe(sufferer, finding,
			arena_printf(arena, "%s/containers/%zu/%s/httpGet/path", sufferer->spec, at, name), path,
			can_patch(sufferer) ? "\"/\"" : "/");
		return true;
	}
	finding = suffers(sufferer, sufferer->workload, arena_printf(arena, "%s.containers[%zu].%s.%s.port",
		can_patch(sufferer) ? "spec.template.spec" : "spec", at, name, action));
	finding_value(sufferer->patient, finding, "%s", was);
	finding_text(sufferer->patient, finding, "the %s of pod %s asks port %s, where nothing listens", name,
		sufferer->pod->name, was);
	if (right)
		mend_probe(sufferer, finding,
			arena_printf(arena, "%s/containers/%zu/%s/%s/port", sufferer->spec, at, name, action), was,
			arena_printf(arena, "%u", right));
	return true;
}

/* ---- one container ---- */

static void
look_container(const struct sufferer *sufferer, const struct value *status)
{
	static const char *const probes[] = { "startupProbe", "livenessProbe", "readinessProbe" };
	const char *name = value_get_text(status, "name");
	const char *reason = value_get_text(value_get(value_get(status, "state"), "waiting"), "reason");
	struct arena *arena = &sufferer->patient->diagnosis->arena;
	struct finding *finding;
	const char *volume;
	char *missing;
	size_t at;
	const struct value *container = container_spec(sufferer, name, &at);

	if (value_get_bool(status, "ready", false) || !container)
		return;
	missing = source_missing_env(&sufferer->patient->cluster->server, sufferer->pod, container, arena);
	if (!missing)
		missing = source_missing_volume(&sufferer->patient->cluster->server, sufferer->pod, &volume, arena);
	if (missing) {
		source_missing(sufferer, container, missing);
		return;
	}
	if (reason && (strstr(reason, "Image") || strstr(reason, "ErrImage"))) {
		image_fails(sufferer, container, at, reason);
		return;
	}
	for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
		if (look_probe(sufferer, container, at, probes[i]))
			return;
	}
	if (needs_variable(sufferer, container, at))
		return;
	finding = suffers(sufferer, sufferer->pod, "status.containerStatuses");
	finding_value(sufferer->patient, finding, "%s", reason ? reason : "not ready");
	finding_text(sufferer->patient, finding,
		"container %s of pod %s is not ready (%s); see what it says: kubectl logs %s%s%s", name,
		sufferer->pod->name, reason ? reason : "it runs, but not well", sufferer->pod->name, sufferer->n,
		reason && strstr(reason, "Crash") ? " --previous" : "");
}

static void
look_pod(struct patient *patient, const struct object *pod)
{
	const struct object *workload = patient_workload(patient, pod);
	struct sufferer sufferer = { .patient = patient, .pod = pod, .workload = workload,
		.spec = workload == pod ? "/spec" : "/spec/template/spec", .word = patient_word(patient, workload),
		.n = patient_n(patient, pod->namespace) };
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");

	if (look_pending(&sufferer))
		return;
	for (size_t i = 0; i < value_count(statuses); i++)
		look_container(&sufferer, value_at(statuses, i));
}

void
look_unready(struct patient *patient)
{
	for (size_t i = 0; i < patient->npods; i++) {
		const struct pod *pod = pod_view(patient->pods[i]);
		const struct world_node *node = pod->node[0] ? world_node(&patient->cluster->world, pod->node) : NULL;

		if (!pod->ready && (!node || node->view->ready))
			look_pod(patient, patient->pods[i]);
	}
}
