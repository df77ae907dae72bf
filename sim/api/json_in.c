/*
 * JSON as RFC 8259 has it, nothing more: no comments, no trailing commas, no leading zeros.  One loop over the text
 * with an explicit stack (struct build), so that depth costs no C stack.  Error texts are those of Go's encoding/json,
 * for kubectl prints them.  Half of a surrogate pair becomes U+FFFD, as there; a NUL, which a value's text can't hold,
 * is refused.
 */
#include "api/yaml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/build.h"
#include "api/scalar.h"
#include "base/utf8.h"

static uint32_t
column(const struct json_in *in)
{
	return (uint32_t)(in->at - in->line_start) + 1;
}

static int
unexpected(struct json_in *in, const char *where)
{
	unsigned char c;

	if (in->at == in->end)
		return err_at(in->err, in->build->file, in->line, column(in), "unexpected end of JSON input");
	c = (unsigned char)*in->at;
	if (c == '\'' || c == '"')
		return err_at(in->err, in->build->file, in->line, column(in), "invalid character %s %s",
			c == '"' ? "'\"'" : "'\\''", where);
	if (c >= ' ' && c < 0x7f)
		return err_at(in->err, in->build->file, in->line, column(in), "invalid character '%c' %s", c, where);
	if (c == '\n' || c == '\t' || c == '\r')
		return err_at(in->err, in->build->file, in->line, column(in), "invalid character '\\%c' %s",
			c == '\n' ? 'n' : c == '\t' ? 't' : 'r', where);
	return err_at(in->err, in->build->file, in->line, column(in), "invalid character '\\x%02x' %s", c, where);
}

static void
skip_blanks(struct json_in *in)
{
	for (; in->at < in->end; in->at++) {
		if (*in->at == '\n') {
			in->line++;
			in->line_start = in->at + 1;
		} else if (*in->at != ' ' && *in->at != '\t' && *in->at != '\r') {
			return;
		}
	}
}

/* Four hex digits at text; -1 when there are none. */
static int32_t
hex4(const char *text, const char *end)
{
	int32_t code = 0;

	if (end - text < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = text[i] != '\0' ? strchr(hex, ascii_tolower((unsigned char)text[i])) : NULL;

		if (digit == NULL)
			return -1;
		code = code * 16 + (int32_t)(digit - hex);
	}
	return code;
}

/* \uXXXX, *at on the u; appends to out and moves *at past it. */
static int
read_unicode(struct json_in *in, char **out)
{
	int32_t code = hex4(in->at + 1, in->end), low;

	if (code < 0) {
		in->at++;
		return unexpected(in, "in \\u hexadecimal character escape");
	}
	if (code == 0)
		return err_at(in->err, in->build->file, in->line, column(in),
			"a text can't hold the character \\u0000");
	in->at += 5;
	if (code >= 0xd800 && code < 0xdc00 && in->end - in->at >= 6 && in->at[0] == '\\' && in->at[1] == 'u') {
		low = hex4(in->at + 2, in->end);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			in->at += 6;
		}
	}
	*out += utf8_encode(code >= 0xd800 && code < 0xe000 ? 0xfffd : (uint32_t)code, *out);
	return 0;
}

static int
read_escape(struct json_in *in, char **out)
{
	static const char names[] = "\"\\/bfnrt", codes[] = "\"\\/\b\f\n\r\t";
	const char *name;

	in->at++;
	if (in->at < in->end && *in->at == 'u')
		return read_unicode(in, out);
	name = in->at < in->end && *in->at != '\0' ? strchr(names, *in->at) : NULL;
	if (name == NULL)
		return unexpected(in, "in string escape code");
	*(*out)++ = codes[name - names];
	in->at++;
	return 0;
}

/* Most texts hold no escape: one look over them, one copy.  False: it is not so simple, and nothing was read. */
static bool
read_plain_text(struct json_in *in, char **text, size_t *len)
{
	const char *start = in->at + 1, *run = start;
	unsigned char high = 0;

	while (run < in->end && *run != '"' && *run != '\\' && (unsigned char)*run >= ' ')
		high |= (unsigned char)*run++;
	if (run == in->end || *run != '"' || (high & 0x80 && !utf8_valid(start, (size_t)(run - start))))
		return false;
	*len = (size_t)(run - start);
	*text = arena_strndup(in->build->arena, start, *len);
	in->at = run + 1;
	return true;
}

/* The text between quotes, at on the first one.  An escape is never shorter than what it stands for. */
static int
read_escaped_text(struct json_in *in, char **text, size_t *len)
{
	const char *start = ++in->at, *close = start;
	char *out;

	while (close < in->end && *close != '"')
		close += *close == '\\' && close + 1 < in->end ? 2 : 1;
	out = *text = arena_alloc(in->build->arena, (size_t)(close - start) + 1);
	while (in->at < in->end && *in->at != '"') {
		const char *run = in->at;
		unsigned char high = 0;

		while (run < in->end && *run != '"' && *run != '\\' && (unsigned char)*run >= ' ')
			high |= (unsigned char)*run++;
		if (high & 0x80 && !utf8_valid(in->at, (size_t)(run - in->at)))
			return err_at(in->err, in->build->file, in->line, column(in),
				"invalid UTF-8 in string literal");
		memcpy(out, in->at, (size_t)(run - in->at));
		out += run - in->at;
		in->at = run;
		if (run < in->end && (unsigned char)*run < ' ')
			return unexpected(in, "in string literal");
		if (run < in->end && *run == '\\' && read_escape(in, &out) < 0)
			return -1;
	}
	if (in->at == in->end)
		return unexpected(in, "");
	in->at++;
	*len = (size_t)(out - *text);
	return 0;
}

static int
read_text(struct json_in *in, char **text, size_t *len)
{
	return read_plain_text(in, text, len) ? 0 : read_escaped_text(in, text, len);
}

static int
read_string(struct json_in *in)
{
	struct value *value = build_value(in->build, VALUE_STRING, in->line, column(in));
	char *text;

	if (read_text(in, &text, &value->string.len) < 0)
		return -1;
	value->string.text = text;
	return build_add(in->build, value, in->err);
}

static int
skip_digits(struct json_in *in, const char *where)
{
	if (in->at == in->end || !ascii_isdigit(*in->at))
		return unexpected(in, where);
	while (in->at < in->end && ascii_isdigit(*in->at))
		in->at++;
	return 0;
}

static int
scan_number(struct json_in *in, bool *integer)
{
	*integer = true;
	if (*in->at == '-')
		in->at++;
	if (in->at < in->end && *in->at == '0')
		in->at++;
	else if (skip_digits(in, "in numeric literal") < 0)
		return -1;
	if (in->at < in->end && *in->at == '.') {
		in->at++;
		*integer = false;
		if (skip_digits(in, "after decimal point in numeric literal") < 0)
			return -1;
	}
	if (in->at < in->end && (*in->at == 'e' || *in->at == 'E')) {
		in->at++;
		*integer = false;
		if (in->at < in->end && (*in->at == '+' || *in->at == '-'))
			in->at++;
		return skip_digits(in, "in exponent of numeric literal");
	}
	return 0;
}

static int
read_number(struct json_in *in)
{
	const char *start = in->at;
	uint32_t where = column(in);
	bool integer;
	size_t len;
	double number;
	char *spelling;

	if (scan_number(in, &integer) < 0)
		return -1;
	len = (size_t)(in->at - start);
	if (integer && len <= 18) {	/* fits, whatever its digits */
		struct value *value = build_value(in->build, VALUE_INT, in->line, where);
		int64_t n = 0;

		for (const char *p = start + (*start == '-'); p < in->at; p++)
			n = n * 10 + (*p - '0');
		value->integer = *start == '-' ? -n : n;
		return build_add(in->build, value, in->err);
	}
	spelling = arena_strndup(in->build->arena, start, len);
	if (integer) {
		struct scalar exact = scalar_resolve(spelling, len);

		if (exact.type == VALUE_INT) {
			struct value *value = build_value(in->build, VALUE_INT, in->line, where);

			value->integer = exact.integer;
			return build_add(in->build, value, in->err);
		}
	}
	number = strtod(spelling, NULL);
	if (isinf(number))
		return err_at(in->err, in->build->file, in->line, where, "the number %s is out of range", spelling);
	return build_add(in->build, build_number(in->build, number, spelling, len, in->line, where), in->err);
}

static int
read_word(struct json_in *in)
{
	static const struct {
		const char *word;
		enum value_type type;
		bool boolean;
	} words[] = {
		{ "true", VALUE_BOOL, true },
		{ "false", VALUE_BOOL, false },
		{ "null", VALUE_NULL, false },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const char *word = words[i].word;
		struct value *value;
		char where[64];

		if (*in->at != word[0])
			continue;
		value = build_value(in->build, words[i].type, in->line, column(in));
		value->boolean = words[i].boolean;
		for (; *word != '\0'; word++, in->at++) {
			if (in->at < in->end && *in->at == *word)
				continue;
			snprintf(where, sizeof where, "in literal %s (expecting '%c')", words[i].word, *word);
			return unexpected(in, where);
		}
		return build_add(in->build, value, in->err);
	}
	return unexpected(in, "looking for beginning of value");
}

/* A scalar whole, or the opening of a map or list. */
static int
read_value(struct json_in *in)
{
	struct value *value;

	if (in->at == in->end)
		return unexpected(in, "");
	if (*in->at == '"')
		return read_string(in);
	if (*in->at == '-' || ascii_isdigit(*in->at))
		return read_number(in);
	if (*in->at != '{' && *in->at != '[')
		return read_word(in);
	value = build_value(in->build, *in->at == '{' ? VALUE_MAP : VALUE_LIST, in->line, column(in));
	if (build_open(in->build, value, in->err) < 0)
		return -1;
	in->at++;
	return 0;
}

static int
read_key(struct json_in *in)
{
	uint32_t where = column(in);
	size_t len;
	char *key;

	if (in->at == in->end || *in->at != '"')
		return unexpected(in, "looking for beginning of object key string");
	if (read_text(in, &key, &len) < 0)
		return -1;
	build_key(in->build, key, in->line, where);
	skip_blanks(in);
	if (in->at == in->end || *in->at != ':')
		return unexpected(in, "after object key");
	in->at++;
	skip_blanks(in);
	return 0;
}

/* What may follow a value: a comma and the next one, or the ends of what is open.  *more: a value is to be read. */
static int
read_after(struct json_in *in, bool opened, bool *more)
{
	struct build *build = in->build;

	*more = false;
	for (;; opened = false) {
		struct value *closed;
		bool map;
		size_t height;

		skip_blanks(in);
		if (build->frames.n == 0)
			return 0;
		map = build->frames.v[build->frames.n - 1].value->type == VALUE_MAP;
		if (in->at < in->end && *in->at == (map ? '}' : ']')) {
			in->at++;
			if (build_close(build, &closed, &height, in->err) < 0)
				return -1;
			continue;
		}
		*more = true;
		if (opened)
			return 0;
		if (in->at == in->end || *in->at != ',')
			return unexpected(in, map ? "after object key:value pair" : "after array element");
		in->at++;
		skip_blanks(in);
		return 0;
	}
}

void
json_in_init(struct json_in *in, struct build *build, const char *text, size_t len, struct err *err)
{
	in->build = build;
	in->at = in->line_start = text;
	in->end = text + len;
	in->line = 1;
	in->err = err;
	skip_blanks(in);
}

int
json_in_value(struct json_in *in)
{
	struct build *build = in->build;
	bool more = true;

	while (more) {
		size_t depth;

		if (build_wants_key(build) && read_key(in) < 0)
			return -1;
		depth = build->frames.n;
		if (read_value(in) < 0 || read_after(in, build->frames.n > depth, &more) < 0)
			return -1;
	}
	return 0;
}

int
json_read(const char *file, const char *text, size_t len, struct arena *arena, struct value **value, struct err *err)
{
	struct build build;
	struct json_in in;
	int result;

	if (len > YAML_BYTES_MAX)
		return err_at(err, file, 0, 0, "more than %u bytes", YAML_BYTES_MAX);
	build_init(&build, arena, file, false);
	json_in_init(&in, &build, text, len, err);
	result = json_in_value(&in);
	if (result == 0 && in.at < in.end)
		result = unexpected(&in, "after top-level value");
	if (result == 0)
		*value = build.root;
	build_release(&build);
	return result;
}
