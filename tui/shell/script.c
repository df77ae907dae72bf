/* Lines from a pipe or a file. */
#include <stdlib.h>

#include "shell/readline.h"

int
editor_script(const struct editor_host *host, FILE *lines)
{
	struct editor_pending pending = { STR_INIT, 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while (!host->over(host->arg) && (len = getline(&line, &size, lines)) >= 0) {
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		editor_take(host, &pending, line);
	}
	if (!host->over(host->arg))
		editor_take(host, &pending, NULL);
	free(line);
	str_release(&pending.text);
	return pending.status;
}
