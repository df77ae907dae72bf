/* jq 1.6's command line: options, inputs one after the other, results, errors and exit codes. */
#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "host/commands.h"
#include "host/jq.h"
#include "host/options.h"

#define EXIT_USAGE 2
#define EXIT_COMPILE 3
#define EXIT_INPUT 4
#define EXIT_FAILED 5

struct jq_command {
	struct io *io;
	struct arena arena;
	struct value *named;
	bool raw, compact, join, null_input, slurp, sorted, exit_status, raw_input;
	unsigned indent;
	const char *filter;
	struct io_names files;
	struct jq jq;
	int last;		/* exit code by the last result, of -e */
	size_t line;		/* newlines of the input so far */
};

static bool
print_result(void *arg, const struct value *value)
{
	struct jq_command *c = arg;
	struct str out = STR_INIT;

	c->last = value->type == VALUE_NULL || (value->type == VALUE_BOOL && !value->boolean);
	if (c->raw && value->type == VALUE_STRING)
		str_addn(&out, value->string.text, value->string.len);
	else
		jq_print(value, c->indent, c->sorted, &out);
	if (!c->join)
		str_addch(&out, '\n');
	sink_write(c->io->out, out.buf, out.len);
	str_release(&out);
	return true;
}

static int
run_one(struct jq_command *c, const struct value *input)
{
	if (jq_run(&c->jq, input, print_result, c))
		return 0;
	if (c->null_input)
		sink_printf(c->io->err, "jq: error (at <unknown>): %s\n", c->jq.error.buf);
	else
		sink_printf(c->io->err, "jq: error (at <stdin>:%zu): %s\n", c->line, c->jq.error.buf);
	return EXIT_FAILED;
}

/* Where the next JSON text ends: at its closing bracket or quote, or at a blank behind anything else. */
static size_t
text_length(const char *text)
{
	size_t depth = 0, i = 0;

	for (; text[i]; i++) {
		char c = text[i];

		if (c == '"') {
			for (i++; text[i] && text[i] != '"'; i++)
				i += text[i] == '\\' && text[i + 1];
			if (!text[i])
				return i;
			if (!depth)
				return i + 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth <= 1)
				return i + 1;
			depth--;
		} else if (!depth && strchr(" \t\r\n", c)) {
			return i;
		}
	}
	return i;
}

static bool
is_literal(const char *word, size_t len)
{
	static const char *const words[] = { "true", "false", "null", "nan" };
	char *copy = xstrndup(word, len), *end;
	bool good = false;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		good |= strcmp(copy, words[i]) == 0;
	if (!good && (ascii_isdigit(*copy) || *copy == '-')) {
		strtod(copy, &end);
		good = !*end;
	}
	free(copy);
	return good;
}

/* Where the first word stands that is none of JSON's; NULL.  It is noticed at the character behind it. */
static const char *
bad_literal(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t word = strcspn(at + i, "{}[]:,\" \t\r\n");

		if (at[i] == '"')
			for (i++; i < len && at[i] != '"'; i++)
				i += at[i] == '\\' && at[i + 1];
		else if (word && !is_literal(at + i, word))
			return at + i + word;
		else
			i += word ? word - 1 : 0;
	}
	return NULL;
}

/* Lines and columns as jq's parser counts them: behind what it has read. */
static int
parse_failed(const struct jq_command *c, const char *all, const char *at, size_t len)
{
	const char *bad = bad_literal(at, len), *stop = bad ? bad + (*bad != '\0') : at + len;
	size_t line = 1, column = 0;
	bool ended = !bad && !*stop;

	for (const char *p = all; p < (ended ? at + strlen(at) : stop); p++) {
		column = *p == '\n' ? 0 : column + 1;
		line += *p == '\n';
	}
	sink_printf(c->io->err, "parse error: %s at line %zu, column %zu\n", bad ? "Invalid numeric literal"
		: ended ? "Unfinished JSON term at EOF" : *at == '}' || *at == ']' ? "Unmatched bracket"
		: "Expected separator between values", line, column);
	return EXIT_INPUT;
}

static size_t
newlines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* Every JSON text of the input; *list gets them instead under -s. */
static int
run_text(struct jq_command *c, const struct str *text, struct value *list)
{
	const char *at = text->buf;
	int status = 0;

	for (;;) {
		struct value *value;
		struct err err = ERR_INIT;
		size_t len;

		at += strspn(at, " \t\r\n");
		if (!*at)
			return status;
		len = text_length(at);
		if (json_read("", at, len, &c->arena, &value, &err)) {
			err_release(&err);
			return parse_failed(c, text->buf, at, len);
		}
		at += len;
		c->line = newlines(text->buf, (size_t)(at - text->buf) + strspn(at, " \t\r\n"));
		if (list)
			value_append(&c->arena, list, value);
		else if (run_one(c, value))
			status = EXIT_FAILED;
	}
}

static int
run_lines(struct jq_command *c, const struct str *text)
{
	const char *line;
	size_t at = 0, len;
	int status = 0;

	if (c->slurp)
		return run_one(c, value_string(&c->arena, text->buf));
	while (line_next(text, &at, &line, &len)) {
		c->line++;
		if (run_one(c, value_stringf(&c->arena, "%.*s", (int)len, line)))
			status = EXIT_FAILED;
	}
	return status;
}

static int
run_inputs(struct jq_command *c)
{
	struct value *list = c->slurp && !c->raw_input ? value_list(&c->arena) : NULL;
	struct str text = STR_INIT;
	int status = 0;

	if (c->null_input)
		return run_one(c, value_null(&c->arena));
	for (size_t i = 0; i < c->files.n; i++) {
		enum io_result result = c->io->files->read(c->io, c->files.v[i], &text);

		if (result != IO_OK) {
			sink_printf(c->io->err, "jq: error: Could not open file %s: %s\n", c->files.v[i],
				io_result_text(result));
			status = EXIT_USAGE;
		}
	}
	if (!c->files.n)
		c->io->files->read(c->io, "-", &text);
	if (!status || text.len)
		status = (c->raw_input ? run_lines(c, &text) : run_text(c, &text, list)) | status;
	if (list && !status)
		status = run_one(c, list);
	str_release(&text);
	return status;
}

/* ---- words ---- */

static bool
letter(struct jq_command *c, char option)
{
	switch (option) {
	case 'r':
		c->raw = true;
		break;
	case 'j':
		c->raw = c->join = true;
		break;
	case 'c':
		c->indent = 0;
		break;
	case 'n':
		c->null_input = true;
		break;
	case 's':
		c->slurp = true;
		break;
	case 'S':
		c->sorted = true;
		break;
	case 'e':
		c->exit_status = true;
		break;
	case 'R':
		c->raw_input = true;
		break;
	case 'M':
	case 'C':
	case 'a':
		break;	/* never any colour, always as it is written */
	default:
		return false;
	}
	return true;
}

static const struct {
	const char *name;
	char letter;
} long_options[] = {
	{ "raw-output", 'r' }, { "compact-output", 'c' }, { "null-input", 'n' }, { "slurp", 's' }, { "sort-keys", 'S' },
	{ "exit-status", 'e' }, { "raw-input", 'R' }, { "join-output", 'j' }, { "monochrome-output", 'M' },
	{ "color-output", 'C' },
	{ "ascii-output", 'a' },
};

static bool
unknown_option(const struct jq_command *c, const char *word)
{
	sink_printf(c->io->err, "jq: Unknown arguments\nUse jq --help for help with command-line options,\n"
		"or see the jq manpage, or online docs  at https://stedolan.github.io/jq\n");
	(void)word;
	return false;
}

/* --arg NAME TEXT, --argjson NAME JSON, --indent N */
static bool
named_option(struct jq_command *c, int argc, const char *const *argv, int *at)
{
	const char *name = argv[*at] + 2;
	struct err err = ERR_INIT;
	struct value *value;
	int words = strcmp(name, "indent") == 0 ? 1 : 2;

	if (strcmp(name, "arg") != 0 && strcmp(name, "argjson") != 0 && words == 2)
		return unknown_option(c, argv[*at]);
	if (*at + words >= argc) {
		sink_printf(c->io->err, words == 2 ? "jq: --%s takes two parameters (e.g. --%s varname value)\n"
			: "jq: --%s takes one parameter\n", name, name);
		return false;
	}
	if (words == 1) {
		c->indent = (unsigned)strtoul(argv[*at + 1], NULL, 10) & 7;
	} else if (strcmp(name, "arg") == 0) {
		value_set_text(&c->arena, c->named, argv[*at + 1], argv[*at + 2]);
	} else if (json_read("", argv[*at + 2], strlen(argv[*at + 2]), &c->arena, &value, &err)) {
		sink_printf(c->io->err, "jq: Invalid JSON text passed to --argjson\n");
		err_release(&err);
		return false;
	} else {
		value_set(&c->arena, c->named, argv[*at + 1], value);
	}
	*at += words;
	return true;
}

static bool
read_option(struct jq_command *c, int argc, const char *const *argv, int *at)
{
	const char *word = argv[*at];

	if (word[1] != '-') {
		for (const char *l = word + 1; *l; l++)
			if (!letter(c, *l))
				return unknown_option(c, word);
		return true;
	}
	if (strcmp(word, "--tab") == 0)
		return true;
	for (size_t i = 0; i < sizeof long_options / sizeof long_options[0]; i++)
		if (strcmp(word + 2, long_options[i].name) == 0)
			return letter(c, long_options[i].letter);
	return named_option(c, argc, argv, at);
}

static bool
read_words(struct jq_command *c, int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1]) {
			if (!read_option(c, argc, argv, &i))
				return false;
		} else if (!c->filter) {
			c->filter = argv[i];
		} else {
			*vec_push(&c->files) = xstrdup(argv[i]);
		}
	if (!c->filter && argc == 1) {
		sink_put(c->io->err, "jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n");
		return false;
	}
	return true;
}

static int
jq_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct jq_command c = { .io = io, .indent = 2 };
	int status = EXIT_USAGE;

	(void)shell;
	c.named = value_map(&c.arena);
	if (read_words(&c, argc, argv)) {
		if (jq_compile(&c.jq, c.filter ? c.filter : ".", c.named)) {
			status = run_inputs(&c);
			if (!status && c.exit_status)
				status = c.last;
		} else {
			sink_printf(io->err, "jq: error: %s\njq: 1 compile error\n", c.jq.error.buf);
			status = EXIT_COMPILE;
		}
		jq_release(&c.jq);
	}
	io_names_release(&c.files);
	arena_release(&c.arena);
	return status;
}

const struct command command_jq = { .name = "jq", .usage = "[-r] [-c] FILTER [FILE]",
	.help = "Picks from JSON: kubectl get svc -o json | jq -r '.items[].metadata.name'", .run = jq_main };
