/* Columns of Services, of what stands behind them, and of who may reach them. */
#include "kubectl/columns.h"

#include <stdlib.h>
#include <string.h>

#include "api/printer_columns.h"
#include "kubectl/format.h"

/* Services and what they select */

static int
by_text(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* The balancer's addresses, sorted, each once. */
static void
add_ingress(const struct value *ingress, struct str *out)
{
	size_t n = value_count(ingress), start = out->len;
	const char **texts = xcalloc(n + 1, sizeof *texts);

	for (size_t i = 0; i < n; i++) {
		const char *ip = value_get_text(value_at(ingress, i), "ip");
		const char *hostname = value_get_text(value_at(ingress, i), "hostname");

		texts[i] = ip && *ip ? ip : hostname ? hostname : "";
	}
	qsort(texts, n, sizeof *texts, by_text);
	for (size_t i = 0; i < n; i++) {
		if (!*texts[i] || (i && strcmp(texts[i], texts[i - 1]) == 0))
			continue;
		format_join(out, start, ",");
		str_add(out, texts[i]);
	}
	free(texts);
}

CELL(service_external)
{
	const char *type = value_text(SPEC("type"));
	const struct value *external = SPEC("externalIPs");
	size_t start = out->len;
	bool balanced = type && strcmp(type, "LoadBalancer") == 0;

	(void)now;
	if (type && strcmp(type, "ExternalName") == 0) {
		format_scalar(SPEC("externalName"), out);
		return;
	}
	if (balanced)
		add_ingress(STATUS("loadBalancer.ingress"), out);
	for (size_t i = 0; i < value_count(external); i++) {
		format_join(out, start, ",");
		format_scalar(value_at(external, i), out);
	}
	if (out->len == start)
		str_add(out, balanced ? "<pending>" : "<none>");
}

CELL(service_ports)
{
	const struct value *ports = SPEC("ports");

	(void)now;
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		int64_t node_port = value_get_int(port, "nodePort", 0);

		str_addf(out, "%s%lld", i ? "," : "", (long long)value_get_int(port, "port", 0));
		if (node_port > 0)
			str_addf(out, ":%lld", (long long)node_port);
		str_addf(out, "/%s", value_get_text(port, "protocol") ? value_get_text(port, "protocol") : "");
	}
	if (!value_count(ports))
		str_add(out, "<none>");
}

static const struct column service_columns[] = {
	NAME,
	TEXT("TYPE", "spec.type", ""),
	TEXT("CLUSTER-IP", "spec.clusterIPs[0]", "<none>"),
	CELL_OF("EXTERNAL-IP", service_external),
	CELL_OF("PORT(S)", service_ports),
	CELL_OF("AGE", cell_age),
	WIDE_CELL_OF("SELECTOR", cell_selector),
	END,
};

static void
list_subset(const struct value *subset, const struct value *port, struct format_list *list)
{
	const struct value *addresses = value_get(subset, "addresses");

	for (size_t i = 0; i < value_count(addresses); i++) {
		const char *ip = value_get_text(value_at(addresses, i), "ip");
		struct str *out = format_list_next(list);

		if (!out)
			continue;
		if (port)
			format_host_port(ip ? ip : "", value_get_int(port, "port", 0), out);
		else
			str_add(out, ip ? ip : "");
	}
}

CELL(endpoints_list)
{
	const struct value *subsets = value_get(root, "subsets");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(subsets); i++) {
		const struct value *subset = value_at(subsets, i);
		const struct value *ports = value_get(subset, "ports");

		if (!value_count(ports))
			list_subset(subset, NULL, &list);
		for (size_t j = 0; j < value_count(ports); j++)
			list_subset(subset, value_at(ports, j), &list);
	}
	format_list_end(&list);
	if (!value_count(subsets))
		str_add(out, "<none>");
}

static const struct column endpoints_columns[] = {
	NAME,
	CELL_OF("ENDPOINTS", endpoints_list),
	CELL_OF("AGE", cell_age),
	END,
};

CELL(slice_ports)
{
	const struct value *ports = value_get(root, "ports");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		const struct value *number = value_get(port, "port");
		struct str *next = format_list_next(&list);

		if (next && number)
			format_scalar(number, next);
		else if (next)
			str_add(next, value_get_text(port, "name") && !number ? value_get_text(port, "name") : "*");
	}
	format_list_end(&list);
	if (!value_count(ports))
		str_add(out, "<unset>");
}

CELL(slice_endpoints)
{
	const struct value *endpoints = value_get(root, "endpoints");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(endpoints); i++) {
		const struct value *addresses = value_get(value_at(endpoints, i), "addresses");

		for (size_t j = 0; j < value_count(addresses); j++) {
			struct str *next = format_list_next(&list);

			if (next)
				format_scalar(value_at(addresses, j), next);
		}
	}
	format_list_end(&list);
	if (!list.count)
		str_add(out, "<unset>");
}

static const struct column endpointslice_columns[] = {
	NAME,
	TEXT("ADDRESSTYPE", "addressType", ""),
	CELL_OF("PORTS", slice_ports),
	CELL_OF("ENDPOINTS", slice_endpoints),
	CELL_OF("AGE", cell_age),
	END,
};

/* Networking */

CELL(policy_selector)
{
	(void)now;
	format_label_selector(SPEC("podSelector"), out);
}

static const struct column networkpolicy_columns[] = {
	NAME,
	CELL_OF("POD-SELECTOR", policy_selector),
	CELL_OF("AGE", cell_age),
	END,
};

CELL(ingress_class)
{
	const char *old = value_get_text(value_path(root, "metadata.annotations"), "kubernetes.io/ingress.class");
	const char *class = value_text(SPEC("ingressClassName"));

	(void)now;
	str_add(out, column_or_none(class ? class : old));
}

CELL(ingress_hosts)
{
	const struct value *rules = SPEC("rules");
	struct format_list list = { out, out->len, 0 };

	(void)now;
	for (size_t i = 0; i < value_count(rules); i++) {
		const char *host = value_get_text(value_at(rules, i), "host");
		struct str *next = host && *host ? format_list_next(&list) : NULL;

		if (next)
			str_add(next, host);
	}
	format_list_end(&list);
	if (!list.count)
		str_add(out, "*");
}

CELL(ingress_address)
{
	(void)now;
	add_ingress(STATUS("loadBalancer.ingress"), out);
}

CELL(ingress_ports)
{
	(void)now;
	str_add(out, value_count(SPEC("tls")) ? "80, 443" : "80");
}

static const struct column ingress_columns[] = {
	NAME,
	CELL_OF("CLASS", ingress_class),
	CELL_OF("HOSTS", ingress_hosts),
	CELL_OF("ADDRESS", ingress_address),
	CELL_OF("PORTS", ingress_ports),
	CELL_OF("AGE", cell_age),
	END,
};

CELL(class_parameters)
{
	const struct value *parameters = SPEC("parameters");
	const char *group = value_get_text(parameters, "apiGroup");

	(void)now;
	if (!parameters) {
		str_add(out, "<none>");
		return;
	}
	format_scalar(value_get(parameters, "kind"), out);
	str_addf(out, "%s%s/", group ? "." : "", group ? group : "");
	format_scalar(value_get(parameters, "name"), out);
}

static const struct column ingressclass_columns[] = {
	NAME,
	TEXT("CONTROLLER", "spec.controller", ""),
	CELL_OF("PARAMETERS", class_parameters),
	CELL_OF("AGE", cell_age),
	END,
};

/* Custom resources: the columns of their definitions */

#define CUSTOM_string(name, path, priority) { name, (priority) > 0, path, "", NULL },
#define CUSTOM_date(name, path, priority) { name, (priority) > 0, NULL, NULL, cell_age },
#define CUSTOM(type, name, path, priority) CUSTOM_##type(name, path, priority)

static const struct column gateway_columns[] = { NAME, PRINTER_COLUMNS_GATEWAY(CUSTOM) END };
static const struct column gatewayclass_columns[] = { NAME, PRINTER_COLUMNS_GATEWAYCLASS(CUSTOM) END };
static const struct column grpcroute_columns[] = { NAME, PRINTER_COLUMNS_GRPCROUTE(CUSTOM) END };
static const struct column httproute_columns[] = { NAME, PRINTER_COLUMNS_HTTPROUTE(CUSTOM) END };

const struct column_table columns_network[] = {
	{ "Service", service_columns },
	{ "Endpoints", endpoints_columns },
	{ "EndpointSlice", endpointslice_columns },
	{ "NetworkPolicy", networkpolicy_columns },
	{ "Ingress", ingress_columns },
	{ "IngressClass", ingressclass_columns },
	{ "Gateway", gateway_columns },
	{ "GatewayClass", gatewayclass_columns },
	{ "GRPCRoute", grpcroute_columns },
	{ "HTTPRoute", httproute_columns },
	{ NULL, NULL },
};
