/* UTF-8 without the locale. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at text (len > 0 bytes left); returns its bytes, or 0 when the sequence is bad. */
size_t utf8_decode(const char *text, size_t len, uint32_t *code);
size_t utf8_encode(uint32_t code, char out[static 4]);	/* bytes written; a bad code gives U+FFFD */
bool utf8_valid(const char *text, size_t len);
size_t utf8_count(const char *text);	/* code points: Go's tabwriter pads by these */

#endif
