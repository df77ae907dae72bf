/*
 * What kube-proxy's ipvs mode makes on a node besides rules: the kernel's virtual servers with their real servers, and
 * the addresses that it binds to kube-ipvs0 so that packets for them are the node's own.  Its sets of ipset are the
 * ruleset's.
 */
#ifndef PROXY_IPVS_H
#define PROXY_IPVS_H

#include "proxy/kubeproxy.h"

struct real_server {
	struct ip ip;
	uint16_t port;
};
struct virtual_server {
	enum protocol protocol;
	struct ip ip;
	uint16_t port;
	int persistent;			/* seconds of session affinity; 0 */
	struct real_server *real;	/* sorted */
	size_t nreal;
	uint32_t order;			/* in which it was added */
};
struct ipvs {
	struct arena arena;
	const char *scheduler;
	VEC(struct virtual_server) servers;	/* sorted as ipvsadm lists them */
	VEC(struct ip) bound;			/* on kube-ipvs0, sorted */
};

/* A full sync; the chains, rules and sets go to out. */
void ipvs_sync(const struct proxy_input *input, struct ipvs *ipvs, struct ruleset *out);
void ipvs_release(struct ipvs *ipvs);
const struct virtual_server *ipvs_find(const struct ipvs *ipvs, enum protocol protocol, const struct ip *ip,
	uint16_t port);		/* NULL */
bool ipvs_binds(const struct ipvs *ipvs, const struct ip *ip);

/* Both families' one after the other; either may be NULL.  ipvsadm 1.31: -Ln, -Sn. */
void ipvs_write_list(const struct ipvs *v4, const struct ipvs *v6, struct str *out);
void ipvs_write_save(const struct ipvs *v4, const struct ipvs *v6, struct str *out);
/* `ip -o address show dev kube-ipvs0` */
void ipvs_write_addresses(const struct ipvs *v4, const struct ipvs *v6, struct str *out);
void ipset_write_save(const struct ruleset *ruleset, struct str *out);	/* ipset 7.17: save */

#endif
