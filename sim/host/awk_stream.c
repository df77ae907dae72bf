/* Where awk's output goes and its records come from: operands, files of print and getline, and commands. */
#include <stdlib.h>
#include <string.h>

#include "host/awk.h"
#include "host/options.h"
#include "host/run.h"
#include "host/vfs.h"

struct awk_stream {
	char *name;
	enum awk_way way;
	struct str text;	/* what is read; of a command that is written to what it gets */
	size_t at;
	struct awk_stream *next;
};

void
awk_flush(struct awk *awk)
{
	sink_write(awk->io->out, awk->out.buf, awk->out.len);
	str_clear(&awk->out);
}

int
awk_command(struct awk *awk, const char *command, const char *input, size_t len, struct str *out)
{
	struct vfs_input text = { input, len, 0, false };
	struct sink_bounded sink;
	struct vfs_state state;
	struct streams streams = streams_of(awk->io);
	struct io io;

	awk_flush(awk);
	if (out) {
		sink_bounded_init(&sink, out);
		streams.out = &sink.sink;
	}
	if (input)
		streams.in = &text;
	io = streams_io(awk->shell, &streams, &state);
	return shell_lines(awk->shell, &io, command);
}

static struct awk_stream *
find(struct awk *awk, const char *name)
{
	struct awk_stream *stream = awk->streams;

	while (stream && strcmp(stream->name, name) != 0)
		stream = stream->next;
	return stream;
}

static struct awk_stream *
open_stream(struct awk *awk, enum awk_way way, const char *name)
{
	struct awk_stream *stream = xcalloc(1, sizeof *stream), **last = &awk->streams;

	stream->name = xstrdup(name);
	stream->way = way;
	str_init(&stream->text);
	while (*last)
		last = &(*last)->next;
	return *last = stream;
}

void
awk_write(struct awk *awk, enum awk_way way, const char *name, const char *text, size_t len)
{
	struct awk_stream *stream;
	enum io_result result;

	if (way != AWK_WAY_PIPE && strcmp(name, "/dev/stderr") == 0) {
		sink_write(awk->io->err, text, len);
		return;
	}
	if (!way || strcmp(name, "/dev/stdout") == 0 || strcmp(name, "-") == 0) {
		if (awk->out.len + len > SHELL_BUFFER_MAX)
			awk_flush(awk);
		str_addn(&awk->out, text, len);
		return;
	}
	stream = find(awk, name);
	if (way == AWK_WAY_PIPE) {
		awk_flush(awk);
		stream = stream ? stream : open_stream(awk, way, name);
		if (stream->text.len + len > SHELL_BUFFER_MAX)
			awk_fail(awk, "more than %u bytes in a pipe", SHELL_BUFFER_MAX);
		else
			str_addn(&stream->text, text, len);
		return;
	}
	result = awk->io->files->write(awk->io, name, text, len, stream || way == AWK_WAY_APPEND);
	if (!stream)
		open_stream(awk, way, name);
	if (result != IO_OK)
		awk_fail(awk, "cannot open \"%s\" for output (%s)", name, io_result_text(result));
}

/* ---- records ---- */

static size_t
leading_newlines(const struct str *text, size_t at)
{
	size_t n = 0;

	while (at + n < text->len && text->buf[at + n] == '\n')
		n++;
	return n;
}

/* Where the record that begins at *at ends, by RS, and where the next one begins. */
static void
record_end(struct awk *awk, const struct str *text, size_t *at, size_t *end, size_t *next)
{
	char *separator = awk_variable_text(awk, "RS");
	const struct pattern *pattern = NULL;
	regmatch_t groups[PATTERN_GROUPS];
	const char *found;

	if (!*separator) {
		*at += leading_newlines(text, *at);
		found = strstr(text->buf + *at, "\n\n");
		*end = found ? (size_t)(found - text->buf) : text->len;
		*next = found ? *end + leading_newlines(text, *end) : text->len;
		while (!found && *end > *at && text->buf[*end - 1] == '\n')
			--*end;
	} else if (!separator[1]) {
		found = memchr(text->buf + *at, separator[0], text->len - *at);
		*end = found ? (size_t)(found - text->buf) : text->len;
		*next = *end + (found != NULL);
	} else {
		pattern = awk_pattern(awk, separator);
		*end = *next = text->len;
		if (pattern && pattern_match(pattern, text->buf + *at, true, groups) && groups[0].rm_eo > groups[0].rm_so) {
			*end = *at + (size_t)groups[0].rm_so;
			*next = *at + (size_t)groups[0].rm_eo;
		}
	}
	if (*next == text->len && *end == text->len && *separator && *separator != '\n' && *end > *at &&
		text->buf[*end - 1] == '\n' && (pattern || separator[1]))
		--*end;
	free(separator);
}

static bool
take_record(struct awk *awk, const struct str *text, size_t *at, struct str *out)
{
	size_t end, next, begin = *at;

	if (begin >= text->len)
		return false;
	record_end(awk, text, &begin, &end, &next);
	if (begin >= text->len && end <= begin) {
		*at = text->len;
		return false;
	}
	str_addn(out, text->buf + begin, end - begin);
	*at = next;
	return true;
}

int
awk_read(struct awk *awk, enum awk_way way, const char *name, struct str *out)
{
	struct awk_stream *stream = find(awk, name);

	if (!stream) {
		struct str text = STR_INIT;

		if (way == AWK_WAY_COMMAND) {
			awk_command(awk, name, NULL, 0, &text);
		} else if (awk->io->files->read(awk->io, name, &text) != IO_OK) {
			str_release(&text);
			return -1;
		}
		stream = open_stream(awk, way, name);
		stream->text = text;
	}
	return take_record(awk, &stream->text, &stream->at, out);
}

static int
end_stream(struct awk *awk, struct awk_stream *stream)
{
	int status = 0;

	if (stream->way == AWK_WAY_PIPE && !awk->failed)
		status = awk_command(awk, stream->name, stream->text.buf, stream->text.len, NULL);
	str_release(&stream->text);
	free(stream->name);
	free(stream);
	return status;
}

int
awk_close(struct awk *awk, const char *name)
{
	for (struct awk_stream **at = &awk->streams; *at; at = &(*at)->next)
		if (strcmp((*at)->name, name) == 0) {
			struct awk_stream *stream = *at;

			*at = stream->next;
			return end_stream(awk, stream);
		}
	return -1;
}

/* mawk writes what it holds itself when its pipes are done. */
void
awk_close_all(struct awk *awk)
{
	struct str held = awk->out;

	str_init(&awk->out);
	while (awk->streams) {
		struct awk_stream *stream = awk->streams;

		awk->streams = stream->next;
		end_stream(awk, stream);
	}
	str_release(&awk->out);
	awk->out = held;
	awk_flush(awk);
}

void
awk_drop_streams(struct awk *awk)
{
	awk->failed = true;
	while (awk->streams) {
		struct awk_stream *stream = awk->streams;

		awk->streams = stream->next;
		end_stream(awk, stream);
	}
}

/* ---- operands ---- */

/* The next operand that is a file, or once the standard input; false: none is left. */
static bool
open_operand(struct awk *awk)
{
	while (awk->at_arg < awk->nargs || !awk->any_file) {
		const char *name = awk->at_arg < awk->nargs ? awk->args[awk->at_arg++] : "-";
		enum io_result result;

		if (awk_assign_word(awk, name) || !*name)
			continue;
		awk->any_file = true;
		str_clear(&awk->input);
		awk->input_at = 0;
		result = awk->io->files->read(awk->io, name, &awk->input);
		if (result != IO_OK) {
			awk_fail(awk, "cannot open %s (%s)", name, io_result_text(result));
			return false;
		}
		awk_set(awk, "FILENAME", awk_text(strcmp(name, "-") == 0 ? "" : name));
		awk_set(awk, "FNR", awk_number(0));
		return awk->input_open = true;
	}
	return false;
}

bool
awk_next_record(struct awk *awk, struct str *out)
{
	while (!awk->failed) {
		if (!awk->input_open && !open_operand(awk))
			return false;
		if (take_record(awk, &awk->input, &awk->input_at, out))
			return true;
		awk->input_open = false;
	}
	return false;
}
