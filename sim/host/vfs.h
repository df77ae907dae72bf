/*
 * The shell's files: a map of absolute paths, one set for each place (the terminal, each node, each pod).  A folder is an
 * entry whose path ends in /.  Some folders are always there; some files (resolv.conf, hosts) are written by the
 * cluster and can be read but not replaced.
 */
#ifndef HOST_VFS_H
#define HOST_VFS_H

#include "host/shell.h"

#define VFS_FILE_MAX (4u << 20)
#define VFS_TOTAL_MAX (64u << 20)
#define VFS_FILES_MAX 10000u
#define VFS_PATH_MAX 4096u

/* Standard input of one command; a loop's commands share it. */
struct vfs_input {
	const char *text;
	size_t len, at;
	bool is_file;	/* of <, whose size a program could ask for */
};

/* io->files_state while io->files is vfs_files. */
struct vfs_state {
	struct shell *shell;
	struct vfs_input *input;	/* NULL: nothing */
	struct io *outer;		/* without an input: whose standard input is read; NULL */
};
extern const struct io_files vfs_files;
/* The io of a command in a pod or on a node: outer's streams, the place's files. */
struct io vfs_io(struct shell *shell, struct io *outer, struct vfs_state *state);

/* What is known of a file or a folder beside its text. */
struct vfs_note {
	unsigned mode;		/* 0644 */
	int64_t changed;	/* when; nanoseconds since 1970 */
};
struct vfs_stat {
	bool folder;
	size_t size, links;
	struct vfs_note note;
};
/* false: there is nothing of that name. */
bool vfs_stat(const struct shell *shell, const char *path, struct vfs_stat *stat);
/* What isn't the place's own (the cluster's files) stays as it is, and IO_DENIED says so. */
enum io_result vfs_change(struct shell *shell, const char *path, const struct vfs_note *note);
/* A file, or a folder with all in it; what is at `to` is gone. */
enum io_result vfs_rename(struct shell *shell, const char *from, const char *to);

/* Absolute, without . and .., without a final / ; owned by the caller. */
char *vfs_path(const struct shell *shell, const char *path);
bool vfs_is_folder(const struct shell *shell, const char *path);
bool vfs_exists(const struct shell *shell, const char *path);
/* A file of the shell's own, in no folder; the text is taken. NULL: it is gone. */
void vfs_put(struct shell *shell, const char *path, struct str *text);
/* A folder of any io, real or virtual: one that can be listed. */
bool io_is_folder(struct io *io, const char *path);
/* What a command in the pod ("ns/name") wrote there; NULL. */
const struct str *vfs_written(const struct shell *shell, const char *pod, const char *path);
/* Is the standard input a file, and not a pipe? */
bool vfs_input_is_file(struct io *io);
/* Names in the folder that match the last part of the pattern, with the pattern's folder before them; sorted. */
void vfs_match(const struct shell *shell, const char *pattern, struct io_names *out);

/* The pod that the shell is in; NULL outside pods, or when it is gone. */
const struct pod *place_pod(const struct shell *shell);

#endif
