#include "host/vfs.h"

#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "base/path.h"
#include "host/place_files.h"

static const char *const standing_folders[] = { "/", "/etc", "/home", "/opt", "/root", "/tmp", "/var" };

/* ---- paths ---- */

char *
vfs_path(const struct shell *shell, const char *path)
{
	struct str out = STR_INIT;

	if (path[0] != '/')
		path_append(&out, shell->cwd);
	path_append(&out, path);
	if (!out.len)
		str_addch(&out, '/');
	return str_detach(&out);
}

/* The map's key: nodes and pods have files of their own. */
static char *
key_of(const struct shell *shell, const char *path, bool folder)
{
	static const char *const prefixes[] = { [PLACE_CLIENT] = "", [PLACE_NODE] = "node:", [PLACE_POD] = "pod:" };
	char *absolute = vfs_path(shell, path);
	char *key = xasprintf("%s%s%s%s", prefixes[shell->place], shell->place_name ? shell->place_name : "", absolute,
		folder && absolute[1] ? "/" : "");

	free(absolute);
	return key;
}

static struct str *
entry_of(const struct shell *shell, const char *path, bool folder)
{
	char *key = key_of(shell, path, folder);
	struct str *entry = map_get(&shell->files, key);

	free(key);
	return entry;
}

/* ---- what is known beside the text ---- */

static void
note_put(struct shell *shell, const char *key, unsigned mode)
{
	struct vfs_note *note = map_get(&shell->file_notes, key);

	if (!note) {
		note = xcalloc(1, sizeof *note);
		note->mode = mode;
		map_set(&shell->file_notes, key, note);
	}
	note->changed = shell->cluster->server.clock.now;
}

static void
note_drop(struct shell *shell, const char *key)
{
	free(map_remove(&shell->file_notes, key));
}

static bool cluster_folder(const struct shell *shell, const char *absolute);

bool
vfs_is_folder(const struct shell *shell, const char *path)
{
	char *absolute = vfs_path(shell, path);
	bool found = entry_of(shell, path, true) != NULL;

	for (size_t i = 0; !found && i < sizeof standing_folders / sizeof standing_folders[0]; i++)
		found = strcmp(standing_folders[i], absolute) == 0;
	if (!found)
		found = cluster_folder(shell, absolute);
	free(absolute);
	return found;
}

/* Is one of the folders on the path's way a file? */
static enum io_result
why_missing(const struct shell *shell, const char *path)
{
	char *absolute = vfs_path(shell, path), *slash = absolute;
	enum io_result result = IO_NOT_FOUND;

	while (result == IO_NOT_FOUND && (slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (vfs_exists(shell, absolute) && !vfs_is_folder(shell, absolute))
			result = IO_NOT_DIR;
		*slash = '/';
	}
	free(absolute);
	return result;
}

static bool
parent_is_folder(const struct shell *shell, const char *path)
{
	char *absolute = vfs_path(shell, path);
	char *slash = strrchr(absolute, '/');
	bool found;

	slash[slash == absolute] = '\0';
	found = vfs_is_folder(shell, absolute);
	free(absolute);
	return found;
}

/* ---- files that the cluster writes ---- */

struct search {
	const char *path;	/* absolute */
	struct str *out;	/* NULL: only whether it is there */
	bool found;
};

static void
search_one(void *arg, const char *path, const char *text)
{
	struct search *search = arg;

	if (search->found || strcmp(path, search->path) != 0)
		return;
	search->found = true;
	if (search->out)
		str_add(search->out, text);
}

/* Is it one of them?  Appends its text unless out is NULL. */
static bool
cluster_file(const struct shell *shell, const char *path, struct str *out)
{
	char *absolute = vfs_path(shell, path);
	struct search search = { absolute, out, false };

	place_files(shell, search_one, &search);
	free(absolute);
	return search.found;
}

static void
search_folder(void *arg, const char *path, const char *text)
{
	struct search *search = arg;
	size_t len = strlen(search->path);

	(void)text;
	search->found |= strncmp(path, search->path, len) == 0 && path[len] == '/';
}

static bool
cluster_folder(const struct shell *shell, const char *absolute)
{
	struct search search = { absolute, NULL, false };

	place_files(shell, search_folder, &search);
	return search.found;
}

bool
vfs_exists(const struct shell *shell, const char *path)
{
	return entry_of(shell, path, false) || vfs_is_folder(shell, path) || cluster_file(shell, path, NULL);
}

/* ---- struct io_files ---- */

static struct vfs_state *
state_of(struct io *io)
{
	return io->files_state;
}

static enum io_result
vfs_read(struct io *io, const char *path, struct str *out)
{
	struct vfs_state *state = state_of(io);
	const struct str *entry;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0) {
		if (state->input) {
			str_addn(out, state->input->text + state->input->at, state->input->len - state->input->at);
			state->input->at = state->input->len;
		} else if (state->outer) {
			return state->outer->files->read(state->outer, "-", out);
		}
		return IO_OK;
	}
	if (strcmp(path, "/dev/null") == 0)
		return IO_OK;
	if (!path[0])
		return IO_NOT_FOUND;
	if (vfs_is_folder(state->shell, path))
		return IO_IS_DIR;
	entry = entry_of(state->shell, path, false);
	if (!entry)
		return cluster_file(state->shell, path, out) ? IO_OK : why_missing(state->shell, path);
	str_addn(out, entry->buf, entry->len);
	return IO_OK;
}

static size_t
bytes_in_all(const struct shell *shell)
{
	const struct map_entry *entry;
	size_t total = 0;

	for (size_t i = 0; (entry = map_next(&shell->files, &i));)
		total += ((const struct str *)entry->value)->len;
	return total;
}

static struct str *
entry_make(struct shell *shell, const char *path, bool folder)
{
	char *key = key_of(shell, path, folder);
	struct str *entry = xcalloc(1, sizeof *entry);

	str_init(entry);
	map_set(&shell->files, key, entry);
	note_put(shell, key, folder ? 0755 : 0644);
	free(key);
	return entry;
}

static void
note_touch(struct shell *shell, const char *path)
{
	char *key = key_of(shell, path, false);

	note_put(shell, key, 0644);
	free(key);
}

void
vfs_put(struct shell *shell, const char *path, struct str *text)
{
	struct str *entry = entry_of(shell, path, false);
	char *key = key_of(shell, path, false);

	if (!entry && text)
		entry = entry_make(shell, path, false);
	if (entry)
		str_release(entry);
	if (entry && text) {
		*entry = *text;
	} else if (entry) {
		map_remove(&shell->files, key);
		note_drop(shell, key);
		free(entry);
	}
	free(key);
}

static bool
is_images_own(const struct shell *shell, const char *path)
{
	char *absolute = vfs_path(shell, path);
	bool own = place_file_is_images(shell, absolute);

	free(absolute);
	return own;
}

static enum io_result
vfs_read_line(struct io *io, struct str *out)
{
	struct vfs_state *state = state_of(io);
	struct vfs_input *input = state->input;
	const char *start, *end;
	size_t len;

	if (!input && state->outer)
		return state->outer->files->read_line(state->outer, out);
	if (!input || input->at >= input->len)
		return IO_NOT_FOUND;
	start = input->text + input->at;
	end = memchr(start, '\n', input->len - input->at);
	len = end ? (size_t)(end - start) + 1 : input->len - input->at;
	str_addn(out, start, len);
	input->at += len;
	return IO_OK;
}

static enum io_result
vfs_write(struct io *io, const char *path, const char *text, size_t len, bool append)
{
	struct shell *shell = state_of(io)->shell;
	struct str *entry;
	size_t old;

	if (strcmp(path, "/dev/null") == 0)
		return IO_OK;
	if (!path[0] || !parent_is_folder(shell, path))
		return path[0] ? why_missing(shell, path) : IO_NOT_FOUND;
	if (vfs_is_folder(shell, path))
		return IO_IS_DIR;
	if (cluster_file(shell, path, NULL) && !is_images_own(shell, path))
		return IO_DENIED;
	entry = entry_of(shell, path, false);
	old = entry ? entry->len : 0;
	if (len > VFS_FILE_MAX || (append && len > VFS_FILE_MAX - old) ||
		bytes_in_all(shell) + len > VFS_TOTAL_MAX + (append ? 0 : old) ||
		(!entry && shell->files.live >= VFS_FILES_MAX) || strlen(path) > VFS_PATH_MAX)
		return IO_TOO_LARGE;
	if (!entry) {
		entry = entry_make(shell, path, false);
		if (append)
			(void)cluster_file(shell, path, entry);	/* the image's text goes on */
	}
	if (!append)
		str_clear(entry);
	str_addn(entry, text, len);
	note_touch(shell, path);
	return IO_OK;
}

static int
name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
names_add(struct io_names *names, const char *name, size_t len)
{
	for (size_t i = 0; i < names->n; i++)
		if (strncmp(names->v[i], name, len) == 0 && !names->v[i][len])
			return;
	*vec_push(names) = xstrndup(name, len);
}

/* The name that a path has directly below the folder: its own, or of a folder on its way. */
static void
names_below(struct io_names *names, const char *folder, const char *path)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0 || !path[len])
		return;
	path += len;
	len = strcspn(path, "/");
	names_add(names, path, len);
}

struct listing {
	struct io_names *names;
	const char *folder;
};

static void
list_one(void *arg, const char *path, const char *text)
{
	const struct listing *listing = arg;

	(void)text;
	names_below(listing->names, listing->folder, path);
}

static void
names_of(const struct shell *shell, const char *path, struct io_names *out)
{
	char *key = key_of(shell, path, true), *absolute = vfs_path(shell, path);
	char *folder = xasprintf("%s%s", absolute, absolute[1] ? "/" : "");
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&shell->files, &i));)
		names_below(out, key, entry->key);
	for (size_t i = 0; i < sizeof standing_folders / sizeof standing_folders[0]; i++)
		names_below(out, folder, standing_folders[i]);
	place_files(shell, list_one, &(struct listing){ out, folder });
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, name_compare);
	free(folder);
	free(absolute);
	free(key);
}

static enum io_result
vfs_list(struct io *io, const char *path, struct io_names *out)
{
	const struct shell *shell = state_of(io)->shell;

	if (!vfs_is_folder(shell, path))
		return vfs_exists(shell, path) ? IO_NOT_DIR : why_missing(shell, path);
	names_of(shell, path, out);
	return IO_OK;
}

static enum io_result
vfs_mkdir(struct io *io, const char *path)
{
	struct shell *shell = state_of(io)->shell;

	if (!path[0] || !parent_is_folder(shell, path))
		return path[0] ? why_missing(shell, path) : IO_NOT_FOUND;
	if (vfs_exists(shell, path))
		return IO_FAILED;
	if (shell->files.live >= VFS_FILES_MAX || strlen(path) > VFS_PATH_MAX)
		return IO_TOO_LARGE;
	entry_make(shell, path, true);
	return IO_OK;
}

static enum io_result
vfs_remove(struct io *io, const char *path)
{
	struct shell *shell = state_of(io)->shell;
	bool folder = vfs_is_folder(shell, path), empty;
	struct io_names names = VEC_INIT;
	struct str *entry;
	char *key;

	if (!path[0] || !vfs_exists(shell, path))
		return path[0] ? why_missing(shell, path) : IO_NOT_FOUND;
	if (folder)
		names_of(shell, path, &names);
	empty = names.n == 0;
	io_names_release(&names);
	if (!empty)
		return IO_FAILED;
	key = key_of(shell, path, folder);
	entry = map_get(&shell->files, key);
	if (entry) {
		map_remove(&shell->files, key);
		note_drop(shell, key);
		str_release(entry);
		free(entry);
	}
	free(key);
	return entry ? IO_OK : IO_DENIED;
}

/* ---- names and modes ---- */

static size_t
folder_links(const struct shell *shell, const char *path)
{
	struct io_names names = VEC_INIT;
	size_t links = 2;

	names_of(shell, path, &names);
	for (size_t i = 0; i < names.n; i++) {
		char *below = xasprintf("%s/%s", path, names.v[i]);

		links += vfs_is_folder(shell, below);
		free(below);
	}
	io_names_release(&names);
	return links;
}

bool
vfs_stat(const struct shell *shell, const char *path, struct vfs_stat *stat)
{
	const struct str *entry = *path ? entry_of(shell, path, false) : NULL;
	struct str text = STR_INIT;
	const struct vfs_note *note;
	bool found = *path != '\0';
	char *key;

	*stat = (struct vfs_stat){ .folder = found && vfs_is_folder(shell, path), .links = 1 };
	if (stat->folder) {
		stat->size = 4096;
		stat->links = folder_links(shell, path);
	} else if (entry) {
		stat->size = entry->len;
	} else {
		found = found && cluster_file(shell, path, &text);
		stat->size = text.len;
	}
	str_release(&text);
	if (!found)
		return false;
	key = key_of(shell, path, stat->folder);
	note = map_get(&shell->file_notes, key);
	stat->note = note ? *note : (struct vfs_note){ stat->folder ? 0755 : 0644, shell->began };
	free(key);
	return true;
}

enum io_result
vfs_change(struct shell *shell, const char *path, const struct vfs_note *note)
{
	struct vfs_stat stat;
	struct vfs_note *kept;
	char *key;

	if (!vfs_stat(shell, path, &stat))
		return IO_NOT_FOUND;
	if (!entry_of(shell, path, stat.folder) && !stat.folder)
		return IO_DENIED;
	key = key_of(shell, path, stat.folder);
	note_put(shell, key, 0);
	kept = map_get(&shell->file_notes, key);
	*kept = *note;
	free(key);
	return IO_OK;
}

/* One entry under another key. */
static void
move_entry(struct shell *shell, const char *from, const char *to)
{
	struct str *entry = map_remove(&shell->files, from), *old = map_remove(&shell->files, to);
	struct vfs_note *note = map_remove(&shell->file_notes, from);

	if (old)
		str_release(old);
	free(old);
	note_drop(shell, to);
	map_set(&shell->files, to, entry);
	if (note)
		map_set(&shell->file_notes, to, note);
}

enum io_result
vfs_rename(struct shell *shell, const char *from, const char *to)
{
	bool folder = vfs_is_folder(shell, from);
	struct io_names keys = VEC_INIT;
	const struct map_entry *entry;
	char *old = key_of(shell, from, folder), *fresh = key_of(shell, to, folder);
	enum io_result result = IO_OK;

	if (!vfs_exists(shell, from) || !parent_is_folder(shell, to))
		result = IO_NOT_FOUND;
	else if (!entry_of(shell, from, folder) || (!folder && !entry_of(shell, to, false) && cluster_file(shell, to, NULL)))
		result = IO_DENIED;
	for (size_t i = 0; result == IO_OK && (entry = map_next(&shell->files, &i));)
		if (strcmp(entry->key, old) == 0 || (folder && str_starts(entry->key, old)))
			*vec_push(&keys) = xstrdup(entry->key);
	for (size_t i = 0; i < keys.n; i++) {
		char *key = xasprintf("%s%s", fresh, keys.v[i] + strlen(old));

		if (strcmp(key, keys.v[i]) != 0)
			move_entry(shell, keys.v[i], key);
		free(key);
	}
	io_names_release(&keys);
	free(fresh);
	free(old);
	return result;
}

const struct io_files vfs_files = { vfs_read, vfs_read_line, vfs_write, vfs_list, vfs_mkdir, vfs_remove };

struct io
vfs_io(struct shell *shell, struct io *outer, struct vfs_state *state)
{
	struct io io = *outer;

	if (outer->files == &vfs_files)
		return io;
	*state = (struct vfs_state){ shell, NULL, outer };
	io.files = &vfs_files;
	io.files_state = state;
	return io;
}

const struct str *
vfs_written(const struct shell *shell, const char *pod, const char *path)
{
	char *key = xasprintf("pod:%s%s", pod, path);
	const struct str *entry = map_get(&shell->files, key);

	free(key);
	return entry;
}

bool
io_is_folder(struct io *io, const char *path)
{
	struct io_names names = VEC_INIT;
	bool folder = io->files->list(io, path, &names) == IO_OK;

	io_names_release(&names);
	return folder;
}

bool
vfs_input_is_file(struct io *io)
{
	return io->files == &vfs_files && state_of(io)->input && state_of(io)->input->is_file;
}

/* ---- patterns ---- */

void
vfs_match(const struct shell *shell, const char *pattern, struct io_names *out)
{
	const char *slash = strrchr(pattern, '/'), *last = slash ? slash + 1 : pattern;
	char *folder = slash ? xstrndup(pattern, (size_t)(last - pattern)) : xstrdup(".");
	struct io_names names = VEC_INIT;

	if (vfs_is_folder(shell, folder))
		names_of(shell, folder, &names);
	for (size_t i = 0; i < names.n; i++)
		if ((names.v[i][0] != '.' || last[0] == '.') && glob_match(last, names.v[i]))
			*vec_push(out) = xasprintf("%s%s", slash ? folder : "", names.v[i]);
	io_names_release(&names);
	free(folder);
}
