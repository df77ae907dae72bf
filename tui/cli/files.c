#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
files_release(struct files *files)
{
	str_release(&files->input);
	files->input_read = false;
}

static enum io_result
result_of_errno(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return IO_NOT_FOUND;
	case EISDIR:
		return IO_IS_DIR;
	case EACCES:
	case EPERM:
	case EROFS:
		return IO_DENIED;
	case EFBIG:
		return IO_TOO_LARGE;
	default:
		return IO_FAILED;
	}
}

/* A pipe has no size to ask for, and a file may grow: the limit is held while reading too. */
static enum io_result
read_all(int fd, struct str *out)
{
	size_t start = out->len;
	char block[1 << 16];
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st))
		return result_of_errno();
	if (S_ISDIR(st.st_mode))
		return IO_IS_DIR;
	if (S_ISREG(st.st_mode) && st.st_size > (off_t)IO_FILE_MAX)
		return IO_TOO_LARGE;
	while ((got = read(fd, block, sizeof block)) != 0) {
		enum io_result result = IO_OK;

		if (got > 0 && out->len - start + (size_t)got <= IO_FILE_MAX) {
			str_addn(out, block, (size_t)got);
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		result = got < 0 ? result_of_errno() : IO_TOO_LARGE;
		str_truncate(out, start);
		return result;
	}
	return IO_OK;
}

enum io_result
files_read_input(struct files *files)
{
	if (!files->input_read) {
		files->input_read = true;
		files->input_result = read_all(STDIN_FILENO, &files->input);
	}
	return files->input_result;
}

static enum io_result
file_read(struct io *io, const char *path, struct str *out)
{
	enum io_result result;
	int fd;

	if (strcmp(path, "-") == 0) {
		struct files *files = io->files_state;

		result = files_read_input(files);
		if (result == IO_OK)
			str_addn(out, files->input.buf, files->input.len);
		return result;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return result_of_errno();
	result = read_all(fd, out);
	close(fd);
	return result;
}

/* Of what was read already, or no more than the line from what is still to come. */
static enum io_result
file_read_line(struct io *io, struct str *out)
{
	struct files *files = io->files_state;
	size_t before = out->len;
	char c = '\0';

	if (files->input_read) {
		const char *start = files->input.buf + files->line_at, *end = strchr(start, '\n');

		str_addn(out, start, end ? (size_t)(end - start) + 1 : strlen(start));
		files->line_at += out->len - before;
	}
	while (!files->input_read && c != '\n' && out->len - before < IO_FILE_MAX && read(STDIN_FILENO, &c, 1) == 1)
		str_addn(out, &c, 1);
	return out->len > before ? IO_OK : IO_NOT_FOUND;
}

static enum io_result
file_write(struct io *io, const char *path, const char *text, size_t len, bool append)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
	enum io_result result = IO_OK;

	(void)io;
	if (fd < 0)
		return result_of_errno();
	while (len) {
		ssize_t put = write(fd, text, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			result = result_of_errno();
			break;
		}
		text += put;
		len -= (size_t)put;
	}
	if (close(fd) && result == IO_OK)
		result = result_of_errno();
	return result;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Opening what is no file and no folder could wait for ever, or act. */
static bool
is_listed(DIR *folder, const char *name)
{
	struct stat st;

	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		(fstatat(dirfd(folder), name, &st, 0) || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

static enum io_result
file_list(struct io *io, const char *path, struct io_names *out)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	(void)io;
	if (!folder)
		return result_of_errno();
	while ((entry = readdir(folder)))
		if (is_listed(folder, entry->d_name))
			*vec_push(out) = xstrdup(entry->d_name);
	closedir(folder);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, compare_names);
	return IO_OK;
}

static enum io_result
file_mkdir(struct io *io, const char *path)
{
	(void)io;
	return mkdir(path, 0777) ? result_of_errno() : IO_OK;
}

static enum io_result
file_remove(struct io *io, const char *path)
{
	(void)io;
	return remove(path) ? result_of_errno() : IO_OK;
}

const struct io_files real_files = {
	.read = file_read,
	.read_line = file_read_line,
	.write = file_write,
	.list = file_list,
	.mkdir = file_mkdir,
	.remove = file_remove,
};
