/* The pod and the container that exec, attach, logs and port-forward mean by the words they are given. */
#ifndef KUBECTL_ATTACHABLE_H
#define KUBECTL_ATTACHABLE_H

#include "kubectl/failures.h"
#include "kubectl/kubectl.h"
#include "store/store.h"

/* The pods that an object stands for: itself, or those that its selector finds, live ones first; *out owned by the caller. */
typedef VEC(const struct pod *) pod_vec;
bool attachable_pods(struct kubectl *kubectl, const struct object *object, pod_vec *out, struct failures *failures);
/* The first of them; NULL and the failure when there is none. */
const struct pod *attachable_pod(struct kubectl *kubectl, const struct object *object, struct failures *failures);
/* The name of -c or of the first container, which is said when there are several; NULL and the failure. */
const char *attachable_container(struct kubectl *kubectl, const struct pod *pod, const char *wanted, bool quiet,
	struct failures *failures);
/*
 * What the API server says when it finds no kubelet at the pod's node: "dial tcp 172.30.2.2:10250: connect: connection refused".
 * false: it does, out is left alone.
 */
bool attachable_dial_fails(struct kubectl *kubectl, const struct pod *pod, struct str *out);
/* The same as a failure of a connection that was to be upgraded (pkg/registry/core/pod/rest/subresources.go). */
bool attachable_refuses(struct kubectl *kubectl, const struct pod *pod, struct failures *failures);

#endif
