/*
 * sed: addresses (a number, $, /re/, two of them, !), and the commands s d p q = a i c.  Neither the hold space nor
 * labels.
 */
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/pattern.h"

enum address_kind { ADDRESS_NONE, ADDRESS_LINE, ADDRESS_LAST, ADDRESS_PATTERN };
struct address {
	enum address_kind kind;
	size_t line;
	struct pattern pattern;
};

struct edit {
	struct address from, to;
	bool invert, inside;	/* inside: between from and to */
	char command;
	struct pattern pattern;	/* of s */
	char *text;		/* s: the replacement as written; a, i, c: the text */
	bool global, print;
	size_t nth;
};

struct sed {
	struct io *io;
	VEC(struct edit) edits;
	bool quiet, extended, in_place;
	const char *script;	/* for errors */
	struct str out;
};

static bool
fail(struct sed *sed, const char *at, const char *what)
{
	sink_printf(sed->io->err, "sed: -e expression #1, char %zu: %s\n", (size_t)(at - sed->script), what);
	return false;
}

/* ---- reading the script ---- */

/* Up to the unescaped delimiter; \delimiter gives the delimiter, \n a newline. */
static bool
take_delimited(const char **c, char delimiter, bool keep_escapes, struct str *out)
{
	bool in_set = false;

	for (; **c && (**c != delimiter || in_set); ++*c) {
		if (**c == '\\' && (*c)[1]) {
			++*c;
			if (**c == 'n')
				str_addch(out, '\n');
			else {
				if (**c != delimiter || (keep_escapes && delimiter == '&'))
					str_addch(out, '\\');
				str_addch(out, **c);
			}
			continue;
		}
		if (keep_escapes)
			in_set = **c == '[' ? true : **c == ']' ? false : in_set;
		str_addch(out, **c);
	}
	if (**c != delimiter)
		return false;
	++*c;
	return true;
}

static bool
compile(struct sed *sed, struct pattern *pattern, const char *text, bool ignore_case, const char *at)
{
	struct str why = STR_INIT;
	bool ok = pattern_compile(pattern, text, sed->extended, ignore_case, &why) || fail(sed, at, why.buf);

	str_release(&why);
	return ok;
}

static bool
read_address(struct sed *sed, const char **c, struct address *address)
{
	struct str text = STR_INIT;
	bool ok = true;

	if (ascii_isdigit(**c)) {
		char *end;

		address->kind = ADDRESS_LINE;
		address->line = strtoul(*c, &end, 10);
		*c = end;
	} else if (**c == '$') {
		address->kind = ADDRESS_LAST;
		++*c;
	} else if (**c == '/') {
		address->kind = ADDRESS_PATTERN;
		++*c;
		ok = take_delimited(c, '/', true, &text) ? compile(sed, &address->pattern, text.buf, **c == 'I', *c)
			: fail(sed, *c, "unterminated address regex");
		*c += ok && **c == 'I';
	}
	str_release(&text);
	return ok;
}

static bool
read_flags(struct sed *sed, const char **c, struct edit *edit, bool *ignore_case)
{
	for (*ignore_case = false; **c && !strchr(";\n} ", **c); ++*c) {
		if (**c == 'g')
			edit->global = true;
		else if (**c == 'p')
			edit->print = true;
		else if (**c == 'i' || **c == 'I')
			*ignore_case = true;
		else if (ascii_isdigit(**c))
			edit->nth = edit->nth * 10 + (size_t)(**c - '0');
		else
			return fail(sed, *c + 1, "unknown option to `s'");
	}
	return true;
}

static bool
read_substitution(struct sed *sed, const char **c, struct edit *edit)
{
	struct str pattern = STR_INIT, text = STR_INIT;
	char delimiter = **c;
	bool ok, ignore_case;

	if (delimiter)
		++*c;
	ok = delimiter && take_delimited(c, delimiter, true, &pattern) && take_delimited(c, delimiter, false, &text);
	ok = ok ? read_flags(sed, c, edit, &ignore_case) : fail(sed, *c, "unterminated `s' command");
	if (ok)
		ok = compile(sed, &edit->pattern, pattern.buf, ignore_case, *c);
	edit->text = str_detach(&text);
	str_release(&pattern);
	return ok;
}

/*
 * a, i, c: what is left of the line, and the lines after it as long as a backslash ends each.  Blanks before the text are
 * left out, unless a backslash stands before them.
 */
static void
read_text(const char **c, struct edit *edit)
{
	struct str text = STR_INIT;

	*c += strspn(*c, " \t");
	if (**c == '\\')
		*c += (*c)[1] == '\n' ? 2 : 1;
	for (; **c && **c != '\n'; ++*c) {
		bool escaped = **c == '\\' && (*c)[1];

		*c += escaped;
		str_addch(&text, escaped && **c == 'n' ? '\n' : escaped && **c == 't' ? '\t' : **c);
	}
	edit->text = str_detach(&text);
}

static bool
read_edit(struct sed *sed, const char **c)
{
	struct edit *edit = vec_push(&sed->edits);

	if (!read_address(sed, c, &edit->from))
		return false;
	if (**c == ',') {
		++*c;
		if (!read_address(sed, c, &edit->to))
			return false;
		if (edit->to.kind == ADDRESS_NONE)
			return fail(sed, *c, "unexpected `,'");
	}
	*c += strspn(*c, " \t");
	if (**c == '!') {
		edit->invert = true;
		++*c;
	}
	edit->command = **c;
	if (!edit->command)
		return fail(sed, *c, "missing command");
	++*c;
	if (strchr("aic", edit->command))
		read_text(c, edit);
	else if (edit->command == 's' && !read_substitution(sed, c, edit))
		return false;
	else if (!strchr("sdpq=", edit->command))
		return fail(sed, *c, "unknown command: this shell's sed has s d p q = a i c");
	*c += strspn(*c, " \t");
	return !**c || strchr(";\n", **c) ? true : fail(sed, *c + 1, "extra characters after command");
}

static bool
read_script(struct sed *sed, const char *script)
{
	const char *c = script;

	sed->script = script;
	for (;;) {
		c += strspn(c, "; \t\n");
		if (!*c)
			return true;
		if (!read_edit(sed, &c))
			return false;
	}
}

/* ---- editing ---- */

static bool
address_matches(const struct address *address, const char *line, size_t number, bool last)
{
	regmatch_t groups[PATTERN_GROUPS];

	switch (address->kind) {
	case ADDRESS_NONE:
		return true;
	case ADDRESS_LINE:
		return address->line == number;
	case ADDRESS_LAST:
		return last;
	case ADDRESS_PATTERN:
		return pattern_match(&address->pattern, line, true, groups);
	}
	return false;
}

static bool
edit_selected(struct edit *edit, const char *line, size_t number, bool last)
{
	bool selected;

	if (edit->to.kind == ADDRESS_NONE)
		return address_matches(&edit->from, line, number, last) != edit->invert;
	selected = edit->inside;
	if (edit->inside) {
		edit->inside = !address_matches(&edit->to, line, number, last) &&
			!(edit->to.kind == ADDRESS_LINE && number > edit->to.line);
		selected = !(edit->to.kind == ADDRESS_LINE && number > edit->to.line);
	} else if (address_matches(&edit->from, line, number, last)) {
		selected = true;
		edit->inside = !(edit->to.kind == ADDRESS_LINE && edit->to.line <= number);
	}
	return selected != edit->invert;
}

static void
replacement_add(const char *text, const char *line, const regmatch_t *groups, struct str *out)
{
	for (; *text; text++) {
		int group = *text == '&' ? 0 : *text == '\\' && ascii_isdigit(text[1]) ? text[1] - '0' : -1;

		if (group >= 0 && groups[group].rm_so >= 0)
			str_addn(out, line + groups[group].rm_so, (size_t)(groups[group].rm_eo - groups[group].rm_so));
		if (*text == '\\' && text[1]) {
			text++;
			if (group < 0)
				str_addch(out, *text == 't' ? '\t' : *text);
		} else if (group < 0) {
			str_addch(out, *text);
		}
	}
}

/* An empty match does not count where the match before it ended: "s,a*,-,g" makes one - of aaa, not two. */
static bool
substitute(const struct edit *edit, struct str *line)
{
	regmatch_t groups[PATTERN_GROUPS];
	struct str out = STR_INIT;
	const char *c = line->buf;
	bool changed = false, begin = true, after_match = false;
	size_t count = 0;

	for (; pattern_match(&edit->pattern, c, begin, groups); begin = false) {
		size_t start = (size_t)groups[0].rm_so, end = (size_t)groups[0].rm_eo;
		bool again = after_match && end == 0, wanted = !again && ++count >= (edit->nth ? edit->nth : 1);

		str_addn(&out, c, start);
		if (wanted)
			replacement_add(edit->text, c, groups, &out);
		else
			str_addn(&out, c + start, end - start);
		changed |= wanted;
		c += end;
		after_match = end > start;
		if ((wanted && !edit->global) || (!after_match && !*c) || out.len > SHELL_BUFFER_MAX)
			break;
		if (!after_match)
			str_addch(&out, *c++);
	}
	str_add(&out, c);
	str_release(line);
	*line = out;
	return changed;
}

enum after_edit { AFTER_GO_ON, AFTER_NEXT_LINE, AFTER_QUIT };

/* One command on one line; what `a` adds waits in *later. */
static enum after_edit
apply(struct sed *sed, struct edit *edit, struct str *line, size_t number, bool last, struct str *later)
{
	switch (edit->command) {
	case 's':
		if (substitute(edit, line) && edit->print)
			str_addf(&sed->out, "%s\n", line->buf);
		return AFTER_GO_ON;
	case 'p':
		str_addf(&sed->out, "%s\n", line->buf);
		return AFTER_GO_ON;
	case '=':
		str_addf(&sed->out, "%zu\n", number);
		return AFTER_GO_ON;
	case 'i':
		str_addf(&sed->out, "%s\n", edit->text);
		return AFTER_GO_ON;
	case 'a':
		str_addf(later, "%s\n", edit->text);
		return AFTER_GO_ON;
	case 'c':
		if (!edit->inside || last)
			str_addf(&sed->out, "%s\n", edit->text);
		return AFTER_NEXT_LINE;
	case 'q':
		return AFTER_QUIT;
	default:
		return AFTER_NEXT_LINE;
	}
}

static bool
edit_line(struct sed *sed, struct str *line, size_t number, bool last)
{
	enum after_edit after = AFTER_GO_ON;
	struct str later = STR_INIT;

	for (size_t i = 0; i < sed->edits.n && after == AFTER_GO_ON; i++)
		if (edit_selected(&sed->edits.v[i], line->buf, number, last))
			after = apply(sed, &sed->edits.v[i], line, number, last, &later);
	if (!sed->quiet && after != AFTER_NEXT_LINE)
		str_addf(&sed->out, "%s\n", line->buf);
	str_addn(&sed->out, later.buf, later.len);
	str_release(&later);
	return after != AFTER_QUIT && sed->out.len < SHELL_BUFFER_MAX;
}

static void
edit_text(struct sed *sed, const struct str *text)
{
	const char *start;
	size_t at = 0, len, number = 0;
	bool going = true;

	while (going && line_next(text, &at, &start, &len)) {
		struct str line = STR_INIT;

		str_addn(&line, start, len);
		going = edit_line(sed, &line, ++number, at >= text->len);
		str_release(&line);
	}
}

static int
edit_files(struct sed *sed, const char *const *files, size_t n)
{
	struct str all = STR_INIT;
	int status = 0;

	for (size_t i = 0; i < (n ? n : 1); i++) {
		struct str text = STR_INIT;

		if (!input_read(sed->io, "sed", n ? files[i] : "-", &text)) {
			status = 2;
		} else if (sed->in_place && n) {
			enum io_result result;

			str_clear(&sed->out);
			edit_text(sed, &text);
			result = sed->io->files->write(sed->io, files[i], sed->out.buf, sed->out.len, false);
			if (result != IO_OK) {
				sink_printf(
					sed->io->err, "sed: couldn't write %s: %s\n", files[i], io_result_text(result));
				status = 4;
			}
		} else {
			str_addn(&all, text.buf, text.len);
		}
		str_release(&text);
	}
	if (!sed->in_place || !n) {
		edit_text(sed, &all);
		sink_write(sed->io->out, sed->out.buf, sed->out.len);
	}
	str_release(&all);
	return status;
}

static void
sed_release(struct sed *sed)
{
	for (size_t i = 0; i < sed->edits.n; i++) {
		pattern_release(&sed->edits.v[i].from.pattern);
		pattern_release(&sed->edits.v[i].to.pattern);
		pattern_release(&sed->edits.v[i].pattern);
		free(sed->edits.v[i].text);
	}
	vec_release(&sed->edits);
	str_release(&sed->out);
}

static int
sed_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct sed sed = { .io = io, .out = STR_INIT };
	struct str script = STR_INIT;
	struct options options;
	size_t first = 0;
	int status = 1;

	(void)shell;
	options_init(&options, io, argc, argv, "nErie:",
		(const char *const[]){ "quiet=n", "silent=n", "regexp-extended=E", "expression=e", "in-place=i",
			NULL });
	while (options_next(&options)) {
		sed.quiet |= options.letter == 'n';
		sed.extended |= options.letter == 'E' || options.letter == 'r';
		sed.in_place |= options.letter == 'i';
		if (options.letter == 'e')
			str_addf(&script, "%s%s", script.len ? "\n" : "", options.value);
	}
	if (!options.failed && !script.len && options.words.n) {
		str_add(&script, options.words.v[0]);
		first = 1;
	}
	if (!options.failed && !script.len && !first)
		sink_put(io->err, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
	else if (!options.failed && read_script(&sed, script.buf))
		status = edit_files(&sed, options.words.v + first, options.words.n - first);
	sed_release(&sed);
	str_release(&script);
	options_release(&options);
	return status;
}

const struct command command_sed = { .name = "sed", .usage = "[-nEi] SCRIPT [FILE..]",
	.help = "Edits lines: s/old/new/g, 3d, /x/p", .run = sed_main };
