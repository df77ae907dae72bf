/* Real connections, many at once: each takes as long as the kernel needs, and silence is waited for once for all. */
#ifndef KERNEL_DIAL_H
#define KERNEL_DIAL_H

#include "netns.h"

struct answer {
	char verdict[16];	/* as verdict_name() */
	char who[256];		/* name of the namespace that answered; "" */
	char source[64];	/* the client's address as the answerer saw it; "" */
};

struct dial {
	const char *from;	/* namespace */
	struct ip source;	/* to bind to; family IP_NONE: as the kernel likes */
	struct ip to;
	uint16_t port;
	enum protocol protocol;
	struct answer answer;	/* out */
	int fd;			/* of dial.c */
	bool connected;
};

/* patient: for one that was silent against expectation, perhaps since the machine was busy. */
void dial_all(const struct netns *netns, struct dial *dials, size_t n, bool patient);

#endif
