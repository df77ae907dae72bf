/*
 * The asking side: resolv.conf as the kubelet writes it (pkg/kubelet/network/dns), and glibc's search list
 * (resolv.conf(5)): a
 * name with fewer dots than ndots is tried with each suffix first, then as it is.
 */
#include "dns/dns.h"

#include <string.h>

#include "dns/coredns.h"
#include "server/outside.h"

static void
conf_cluster(const struct dns *dns, const char *namespace, struct resolv_conf *conf)
{
	const char *domain = dns->settings->dns_domain;
	const struct object *service = store_get(dns->store, kind_by_kind("Service"), "kube-system", "kube-dns");
	char text[IP_TEXT];

	/* the kubelet is told the tenth address of the service CIDR, whether a Service holds it or not */
	if (service && service_view(service)->ncluster_ips)
		ip_format(&service_view(service)->cluster_ips[0], text);
	else {
		struct cidr subnet = cidr_masked(&dns->settings->service_subnets[0]);
		struct ip tenth = ip_plus(&subnet.ip, 10);

		ip_format(&tenth, text);
	}
	*vec_push(&conf->nameservers) = arena_strdup(&conf->arena, text);
	*vec_push(&conf->search) = arena_printf(&conf->arena, "%s.svc.%s", namespace, domain);
	*vec_push(&conf->search) = arena_printf(&conf->arena, "svc.%s", domain);
	*vec_push(&conf->search) = arena_strdup(&conf->arena, domain);
	conf->ndots = 5;
}

/* The node's own file: a resolver outside the cluster. */
static void
conf_node(struct resolv_conf *conf)
{
	*vec_push(&conf->nameservers) = NODE_RESOLVER;
	conf->ndots = 1;
}

static void
conf_extend(const struct value *config, struct resolv_conf *conf)
{
	const struct value *list = value_get(config, "nameservers");

	for (size_t i = 0; i < value_count(list); i++)
		*vec_push(&conf->nameservers) = arena_strdup(&conf->arena, value_text(value_at(list, i)));
	list = value_get(config, "searches");
	for (size_t i = 0; i < value_count(list); i++)
		*vec_push(&conf->search) = arena_strdup(&conf->arena, value_text(value_at(list, i)));
	list = value_get(config, "options");
	for (size_t i = 0; i < value_count(list); i++) {
		const char *name = value_get_text(value_at(list, i), "name");
		const char *value = value_get_text(value_at(list, i), "value");

		if (name && value && strcmp(name, "ndots") == 0)
			conf->ndots = (int)strtol(value, NULL, 10);
	}
}

void
resolv_conf_of(const struct dns *dns, const struct pod *pod, struct resolv_conf *conf)
{
	const struct value *spec;
	const char *policy;

	memset(conf, 0, sizeof *conf);
	if (!pod) {
		conf_node(conf);
		return;
	}
	spec = value_get(pod->object->root, "spec");
	policy = pod->dns_policy;
	if (strcmp(policy, "None") == 0)
		conf->ndots = 1;
	else if (strcmp(policy, "Default") == 0 || (pod->host_network && strcmp(policy, "ClusterFirstWithHostNet") != 0))
		conf_node(conf);
	else
		conf_cluster(dns, pod->object->namespace, conf);
	conf_extend(value_get(spec, "dnsConfig"), conf);
}

void
resolv_conf_release(struct resolv_conf *conf)
{
	vec_release(&conf->nameservers);
	vec_release(&conf->search);
	arena_release(&conf->arena);
}

void
resolv_conf_print(const struct resolv_conf *conf, struct str *out)
{
	if (conf->search.n) {
		str_add(out, "search");
		for (size_t i = 0; i < conf->search.n; i++)
			str_addf(out, " %s", conf->search.v[i]);
		str_addch(out, '\n');
	}
	for (size_t i = 0; i < conf->nameservers.n; i++)
		str_addf(out, "nameserver %s\n", conf->nameservers.v[i]);
	if (conf->ndots != 1)
		str_addf(out, "options ndots:%d\n", conf->ndots);
}

/* The first name server is none of the cluster's, but one outside. */
static bool
asks_outside(const struct resolv_conf *conf)
{
	struct ip ip;

	return conf->nameservers.n && ip_parse(conf->nameservers.v[0], &ip) && outside_by_ip(&ip);
}

/* Asks one absolute name; true when that ends the search. */
static bool
lookup_try(const struct dns *dns, const struct resolv_conf *conf, const char *name, enum dns_type type,
	struct dns_answer *answer, const char **tried, size_t *ntried)
{
	answer->code = DNS_NOERROR;
	answer->authoritative = false;
	tried[(*ntried)++] = arena_printf(&answer->arena, "%s%s", name, str_ends(name, ".") ? "" : ".");
	if (asks_outside(conf))
		coredns_outside(name, type, answer);
	else
		dns_query(dns, name, type, answer);
	return answer->code == DNS_NOERROR && answer->records.n;
}

void
dns_lookup(const struct dns *dns, const struct resolv_conf *conf, const char *name, enum dns_type type,
	struct dns_answer *answer, const char ***tried, size_t *ntried)
{
	const char **names = arena_alloc(&answer->arena, (conf->search.n + 2) * sizeof *names);
	bool absolute = str_ends(name, ".");
	bool as_is_first;
	int dots = 0;

	for (const char *c = name; *c; c++)
		dots += *c == '.';
	as_is_first = absolute || dots >= conf->ndots;
	*tried = names;
	*ntried = 0;
	if (as_is_first && lookup_try(dns, conf, name, type, answer, names, ntried))
		return;
	for (size_t i = 0; i < conf->search.n && !absolute; i++)
		if (lookup_try(dns, conf, arena_printf(&answer->arena, "%s.%s", name, conf->search.v[i]), type, answer, names,
			ntried))
			return;
	if (!as_is_first)
		(void)lookup_try(dns, conf, name, type, answer, names, ntried);
}
