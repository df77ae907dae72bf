/* The history file: each line is appended when it is run, so that two shells at once lose nothing. */
#include <stdio.h>

#include <errno.h>
#include <fcntl.h>
#include <readline/history.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/readline.h"

#define KEPT 2000	/* lines */

static char *path;	/* NULL: no place for it, history lasts as long as the process */

static void
make_folders(char *file)
{
	for (char *slash = strchr(file + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(file, 0700);
		*slash = '/';
	}
}

static char *
place(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		return xasprintf("%s/svcsim/history", state);
	return home && *home ? xasprintf("%s/.local/state/svcsim/history", home) : NULL;
}

/* A file that can't be made is no reason not to work. */
static void
make_file(void)
{
	int fd;

	make_folders(path);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		return;
	}
	free(path);
	path = NULL;
}

void
editor_history_open(void)
{
	using_history();
	stifle_history(KEPT);
	path = place();
	if (path)
		make_file();
	if (path)
		read_history(path);
}

void
editor_history_add(const char *line)
{
	const HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (last && strcmp(last->line, line) == 0)
		return;
	add_history(line);
	if (path && !strchr(line, '\n'))
		append_history(1, path);
}

void
editor_history_close(void)
{
	if (path)
		history_truncate_file(path, KEPT);
	clear_history();
	free(path);
	path = NULL;
}
