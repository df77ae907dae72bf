/*
 * Names, as CoreDNS' kubernetes plugin and a pod's resolver answer them (SPEC.md E; dns-based service discovery 1.1.0).
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include "api/view.h"
#include "server/settings.h"
#include "store/store.h"
#include "svcsim/vec.h"

/* DNS_OTHER: any type that svcsim's CoreDNS has no records of. */
enum dns_type { DNS_A, DNS_AAAA, DNS_SRV, DNS_PTR, DNS_CNAME, DNS_TXT, DNS_TYPE_COUNT, DNS_OTHER = DNS_TYPE_COUNT };
const char *dns_type_name(enum dns_type type);

enum dns_code { DNS_NOERROR, DNS_NXDOMAIN, DNS_SERVFAIL, DNS_REFUSED };
const char *dns_code_name(enum dns_code code);	/* "NXDOMAIN" */

struct dns_record {
	const char *name;	/* absolute, with the final dot */
	enum dns_type type;
	int ttl;
	struct ip ip;		/* A, AAAA */
	const char *target;	/* CNAME, PTR, SRV; TXT: the text */
	int priority, weight, port;	/* SRV */
};

struct dns_answer {
	struct arena arena;
	enum dns_code code;
	VEC(struct dns_record) records, additional;
	bool authoritative;	/* from the cluster's zone */
};
void dns_answer_init(struct dns_answer *answer);
void dns_answer_release(struct dns_answer *answer);

struct dns {
	const struct store *store;
	const struct settings *settings;
};

/* What CoreDNS answers to one question; name with or without the final dot. */
void dns_query(const struct dns *dns, const char *name, enum dns_type type, struct dns_answer *answer);

/* resolv.conf of a pod or of a node (pod NULL). */
struct resolv_conf {
	struct arena arena;
	VEC(const char *) nameservers, search;
	int ndots;
};
void resolv_conf_of(const struct dns *dns, const struct pod *pod, struct resolv_conf *conf);
void resolv_conf_release(struct resolv_conf *conf);
void resolv_conf_print(const struct resolv_conf *conf, struct str *out);

/*
 * As the C library looks a name up: with the search list.  The answer of the name that was found, and in tried
 * (owned by the answer's arena) every absolute name that was asked, in order.
 */
void dns_lookup(const struct dns *dns, const struct resolv_conf *conf, const char *name, enum dns_type type,
	struct dns_answer *answer, const char ***tried, size_t *ntried);

#endif
