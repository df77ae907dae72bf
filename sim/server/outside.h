/*
 * Who is outside the cluster: a few hosts that learners' material asks for, each with its names, its address and what
 * it listens on.  The names' resolver is what CoreDNS forwards to; everybody else out there is silent, and every other
 * name unknown.
 */
#ifndef SERVER_OUTSIDE_H
#define SERVER_OUTSIDE_H

#include "api/view.h"

struct outside_host {
	const char *names;	/* "example.com,db.example.com" */
	const char *address;
	const char *ports;	/* "80/tcp,53/udp" */
};

/* The name server of the nodes' own resolv.conf. */
#define NODE_RESOLVER "8.8.8.8"

extern const struct outside_host outside_hosts[];	/* names == NULL ends */

const struct outside_host *outside_by_name(const char *name);	/* without the final dot; NULL */
bool outside_has_name(const struct outside_host *host, const char *name);
const struct outside_host *outside_by_ip(const struct ip *ip);		/* NULL */
bool outside_listens(const struct outside_host *host, enum protocol protocol, uint16_t port);

#endif
