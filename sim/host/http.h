/* Who answers HTTP behind an address that a walk came to: a pod's server, the API server, kube-proxy. */
#ifndef HOST_HTTP_H
#define HOST_HTTP_H

#include "host/client.h"

struct http_request {
	bool tls, insecure;	/* https; -k */
	const char *path;	/* "/..." */
	uint16_t port;		/* of the URL */
	const char *host, *agent, *method;	/* as the request says them */
};

enum http_result {
	HTTP_OK,		/* status, type and body */
	HTTP_EMPTY,		/* accepted and closed: no HTTP there */
	HTTP_FOREIGN,		/* something comes that is no HTTP */
	HTTP_NO_TLS,		/* https to a server without TLS */
	HTTP_UNTRUSTED,		/* the certificate is the cluster's own */
};
struct http_response {
	int status;
	const char *reason, *type;
	struct str headers;	/* each line ended by CR LF */
	struct str body;
};

/* The request stands in the server's log when it has one.  http_release is due in any case. */
enum http_result http_get(struct client *client, const struct http_request *request, const struct walk *walk,
	struct http_response *response);

void http_release(struct http_response *response);
/* Status line, headers and the empty line behind them. */
void http_head(const struct http_response *response, struct str *out);

#endif
