/*
 * svcsim shell: lines for a cluster.  One of the database is locked, read again when somebody else changed it, and
 * saved for each line, so that a shell may stay open beside other processes.
 */
#include <stddef.h>
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"
#include "shell/editor.h"

const struct flag shell_flags[] = {
	{ "command", 'c', FLAG_STRING, NULL, NULL, NULL, "Run this line and end with its exit status." },
	{ NULL },
};

struct session {
	struct cli *cli;
	struct source source;
	struct io io;		/* no files of this machine */
	bool fresh;		/* the source is open and nothing was run yet: its lock is held */
	bool failed;
};

static int
session_fail(struct session *session, struct err *err)
{
	stream_drop(&session->cli->out);
	session->failed = true;
	return cli_fail(session->cli, err);
}

static void
go_on_to_now(struct session *session)
{
	struct sim *sim = session->source.sim;
	int64_t now = wall_now();

	if (now > sim_now(sim))
		sim_tick(sim, now);
}

static int
run_line(void *arg, const char *line)
{
	struct session *session = arg;
	struct err err = ERR_INIT;
	int status;

	if (!session->fresh && source_again(&session->source, &err))
		return session_fail(session, &err);
	session->fresh = false;
	go_on_to_now(session);
	status = sim_line(session->source.sim, &session->io, line);
	if (source_save(&session->source, &err))
		return session_fail(session, &err);
	stream_flush(&session->cli->err);
	if (strcmp(line, "clear") == 0)
		stream_clear(&session->cli->out);
	return status;
}

static char *
prompt(void *arg)
{
	struct session *session = arg;

	return sim_prompt(session->source.sim);
}

static void
complete(void *arg, const char *line, size_t point, void (*fn)(void *to, const char *word), void *to)
{
	struct session *session = arg;

	sim_complete(session->source.sim, line, point, fn, to);
}

static bool
is_over(void *arg)
{
	struct session *session = arg;

	return session->failed || session->cli->out.failed || sim_exited(session->source.sim);
}

static int
run_session(struct session *session)
{
	const struct editor_host host = { session, run_line, prompt, complete, sim_wants_more, is_over };
	const char *line = flag_string(&session->cli->flags, "command");
	struct err err = ERR_INIT;

	if (line)
		return run_line(session, line);
	/* A person thinks between lines: the lock is not held meanwhile. */
	session->fresh = false;
	if (source_save(&session->source, &err))
		return session_fail(session, &err);
	return session->cli->interactive ? editor_terminal(&host) : editor_script(&host, stdin);
}

static bool
was_interrupted(struct io *io)
{
	(void)io;
	return editor_interrupted();
}

/* The text is a file of this machine for as long as the editor runs. */
static int
edit_text(struct io *io, struct io_edit *edit)
{
	struct session *session = (struct session *)((char *)io - offsetof(struct session, io));
	struct io *real = &session->cli->io;

	return real->edit(real, edit);
}

int
cmd_shell(struct cli *cli)
{
	struct session session = { .cli = cli, .io = cli->io, .fresh = true };
	struct err err = ERR_INIT;
	int status;

	session.io.files = NULL;
	session.io.edit = cli->io.edit ? edit_text : NULL;
	session.io.interrupted = was_interrupted;
	if (source_open(&session.source, cli, NULL, true, &err))
		return cli_fail(cli, &err);
	status = run_session(&session);
	source_close(&session.source);
	return status;
}
