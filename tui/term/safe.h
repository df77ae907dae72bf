/*
 * Text that may go to a terminal.  Whatever a manifest, a pod or a file name holds, only printable characters reach
 * the terminal: a control character becomes ^X, an invalid byte \xNN, a character that reorders text <U+202E>.
 */
#ifndef TERM_SAFE_H
#define TERM_SAFE_H

#include <stdint.h>

#include "svcsim/str.h"

enum safe_keep {		/* what is let through besides printable characters */
	SAFE_NOTHING = 0,
	SAFE_LINES = 1,		/* newline and tab; CR LF counts as newline */
	SAFE_COLORS = 2,	/* ESC [ .. m that sets weight or foreground: no text can be hidden by it */
};

void safe_add(struct str *out, const char *text, size_t len, unsigned keep);

/* The character at text (len bytes are there); *size its bytes, 1 for an invalid one.  -1: not UTF-8. */
int32_t safe_decode(const char *text, size_t len, size_t *size);

#endif
