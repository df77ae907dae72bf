/* describe ingress, ingressclass and networkpolicy; follows the describers of describe.go. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

/* ---- Ingress ---- */

/* The name of the Service port that a backend means, "" for one without a name; NULL when there is none such. */
static const char *
service_port_name(const struct object *service, const struct value *port)
{
	const struct value *ports = value_path(service->root, "spec.ports");

	for (size_t i = 0; i < value_count(ports); i++) {
		const char *name = describe_text(value_at(ports, i), "name", "");
		const char *wanted = value_get_text(port, "name");

		if (wanted ? strcmp(name, wanted) == 0 :
		    value_get_int(value_at(ports, i), "port", 0) == value_get_int(port, "number", -1))
			return name;
	}
	return "";
}

/* "web:80 (10.0.0.1:80,10.0.0.2:80)" */
static void
add_backend(struct describe *page, const char *namespace, const struct value *backend, struct str *out)
{
	const struct value *service = value_get(backend, "service"), *port = value_get(service, "port");
	const char *name = describe_text(service, "name", "");
	const struct object *object;

	if (!service) {
		const struct value *resource = value_get(backend, "resource");

		str_addf(out, "APIGroup: %s, Kind: %s, Name: %s", describe_text(resource, "apiGroup", "<none>"),
			describe_text(resource, "kind", ""), describe_text(resource, "name", ""));
		return;
	}
	str_addf(out, "%s:", name);
	format_scalar(value_get(port, value_get(port, "name") ? "name" : "number"), out);
	object = store_get(page->kubectl->cluster->server.store, kind_by_kind("Service"), namespace, name);
	str_add(out, " (");
	if (object)
		describe_backends(page, namespace, name, service_port_name(object, port), out);
	else
		str_addf(out, "<error: services \"%s\" not found>", name);
	str_add(out, ")");
}

static void
tls_lines(struct describe *page, const struct value *tls)
{
	if (value_count(tls))
		describe_line(page, 0, "TLS:");
	for (size_t i = 0; i < value_count(tls); i++) {
		const struct value *hosts = value_get(value_at(tls, i), "hosts");
		const char *secret = value_get_text(value_at(tls, i), "secretName");
		struct str text = STR_INIT;

		for (size_t j = 0; j < value_count(hosts); j++)
			str_addf(&text, "%s%s", j ? "," : "", value_text(value_at(hosts, j)));
		if (secret)
			describe_line(page, 1, "%s terminates %s", secret, text.buf);
		else
			describe_line(page, 1, "SNI routes %s", text.buf);
		str_release(&text);
	}
}

static void
rules_lines(struct describe *page, const struct object *object, const char *standard)
{
	const struct value *rules = value_path(object->root, "spec.rules");
	size_t shown = 0;

	describe_line(page, 0, "Rules:");
	describe_line(page, 1, "Host\tPath\tBackends");
	describe_line(page, 1, "----\t----\t--------");
	for (size_t i = 0; i < value_count(rules); i++) {
		const struct value *paths = value_path(value_at(rules, i), "http.paths");

		if (!value_get(value_at(rules, i), "http"))
			continue;
		shown++;
		describe_line(page, 1, "%s\t", describe_text(value_at(rules, i), "host", "*"));
		for (size_t j = 0; j < value_count(paths); j++) {
			struct str text = STR_INIT;

			add_backend(page, object->namespace, value_get(value_at(paths, j), "backend"), &text);
			describe_line(page, 1, "\t%s \t%s", describe_text(value_at(paths, j), "path", ""), text.buf);
			str_release(&text);
		}
	}
	if (!shown)
		describe_line(page, 1, "%s\t%s\t%s", "*", "*", standard);
}

void
describe_ingress(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *backend = value_get(spec, "defaultBackend");
	const struct value *addresses = value_path(object->root, "status.loadBalancer.ingress");
	struct str text = STR_INIT;

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_labels(page, "Labels", value_get(object_meta(object), "labels"));
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	for (size_t i = 0; i < value_count(addresses); i++)
		str_addf(&text, "%s%s", i ? "," : "",
			describe_text(value_at(addresses, i), "ip", describe_text(value_at(addresses, i), "hostname", "")));
	describe_line(page, 0, "Address:\t%s", text.buf);
	describe_line(page, 0, "Ingress Class:\t%s", describe_text(spec, "ingressClassName", "<none>"));
	str_clear(&text);
	if (backend)
		add_backend(page, object->namespace, backend, &text);
	else
		str_add(&text, "<default>");
	describe_line(page, 0, "Default backend:\t%s", text.buf);
	tls_lines(page, value_get(spec, "tls"));
	rules_lines(page, object, text.buf);
	describe_annotations(page, "Annotations", value_get(object_meta(object), "annotations"));
	describe_events(page, object);
	str_release(&text);
}

void
describe_ingressclass(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *parameters = value_get(spec, "parameters");

	describe_meta(page, object);
	describe_line(page, 0, "Controller:\t%s", describe_text(spec, "controller", ""));
	if (parameters) {
		describe_line(page, 0, "Parameters:");
		if (value_get_text(parameters, "apiGroup"))
			describe_line(page, 1, "APIGroup:\t%s", value_get_text(parameters, "apiGroup"));
		describe_line(page, 1, "Kind:\t%s", describe_text(parameters, "kind", ""));
		describe_line(page, 1, "Name:\t%s", describe_text(parameters, "name", ""));
	}
	describe_events(page, object);
}

/* ---- NetworkPolicy ---- */

struct direction {
	const char *name, *peer, *source;	/* "ingress", "From", "source" */
	const char *rules, *peers;		/* "ingress", "from" */
};

static const struct direction ingress = { "ingress", "From", "source", "ingress", "from" };
static const struct direction egress = { "egress", "To", "destination", "egress", "to" };

static void
selector_line(struct describe *page, unsigned level, const char *title, const struct value *selector)
{
	struct str text = STR_INIT;

	format_label_selector(selector, &text);
	describe_line(page, level, "%s: %s", title, text.buf);
	str_release(&text);
}

static void
peer_lines(struct describe *page, const struct value *peer)
{
	const struct value *block = value_get(peer, "ipBlock"), *except = value_get(block, "except");
	struct str text = STR_INIT;

	if (!block) {
		if (value_get(peer, "namespaceSelector"))
			selector_line(page, 3, "NamespaceSelector", value_get(peer, "namespaceSelector"));
		if (value_get(peer, "podSelector"))
			selector_line(page, 3, "PodSelector", value_get(peer, "podSelector"));
		return;
	}
	describe_line(page, 3, "IPBlock:");
	describe_line(page, 4, "CIDR: %s", describe_text(block, "cidr", ""));
	for (size_t i = 0; i < value_count(except); i++)
		str_addf(&text, "%s%s", i ? ", " : "", value_text(value_at(except, i)));
	describe_line(page, 4, "Except: %s", text.buf);
	str_release(&text);
}

static void
port_line(struct describe *page, const struct value *port)
{
	const struct value *end = value_get(port, "endPort");
	struct str text = STR_INIT;

	format_scalar(value_get(port, "port"), &text);
	if (end)
		str_addf(&text, "-%lld", (long long)end->integer);
	describe_line(page, 2, "To Port%s: %s/%s", end ? " Range" : "", text.len ? text.buf : "<nil>",
		describe_text(port, "protocol", "TCP"));
	str_release(&text);
}

static void
rule_lines(struct describe *page, const struct direction *direction, const struct value *rule)
{
	const struct value *ports = value_get(rule, "ports"), *peers = value_get(rule, direction->peers);

	if (!value_count(ports))
		describe_line(page, 2, "To Port: <any> (traffic allowed to all ports)");
	for (size_t i = 0; i < value_count(ports); i++)
		port_line(page, value_at(ports, i));
	if (!value_count(peers))
		describe_line(page, 2, "%s: <any> (traffic not restricted by %s)", direction->peer, direction->source);
	for (size_t i = 0; i < value_count(peers); i++) {
		describe_line(page, 2, "%s:", direction->peer);
		peer_lines(page, value_at(peers, i));
	}
}

static bool
has_type(const struct value *types, const char *wanted)
{
	for (size_t i = 0; i < value_count(types); i++)
		if (ascii_casecmp(value_text(value_at(types, i)), wanted) == 0)
			return true;
	return false;
}

static void
direction_lines(struct describe *page, const struct direction *direction, const struct value *spec)
{
	const struct value *rules = value_get(spec, direction->rules);

	if (!has_type(value_get(spec, "policyTypes"), direction->name)) {
		describe_line(page, 1, "Not affecting %s traffic", direction->name);
		return;
	}
	describe_line(page, 1, "Allowing %s traffic:", direction->name);
	if (!value_count(rules))
		describe_line(page, 2, "<none> (Selected pods are isolated for %s connectivity)", direction->name);
	for (size_t i = 0; i < value_count(rules); i++) {
		if (i)
			describe_line(page, 2, "----------");
		rule_lines(page, direction, value_at(rules, i));
	}
}

void
describe_networkpolicy(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *types = value_get(spec, "policyTypes");
	const char *created = value_get_text(object_meta(object), "creationTimestamp");
	struct str text = STR_INIT;

	describe_line(page, 0, "Name:\t%s", object->name);
	describe_line(page, 0, "Namespace:\t%s", object->namespace);
	describe_line(page, 0, "Created on:\t%.10s %.8s +0000 UTC", created ? created : "",
		created && strlen(created) > 18 ? created + 11 : "");
	describe_labels(page, "Labels", value_get(object_meta(object), "labels"));
	describe_annotations(page, "Annotations", value_get(object_meta(object), "annotations"));
	describe_line(page, 0, "Spec:");
	format_label_selector(value_get(spec, "podSelector"), &text);
	describe_line(page, 1, "PodSelector:     %s%s", text.buf, strcmp(text.buf, "<none>") == 0 ?
		" (Allowing the specific traffic to all pods in this namespace)" : "");
	direction_lines(page, &ingress, spec);
	direction_lines(page, &egress, spec);
	str_clear(&text);
	for (size_t i = 0; i < value_count(types); i++)
		str_addf(&text, "%s%s", i ? ", " : "", value_text(value_at(types, i)));
	describe_line(page, 1, "Policy Types: %s", text.buf);
	str_release(&text);
}
