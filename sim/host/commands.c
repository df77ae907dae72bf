#include "host/commands.h"

#include <string.h>

const struct command *const commands[] = {
#define COMMAND_ROW(id) &command_##id,
	COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
	NULL,
};

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}
