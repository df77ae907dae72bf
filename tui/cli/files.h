/*
 * The files of the machine behind struct io: "-" is standard input, read once and then remembered, since more than
 * one option may name it and since it must be read before a database is locked (`kubectl get .. | kubectl apply -f -`).
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "svcsim/io.h"

struct files {
	struct str input;	/* of standard input */
	enum io_result input_result;
	bool input_read;
	size_t line_at;		/* where the next line of input begins */
};
#define FILES_INIT { STR_INIT, IO_OK, false, 0 }

extern const struct io_files real_files;	/* files_state is a struct files */

void files_release(struct files *files);
/* Reads standard input to its end, once. */
enum io_result files_read_input(struct files *files);

#endif
