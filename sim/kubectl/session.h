/*
 * The end of a session at a container's main process: kubectl run -i, kubectl attach.  The process ends with it, and with --rm
 * the pod goes, too.  (k8s.io/kubectl/pkg/cmd/run/run.go; reattachMessage of pkg/cmd/attach/attach.go)
 */
#ifndef KUBECTL_SESSION_H
#define KUBECTL_SESSION_H

#include "kubectl/kubectl.h"

struct session_place {
	const char *namespace, *pod, *container;
};
/*
 * kubectl->session says what ends.  status: the process's, KUBECTL_EXEC_MISSING when command could not start.  Says what the real one
 * says at the end; returns kubectl's exit status.
 */
int session_end(struct kubectl *kubectl, const struct session_place *place, const char *command, int status);
/* The same where the process has ended by itself, or never began. */
int session_close(struct kubectl *kubectl, const struct session_place *place);

#endif
