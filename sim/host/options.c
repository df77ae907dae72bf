#include "host/options.h"

#include <stdlib.h>
#include <string.h>

void
options_init(struct options *options, struct io *io, int argc, const char *const *argv, const char *letters,
	const char *const *longs)
{
	*options = (struct options){ .io = io, .argc = argc, .argv = argv, .letters = letters, .longs = longs,
		.at = 1 };
}

void
options_release(struct options *options)
{
	vec_release(&options->words);
}

enum problem { PROBLEM_LETTER, PROBLEM_LETTER_VALUE, PROBLEM_NAME, PROBLEM_NAME_VALUE, PROBLEM_NAME_NO_VALUE };

static bool
fail(struct options *options, enum problem problem, const char *what)
{
	static const char *const texts[] = {
		[PROBLEM_LETTER] = "invalid option -- '@'",
		[PROBLEM_LETTER_VALUE] = "option requires an argument -- '@'",
		[PROBLEM_NAME] = "unrecognized option '@'",
		[PROBLEM_NAME_VALUE] = "option '@' requires an argument",
		[PROBLEM_NAME_NO_VALUE] = "option '@' doesn't allow an argument",
	};
	struct str text = STR_INIT;

	options->failed = true;
	if (options->complain) {
		options->complain(options->io, options->argv[options->at - 1],
			problem == PROBLEM_LETTER || problem == PROBLEM_NAME);
		return false;
	}
	str_addf(&text, "%s: ", options->argv[0]);
	for (const char *c = texts[problem]; *c; c++)
		if (*c == '@')
			str_add(&text, what);
		else
			str_addch(&text, *c);
	sink_printf(options->io->err, "%s\n%s%sTry '%s --help' for more information.\n", text.buf,
		options->usage ? options->usage : "", options->usage ? "\n" : "", options->argv[0]);
	str_release(&text);
	return false;
}

static bool
has_value(const struct options *options, char letter)
{
	const char *found = strchr(options->letters, letter);

	return found && found[1] == ':';
}

/* One that has to be beside the letter. */
static bool
may_have_value(const struct options *options, char letter)
{
	const char *found = strchr(options->letters, letter);

	return found && found[1] == ':' && found[2] == ':';
}

static bool
take_value(struct options *options, enum problem problem, const char *name)
{
	if (options->at >= options->argc)
		return fail(options, problem, name);
	options->value = options->argv[options->at++];
	return true;
}

static bool
take_long(struct options *options, const char *word)
{
	size_t len = strcspn(word + 2, "=");

	for (const char *const *row = options->longs; row && *row; row++) {
		size_t name = strcspn(*row, "=");

		if (name != len || strncmp(*row, word + 2, len) != 0)
			continue;
		options->letter = (*row)[name + 1];
		options->value = word[2 + len] == '=' ? word + 3 + len : NULL;
		if (may_have_value(options, options->letter))
			return true;
		if (has_value(options, options->letter))
			return options->value ? true : take_value(options, PROBLEM_NAME_VALUE, word);
		return options->value ? fail(options, PROBLEM_NAME_NO_VALUE, word) : true;
	}
	return fail(options, PROBLEM_NAME, word);
}

static bool
take_letter(struct options *options)
{
	char letter = *options->rest++, name[2] = { letter, '\0' };

	if (letter == ':' || !strchr(options->letters, letter))
		return fail(options, PROBLEM_LETTER, name);
	options->letter = letter;
	options->value = NULL;
	if (!has_value(options, letter))
		return true;
	if (!*options->rest && may_have_value(options, letter))
		return true;
	if (!*options->rest)
		return take_value(options, PROBLEM_LETTER_VALUE, name);
	options->value = options->rest;
	options->rest = "";
	return true;
}

bool
options_next(struct options *options)
{
	if (options->failed)
		return false;
	if (options->rest && *options->rest)
		return take_letter(options);
	while (options->at < options->argc) {
		const char *word = options->argv[options->at++];

		if (options->ended || word[0] != '-' || !word[1]) {
			*vec_push(&options->words) = word;
			options->ended |= options->first_ends;
		} else if (strcmp(word, "--") == 0) {
			options->ended = true;
		} else if (word[1] == '-') {
			return take_long(options, word);
		} else if (options->numbers && ascii_isdigit(word[1])) {
			options->letter = '0';
			options->value = word + 1;
			return true;
		} else {
			options->rest = word + 1;
			return take_letter(options);
		}
	}
	return false;
}

bool
options_number(struct options *options, const char *what, size_t *number)
{
	size_t value = 0;
	const char *c = options->value;

	for (; ascii_isdigit(*c) && value < 1000000000; c++)
		value = value * 10 + (size_t)(*c - '0');
	if (*c || c == options->value) {
		sink_printf(options->io->err, "%s: invalid %s: '%s'\n", options->argv[0], what, options->value);
		options->failed = true;
		return false;
	}
	*number = value;
	return true;
}

/* How a command says that it can't read: @ is its name, # the path. */
static const char *
unreadable(const char *command, enum io_result result)
{
	static const struct {
		const char *command, *text, *folder;
	} rows[] = {
		{ "sort", "@: cannot read: #", "@: read failed: #" },
		{ "head", "@: cannot open '#' for reading", "@: error reading '#'" },
		{ "tail", "@: cannot open '#' for reading", "@: error reading '#'" },
		{ "tac", "@: failed to open '#' for reading", "@: #: read error" },
		{ "base64", "@: #", "@: read error" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].command, command) == 0)
			return result == IO_IS_DIR ? rows[i].folder : rows[i].text;
	return "@: #";
}

static void
print_words(struct sink *sink, const char *text, const char *command, const char *path)
{
	for (; *text; text++)
		if (*text == '@' || *text == '#')
			sink_put(sink, *text == '@' ? command : path);
		else
			sink_write(sink, text, 1);
}

bool
input_read(struct io *io, const char *command, const char *path, struct str *out)
{
	enum io_result result = io->files->read(io, path, out);

	if (result != IO_OK) {
		print_words(io->err, unreadable(command, result), command, path);
		sink_printf(io->err, ": %s\n", io_result_text(result));
	}
	return result == IO_OK;
}

bool
line_next(const struct str *text, size_t *at, const char **line, size_t *len)
{
	const char *end;

	if (*at >= text->len)
		return false;
	*line = text->buf + *at;
	end = memchr(*line, '\n', text->len - *at);
	*len = end ? (size_t)(end - *line) : text->len - *at;
	*at += *len + (end != NULL);
	return true;
}
