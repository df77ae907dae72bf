/* A shell in a cluster of the README's kind, at a moment of its own, and what it printed last. */
#ifndef TESTS_UNIT_HOST_FIXTURE_H
#define TESTS_UNIT_HOST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)	/* 2026-11-23T04:12:56Z */

struct fixture {
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
};

/* In a cluster of these texts; none: the README's. */
static inline int
setup_with(void **state, const struct cluster_text *texts, size_t n)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct err err = ERR_INIT;

	if (cluster_make(&f->cluster, 1, NOW, texts, n, false, &err) != 0)
		fail_msg("%s", err.text);
	f->out = (struct sink_str)SINK_STR_INIT;
	f->err = (struct sink_str)SINK_STR_INIT;
	f->io = (struct io){ .out = &f->out.sink, .err = &f->err.sink };
	shell_init(&f->shell, &f->cluster, &f->io);
	*state = f;
	return 0;
}

static inline int
setup(void **state)
{
	return setup_with(state, NULL, 0);
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	shell_release(&f->shell);
	cluster_release(&f->cluster);
	str_release(&f->out.str);
	str_release(&f->err.str);
	free(f);
	return 0;
}

static inline int
run(struct fixture *f, const char *line)
{
	str_clear(&f->out.str);
	str_clear(&f->err.str);
	return shell_line(&f->shell, line);
}

#endif
