/* ssh to a node. */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/node_host.h"

static int
ssh_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *at = argc > 1 ? strchr(argv[1], '@') : NULL;
	const char *name = at ? at + 1 : argc > 1 ? argv[1] : "";
	int status = 0;

	if (argc < 2) {
		sink_put(io->err, "usage: ssh destination [command [argument ...]]\n");
		return 255;
	}
	if (!store_get(shell->cluster->server.store, kind_by_kind("Node"), "", name)) {
		sink_printf(io->err, "ssh: Could not resolve hostname %s: Name or service not known\n", name);
		return 255;
	}
	if (settings_host(&shell->cluster->server.settings, name).powered_off) {
		sink_printf(io->err, "ssh: connect to host %s port 22: No route to host\n", name);
		return 255;
	}
	shell_enter(shell, PLACE_NODE, name);
	if (argc > 2) {
		struct str line = STR_INIT;

		for (int i = 2; i < argc; i++)
			str_addf(&line, "%s%s", i > 2 ? " " : "", argv[i]);
		status = shell_lines(shell, io, line.buf);
		str_release(&line);
		shell_leave(shell);
	}
	return status;
}

const struct command command_ssh = { .name = "ssh", .usage = "NODE [COMMAND]", .help = "Goes to a node, until exit",
	.here = not_in_pod, .run = ssh_main };
