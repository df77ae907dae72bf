#include "host/commands.h"

#include <string.h>

#include "host/programs.h"

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

/* "/usr/bin/curl" is curl; other paths are no commands. */
static const char *
without_path(const char *name)
{
	static const char *const folders[] = { "/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/" };

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (str_starts(name, folders[i]))
			return name + strlen(folders[i]);
	return name;
}

const struct command *
command_here(const struct shell *shell, const char *name)
{
	const struct command *command = command_find(without_path(name));
	const struct value *container;

	if (!command || command->builtin)
		return command;
	container = shell->place == PLACE_POD ? place_container(shell) : NULL;
	if (container)
		return shell->busybox || shell->every_program ||
		programs_has(container, command->name) ? command : NULL;
	return !command->here || command->here(shell) ? command : NULL;
}

int
command_run(const struct command *command, struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	if (command != &command_kubectl && !command->builtin)
		cluster_rest(shell->cluster);
	return command->run(shell, io, argc, argv);
}

int
command_fail(struct io *io, const char *command, struct err *err)
{
	struct str text = STR_INIT;
	int status = err_status(err);

	err_print(err, &text);
	sink_printf(io->err, "%s: %s", command, text.buf);
	str_release(&text);
	err_release(err);
	return status;
}
