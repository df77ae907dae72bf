/*
 * What the servers of pods answer over HTTP: pages by server and path, files that are mounted or written, and a few
 * that compute.
 */
#ifndef CONTROL_ANSWER_H
#define CONTROL_ANSWER_H

#include "base/clock.h"
#include "control/serve.h"
#include "svcsim/str.h"

struct answer_ask {
	const char *method, *path;	/* "/" .. with the query */
	const char *host, *agent;	/* as the request says them */
	const char *client;		/* the address that the server sees */
	int64_t now;
};

enum answer_kind {
	ANSWER_REFUSED,		/* nobody listens */
	ANSWER_HTTP,
	ANSWER_SILENT,		/* accepted and closed without a word */
	ANSWER_FOREIGN,		/* a word that is no HTTP */
};

struct answer {
	int status;
	const char *reason, *type;
	struct str body;
	const char *server;	/* serve_name: "nginx" */
	const struct value *container;
};

/* answer_release is due in any case. */
enum answer_kind answer_ask(const struct store *store, const struct pod *pod, uint16_t port,
	const struct answer_ask *ask,
	struct answer *answer);
void answer_release(struct answer *answer);

/* The status that GET path is answered with, so long after the container's start; 0 when nobody speaks HTTP there. */
int answer_status(const struct store *store, const struct pod *pod, uint16_t port, const char *path, int64_t after);
/* When the answers of the container's server change by themselves next, counted from its start; CLOCK_NEVER. */
int64_t answer_next_change(const struct pod *pod, const struct value *container, int64_t after);
/* The text of a page as it stands in the table, with its %-marks; NULL. */
const char *answer_page(const char *server, const char *path);

/* The folder that a server of files serves, "/usr/share/nginx/html"; NULL: it serves none. */
const char *answer_folder(const char *server);

#endif
