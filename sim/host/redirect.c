#include "host/redirect.h"

#include <stdlib.h>
#include <string.h>

#include "host/expand.h"

/* The files that a command's output goes to: opened in order, written when it is done. */
struct output {
	struct sink_bounded sink;
	struct str text;
	char *path;
	struct output *next;
};

static int
file_error(const struct streams *streams, const char *path, enum io_result result)
{
	return shell_error(streams, 1, "%s: %s", path, io_result_text(result));
}

static bool
appends(enum redirect_kind kind)
{
	return kind == REDIRECT_APPEND || kind == REDIRECT_BOTH_APPEND;
}

static bool
is_both(enum redirect_kind kind)
{
	return kind == REDIRECT_BOTH || kind == REDIRECT_BOTH_APPEND;
}

/* An output file is made empty at once, as open(2) with O_TRUNC would. */
static int
redirect_output(struct redirection *r, struct io *io, const struct redirect *redirect, const char *path)
{
	struct output *output;
	enum io_result result =
		io->files->write(io, path, "", 0, appends(redirect->kind) || strcmp(path, "/dev/null") == 0);

	if (result != IO_OK)
		return file_error(&r->streams, path, result);
	output = xcalloc(1, sizeof *output);
	str_init(&output->text);
	sink_bounded_init(&output->sink, &output->text);
	output->path = xstrdup(path);
	output->next = r->outputs;
	r->outputs = output;
	if (is_both(redirect->kind) || redirect->fd == 1)
		r->streams.out = &output->sink.sink;
	if (is_both(redirect->kind) || redirect->fd == 2)
		r->streams.err = &output->sink.sink;
	return 0;
}

static void
discard(struct sink *sink, const char *text, size_t len)
{
	(void)sink;
	(void)text;
	(void)len;
}

static void
redirect_input(struct redirection *r, struct str *text, bool is_file)
{
	str_release(&r->input_text);
	r->input_text = *text;
	str_init(text);
	r->input = (struct vfs_input){ r->input_text.buf, r->input_text.len, 0, is_file };
	r->streams.in = &r->input;
}

/* 2>&1, 1>&2, 2>&-; &>file may also be written >&file. */
static int
redirect_same(struct redirection *r, struct io *io, const struct redirect *redirect, const char *word)
{
	static struct sink nowhere = { discard };

	if (strcmp(word, "-") == 0) {
		if (redirect->fd == 0)
			r->streams.in = NULL;
		else
			*(redirect->fd == 1 ? &r->streams.out : &r->streams.err) = &nowhere;
		return 0;
	}
	if (redirect->fd == 0 && strcmp(word, "0") == 0)
		return 0;
	if (word[strspn(word, "0123456789")] && redirect->fd == 1)
		return redirect_output(r, io, &(struct redirect){ .kind = REDIRECT_BOTH, .fd = 1 }, word);
	if (strcmp(word, "1") != 0 && strcmp(word, "2") != 0)
		return shell_error(&r->streams, 1, "%s: Bad file descriptor", word);
	if (redirect->fd == 1 && word[0] == '2')
		r->streams.out = r->streams.err;
	if (redirect->fd == 2 && word[0] == '1')
		r->streams.err = r->streams.out;
	return 0;
}

static int
redirect_one(struct shell *shell, struct redirection *r, const struct redirect *redirect)
{
	struct str word = STR_INIT, text = STR_INIT;
	struct vfs_state state;
	struct io io = streams_io(shell, &r->streams, &state);
	enum io_result result;
	int status = 0;

	if (!expand_text(shell, &r->streams, redirect->word, &word)) {
		str_release(&word);
		return 1;
	}
	switch (redirect->kind) {
	case REDIRECT_STRING:
		str_addch(&word, '\n');
		redirect_input(r, &word, false);
		break;
	case REDIRECT_HERE:
		redirect_input(r, &word, false);
		break;
	case REDIRECT_SAME:
		status = redirect_same(r, &io, redirect, word.buf);
		break;
	case REDIRECT_READ:
		result = vfs_files.read(&io, word.buf, &text);
		if (result == IO_OK)
			redirect_input(r, &text, true);
		else
			status = file_error(&r->streams, word.buf, result);
		break;
	case REDIRECT_WRITE:
	case REDIRECT_APPEND:
	case REDIRECT_BOTH:
	case REDIRECT_BOTH_APPEND:
		status = redirect_output(r, &io, redirect, word.buf);
		break;
	}
	str_release(&text);
	str_release(&word);
	return status;
}

int
redirection_open(struct shell *shell, struct redirection *r, const struct redirect *redirects,
	const struct streams *streams)
{
	int status = 0;

	*r = (struct redirection){ .streams = *streams, .input_text = STR_INIT };
	for (; redirects && !status; redirects = redirects->next)
		status = redirect_one(shell, r, redirects);
	return status;
}

int
redirection_close(struct shell *shell, struct redirection *r, const struct streams *streams, int status)
{
	struct vfs_state state;
	struct io io = streams_io(shell, streams, &state);
	struct output *next;

	for (struct output *output = r->outputs; output; output = next) {
		enum io_result result = output->sink.full ? IO_TOO_LARGE
			: io.files->write(&io, output->path, output->text.buf, output->text.len, true);

		next = output->next;
		if (result != IO_OK)
			status = file_error(streams, output->path, result);
		str_release(&output->text);
		free(output->path);
		free(output);
	}
	str_release(&r->input_text);
	return status;
}
