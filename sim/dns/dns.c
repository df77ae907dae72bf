/*
 * CoreDNS' kubernetes plugin (plugin/kubernetes: parse.go, kubernetes.go, object/): Services, endpoints, pods by dashed
 * address, and reverse look-ups.  Shapes of names: DNS-based service discovery 1.1.0.
 */
#include "dns/dns.h"

#include <string.h>

#include "dns/coredns.h"
#include "dns/zone.h"

#define TTL 30			/* kubeadm's Corefile */
#define LABELS_MAX 40
#define CNAMES_MAX 8
#define SCHEMA_VERSION "1.1.0"
#define SCHEMA_VERSION_TTL 28800

static const char *const type_names[] = {
	[DNS_A] = "A", [DNS_AAAA] = "AAAA", [DNS_SRV] = "SRV", [DNS_PTR] = "PTR", [DNS_CNAME] = "CNAME",
	[DNS_TXT] = "TXT", [DNS_OTHER] = "TYPE0",
};

static const char *const code_names[] = {
	[DNS_NOERROR] = "NOERROR", [DNS_NXDOMAIN] = "NXDOMAIN", [DNS_SERVFAIL] = "SERVFAIL", [DNS_REFUSED] = "REFUSED",
};

const char *
dns_code_name(enum dns_code code)
{
	return code_names[code];
}

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

/* The records from there on are taken back. */
static void
take_back(struct dns_answer *answer, size_t kept)
{
	answer->records.n = kept;
	answer->code = DNS_NOERROR;
}

/*
 * The target of an ExternalName is looked up again, by all plugins; only an alias of types that it can have.  One in
 * the cluster's own zone is told of only with the address that it leads to.
 */
static void
answer_alias(const struct dns *dns, const char *name, const char *target, enum dns_type type, struct dns_answer *answer,
	int depth)
{
	size_t before = answer->records.n;
	const char *plain;
	struct ip ip;

	if (ip_parse(target, &ip)) {	/* CoreDNS makes no record of an address */
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (type != DNS_A && type != DNS_AAAA && type != DNS_CNAME)
		return;
	plain = arena_strndup(&answer->arena, target, strlen(target) - str_ends(target, "."));
	dns_add(answer, name, DNS_CNAME)->target = arena_printf(&answer->arena, "%s.", plain);
	if (type == DNS_CNAME || depth >= CNAMES_MAX)
		return;
	coredns_ask(dns, target, type, answer, depth + 1);
	if (name_in_zone(plain, dns->settings->dns_domain) &&
		(answer->records.n == before + 1 || answer->code != DNS_NOERROR))
		take_back(answer, before);
	answer->code = DNS_NOERROR;
	answer->authoritative = true;
}

static void
answer_service(const struct dns *dns, const struct zone_question *question, const char *name, enum dns_type type,
	struct dns_answer *answer, int depth)
{
	const struct object *object =
		store_get(dns->store, kind_by_kind("Service"), question->namespace, question->service);
	const struct service *service = object ? service_view(object) : NULL;

	if (!service || (service->type == SERVICE_EXTERNAL_NAME && (question->endpoint || question->port ||
			question->protocol))) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (service->type == SERVICE_EXTERNAL_NAME)
		answer_alias(dns, name, service->external_name, type, answer, depth);
	else
		zone_service(dns, question, service, name, type, answer);
}

/* The plugin keeps the first address of each pod that is not being deleted. */
static bool
pod_has(const struct dns *dns, const char *namespace, const struct ip *ip)
{
	size_t n;
	const struct object *const *pods = store_list(dns->store, kind_by_kind("Pod"), namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (pod->nips > 0 && ip_equal(&pod->ips[0], ip) &&
			!value_get(object_meta(pods[i]), "deletionTimestamp"))
			return true;
	}
	return false;
}

/* A-B-C-D.ns.pod: any address, if the namespace is there (`pods insecure`), or only that of a pod there (`verified`). */
static void
answer_pod(const struct dns *dns, const struct zone_question *question, enum zone_pods pods, const char *name,
	enum dns_type type, struct dns_answer *answer)
{
	struct ip ip;

	if (!zone_dashed_ip(question->service, &ip) ||
		(pods == ZONE_PODS_VERIFIED && !pod_has(dns, question->namespace, &ip)))
		answer->code = DNS_NXDOMAIN;
	else if ((type == DNS_A && ip.family == IP_V4) || (type == DNS_AAAA && ip.family == IP_V6))
		dns_add(answer, name, type)->ip = ip;
	else if (type == DNS_SRV)
		zone_pod_server(dns, question, name, &ip, answer);
}

/* ns.dns, the name server of the zone's SOA record: CoreDNS' own Service. */
static void
answer_name_server(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer)
{
	const struct object *object = store_get(dns->store, kind_by_kind("Service"), "kube-system", "kube-dns");
	const struct service *service = object ? service_view(object) : NULL;

	if (type == DNS_PTR)
		answer->code = DNS_NXDOMAIN;
	for (size_t i = 0; service && i < service->ncluster_ips; i++) {
		const struct ip *ip = &service->cluster_ips[i];

		if (type == (ip->family == IP_V4 ? DNS_A : DNS_AAAA))
			dns_add(answer, name, type)->ip = *ip;
	}
}

/* A dump may have been taken without the Namespaces: then all that are named exist. */
static bool
namespace_exists(const struct dns *dns, const char *namespace)
{
	size_t n;

	store_list(dns->store, kind_by_kind("Namespace"), NULL, &n);
	return !n || store_get(dns->store, kind_by_kind("Namespace"), "", namespace) != NULL;
}

/* NULL: nothing is left of it, and any will do. */
static const char *
without_underscore(const char *label)
{
	label += *label == '_';
	return *label ? label : NULL;
}

/* A name below the cluster's domain; labels without it. */
static void
answer_labels(const struct dns *dns, enum zone_pods mode, const char **labels, size_t n, const char *name,
	enum dns_type type, struct dns_answer *answer, int depth)
{
	struct zone_question question = { 0 };
	const char *tree = n ? labels[n - 1] : "";
	bool pods = strcmp(tree, "pod") == 0;

	if (n == 0)
		return;
	if (n == 2 && strcmp(labels[0], "ns") == 0 && strcmp(tree, "dns") == 0) {
		answer_name_server(dns, name, type, answer);
		return;
	}
	if (!pods && strcmp(tree, "svc") != 0) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (n >= 2 && (!namespace_exists(dns, labels[n - 2]) || (pods && mode == ZONE_PODS_DISABLED)))
		answer->code = DNS_NXDOMAIN;
	if (n <= 2 || answer->code != DNS_NOERROR)
		return;
	question.namespace = labels[n - 2];
	question.service = labels[n - 3];
	if (n > 5) {
		answer->code = DNS_NXDOMAIN;
		return;
	}
	if (pods) {	/* whatever labels stand before the address */
		answer_pod(dns, &question, mode, name, type, answer);
		return;
	}
	if (n == 4)
		question.endpoint = labels[0];
	if (n == 5) {
		question.port = without_underscore(labels[0]);
		question.protocol = without_underscore(labels[1]);
	}
	answer_service(dns, &question, name, type, answer, depth);
}

/* dns-version tells the shapes' version; of others there is no text, nor the name where it has no records at all. */
static void
answer_text(const struct dns *dns, enum zone_pods pods, const char **labels, size_t n, const char *name,
	struct dns_answer *answer, int depth)
{
	if (n == 1 && strcmp(labels[0], "dns-version") == 0) {
		struct dns_record *record = dns_add(answer, name, DNS_TXT);

		record->target = SCHEMA_VERSION;
		record->ttl = SCHEMA_VERSION_TTL;
		return;
	}
	answer_labels(dns, pods, labels, n, name, DNS_OTHER, answer, depth);
	if (n < 3 || strcmp(labels[n - 1], "dns") == 0)
		answer->code = DNS_NXDOMAIN;
}

void
zone_answer(const struct dns *dns, enum zone_pods pods, const char *name, enum dns_type type, struct dns_answer *answer,
	int depth)
{
	const char *labels[LABELS_MAX], *domain[LABELS_MAX];
	size_t n = labels_split(&answer->arena, name, labels);
	size_t below = labels_split(&answer->arena, dns->settings->dns_domain, domain);

	answer->authoritative = true;
	if (type == DNS_TXT)
		answer_text(dns, pods, labels, n - below, name, answer, depth);
	else
		answer_labels(dns, pods, labels, n - below, name, type, answer, depth);
}
