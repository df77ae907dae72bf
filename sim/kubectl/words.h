/* The words of a command line before they are parsed: where the verb is, and which tables of flags hold. */
#ifndef KUBECTL_WORDS_H
#define KUBECTL_WORDS_H

#include "kubectl/kubectl.h"

#define WORDS_TABLES_MAX 16

/* The verb's tables, kubectl's own and --help, NULL-ended; verb NULL: none of a verb. */
void words_tables(const struct verb *verb, const struct flag *tables[static WORDS_TABLES_MAX]);
/* The row of a name (len characters) or, when letter is not 0, of a letter; NULL. */
const struct flag *words_flag(const struct flag *const *tables, const char *name, size_t len, char letter);
/* Does this word, a flag, take the next one as its value? */
bool words_take_next(const struct flag *const *tables, const char *word);
/* Where the next word from at on stands that is no flag; argc when there is none. */
int words_next(const struct verb *verb, int at, int argc, const char *const *argv);
/* The verb of that name or alias; NULL. */
const struct verb *words_verb(const struct verb *const *list, const char *word);

#endif
