/* Lines from a pipe or a file. */
#include <stdlib.h>

#include "shell/readline.h"

int
shell_script(const struct shell_host *host, FILE *lines)
{
	struct shell_pending pending = { STR_INIT, 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while (!host->over(host->arg) && (len = getline(&line, &size, lines)) >= 0) {
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		shell_take(host, &pending, line);
	}
	if (!host->over(host->arg))
		shell_take(host, &pending, NULL);
	free(line);
	str_release(&pending.text);
	return pending.status;
}
