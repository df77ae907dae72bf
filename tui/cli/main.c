/*
 * The process: its standard streams become sinks, its exit status says whether what was printed arrived.  Nothing is
 * made ready that the subcommand doesn't ask for: a single trace is over in less time than a screen takes to start.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/edit.h"
#include "term/size.h"

extern const struct ready svcsim_ready;	/* made by the build */

/* A closed standard stream would be the number of the next file opened.  Returns whether standard output was closed. */
static bool
fill_descriptors(void)
{
	bool closed = false;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0) {
			closed |= fd == STDOUT_FILENO;
			if (open("/dev/null", O_RDWR) != fd)
				_exit(3);
		}
	return closed;
}

static void
cli_init(struct cli *cli)
{
	unsigned lines;

	*cli = (struct cli){ .files = FILES_INIT };
	stream_init(&cli->out, fill_descriptors() ? -1 : STDOUT_FILENO, NULL);
	stream_init(&cli->err, STDERR_FILENO, &cli->out);
	cli->io = (struct io){ .files = &real_files, .files_state = &cli->files, .out = &cli->out.sink, .err = &cli->err.sink,
		.tty = cli->out.terminal, .edit = edit_file };
	if (cli->out.terminal)
		term_size(STDOUT_FILENO, &cli->io.columns, &lines);
	cli->interactive = cli->out.terminal && isatty(STDIN_FILENO);
}

#define STATUS_SIGPIPE 141	/* what a program has that SIGPIPE ended */

/* A full disk: the command may have worked, its answer did not arrive.  A reader that went away has heard enough. */
static int
cli_finish(struct cli *cli, int status)
{
	stream_flush(&cli->out);
	if (cli->out.failed && cli->out.error == EPIPE) {
		status = STATUS_SIGPIPE;
	} else if (cli->out.failed) {
		sink_printf(cli->io.err, "svcsim: standard output: %s\n", strerror(cli->out.error));
		status = 3;
	}
	stream_flush(&cli->err);
	stream_release(&cli->out);
	stream_release(&cli->err);
	flags_release(&cli->flags);
	io_names_release(&cli->words);
	files_release(&cli->files);
	return status;
}

int
main(int argc, char **argv)
{
	struct cli cli;

	signal(SIGPIPE, SIG_IGN);
	sim_ready_use(&svcsim_ready);
	cli_init(&cli);
	return cli_finish(&cli, cli_run(&cli, argc ? argc - 1 : 0, (const char *const *)argv + (argc > 0)));
}
