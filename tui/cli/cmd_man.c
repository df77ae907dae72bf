/* The manual page, in man(7)'s macros, from the rows that --help prints. */
#include <stdlib.h>
#include <string.h>

#include "cli/subcommands.h"

#define FILLED 72	/* characters after which a line of running text ends */

/* Text as roff reads it: no line becomes a request, a dash stays one to copy.  filled: lines may break anywhere. */
static void
add_escaped(struct str *out, const char *text, bool filled)
{
	size_t line = out->len;

	for (; *text; text++) {
		if (out->len == line && (*text == '.' || *text == '\''))
			str_add(out, "\\&");
		if (filled && *text == ' ' && out->len - line >= FILLED) {
			str_addch(out, '\n');
			line = out->len;
			continue;
		}
		if (*text == '\n')
			line = out->len + 1;
		if (*text == '-')
			str_add(out, "\\-");
		else if (*text == '\\')
			str_add(out, "\\e");
		else
			str_addch(out, *text);
	}
}

static void
add_text(struct str *out, const char *text)
{
	add_escaped(out, text, false);
}

/* A sentence on a line of its own. */
static void
add_sentence(struct str *out, const char *text)
{
	add_escaped(out, text, true);
	str_addch(out, '\n');
}

/* Paragraphs are filled as wide as the reader's terminal is; a line that is set in stands as it is. */
static void
add_paragraphs(struct str *out, const char *text)
{
	bool kept = false;

	str_add(out, ".PP\n");
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		char *line;

		len = strcspn(text, "\n");
		if (!len) {
			str_add(out, kept ? ".fi\n.PP\n" : ".PP\n");
			kept = false;
			continue;
		}
		if ((*text == ' ') != kept) {
			kept = !kept;
			str_add(out, kept ? ".nf\n" : ".fi\n");
		}
		line = xstrndup(text, len);
		add_text(out, line);
		str_addch(out, '\n');
		free(line);
	}
	if (kept)
		str_add(out, ".fi\n");
}

static void
add_flag(struct str *out, const struct flag *row)
{
	str_add(out, ".TP\n");
	if (row->letter)
		str_addf(out, "\\fB\\-%c\\fR, ", row->letter);
	str_add(out, "\\fB\\-\\-");
	add_text(out, row->name);
	str_add(out, "\\fR");
	if (row->type != FLAG_BOOL) {
		const char *values = row->complete && *row->complete != '@' ? row->complete : "value";
		size_t len = strlen(values);

		str_addf(out, " \\fI%.*s\\fR", (int)(values[len - 1] == ',' ? len - 1 : len), values);
	}
	str_add(out, "\n");
	add_sentence(out, row->help);
}

static void
add_flags(struct str *out, const struct flag *const *tables)
{
	for (; tables && *tables; tables++)
		for (const struct flag *row = *tables; row->name; row++)
			add_flag(out, row);
}

/* Options that every command has stand once, in their own section. */
static bool
is_global(const struct flag *table)
{
	for (const struct flag *const *global = global_flags; *global; global++)
		if (*global == table)
			return true;
	return false;
}

static void
add_subcommand(struct str *out, const struct subcommand *group, const struct subcommand *row)
{
	const struct sim_word *word = row->words == WORDS_OWN ? NULL : sim_command_word(row->name);

	str_addf(out, ".SS svcsim %s%s%s%s", group ? group->name : "", group ? " " : "", row->name, *row->usage ? " " : "");
	add_text(out, row->usage);
	str_addch(out, '\n');
	add_text(out, row->help);
	str_add(out, ".\n");
	if (row->more)
		add_paragraphs(out, row->more);
	for (const struct flag *const *table = row->flags; *table; table++)
		if (!is_global(*table)) {
			const struct flag *const one[] = { *table, NULL };

			add_flags(out, one);
		}
	add_flags(out, word ? word->flags : NULL);
	for (const struct subcommand *sub = row->subs; sub && sub->name; sub++)
		add_subcommand(out, row, sub);
}

static void
add_words(struct str *out, const struct sim_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str_add(out, ".TP\n.B ");
		if (!str_starts(words[i].usage, words[i].name)) {
			add_text(out, words[i].name);
			str_add(out, *words[i].usage ? " " : "");
		}
		add_text(out, words[i].usage);
		str_addch(out, '\n');
		add_sentence(out, words[i].help);
	}
}

static void
add_sim_words(struct str *out)
{
	const struct sim_word *words;
	size_t n;

	str_add(out, ".SH DESTINATIONS\nWhere \\fBtrace\\fR can go:\n");
	words = sim_trace_forms(false, &n);
	add_words(out, words, n);
	str_add(out, ".SH SOURCES\nWhere it can start, with \\fB\\-\\-from\\fR:\n");
	words = sim_trace_forms(true, &n);
	add_words(out, words, n);
	str_add(out, ".SH KUBECTL\nThe verbs of \\fBsvcsim kubectl\\fR;\n"
		"\\fBsvcsim kubectl\\fR \\fIVERB\\fR \\fB\\-\\-help\\fR says more:\n");
	words = sim_kubectl_verbs(&n);
	add_words(out, words, n);
	str_add(out, ".SH SHELL\nThe commands of \\fBsvcsim shell\\fR and of the drill:\n");
	words = sim_commands(&n);
	add_words(out, words, n);
}

static const char closing[] =
	".SH EXIT STATUS\n.TP\n.B 0\nDone; for a trace: delivered and answered.\n.TP\n.B 1\n"
	"Understood, and the answer is no.\n"
	".TP\n.B 2\nWrong usage.\n.TP\n.B 3\nBad input, or standard output that takes no more.\n"
	".SH ENVIRONMENT\n.TP\n.B SVCSIM_DB\nThe database; else \\fIsvcsim/svcsim.db\\fR in \\fBXDG_DATA_HOME\\fR or\n"
	"\\fI~/.local/share\\fR.\n.TP\n.B SVCSIM_SCENARIOS\nThe folder of packs.\n.TP\n.B XDG_STATE_HOME\nWhere the shell's\n"
	"history is: \\fIsvcsim/history\\fR in it, or in \\fI~/.local/state\\fR.\n.TP\n.B NO_COLOR\n"
	"No colour where none is asked for.\n";

int
cmd_man(struct cli *cli)
{
	struct str page = STR_INIT;

	str_add(&page, ".TH SVCSIM 1 2026-11-23 \"svcsim " SVCSIM_VERSION "\"\n"
		".SH NAME\nsvcsim \\- simulate Kubernetes Services, "
		"trace their packets, and train for it\n.SH SYNOPSIS\n.B svcsim\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIwords\\fR]\n"
		".SH OPTIONS\nThey stand before or after the command.\n");
	add_flags(&page, global_flags);
	str_add(&page, ".SH COMMANDS\n");
	for (const struct subcommand *row = subcommands; row->name; row++)
		if (!row->hidden)
			add_subcommand(&page, NULL, row);
	add_sim_words(&page);
	str_add(&page, closing);
	sink_write(cli->io.out, page.buf, page.len);
	str_release(&page);
	return 0;
}
