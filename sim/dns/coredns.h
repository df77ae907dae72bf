/*
 * CoreDNS as its Corefile sets it up: the server block of a name, and its plugins in CoreDNS' own order.  The Corefile is
 * that of ConfigMap kube-system/coredns, kubeadm's where there is none.  A changed one counts at once, as if its reload
 * plugin had looked; one that cannot be parsed is not taken, and kubeadm's goes on.
 */
#ifndef DNS_COREDNS_H
#define DNS_COREDNS_H

#include "server/corefile.h"
#include "dns/dns.h"

/* One question to all plugins; depth counts the aliases before it. Records are added to those that are there. */
void coredns_ask(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer, int depth);

/* What the name servers outside the cluster know. */
void coredns_outside(const char *name, enum dns_type type, struct dns_answer *answer);

/* The line that the log plugin writes for an answered question; false: no such plugin there. */
bool coredns_log(const struct dns *dns, const struct ip *client, uint16_t port, const char *name, enum dns_type type,
	const struct dns_answer *answer, struct str *line);

#endif
