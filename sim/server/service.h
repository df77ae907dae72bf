/*
 * Questions about a Service's spec that its four files ask: service.c (defaults, fields that depend on the type),
 * service_alloc.c (addresses and ports), service_validate.c (the rules), service_warn.c.  Texts are never NULL.
 */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "server/strategy.h"

/* annotations */
#define SERVICE_TOPOLOGY_HINTS "service.kubernetes.io/topology-aware-hints"
#define SERVICE_TOPOLOGY_MODE "service.kubernetes.io/topology-mode"

const char *service_text(const struct value *map, const char *key);	/* "" when absent */
bool service_is(const struct value *spec, const char *type);
bool service_same(const struct value *a, const struct value *b, const char *field);	/* both absent, or equal */
bool service_needs_cluster_ip(const struct value *spec);
bool service_needs_node_port(const struct value *spec);
bool service_needs_health_check(const struct value *spec);
bool service_is_headless(const struct value *spec);
bool service_is_external(const struct value *spec);	/* externally accessible, as the API means it */

/* service_alloc.c */
int service_allocate(struct change *change);
void service_settle(struct change *change, bool undo);
void service_deleted(struct server *server, const struct object *object);

/* service_validate.c */
void service_validate(struct change *change);
void service_validate_status(struct change *change);
void service_validate_cluster_ips(struct status *status, const struct value *spec);

/* service_warn.c */
void service_warn(const struct change *change);
void service_warn_status(const struct change *change);

#endif
