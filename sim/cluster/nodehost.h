/*
 * NodeHost documents that the cluster itself writes: the state of a node's host is in its last document, so that it is
 * saved, undone and graded like everything else.
 */
#ifndef CLUSTER_NODEHOST_H
#define CLUSTER_NODEHOST_H

#include "cluster/cluster.h"

/* The node's last document as a copy, with a spec; a new one when it has none. */
struct value *nodehost_document(const struct settings *settings, const char *node, struct arena *arena);
/* From now on the node is as the document says; controllers look again when the cluster settles next. */
void nodehost_put(struct cluster *cluster, const struct value *document);

enum proxy_state { PROXY_RUNNING, PROXY_STOPPED, PROXY_GONE };	/* gone: with its pod */
/* When it ends, what it knew is kept, for its rules stay. */
void nodehost_set_proxy(struct cluster *cluster, struct value *document, const char *node, enum proxy_state state,
	struct arena *arena);

/*
 * On nodes where a pod of DaemonSet kube-proxy ran, kube-proxy ends with it, and is back with the next one.  Where none
 * ever ran it is no matter of pods.  nodehost_begin: the pods that run now are those that are known to.
 */
void nodehost_begin(struct cluster *cluster);
void nodehost_follow(struct cluster *cluster);

#endif
