#include "cli/words.h"

#include <string.h>

static const struct flag *
find_row(const struct flag *const *tables, const char *word)
{
	size_t len = strcspn(word + 2, "=");

	for (; tables && *tables; tables++)
		for (const struct flag *row = *tables; row->name; row++) {
			if (word[1] != '-' ? row->letter == word[1]
				: strncmp(row->name, word + 2, len) == 0 && !row->name[len])
				return row;
		}
	return NULL;
}

static bool
is_flag(const char *word)
{
	return word[0] == '-' && word[1] && strcmp(word, "--") != 0;
}

/* 2 when the flag's value is the next word, else 1. */
static int
words_of(const struct flag *row, const char *word)
{
	if (row->type == FLAG_BOOL || row->bare)
		return 1;
	return word[1] == '-' ? strchr(word, '=') ? 1 : 2 : word[2] ? 1 : 2;
}

void
words_split(const struct words_split *split, int argc, const char *const *argv, struct io_names *mine,
	struct io_names *rest)
{
	int i = 0;

	while (i < argc && strcmp(argv[i], "--") != 0) {
		const struct flag *row = is_flag(argv[i]) ? find_row(split->mine, argv[i]) : NULL;
		struct io_names *side = row ? mine : rest;
		int n = 1;

		if (!row && is_flag(argv[i]))
			row = find_row(split->theirs, argv[i]);
		if (row)
			n = words_of(row, argv[i]);
		else if (split->stop && !is_flag(argv[i]))
			break;
		for (; n && i < argc; n--, i++)
			*vec_push(side) = xstrdup(argv[i]);
	}
	for (; i < argc; i++)
		*vec_push(rest) = xstrdup(argv[i]);
}

int
words_flags_before(const struct flag *const *tables, int argc, const char *const *argv)
{
	int i = 0;

	while (i < argc && is_flag(argv[i])) {
		const struct flag *row = find_row(tables, argv[i]);

		i += row ? words_of(row, argv[i]) : 1;
	}
	return i < argc ? i : argc;
}
