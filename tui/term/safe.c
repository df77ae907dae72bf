#include "term/safe.h"

#include <stdbool.h>

/* How many bytes a character has that starts with this one; 0: none does. */
static size_t
lead_size(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

int32_t
safe_decode(const char *text, size_t len, size_t *size)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *c = (const unsigned char *)text;
	size_t n = len ? lead_size(c[0]) : 0;
	int32_t code;

	*size = 1;
	if (!n || n > len)
		return -1;
	if (n == 1)
		return c[0];
	code = c[0] & (0xff >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return -1;
		code = code << 6 | (c[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return -1;
	*size = n;
	return code;
}

/* Weight and foreground only: 0 to 4, 22 to 24, 30 to 37, 39, 90 to 97. */
static bool
color_code_allowed(unsigned code)
{
	return code <= 4 || (code >= 22 && code <= 24) || (code >= 30 && code <= 37) || code == 39 ||
		(code >= 90 && code <= 97);
}

/* The bytes of a colour sequence that may pass; 0: none stands here. */
static size_t
color_sequence(const char *text, size_t len)
{
	unsigned code = 0;

	if (len < 3 || text[0] != '\033' || text[1] != '[')
		return 0;
	for (size_t i = 2; i < len && i < 16; i++) {
		if (ascii_isdigit(text[i])) {
			code = code * 10 + (unsigned)(text[i] - '0');
			continue;
		}
		if ((text[i] != ';' && text[i] != 'm') || !color_code_allowed(code))
			return 0;
		if (text[i] == 'm')
			return i + 1;
		code = 0;
	}
	return 0;
}

/* Marks, overrides and isolates by which text shows in another order than it has. */
static bool
reorders(int32_t code)
{
	return code == 0x200e || code == 0x200f || code == 0x061c || (code >= 0x202a && code <= 0x202e) ||
		(code >= 0x2066 && code <= 0x2069);
}

static void
add_visible(struct str *out, int32_t code, const char *text, size_t size)
{
	if (code < 0)
		str_addf(out, "\\x%02x", (unsigned char)*text);
	else if (code < 0x20)
		str_addf(out, "^%c", (int)code + '@');
	else if (code == 0x7f)
		str_add(out, "^?");
	else if ((code >= 0x80 && code < 0xa0) || reorders(code))
		str_addf(out, "<U+%04X>", (unsigned)code);
	else
		str_addn(out, text, size);
}

void
safe_add(struct str *out, const char *text, size_t len, unsigned keep)
{
	for (size_t i = 0, size; i < len; i += size) {
		int32_t code = safe_decode(text + i, len - i, &size);

		if (keep & SAFE_LINES) {
			if (code == '\r' && i + 1 < len && text[i + 1] == '\n')
				continue;
			if (code == '\n' || code == '\t') {
				str_addch(out, (char)code);
				continue;
			}
		}
		if (code == '\033' && keep & SAFE_COLORS) {
			size_t sequence = color_sequence(text + i, len - i);

			if (sequence) {
				str_addn(out, text + i, sequence);
				size = sequence;
				continue;
			}
		}
		add_visible(out, code, text + i, size);
	}
}
