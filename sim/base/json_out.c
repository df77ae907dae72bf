#include "base/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void
json_out_init(struct json_out *out, struct str *str, unsigned indent)
{
	*out = (struct json_out){ .str = str, .indent = indent, .first = true };
}

static void
line_break(struct json_out *out)
{
	if (!out->indent)
		return;
	str_addch(out->str, '\n');
	str_addrep(out->str, ' ', (size_t)out->indent * out->depth);
}

/* What stands before a value or a key. */
static void
separate(struct json_out *out)
{
	if (out->after_key) {
		out->after_key = false;
		return;
	}
	if (!out->first)
		str_addch(out->str, ',');
	if (out->depth)
		line_break(out);
	out->first = false;
}

void
json_out_open(struct json_out *out, char bracket)
{
	separate(out);
	str_addch(out->str, bracket);
	out->depth++;
	out->first = true;
}

void
json_out_close(struct json_out *out, char bracket)
{
	out->depth--;
	if (!out->first)	/* an empty one stays on its line */
		line_break(out);
	str_addch(out->str, bracket);
	out->first = false;
}

void
json_out_key(struct json_out *out, const char *key)
{
	separate(out);
	json_quote(out->str, key, strlen(key), out->html);
	str_add(out->str, out->indent ? ": " : ":");
	out->after_key = true;
}

void
json_out_string(struct json_out *out, const char *text)
{
	separate(out);
	if (text)
		json_quote(out->str, text, strlen(text), out->html);
	else
		str_add(out->str, "null");
}

void
json_out_int(struct json_out *out, int64_t value)
{
	separate(out);
	str_addf(out->str, "%lld", (long long)value);
}

/* The shortest digits that read back as the same number; an exponent only below 1e-6 and from 1e21 on, as Go's. */
void
json_out_double(struct json_out *out, double value)
{
	char text[40], *exponent;
	int digits = 0, power;

	separate(out);
	if (!isfinite(value)) {
		str_add(out->str, "null");
		return;
	}
	do
		snprintf(text, sizeof text, "%.*e", digits, value);
	while (strtod(text, NULL) != value && ++digits < 17);
	exponent = strchr(text, 'e');
	power = atoi(exponent + 1);
	if (power >= -6 && power <= digits)
		str_addf(out->str, "%.*f", digits - power, value);
	else if (power > 0 && power < 21)
		str_addf(out->str, "%s%c%.*s%0*d", value < 0 ? "-" : "", text[value < 0], digits,
			digits > 0 ? strchr(text, '.') + 1 : "", power - digits, 0);
	else
		str_addf(out->str, "%.*se%+d", (int)(exponent - text), text, power);
}

void
json_out_bool(struct json_out *out, bool value)
{
	separate(out);
	str_add(out->str, value ? "true" : "false");
}

void
json_out_null(struct json_out *out)
{
	separate(out);
	str_add(out->str, "null");
}

static void
quote_ascii(struct str *str, char c, bool html)
{
	static const char plain[] = "\"\\\b\f\n\r\t", escaped[] = "\"\\bfnrt";
	const char *at = c ? strchr(plain, c) : NULL;

	if (at) {
		str_addch(str, '\\');
		str_addch(str, escaped[at - plain]);
	} else if ((unsigned char)c < 0x20 || (html && (c == '<' || c == '>' || c == '&')))
		str_addf(str, "\\u%04x", (unsigned)(unsigned char)c);
	else
		str_addch(str, c);
}

void
json_quote(struct str *str, const char *text, size_t len, bool html)
{
	str_addch(str, '"');
	for (size_t i = 0; i < len;) {
		uint32_t code;
		size_t n = utf8_decode(text + i, len - i, &code);

		if (n == 0)
			str_add(str, "\\ufffd");
		else if (n == 1)
			quote_ascii(str, text[i], html);
		else if (code == 0x2028 || code == 0x2029)
			str_addf(str, "\\u%04x", (unsigned)code);
		else
			str_addn(str, text + i, n);
		i += n ? n : 1;
	}
	str_addch(str, '"');
}
