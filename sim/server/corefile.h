/*
 * A Corefile, read as CoreDNS reads it: server blocks, each with the names that it serves and its plugins. A plugin has
 * arguments and, in braces, lines of its own.  Follows coremain and the Caddyfile grammar of coredns/caddy.
 */
#ifndef SERVER_COREFILE_H
#define SERVER_COREFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/ip.h"
#include "svcsim/err.h"
#include "store/store.h"
#include "svcsim/vec.h"

/* words[0] is the directive's name; below are the lines between its braces. */
struct corefile_line {
	const char **words;
	size_t n;
	unsigned line;
};
typedef VEC(struct corefile_line) corefile_lines;

struct corefile_plugin {
	struct corefile_line head;
	corefile_lines body;
};

struct corefile_block {
	VEC(const char *) zones;	/* lower case, without the final dot; "" is the root */
	int port;
	VEC(struct corefile_plugin) plugins;
};

struct corefile {
	struct arena arena;
	VEC(struct corefile_block) blocks;
};

/* Fails with what CoreDNS says before it gives up; *corefile is empty then. */
MUST_CHECK int corefile_parse(struct corefile *corefile, const char *text, struct err *err);
void corefile_release(struct corefile *corefile);

/* The block on port 53 whose zone is the longest that holds the name; NULL: the server refuses. */
const struct corefile_block *corefile_block_of(const struct corefile *corefile, const char *name);
const struct corefile_plugin *corefile_plugin(const struct corefile_block *block, const char *name);	/* or NULL */
/* The line of that name in the plugin's braces; NULL. */
const struct corefile_line *corefile_line(const struct corefile_plugin *plugin, const char *name);

/* What ConfigMap kube-system/coredns holds; NULL. */
const char *corefile_text(const struct store *store);
/* "8.8.8.8", "dns://8.8.8.8:53", "[2001:db8::1]:53"; a file (/etc/resolv.conf) names the node's own name server. */
bool corefile_upstream(struct arena *arena, const char *word, struct ip *ip);
/* Does a block forward to kube-dns itself, and has the loop plugin, which then ends CoreDNS soon after its start? */
bool corefile_loops(const struct store *store);

/* Is the name in the zone?  Both without a final dot, the zone in lower case; "" holds every name. */
bool name_in_zone(const char *name, const char *zone);
/* "Example.ORG.:53", "dns://cluster.local", ".": the zone as above, in the arena; *port unless NULL. */
const char *corefile_zone(struct arena *arena, const char *word, int *port);

#endif
