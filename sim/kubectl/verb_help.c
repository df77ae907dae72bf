/* kubectl help, as cobra has it, and kubectl alpha, which has no commands in v1.32. */
#include "kubectl/help.h"
#include "kubectl/verb_list.h"
#include "kubectl/words.h"

static int
refuse_topic(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT;

	str_add(&text, "Unknown help topic [");
	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&text, "%s`%s`", i ? " " : "", flags->args[i]);
	str_add(&text, "]\n\n\n");
	help_print_groups(&text);
	sink_write(kubectl->io->err, text.buf, text.len);
	str_release(&text);
	return 0;
}

/* The words lead to a verb; those behind it that name none are passed over. */
static int
help_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct str command = STR_INIT, text = STR_INIT;
	const struct verb *verb = NULL;

	for (size_t i = 0; i < flags->nargs; i++) {
		const struct verb *found = words_verb(verb ? verb->subverbs : verbs, flags->args[i]);

		if (!found)
			break;
		verb = found;
		str_addf(&command, "%s%s", i ? " " : "", verb->name);
	}
	if (flags->nargs && !verb)
		return refuse_topic(kubectl, flags);
	help_print(verb, command.buf, &text);
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	str_release(&command);
	return 0;
}

const struct verb verb_help = {
	.name = "help",
	.aliases = "",
	.usage = "help [command] [flags]",
	.summary = "Help about any command",
	.help = "Shows the page of a command.",
	.examples = "",
	.args = "commands",
	.run = help_run,
	.hidden = true,
	.asks = ASKS_NOBODY,
};

static int
alpha_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	sink_put(kubectl->io->err, "No alpha commands are available in this version of kubectl\n");
	return 0;
}

const struct verb verb_alpha = {
	.name = "alpha",
	.aliases = "",
	.usage = "alpha",
	.summary = "Commands that are still alpha; there are none",
	.help = "Commands that are still alpha; there are none.",
	.examples = "",
	.args = "",
	.run = alpha_run,
	.hidden = true,
	.asks = ASKS_NOBODY,
};
