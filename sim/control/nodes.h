/*
 * What the node controllers share: a node's conditions and who its kubelet is.
 *
 * A kubelet lives unless a NodeHost document stops it.  The model keeps no Lease objects: a kubelet that was stopped at a known time has
 * renewed its lease until then; one that a document stops without a time was silent before everything here began, so that its node
 * is NotReady at once.  A Node that came without an address (kubectl apply of a bare Node) is no machine and has no kubelet.
 */
#ifndef CONTROL_NODES_H
#define CONTROL_NODES_H

#include "control/workload.h"

/* Of status.conditions; NULL. */
struct value *node_condition(const struct value *root, const char *type);
/* Its status: "True", "False", "Unknown"; "" without the condition. */
const char *node_condition_status(const struct object *node, const char *type);
/* Does a kubelet look after the pods of the node at this time? */
bool node_has_kubelet(const struct server *server, const struct object *node);
/* Did the node's kubelet ever say anything?  Not when the node has neither address nor conditions. */
bool node_is_machine(const struct object *node);
/* A reference to each pod that is bound to the node; workload_list_release. */
void node_pods(struct server *server, const char *node, object_vec *out);
/* Changes one condition of a copy in its place: status, reason, message, and the transition if the status differs. */
void node_put_condition(struct arena *arena, struct value *condition, const struct condition *to, int64_t now);

/* tainteviction.c: says of the node's pods that were to go later that they stay. */
void tainteviction_cancel(struct server *server, const struct object *node);

#endif
