/*
 * A small interpreter of shell scripts against a clock of its own: lists, pipelines, loops, conditions, groups, redirections.  It
 * knows no variables, and a loop that neither sleeps nor ends is one without an end.  The programs are its user's.
 */
#ifndef CONTROL_TIMELINE_H
#define CONTROL_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "svcsim/vec.h"

/* A file that the script makes or removes, and when. */
struct timeline_change {
	const char *path;
	int64_t when;
	bool there;
};

struct timeline_token {
	const char *text;
	bool word;		/* else an operator */
};

struct timeline {
	void (*run)(struct timeline *script, const char *const *words, size_t n);	/* a program; sets clock, status, ended */
	const void *user;
	struct arena arena;
	VEC(struct timeline_token) tokens;
	size_t at;
	VEC(struct timeline_change) changes;
	int64_t clock;		/* since the start; CLOCK_NEVER once it runs on for ever */
	int status;		/* of the last command */
	bool ended;		/* nothing after this is run */
	int skip, depth;	/* skip above 0: what is read is not run */
};

void timeline_release(struct timeline *script);
void timeline_run(struct timeline *script, const char *text);	/* what `sh -c text` does; once for a script */
void timeline_pass(struct timeline *script, int64_t time);		/* CLOCK_NEVER: it stays there */
void timeline_set_file(struct timeline *script, const char *path, bool there);

#endif
