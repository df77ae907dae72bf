/* Looks at where the Service sends: endpoints made by hand, target ports against what listens, and ports that it doesn't offer. */
#include <stdio.h>
#include <string.h>

#include "control/serve.h"
#include "doctor/patient.h"
#include "net/handmade.h"

/* ---- endpoints made by hand ---- */

static bool
by_hand(const struct patient *patient)
{
	return patient->service && !patient->service->selector && patient->service->type != SERVICE_EXTERNAL_NAME;
}

/* A ready pod of the namespace that listens there: the one with the Service's name, else the first. */
static const struct pod *
pod_that_listens(const struct patient *patient, enum protocol protocol, uint16_t port)
{
	size_t n;
	const struct object *const *pods =
		store_list(patient->cluster->server.store, kind_by_kind("Pod"), patient->namespace, &n);
	const struct pod *first = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (!pod->ready || !pod_listens(patient->cluster->server.store, pod, protocol, port))
			continue;
		if (str_starts(pods[i]->name, patient->name))
			return pod;
		first = first ? first : pod;
	}
	return first;
}

/* The Endpoints object that a slice mirrors, with the address's path in it; NULL: the slice itself was made by hand. */
static const struct object *
mirrored(const struct patient *patient, const struct slice *slice, const struct ip *ip, const char **path)
{
	const char *manager = object_label(slice->object, "endpointslice.kubernetes.io/managed-by");
	const struct object *endpoints = store_get(patient->cluster->server.store, kind_by_kind("Endpoints"),
		patient->namespace, patient->name);
	const struct value *subsets = endpoints ? value_get(endpoints->root, "subsets") : NULL;
	char text[IP_TEXT];

	if (!manager || strcmp(manager, "endpointslicemirroring-controller.k8s.io") != 0)
		return NULL;
	ip_format(ip, text);
	for (size_t i = 0; i < value_count(subsets); i++) {
		const struct value *addresses = value_get(value_at(subsets, i), "addresses");

		for (size_t j = 0; j < value_count(addresses); j++) {
			const char *address = value_get_text(value_at(addresses, j), "ip");

			if (!address || strcmp(address, text) != 0)
				continue;
			*path = arena_printf(&patient->diagnosis->arena, "/subsets/%zu/addresses/%zu/ip", i, j);
			return endpoints;
		}
	}
	return NULL;
}

static void
stale_endpoint(struct patient *patient, const struct slice *slice, size_t at)
{
	const struct slice_endpoint *endpoint = &slice->endpoints[at];
	const struct slice_port *port = slice->nports ? &slice->ports[0] : NULL;
	const struct pod *pod = port ? pod_that_listens(patient, port->protocol, port->port) : NULL;
	const char *path = arena_printf(&patient->diagnosis->arena, "/endpoints/%zu/addresses/0", at);
	const struct object *object = mirrored(patient, slice, &endpoint->ip, &path);
	struct finding *finding;
	char text[IP_TEXT], better[IP_TEXT];

	object = object ? object : slice->object;
	finding = finding_add(patient, object, arena_printf(&patient->diagnosis->arena, "%s",
		object == slice->object ? "endpoints" : "subsets"));
	finding->met = true;
	finding_value(patient, finding, "%s", ip_format(&endpoint->ip, text));
	finding_text(patient, finding, "%s was made by hand and says %s, which is no pod's address",
		patient_called(patient, object), text);
	if (pod)
		finding_command(patient, finding,
			"kubectl patch %s %s%s --type=json -p "
			"'[{\"op\":\"replace\",\"path\":\"%s\",\"value\":\"%s\"}]'",
			object->kind->singular, object->name, patient_n(patient, object->namespace), path,
			ip_format(&pod->ip, better));
}

/* No slice says anything at all. */
static void
no_endpoints(struct patient *patient)
{
	const struct service_port *port = patient->service->nports ? &patient->service->ports[0] : NULL;
	const struct pod *pod = port ? pod_that_listens(patient, port->protocol, port->target_port) : NULL;
	struct finding *finding = finding_add(patient, patient->service->object, "spec.selector");

	finding->met = true;
	finding_value(patient, finding, "<none>");
	finding_text(patient, finding, "Service %s has no selector, and nobody made EndpointSlices for it by hand",
		patient->name);
	if (pod) {
		const struct object *workload = patient_workload(patient, pod->object);
		const struct value *labels = value_path(workload->root, "spec.selector.matchLabels");

		finding_command(patient, finding, "kubectl set selector service %s %s%s", patient->name,
			patient_own_labels(patient, labels ? labels : value_get(object_meta(pod->object), "labels")),
			patient_n(patient, patient->namespace));
	}
}

/* What a JSON patch puts into the slice to make it fit: the path, its closing quote, and the value. */
static const char *
mending(const struct patient *patient, const struct handmade *handmade, const struct service_port *port)
{
	struct arena *arena = &patient->diagnosis->arena;

	switch (handmade->fault) {
	case HANDMADE_NO_PORT:
		return arena_printf(arena, "/ports\",\"value\":[{\"name\":\"%s\",\"port\":%u,\"protocol\":\"%s\"}]", port->name,
			port->target_port, protocol_name(port->protocol));
	case HANDMADE_PORT_NAME:
		return arena_printf(arena, "/ports/%zu/name\",\"value\":\"%s\"", handmade->at, port->name);
	case HANDMADE_PROTOCOL:
		return arena_printf(arena, "/ports/%zu/protocol\",\"value\":\"%s\"", handmade->at,
			protocol_name(port->protocol));
	case HANDMADE_NOT_READY:
		return "/endpoints/0/conditions\",\"value\":{\"ready\":true}";
	default:
		return NULL;
	}
}

static const char *
present(const struct patient *patient, const struct handmade *handmade, const struct slice *slice)
{
	const struct slice_port *port = slice->nports ? &slice->ports[handmade->at] : NULL;
	const char *value = handmade->fault == HANDMADE_LABEL ?
		patient_labels(patient, value_get(object_meta(slice->object), "labels")) :
		handmade->fault == HANDMADE_NOT_READY ? "not ready" :
		!port ? "" : handmade->fault == HANDMADE_PROTOCOL ? protocol_name(port->protocol) : port->name;

	return value && *value ? value : "<none>";
}

/* A slice is there, and doesn't fit; one that mirrors an Endpoints object is mended there, where it has one subset. */
static void
misfit(struct patient *patient, const struct handmade *handmade, const struct service_port *port)
{
	const struct slice *slice = slice_view(handmade->slice);
	const char *path = NULL, *add = mending(patient, handmade, port);
	const struct object *endpoints = slice->nendpoints ? mirrored(patient, slice, &slice->endpoints[0].ip, &path) : NULL;
	const struct object *object = endpoints ? endpoints : handmade->slice;
	struct finding *finding = finding_add(patient, object, endpoints ? "subsets" : handmade->field);
	struct str text = STR_INIT;

	finding->met = true;
	handmade_say(handmade, patient->service, port, &text);
	finding_text(patient, finding, "%s", text.buf);
	finding_value(patient, finding, "%s", present(patient, handmade, slice));
	if (handmade->fault == HANDMADE_LABEL)
		finding_command(patient, finding, "kubectl label endpointslice %s kubernetes.io/service-name=%s --overwrite%s",
			object->name, patient->name, patient_n(patient, object->namespace));
	else if (!endpoints || (value_count(value_get(endpoints->root, "subsets")) == 1 && handmade->fault != HANDMADE_NOT_READY))
		finding_command(patient, finding, "kubectl patch %s %s%s --type=json -p "
			"'[{\"op\":\"add\",\"path\":\"%s%s}]'", object->kind->singular, object->name,
			patient_n(patient, object->namespace), endpoints ? "/subsets/0" : "", add);
	str_release(&text);
}

static bool
is_stale(const struct patient *patient, const struct ip *ip)
{
	struct world *world = &patient->cluster->world;

	return !world_pod_by_ip(world, ip) && !world_node_by_ip(world, ip) && world_node_by_pod_cidr(world, ip);
}

void
look_endpoints(struct patient *patient)
{
	size_t n, endpoints = 0;
	const struct object *const *slices =
		store_list(patient->cluster->server.store, kind_by_kind("EndpointSlice"), patient->namespace, &n);

	if (!by_hand(patient))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(slices[i]);

		for (size_t e = 0; strcmp(slice->service, patient->name) == 0 && e < slice->nendpoints; e++) {
			endpoints++;
			if (is_stale(patient, &slice->endpoints[e].ip))
				stale_endpoint(patient, slice, e);
		}
	}
	for (size_t i = 0; i < patient->service->nports; i++) {
		const struct service_port *port = &patient->service->ports[i];
		const struct handmade handmade = handmade_look(patient->cluster->server.store, patient->service, port);

		if (handmade.slice && (!patient->asked || port->port == patient->asked)) {
			misfit(patient, &handmade, port);
			endpoints++;
		}
	}
	if (!endpoints)
		no_endpoints(patient);
}

/* ---- target ports ---- */

/* A port on which the pod listens: a declared one, else the lowest; 0: none. */
static uint16_t
listening_port(const struct store *store, const struct pod *pod, enum protocol protocol)
{
	for (size_t i = 0; i < pod->nports; i++) {
		if (pod->ports[i].protocol == protocol && pod_listens(store, pod, protocol, pod->ports[i].port))
			return pod->ports[i].port;
	}
	return pod_lowest_port(store, pod, protocol);
}

static void
wrong_protocol(struct patient *patient, const struct pod *pod, size_t at, uint16_t target, enum protocol right)
{
	const struct service_port *port = &patient->service->ports[at];
	struct finding *finding = finding_add(patient, patient->service->object,
		arena_printf(&patient->diagnosis->arena, "spec.ports[%zu].protocol", at));

	finding->met = true;
	finding_value(patient, finding, "%s", protocol_name(port->protocol));
	finding_text(patient, finding, "Service %s forwards %s to port %u, and pod %s listens there for %s",
		patient->name, protocol_name(port->protocol), target, pod->object->name, protocol_name(right));
	finding_command(patient, finding, "kubectl patch service %s%s --type=json -p "
		"'[{\"op\":\"replace\",\"path\":\"/spec/ports/%zu/protocol\",\"value\":\"%s\"}]'", patient->name,
		patient_n(patient, patient->namespace), at, protocol_name(right));
}

static void
wrong_target(struct patient *patient, const struct pod *pod, size_t at, uint16_t target)
{
	const struct service_port *port = &patient->service->ports[at];
	const char *field = arena_printf(&patient->diagnosis->arena, "spec.ports[%zu].targetPort", at);
	struct finding *finding = finding_add(patient, patient->service->object, field);
	uint16_t right = listening_port(patient->cluster->server.store, pod, port->protocol);

	finding->met = true;
	if (target) {
		finding_value(patient, finding, "%u", target);
		finding_text(patient, finding, "Service %s sends to port %u, where nothing listens in pod %s%s",
			patient->name, target, pod->object->name,
			right ? arena_printf(&patient->diagnosis->arena, "; %u does", right) : "");
	} else {
		finding_value(patient, finding, "%s", port->target_name);
		finding_text(patient, finding,
			"Service %s sends to the port named %s, and no container of pod %s has a %s port of that name",
			patient->name, port->target_name, pod->object->name, protocol_name(port->protocol));
	}
	if (right)
		finding_command(patient, finding, "kubectl patch service %s%s --type=json -p "
			"'[{\"op\":\"replace\",\"path\":\"/spec/ports/%zu/targetPort\",\"value\":%u}]'", patient->name,
			patient_n(patient, patient->namespace), at, right);
}

static void
look_target_of(struct patient *patient, const struct pod *pod, size_t at)
{
	const struct service_port *port = &patient->service->ports[at];
	uint16_t target = pod_target_port(pod, port);

	if (target && pod_listens(patient->cluster->server.store, pod, port->protocol, target))
		return;
	for (int other = PROTOCOL_TCP; other <= PROTOCOL_SCTP; other++) {
		struct service_port same = *port;
		uint16_t there;

		same.protocol = (enum protocol)other;
		there = pod_target_port(pod, &same);
		if (same.protocol == port->protocol || !there ||
			!pod_listens(patient->cluster->server.store, pod, same.protocol, there))
			continue;
		wrong_protocol(patient, pod, at, there, same.protocol);
		return;
	}
	wrong_target(patient, pod, at, target);
}

void
look_target_port(struct patient *patient)
{
	for (size_t i = 0; i < patient->npods; i++) {
		const struct pod *pod = pod_view(patient->pods[i]);

		for (size_t at = 0; pod->ready && at < patient->service->nports; at++) {
			if (!patient->asked || patient->service->ports[at].port == patient->asked)
				look_target_of(patient, pod, at);
		}
	}
}

/* ---- ports ---- */

/* With several ports each needs a name, so the first gets one when it has none. */
static const char *
add_port_patch(const struct patient *patient)
{
	const struct service_port *first = &patient->service->ports[0];
	struct arena *arena = &patient->diagnosis->arena;
	const char *name = "", *target;

	if (!first->name || !first->name[0])
		name = arena_printf(
			arena, "{\"op\":\"add\",\"path\":\"/spec/ports/0/name\",\"value\":\"port-%u\"},", first->port);
	target = first->target_name ? arena_printf(arena, "\"%s\"", first->target_name)
		: arena_printf(arena, "%u", first->target_port);
	return arena_printf(arena, "[%s{\"op\":\"add\",\"path\":\"/spec/ports/-\",\"value\":"
		"{\"name\":\"port-%u\",\"port\":%u,\"targetPort\":%s}}]", name, patient->asked, patient->asked, target);
}

void
look_port(struct patient *patient)
{
	const struct service *service = patient->service;
	struct finding *finding;
	struct str offered = STR_INIT;

	if (!service || !patient->asked || !service->nports || service->type == SERVICE_EXTERNAL_NAME)
		return;
	for (size_t i = 0; i < service->nports; i++) {
		if (service->ports[i].port == patient->asked || service->ports[i].node_port == patient->asked) {
			str_release(&offered);
			return;
		}
		str_addf(&offered, "%s%u/%s", i ? ", " : "", service->ports[i].port,
			protocol_name(service->ports[i].protocol));
	}
	finding = finding_add(patient, service->object, "spec.ports");
	finding->met = true;
	finding_value(patient, finding, "%s", offered.buf);
	finding_text(patient, finding, "Service %s does not offer port %u; it offers %s", patient->name, patient->asked,
		offered.buf);
	if (service->headless)
		finding_text(patient, finding,
			"nothing listens on port %u of the pods; Service %s is headless, so its ports count"
			" for nothing",
			patient->asked, patient->name);
	else
		finding_command(patient, finding, "kubectl patch service %s%s --type=json -p '%s'", patient->name,
			patient_n(patient, patient->namespace), add_port_patch(patient));
	str_release(&offered);
}
