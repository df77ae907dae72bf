#include "host/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/arith.h"
#include "host/parameter.h"

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

/* An unquoted variable's or command's text: blanks end words, and so does each other character of $IFS. */
static void
add_split(struct expander *x, const char *text)
{
	const char *separators = shell_variable(x->shell, "IFS");

	if (!separators)
		separators = " \t\n";
	for (; *text && !x->failed; text++)
		if (!strchr(separators, *text)) {
			add_char(x, *text, false);
		} else {
			x->open |= !strchr(" \t\n", *text);
			end_word(x);
		}
}

/* "$@": each argument a word; what stands before and behind sticks to the first and the last. */
static void
add_arguments(struct expander *x)
{
	for (size_t i = 0; i < x->shell->args.n; i++) {
		if (i)
			end_word(x);
		add_text(x, x->shell->args.v[i], true);
	}
}

/* ---- parts ---- */

static bool
arithmetic_text(const struct expander *x, const struct part *part, struct str *out)
{
	struct str text = STR_INIT;
	int64_t value = 0;
	bool ok = expand_text(x->shell, x->streams, part->operand, &text) &&
		arith_eval(x->shell, x->streams, text.buf, &value);

	str_addf(out, "%lld", (long long)value);
	str_release(&text);
	return ok;
}

static bool
part_text(const struct expander *x, const struct part *part, struct str *out)
{
	switch (part->kind) {
	case PART_TEXT:
		str_add(out, part->text);
		return true;
	case PART_COMMAND:
		if (part->command)
			run_captured(x->shell, part->command, x->streams, out);
		return true;
	case PART_ARITHMETIC:
		return arithmetic_text(x, part, out);
	case PART_PROCESS:
		return run_process(x->shell, part->command, x->streams, out);
	case PART_VARIABLE:
		break;
	}
	return parameter_text(x->shell, x->streams, part, out);
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
		if (part->kind == PART_VARIABLE && strcmp(plain, "@") == 0 && part->quoted && !part->parameter) {
			add_arguments(x);
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

/* A range's ends, how far from one to the next, and how wide its numbers are. */
struct range {
	bool letters;
	long from, to, step;
	int width;
};

static bool
range_number(const char *start, const char *end, long *number, int *width)
{
	char *behind;
	int digits = (int)(end - start);

	*number = strtol(start, &behind, 10);
	if (start == end || behind != end || *start == ' ' || *start == '+' || labs(*number) > 10000000)
		return false;
	if ((*start == '0' || (*start == '-' && start[1] == '0')) && digits > 1 && digits > *width)
		*width = digits;
	return true;
}

/* {1..10}, {01..10}, {a..e}, {1..9..2}; false when the ends are neither numbers nor letters. */
static bool
range_read(const struct braces *braces, struct range *range)
{
	const char *left = braces->open + 1, *right = braces->dots + 2, *end = right;
	int unused = 0;

	*range = (struct range){ .step = 1 };
	while (end < braces->close && !(end[0] == '.' && end[1] == '.'))
		end++;
	if (end < braces->close && !range_number(end + 2, braces->close, &range->step, &unused))
		return false;
	range->letters = braces->dots == left + 1 && end == right + 1 && ascii_isalpha(*left) && ascii_isalpha(*right);
	range->from = *left;
	range->to = *right;
	if (!range->letters && (!range_number(left, braces->dots, &range->from, &range->width) ||
			!range_number(right, end, &range->to, &range->width)))
		return false;
	range->step = range->step ? labs(range->step) : 1;
	if (range->from > range->to)
		range->step = -range->step;
	return true;
}

static bool
expand_range(
	struct expander *x, const struct part *parts, const struct part *at, const struct braces *braces, unsigned seen)
{
	struct range range;

	if (!range_read(braces, &range))
		return false;
	for (long i = range.from; !x->failed && (range.step > 0 ? i <= range.to : i >= range.to); i += range.step) {
		char text[32];
		int len = range.letters ? snprintf(text, sizeof text, "%c", (char)i)
			: snprintf(text, sizeof text, "%0*ld", range.width > 20 ? 20 : range.width, i);

		expand_with(x, parts, at, braces, text, (size_t)len, seen);
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

/* NAME=.. */
static bool
assigns(const struct word *word)
{
	const struct part *part = word->parts;
	size_t n = part && part->kind == PART_TEXT && !part->quoted ? name_length(part->text) : 0;

	return n && part->text[n] == '=';
}

bool
expand_declaration(struct shell *shell, const struct streams *streams, const struct word *words, struct io_names *out)
{
	bool ok = true;

	for (; ok && words; words = words->next) {
		struct word alone = *words;
		struct str text = STR_INIT;

		alone.next = NULL;
		if (!assigns(words)) {
			ok = expand_words(shell, streams, &alone, out);
			continue;
		}
		ok = expand_text(shell, streams, words, &text);
		*vec_push(out) = str_detach(&text);
	}
	return ok;
}

bool
expand_pattern(struct shell *shell, const struct streams *streams, const struct word *word, struct str *out)
{
	struct expander x = { .shell = shell, .streams = streams };

	str_init(&x.text);
	str_init(&x.pattern);
	for (const struct part *part = word->parts; part && !x.failed; part = part->next) {
		struct str text = STR_INIT;

		x.failed = !part_text(&x, part, &text);
		add_text(&x, text.buf, part->quoted);
		str_release(&text);
	}
	str_add(out, x.pattern.buf);
	str_release(&x.text);
	str_release(&x.pattern);
	return !x.failed;
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
