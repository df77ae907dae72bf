/* describe service, endpoints and endpointslice; follows describe.go's serviceDescriber and its neighbours. */
#include <string.h>

#include "kubectl/describe.h"
#include "kubectl/format.h"

static void
join(const struct value *list, const char *separator, struct str *out)
{
	for (size_t i = 0; i < value_count(list); i++) {
		str_add(out, i ? separator : "");
		format_scalar(value_at(list, i), out);
	}
}

/* "Title:\ta,b"; otherwise, when not NULL, for an empty list. */
static void
line_of_list(struct describe *page, const char *title, const struct value *list, const char *otherwise)
{
	struct str text = STR_INIT;

	join(list, ",", &text);
	if (text.len || otherwise)
		describe_line(page, 0, "%s:\t%s", title, text.len ? text.buf : otherwise);
	str_release(&text);
}

static void
line_of_field(struct describe *page, const char *title, const struct value *spec, const char *field)
{
	struct str text = STR_INIT;

	format_scalar(value_get(spec, field), &text);
	if (text.len)
		describe_line(page, 0, "%s:\t%s", title, text.buf);
	str_release(&text);
}

static void
line_of_ingress(struct describe *page, const struct value *ingress)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(ingress); i++) {
		const struct value *row = value_at(ingress, i);
		const char *ip = value_get_text(row, "ip"), *mode = value_get_text(row, "ipMode");

		str_addf(&text, "%s%s", i ? ", " : "", ip ? ip : describe_text(row, "hostname", ""));
		if (ip && mode)
			str_addf(&text, " (%s)", mode);
	}
	if (text.len)
		describe_line(page, 0, "LoadBalancer Ingress:\t%s", text.buf);
	str_release(&text);
}

/* Three are shown; that there are more is said as soon as a fourth is looked at, ready or not. */
struct backends {
	struct str *out;
	size_t shown, count;
	bool more;
};

static void
add_backends(struct backends *backends, const struct value *slice, const struct value *port)
{
	const struct value *endpoints = value_get(slice, "endpoints");

	for (size_t i = 0; i < value_count(endpoints); i++) {
		const struct value *endpoint = value_at(endpoints, i);
		const char *address = value_text(value_at(value_get(endpoint, "addresses"), 0));

		backends->more |= backends->shown == 3;
		if (!value_get_bool(value_get(endpoint, "conditions"), "ready", true) || !address)
			continue;
		backends->count++;
		if (backends->more)
			continue;
		str_add(backends->out, backends->shown++ ? "," : "");
		if (port)
			format_host_port(address, value_get_int(port, "port", 0), backends->out);
		else
			str_add(backends->out, address);
	}
}

void
describe_backends(struct describe *page, const char *namespace, const char *service, const char *port, struct str *out)
{
	size_t n, slices = 0;
	const struct object *const *objects = store_list(page->kubectl->cluster->server.store, kind_by_kind("EndpointSlice"),
		namespace, &n);
	struct backends backends = { out, 0, 0, false };

	for (size_t i = 0; i < n; i++) {
		const char *owner = object_label(objects[i], "kubernetes.io/service-name");
		const struct value *ports = value_get(objects[i]->root, "ports");

		if (!owner || strcmp(owner, service) != 0)
			continue;
		slices++;
		if (!value_count(ports))
			add_backends(&backends, objects[i]->root, NULL);
		for (size_t j = 0; j < value_count(ports); j++)
			if (!port || strcmp(describe_text(value_at(ports, j), "name", ""), port) == 0)
				add_backends(&backends, objects[i]->root, value_at(ports, j));
	}
	if (!slices)
		str_add(out, "<none>");
	else if (backends.more)
		str_addf(out, " + %zu more...", backends.count - backends.shown);
}

static void
describe_port(struct describe *page, const struct object *object, const struct value *port)
{
	const char *name = describe_text(port, "name", "");
	const char *shown = *name ? name : "<unset>";
	const char *protocol = describe_text(port, "protocol", "");
	long long node_port = value_get_int(port, "nodePort", 0);
	struct str text = STR_INIT;

	describe_line(page, 0, "Port:\t%s\t%lld/%s", shown, (long long)value_get_int(port, "port", 0), protocol);
	format_scalar(value_get(port, "targetPort"), &text);
	describe_line(page, 0, "TargetPort:\t%s/%s", text.buf, protocol);
	if (node_port)
		describe_line(page, 0, "NodePort:\t%s\t%lld/%s", shown, node_port, protocol);
	str_clear(&text);
	describe_backends(page, object->namespace, object->name, name, &text);
	describe_line(page, 0, "Endpoints:\t%s", text.buf);
	str_release(&text);
}

void
describe_service(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec");
	const struct value *ports = value_get(spec, "ports");
	struct str selector = STR_INIT;

	describe_meta(page, object);
	format_labels(value_get(spec, "selector"), &selector);
	describe_line(page, 0, "Selector:\t%s", selector.buf);
	str_release(&selector);
	describe_line(page, 0, "Type:\t%s", describe_text(spec, "type", ""));
	line_of_field(page, "IP Family Policy", spec, "ipFamilyPolicy");
	line_of_list(page, "IP Families", value_get(spec, "ipFamilies"), "<none>");
	describe_line(page, 0, "IP:\t%s", describe_text(spec, "clusterIP", ""));
	line_of_list(page, "IPs", value_get(spec, "clusterIPs"), "<none>");
	line_of_list(page, "External IPs", value_get(spec, "externalIPs"), NULL);
	line_of_field(page, "Desired LoadBalancer IP", spec, "loadBalancerIP");
	line_of_field(page, "External Name", spec, "externalName");
	line_of_ingress(page, value_path(object->root, "status.loadBalancer.ingress"));
	for (size_t i = 0; i < value_count(ports); i++)
		describe_port(page, object, value_at(ports, i));
	describe_line(page, 0, "Session Affinity:\t%s", describe_text(spec, "sessionAffinity", ""));
	line_of_field(page, "External Traffic Policy", spec, "externalTrafficPolicy");
	line_of_field(page, "Internal Traffic Policy", spec, "internalTrafficPolicy");
	line_of_field(page, "HealthCheck NodePort", spec, "healthCheckNodePort");
	line_of_list(page, "LoadBalancer Source Ranges", value_get(spec, "loadBalancerSourceRanges"), NULL);
	describe_events(page, object);
}

/* ---- endpoints ---- */

static void
addresses_line(struct describe *page, const char *title, const struct value *addresses)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(addresses); i++)
		str_addf(&text, "%s%s", i ? "," : "", describe_text(value_at(addresses, i), "ip", ""));
	describe_line(page, 1, "%s:\t%s", title, text.len ? text.buf : "<none>");
	str_release(&text);
}

static void
ports_table(struct describe *page, unsigned level, const struct value *ports)
{
	describe_line(page, level, "Name\tPort\tProtocol");
	describe_line(page, level, "----\t----\t--------");
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		const struct value *number = value_get(port, "port");
		struct str text = STR_INIT;

		format_scalar(number, &text);
		describe_line(page, level, "%s\t%s\t%s", describe_text(port, "name", "<unset>"), text.len ? text.buf : "<unset>",
			describe_text(port, "protocol", "<unset>"));
		str_release(&text);
	}
}

void
describe_endpoints(struct describe *page, const struct object *object)
{
	const struct value *subsets = value_get(object->root, "subsets");

	describe_meta(page, object);
	describe_line(page, 0, "Subsets:");
	for (size_t i = 0; i < value_count(subsets); i++) {
		const struct value *subset = value_at(subsets, i);

		addresses_line(page, "Addresses", value_get(subset, "addresses"));
		addresses_line(page, "NotReadyAddresses", value_get(subset, "notReadyAddresses"));
		if (value_count(value_get(subset, "ports"))) {
			describe_line(page, 1, "Ports:");
			ports_table(page, 2, value_get(subset, "ports"));
		}
		describe_line(page, 0, "%s", "");
	}
	describe_events(page, object);
}

/* ---- endpointslice ---- */

static void
describe_slice_endpoint(struct describe *page, const struct value *endpoint)
{
	const struct value *ready = value_get(value_get(endpoint, "conditions"), "ready");
	const struct value *target = value_get(endpoint, "targetRef");
	const struct value *topology = value_get(endpoint, "deprecatedTopology");
	struct str addresses = STR_INIT;

	join(value_get(endpoint, "addresses"), ", ", &addresses);
	describe_line(page, 1, "- Addresses:\t%s", addresses.buf);
	str_release(&addresses);
	describe_line(page, 2, "Conditions:");
	describe_line(page, 3, "Ready:\t%s", !ready ? "<unset>" : ready->boolean ? "true" : "false");
	describe_line(page, 2, "Hostname:\t%s", describe_text(endpoint, "hostname", "<unset>"));
	if (target)
		describe_line(page, 2, "TargetRef:\t%s/%s", describe_text(target, "kind", ""), describe_text(target, "name", ""));
	describe_line(page, 2, "NodeName:\t%s", describe_text(endpoint, "nodeName", "<unset>"));
	describe_line(page, 2, "Zone:\t%s", describe_text(endpoint, "zone", "<unset>"));
	if (value_count(topology))
		describe_labels(page, "    Topology", topology);
}

void
describe_slice(struct describe *page, const struct object *object)
{
	const struct value *ports = value_get(object->root, "ports");
	const struct value *endpoints = value_get(object->root, "endpoints");

	describe_meta(page, object);
	describe_line(page, 0, "AddressType:\t%s", describe_text(object->root, "addressType", ""));
	if (value_count(ports)) {
		describe_line(page, 0, "Ports:");
		ports_table(page, 1, ports);
	} else {
		describe_line(page, 0, "Ports: <unset>");
	}
	describe_line(page, 0, value_count(endpoints) ? "Endpoints:" : "Endpoints: <none>");
	for (size_t i = 0; i < value_count(endpoints); i++)
		describe_slice_endpoint(page, value_at(endpoints, i));
	describe_events(page, object);
}
