#include "host/base64.h"

#include <string.h>

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(const char *text, size_t len, size_t wrap, struct str *out)
{
	size_t column = 0;

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		unsigned bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (j < n ? (unsigned char)text[i + j] : 0u);
		for (size_t j = 0; j < 4; j++) {
			str_addch(out, j <= n ? base64_alphabet[bits >> (18 - 6 * j) & 63] : '=');
			if (wrap && ++column == wrap) {
				str_addch(out, '\n');
				column = 0;
			}
		}
	}
	if (column)
		str_addch(out, '\n');
}

bool
base64_decode(const char *text, size_t len, struct str *out)
{
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < len && text[i] != '='; i++) {
		const char *found = strchr(base64_alphabet, text[i]);

		if (ascii_isspace(text[i]))
			continue;
		if (!found || !text[i])
			return false;
		bits = (bits << 6 | (unsigned)(found - base64_alphabet)) & 0xffffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			str_addch(out, (char)(bits >> held & 255));
		}
	}
	return true;
}
