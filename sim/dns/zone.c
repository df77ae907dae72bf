/*
 * Records of Services.  Endpoints are those of the EndpointSlices, `ready` null counting as ready; a headless Service
 * without a ready endpoint has no name at all (NXDOMAIN), a ClusterIP one has its address in any case.
 */
#include "dns/zone.h"

#include <string.h>

/* One endpoint of a Service with one of its slice's ports. */
struct zone_endpoint {
	const struct slice *slice;
	const struct slice_endpoint *endpoint;
};
typedef VEC(struct zone_endpoint) zone_endpoints;

static void
endpoints_of(const struct dns *dns, const struct object *service, zone_endpoints *out)
{
	size_t n;
	const struct object *const *objects =
		store_list(dns->store, kind_by_kind("EndpointSlice"), service->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice *slice = slice_view(objects[i]);

		if (strcmp(slice->service, service->name) != 0)
			continue;
		for (size_t e = 0; e < slice->nendpoints; e++) {
			struct zone_endpoint *found;

			if (slice->endpoints[e].ready == 0 || slice->endpoints[e].ip.family == IP_NONE)
				continue;
			found = vec_push(out);
			found->slice = slice;
			found->endpoint = &slice->endpoints[e];
		}
	}
}

/* hostname, else the address with dashes. */
static const char *
endpoint_label(const struct slice_endpoint *endpoint, struct arena *arena)
{
	char text[IP_TEXT];
	char *label;

	if (endpoint->hostname[0])
		return endpoint->hostname;
	label = arena_strdup(arena, ip_format(&endpoint->ip, text));
	for (char *c = label; *c; c++)
		if (*c == '.' || *c == ':')
			*c = '-';
	return label;
}

static bool
wants(enum dns_type type, const struct ip *ip)
{
	return (type == DNS_A && ip->family == IP_V4) || (type == DNS_AAAA && ip->family == IP_V6);
}

static bool
port_matches(const struct zone_question *question, const char *name, enum protocol protocol)
{
	return (!question->port || ascii_casecmp(question->port, name ? name : "") == 0) &&
		(!question->protocol || ascii_casecmp(question->protocol, protocol_lower(protocol)) == 0);
}

static bool
has_srv(const struct dns_answer *answer, const char *target, int port)
{
	for (size_t i = 0; i < answer->records.n; i++) {
		const struct dns_record *record = &answer->records.v[i];

		if (record->type == DNS_SRV && record->port == port && strcmp(record->target, target) == 0)
			return true;
	}
	return false;
}

static bool
has_additional(const struct dns_answer *answer, const char *name, const struct ip *ip)
{
	for (size_t i = 0; i < answer->additional.n; i++) {
		if (ip_equal(&answer->additional.v[i].ip, ip) && strcmp(answer->additional.v[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The same target and port once, and each address of a target once. */
static void
add_srv(struct dns_answer *answer, const char *name, const char *target, int port, const struct ip *ip)
{
	struct dns_record *record, *extra;

	if (!has_srv(answer, target, port)) {
		record = dns_add(answer, name, DNS_SRV);
		record->target = target;
		record->port = port;
	}
	if (has_additional(answer, target, ip))
		return;
	extra = vec_push(&answer->additional);
	extra->name = target;
	extra->type = ip->family == IP_V4 ? DNS_A : DNS_AAAA;
	extra->ttl = answer->records.v[answer->records.n - 1].ttl;
	extra->ip = *ip;
}

/* weight is 100 divided by the records there were before equal ones fell together */
static void
weigh(struct dns_answer *answer, size_t found)
{
	for (size_t i = 0; i < answer->records.n; i++)
		answer->records.v[i].weight = found > 100 ? 1 : (int)(100 / found);
}

/* A pod's own name is its server, without a port. */
void
zone_pod_server(const struct dns *dns, const struct zone_question *question, const char *name, const struct ip *ip,
	struct dns_answer *answer)
{
	add_srv(answer, name, arena_printf(&answer->arena, "%s.%s.pod.%s.", question->service, question->namespace,
		dns->settings->dns_domain), 0, ip);
	weigh(answer, 1);
}

static void
srv_of_addresses(const struct dns *dns, const struct zone_question *question, const struct service *service,
	const char *name, struct dns_answer *answer)
{
	const char *target = arena_printf(&answer->arena, "%s.%s.svc.%s.", service->object->name,
		service->object->namespace, dns->settings->dns_domain);
	size_t found = 0;

	for (size_t p = 0; p < service->nports; p++)
		for (size_t i = 0; i < service->ncluster_ips; i++)
			if (port_matches(question, service->ports[p].name, service->ports[p].protocol)) {
				add_srv(answer, name, target, service->ports[p].port, &service->cluster_ips[i]);
				found++;
			}
	if (found)
		weigh(answer, found);
	else if (question->port || question->protocol)
		answer->code = DNS_NXDOMAIN;
}

static void
answer_addresses(const struct dns *dns, const struct zone_question *question, const struct service *service,
	const char *name, enum dns_type type, struct dns_answer *answer)
{
	bool port_there = !question->port && !question->protocol;

	if (type == DNS_SRV) {
		srv_of_addresses(dns, question, service, name, answer);
		return;
	}
	for (size_t p = 0; p < service->nports; p++)
		port_there |= port_matches(question, service->ports[p].name, service->ports[p].protocol);
	if (!port_there) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	for (size_t i = 0; i < service->ncluster_ips; i++)
		if (wants(type, &service->cluster_ips[i]))
			dns_add(answer, name, type)->ip = service->cluster_ips[i];
}

/* false: the endpoint is not what was asked for */
static bool
answer_endpoint(const struct dns *dns, const struct zone_question *question, const struct zone_endpoint *endpoint,
	const char *name, enum dns_type type, struct dns_answer *answer, size_t *found)
{
	const char *label = endpoint_label(endpoint->endpoint, &answer->arena);
	const struct slice *slice = endpoint->slice;
	bool port_there = !question->port && !question->protocol;

	if (question->endpoint && ascii_casecmp(question->endpoint, label) != 0)
		return false;
	if (port_there && slice->nports == 0)	/* is no server, but counts for the weight of the others */
		++*found;
	for (size_t p = 0; p < slice->nports; p++) {
		const char *target;

		if (!port_matches(question, slice->ports[p].name, slice->ports[p].protocol))
			continue;
		port_there = true;
		if (type != DNS_SRV)
			continue;
		target = arena_printf(&answer->arena, "%s.%s.%s.svc.%s.", label, question->service,
			question->namespace, dns->settings->dns_domain);
		add_srv(answer, name, target, slice->ports[p].port, &endpoint->endpoint->ip);
		++*found;
	}
	if (port_there && wants(type, &endpoint->endpoint->ip))
		dns_add(answer, name, type)->ip = endpoint->endpoint->ip;
	return port_there;
}

void
zone_service(const struct dns *dns, const struct zone_question *question, const struct service *service,
	const char *name, enum dns_type type, struct dns_answer *answer)
{
	zone_endpoints endpoints = VEC_INIT;
	bool any = false;
	size_t found = 0;

	if (!service->headless && !question->endpoint) {
		answer_addresses(dns, question, service, name, type, answer);
		return;
	}
	endpoints_of(dns, service->object, &endpoints);
	for (size_t i = 0; i < endpoints.n; i++)
		any |= answer_endpoint(dns, question, &endpoints.v[i], name, type, answer, &found);
	if (!any)
		answer->code = DNS_NXDOMAIN;
	else if (found)
		weigh(answer, found);
	vec_release(&endpoints);
}

/* ---- from address to name ---- */

static void
reverse_endpoints(const struct dns *dns, const struct ip *ip, const char *name, struct dns_answer *answer)
{
	size_t n;
	const struct object *const *objects = store_list(dns->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		zone_endpoints endpoints = VEC_INIT;

		endpoints_of(dns, objects[i], &endpoints);
		for (size_t e = 0; e < endpoints.n; e++)
			if (ip_equal(&endpoints.v[e].endpoint->ip, ip)) {
				dns_add(answer, name, DNS_PTR)->target = arena_printf(&answer->arena, "%s.%s.%s.svc.%s.",
					endpoint_label(endpoints.v[e].endpoint, &answer->arena), objects[i]->name,
					objects[i]->namespace, dns->settings->dns_domain);
				break;
			}
		vec_release(&endpoints);
	}
}

void
zone_reverse(
	const struct dns *dns, const struct ip *ip, const char *name, enum dns_type type, struct dns_answer *answer)
{
	size_t n;
	const struct object *const *objects = store_list(dns->store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n && type == DNS_PTR; i++) {
		const struct service *service = service_view(objects[i]);

		for (size_t c = 0; c < service->ncluster_ips; c++)
			if (ip_equal(&service->cluster_ips[c], ip)) {
				dns_add(answer, name, DNS_PTR)->target = arena_printf(&answer->arena, "%s.%s.svc.%s.",
					objects[i]->name, objects[i]->namespace, dns->settings->dns_domain);
				return;
			}
	}
	if (type == DNS_PTR)
		reverse_endpoints(dns, ip, name, answer);
	if (!answer->records.n)	/* fallthrough, and nobody outside knows it */
		answer->code = DNS_NXDOMAIN;
}

bool
zone_dashed_ip(const char *label, struct ip *ip)
{
	char text[IP_TEXT];
	size_t len = strlen(label);
	size_t dashes = 0;
	bool hex = false;

	if (len >= sizeof text)
		return false;
	for (size_t i = 0; i < len; i++) {
		dashes += label[i] == '-';
		hex |= label[i] != '-' && !ascii_isdigit(label[i]);
	}
	hex |= dashes != 3 || strstr(label, "--");
	for (size_t i = 0; i <= len; i++)
		text[i] = label[i] == '-' ? (hex ? ':' : '.') : label[i];
	return ip_parse(text, ip);
}

static bool
reverse_v6(const char *name, size_t len, struct ip *ip)
{
	if (len != 63)
		return false;
	memset(ip, 0, sizeof *ip);
	ip->family = IP_V6;
	for (size_t i = 0; i < 32; i++) {
		int c = ascii_tolower(name[2 * i]);
		int digit = ascii_isdigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0 || (i < 31 && name[2 * i + 1] != '.'))
			return false;
		ip->b[15 - i / 2] |= (uint8_t)(i % 2 ? digit << 4 : digit);
	}
	return true;
}

bool
zone_reverse_ip(const char *name, struct ip *ip)
{
	static const char v4[] = ".in-addr.arpa", v6[] = ".ip6.arpa";
	char text[IP_TEXT];
	struct ip reversed;
	size_t len;

	if (str_ends(name, v6))
		return reverse_v6(name, strlen(name) - strlen(v6), ip);
	if (!str_ends(name, v4))
		return false;
	len = strlen(name) - strlen(v4);
	if (len >= sizeof text)
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	if (!ip_parse(text, &reversed) || reversed.family != IP_V4)
		return false;
	*ip = (struct ip){ .family = IP_V4, .b = { reversed.b[3], reversed.b[2], reversed.b[1], reversed.b[0] } };
	return true;
}
