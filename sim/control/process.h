/*
 * What a container's main process does over time: how long it lives, how it ends, which files its script makes.  Decided by command,
 * arguments, image and environment alone, so it is the same whenever it is asked.  A script for a shell is followed: its
 * sleeps take their time, its files come and go, and a loop that waits for a Service ends when the Service is there.
 */
#ifndef CONTROL_PROCESS_H
#define CONTROL_PROCESS_H

#include "server/server.h"

struct process {
	int64_t lasts;		/* from its start until it ends by itself; CLOCK_NEVER: it runs on */
	int exit_code;
	bool heeds_term;	/* SIGTERM ends it at once, else SIGKILL does when the grace period is over */
	const char *missing;	/* the program that it can't start with, as the container names it; NULL */
};
struct process process_of(const struct server *server, const struct object *pod, const struct value *container);

/* Does it run words of its own, command or args, instead of what the image brings? */
bool process_has_words(const struct value *container);
/* The exit code of a command in the container, so long after the main process's start. */
int process_exec(const struct server *server, const struct object *pod, const struct value *container,
	const struct value *command, int64_t after);
/* The next time, counted from the start, at which the main process makes or removes a file; CLOCK_NEVER. */
int64_t process_next_change(const struct server *server, const struct object *pod, const struct value *container,
	int64_t after);

#endif
