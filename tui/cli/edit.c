/*
 * The editor is KUBE_EDITOR, EDITOR or vi, as kubectl has it; one with blanks or quotes in it is a line for the shell.
 */
#include "cli/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static const char *
editor_name(const struct io_edit *edit)
{
	static const char *const variables[] = { "KUBE_EDITOR", "EDITOR" };

	if (edit->editor)
		return edit->editor;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return value;
	}
	return "vi";
}

#define TRIES 100

static void
name_file(struct io_edit *edit, unsigned number)
{
	const char *folder = getenv("TMPDIR");

	str_clear(&edit->path);
	str_addf(&edit->path, "%s/%s-%u%s", folder && *folder ? folder : "/tmp", edit->suffix[0] == '-' ? "svcsim" : "kubectl-edit",
		number, edit->suffix);
}

/* A file of our own under TMPDIR, with a number; O_EXCL makes that safe to guess. */
static int
make_file(struct io_edit *edit)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (unsigned i = 0; i < TRIES; i++) {
		unsigned number = (unsigned)now.tv_nsec ^ (unsigned)getpid() << 8;
		int fd;

		name_file(edit, number % 900000000 + 100000000 + i);
		fd = open(edit->path.buf, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd >= 0)
			return close(fd);
		if (errno != EEXIST)
			break;
	}
	str_clear(&edit->path);
	return -1;
}

static int
run_editor(const char *program, const char *path)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return -1;
	if (!child) {
		char *line = xasprintf("%s \"$1\"", program);

		if (!program[strcspn(program, " \t\"'\\$`;&|<>")])
			execlp(program, program, path, (char *)NULL);
		else
			execl("/bin/sh", "sh", "-c", line, "sh", path, (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int
edit_at_path(struct io *io, struct io_edit *edit, const char *program)
{
	struct files *files = io->files_state;
	struct cli *cli = (struct cli *)((char *)files - offsetof(struct cli, files));

	if (io->files->write(io, edit->path.buf, edit->text.buf, edit->text.len, false) != IO_OK)
		return -1;
	/* What was said so far stands on the terminal before the editor does. */
	stream_flush(&cli->out);
	stream_flush(&cli->err);
	if (run_editor(program, edit->path.buf))
		return -1;
	str_clear(&edit->text);
	return io->files->read(io, edit->path.buf, &edit->text) == IO_OK ? 0 : -1;
}

int
edit_file(struct io *io, struct io_edit *edit)
{
	const char *program = editor_name(edit);
	int failed;

	str_clear(&edit->program);
	str_add(&edit->program, program);
	if (make_file(edit))
		return -1;
	failed = edit_at_path(io, edit, program);
	unlink(edit->path.buf);
	return failed;
}
