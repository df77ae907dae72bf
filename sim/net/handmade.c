/* The slices of the Service are looked at one after the other; what is nearest to an endpoint is told. */
#include "net/handmade.h"

#include <string.h>

#define SERVICE_LABEL "kubernetes.io/service-name"

static const char *const fields[] = {
#define HANDMADE_FIELD(id, field) field,
	HANDMADE_FAULTS(HANDMADE_FIELD)
#undef HANDMADE_FIELD
};

static const char *
name_of(const char *port_name)
{
	return port_name ? port_name : "";
}

/* The port that is meant, or what is wrong with the one that comes nearest. */
static enum handmade_fault
port_fault(const struct slice *slice, const struct service_port *port, size_t *at)
{
	enum handmade_fault fault = slice->nports ? HANDMADE_PORT_NAME : HANDMADE_NO_PORT;

	*at = 0;
	for (size_t i = 0; i < slice->nports; i++) {
		if (strcmp(name_of(slice->ports[i].name), name_of(port->name)) != 0)
			continue;
		*at = i;
		if (slice->ports[i].protocol == port->protocol)
			return HANDMADE_WELL;
		fault = HANDMADE_PROTOCOL;
	}
	return fault;
}

static bool
has_ready(const struct slice *slice)
{
	for (size_t i = 0; i < slice->nendpoints; i++)
		if (slice->endpoints[i].ready != 0)
			return true;
	return false;
}

/* It has the Service's name, and belongs to no Service that is there. */
static bool
lacks_label(const struct store *store, const struct slice *slice, const struct service *service)
{
	const char *label = object_label(slice->object, SERVICE_LABEL);

	return slice->nendpoints && str_starts(slice->object->name, service->object->name) &&
		(!label || !store_get(store, kind_by_kind("Service"), slice->object->namespace, label));
}

struct handmade
handmade_look(const struct store *store, const struct service *service, const struct service_port *port)
{
	size_t n;
	const struct object *const *objects =
		store_list(store, kind_by_kind("EndpointSlice"), service->object->namespace, &n);
	struct handmade found = { .fault = HANDMADE_MISSING };

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(objects[i]);
		struct handmade look = { .slice = objects[i] };

		if (strcmp(slice->service, service->object->name) == 0 && slice->nendpoints) {
			look.fault = port_fault(slice, port, &look.at);
			if (look.fault == HANDMADE_WELL && !has_ready(slice))
				look.fault = HANDMADE_NOT_READY;
		} else if (lacks_label(store, slice, service)) {
			look.fault = HANDMADE_LABEL;
		} else {
			continue;
		}
		if (look.fault == HANDMADE_WELL)
			return (struct handmade){ .fault = HANDMADE_WELL, .field = fields[HANDMADE_WELL] };
		if (look.fault > found.fault)
			found = look;
	}
	found.field = fields[found.fault];
	return found;
}

static void
say_port_name(const struct slice *slice, size_t at, const struct service *service, const struct service_port *port,
	struct str *out)
{
	const char *have = name_of(slice->ports[at].name), *want = name_of(port->name);

	str_addf(out, "EndpointSlice %s %s%s, and Service %s %s%s: they belong together by that name", slice->object->name,
		*have ? "calls its port " : "has no name for its port", have, service->object->name,
		*want ? "calls it " : "has no name for it", want);
}

void
handmade_say(const struct handmade *handmade, const struct service *service, const struct service_port *port,
	struct str *out)
{
	const char *name = service->object->name, *slice = handmade->slice ? handmade->slice->name : "";

	switch (handmade->fault) {
	case HANDMADE_WELL:
		break;
	case HANDMADE_MISSING:
		str_addf(out, "Service %s has no selector, and nobody made EndpointSlices for it by hand", name);
		break;
	case HANDMADE_LABEL:
		str_addf(out, "EndpointSlice %s has no label " SERVICE_LABEL "=%s, so it belongs to no Service", slice, name);
		break;
	case HANDMADE_NO_PORT:
		str_addf(out, "EndpointSlice %s of Service %s has no port", slice, name);
		break;
	case HANDMADE_PORT_NAME:
		say_port_name(slice_view(handmade->slice), handmade->at, service, port, out);
		break;
	case HANDMADE_PROTOCOL:
		str_addf(out, "EndpointSlice %s offers its port by %s, and Service %s by %s", slice,
			protocol_name(slice_view(handmade->slice)->ports[handmade->at].protocol), name,
			protocol_name(port->protocol));
		break;
	case HANDMADE_NOT_READY:
		str_addf(out, "EndpointSlice %s says of each of its endpoints that it is not ready", slice);
		break;
	}
}
