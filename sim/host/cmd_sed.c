/* sed: runs a script (sed_parse.c) over the lines of files, as GNU sed does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/options.h"
#include "host/sed.h"

#define STEPS_MAX 5000000u	/* commands of one run: a script may go round for ever */
#define SPACE_MAX (8u << 20)

struct sed {
	struct io *io;
	struct sed_script script;
	bool quiet, separate, in_place, zero;
	const char *suffix;	/* of the copy that -i leaves; NULL */
	const char *const *files;
	size_t nfiles, at_file;	/* the next one to be opened */
	const char *name;	/* of the one that is read */
	struct str text, ahead;	/* what is read, and the file behind it when it had to be looked at */
	size_t at;
	bool has_ahead;
	const char *ahead_name;
	struct str space, hold, queue, out;
	bool ended_in_newline;	/* the line that is in the space */
	bool owes_newline;	/* the last line of the output is one without */
	size_t line, columns;	/* columns: of l */
	bool replaced;		/* for t */
	const struct pattern *last;
	unsigned steps;
	bool quit, failed;
	int status;
};

static void
sed_fail(struct sed *sed, const char *what)
{
	if (!sed->failed)
		sink_printf(sed->io->err, "sed: %s\n", what);
	sed->failed = sed->quit = true;
	sed->status = 4;
}

/* ---- input ---- */

/* The next file that can be read; false: none is left. */
static bool
open_file(struct sed *sed, struct str *text, const char **name)
{
	str_clear(text);
	while (sed->at_file < sed->nfiles) {
		enum io_result result;

		*name = sed->files[sed->at_file++];
		result = sed->in_place && strcmp(*name, "-") == 0 ? IO_NOT_FOUND : sed->io->files->read(sed->io, *name, text);
		if (result == IO_OK)
			return true;
		if (result == IO_IS_DIR)
			sink_printf(sed->io->err, sed->in_place ? "sed: couldn't edit %s: not a regular file\n"
				: "sed: read error on %s: Is a directory\n", *name);
		else
			sink_printf(sed->io->err, "sed: can't read %s: %s\n", *name, io_result_text(result));
		sed->status = result == IO_IS_DIR ? 4 : 2;
	}
	return false;
}

/* Is there a line left?  That may need a look at the next file. */
static bool
has_line(struct sed *sed)
{
	while (sed->at >= sed->text.len) {
		if (sed->separate)
			return false;
		if (!sed->has_ahead && !open_file(sed, &sed->ahead, &sed->ahead_name))
			return false;
		str_release(&sed->text);
		sed->text = sed->ahead;
		str_init(&sed->ahead);
		sed->name = sed->ahead_name;
		sed->at = 0;
		sed->has_ahead = false;
	}
	return true;
}

/* The next line goes behind what is in the space. */
static bool
take_line(struct sed *sed)
{
	char end = sed->zero ? '\0' : '\n';
	const char *start, *found;
	size_t len;

	if (!has_line(sed))
		return false;
	start = sed->text.buf + sed->at;
	found = memchr(start, end, sed->text.len - sed->at);
	len = found ? (size_t)(found - start) : sed->text.len - sed->at;
	str_addn(&sed->space, start, len);
	sed->at += len + (found != NULL);
	sed->ended_in_newline = found != NULL;
	sed->line++;
	return true;
}

/* ---- output ---- */

static void
put(struct sed *sed, const char *text, size_t len)
{
	if (sed->owes_newline && len)
		str_addch(&sed->out, '\n');
	sed->owes_newline &= !len;
	str_addn(&sed->out, text, len);
	if (sed->out.len > SPACE_MAX * 4)
		sed_fail(sed, "more than 32 MiB of output");
}

static void
put_space(struct sed *sed, size_t len)
{
	put(sed, sed->space.buf, len);
	if (sed->ended_in_newline || has_line(sed))
		put(sed, sed->zero ? "" : "\n", 1);
	else
		sed->owes_newline = true;
}

static void
write_file(struct sed *sed, const char *name, const char *text, size_t len)
{
	char *line = xasprintf("%.*s\n", (int)len, text);

	if (strcmp(name, "/dev/stdout") == 0) {
		put(sed, line, len + 1);
	} else if (strcmp(name, "/dev/stderr") == 0) {
		sink_put(sed->io->err, line);
	} else if (sed->io->files->write(sed->io, name, line, len + 1, true) != IO_OK) {
		sed_fail(sed, "couldn't write to file");
	}
	free(line);
}

/* What a and r have put by. */
static void
put_queue(struct sed *sed)
{
	put(sed, sed->queue.buf, sed->queue.len);
	str_clear(&sed->queue);
}

/* l: as C would write it, cut at so many columns. */
static void
put_unambiguous(struct sed *sed, size_t columns)
{
	static const char special[] = "\\\a\b\f\n\r\t\v", letters[] = "\\abfnrtv";
	size_t used = 0;

	for (size_t i = 0; i < sed->space.len; i++) {
		char c = sed->space.buf[i], piece[8];
		const char *found = c ? strchr(special, c) : NULL;
		size_t n;

		if (found) {
			piece[0] = '\\';
			piece[1] = letters[found - special];
			n = 2;
		} else if (c >= ' ' && c < 127) {
			piece[0] = c;
			n = 1;
		} else {
			for (n = 4; n > 1; n--, c = (char)((unsigned char)c >> 3))
				piece[n - 1] = (char)('0' + (c & 7));
			piece[0] = '\\';
			n = 4;
		}
		if (columns > 1 && used + n > columns - 1) {
			put(sed, "\\\n", 2);
			used = 0;
		}
		put(sed, piece, n);
		used += n;
	}
	put(sed, "$\n", 2);
}

/* ---- addresses ---- */

/* An empty pattern is the last one that was used. */
static bool
use_pattern(struct sed *sed, const struct pattern *pattern)
{
	if (pattern)
		sed->last = pattern;
	if (!sed->last) {
		sed_fail(sed, "-e expression #1, char 0: no previous regular expression");
		sed->status = 1;
	}
	return sed->last != NULL;
}

static bool
matches(struct sed *sed, const struct pattern *pattern)
{
	regmatch_t groups[PATTERN_GROUPS];

	return use_pattern(sed, pattern) && pattern_match(sed->last, sed->space.buf, true, groups);
}

static bool
is_at(struct sed *sed, const struct sed_address *address)
{
	switch (address->kind) {
	case SED_LINE:
		return sed->line == address->line;
	case SED_LAST:
		return !has_line(sed);
	case SED_PATTERN:
		return matches(sed, address->pattern);
	case SED_STEP:
		return address->step ? sed->line >= address->line && (sed->line - address->line) % address->step == 0
			: sed->line == address->line;
	default:
		return true;
	}
}

/* The line that ends a range which begins here; 0: a pattern will, or the last line. */
static size_t
range_end(const struct sed *sed, const struct sed_address *to)
{
	switch (to->kind) {
	case SED_LINE:
		return to->line;
	case SED_BEHIND:
		return sed->line + to->line;
	case SED_MULTIPLE:
		return to->line ? sed->line + to->line - sed->line % to->line : sed->line;
	default:
		return 0;
	}
}

static bool
is_in_range(struct sed *sed, struct sed_command *command)
{
	if (!command->inside) {
		bool from_zero = command->from.kind == SED_LINE && !command->from.line && sed->line == 1;

		if (!from_zero && !is_at(sed, &command->from))
			return false;
		command->until = range_end(sed, &command->to);
		command->inside = from_zero || !command->until ? true : command->until > sed->line;
		if (command->to.kind == SED_LAST)
			command->inside = has_line(sed);
		if (!from_zero)
			return true;
	}
	if (command->until) {
		command->inside = sed->line < command->until;
		if (sed->line > command->until)
			return is_at(sed, &command->from);	/* the lines went past it */
	} else {
		command->inside = !is_at(sed, &command->to);
	}
	return true;
}

static bool
is_selected(struct sed *sed, struct sed_command *command)
{
	bool selected = command->has_to ? is_in_range(sed, command) : is_at(sed, &command->from);

	return selected != command->invert;
}

/* ---- s and y ---- */

/* How letters are to be written: by \U or \L from here on, by \u or \l the next one. */
struct cases {
	char all, next;
};

static void
add_cased(struct str *out, const char *text, size_t len, struct cases *cases)
{
	for (size_t i = 0; i < len; i++) {
		char how = cases->next ? cases->next : cases->all;

		str_addch(out, how == 'U' || how == 'u' ? (char)ascii_toupper(text[i]) : how == 'L' || how == 'l'
			? (char)ascii_tolower(text[i]) : text[i]);
		cases->next = '\0';
	}
}

static void
add_replacement(const struct sed_command *command, const char *text, const regmatch_t *groups, struct str *out)
{
	struct cases cases = { '\0', '\0' };

	for (size_t i = 0; i < command->pieces.n; i++) {
		const struct sed_piece *piece = &command->pieces.v[i];
		const regmatch_t *group = &groups[piece->group];

		if (piece->kind == 't')
			add_cased(out, piece->text, strlen(piece->text), &cases);
		else if (piece->kind == 'g' && group->rm_so >= 0)
			add_cased(out, text + group->rm_so, (size_t)(group->rm_eo - group->rm_so), &cases);
		else if (piece->kind == 'u' || piece->kind == 'l')
			cases.next = piece->kind;
		else if (piece->kind != 'g')
			cases = (struct cases){ piece->kind == 'E' ? '\0' : piece->kind, '\0' };
	}
}

static bool
substitute(struct sed *sed, const struct sed_command *command)
{
	regmatch_t groups[PATTERN_GROUPS];
	const char *text = sed->space.buf;
	struct str out = STR_INIT;
	size_t n = 0, at = 0, wanted = command->number ? command->number : 1;
	bool done = false, after_match = false;

	if (!use_pattern(sed, command->pattern))
		return false;
	while (out.len < SPACE_MAX && pattern_match_from(sed->last, text, at, groups)) {
		size_t begin = (size_t)groups[0].rm_so, end = (size_t)groups[0].rm_eo;
		bool counts = end > begin || begin > at || !after_match;

		str_addn(&out, text + at, begin - at);
		n += counts;
		if (counts && (n == wanted || (n > wanted && command->global))) {
			add_replacement(command, text, groups, &out);
			done = true;
		} else {
			str_addn(&out, text + begin, end - begin);
		}
		at = end;
		after_match = end > begin;
		if (!after_match && text[at])
			str_addch(&out, text[at++]);
		else if (!after_match)
			break;
		if (done && !command->global)
			break;
	}
	str_add(&out, text + at);
	if (done) {
		str_release(&sed->space);
		sed->space = out;
	} else {
		str_release(&out);
	}
	return done;
}

static void
run_substitution(struct sed *sed, const struct sed_command *command)
{
	if (!substitute(sed, command))
		return;
	sed->replaced = true;
	if (command->print)
		put_space(sed, sed->space.len);
	if (command->text)
		write_file(sed, command->text, sed->space.buf, sed->space.len);
}

static void
exchange(struct sed *sed, const struct sed_command *command)
{
	for (size_t i = 0; i < sed->space.len; i++) {
		const char *found = sed->space.buf[i] ? strchr(command->text, sed->space.buf[i]) : NULL;

		if (found)
			sed->space.buf[i] = command->second[found - command->text];
	}
}

/* ---- commands ---- */

enum cycle { CYCLE_GOES_ON, CYCLE_ENDS, CYCLE_ENDS_SILENT, CYCLE_RESTARTS };

static void
copy_space(struct str *to, const struct str *from, bool append)
{
	if (append)
		str_addch(to, '\n');
	else
		str_clear(to);
	if (to->len + from->len > SPACE_MAX)
		return;
	str_addn(to, from->buf, from->len);
}

/* n and N: without a line left the script is over, and the space is printed. */
static enum cycle
next_line(struct sed *sed, bool append)
{
	if (!has_line(sed)) {
		sed->quit = true;
		return CYCLE_ENDS;
	}
	if (append) {
		put_queue(sed);
		str_addch(&sed->space, '\n');
	} else {
		if (!sed->quiet)
			put_space(sed, sed->space.len);
		put_queue(sed);
		str_clear(&sed->space);
	}
	if (sed->space.len > SPACE_MAX)
		sed_fail(sed, "a pattern space of more than 8 MiB");
	take_line(sed);
	return CYCLE_GOES_ON;
}

static size_t
first_line(const struct sed *sed)
{
	const char *end = memchr(sed->space.buf, '\n', sed->space.len);

	return end ? (size_t)(end - sed->space.buf) : sed->space.len;
}

static enum cycle
delete_first(struct sed *sed)
{
	size_t n = first_line(sed);
	struct str rest = STR_INIT;

	if (n == sed->space.len)
		return CYCLE_ENDS_SILENT;
	str_addn(&rest, sed->space.buf + n + 1, sed->space.len - n - 1);
	str_release(&sed->space);
	sed->space = rest;
	return CYCLE_RESTARTS;
}

static void
swap_spaces(struct sed *sed)
{
	struct str space = sed->space;

	sed->space = sed->hold;
	sed->hold = space;
}

/* Those that print, or have something printed. */
static enum cycle
run_output(struct sed *sed, const struct sed_command *command)
{
	char number[32];

	switch (command->letter) {
	case 'p':
		put_space(sed, sed->space.len);
		break;
	case 'P':
		put(sed, sed->space.buf, first_line(sed));
		put(sed, "\n", 1);
		break;
	case '=':
		put(sed, number, (size_t)snprintf(number, sizeof number, "%zu\n", sed->line));
		break;
	case 'F':
		put(sed, sed->name, strlen(sed->name));
		put(sed, "\n", 1);
		break;
	case 'l':
		put_unambiguous(sed, command->has_number ? command->number : sed->columns);
		break;
	case 'a':
		str_add(&sed->queue, command->text);
		break;
	case 'i':
		put(sed, command->text, strlen(command->text));
		break;
	case 'r':
		(void)sed->io->files->read(sed->io, command->text, &sed->queue);
		break;
	case 'w':
		write_file(sed, command->text, sed->space.buf, sed->space.len);
		break;
	default:	/* c: at the end of a range */
		if (!command->has_to || command->invert || !command->inside)
			put(sed, command->text, strlen(command->text));
		return CYCLE_ENDS_SILENT;
	}
	return CYCLE_GOES_ON;
}

/* One command; *at: the next one. */
static enum cycle
run_command(struct sed *sed, struct sed_command *command, size_t *at)
{
	switch (command->letter) {
	case '{':
	case '}':
	case ':':
	case 'v':
		return CYCLE_GOES_ON;
	case 'b':
		*at = command->target;
		return CYCLE_GOES_ON;
	case 't':
	case 'T':
		if (sed->replaced == (command->letter == 't'))
			*at = command->target;
		sed->replaced = false;
		return CYCLE_GOES_ON;
	case 'd':
		return CYCLE_ENDS_SILENT;
	case 'D':
		return delete_first(sed);
	case 'g':
	case 'G':
		copy_space(&sed->space, &sed->hold, command->letter == 'G');
		return CYCLE_GOES_ON;
	case 'h':
	case 'H':
		copy_space(&sed->hold, &sed->space, command->letter == 'H');
		return CYCLE_GOES_ON;
	case 'x':
		swap_spaces(sed);
		return CYCLE_GOES_ON;
	case 'z':
		str_clear(&sed->space);
		return CYCLE_GOES_ON;
	case 'n':
	case 'N':
		return next_line(sed, command->letter == 'N');
	case 'q':
	case 'Q':
		sed->quit = true;
		sed->status = command->has_number ? (int)command->number & 255 : sed->status;
		return command->letter == 'q' ? CYCLE_ENDS : CYCLE_ENDS_SILENT;
	case 's':
		run_substitution(sed, command);
		return CYCLE_GOES_ON;
	case 'y':
		exchange(sed, command);
		return CYCLE_GOES_ON;
	default:
		return run_output(sed, command);
	}
}

static enum cycle
run_script(struct sed *sed)
{
	enum cycle cycle = CYCLE_GOES_ON;

	for (size_t at = 0; cycle == CYCLE_GOES_ON && at < sed->script.commands.n && !sed->failed;) {
		struct sed_command *command = &sed->script.commands.v[at++];

		if (++sed->steps > STEPS_MAX)
			sed_fail(sed, "more than 5000000 commands");
		else if (is_selected(sed, command))
			cycle = run_command(sed, command, &at);
		else if (command->letter == '{')
			at = command->target;
	}
	return cycle;
}

static void
run_lines(struct sed *sed)
{
	bool restart = false;

	while (!sed->quit && (restart || has_line(sed))) {
		enum cycle cycle;

		if (!restart) {
			str_clear(&sed->space);
			take_line(sed);
			sed->replaced = false;
		}
		cycle = run_script(sed);
		restart = cycle == CYCLE_RESTARTS;
		if (!sed->failed && !sed->quiet && (cycle == CYCLE_GOES_ON || cycle == CYCLE_ENDS))
			put_space(sed, sed->space.len);
		put_queue(sed);
	}
}

/* ---- files ---- */

static void
edit_in_place(struct sed *sed, const struct str *before)
{
	enum io_result result = IO_OK;

	if (sed->suffix && *sed->suffix) {
		char *copy = xasprintf("%s%s", sed->name, sed->suffix);

		result = sed->io->files->write(sed->io, copy, before->buf, before->len, false);
		free(copy);
	}
	if (result == IO_OK)
		result = sed->io->files->write(sed->io, sed->name, sed->out.buf, sed->out.len, false);
	if (result != IO_OK) {
		sink_printf(sed->io->err, "sed: couldn't open file %s: %s\n", sed->name, io_result_text(result));
		sed->status = 4;
	}
	str_clear(&sed->out);
}

/* With -i and -s each file is a text of its own. */
static void
run_files(struct sed *sed)
{
	while (!sed->quit && open_file(sed, &sed->text, &sed->name)) {
		sed->at = 0;
		sed->line = sed->separate ? 0 : sed->line;
		run_lines(sed);
		if (sed->in_place && !sed->failed) {
			put(sed, sed->text.buf + sed->at, sed->text.len - sed->at);	/* what q left */
			edit_in_place(sed, &sed->text);
		}
	}
	sink_write(sed->io->out, sed->out.buf, sed->out.len);
}

static void
empty_written(struct sed *sed)
{
	for (size_t i = 0; i < sed->script.commands.n; i++) {
		const struct sed_command *command = &sed->script.commands.v[i];

		if ((command->letter == 'w' || command->letter == 's') && command->text && !str_starts(command->text, "/dev/std"))
			(void)sed->io->files->write(sed->io, command->text, "", 0, false);
	}
}

static void
sed_release(struct sed *sed)
{
	sed_script_release(&sed->script);
	str_release(&sed->text);
	str_release(&sed->ahead);
	str_release(&sed->space);
	str_release(&sed->hold);
	str_release(&sed->queue);
	str_release(&sed->out);
}

/* The texts of -e and -f, and where each begins. */
struct source {
	struct str text;
	VEC(size_t) starts;
};

static void
source_add(struct source *source, const char *text)
{
	if (source->starts.n)
		str_addch(&source->text, '\n');
	*vec_push(&source->starts) = source->text.len;
	str_add(&source->text, text);
}

static bool
source_add_file(struct sed *sed, struct source *source, const char *path)
{
	struct str text = STR_INIT;
	enum io_result result = sed->io->files->read(sed->io, path, &text);

	if (result != IO_OK) {
		sink_printf(sed->io->err, "sed: couldn't open file %s: %s\n", path, io_result_text(result));
		sed->status = 4;
	} else
		source_add(source, text.buf);
	str_release(&text);
	return result == IO_OK;
}

static const char *const long_options[] = { "quiet=n", "silent=n", "regexp-extended=E", "expression=e", "in-place=i", "file=f",
	"separate=s", "null-data=z", "unbuffered=u", "posix=u", "line-length=l", NULL };

static bool
read_options(struct sed *sed, struct options *options, struct source *source, bool *extended)
{
	while (options_next(options)) {
		sed->quiet |= options->letter == 'n';
		*extended |= options->letter == 'E' || options->letter == 'r';
		sed->zero |= options->letter == 'z';
		sed->in_place |= options->letter == 'i';
		sed->separate |= options->letter == 'i' || options->letter == 's';
		if (options->letter == 'i')
			sed->suffix = options->value;
		if (options->letter == 'l' && !options_number(options, "line length", &sed->columns))
			return false;
		if (options->letter == 'e')
			source_add(source, options->value);
		if (options->letter == 'f' && !source_add_file(sed, source, options->value))
			return false;
	}
	return !options->failed;
}

static int
sed_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const standard_input[] = { "-" };
	struct sed sed = { .io = io, .text = STR_INIT, .ahead = STR_INIT, .space = STR_INIT, .hold = STR_INIT, .queue = STR_INIT,
		.out = STR_INIT };
	struct source source = { STR_INIT, VEC_INIT };
	struct options options;
	size_t first = 0;
	bool extended = false;

	(void)shell;
	sed.status = 1;
	sed.columns = 70;
	options_init(&options, io, argc, argv, "nErsuzi::e:f:l:", long_options);
	if (read_options(&sed, &options, &source, &extended)) {
		if (!source.starts.n && options.words.n)
			source_add(&source, options.words.v[first++]);
		sed.files = options.words.n > first ? options.words.v + first : standard_input;
		sed.nfiles = options.words.n > first ? options.words.n - first : 1;
		if (!source.starts.n) {
			sink_put(io->err, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
		} else if (!sed_parse(&sed.script, source.text.buf, source.starts.v, source.starts.n, extended)) {
			sink_printf(io->err, "sed: %s\n", sed.script.error);
			sed.status = sed.script.error[0] == '-' ? 1 : 4;
		} else {
			sed.status = 0;
			empty_written(&sed);
			run_files(&sed);
		}
	}
	options_release(&options);
	str_release(&source.text);
	vec_release(&source.starts);
	sed_release(&sed);
	return sed.status;
}

const struct command command_sed = { .name = "sed", .usage = "[-nEi] SCRIPT [FILE..]",
	.help = "Edits lines: s/old/new/g, 3d, /x/p", .run = sed_main };
