/* Reads sed's scripts; what is wrong is said in GNU sed's words, with the character that it had come to. */
#include "host/sed.h"

#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX 10000

struct parser {
	struct sed_script *script;
	const char *text, *at;
	const size_t *starts;
	size_t nstarts;
	bool extended;
	VEC(size_t) open;	/* the { that are not closed */
};

static bool
fail(struct parser *p, const char *what)
{
	size_t at = (size_t)(p->at - p->text), expression = 0;

	while (expression + 1 < p->nstarts && p->starts[expression + 1] <= at)
		expression++;
	if (!p->script->error)
		p->script->error = xasprintf("-e expression #%zu, char %zu: %s", expression + 1, at - p->starts[expression], what);
	return false;
}

static void
skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t\r");
}

static bool
take_number(struct parser *p, size_t *number)
{
	if (!ascii_isdigit(*p->at))
		return false;
	for (*number = 0; ascii_isdigit(*p->at); p->at++)
		if (*number < 1000000000)
			*number = *number * 10 + (size_t)(*p->at - '0');
	return true;
}

/* ---- patterns ---- */

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, ascii_tolower(c)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* \n \t .. \xHH: the character that stands for it; 0: it is no such escape.  *c is behind the backslash. */
static char
escaped(const char **c)
{
	static const char letters[] = "ntrfva", meant[] = "\n\t\r\f\v\a";
	const char *found = **c ? strchr(letters, **c) : NULL;

	if (found) {
		++*c;
		return meant[found - letters];
	}
	if (**c == 'x' && hex_digit((*c)[1]) >= 0) {
		int value = hex_digit((*c)[1]);

		*c += 2;
		if (hex_digit(**c) >= 0)
			value = value * 16 + hex_digit(*(*c)++);
		return (char)value;
	}
	return '\0';
}

/* From the opening delimiter to behind the closing one, as regcomp wants it. */
static bool
take_pattern(struct parser *p, struct str *out)
{
	char delimiter = *p->at++, c;
	bool set = false;

	while (*p->at && (set || *p->at != delimiter) && (set || *p->at != '\n')) {
		if (*p->at == '\\' && p->at[1]) {
			p->at++;
			if (*p->at == delimiter && !set) {	/* it stands for itself */
				if (strchr("[]*.^$", delimiter) && delimiter)
					str_addch(out, '\\');
				str_addch(out, *p->at++);
			} else if ((c = escaped(&p->at))) {
				str_addch(out, c);
			} else {
				str_addch(out, '\\');
				if (!set)
					str_addch(out, *p->at++);
			}
			continue;
		}
		if (*p->at == '[' && !set) {
			set = true;
			str_addch(out, *p->at++);
			if (*p->at == '^')
				str_addch(out, *p->at++);
			if (*p->at == ']')
				str_addch(out, *p->at++);
			continue;
		}
		if (set && *p->at == '[' && (p->at[1] == ':' || p->at[1] == '.' || p->at[1] == '=')) {
			str_addch(out, *p->at++);
			str_addch(out, *p->at++);
			continue;
		}
		if (set && *p->at == ']' && !(p->at[-1] == ':' && out->len > 2))
			set = false;
		str_addch(out, *p->at++);
	}
	if (*p->at != delimiter)
		return false;
	p->at++;
	return true;
}

static bool
compile(struct parser *p, const char *text, bool ignore_case, struct pattern **pattern)
{
	struct str why = STR_INIT;
	bool ok = true;

	*pattern = NULL;
	if (!*text)
		return true;	/* the last one used */
	*pattern = xcalloc(1, sizeof **pattern);
	if (!pattern_compile(*pattern, text, p->extended, ignore_case, &why))
		ok = fail(p, why.buf);
	str_release(&why);
	return ok;
}

/* ---- addresses ---- */

static bool
take_pattern_address(struct parser *p, struct sed_address *address)
{
	struct str text = STR_INIT;
	bool ok, ignore_case = false;

	if (*p->at == '\\')
		p->at++;
	ok = take_pattern(p, &text) || fail(p, "unterminated address regex");
	for (; ok && *p->at == 'I'; p->at++)
		ignore_case = true;
	address->kind = SED_PATTERN;
	ok = ok && compile(p, text.buf, ignore_case, &address->pattern);
	str_release(&text);
	return ok;
}

static bool
take_address(struct parser *p, struct sed_address *address, bool second)
{
	if (*p->at == '$') {
		p->at++;
		address->kind = SED_LAST;
	} else if (*p->at == '/' || *p->at == '\\') {
		return take_pattern_address(p, address);
	} else if (second && (*p->at == '+' || *p->at == '~')) {
		address->kind = *p->at++ == '+' ? SED_BEHIND : SED_MULTIPLE;
		if (!take_number(p, &address->line))
			return fail(p, "expected number");
	} else if (take_number(p, &address->line)) {
		address->kind = SED_LINE;
		if (!second && *p->at == '~') {
			p->at++;
			address->kind = SED_STEP;
			(void)take_number(p, &address->step);
		}
	}
	return true;
}

static bool
take_addresses(struct parser *p, struct sed_command *command)
{
	if (!take_address(p, &command->from, false))
		return false;
	skip_blanks(p);
	if (*p->at == ',') {
		p->at++;
		skip_blanks(p);
		if (!command->from.kind)
			return fail(p, "unknown command: `,'");
		if (!take_address(p, &command->to, true))
			return false;
		if (!command->to.kind)
			return p->at++, fail(p, "unexpected `,'");
		command->has_to = true;
	}
	if (command->from.kind == SED_LINE && !command->from.line && command->to.kind != SED_PATTERN)
		return p->at++, fail(p, "invalid usage of line address 0");
	skip_blanks(p);
	while (*p->at == '!') {
		p->at++;
		skip_blanks(p);
		command->invert = true;
	}
	return true;
}

/* ---- what commands have behind them ---- */

/* A command ends at ; } a newline or the text's end; a comment may follow. */
static bool
take_end(struct parser *p)
{
	skip_blanks(p);
	if (*p->at == '#')
		p->at += strcspn(p->at, "\n");
	if (!*p->at || *p->at == '}')
		return true;
	if (*p->at == ';' || *p->at == '\n') {
		p->at++;
		return true;
	}
	p->at++;
	return fail(p, "extra characters after command");
}

/* The text of a, i and c: to the end of the line; a backslash before a newline goes on. */
static bool
take_text(struct parser *p, struct sed_command *command)
{
	struct str text = STR_INIT;

	skip_blanks(p);
	if (!*p->at || *p->at == '\n')
		return fail(p, "expected \\ after `a', `c' or `i'");
	if (*p->at == '\\') {
		const char *behind = p->at + 1 + strspn(p->at + 1, " \t");

		if (*behind == '\n') {
			p->at = behind + 1;
		} else {
			p->at++;	/* a\text: its blanks stay */
		}
		if (!*p->at)
			return fail(p, "expected \\ after `a', `c' or `i'");
	}
	while (*p->at && *p->at != '\n') {
		if (*p->at == '\\' && p->at[1]) {
			char c;

			p->at++;
			c = escaped(&p->at);
			str_addch(&text, c ? c : *p->at++);
		} else {
			str_addch(&text, *p->at++);
		}
	}
	p->at += *p->at == '\n';
	str_addch(&text, '\n');
	command->text = str_detach(&text);
	return true;
}

/* A file's name or a label: a file's goes to the end of the line. */
static bool
take_name(struct parser *p, struct sed_command *command, const char *ends, const char *missing)
{
	size_t n;

	skip_blanks(p);
	n = strcspn(p->at, ends);
	while (n && strchr(" \t", p->at[n - 1]))
		n--;
	command->text = xstrndup(p->at, n);
	p->at += n;
	if (!n && missing)
		return fail(p, missing);
	return true;
}

static void
add_piece(struct sed_command *command, char kind, struct str *text, size_t group)
{
	if (kind == 't' && !text->len)
		return;
	*vec_push(&command->pieces) = (struct sed_piece){ kind, kind == 't' ? xstrdup(text->buf) : NULL, group };
	if (kind == 't')
		str_clear(text);
}

/* What s puts in, up to the delimiter. */
static bool
take_replacement(struct parser *p, char delimiter, struct sed_command *command, size_t *groups)
{
	struct str text = STR_INIT;
	char c;

	for (; *p->at && *p->at != delimiter;) {
		if (*p->at == '&') {
			add_piece(command, 't', &text, 0);
			add_piece(command, 'g', NULL, 0);
			p->at++;
		} else if (*p->at != '\\' || !p->at[1]) {
			str_addch(&text, *p->at++);
		} else if (ascii_isdigit(*++p->at) && *p->at != delimiter) {
			add_piece(command, 't', &text, 0);
			add_piece(command, 'g', NULL, (size_t)(*p->at - '0'));
			*groups = *groups < (size_t)(*p->at - '0') ? (size_t)(*p->at - '0') : *groups;
			p->at++;
		} else if (strchr("ULEul", *p->at) && *p->at != delimiter) {
			add_piece(command, 't', &text, 0);
			add_piece(command, *p->at++, NULL, 0);
		} else if (*p->at != delimiter && (c = escaped(&p->at))) {
			str_addch(&text, c);
		} else {
			str_addch(&text, *p->at++);
		}
	}
	add_piece(command, 't', &text, 0);
	str_release(&text);
	return *p->at == delimiter;
}

static bool
take_flags(struct parser *p, struct sed_command *command, bool *ignore_case)
{
	for (;; p->at++) {
		size_t number;

		if (*p->at == 'g' || *p->at == 'p') {
			bool *flag = *p->at == 'g' ? &command->global : &command->print;

			if (*flag)
				return p->at++, fail(p, flag == &command->global ? "multiple `g' options to `s' command"
					: "multiple `p' options to `s' command");
			*flag = true;
		} else if (*p->at == 'i' || *p->at == 'I') {
			*ignore_case = true;
		} else if (ascii_isdigit(*p->at)) {
			take_number(p, &number);
			if (!number)
				return fail(p, "number option to `s' command may not be zero");
			if (command->number)
				return fail(p, "multiple number options to `s' command");
			command->number = number;
			p->at--;
		} else if (*p->at == 'w') {
			p->at++;
			if (!take_name(p, command, "\n", "missing filename in r/R/w/W commands"))
				return false;
			return take_end(p);
		} else if (*p->at && !strchr(" \t\r;}#\n", *p->at)) {
			return p->at++, fail(p, "unknown option to `s'");
		} else {
			return take_end(p);
		}
	}
}

/* s/re/text/flags */
static bool
take_substitution(struct parser *p, struct sed_command *command)
{
	struct str pattern = STR_INIT;
	size_t groups = 0;
	bool ok, ignore_case = false;
	char delimiter = *p->at;

	ok = delimiter && delimiter != '\n' && delimiter != '\\' && take_pattern(p, &pattern) &&
		take_replacement(p, delimiter, command, &groups);
	if (!ok)
		ok = fail(p, "unterminated `s' command");
	else
		p->at++;
	ok = ok && take_flags(p, command, &ignore_case) && compile(p, pattern.buf, ignore_case, &command->pattern);
	if (ok && command->pattern && command->pattern->regex.re_nsub < groups) {
		char *why = xasprintf("invalid reference \\%zu on `s' command's RHS", groups);

		ok = fail(p, why);
		free(why);
	}
	str_release(&pattern);
	return ok;
}

/* One side of y/abc/xyz/. */
static bool
take_characters(struct parser *p, char delimiter, char **characters)
{
	struct str text = STR_INIT;

	while (*p->at && *p->at != delimiter) {
		if (*p->at == '\\' && (p->at[1] == delimiter || p->at[1] == '\\' || p->at[1] == 'n')) {
			str_addch(&text, p->at[1] == 'n' ? '\n' : p->at[1]);
			p->at += 2;
		} else {
			str_addch(&text, *p->at++);
		}
	}
	*characters = str_detach(&text);
	if (*p->at != delimiter)
		return fail(p, "unterminated `y' command");
	p->at++;
	return true;
}

static bool
take_exchange(struct parser *p, struct sed_command *command)
{
	char delimiter = *p->at;

	if (!delimiter)
		return fail(p, "unterminated `y' command");
	p->at++;
	if (!take_characters(p, delimiter, &command->text) || !take_characters(p, delimiter, &command->second))
		return false;
	if (strlen(command->text) != strlen(command->second))
		return fail(p, "strings for `y' command are different lengths");
	return take_end(p);
}

static bool
close_block(struct parser *p, struct sed_command *command, size_t index)
{
	if (command->from.kind)
		return fail(p, "} doesn't want any addresses");
	if (!p->open.n)
		return fail(p, "unexpected `}'");
	p->script->commands.v[p->open.v[--p->open.n]].target = index;
	return take_end(p);
}

static bool
take_rest(struct parser *p, struct sed_command *command, size_t index)
{
	switch (command->letter) {
	case '{':
		*vec_push(&p->open) = index;
		return true;
	case '}':
		return close_block(p, command, index);
	case ':':
		if (command->from.kind)
			return fail(p, ": doesn't want any addresses");
		return take_name(p, command, ";\n", "\":\" lacks a label") && take_end(p);
	case 'b':
	case 't':
	case 'T':
		return take_name(p, command, ";}\n", NULL) && take_end(p);
	case 'r':
	case 'w':
		return take_name(p, command, "\n", "missing filename in r/R/w/W commands") && take_end(p);
	case 'a':
	case 'i':
	case 'c':
		return take_text(p, command);
	case 's':
		return take_substitution(p, command);
	case 'y':
		return take_exchange(p, command);
	case 'q':
	case 'Q':
		if (command->has_to)
			return fail(p, "command only uses one address");
		/* fall through */
	case 'l':
		skip_blanks(p);
		command->has_number = take_number(p, &command->number);
		return take_end(p);
	default:
		return take_end(p);
	}
}

static bool
take_command(struct parser *p)
{
	struct sed_command command = { .letter = '\0' };
	size_t index = p->script->commands.n;
	bool ok = take_addresses(p, &command);

	if (ok && index == COMMANDS_MAX)
		ok = fail(p, "too many commands");
	if (ok && (!*p->at || *p->at == '\n' || *p->at == ';'))
		ok = fail(p, "missing command");
	if (ok && !strchr("{}=abcdDgGhHilnNpPqQrstTvwxy:zF", *p->at)) {
		char *why = xasprintf("unknown command: `%c'", *p->at++);

		ok = fail(p, why);
		free(why);
	}
	if (ok)
		command.letter = *p->at++;
	*vec_push(&p->script->commands) = command;
	if (ok) {
		struct sed_command rest = command;	/* the vector may move when a block grows it */

		ok = take_rest(p, &rest, index);
		p->script->commands.v[index] = rest;
	}
	return ok;
}

static bool
find_labels(struct sed_script *script)
{
	for (size_t i = 0; i < script->commands.n; i++) {
		struct sed_command *command = &script->commands.v[i];

		if (!strchr("btT", command->letter))
			continue;
		command->target = script->commands.n;
		for (size_t j = 0; *command->text && j < script->commands.n; j++)
			if (script->commands.v[j].letter == ':' && strcmp(script->commands.v[j].text, command->text) == 0)
				command->target = j;
		if (*command->text && command->target == script->commands.n) {
			script->error = xasprintf("can't find label for jump to `%s'", command->text);
			return false;
		}
	}
	return true;
}

bool
sed_parse(struct sed_script *script, const char *text, const size_t *starts, size_t nstarts, bool extended)
{
	struct parser p = { .script = script, .text = text, .at = text, .starts = starts, .nstarts = nstarts, .extended = extended };
	bool ok = true;

	while (ok) {
		p.at += strspn(p.at, " \t\r\n;");
		if (*p.at == '#')
			p.at += strcspn(p.at, "\n");
		else if (*p.at)
			ok = take_command(&p);
		else
			break;
	}
	if (ok && p.open.n)
		script->error = xasprintf("-e expression #1, char 0: unmatched `{'");
	vec_release(&p.open);
	return ok && !script->error && find_labels(script);
}

static void
pattern_free(struct pattern *pattern)
{
	if (pattern)
		pattern_release(pattern);
	free(pattern);
}

void
sed_script_release(struct sed_script *script)
{
	for (size_t i = 0; i < script->commands.n; i++) {
		struct sed_command *command = &script->commands.v[i];

		pattern_free(command->from.pattern);
		pattern_free(command->to.pattern);
		pattern_free(command->pattern);
		free(command->text);
		free(command->second);
		for (size_t j = 0; j < command->pieces.n; j++)
			free(command->pieces.v[j].text);
		vec_release(&command->pieces);
	}
	vec_release(&script->commands);
	free(script->error);
}
