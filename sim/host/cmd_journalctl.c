/* journalctl as systemd 255 prints it. */
#include "host/commands.h"
#include "host/journal.h"
#include "host/node_host.h"
#include "host/options.h"

static int
journalctl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct world_node *node = node_here(shell);
	const struct unit *unit = NULL;
	struct str out = STR_INIT;
	struct options options;
	size_t lines = SIZE_MAX;
	bool named = false, backwards = false;

	options_init(&options, io, argc, argv, "u:n:fexrqS:p:bo:",
		(const char *const[]){ "unit=u", "lines=n", "no-pager=q", "follow=f", "since=S", "priority=p", "reverse=r",
		"output=o", "boot=b", "quiet=q", "pager-end=e", "catalog=x", NULL });
	while (options_next(&options)) {
		if (options.letter == 'u') {
			named = true;
			unit = unit_find(options.value);
		}
		if (options.letter == 'n')
			options_number(&options, "number of lines", &lines);
		backwards |= options.letter == 'r';
	}
	if (node && !options.failed && (unit || !named))
		journal_write(shell, node, unit, lines, backwards, &out);
	if (!options.failed && node)
		sink_put(io->out, out.len ? out.buf : "-- No entries --\n");
	str_release(&out);
	options_release(&options);
	return options.failed || !node ? 1 : 0;
}

const struct command command_journalctl = { .name = "journalctl", .usage = "[-u UNIT] [-n LINES] [-r]",
	.help = "What the node's services wrote", .here = on_node, .run = journalctl_main };
