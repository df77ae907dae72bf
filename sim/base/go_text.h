/*
 * Texts and numbers as Go's strconv and unicode packages have them: what kubectl's templates, paths and error texts are
 * spelled by.
 */
#ifndef BASE_GO_TEXT_H
#define BASE_GO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svcsim/str.h"

#define GO_RUNE_ERROR 0xfffdu
#define GO_RUNE_MAX 0x10ffffu

/* The code point at text (len > 0 bytes left) and its bytes: one byte of a bad sequence is U+FFFD. */
size_t go_rune(const char *text, size_t len, uint32_t *code);
size_t go_rune_count(const char *text, size_t len);

/*
 * Exact for ASCII and Latin-1; above, letters and printable signs are told by block: what is known to be punctuation,
 * symbols, spaces or private is none, everything else is.
 */
bool go_is_letter(uint32_t code);
bool go_is_digit(uint32_t code);
bool go_is_print(uint32_t code);
/* What may stand in a name: letters, digits, underscore. */
bool go_is_word(uint32_t code);

/* strconv.Quote; ascii: QuoteToASCII.  quote is " or '; with ' the text is one character. */
void go_quote(struct str *out, const char *text, size_t len, char quote, bool ascii);
/* "like this" */
void go_quote_text(struct str *out, const char *text);
/* %#U: U+0023 '#' */
void go_rune_name(struct str *out, uint32_t code);
void go_add_rune(struct str *out, uint32_t code);

/*
 * strconv.UnquoteChar: one character or escape at *at, inside quotes of the given kind; *at moves behind it.  *byte: it
 * is a byte (\x, octal) and not a code point.  false: invalid syntax.
 */
bool go_unquote_char(const char **at, const char *end, char quote, uint32_t *code, bool *byte);
/* strconv.Unquote of "..." or `...`; false: invalid syntax. */
bool go_unquote(const char *text, size_t len, struct str *out);

/* strconv.FormatFloat(number, verb, precision, 64): verb one of e E f g G x X b, precision -1 for the shortest. */
void go_add_float(struct str *out, double number, char verb, int precision);

/* strconv's numbers in Go's own syntax: 0x1f, 0b1, 0o7, 1_000, 1e3, 0x1p-2. */
bool go_parse_uint(const char *text, uint64_t *number);
bool go_parse_int(const char *text, int64_t *number);
bool go_parse_float(const char *text, double *number);

#endif
