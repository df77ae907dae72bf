/* ssh to a node, and the tools that show its rules. */
#include <stdlib.h>
#include <string.h>

#include "host/client.h"
#include "host/commands.h"
#include "host/options.h"

static bool
on_node(const struct shell *shell)
{
	return shell->place == PLACE_NODE;
}

static bool
not_in_pod(const struct shell *shell)
{
	return shell->place != PLACE_POD;
}

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

static int
iptables_save_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *words[6] = { "rules", shell->place_name, "--as", "save" };
	struct options options;
	int n = 4;

	options_init(&options, io, argc, argv, "t:", NULL);
	while (options_next(&options)) {
		words[4] = "--table";
		words[5] = options.value;
		n = 6;
	}
	options_release(&options);
	return options.failed ? 1 : shell_command(shell, io, n, words);
}

const struct command command_iptables_save = { .name = "iptables-save", .usage = "[-t TABLE]",
	.help = "The node's rules", .here = on_node, .run = iptables_save_main };

/* Of nft's language the one sentence that learners say: in kube-proxy's other modes there is nothing to list. */
static int
nft_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	const char *const words[] = { "rules", shell->place_name, "--as", "nft" };

	if (argc != 3 || strcmp(argv[1], "list") != 0 || strcmp(argv[2], "ruleset") != 0) {
		sink_put(io->err, "nft: this simulator knows nothing but: nft list ruleset\n");
		return 1;
	}
	if (shell->cluster->server.settings.proxy.mode != PROXY_NFTABLES)
		return 0;
	return shell_command(shell, io, 4, words);
}

const struct command command_nft = { .name = "nft", .usage = "list ruleset",
	.help = "The node's rules in kube-proxy's nftables mode", .here = on_node, .run = nft_main };
