/* A packet, as much of it as rules and routes look at. */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "api/view.h"
#include "base/ip.h"
#include "svcsim/str.h"

struct packet {
	enum protocol protocol;
	struct ip src, dst;
	uint16_t sport, dport;	/* 0 for ICMP */
	uint32_t mark;
	unsigned ctstate;	/* CT_* of proxy/ruleset.h, on the node it is on */
};

/* "203.0.113.10:51234 -> 172.30.2.2:30080 TCP" */
void packet_print(const struct packet *packet, struct str *out);

#endif
