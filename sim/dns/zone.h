/*
 * What the cluster's zone holds for one Service: its addresses, its endpoints, its ports, and the way back from an
 * address to a name.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns/dns.h"

/* [endpoint.]service.namespace or _port._protocol.service.namespace; what is not asked for is NULL. */
struct zone_question {
	const char *namespace, *service, *endpoint, *port, *protocol;
};

/* What the plugin's `pods` says of names such as 10-244-1-5.ns.pod. */
enum zone_pods { ZONE_PODS_DISABLED, ZONE_PODS_INSECURE, ZONE_PODS_VERIFIED };

/* All of a name in the domain dns->settings->dns_domain, without its final dot; depth counts aliases. */
void zone_answer(const struct dns *dns, enum zone_pods pods, const char *name, enum dns_type type,
	struct dns_answer *answer, int depth);

/* One more record of the answer, named and with its ttl; the caller fills the rest. */
struct dns_record *dns_add(struct dns_answer *answer, const char *name, enum dns_type type);

void zone_service(const struct dns *dns, const struct zone_question *question, const struct service *service,
	const char *name, enum dns_type type, struct dns_answer *answer);
void zone_pod_server(const struct dns *dns, const struct zone_question *question, const char *name, const struct ip *ip,
	struct dns_answer *answer);
void zone_reverse(const struct dns *dns, const struct ip *ip, const char *name, enum dns_type type,
	struct dns_answer *answer);

bool zone_dashed_ip(const char *label, struct ip *ip);		/* "10-244-1-5", "fd00--1" */
bool zone_reverse_ip(const char *name, struct ip *ip);		/* "5.1.244.10.in-addr.arpa", nibbles of ip6.arpa */

#endif
