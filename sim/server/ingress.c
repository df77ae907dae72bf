/*
 * Ingresses.  One without a class gets the default one, if an IngressClass says that it is; of several, the
 * youngest.  Follows pkg/apis/networking/validation/validation.go and the DefaultIngressClass admission
 * (plugin/pkg/admission/network/defaultingressclass).
 */
#include "server/ingress.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

#define CLASS_ANNOTATION "kubernetes.io/ingress.class"
#define DEFAULT_CLASS_ANNOTATION "ingressclass.kubernetes.io/is-default-class"

static const char *
text_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

static void
ingress_defaults(struct arena *arena, struct value *object)
{
	value_make_map(arena, object, "spec");
	value_make_map(arena, value_make_map(arena, object, "status"), "loadBalancer");
}

static const struct object *
default_class(const struct server *server)
{
	size_t n;
	const struct object *const *classes = store_list(server->store, kind_by_kind("IngressClass"), NULL, &n);
	const struct object *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *mark = object_annotation(classes[i], DEFAULT_CLASS_ANNOTATION);

		if (mark && !strcmp(mark, "true") && (!found || object_created(classes[i]) > object_created(found)))
			found = classes[i];
	}
	return found;
}

static void
ingress_prepare(struct change *change)
{
	struct value *spec = value_get(change->new, "spec");
	const struct value *annotations = value_get(value_get(change->new, "metadata"), "annotations");
	const struct object *class;

	if (change->old || value_get(spec, "ingressClassName") || value_get(annotations, CLASS_ANNOTATION))
		return;
	class = default_class(change->server);
	if (class)
		value_set_text(change->arena, spec, "ingressClassName", class->name);
}

static int
check_wildcard(const char *text, struct str *out)
{
	struct str found = STR_INIT;
	bool good = str_starts(text, "*.") && !check_dns1123_subdomain(text + 2, &found);

	str_release(&found);
	if (good)
		return 0;
	str_add(out,
		"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
		"consist of lower case "
		"alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', "
		"regex used for validation is "
		"'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n");
	return 1;
}

static void
check_host(struct status *status, const char *path, const struct value *host)
{
	const char *text = value_text(host);
	struct ip ip;

	if (!text || !*text)
		return;
	if (ip_parse_lenient(text, &ip))
		status_add_invalid(status, path, host, "must be a DNS name, not an IP address");
	status_check(status, strchr(text, '*') ? check_wildcard : check_dns1123_subdomain, path, text);
}

static void
check_service(struct status *status, const char *path, const struct value *service)
{
	const struct value *port = value_get(service, "port");
	bool named = *text_of(port, "name"), numbered = value_get_int(port, "number", 0) != 0;
	char *at = xasprintf("%s.service.name", path), *port_path = xasprintf("%s.service.port", path);

	if (!*text_of(service, "name"))
		status_required(status, at, NULL);
	else
		status_check(status, check_dns1035_label, at, text_of(service, "name"));
	if (named && numbered)
		status_invalid_value(status, path, "\"\"", "cannot set both port name & port number");
	else if (named)
		validate_port_number_or_name(status, port_path, port, "name");
	else if (numbered)
		validate_port_number(status, port_path, port, "number");
	else
		status_required(status, path, "port name or number is required");
	free(port_path);
	free(at);
}

/* A kind or a name goes into a URL as one segment. */
static int
check_segment(const char *text, struct str *out)
{
	static const char *const not_inside[] = { "/", "%", NULL };
	int found = 0;

	if (!strcmp(text, ".") || !strcmp(text, "..")) {
		str_addf(out, "may not be '%s'\n", text);
		return 1;
	}
	for (size_t i = 0; not_inside[i]; i++) {
		if (strstr(text, not_inside[i])) {
			str_addf(out, "may not contain '%s'\n", not_inside[i]);
			found++;
		}
	}
	return found;
}

void
ingress_validate_reference(struct status *status, const char *path, const struct value *reference)
{
	static const char *const needed[][2] = { { "kind", "kind is required" }, { "name", "name is required" } };
	const char *group = value_get_text(reference, "apiGroup");
	char *at = xasprintf("%s.apiGroup", path);

	if (group)
		status_check(status, check_dns1123_subdomain, at, group);
	free(at);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		const char *text = text_of(reference, needed[i][0]);

		at = xasprintf("%s.%s", path, needed[i][0]);
		if (*text)
			status_check(status, check_segment, at, text);
		else
			status_required(status, at, needed[i][1]);
		free(at);
	}
}

static void
check_backend(struct status *status, const char *path, const struct value *backend)
{
	const struct value *resource = value_get(backend, "resource"), *service = value_get(backend, "service");
	char *at = xasprintf("%s.resource", path);

	if (resource && service)
		status_invalid_value(status, path, "\"\"", "cannot set both resource and service backends");
	else if (resource)
		ingress_validate_reference(status, at, resource);
	else if (service)
		check_service(status, path, service);
	else
		status_invalid_value(status, path, "\"\"", "resource or service backend is required");
	free(at);
}

/* Prefix and Exact paths say plainly which path they mean. */
static void
check_plain_path(struct status *status, const char *path, const struct value *value)
{
	static const char *const inside[] = { "//", "/./", "/../", "%2f", "%2F", NULL };
	static const char *const at_end[] = { "/..", "/.", NULL };
	const char *text = value_text(value) ? value_text(value) : "";
	char *detail;

	for (size_t i = 0; inside[i]; i++) {
		if (!strstr(text, inside[i]))
			continue;
		detail = xasprintf("must not contain '%s'", inside[i]);
		status_add_invalid(status, path, value, detail);
		free(detail);
	}
	for (size_t i = 0; at_end[i]; i++) {
		if (!str_ends(text, at_end[i]))
			continue;
		detail = xasprintf("cannot end with '%s'", at_end[i]);
		status_add_invalid(status, path, value, detail);
		free(detail);
	}
}

static void
check_path(struct status *status, const char *path, const struct value *item)
{
	static const char *const types[] = { "Exact", "ImplementationSpecific", "Prefix", NULL };
	const char *type = text_of(item, "pathType"), *text = text_of(item, "path");
	bool loose = !strcmp(type, "ImplementationSpecific"), plain = !strcmp(type, "Exact") || !strcmp(type, "Prefix");
	char *at = xasprintf("%s.pathType", path), *value;

	if (!value_get(item, "pathType")) {
		status_required(status, at, "pathType must be specified");
		free(at);
		return;
	}
	validate_given_word(status, at, value_get(item, "pathType"), types);
	free(at);
	at = xasprintf("%s.path", path);
	value = value_get(item, "path") ? status_value_text(value_get(item, "path")) : xstrdup("\"\"");
	if ((plain || (loose && *text)) && *text != '/')
		status_invalid_value(status, at, value, "must be an absolute path");
	if (plain)
		check_plain_path(status, at, value_get(item, "path"));
	free(value);
	free(at);
	at = xasprintf("%s.backend", path);
	check_backend(status, at, value_get(item, "backend"));
	free(at);
}

static void
check_rule(struct status *status, const char *path, const struct value *rule)
{
	const struct value *http = value_get(rule, "http"), *paths = value_get(http, "paths");
	char *at = xasprintf("%s.host", path);

	check_host(status, at, value_get(rule, "host"));
	free(at);
	if (http && !value_count(paths)) {
		at = xasprintf("%s.http.paths", path);
		status_required(status, at, NULL);
		free(at);
	}
	for (size_t i = 0; i < value_count(paths); i++) {
		at = xasprintf("%s.http.paths[%zu]", path, i);
		check_path(status, at, value_at(paths, i));
		free(at);
	}
}

static void
check_tls(struct status *status, const char *path, const struct value *tls)
{
	const struct value *hosts = value_get(tls, "hosts");
	char *at;

	for (size_t i = 0; i < value_count(hosts); i++) {
		const char *host = value_text(value_at(hosts, i)) ? value_text(value_at(hosts, i)) : "";

		at = xasprintf("%s.hosts[%zu]", path, i);
		status_check(status, strchr(host, '*') ? check_wildcard : check_dns1123_subdomain, at, host);
		free(at);
	}
	if (*text_of(tls, "secretName")) {
		at = xasprintf("%s.secretName", path);
		status_check(status, check_dns1123_subdomain, at, text_of(tls, "secretName"));
		free(at);
	}
}

static void
check_items(struct status *status, const struct value *spec, const char *field,
	void (*check)(struct status *status, const char *path, const struct value *item))
{
	const struct value *list = value_get(spec, field);

	for (size_t i = 0; i < value_count(list); i++) {
		char *path = xasprintf("spec.%s[%zu]", field, i);

		check(status, path, value_at(list, i));
		free(path);
	}
}

static void
check_annotation(struct change *change, const struct value *spec)
{
	const struct value *class =
		value_get(value_get(value_get(change->new, "metadata"), "annotations"), CLASS_ANNOTATION);

	if (!change->old && class && value_get(spec, "ingressClassName") &&
		!value_equal(class, value_get(spec, "ingressClassName")))
		status_add_invalid(change->status, "annotations." CLASS_ANNOTATION, class,
			"must match `ingressClassName` when both are specified");
}

static void
ingress_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *backend = value_get(spec, "defaultBackend");

	if (!value_count(value_get(spec, "rules")) && !backend)
		status_invalid_value(change->status, "spec",
			value_path(change->request->body, "spec.rules") ? "[]networking.IngressRule{}"
									: "[]networking.IngressRule(nil)",
			"either `defaultBackend` or `rules` must be specified");
	if (backend)
		check_backend(change->status, "spec.defaultBackend", backend);
	check_items(change->status, spec, "rules", check_rule);
	check_items(change->status, spec, "tls", check_tls);
	if (value_get(spec, "ingressClassName"))
		status_check(change->status, check_dns1123_subdomain, "spec.ingressClassName",
			text_of(spec, "ingressClassName"));
	check_annotation(change, spec);
}

/* ValidateIngressLoadBalancerStatus */
static void
ingress_validate_status(struct change *change)
{
	const struct value *ingress = value_path(change->new, "status.loadBalancer.ingress");

	for (size_t i = 0; i < value_count(ingress); i++) {
		const struct value *ip = value_get(value_at(ingress, i), "ip");
		char *at = xasprintf("status.loadBalancer.ingress[%zu].ip", i);

		if (value_text(ip) && *value_text(ip))
			validate_ip(change->status, at, ip);
		free(at);
		at = xasprintf("status.loadBalancer.ingress[%zu].hostname", i);
		validate_balancer_name(change->status, at, value_get(value_at(ingress, i), "hostname"));
		free(at);
	}
}

static void
ingress_warn(const struct change *change)
{
	const struct value *annotations = value_get(value_get(change->new, "metadata"), "annotations");

	if (!change->old && value_get(annotations, CLASS_ANNOTATION) &&
		!value_get(value_get(change->new, "spec"), "ingressClassName"))
		status_warn(change->status,
			"annotation \"%s\" is deprecated, please use 'spec.ingressClassName' instead",
			CLASS_ANNOTATION);
}

const struct strategy strategy_ingress = {
	.kind = "Ingress",
	.defaults = ingress_defaults,
	.prepare = ingress_prepare,
	.validate = ingress_validate,
	.validate_status = ingress_validate_status,
	.warn = ingress_warn,
};
