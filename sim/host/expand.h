/*
 * From words as they were read to words as a command gets them: braces, ~, variables, command output, splitting and
 * file patterns, in bash's order.
 */
#ifndef HOST_EXPAND_H
#define HOST_EXPAND_H

#include "host/run.h"

#define EXPAND_WORDS_MAX 100000u
#define EXPAND_BRACES_MAX 16u	/* {..} in one word that are looked at */

/* Appends what the list of words becomes; false (and said on the error stream) when it is too much. */
bool expand_words(struct shell *shell, const struct streams *streams, const struct word *words, struct io_names *out);
/* Of `export NAME=$value` and its like: words that assign are not split. */
bool expand_declaration(struct shell *shell, const struct streams *streams, const struct word *words,
	struct io_names *out);
/* One word to a pattern (glob.h): what stood in quotes means itself. */
bool expand_pattern(struct shell *shell, const struct streams *streams, const struct word *word, struct str *out);
/* One word to one text, as in an assignment: nothing is split. */
bool expand_text(struct shell *shell, const struct streams *streams, const struct word *word, struct str *out);

#endif
