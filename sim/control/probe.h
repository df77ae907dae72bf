/*
 * Probes, evaluated against what the pod's containers really do (pkg/kubelet/prober).  What one finds depends only on the
 * container and on the time since its start, so a probe's whole history can be told at any moment.
 */
#ifndef CONTROL_PROBE_H
#define CONTROL_PROBE_H

#include "server/server.h"

enum probe_kind { PROBE_STARTUP, PROBE_LIVENESS, PROBE_READINESS };

struct probe_run {
	const struct server *server;
	const struct object *pod;
	const struct value *container;
	enum probe_kind kind;
	int64_t started;	/* when the container was */
	int64_t from;		/* no probing before: the startup probe's success */
};

struct probe_result {
	int now;		/* 1 success, 0 failure, -1 not known yet */
	int64_t since;		/* when that became so; 0: from the start */
	int64_t next;		/* when it becomes something else; CLOCK_NEVER */
	int then;		/* what it becomes then */
	bool passed;		/* has it ever, or will it before it becomes something else? */
	int64_t failure;	/* the first failing try after the time asked for; CLOCK_NEVER */
	int64_t failures;	/* failing tries until now */
};

const struct value *probe_spec(const struct value *container, enum probe_kind kind);	/* NULL: it has none */
/* failures_after: see failure. */
struct probe_result probe_follow(const struct probe_run *run, int64_t now, int64_t failures_after);
/* "Readiness probe failed: ..", as the kubelet's Event says; appended. */
void probe_message(const struct probe_run *run, struct str *out);

#endif
