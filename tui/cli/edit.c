/*
 * The editor is KUBE_EDITOR, EDITOR or vi, as kubectl has it; its words are parted at blanks, and one with quotes in it is a line for
 * the shell.
 */
#include "cli/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

/* In the child; comes back only when there is no such program.  Words between blanks, or what is quoted a line for the shell. */
static void
become(const char *program, const char *path)
{
	char *rest = xstrdup(program), *line = xasprintf("%s \"$1\"", program), *word;
	char *argv[64];
	size_t n = 0;

	if (strpbrk(program, "\"'\\"))
		execl("/bin/sh", "sh", "-c", line, "sh", path, (char *)NULL);
	while (n + 2 < sizeof argv / sizeof *argv && (word = strtok_r(rest, " ", &rest)))
		argv[n++] = word;
	argv[n++] = (char *)path;
	argv[n] = NULL;
	if (n > 1)
		execvp(argv[0], argv);
}

/* A pipe that the program closes by being run: what comes out of it else is why it can't be. */
static int
run_editor(const char *program, const char *path)
{
	int told[2], status;
	char missing = 0;
	pid_t child;

	if (pipe(told))
		return -1;
	fcntl(told[1], F_SETFD, FD_CLOEXEC);
	child = fork();
	if (!child) {
		close(told[0]);
		signal(SIGTSTP, SIG_DFL);
		become(program, path);
		_exit(write(told[1], "x", 1) == 1 ? 127 : 126);
	}
	close(told[1]);
	if (child > 0 && read(told[0], &missing, 1) < 0)
		missing = 0;
	close(told[0]);
	if (child < 0)
		return -1;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (missing)	/* Go looks in PATH for names alone, and has another error for a path */
		return program[strcspn(program, "/ ")] == '/' ? -1 : IO_EDIT_MISSING;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int
edit_at_path(struct io *io, struct io_edit *edit, const char *program)
{
	struct files *files = io->files_state;
	struct cli *cli = (struct cli *)((char *)files - offsetof(struct cli, files));
	int result;

	if (io->files->write(io, edit->path.buf, edit->text.buf, edit->text.len, false) != IO_OK)
		return -1;
	/* What was said so far stands on the terminal before the editor does. */
	stream_flush(&cli->out);
	stream_flush(&cli->err);
	result = run_editor(program, edit->path.buf);
	if (result)
		return result;
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
