/* What `test`, `[` and `[[ ]]` ask about files, texts and numbers.  0: it holds, 1: it doesn't, 2: said that it can't be asked. */
#ifndef HOST_TEST_H
#define HOST_TEST_H

#include "host/run.h"

bool test_is_unary(const char *operator);
bool test_is_binary(const char *operator);
/* command: who complains, "test", "[" or "[[". */
int test_unary(struct shell *shell, struct io *io, const char *command, const char *operator, const char *word);
int test_binary(struct shell *shell, struct io *io, const char *command, const char *left, const char *operator,
	const char *right);

#endif
