/*
 * The table of pages.  Of a server the first row whose path fits decides; a server without rows answers with its pod's
 * name.
 */
#ifndef CONTROL_ANSWER_PAGES_H
#define CONTROL_ANSWER_PAGES_H

#include <stdbool.h>

/*
 * In a body: %h the pod's name, %i its address, %c the client's, %m the method, %p the path, %q the query, %H the Host
 * header, %S that without its port, %a the agent, %t the image's tag, %T the time as Go prints it, %D as nginx logs it,
 * %r a random number.
 */
struct answer_page {
	const char *server;
	const char *path;	/* NULL: any; ends in *: any that begins so */
	const char *tag;	/* that the image's tag begins with; NULL: any */
	int status;
	const char *type;
	const char *body;
};

extern const struct answer_page answer_pages[];	/* server == NULL ends */

/* Servers that answer without HTTP. */
struct answer_other {
	const char *server;
	bool speaks;		/* else the connection is closed */
};
extern const struct answer_other answer_others[];

/* Servers of files: where these are, and what is said of a folder without an index. */
struct answer_files {
	const char *server, *root;
	int no_index;		/* 403, or 200 with a list */
};
extern const struct answer_files answer_roots[];

#endif
