/*
 * awk, as much of it as people put behind kubectl:
 *
 *	item:       [pattern] ["{" statement {(";" | newline) statement} "}"]
 *	pattern:    BEGIN | END | either
 *	statement:  print [either {"," either}] | printf either {"," either} | next | "{" statements "}"
 *	            | if "(" either ")" statement [else statement]
 *	            | place ("=" | "+=" | "-=") either | NAME "++" | (sub | gsub) "(" /RE/ "," either ["," place] ")"
 *	place:      NAME | "$" primary
 *	either:     both {"||" both}
 *	both:       compared {"&&" compared}
 *	compared:   joined [("==" | "!=" | "<" | ">" | "<=" | ">=" | "~" | "!~") joined]
 *	joined:     sum {sum}
 *	sum:        product {("+" | "-") product}
 *	product:    primary {("*" | "/" | "%") primary}
 *	primary:    NUMBER | "TEXT" | /RE/ | "$" primary | NR | NF | NAME | "(" either ")" | ("!" | "-") primary
 *	            | length ["(" either ")"] | (substr | index | toupper | tolower | int) "(" either {"," either} ")"
 *
 * The script is run while it is read, once for each line; what is not wanted (the block of a pattern that is false) is
 * read without being done.
 */
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"
#include "host/commands.h"
#include "host/options.h"
#include "host/pattern.h"

/* ---- statements ---- */

static bool
at_end_of_statement(struct awk *awk)
{
	awk_skip_blanks(awk);
	return !*awk->at || strchr(";\n}", *awk->at);
}

static const char *
output_separator(const struct awk *awk)
{
	const char *separator = map_get(&awk->variables, "OFS");

	return separator ? separator : " ";
}

static void
print_values(struct awk *awk)
{
	struct str text = STR_INIT;
	bool first = true;

	if (at_end_of_statement(awk)) {
		str_addn(&text, awk->line.buf, awk->line.len);
	} else {
		do {
			struct cell value = { STR_INIT, false };

			awk_expression(awk, &value);
			str_addf(&text, "%s%s", first ? "" : output_separator(awk), value.text.buf);
			first = false;
			str_release(&value.text);
		} while (!awk->failed && awk_take(awk, ","));
	}
	if (awk->doing && !awk->failed)
		str_addf(&awk->out, "%s\n", text.buf);
	str_release(&text);
}

/* The words of printf are the shell's printf's affair. */
static void
print_format(struct awk *awk)
{
	struct io_names words = VEC_INIT;
	struct sink_str collected = SINK_STR_INIT;
	struct io io = { .out = &collected.sink, .err = awk->io->err };

	*vec_push(&words) = xstrdup("printf");
	do {
		struct cell value = { STR_INIT, false };

		awk_expression(awk, &value);
		*vec_push(&words) = str_detach(&value.text);
	} while (!awk->failed && awk_take(awk, ","));
	if (awk->doing && !awk->failed)
		command_printf.run(NULL, &io, (int)words.n, (const char *const *)words.v);
	str_addn(&awk->out, collected.str.buf, collected.str.len);
	str_release(&collected.str);
	io_names_release(&words);
}

/* What can be given a value: a variable, or a field. */
struct awk_place {
	char *name;	/* NULL: a field */
	size_t field;	/* 0: the whole line */
};

static struct awk_place
take_place(struct awk *awk)
{
	struct cell number = { STR_INIT, false };
	struct awk_place target = { NULL, 0 };
	size_t n = 0;

	if (awk_take(awk, "$")) {
		awk_primary(awk, &number);
		if (cell_number(&number) < 0 || cell_number(&number) > 1000)
			awk_fail(awk, "no such field");
		else
			target.field = (size_t)cell_number(&number);
		str_release(&number.text);
		return target;
	}
	while (ascii_isalnum(awk->at[n]) || awk->at[n] == '_')
		n++;
	if (!n || ascii_isdigit(*awk->at))
		awk_fail(awk, "syntax error");
	target.name = xstrndup(awk->at, n);
	awk->at += n;
	return target;
}

static const char *
place_text(const struct awk *awk, const struct awk_place *target)
{
	const char *text = target->name ? map_get(&awk->variables, target->name) : NULL;

	if (target->name)
		return text ? text : "";
	if (!target->field)
		return awk->line.buf;
	return target->field <= awk->fields.n ? awk->fields.v[target->field - 1] : "";
}

static void fields_split(struct awk *awk);

/* A field that changes makes the line anew, a line its fields. */
static void
place_set(struct awk *awk, const struct awk_place *target, const char *text)
{
	char *copy = xstrdup(text);

	if (target->name) {
		free(map_remove(&awk->variables, target->name));
		map_set(&awk->variables, target->name, copy);
		return;
	}
	if (!target->field) {
		str_clear(&awk->line);
		str_add(&awk->line, copy);
		free(copy);
		fields_split(awk);
		return;
	}
	while (awk->fields.n < target->field)
		*vec_push(&awk->fields) = xstrdup("");
	free(awk->fields.v[target->field - 1]);
	awk->fields.v[target->field - 1] = copy;
	str_clear(&awk->line);
	for (size_t i = 0; i < awk->fields.n; i++)
		str_addf(&awk->line, "%s%s", i ? output_separator(awk) : "", awk->fields.v[i]);
}

static void
assign(struct awk *awk)
{
	struct cell value = { STR_INIT, false }, old = { STR_INIT, false };
	struct awk_place target = take_place(awk);

	cell_set_input(&old, place_text(awk, &target));
	if (awk_take(awk, "++")) {
		cell_set_number(&value, cell_number(&old) + 1);
	} else if (awk_take(awk, "+=")) {
		awk_expression(awk, &value);
		cell_set_number(&value, cell_number(&old) + cell_number(&value));
	} else if (awk_take(awk, "-=")) {
		awk_expression(awk, &value);
		cell_set_number(&value, cell_number(&old) - cell_number(&value));
	} else if (awk_take(awk, "=")) {
		awk_expression(awk, &value);
	} else {
		awk_fail(awk, "syntax error");
	}
	if (awk->doing && !awk->failed)
		place_set(awk, &target, value.text.buf);
	free(target.name);
	str_release(&value.text);
	str_release(&old.text);
}

/* The first match, or each, replaced; & in the text is what matched. */
static void
replace(struct awk *awk, const char *pattern_text, const char *text, const char *with, bool all, struct str *out)
{
	regmatch_t groups[PATTERN_GROUPS];
	const struct pattern *pattern;
	bool begin = true;

	if (!awk_matches(awk, pattern_text, text)) {
		str_add(out, text);
		return;
	}
	pattern = map_get(&awk->patterns, pattern_text);
	while ((begin || all) && pattern_match(pattern, text, begin, groups)) {
		str_addn(out, text, (size_t)groups[0].rm_so);
		for (const char *c = with; *c; c++)
			if (*c == '&')
				str_addn(out, text + groups[0].rm_so, (size_t)(groups[0].rm_eo - groups[0].rm_so));
			else
				str_addch(out, *c == '\\' && c[1] == '&' ? *++c : *c);
		text += groups[0].rm_eo;
		if (groups[0].rm_so == groups[0].rm_eo) {
			if (!*text)
				break;
			str_addch(out, *text++);
		}
		begin = false;
	}
	str_add(out, text);
}

static void
substitute(struct awk *awk, bool all)
{
	struct cell pattern = { STR_INIT, false }, with = { STR_INIT, false };
	struct awk_place target = { NULL, 0 };
	struct str out = STR_INIT;

	if (!awk_take(awk, "("))
		awk_fail(awk, "syntax error");
	awk_skip_blanks(awk);
	if (awk_take(awk, "/"))
		awk_take_delimited(awk, '/', &pattern.text);
	else
		awk_expression(awk, &pattern);
	if (!awk_take(awk, ","))
		awk_fail(awk, "syntax error");
	awk_expression(awk, &with);
	if (awk_take(awk, ",")) {
		awk_skip_blanks(awk);
		target = take_place(awk);
	}
	if (!awk_take(awk, ")"))
		awk_fail(awk, "`)' is missing");
	if (awk->doing && !awk->failed) {
		replace(awk, pattern.text.buf, place_text(awk, &target), with.text.buf, all, &out);
		place_set(awk, &target, out.buf);
	}
	free(target.name);
	str_release(&pattern.text);
	str_release(&with.text);
	str_release(&out);
}

static void statement(struct awk *awk);

/* From behind the opening brace. */
static void
block(struct awk *awk)
{
	for (awk_skip_ends(awk); !awk->failed && !awk_take(awk, "}"); awk_skip_ends(awk)) {
		if (!*awk->at)
			awk_fail(awk, "`}' is missing");
		else
			statement(awk);
	}
}

/* if (..) .. else ..: what doesn't hold is read without being done. */
static void
choice(struct awk *awk)
{
	struct cell value = { STR_INIT, false };
	bool doing = awk->doing, holds;
	const char *before;

	if (!awk_take(awk, "("))
		awk_fail(awk, "syntax error");
	awk_expression(awk, &value);
	if (!awk_take(awk, ")"))
		awk_fail(awk, "`)' is missing");
	holds = cell_truth(&value);
	str_release(&value.text);
	awk->doing = doing && holds;
	awk->at += strspn(awk->at, " \t\n");
	statement(awk);
	before = awk->at;
	awk_skip_ends(awk);
	if (!awk->failed && awk_take(awk, "else")) {
		awk->doing = doing && !holds && !awk->next;
		awk->at += strspn(awk->at, " \t\n");
		statement(awk);
	} else {
		awk->at = before;
	}
	awk->doing = doing && !awk->next;
}

static void
simple_statement(struct awk *awk)
{
	if (awk_take(awk, "printf"))
		print_format(awk);
	else if (awk_take(awk, "print"))
		print_values(awk);
	else if (awk_take(awk, "next"))
		awk->next |= awk->doing;
	else if (awk_take(awk, "gsub"))
		substitute(awk, true);
	else if (awk_take(awk, "sub"))
		substitute(awk, false);
	else
		assign(awk);
	if (awk->next)
		awk->doing = false;
	if (!awk->failed && !at_end_of_statement(awk))
		awk_fail(awk, "syntax error");
}

static void
statement(struct awk *awk)
{
	if (++awk->depth > AWK_DEPTH_MAX)
		awk_fail(awk, "statements are nested too deep");
	else if (awk_take(awk, "{"))
		block(awk);
	else if (awk_take(awk, "if"))
		choice(awk);
	else
		simple_statement(awk);
	awk->depth--;
}

static void
item(struct awk *awk)
{
	struct cell value = { STR_INIT, false };

	awk->doing = awk->phase == AWK_LINE;
	if (awk_take(awk, "BEGIN")) {
		awk->doing = awk->phase == AWK_BEGIN;
	} else if (awk_take(awk, "END")) {
		awk->doing = awk->phase == AWK_END;
	} else if (*awk->at != '{') {
		awk_expression(awk, &value);
		awk->doing = awk->doing && cell_truth(&value);
	}
	awk->doing = awk->doing && !awk->next;
	str_release(&value.text);
	if (!awk_take(awk, "{")) {
		if (awk->doing && !awk->failed)
			str_addf(&awk->out, "%s\n", awk->line.buf);
		return;
	}
	block(awk);
}

static void
run(struct awk *awk, const char *script, enum awk_phase phase)
{
	awk->at = script;
	awk->phase = phase;
	awk->next = false;
	for (awk_skip_ends(awk); *awk->at && !awk->failed; awk_skip_ends(awk))
		item(awk);
}

/* ---- lines ---- */

static void
fields_clear(struct awk *awk)
{
	for (size_t i = 0; i < awk->fields.n; i++)
		free(awk->fields.v[i]);
	vec_clear(&awk->fields);
}

/* One character is itself; anything longer is a pattern. */
static const char *
find_separator(struct awk *awk, const char *text, size_t *width)
{
	regmatch_t groups[PATTERN_GROUPS];

	*width = 1;
	if (!awk->separator[1])
		return strchr(text, *awk->separator);
	if (!awk_matches(awk, awk->separator, text) ||
		!pattern_match(map_get(&awk->patterns, awk->separator), text, true, groups) ||
		groups[0].rm_eo == groups[0].rm_so)
		return NULL;
	*width = (size_t)(groups[0].rm_eo - groups[0].rm_so);
	return text + groups[0].rm_so;
}

static void
fields_split(struct awk *awk)
{
	const char *c = awk->line.buf;
	size_t width = awk->separator ? strlen(awk->separator) : 0;

	fields_clear(awk);
	if (!width) {
		for (c += strspn(c, " \t\n"); *c; c += strspn(c, " \t\n")) {
			size_t len = strcspn(c, " \t\n");

			*vec_push(&awk->fields) = xstrndup(c, len);
			c += len;
		}
		return;
	}
	while (*c || awk->fields.n) {
		const char *end = find_separator(awk, c, &width);

		*vec_push(&awk->fields) = end ? xstrndup(c, (size_t)(end - c)) : xstrdup(c);
		if (!end || awk->failed)
			break;
		c = end + width;
	}
}

static void
run_lines(struct awk *awk, const char *script, const struct str *text)
{
	const char *line;
	size_t at = 0, len;

	run(awk, script, AWK_BEGIN);
	while (!awk->failed && line_next(text, &at, &line, &len)) {
		str_clear(&awk->line);
		str_addn(&awk->line, line, len);
		awk->nr++;
		fields_split(awk);
		run(awk, script, AWK_LINE);
		if (awk->out.len > SHELL_BUFFER_MAX)
			awk_fail(awk, "more than 8 MiB of output");
	}
	if (!awk->failed)
		run(awk, script, AWK_END);
}

static void
awk_release(struct awk *awk)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&awk->variables, &i));)
		free(entry->value);
	for (size_t i = 0; (entry = map_next(&awk->patterns, &i));) {
		pattern_release(entry->value);
		free(entry->value);
	}
	map_release(&awk->variables);
	map_release(&awk->patterns);
	fields_clear(awk);
	vec_release(&awk->fields);
	str_release(&awk->line);
	str_release(&awk->out);
}

static int
awk_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct awk awk = { .io = io, .line = STR_INIT, .out = STR_INIT };
	struct str text = STR_INIT;
	struct options options;
	bool read = true;

	(void)shell;
	options_init(&options, io, argc, argv, "F:v:", NULL);
	while (options_next(&options)) {
		const char *equals = strchr(options.value, '=');

		if (options.letter == 'F') {
			awk.separator = strcmp(options.value, "\\t") == 0 ? "\t" : options.value;
			if (strcmp(awk.separator, " ") == 0)
				awk.separator = NULL;
		} else if (equals) {
			char *word = xstrndup(options.value, (size_t)(equals - options.value));

			free(map_remove(&awk.variables, word));
			map_set(&awk.variables, word, xstrdup(equals + 1));
			free(word);
		}
	}
	if (!options.failed && !options.words.n) {
		sink_put(io->err, "Usage: awk [-F fs][-v var=value] 'prog' [file ...]\n");
		options.failed = true;
	}
	for (size_t i = 1; !options.failed && i < options.words.n; i++)
		read &= input_read(io, "awk", options.words.v[i], &text);
	if (!options.failed && options.words.n == 1)
		read = input_read(io, "awk", "-", &text);
	if (!options.failed) {
		run_lines(&awk, options.words.v[0], &text);
		sink_write(io->out, awk.out.buf, awk.out.len);
	}
	awk.failed |= options.failed || !read;
	str_release(&text);
	options_release(&options);
	awk_release(&awk);
	return awk.failed ? 2 : 0;
}

const struct command command_awk = { .name = "awk", .usage = "[-F C] 'PATTERN { print $1 }' [FILE..]",
	.help = "Fields of lines", .run = awk_main };
