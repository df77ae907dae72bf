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

/* The time that passed since the line before, also when `sleep` and waiting have put the cluster's clock ahead. */
static void
let_time_pass(struct session *session)
{
	struct sim *sim = session->source.sim;
	int64_t passed = wall_now() - session->source.wall;

	if (passed > 0)
		sim_tick(sim, sim_now(sim) + passed);
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
	let_time_pass(session);
	status = sim_line(session->source.sim, &session->io, line);
	session->source.wall = wall_now();
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

/* ---- standard input: what is typed while a line runs ---- */

static void
flush_said(struct io *io)
{
	struct session *session = (struct session *)((char *)io - offsetof(struct session, io));

	stream_flush(&session->cli->out);
	stream_flush(&session->cli->err);
}

static enum io_result
typed_read(struct io *io, const char *path, struct str *out)
{
	(void)path;
	flush_said(io);
	return editor_read(false, out);
}

static enum io_result
typed_read_line(struct io *io, struct str *out)
{
	flush_said(io);
	return editor_read(true, out);
}

/* The shell's files are its own: no more than "-" is asked for here. */
static const struct io_files typed_files = { .read = typed_read, .read_line = typed_read_line };

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

	session.io.files = cli->interactive ? &typed_files : NULL;
	session.io.asks = cli->interactive;
	session.io.edit = cli->io.edit ? edit_text : NULL;
	session.io.interrupted = was_interrupted;
	if (source_open(&session.source, cli, NULL, true, &err))
		return cli_fail(cli, &err);
	status = run_session(&session);
	source_close(&session.source);
	return status;
}
