/* Which words of a command line are flags, values of flags, verbs; as cobra's Find and stripFlags tell them apart. */
#include "kubectl/words.h"

#include <string.h>

#include "kubectl/verb_list.h"

static const struct flag help_flag[] = {
	{ "help", 'h', FLAG_BOOL, "false", "true", NULL, "This help." },
	FLAGS_END,
};

void
words_tables(const struct verb *verb, const struct flag *tables[static WORDS_TABLES_MAX])
{
	size_t n = 0;

	for (; verb && verb->flags && verb->flags[n]; n++) {
		if (n + 3 >= WORDS_TABLES_MAX)
			BUG("%s has too many tables of flags", verb->name);
		tables[n] = verb->flags[n];
	}
	tables[n++] = kubectl_global_flags;
	tables[n++] = help_flag;
	tables[n] = NULL;
}

const struct flag *
words_flag(const struct flag *const *tables, const char *name, size_t len, char letter)
{
	for (size_t i = 0; tables[i]; i++)
		for (const struct flag *row = tables[i]; row->name; row++)
			if (letter ? row->letter == letter : strncmp(row->name, name, len) == 0 && !row->name[len])
				return row;
	return NULL;
}

bool
kubectl_has_flag(const struct kubectl *kubectl, const char *name)
{
	const struct flag *tables[WORDS_TABLES_MAX];

	words_tables(kubectl->verb, tables);
	return words_flag(tables, name, strlen(name), 0);
}

bool
words_take_next(const struct flag *const *tables, const char *word)
{
	const struct flag *row;

	if (strchr(word, '='))
		return false;
	if (word[1] == '-')
		row = words_flag(tables, word + 2, strlen(word + 2), 0);
	else
		row = word[2] ? NULL : words_flag(tables, NULL, 0, word[1]);
	return row && !row->bare;
}

/* --help is no flag before its verb is found. */
static void
tables_before_help(const struct verb *verb, const struct flag *tables[static WORDS_TABLES_MAX])
{
	size_t n = 0;

	words_tables(verb, tables);
	while (tables[n] != help_flag)
		n++;
	tables[n] = NULL;
}

/* A flag that nobody knows is taken for one with a value. */
static bool
skips_next(const struct flag *const *tables, const char *word)
{
	bool is_long = word[1] == '-', known = is_long ? words_flag(tables, word + 2, strlen(word + 2), 0) != NULL :
		words_flag(tables, NULL, 0, word[1]) != NULL;

	if (!known)
		return !strchr(word, '=') && (is_long || !word[2]);
	return words_take_next(tables, word);
}

int
words_next(const struct verb *verb, int at, int argc, const char *const *argv)
{
	const struct flag *tables[WORDS_TABLES_MAX];

	tables_before_help(verb, tables);
	while (at < argc && argv[at][0] == '-') {
		bool skips = argv[at][1] && skips_next(tables, argv[at]);

		if (strcmp(argv[at], "--") == 0 || (skips && at + 2 >= argc))
			return argc;
		at += skips ? 2 : 1;
	}
	return at < argc ? at : argc;
}

static bool
is_called(const struct verb *verb, const char *word)
{
	size_t len = strlen(word);

	if (strcmp(verb->name, word) == 0)
		return true;
	for (const char *alias = verb->aliases; *alias; alias += strcspn(alias, ",") + (alias[strcspn(alias, ",")] == ','))
		if (strcspn(alias, ",") == len && strncmp(alias, word, len) == 0)
			return true;
	return false;
}

const struct verb *
words_verb(const struct verb *const *list, const char *word)
{
	for (; list && *list; list++)
		if (is_called(*list, word))
			return *list;
	return NULL;
}
