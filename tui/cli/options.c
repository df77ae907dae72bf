#include "cli/options.h"

#include <string.h>

static bool
is_flag(const char *word)
{
	return word[0] == '-' && word[1] && strcmp(word, "--") != 0;
}

const struct flag *
options_flag(const struct flag *const *tables, const char *word)
{
	size_t len;

	if (!is_flag(word))
		return NULL;
	len = strcspn(word + 2, "=");
	for (; tables && *tables; tables++)
		for (const struct flag *row = *tables; row->name; row++) {
			if (word[1] != '-' ? row->letter == word[1]
				: strncmp(row->name, word + 2, len) == 0 && !row->name[len])
				return row;
		}
	return NULL;
}

bool
options_value_follows(const struct flag *row, const char *word)
{
	if (row->type == FLAG_BOOL || row->bare)
		return false;
	return word[1] == '-' ? !strchr(word, '=') : !word[2];
}

void
options_split(const struct options_split *split, int argc, const char *const *argv, struct io_names *mine,
	struct io_names *rest)
{
	int i = 0;

	while (i < argc && strcmp(argv[i], "--") != 0) {
		const struct flag *row = options_flag(split->mine, argv[i]);
		struct io_names *side = row ? mine : rest;
		int n;

		if (!row)
			row = options_flag(split->theirs, argv[i]);
		if (!row && split->stop && !is_flag(argv[i]))
			break;
		for (n = row && options_value_follows(row, argv[i]) ? 2 : 1; n && i < argc; n--, i++)
			*vec_push(side) = xstrdup(argv[i]);
	}
	for (; i < argc; i++)
		*vec_push(rest) = xstrdup(argv[i]);
}

int
options_before(const struct flag *const *tables, int argc, const char *const *argv)
{
	int i = 0;

	while (i < argc && is_flag(argv[i])) {
		const struct flag *row = options_flag(tables, argv[i]);

		i += row && options_value_follows(row, argv[i]) ? 2 : 1;
	}
	return i < argc ? i : argc;
}
