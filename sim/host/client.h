/*
 * A process that opens connections from where the shell stands: it asks its resolver, whose questions travel as packets
 * like any other, and then connects.  curl, wget, nslookup and nc are made of this.
 */
#ifndef HOST_CLIENT_H
#define HOST_CLIENT_H

#include "host/shell.h"
#include "net/walk.h"

struct client {
	struct shell *shell;
	struct cluster *cluster;
	struct walk_source from;
	const struct pod *pod;		/* NULL unless the shell is in one */
	struct resolv_conf conf;
};

/* false and said on the error stream when the place is gone. */
bool client_init(struct client *client, struct shell *shell, struct io *io);
void client_release(struct client *client);

/* The walk is the caller's to release. */
void client_connect(struct client *client, const struct ip *ip, uint16_t port, enum protocol protocol,
	struct walk *walk);

enum client_answer {
	CLIENT_FOUND,
	CLIENT_NOT_FOUND,	/* the server says that there is no such name, or no such record */
	CLIENT_DNS_REFUSED,	/* nobody listens where the resolver should be */
	CLIENT_DNS_SILENT,
};
struct client_question {
	struct dns_answer answer;
	const char **tried;	/* absolute names, in order; in the answer's arena */
	size_t ntried;
	const char *server;	/* the first name server; "" without one */
};
enum client_answer client_ask(struct client *client, const char *name, enum dns_type type, bool search,
	struct client_question *question);
void client_question_release(struct client_question *question);

void client_reverse_name(const struct ip *ip, struct str *out);	/* for a PTR question */
void client_use_server(struct client *client, const char *address);	/* instead of those of resolv.conf */

/* As getaddrinfo: addresses as they are, localhost, node names outside pods, then the resolver. */
enum client_answer client_resolve(struct client *client, const char *host, enum ip_family family, struct ip *ip);

/* Seconds go by while a client waits; as a decimal of at most a million. */
void client_wait(struct client *client, double seconds);

#endif
