/*
 * The rules that a Service has to keep, in the order in which the API server checks them, with its words.  Follows
 * pkg/apis/core/validation/validation.go (ValidateService, ValidateServiceUpdate,
 * ValidateServiceClusterIPsRelatedFields).
 */
#include "server/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

#define AFFINITY_SECONDS_MAX 86400
#define KUBELET_PORT 10250
#define SOURCE_RANGES "service.beta.kubernetes.io/load-balancer-source-ranges"

static const char *const families[] = { "IPv4", "IPv6", NULL };
static const char *const family_policies[] = { "PreferDualStack", "RequireDualStack", "SingleStack", NULL };
static const char *const affinities[] = { "ClientIP", "None", NULL };
static const char *const types[] = { "ClusterIP", "ExternalName", "LoadBalancer", "NodePort", NULL };
static const char *const traffic_policies[] = { "Cluster", "Local", NULL };
static const char *const distributions[] = { "PreferClose", NULL };

static const char only_balancer[] = "may only be used when `type` is 'LoadBalancer'";

/* Lists of families print with their Go type. */
static void
invalid_families(struct status *status, const char *path, const struct value *list, const char *detail)
{
	char *text = list ? status_value_text(list) : xstrdup("[]string(nil)");
	char *typed = xasprintf("[]core.IPFamily%s", text + sizeof "[]string" - 1);

	status_invalid_value(status, path, typed, detail);
	free(typed);
	free(text);
}

static void
invalid_ips(struct status *status, const char *path, const struct value *list, const char *detail)
{
	char *text = list ? status_value_text(list) : xstrdup("[]string(nil)");

	status_invalid_value(status, path, text, detail);
	free(text);
}

static void
check_word(struct status *status, const struct value *spec, const char *field, const char *const *words, bool required)
{
	char *path = xasprintf("spec.%s", field);

	validate_word(status, path, value_get(spec, field), words, required);
	free(path);
}

/* The same of the fields that are pointers in Go. */
static void
check_given(struct status *status, const struct value *spec, const char *field, const char *const *words)
{
	char *path = xasprintf("spec.%s", field);

	validate_given_word(status, path, value_get(spec, field), words);
	free(path);
}

static void
check_name(struct status *status, const char *port_path, const struct value *ports, size_t i)
{
	const char *name = service_text(value_at(ports, i), "name");
	char *path = xasprintf("%s.name", port_path);

	if (!*name) {
		if (value_count(ports) > 1)
			status_required(status, path, NULL);
		free(path);
		return;
	}
	status_check(status, check_dns1123_label, path, name);
	for (size_t k = 0; k < i; k++) {
		if (!strcmp(service_text(value_at(ports, k), "name"), name)) {
			char *text = status_value_text(value_get(value_at(ports, i), "name"));

			status_duplicate(status, path, text);
			free(text);
			break;
		}
	}
	free(path);
}

static void
check_ports(struct status *status, const struct value *ports)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		char *at = xasprintf("spec.ports[%zu]", i), *protocol = xasprintf("%s.protocol", at),
		     *app = xasprintf("%s.appProtocol", at);

		check_name(status, at, ports, i);
		validate_port_number(status, at, port, "port");
		validate_word(status, protocol, value_get(port, "protocol"), port_protocols, true);
		validate_port_number_or_name(status, at, port, "targetPort");
		if (value_get(port, "appProtocol"))
			status_check(status, check_qualified_name, app, service_text(port, "appProtocol"));
		free(app);
		free(protocol);
		free(at);
	}
}

static void
check_headless(struct status *status, const struct value *spec)
{
	char *detail;

	if (!service_needs_node_port(spec) || !service_is_headless(spec))
		return;
	detail = xasprintf("may not be set to 'None' for %s services", service_text(spec, "type"));
	status_invalid_value(status, "spec.clusterIPs[0]", "\"None\"", detail);
	free(detail);
}

static void
check_external_name(struct status *status, const struct value *spec)
{
	static const char detail[] = "may not be set for ExternalName services";
	const char *name = service_text(spec, "externalName");
	char *trimmed = xstrdup(name);

	if (value_count(value_get(spec, "clusterIPs")))
		status_forbidden(status, "spec.clusterIPs", detail);
	if (value_count(value_get(spec, "ipFamilies")))
		status_forbidden(status, "spec.ipFamilies", detail);
	if (value_get(spec, "ipFamilyPolicy"))
		status_forbidden(status, "spec.ipFamilyPolicy", detail);
	if (str_ends(name, "."))
		trimmed[strlen(name) - 1] = '\0';
	if (*trimmed)
		status_check(status, check_dns1123_subdomain, "spec.externalName", trimmed);
	else
		status_required(status, "spec.externalName", NULL);
	free(trimmed);
}

static void
check_type(struct status *status, const struct value *spec)
{
	const struct value *ports = value_get(spec, "ports");

	if (!value_count(ports) && !service_is_headless(spec) && !service_is(spec, "ExternalName"))
		status_required(status, "spec.ports", NULL);
	for (size_t i = 0; service_is(spec, "LoadBalancer") && i < value_count(ports); i++) {
		char *path = xasprintf("spec.ports[%zu]", i);

		if (value_get_int(value_at(ports, i), "port", 0) == KUBELET_PORT)
			status_invalid_value(status, path, "10250",
				"may not expose port 10250 externally since it is used by kubelet");
		free(path);
	}
	check_headless(status, spec);
	if (service_is(spec, "ExternalName"))
		check_external_name(status, spec);
}

static void
check_affinity(struct status *status, const struct value *spec)
{
	static const char timeout_path[] = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
	const struct value *config = value_get(spec, "sessionAffinityConfig");
	const struct value *timeout = value_get(value_get(config, "clientIP"), "timeoutSeconds");

	check_word(status, spec, "sessionAffinity", affinities, true);
	if (!strcmp(service_text(spec, "sessionAffinity"), "None") && config)
		status_forbidden(status, "spec.sessionAffinityConfig", "must not be set when session affinity is None");
	if (strcmp(service_text(spec, "sessionAffinity"), "ClientIP"))
		return;
	if (!timeout)
		status_required(status, timeout_path, "when session affinity type is ClientIP");
	else if (timeout->type == VALUE_INT && (timeout->integer <= 0 || timeout->integer > AFFINITY_SECONDS_MAX))
		status_add_invalid(status, timeout_path, timeout, "must be greater than 0 and less than 86400");
}

static void
check_cluster_ip_first(struct status *status, const struct value *spec, const struct value *ips)
{
	const char *first = value_text(value_at(ips, 0));

	if (!*service_text(spec, "clusterIP")) {
		if (value_count(ips))
			status_add_invalid(
				status, "spec.clusterIPs", ips, "must be empty when `clusterIP` is not specified");
	} else if (!value_count(ips)) {
		status_required(status, "spec.clusterIPs", NULL);
	} else if (!first || strcmp(first, service_text(spec, "clusterIP"))) {
		status_add_invalid(status, "spec.clusterIPs", ips, "first value must match `clusterIP`");
	}
}

static void
check_families(struct status *status, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++) {
		char *path = xasprintf("spec.ipFamilies[%zu]", i);

		validate_given_word(status, path, value_at(list, i), families);
		for (size_t k = 0; k < i; k++) {
			if (value_equal(value_at(list, k), value_at(list, i))) {
				char *text = status_value_text(value_at(list, i));

				status_duplicate(status, path, text);
				free(text);
				break;
			}
		}
		free(path);
	}
}

/* false: one of them is no address, and nothing more can be said of them */
static bool
check_addresses(struct status *status, const struct value *ips)
{
	bool good = true;

	for (size_t i = 0; i < value_count(ips); i++) {
		const char *text = value_text(value_at(ips, i));
		char *path = xasprintf("spec.clusterIPs[%zu]", i);

		if (!i && text && !strcmp(text, "None")) {
			if (value_count(ips) > 1) {
				status_add_invalid(
					status, "spec.clusterIPs", ips, "'None' must be the first and only value");
				good = false;
			}
		} else if (!validate_ip(status, path, value_at(ips, i))) {
			good = false;
		}
		free(path);
	}
	return good;
}

static enum ip_family
family_of(const struct value *value)
{
	const char *text = value_text(value);
	struct ip ip;

	return text && ip_parse_lenient(text, &ip) ? ip.family : IP_NONE;
}

static bool
is_dual(const struct value *ips)
{
	bool seen[IP_V6 + 1] = { false };

	for (size_t i = 0; i < value_count(ips); i++)
		seen[family_of(value_at(ips, i))] = true;
	return seen[IP_V4] && seen[IP_V6];
}

static void
check_address_families(struct status *status, const struct value *ips, const struct value *list)
{
	for (size_t i = 0; i < value_count(ips) && i < value_count(list); i++) {
		const char *family = value_text(value_at(list, i));
		bool is_v6 = family_of(value_at(ips, i)) == IP_V6, wants_v6;
		char *path, *detail;

		wants_v6 = family && !strcmp(family, "IPv6");
		if (is_v6 == wants_v6 || !family || (!wants_v6 && strcmp(family, "IPv4")))
			continue;
		path = xasprintf("spec.clusterIPs[%zu]", i);
		detail = xasprintf("expected an %s value as indicated by `ipFamilies[%zu]`", family, i);
		status_add_invalid(status, path, value_at(ips, i), detail);
		free(detail);
		free(path);
	}
}

void
service_validate_cluster_ips(struct status *status, const struct value *spec)
{
	const struct value *ips = value_get(spec, "clusterIPs"), *list = value_get(spec, "ipFamilies");
	bool good;

	if (service_is(spec, "ExternalName"))
		return;
	check_cluster_ip_first(status, spec, ips);
	check_families(status, list);
	check_given(status, spec, "ipFamilyPolicy", family_policies);
	good = check_addresses(status, ips);
	if (value_count(ips) > 2)
		status_add_invalid(status, "spec.clusterIPs", ips, "may only hold up to 2 values");
	if (!good)
		return;
	if (value_count(ips) > 1 && !is_dual(ips))
		status_add_invalid(
			status, "spec.clusterIPs", ips, "may specify no more than one IP for each IP family");
	if (!service_is_headless(spec))
		check_address_families(status, ips, list);
}

static void
check_external_ips(struct status *status, const struct value *spec)
{
	const struct value *ips = value_get(spec, "externalIPs");

	for (size_t i = 0; i < value_count(ips); i++) {
		char *path = xasprintf("spec.externalIPs[%zu]", i);

		if (validate_ip(status, path, value_at(ips, i)))
			validate_ordinary_ip(status, path, value_at(ips, i));
		free(path);
	}
}

static bool
same_port(const struct value *a, const struct value *b, const char *field)
{
	return value_get_int(a, field, 0) == value_get_int(b, field, 0) &&
		!strcmp(service_text(a, "protocol"), service_text(b, "protocol"));
}

static bool
has_earlier(const struct value *ports, size_t i, const char *field)
{
	for (size_t k = 0; k < i; k++) {
		if (same_port(value_at(ports, k), value_at(ports, i), field))
			return true;
	}
	return false;
}

static void
check_node_ports(struct status *status, const struct value *spec)
{
	const struct value *ports = value_get(spec, "ports");

	for (size_t i = 0; i < value_count(ports); i++) {
		char *path = xasprintf("spec.ports[%zu].nodePort", i);

		if (service_is(spec, "ClusterIP") && value_get_int(value_at(ports, i), "nodePort", 0))
			status_forbidden(status, path, "may not be used when `type` is 'ClusterIP'");
		free(path);
	}
	for (size_t i = 0; i < value_count(ports); i++) {
		char *path = xasprintf("spec.ports[%zu].nodePort", i),
		     *text = status_value_text(value_get(value_at(ports, i), "nodePort"));

		if (value_get_int(value_at(ports, i), "nodePort", 0) && has_earlier(ports, i, "nodePort"))
			status_duplicate(status, path, text);
		free(text);
		free(path);
	}
}

static void
check_duplicate_ports(struct status *status, const struct value *ports)
{
	for (size_t i = 0; i < value_count(ports); i++) {
		const struct value *port = value_at(ports, i);
		char *path, *text;

		if (!has_earlier(ports, i, "port"))
			continue;
		path = xasprintf("spec.ports[%zu]", i);
		text = xasprintf("core.ServicePort{Name:\"\", Protocol:\"%s\", AppProtocol:(*string)(nil), Port:%lld, "
				 "TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}",
			service_text(port, "protocol"), (long long)value_get_int(port, "port", 0));
		status_duplicate(status, path, text);
		free(text);
		free(path);
	}
}

static char *
trimmed(const char *text, size_t len)
{
	while (len && ascii_isspace((unsigned char)text[len - 1]))
		len--;
	while (len && ascii_isspace((unsigned char)*text)) {
		text++;
		len--;
	}
	return xstrndup(text, len);
}

static void
check_range(struct status *status, const char *path, const char *text, size_t len)
{
	char *range = trimmed(text, len), *shown;
	struct cidr cidr;

	if (!cidr_parse_lenient(range, &cidr)) {
		shown = xasprintf("\"%s\"", range);
		status_invalid_value(status, path, shown, cidr_complaint);
		free(shown);
	}
	free(range);
}

static void
check_range_annotation(struct status *status, const struct value *spec, const char *text)
{
	static const char path[] = "metadata.annotations[" SOURCE_RANGES "]";
	char *all, *rest, *next;

	if (!service_is(spec, "LoadBalancer"))
		status_forbidden(status, path, only_balancer);
	for (all = rest = trimmed(text, strlen(text)); *all && rest; rest = *next ? next + 1 : NULL) {
		next = rest + strcspn(rest, ",");
		check_range(status, path, rest, (size_t)(next - rest));
	}
	free(all);
}

static void
check_source_ranges(struct status *status, const struct value *spec, const struct value *annotations)
{
	const struct value *ranges = value_get(spec, "loadBalancerSourceRanges");

	if (!value_count(ranges)) {
		if (value_get_text(annotations, SOURCE_RANGES))
			check_range_annotation(status, spec, value_get_text(annotations, SOURCE_RANGES));
		return;
	}
	if (!service_is(spec, "LoadBalancer"))
		status_forbidden(status, "spec.LoadBalancerSourceRanges", only_balancer);
	for (size_t i = 0; i < value_count(ranges); i++) {
		const char *text = value_text(value_at(ranges, i));
		char *path = xasprintf("spec.LoadBalancerSourceRanges[%zu]", i);

		check_range(status, path, text ? text : "", text ? strlen(text) : 0);
		free(path);
	}
}

/* old: NULL unless it is an update, of which the class is looked at twice, once early */
static void
check_balancer_class(struct status *status, const struct value *spec, const struct value *old)
{
	static const char path[] = "spec.loadBalancerClass";
	const struct value *class = value_get(spec, "loadBalancerClass");
	bool balancer = service_is(spec, "LoadBalancer");

	if (balancer && old && service_is(old, "LoadBalancer") && !service_same(spec, old, "loadBalancerClass"))
		status_add_invalid(status, path, class, "may not change once set");
	if (class && balancer)
		status_check(status, check_qualified_name, path, service_text(spec, "loadBalancerClass"));
	else if (class)
		status_forbidden(status, path, only_balancer);
}

static void
check_balancer(struct status *status, const struct value *spec)
{
	bool balancer = service_is(spec, "LoadBalancer");
	const struct value *allocate = value_get(spec, "allocateLoadBalancerNodePorts");

	if (allocate && !balancer)
		status_forbidden(status, "spec.allocateLoadBalancerNodePorts", only_balancer);
	if (!allocate && balancer)
		status_required(status, "allocateLoadBalancerNodePorts", NULL);
	check_balancer_class(status, spec, NULL);
}

static void
check_traffic(struct status *status, const struct value *spec)
{
	const struct value *health = value_get(spec, "healthCheckNodePort");
	bool internal = service_is(spec, "ClusterIP") || service_needs_node_port(spec);

	if (service_is_external(spec))
		check_word(status, spec, "externalTrafficPolicy", traffic_policies, true);
	else if (*service_text(spec, "externalTrafficPolicy"))
		status_add_invalid(status, "spec.externalTrafficPolicy", value_get(spec, "externalTrafficPolicy"),
			"may only be set for externally-accessible services");
	if (!service_needs_health_check(spec)) {
		if (health)
			status_add_invalid(status, "spec.healthCheckNodePort", health,
				"may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
	} else if (!health) {
		status_required(status, "spec.healthCheckNodePort", NULL);
	} else {
		validate_port_number(status, "spec", spec, "healthCheckNodePort");
	}
	if (internal && !value_get(spec, "internalTrafficPolicy"))
		status_required(status, "spec.internalTrafficPolicy", NULL);
	check_given(status, spec, "internalTrafficPolicy", traffic_policies);
	check_given(status, spec, "trafficDistribution", distributions);
}

/* The two lists of which the first may not change, and the second only come, or go together with the policy. */
static const struct pair {
	const char *field;
	void (*invalid)(struct status *status, const char *path, const struct value *list, const char *detail);
	const char *unset, *release;
} pairs[] = {
	{ "clusterIPs", invalid_ips, "primary clusterIP can not be unset",
		"must be set to 'SingleStack' when releasing the secondary clusterIP" },
	{ "ipFamilies", invalid_families, "primary ipFamily can not be unset",
		"must be set to 'SingleStack' when releasing the secondary ipFamily" },
};
enum { PAIR_CLUSTER_IPS, PAIR_FAMILIES };

/* Of families the place told is always the first, and when their number changes the value the cluster IPs (sic). */
static void
check_pair(struct status *status, const struct value *spec, const struct value *old, const struct pair *pair)
{
	const struct value *now = value_get(spec, pair->field), *before = value_get(old, pair->field),
			   *ips = value_get(spec, "clusterIPs");
	size_t n = value_count(now), nbefore = value_count(before);
	char *first = xasprintf("spec.%s[0]", pair->field);

	for (size_t i = 0; n == nbefore && i < n; i++) {
		char *at = xasprintf("spec.%s[%zu]", pair->field, pair == &pairs[PAIR_CLUSTER_IPS] ? i : 0);

		if (!value_equal(value_at(now, i), value_at(before, i)))
			pair->invalid(status, at, now, "may not change once set");
		free(at);
	}
	if (nbefore > n && !value_count(ips))
		pair->invalid(status, first, now, pair->unset);
	if (n != nbefore && n && nbefore && !value_equal(value_at(now, 0), value_at(before, 0)))
		invalid_ips(status, first, ips, "may not change once set");
	if (nbefore > n && n == 1 && strcmp(service_text(spec, "ipFamilyPolicy"), "SingleStack"))
		status_add_invalid(status, "spec.ipFamilyPolicy", value_get(spec, "ipFamilyPolicy"), pair->release);
	free(first);
}

static void
check_update(struct status *status, const struct value *spec, const struct value *old)
{
	bool headless = service_is_headless(spec), was_headless = service_is_headless(old);

	if (service_needs_cluster_ip(spec) && service_needs_cluster_ip(old)) {
		if (!headless || !was_headless)
			check_pair(status, spec, old, &pairs[PAIR_CLUSTER_IPS]);
		if (!headless && !was_headless)
			check_pair(status, spec, old, &pairs[PAIR_FAMILIES]);
	}
	check_balancer_class(status, spec, old);
	if (service_needs_health_check(spec) && service_needs_health_check(old) &&
		!service_same(spec, old, "healthCheckNodePort"))
		status_forbidden(status, "spec.healthCheckNodePort", "field is immutable");
}

void
service_validate(struct change *change)
{
	struct status *status = change->status;
	const struct value *spec = value_get(change->new, "spec");
	const struct value *annotations = value_get(value_get(change->new, "metadata"), "annotations");
	const struct value *mode = value_get(annotations, SERVICE_TOPOLOGY_MODE),
			   *hints = value_get(annotations, SERVICE_TOPOLOGY_HINTS);

	if (change->old)
		check_update(status, spec, value_get(change->old, "spec"));
	if (mode && hints && !value_equal(mode, hints))
		status_add_invalid(status, "metadata.annotations[" SERVICE_TOPOLOGY_MODE "]", mode,
			"must match annotations[" SERVICE_TOPOLOGY_HINTS "] when both are specified");
	check_type(status, spec);
	check_ports(status, value_get(spec, "ports"));
	validate_labels(status, value_get(spec, "selector"), "spec.selector");
	check_affinity(status, spec);
	service_validate_cluster_ips(status, spec);
	check_external_ips(status, spec);
	check_word(status, spec, "type", types, true);
	check_node_ports(status, spec);
	check_duplicate_ports(status, value_get(spec, "ports"));
	check_source_ranges(status, spec, annotations);
	check_balancer(status, spec);
	check_traffic(status, spec);
}

static void
check_ingress(struct status *status, const char *path, const struct value *ingress)
{
	static const char *const modes[] = { "Proxy", "VIP", NULL };
	char *ip = xasprintf("%s.ip", path), *mode = xasprintf("%s.ipMode", path),
	     *hostname = xasprintf("%s.hostname", path);

	if (*service_text(ingress, "ip"))
		validate_ip(status, ip, value_get(ingress, "ip"));
	if (*service_text(ingress, "ip") && !value_get(ingress, "ipMode"))
		status_required(status, mode, "must be specified when `ip` is set");
	else if (!*service_text(ingress, "ip") && value_get(ingress, "ipMode"))
		status_forbidden(status, mode, "may not be specified when `ip` is not set");
	else
		validate_given_word(status, mode, value_get(ingress, "ipMode"), modes);
	validate_balancer_name(status, hostname, value_get(ingress, "hostname"));
	free(hostname);
	free(mode);
	free(ip);
}

/* ValidateLoadBalancerStatus */
void
service_validate_status(struct change *change)
{
	const struct value *ingress = value_path(change->new, "status.loadBalancer.ingress");
	bool balancer = service_is(value_get(change->new, "spec"), "LoadBalancer");

	if (!balancer && value_count(ingress))
		status_forbidden(change->status, "status.loadBalancer.ingress",
			"may only be used when `spec.type` is \"LoadBalancer\"");
	for (size_t i = 0; balancer && i < value_count(ingress); i++) {
		char *path = xasprintf("status.loadBalancer.ingress[%zu]", i);

		check_ingress(change->status, path, value_at(ingress, i));
		free(path);
	}
	if (!change->status->causes.n)
		service_warn_status(change);
}
