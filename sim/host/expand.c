#include "host/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expander {
	struct shell *shell;
	const struct streams *streams;
	struct io_names *out;
	struct arena arena;	/* of parts that braces make */
	struct str text;	/* the word being made */
	struct str pattern;	/* the same, quoted special characters behind a backslash */
	bool open;		/* there is a word, though it may be empty */
	bool special;		/* an unquoted * ? [ stands in it */
	size_t words;
	bool failed;
};

static void
fail(struct expander *x, const char *what)
{
	if (!x->failed)
		shell_error(x->streams, 1, "%s", what);
	x->failed = true;
}

/* ---- one word's text ---- */

static void
add_char(struct expander *x, char c, bool quoted)
{
	bool special = strchr("*?[]\\", c) && c;

	if (x->text.len >= SHELL_BUFFER_MAX) {
		fail(x, "a word of more than 8 MiB");
		return;
	}
	if (special && (quoted || c == '\\'))
		str_addch(&x->pattern, '\\');
	else if (special && c != ']')
		x->special = true;
	str_addch(&x->text, c);
	str_addch(&x->pattern, c);
	x->open = true;
}

static void
add_text(struct expander *x, const char *text, bool quoted)
{
	x->open |= quoted;
	for (; *text && !x->failed; text++)
		add_char(x, *text, quoted);
}

static void
end_word(struct expander *x)
{
	size_t before = x->out->n;

	if (!x->open || x->failed)
		return;
	if (++x->words > EXPAND_WORDS_MAX)
		fail(x, "a line that becomes more than 100000 words");
	if (x->special)
		vfs_match(x->shell, x->pattern.buf, x->out);
	if (x->out->n == before)
		*vec_push(x->out) = xstrdup(x->text.buf);
	str_clear(&x->text);
	str_clear(&x->pattern);
	x->open = x->special = false;
}

/* An unquoted variable's or command's text: blanks end words. */
static void
add_split(struct expander *x, const char *text)
{
	for (; *text && !x->failed; text++)
		if (*text == ' ' || *text == '\t' || *text == '\n')
			end_word(x);
		else
			add_char(x, *text, false);
}

/* ---- parts ---- */

static void
variable_text(const struct expander *x, const struct part *part, struct str *out)
{
	const char *value;

	if (strcmp(part->text, "?") == 0)
		str_addf(out, "%d", x->shell->status);
	else if (strcmp(part->text, "#") == 0)
		str_addch(out, '0');
	else if (strcmp(part->text, "0") == 0)
		str_add(out, "bash");
	else if ((value = shell_variable(x->shell, part->text)))
		str_add(out, value);
}

static bool
part_text(struct expander *x, const struct part *part, struct str *out)
{
	switch (part->kind) {
	case PART_TEXT:
		str_add(out, part->text);
		return true;
	case PART_COMMAND:
		if (part->command)
			run_captured(x->shell, part->command, x->streams, out);
		return true;
	case PART_VARIABLE:
		break;
	}
	variable_text(x, part, out);
	return out->len || !part->standard || expand_text(x->shell, x->streams, part->standard, out);
}

static const char *
home(const struct shell *shell)
{
	const char *value = shell_variable(shell, "HOME");

	return value ? value : "/root";
}

static void
expand_parts(struct expander *x, const struct part *parts)
{
	for (const struct part *part = parts; part && !x->failed; part = part->next) {
		struct str text = STR_INIT;
		const char *plain = part->text;

		if (part->kind == PART_TEXT) {
			if (part == parts && !part->quoted && plain[0] == '~' && (!plain[1] || plain[1] == '/')) {
				add_text(x, home(x->shell), true);
				plain++;
			}
			add_text(x, plain, part->quoted);
			continue;
		}
		if (!part_text(x, part, &text))
			x->failed = true;
		if (part->quoted)
			add_text(x, text.buf, true);
		else
			add_split(x, text.buf);
		str_release(&text);
	}
	end_word(x);
}

/* ---- braces ---- */

/* {..} in text: where it begins and ends, and the places of its commas, or of ".." in *dots. */
struct braces {
	const char *open, *close, *dots;
	bool commas;
};

static bool
braces_end(const char *open, struct braces *braces)
{
	unsigned depth = 0;

	*braces = (struct braces){ .open = open };
	for (const char *c = open; *c; c++) {
		if (*c == '{') {
			depth++;
		} else if (*c == '}' && --depth == 0) {
			braces->close = c;
			return braces->commas || braces->dots;
		} else if (depth == 1 && *c == ',') {
			braces->commas = true;
		} else if (depth == 1 && c[0] == '.' && c[1] == '.' && !braces->dots) {
			braces->dots = c;
		}
	}
	return false;
}

static void expand_braces(struct expander *x, const struct part *parts, unsigned seen);

/* parts with the braces of one part replaced by text. */
static void
expand_with(struct expander *x, const struct part *parts, const struct part *at, const struct braces *braces,
	const char *text, size_t len, unsigned seen)
{
	struct part *first = NULL, **last = &first;

	for (const struct part *part = parts; part; part = part->next) {
		struct part *copy = arena_memdup(&x->arena, part, sizeof *part);

		if (part == at)
			copy->text = arena_printf(&x->arena, "%.*s%.*s%s", (int)(braces->open - at->text), at->text,
				(int)len, text, braces->close + 1);
		*last = copy;
		last = &copy->next;
	}
	expand_braces(x, first, seen + 1);
}

/* {1..10}, {a..e}; false when the ends are neither numbers nor letters. */
static bool
expand_range(
	struct expander *x, const struct part *parts, const struct part *at, const struct braces *braces, unsigned seen)
{
	const char *left = braces->open + 1, *right = braces->dots + 2;
	char *end_left, *end_right, text[24];
	int len;
	long from = strtol(left, &end_left, 10), to = strtol(right, &end_right, 10), step;
	bool letters =
		braces->dots == left + 1 && braces->close == right + 1 && ascii_isalpha(*left) && ascii_isalpha(*right);

	if (letters) {
		from = *left;
		to = *right;
	} else if (end_left == left || end_left != braces->dots || end_right == right || end_right != braces->close ||
		labs(from) > 10000000 || labs(to) > 10000000) {
		return false;
	}
	step = from <= to ? 1 : -1;
	for (long i = from; !x->failed; i += step) {
		len = letters ? snprintf(text, sizeof text, "%c", (char)i) : snprintf(text, sizeof text, "%ld", i);
		expand_with(x, parts, at, braces, text, (size_t)len, seen);
		if (i == to)
			break;
	}
	return true;
}

static void
expand_list(
	struct expander *x, const struct part *parts, const struct part *at, const struct braces *braces, unsigned seen)
{
	const char *start = braces->open + 1;
	unsigned depth = 0;

	for (const char *c = start; c <= braces->close && !x->failed; c++) {
		depth += *c == '{';
		if ((depth == 0 && *c == ',') || c == braces->close) {
			expand_with(x, parts, at, braces, start, (size_t)(c - start), seen);
			start = c + 1;
		} else if (*c == '}') {
			depth--;
		}
	}
}

static void
expand_braces(struct expander *x, const struct part *parts, unsigned seen)
{
	struct braces braces;

	for (const struct part *part = parts; part && seen < EXPAND_BRACES_MAX; part = part->next) {
		const char *open = part->kind == PART_TEXT && !part->quoted ? strchr(part->text, '{') : NULL;

		for (; open; open = strchr(open + 1, '{')) {
			if (!braces_end(open, &braces))
				continue;
			if (braces.commas) {
				expand_list(x, parts, part, &braces, seen);
				return;
			}
			if (expand_range(x, parts, part, &braces, seen))
				return;
		}
	}
	expand_parts(x, parts);
}

bool
expand_words(struct shell *shell, const struct streams *streams, const struct word *words, struct io_names *out)
{
	struct expander x = { .shell = shell, .streams = streams, .out = out };

	str_init(&x.text);
	str_init(&x.pattern);
	for (; words && !x.failed; words = words->next)
		expand_braces(&x, words->parts, 0);
	str_release(&x.text);
	str_release(&x.pattern);
	arena_release(&x.arena);
	return !x.failed;
}

bool
expand_text(struct shell *shell, const struct streams *streams, const struct word *word, struct str *out)
{
	struct expander x = { .shell = shell, .streams = streams };
	bool ok = true;

	for (const struct part *part = word->parts; ok && part; part = part->next) {
		if (part == word->parts && part->kind == PART_TEXT && !part->quoted && part->text[0] == '~' &&
			(!part->text[1] || part->text[1] == '/'))
			str_addf(out, "%s%s", home(shell), part->text + 1);
		else
			ok = part_text(&x, part, out);
		if (out->len > SHELL_BUFFER_MAX) {
			fail(&x, "a word of more than 8 MiB");
			ok = false;
		}
	}
	return ok;
}
