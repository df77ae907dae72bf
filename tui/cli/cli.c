/*
 * From words to a subcommand's run.  Options may stand before the subcommand; they are then read as if they stood
 * after it.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/subcommands.h"
#include "cli/options.h"
#include "svcsim/distance.h"

const struct flag cluster_flags[] = {
	{ "filename", 'f', FLAG_ARRAY, NULL, NULL, "@file",
		"Manifests, or - for standard input, that make a cluster for this call alone; may be repeated." },
	{ "as-stored", 0, FLAG_BOOL, NULL, NULL, NULL,
		"Take the files' objects as an API server's dump: nothing is defaulted, allocated or started." },
	{ "cluster", 0, FLAG_STRING, NULL, NULL, "@cluster", "Work on the saved cluster of this name, not the current one." },
	{ "seed", 0, FLAG_INT, NULL, NULL, NULL, "Where the dice start: the same seed gives the same names and addresses." },
	{ NULL },
};
const struct flag color_flags[] = {
	{ "color", 0, FLAG_STRING, "auto", NULL, "auto,always,never",
		"Colour: auto is on a terminal, unless NO_COLOR is set." },
	{ NULL },
};
const struct flag help_flags[] = {
	{ "help", 'h', FLAG_BOOL, NULL, NULL, NULL, "Say what the command does and which options it has." },
	{ NULL },
};
const struct flag version_flags[] = {
	{ "version", 0, FLAG_BOOL, NULL, NULL, NULL, "Print the version." },
	{ NULL },
};
const struct flag *const global_flags[] = { cluster_flags, color_flags, help_flags, version_flags, NULL };

/* ---- saying what is wrong ---- */

int
cli_fail(struct cli *cli, struct err *err)
{
	struct str text = STR_INIT;
	int status = err_status(err);

	err_print(err, &text);
	sink_printf(cli->io.err, "svcsim: %s", text.buf);
	str_release(&text);
	err_release(err);
	return status;
}

int
cli_usage(struct cli *cli, const char *command, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	sink_printf(cli->io.err, "svcsim: %s; see `svcsim help%s%s`\n", text.buf, *command ? " " : "", command);
	str_release(&text);
	return 2;
}

const char *
cli_arg(const struct cli *cli, size_t i)
{
	return i < cli->flags.nargs ? cli->flags.args[i] : NULL;
}

/* ---- finding the row ---- */

const struct subcommand *
subcommand_find(const struct subcommand *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

const struct sim_word *
sim_command_word(const char *name)
{
	size_t n;
	const struct sim_word *words = sim_commands(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

int
cli_unknown(struct cli *cli, const struct subcommand *table, const char *group, const char *name)
{
	const struct subcommand *near = NULL;
	size_t least = 3;	/* farther ones were not meant */

	for (const struct subcommand *row = table; row->name; row++)
		if (!row->hidden && word_distance(name, row->name) < least) {
			near = row;
			least = word_distance(name, row->name);
		}
	if (near)
		return cli_usage(cli, group, "unknown command \"%s%s%s\"; did you mean \"%s\"?", group, *group ? " " : "", name,
			near->name);
	return cli_usage(cli, group, "unknown command \"%s%s%s\"", group, *group ? " " : "", name);
}

/* ---- reading the words ---- */

static void
add_words(struct io_names *to, int argc, const char *const *argv)
{
	for (int i = 0; i < argc; i++)
		*vec_push(to) = xstrdup(argv[i]);
}

static bool
has_dashes(int argc, const char *const *argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return true;
	return false;
}

/* mine: the words that the row's flags read; cli->words: what goes on to the sim. */
static void
sort_words(struct cli *cli, const struct subcommand *row, int argc, const char *const *argv, struct io_names *mine)
{
	const struct sim_word *word;
	struct options_split split;

	*vec_push(&cli->words) = xstrdup(row->name);
	switch (row->words) {
	case WORDS_OWN:
		add_words(mine, argc, argv);
		break;
	case WORDS_KEPT:
		add_words(&cli->words, argc, argv);
		break;
	case WORDS_SIM:
	case WORDS_SIM_COMMAND:
		word = sim_command_word(row->name);
		split = (struct options_split){ row->flags, word ? word->flags : NULL,
			row->words == WORDS_SIM_COMMAND && !has_dashes(argc, argv) };
		options_split(&split, argc, argv, mine, &cli->words);
		break;
	}
}

static int
choose_color(struct cli *cli, struct err *err)
{
	static const char *const words[] = { "auto", "always", "never" };
	const char *color = flag_string(&cli->flags, "color"), *no_color = getenv("NO_COLOR");
	size_t i = 0;

	while (i < 3 && strcmp(words[i], color) != 0)
		i++;
	if (i == 3)
		return err_set(err, ERR_USAGE, "--color is auto, always or never, not \"%s\"", color);
	cli->io.color = i == 1 || (i == 0 && cli->io.tty && !(no_color && *no_color));
	return 0;
}

static int
run_row(struct cli *cli, const struct subcommand *group, const struct subcommand *row, const struct io_names *before,
	int argc, const char *const *argv)
{
	struct err err = ERR_INIT;
	struct io_names mine = VEC_INIT;
	int status;

	add_words(&mine, (int)before->n, (const char *const *)before->v);
	sort_words(cli, row, argc, argv, &mine);
	if (flags_parse(&cli->flags, row->flags, (int)mine.n, (const char *const *)mine.v, &err) || choose_color(cli, &err)) {
		status = cli_usage(cli, group ? group->name : row->name, "%s: %s", row->name, err.text);
		err_release(&err);
	} else if (flag_bool(&cli->flags, "help")) {
		help_subcommand(group, row, cli->io.out);
		status = 0;
	} else if (row->words == WORDS_OWN && !row->args && cli->flags.nargs) {
		status = cli_usage(cli, row->name, "%s takes no word \"%s\"", row->name, cli->flags.args[0]);
	} else {
		status = row->run(cli);
	}
	io_names_release(&mine);
	return status;
}

static int
run_group(struct cli *cli, const struct subcommand *group, const struct io_names *before, int argc,
	const char *const *argv)
{
	int skip = options_before(global_flags, argc, argv);
	const struct subcommand *row = skip < argc ? subcommand_find(group->subs, argv[skip]) : NULL;
	struct io_names words = VEC_INIT;
	int status;

	if (skip == argc) {
		if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
			help_subcommand(NULL, group, argc ? cli->io.out : cli->io.err);
			return argc ? 0 : 2;
		}
		return cli_usage(cli, group->name, "%s needs a word after it", group->name);
	}
	if (!row)
		return cli_unknown(cli, group->subs, group->name, argv[skip]);
	add_words(&words, (int)before->n, (const char *const *)before->v);
	add_words(&words, skip, argv);
	status = run_row(cli, group, row, &words, argc - skip - 1, argv + skip + 1);
	io_names_release(&words);
	return status;
}

/* No subcommand: --help, --version, the start screen or help. */
static int
run_bare(struct cli *cli, int argc, const char *const *argv)
{
	struct err err = ERR_INIT;

	if (flags_parse(&cli->flags, global_flags, argc, argv, &err)) {
		int status = cli_usage(cli, "", "%s", err.text);

		err_release(&err);
		return status;
	}
	if (flag_bool(&cli->flags, "version")) {
		sink_put(cli->io.out, "svcsim " SVCSIM_VERSION "\n");
		return 0;
	}
	if (argc && !flag_bool(&cli->flags, "help"))
		return cli_usage(cli, "", "a command is missing");
	if (!argc && cli->interactive)
		return cmd_start(cli);
	help_program(cli->io.out);
	return 0;
}

int
cli_run(struct cli *cli, int argc, const char *const *argv)
{
	int skip = options_before(global_flags, argc, argv);
	const struct subcommand *row;
	struct io_names before = VEC_INIT;
	int status;

	if (skip == argc)
		return run_bare(cli, argc, argv);
	row = subcommand_find(subcommands, argv[skip]);
	if (!row)
		return cli_unknown(cli, subcommands, "", argv[skip]);
	add_words(&before, skip, argv);
	if (row->subs)
		status = run_group(cli, row, &before, argc - skip - 1, argv + skip + 1);
	else
		status = run_row(cli, NULL, row, &before, argc - skip - 1, argv + skip + 1);
	io_names_release(&before);
	return status;
}
