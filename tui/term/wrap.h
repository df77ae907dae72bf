/* Text broken into lines that fit a width, at blanks where there are any. */
#ifndef TERM_WRAP_H
#define TERM_WRAP_H

#include "svcsim/str.h"
#include "svcsim/vec.h"

struct wrap_line {
	size_t start, len;	/* in the text, in bytes */
	int indent;		/* blanks before it: an item of a list goes on behind its mark */
};
struct wrap {
	struct wrap_line *v;
	size_t n, cap;
};

/*
 * Prose whose author broke its lines: those of a paragraph become one, to be broken anew.  A paragraph ends at an empty
 * line; a line that is set in, and one that begins with a list's mark (- * 1.), stands as it is.
 */
void wrap_join(struct str *out, const char *text);
/* Text made ready: safe, its newlines kept, tabs made blanks. */
void wrap_prepare(struct str *out, const char *text, size_t len);
/* text is what wrap_prepare gives.  Appends to *wrap; an empty text has no line. */
void wrap_text(struct wrap *wrap, const char *text, size_t len, int width);
/* The same, broken wherever the width ends, as a terminal does. */
void wrap_hard(struct wrap *wrap, const char *text, size_t len, int width);
void wrap_release(struct wrap *wrap);
/* Columns of a stretch of safe text. */
int wrap_columns(const char *text, size_t len);

#endif
