/*
 * The one door for input and output.  Code in sim/ writes to sinks and reads files by a struct io that its caller made:
 * the command line gives the real ones, the drill's shell a virtual file system, a test its own.  Whether text is safe
 * for a terminal is the sink's affair (sink_terminal in tui/), never the writer's.
 */
#ifndef SVCSIM_IO_H
#define SVCSIM_IO_H

#include <stdbool.h>
#include <stddef.h>

#include "svcsim/str.h"
#include "svcsim/vec.h"

struct sink {
	void (*write)(struct sink *sink, const char *text, size_t len);
};

void sink_put(struct sink *sink, const char *text);
void sink_write(struct sink *sink, const char *text, size_t len);
void sink_printf(struct sink *sink, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A sink that collects: struct sink_str s = SINK_STR_INIT; use &s.sink; the text is s.str. */
struct sink_str {
	struct sink sink;
	struct str str;
};
void sink_str_write(struct sink *sink, const char *text, size_t len);
#define SINK_STR_INIT { { sink_str_write }, STR_INIT }

#define IO_FILE_MAX (64u << 20)	/* bytes; a larger file is refused, and is not read */

enum io_result {
	IO_OK,
	IO_NOT_FOUND,
	IO_IS_DIR,
	IO_DENIED,
	IO_TOO_LARGE,
	IO_FAILED,
	IO_NOT_DIR,
};
const char *io_result_text(enum io_result result);	/* "No such file or directory" ... */

struct io_names {	/* the names in a folder, sorted, each owned */
	char **v;
	size_t n, cap;
};
void io_names_release(struct io_names *names);

struct io;
struct io_files {
	/* path "-" is standard input.  Appends to *out only on IO_OK. */
	enum io_result (*read)(struct io *io, const char *path, struct str *out);
	/* Standard input's next line with its newline; IO_NOT_FOUND: there is none. */
	enum io_result (*read_line)(struct io *io, struct str *out);
	enum io_result (*write)(struct io *io, const char *path, const char *text, size_t len, bool append);
	enum io_result (*list)(struct io *io, const char *path, struct io_names *out);
	enum io_result (*mkdir)(struct io *io, const char *path);
	enum io_result (*remove)(struct io *io, const char *path);	/* a file or an empty folder */
};

/* A text that a person changes in an editor. */
struct io_edit {
	const char *editor;	/* the program asked for; NULL: the caller of the sim knows which */
	const char *suffix;	/* of the file's name, ".yaml"; "-NAME": of the shell's NAME */
	struct str text;	/* before and after */
	struct str path;	/* of the file, which is gone when the program has ended */
	struct str program;	/* what was run */
};

#define IO_EDIT_MISSING (-2)	/* of edit: there is no such program */

struct io {
	const struct io_files *files;
	void *files_state;
	struct sink *out, *err;
	unsigned columns;	/* of the terminal; 0 when there is none */
	bool tty;		/* out is a terminal */
	bool asks;		/* standard input is what a person types now */
	bool color;		/* out shows colour: the caller weighed the terminal, NO_COLOR and --color */
	bool (*interrupted)(struct io *io);	/* was Ctrl-C typed? NULL: nobody can */
	const char *(*variable)(const char *name);	/* of the caller's environment; NULL: the shell of the sim has its own */
	int (*edit)(struct io *io, struct io_edit *edit);	/* 0: the program ended well, -1: or not; NULL: no editor here */
};

#endif
