/*
 * CoreDNS' kubernetes plugin as kubeadm sets it up (plugin/kubernetes: parse.go, kubernetes.go, object/): Services,
 * endpoints, pods by dashed address, reverse look-ups; and its `forward` for everything else, which goes outside the
 * cluster (server/outside.h).  Shapes of names: DNS-based service discovery 1.1.0.
 */
#include "dns/dns.h"

#include <string.h>

#include "dns/zone.h"

#define TTL 30			/* kubeadm's Corefile */
#define LABELS_MAX 40
#define CNAMES_MAX 8

static const char *const type_names[DNS_TYPE_COUNT] = {
	[DNS_A] = "A", [DNS_AAAA] = "AAAA", [DNS_SRV] = "SRV", [DNS_PTR] = "PTR", [DNS_CNAME] = "CNAME",
};

const char *
dns_type_name(enum dns_type type)
{
	return type_names[type];
}

void
dns_answer_init(struct dns_answer *answer)
{
	memset(answer, 0, sizeof *answer);
}

void
dns_answer_release(struct dns_answer *answer)
{
	vec_release(&answer->records);
	vec_release(&answer->additional);
	arena_release(&answer->arena);
}

struct dns_record *
dns_add(struct dns_answer *answer, const char *name, enum dns_type type)
{
	struct dns_record *record = vec_push(&answer->records);

	record->name = arena_printf(&answer->arena, "%s%s", name, str_ends(name, ".") ? "" : ".");
	record->type = type;
	record->ttl = TTL;
	return record;
}

/* The labels of a name without its final dot, in the answer's arena, lower case. */
static size_t
labels_split(struct arena *arena, const char *name, const char **labels)
{
	char *text = arena_strdup(arena, name);
	size_t n = 0;

	for (char *c = text; *c; c++)
		*c = (char)ascii_tolower(*c);
	for (char *at = text; *at && n < LABELS_MAX;) {
		char *dot = strchr(at, '.');

		labels[n++] = at;
		if (!dot)
			break;
		*dot = '\0';
		at = dot + 1;
	}
	return n;
}

static bool
name_in_zone(const char *name, const char *zone)
{
	size_t len = strlen(name), zlen = strlen(zone);

	return len >= zlen && ascii_casecmp(name + len - zlen, zone) == 0 && (len == zlen || name[len - zlen - 1] == '.');
}

static void
answer_zone(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer, int depth);

/* The target of an ExternalName: inside the cluster it is looked up again, outside nobody is known. */
static void
answer_alias(const struct dns *dns, const char *name, const char *target, enum dns_type type, struct dns_answer *answer,
	int depth)
{
	struct ip ip;

	if (ip_parse(target, &ip)) {	/* CoreDNS makes no record of an address */
		answer->code = DNS_NXDOMAIN;
		return;
	}
	dns_add(answer, name, DNS_CNAME)->target =
		arena_printf(&answer->arena, "%s%s", target, str_ends(target, ".") ? "" : ".");
	if (type != DNS_CNAME && depth < CNAMES_MAX && name_in_zone(target, dns->settings->dns_domain)) {
		answer_zone(dns, target, type, answer, depth + 1);
		answer->code = DNS_NOERROR;
	}
}

static void
answer_service(const struct dns *dns, const struct zone_question *question, const char *name, enum dns_type type,
	struct dns_answer *answer, int depth)
{
	const struct object *object =
		store_get(dns->store, kind_by_kind("Service"), question->namespace, question->service);
	const struct service *service = object ? service_view(object) : NULL;

	if (!service || (service->type == SERVICE_EXTERNAL_NAME && (question->endpoint || question->port))) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (service->type == SERVICE_EXTERNAL_NAME)
		answer_alias(dns, name, service->external_name, type, answer, depth);
	else
		zone_service(dns, question, service, name, type, answer);
}

/* A-B-C-D.ns.pod: any address, if the namespace is there (`pods insecure`). */
static void
answer_pod(const struct zone_question *question, const char *name, enum dns_type type, struct dns_answer *answer)
{
	struct ip ip;

	if (!zone_dashed_ip(question->service, &ip)) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if ((type == DNS_A && ip.family == IP_V4) || (type == DNS_AAAA && ip.family == IP_V6))
		dns_add(answer, name, type)->ip = ip;
}

static bool
namespace_exists(const struct dns *dns, const char *namespace)
{
	return store_get(dns->store, kind_by_kind("Namespace"), "", namespace) != NULL;
}

/* A name below the cluster's domain; labels without it. */
static void
answer_labels(const struct dns *dns, const char **labels, size_t n, const char *name, enum dns_type type,
	struct dns_answer *answer, int depth)
{
	struct zone_question question = { 0 };
	const char *tree = n ? labels[n - 1] : "";
	bool pods = strcmp(tree, "pod") == 0;

	if (n == 0)
		return;
	if (!pods && strcmp(tree, "svc") != 0) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (n >= 2 && !namespace_exists(dns, labels[n - 2]))
		answer->code = DNS_NXDOMAIN;
	if (n <= 2 || answer->code != DNS_NOERROR)
		return;
	question.namespace = labels[n - 2];
	question.service = labels[n - 3];
	if (pods && n == 3) {
		answer_pod(&question, name, type, answer);
		return;
	}
	if (pods || n > 5) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (n == 4)
		question.endpoint = labels[0];
	if (n == 5) {
		question.port = labels[0][0] == '_' ? labels[0] + 1 : labels[0];
		question.protocol = labels[1][0] == '_' ? labels[1] + 1 : labels[1];
	}
	answer_service(dns, &question, name, type, answer, depth);
}

static void
answer_zone(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer, int depth)
{
	const char *labels[LABELS_MAX], *domain[LABELS_MAX];
	size_t n = labels_split(&answer->arena, name, labels);
	size_t below = labels_split(&answer->arena, dns->settings->dns_domain, domain);

	answer->authoritative = true;
	answer_labels(dns, labels, n - below, name, type, answer, depth);
}

void
dns_query(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer)
{
	size_t len = strlen(name);
	char *plain = arena_strndup(&answer->arena, name, len && name[len - 1] == '.' ? len - 1 : len);
	struct ip ip;

	if (name_in_zone(plain, dns->settings->dns_domain))
		answer_zone(dns, plain, type, answer, 0);
	else if (zone_reverse_ip(plain, &ip))
		zone_reverse(dns, &ip, plain, type, answer);
	else	/* forward . /etc/resolv.conf: outside, svcsim knows no name */
		answer->code = DNS_NXDOMAIN;
}
