/*
 * Completion: the shells' scripts ask `svcsim complete WORD..` for what may stand at the last word's place, and that
 * reads the tables of subcommands and flags, the sim's own completion, and the names in the database and the packs.
 */
#include <string.h>

#include "cli/source.h"
#include "cli/subcommands.h"
#include "cli/options.h"
#include "screen/library.h"

static const char bash_script[] =
	"_svcsim() {\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} cut word IFS=$' \\t\\n'\n"
	"\tlocal -a words\n"
	"\tread -ra words <<<\"$line\"\n"
	"\t[[ $line == *' ' ]] && words+=('')\n"
	"\tword=${words[-1]}\n"
	"\tcut=${word%\"${word##*[:=]}\"}\n"
	"\tIFS=$'\\n'\n"
	"\tCOMPREPLY=($(svcsim complete -- \"${words[@]:1}\" 2>/dev/null))\n"
	"\tCOMPREPLY=(\"${COMPREPLY[@]#\"$cut\"}\")\n"
	"\t[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/:] ]] && compopt -o nospace\n"
	"}\n"
	"complete -o default -F _svcsim svcsim\n";

static const char zsh_script[] =
	"#compdef svcsim\n"
	"_svcsim() {\n"
	"\tlocal -a found\n"
	"\tfound=(${(f)\"$(svcsim complete -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\"})\n"
	"\tif (( $#found )); then compadd -S '' -- $found; else _files; fi\n"
	"}\n"
	"if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _svcsim \"$@\"; else compdef _svcsim svcsim; fi\n";

static const char fish_script[] =
	"function __svcsim\n"
	"\tset -l words (commandline -opc)\n"
	"\tsvcsim complete -- $words[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null\n"
	"end\n"
	"complete -c svcsim -a '(__svcsim)'\n";

static const struct {
	const char *shell, *script;
} scripts[] = { { "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script } };

int
cmd_completion(struct cli *cli)
{
	const char *shell = cli_arg(cli, 0);

	for (size_t i = 0; shell && i < sizeof scripts / sizeof scripts[0]; i++)
		if (strcmp(scripts[i].shell, shell) == 0) {
			sink_put(cli->io.out, scripts[i].script);
			return 0;
		}
	return cli_usage(cli, "completion", "completion is for bash, zsh or fish%s%s", shell ? ", not " : "",
		shell ? shell : "");
}

/* ---- svcsim complete ---- */

struct completion {
	struct cli *cli;
	const char *const *words;	/* after "svcsim"; the last is being typed */
	size_t n;
	const char *last;
	size_t kept;	/* bytes of last that stand before what is completed: "--name=" */
};

static void
offer(const struct completion *completion, const char *word)
{
	if (str_starts(word, completion->last + completion->kept))
		sink_printf(completion->cli->io.out, "%.*s%s\n", (int)completion->kept, completion->last, word);
}

static void
offer_word(void *arg, const char *word)
{
	offer(arg, word);
}

static void
offer_subcommands(const struct completion *completion, const struct subcommand *table)
{
	for (; table->name; table++)
		if (!table->hidden)
			offer(completion, table->name);
}

static void
offer_list(const struct completion *completion, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		char *word = xstrndup(list, len);

		offer(completion, word);
		free(word);
		list += len + (list[len] == ',');
	}
}

static void
offer_flags(const struct completion *completion, const struct flag *const *tables)
{
	for (; tables && *tables; tables++)
		for (const struct flag *row = *tables; row->name; row++) {
			char *word = xasprintf("--%s%s", row->name, row->type == FLAG_BOOL || row->bare ? "" : "=");

			offer(completion, word);
			free(word);
		}
}

/* ---- names that are not in a table ---- */

static void
offer_cluster(void *arg, const struct cluster_row *row)
{
	offer(arg, row->name);
}

static void
complete_cluster(struct completion *completion, struct err *err)
{
	struct db *db = db_exists() ? db_open(false, err) : NULL;

	if (db && clusters_list(db, offer_cluster, completion, err))
		sink_put(completion->cli->io.err, err->text);
	db_close(db);
}

static void
complete_scenario(struct completion *completion, struct err *err)
{
	struct library library;
	size_t pack, at;

	if (library_open(&library, &completion->cli->io, err))
		return;
	if (!strchr(completion->last, '/')) {
		for (size_t i = 0; i < library.names.n; i++) {
			char *word = xasprintf("%s/", library.names.v[i]);

			offer(completion, word);
			free(word);
		}
	} else {
		char *name = xstrndup(completion->last, strcspn(completion->last, "/"));

		if (!library_find(&library, name, &pack, &at, err))
			for (size_t i = 0; i < pack_count(library.packs[pack]); i++) {
				char *word = xasprintf("%s/%s", name, scenario_info(pack_scenario(library.packs[pack], i)).name);

				offer(completion, word);
				free(word);
			}
		free(name);
	}
	library_close(&library);
}

static void
complete_command(struct completion *completion, struct err *err)
{
	(void)err;
	offer_subcommands(completion, subcommands);
}

/* Files are the calling shell's own affair: no word means its default. */
static void
complete_file(struct completion *completion, struct err *err)
{
	(void)completion;
	(void)err;
}

static const struct {
	const char *kind;
	void (*complete)(struct completion *completion, struct err *err);
} kinds[] = {
	{ "@cluster", complete_cluster },
	{ "@scenario", complete_scenario },
	{ "@command", complete_command },
	{ "@file", complete_file },
};

static void
offer_values(struct completion *completion, const char *values)
{
	struct err err = ERR_INIT;

	if (values && *values != '@')
		offer_list(completion, values);
	for (size_t i = 0; values && i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].kind, values) == 0)
			kinds[i].complete(completion, &err);
	err_release(&err);
}

/* ---- finding the place ---- */

static void
add_quoted(struct str *line, const char *word)
{
	if (!word[strcspn(word, " \t\n\"'\\$`|&;<>()*?")]) {
		str_add(line, word);
		return;
	}
	str_addch(line, '\'');
	for (; *word; word++)
		if (*word == '\'')
			str_add(line, "'\\''");
		else
			str_addch(line, *word);
	str_addch(line, '\'');
}

/* Words of the sim's own commands: its shell completes them, on the current cluster. */
static void
complete_by_sim(struct completion *completion, size_t from)
{
	struct err err = ERR_INIT;
	struct str line = STR_INIT;
	struct source source;

	for (size_t i = from; i < completion->n; i++) {
		str_add(&line, i > from ? " " : "");
		add_quoted(&line, completion->words[i]);
	}
	if (!source_open(&source, completion->cli, NULL, false, &err)) {
		sim_complete(source.sim, line.buf, line.len, offer_word, completion);
		source_close(&source);
	}
	err_release(&err);
	str_release(&line);
}

/* The value of --name=.., which the last word holds, or of the flag before it. */
static bool
complete_value(struct completion *completion, const struct flag *const *tables)
{
	const char *equals = *completion->last == '-' ? strchr(completion->last, '=') : NULL;
	const char *word = equals ? completion->last : completion->n > 1 ? completion->words[completion->n - 2] : "";
	const struct flag *row = options_flag(tables, word);

	if (!row || (!equals && !options_value_follows(row, word)))
		return false;
	completion->kept = equals ? (size_t)(equals + 1 - completion->last) : 0;
	offer_values(completion, row->complete);
	return true;
}

static void
complete_row(struct completion *completion, const struct subcommand *row, size_t at)
{
	if (row->subs && completion->n > at + 2) {
		const struct subcommand *sub = subcommand_find(row->subs, completion->words[at + 1]);

		if (sub)
			complete_row(completion, sub, at + 1);
		return;
	}
	if (complete_value(completion, row->flags))
		return;
	if (*completion->last == '-' && row->words != WORDS_KEPT)
		offer_flags(completion, row->flags);
	if (row->words != WORDS_OWN)
		complete_by_sim(completion, at);
	else if (row->subs)
		offer_subcommands(completion, row->subs);
	else if (*completion->last != '-')
		offer_values(completion, row->args);
}

int
cmd_complete(struct cli *cli)
{
	struct completion completion = { cli, (const char *const *)cli->words.v + 1, cli->words.n - 1, "", 0 };
	size_t at = 0;

	if (completion.n && strcmp(completion.words[0], "--") == 0) {
		completion.words++;
		completion.n--;
	}
	if (!completion.n)
		return 0;
	completion.last = completion.words[completion.n - 1];
	while (at + 1 < completion.n && completion.words[at][0] == '-')
		at++;
	if (at + 1 < completion.n) {
		const struct subcommand *row = subcommand_find(subcommands, completion.words[at]);

		if (row)
			complete_row(&completion, row, at);
	} else if (*completion.last == '-') {
		offer_flags(&completion, global_flags);
	} else {
		offer_subcommands(&completion, subcommands);
	}
	return 0;
}
