/* The one word that stands for a pod's state in tables, and the counts beside it. */
#ifndef KUBECTL_POD_TEXT_H
#define KUBECTL_POD_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "api/value.h"

struct pod_text {
	char *status;	/* owned: "Running", "CrashLoopBackOff", "Init:0/1", "Terminating" .. */
	int ready, containers;
	int64_t restarts;
	const char *last_restart;	/* a timestamp of the pod; NULL */
};

struct pod_text pod_text_of(const struct value *pod);
void pod_text_release(struct pod_text *text);
bool pod_condition_is(const struct value *pod, const char *type, const char *status);

#endif
