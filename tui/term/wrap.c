/* wcwidth is three lines of POSIX's X/Open part. */
#define _XOPEN_SOURCE 700
#include "term/wrap.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "term/safe.h"

static int
columns_of(int32_t code)
{
	int columns = code < 0 ? 1 : wcwidth((wchar_t)code);

	return columns < 0 ? 1 : columns;
}

int
wrap_columns(const char *text, size_t len)
{
	int columns = 0;

	for (size_t i = 0, size; i < len; i += size)
		columns += columns_of(safe_decode(text + i, len - i, &size));
	return columns;
}

void
wrap_prepare(struct str *out, const char *text, size_t len)
{
	struct str safe = STR_INIT;
	size_t line = out->len;

	safe_add(&safe, text, len, SAFE_LINES);
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.buf[i] == '\t')
			str_addrep(out, ' ', (size_t)(8 - wrap_columns(out->buf + line, out->len - line) % 8));
		else
			str_addch(out, safe.buf[i]);
		if (safe.buf[i] == '\n')
			line = out->len;
	}
	str_release(&safe);
}

/* The width of a list's mark with the blank behind it; 0: none is there. */
static size_t
mark_width(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	if (*line && strchr("-*", *line) && line[1] == ' ')
		return 2;
	return digits && line[digits] == '.' && line[digits + 1] == ' ' ? digits + 2 : 0;
}

static bool
begins_item(const char *line)
{
	return mark_width(line) > 0;
}

/* A list's lines are set in below their mark: they go on with it. */
static bool
goes_on(const char *before, const char *line)
{
	if (!*line || *line == '\n' || begins_item(line + strspn(line, " ")))
		return false;
	if (*line == ' ')
		return begins_item(before) && strspn(line, " ") <= 4;
	return *before != ' ' && *before != '\n';
}

void
wrap_join(struct str *out, const char *text)
{
	const char *before = "\n";

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (out->len && goes_on(before, text)) {
			out->buf[out->len - 1] = ' ';	/* for the newline */
			text += strspn(text, " ");
			len = strcspn(text, "\n");
		} else {
			before = text;
		}
		str_addn(out, text, len);
		str_addch(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void
push(struct wrap *wrap, size_t start, size_t end, int indent)
{
	*vec_push(wrap) = (struct wrap_line){ start, end - start, indent };
}

/* Where an item goes on when it is broken; not where that would leave less than half of the width. */
static int
hang_of(const char *text, size_t start, size_t end, int width)
{
	size_t blanks = strspn(text + start, " "), mark = start + blanks < end ? mark_width(text + start + blanks) : 0;

	return mark > 0 && blanks + mark <= (size_t)width / 2 ? (int)(blanks + mark) : 0;
}

/* One line of text without its newline, from start to end. */
static void
wrap_line(struct wrap *wrap, const char *text, size_t start, size_t end, int width, bool at_blanks)
{
	size_t blank = start, size;	/* after the last blank of this line: where it may break */
	int columns = 0, indent = 0, hang = at_blanks ? hang_of(text, start, end, width) : 0;

	for (size_t i = start; i < end; i += size) {
		int more = columns_of(safe_decode(text + i, end - i, &size));

		if (indent + columns + more > width && text[i] == ' ' && at_blanks) {
			push(wrap, start, i, indent);
			start = blank = i + 1;
			columns = 0;
			indent = hang;
			continue;
		}
		if (indent + columns + more > width && i > start) {
			size_t at = blank > start ? blank : i;

			push(wrap, start, text[at - 1] == ' ' && blank > start ? at - 1 : at, indent);
			start = blank = at;
			columns = wrap_columns(text + start, i - start);
			indent = hang;
		}
		columns += more;
		if (text[i] == ' ' && at_blanks)
			blank = i + 1;
	}
	push(wrap, start, end, indent);
}

static void
wrap_lines(struct wrap *wrap, const char *text, size_t len, int width, bool at_blanks)
{
	size_t start = 0;

	for (size_t i = 0; i <= len; i++)
		if (i == len ? i > start : text[i] == '\n') {
			wrap_line(wrap, text, start, i, width > 0 ? width : 1, at_blanks);
			start = i + 1;
		}
}

void
wrap_text(struct wrap *wrap, const char *text, size_t len, int width)
{
	wrap_lines(wrap, text, len, width, true);
}

void
wrap_hard(struct wrap *wrap, const char *text, size_t len, int width)
{
	wrap_lines(wrap, text, len, width, false);
}

void
wrap_release(struct wrap *wrap)
{
	vec_release(wrap);
}
