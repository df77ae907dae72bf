/*
 * The controllers: each looks at the store and brings it one step nearer to what the objects ask for.  Level-triggered: a controller reads
 * the state, never an event's history, so running one twice changes nothing the second time.
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "server/server.h"

struct controller {
	const char *name;		/* file and row: "deployment", "endpointslice" */
	const char *const *watches;	/* kinds whose change makes it run, NULL-ended */
	/*
	 * Does what can be done now; returns when it wants to run again though nothing changes (CLOCK_NEVER: not until
	 * something does).
	 */
	int64_t (*reconcile)(struct server *server);
	/*
	 * When it wants to run though nobody waits for that: settling doesn't jump there, but what is due is done when time has
	 * gone by.  NULL: it has nothing of the kind.
	 */
	int64_t (*later)(const struct server *server);
};

extern const struct controller *const controllers[];	/* in the order they run; NULL ends */

struct control {
	struct server *server;
	uint64_t *seen;		/* by controller: the store's version at its last run */
	int64_t *wake;		/* by controller: when it asked to run again */
	int64_t *later;		/* by controller: when it will though nobody waits */
};

void control_init(struct control *control, struct server *server);
void control_release(struct control *control);
/* One is asked again when it will run though nobody waits: after the store was loaded behind its back. */
void control_expect(struct control *control, size_t controller);
/* What they wait for, as a map to be saved, and back from one: a controller that it doesn't name runs at once. */
void control_put_waits(const struct control *control, struct arena *arena, struct value *waits);
void control_take_waits(struct control *control, const struct value *waits);
/* All are due: the settings changed, which no version tells. */
void control_poke(struct control *control);
/* Runs whatever is due at the clock's time until no controller has anything to do. */
void control_run(struct control *control);
/* The next time at which a controller wants to run, waited for or not; CLOCK_NEVER when nothing will happen by itself. */
int64_t control_next(const struct control *control);
/* Would control_settle find nothing to do?  After control_run. */
bool control_rests(const struct control *control, int64_t limit);
/* control_run, and the clock jumps from wake to wake until rest or the limit (ns of virtual time) is reached. */
void control_settle(struct control *control, int64_t limit);
/* It is now: whatever became due on the way is done at its time; of a long absence only the last hour is lived through. */
void control_tick(struct control *control, int64_t now);

/*
 * The main process of a pod's container has ended, by what only its caller knows: the session that was attached to it is over.
 * start_error: it could not even start, for this reason; else NULL.
 */
void control_end_process(struct server *server, const struct object *pod, const char *container, int exit_code,
	const char *start_error);

#endif
