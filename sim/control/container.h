/*
 * One container of a pod as its status tells it, and what happens to it next: it starts, ends, is restarted after a pause that
 * grows, is found well or not.  Pure: it is asked, and changes nothing.  (pkg/kubelet/kuberuntime: computePodActions, doBackOff)
 */
#ifndef CONTROL_CONTAINER_H
#define CONTROL_CONTAINER_H

#include "server/server.h"

enum container_role {
	CONTAINER_MAIN,
	CONTAINER_INIT,		/* ends before the next begins */
	CONTAINER_SIDECAR,	/* an init container with restartPolicy Always: runs beside all that follow */
	CONTAINER_EPHEMERAL,	/* came later, to look at the others: never restarted, and nothing depends on it */
};

struct container {
	const struct server *server;
	const struct object *pod;
	const struct value *spec;
	const struct value *status;	/* its entry; NULL */
	enum container_role role;
};

enum container_step {
	CONTAINER_RESTS,
	CONTAINER_STARTS,	/* from waiting, or again */
	CONTAINER_FAILS,	/* to start; next.message, next.exit_code */
	CONTAINER_WAITS,	/* why is in next.reason and next.message */
	CONTAINER_WAITS_ON,	/* for the same reason as before, and that is said again */
	CONTAINER_ENDS,		/* next.exit_code */
	CONTAINER_IS_CHANGED,	/* another image: it is killed, next.exit_code, and starts anew */
	CONTAINER_IS_KILLED,	/* by next.probe; next.exit_code */
	CONTAINER_IS_UP,	/* its startup probe passed */
	CONTAINER_IS_READY,
	CONTAINER_IS_UNREADY,
	CONTAINER_IS_UNWELL,	/* a try of next.probe failed, the next.failures'th */
};

struct container_next {
	enum container_step step;
	int64_t when;		/* CLOCK_NEVER with CONTAINER_RESTS */
	bool waited_for;	/* settling goes there */
	const char *reason;
	char *message;		/* in the arena; NULL: none */
	int exit_code;
	int probe;		/* enum probe_kind */
	int64_t failures;
};

/* What comes next, in arena where it needs room.  Waking at when and asking again finds it due. */
struct container_next container_next(const struct container *container, struct arena *arena);

bool container_waits(const struct value *status);	/* also when there is none */
bool container_runs(const struct value *status);
bool container_ended(const struct value *status, int *exit_code);
bool container_failed_for_good(const struct container *container);	/* ended, not well, and isn't restarted */
bool container_done(const struct container *container);		/* ended and isn't restarted */
const char *container_waiting_reason(const struct value *status);	/* "" when it does not wait */

/* A new entry for the step. */
struct value *container_status_waiting(const struct container *container, struct arena *arena, const char *reason, const char *message);
struct value *container_status_running(const struct container *container, struct arena *arena);
struct value *container_status_failed(const struct container *container, struct arena *arena,
	const struct container_next *next);
struct value *container_status_ended(const struct container *container, struct arena *arena, int exit_code);

/* What the runtime says of a program that isn't there. */
char *container_start_error(struct arena *arena, const char *program);
/* What the runtime says of an image that isn't there. */
char *container_pull_error(struct arena *arena, const char *image);
/* "nginx" as the runtime resolves it: docker.io's library, and tag latest when with_tag and it has none. */
char *container_image(struct arena *arena, const char *reference, bool with_tag);

#endif
