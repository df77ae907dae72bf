/*
 * What each kind adds to a request: one row a kind, one file server/<kind>.c (service.c, pod.c, deployment.c ..).
 * The order is the API server's own: defaults, prepare, allocate, validate; allocate is undone when validation
 * fails.
 */
#ifndef SERVER_STRATEGY_H
#define SERVER_STRATEGY_H

#include "server/server.h"

/* What the server's pipeline has to know of a kind; all false for one that has no row. */
struct traits {
	const char *kind, *group;
	bool generation;		/* metadata.generation counts changes of the spec */
	bool counts_labels;		/* .. and of the labels */
	bool create_on_update;		/* PUT of a missing object makes it */
	bool status_given;		/* status may be given at creation */
	const char *registry;		/* where etcd keeps them, when that is not the plural */
};
const struct traits *traits_of(const struct kind *kind);

struct change {
	struct server *server;
	const struct request *request;
	struct arena *arena;		/* of the new object */
	struct value *new;		/* may be changed by defaults, prepare and allocate */
	const struct value *old;	/* NULL on create */
	struct status *status;
	bool newer;			/* the request says so, or old has what our tables don't know */
	void *taken;			/* what allocate took, for settle; in arena */
};

struct strategy {
	const char *kind;	/* "Service" */
	int (*check_name)(const char *text, struct str *out);	/* NULL: a DNS-1123 subdomain */
	void (*defaults)(struct arena *arena, struct value *object);	/* pkg/apis/.../defaults.go */
	void (*prepare)(struct change *change);		/* PrepareForCreate / PrepareForUpdate: status kept or dropped, fields carried over */
	/* Takes addresses and ports; on failure it has given back what it took, and status says why. */
	int (*allocate)(struct change *change);
	void (*validate)(struct change *change);	/* adds causes to status */
	void (*validate_status)(struct change *change);	/* the same for what comes through the subresource */
	/* After the store took it (undo false) or validation refused it (undo true): frees what is no more held. */
	void (*settle)(struct change *change, bool undo);
	void (*deleted)(struct server *server, const struct object *object);
	void (*warn)(const struct change *change);	/* the strategy's Warnings */
};

const struct strategy *strategy_of(const struct kind *kind);	/* NULL: only metadata is looked after */

extern const struct strategy strategy_configmap, strategy_crd, strategy_cronjob, strategy_daemonset, strategy_deployment,
	strategy_endpoints, strategy_endpointslice, strategy_event, strategy_gateway, strategy_gatewayclass,
	strategy_grpcroute, strategy_hpa, strategy_httproute, strategy_ingress, strategy_ingressclass, strategy_job,
	strategy_namespace, strategy_networkpolicy, strategy_node, strategy_pdb, strategy_pod, strategy_quota,
	strategy_referencegrant, strategy_replicaset, strategy_replicationcontroller, strategy_secret, strategy_service, strategy_statefulset;

/* server/names.c: the checks of names and label syntax, worded as k8s.io/apimachinery/pkg/util/validation words them. */
void validate_object_meta(struct change *change);
/* Each appends its messages to *out, one a line, and returns how many. */
int check_dns1123_label(const char *text, struct str *out);
int check_dns1123_subdomain(const char *text, struct str *out);
int check_dns1035_label(const char *text, struct str *out);
int check_qualified_name(const char *text, struct str *out);
int check_label_value(const char *text, struct str *out);
int check_port_name(const char *text, struct str *out);
int check_path_segment(const char *text, struct str *out);	/* what can stand between two slashes of a URL */
int check_config_key(const char *text, struct str *out);	/* server/config.c */
/* Adds `path: Invalid value: "text": message` for each message of the check. */
void status_check(struct status *status, int (*check)(const char *, struct str *), const char *path, const char *text);
void validate_labels(struct status *status, const struct value *labels, const char *path);
void validate_annotations(struct status *status, const struct value *annotations, const char *path);
void validate_label_selector(struct status *status, const struct value *selector, const char *path);

/* server/fields.c: checks that several kinds share.  paths are whole, values as they stand in the tree. */
extern const char *const port_protocols[];	/* "SCTP", "TCP", "UDP" */
extern const char ip_complaint[], cidr_complaint[];
/* An absent or empty word is an error when it is required; words end with NULL and are listed as they stand. */
void validate_word(struct status *status, const char *path, const struct value *word, const char *const *words, bool required);
/* The same of a pointer in Go: absent is fine, and an empty word is a wrong one. */
void validate_given_word(struct status *status, const char *path, const struct value *word, const char *const *words);
void validate_port_number(struct status *status, const char *path, const struct value *map, const char *field);	/* at path.field */
void validate_port_number_or_name(struct status *status, const char *path, const struct value *map, const char *field);
bool validate_ip(struct status *status, const char *path, const struct value *ip);	/* leading zeros are let through, as v1.32 does */
void validate_ordinary_ip(struct status *status, const char *path, const struct value *ip);	/* not loopback, link-local .. */
/* A hostname in a balancer's status; absent and empty are fine. */
void validate_balancer_name(struct status *status, const char *path, const struct value *name);
bool validate_cidr(struct status *status, const char *path, const struct value *cidr);
void status_add_invalid(struct status *status, const char *path, const struct value *value, const char *detail);

#endif
