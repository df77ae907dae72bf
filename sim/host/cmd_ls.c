/* ls, over the io's files, in GNU's words and columns. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "host/commands.h"
#include "host/date.h"
#include "host/options.h"
#include "host/vfs.h"

#define HALF_YEAR (INT64_C(31556952) * CLOCK_SECOND / 2)

struct ls {
	struct shell *shell;
	struct io *io;
	bool all, nearly_all, rows, one_line, human, by_time, by_size, reverse, recursive, themselves, slashes, marks;
	bool printed;	/* something: the next folder comes after an empty line */
};

/* One name with what is known of it. */
struct ls_entry {
	char *name;
	struct vfs_stat stat;
};
struct ls_list {
	struct ls_entry *v;
	size_t n, cap;
};

/* ---- what is listed ---- */

static void
list_add(const struct ls *ls, struct ls_list *list, const char *folder, const char *name)
{
	char *path = folder ? xasprintf("%s/%s", folder, name) : xstrdup(name);
	struct ls_entry entry = { xstrdup(name), { .links = 1 } };
	struct str text = STR_INIT;

	if (ls->io->files != &vfs_files || !vfs_stat(ls->shell, path, &entry.stat)) {
		entry.stat.folder = io_is_folder(ls->io, path);
		entry.stat.note = (struct vfs_note){ entry.stat.folder ? 0755 : 0644, ls->shell->began };
		if (!entry.stat.folder && ls->io->files->read(ls->io, path, &text) == IO_OK)
			entry.stat.size = text.len;
	}
	*vec_push(list) = entry;
	str_release(&text);
	free(path);
}

static void
list_release(struct ls_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].name);
	vec_release(list);
}

static int
compare_entries(const struct ls *ls, const struct ls_entry *a, const struct ls_entry *b)
{
	int order = 0;

	if (ls->by_time)
		order = (a->stat.note.changed < b->stat.note.changed) - (a->stat.note.changed > b->stat.note.changed);
	else if (ls->by_size)
		order = (a->stat.size < b->stat.size) - (a->stat.size > b->stat.size);
	order = order ? order : strcmp(a->name, b->name);
	return ls->reverse ? -order : order;
}

/* By insertion: folders are small, and qsort(3) has no place for the options. */
static void
list_sort(const struct ls *ls, struct ls_list *list)
{
	for (size_t i = 1; i < list->n; i++) {
		struct ls_entry entry = list->v[i];
		size_t j = i;

		for (; j && compare_entries(ls, &entry, &list->v[j - 1]) < 0; j--)
			list->v[j] = list->v[j - 1];
		list->v[j] = entry;
	}
}

/* ---- how it is shown ---- */

static const char *
mark_of(const struct ls *ls, const struct ls_entry *entry)
{
	if (entry->stat.folder)
		return ls->slashes || ls->marks ? "/" : "";
	return ls->marks && (entry->stat.note.mode & 0111) ? "*" : "";
}

/* 93K, 1.5K: rounded up. */
static void
add_size(const struct ls *ls, size_t size, struct str *out)
{
	static const char units[] = "KMGT";
	size_t unit = 0;
	double value = (double)size;

	if (!ls->human || size < 1024) {
		str_addf(out, "%zu", size);
		return;
	}
	for (value /= 1024; value >= 1024 && units[unit + 1]; unit++)
		value /= 1024;
	if (value < 10) {
		size_t tenths = (size_t)(value * 10);

		tenths += (double)tenths < value * 10;
		if (tenths < 100) {
			str_addf(out, "%zu.%zu%c", tenths / 10, tenths % 10, units[unit]);
			return;
		}
	}
	str_addf(out, "%zu%c", (size_t)value + ((double)(size_t)value < value), units[unit]);
}

static void
add_mode(const struct vfs_stat *stat, struct str *out)
{
	static const char letters[] = "rwxrwxrwx";

	str_addch(out, stat->folder ? 'd' : '-');
	for (unsigned i = 0; i < 9; i++)
		str_addch(out, stat->note.mode >> (8 - i) & 1 ? letters[i] : '-');
}

static size_t
blocks_of(const struct vfs_stat *stat)
{
	return (stat->size + 4095) / 4096 * 4;
}

static void
put_rows(const struct ls *ls, const struct ls_list *list)
{
	size_t links = 0, sizes = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < list->n; i++) {
			const struct vfs_stat *stat = &list->v[i].stat;
			int64_t now = ls->shell->cluster->server.clock.now;
			bool recent = stat->note.changed > now - HALF_YEAR && stat->note.changed <= now;
			struct str size = STR_INIT, count = STR_INIT, row = STR_INIT;

			add_size(ls, stat->size, &size);
			str_addf(&count, "%zu", stat->links);
			if (pass == 0) {
				links = count.len > links ? count.len : links;
				sizes = size.len > sizes ? size.len : sizes;
			} else {
				add_mode(stat, &row);
				str_addf(&row, " %*s root root %*s ", (int)links, count.buf, (int)sizes, size.buf);
				date_format(recent ? "%b %e %H:%M" : "%b %e  %Y", stat->note.changed, &row);
				sink_printf(ls->io->out, "%s %s%s\n", row.buf, list->v[i].name, mark_of(ls, &list->v[i]));
			}
			str_release(&size);
			str_release(&count);
			str_release(&row);
		}
}

/* Columns as narrow as they can be, so that as many as possible stand beside each other. */
static size_t
count_columns(const struct ls *ls, const struct ls_list *list, size_t *widths)
{
	for (size_t columns = list->n; columns > 1; columns--) {
		size_t rows = (list->n + columns - 1) / columns, total = 0;

		if ((list->n + rows - 1) / rows != columns)
			continue;
		memset(widths, 0, columns * sizeof *widths);
		for (size_t i = 0; i < list->n; i++) {
			size_t len = strlen(list->v[i].name) + strlen(mark_of(ls, &list->v[i])) + (i / rows + 1 < columns ? 2 : 0);

			if (len > widths[i / rows])
				widths[i / rows] = len;
		}
		for (size_t i = 0; i < columns; i++)
			total += widths[i];
		if (total < (ls->io->columns ? ls->io->columns : 80))
			return columns;
	}
	return 1;
}

static void
put_columns(const struct ls *ls, const struct ls_list *list)
{
	size_t *widths = xcalloc(list->n + 1, sizeof *widths), columns = count_columns(ls, list, widths);
	size_t rows = columns ? (list->n + columns - 1) / columns : 0;

	for (size_t row = 0; row < rows; row++) {
		struct str line = STR_INIT;

		for (size_t column = 0; column < columns && column * rows + row < list->n; column++) {
			const struct ls_entry *entry = &list->v[column * rows + row];
			size_t len = strlen(entry->name) + strlen(mark_of(ls, entry));

			str_addf(&line, "%s%s", entry->name, mark_of(ls, entry));
			if ((column + 1) * rows + row < list->n && widths[column] > len)
				str_addrep(&line, ' ', widths[column] - len);
		}
		sink_printf(ls->io->out, "%s\n", line.buf);
		str_release(&line);
	}
	free(widths);
}

static void
put_list(const struct ls *ls, const struct ls_list *list)
{
	if (ls->rows)
		put_rows(ls, list);
	else if (!ls->one_line && list->n)
		put_columns(ls, list);
	for (size_t i = 0; !ls->rows && ls->one_line && i < list->n; i++)
		sink_printf(ls->io->out, "%s%s\n", list->v[i].name, mark_of(ls, &list->v[i]));
}

/* ---- folders ---- */

static void
put_folder(struct ls *ls, const char *path, bool named, unsigned depth)
{
	struct io_names names = VEC_INIT;
	struct ls_list list = VEC_INIT;
	size_t blocks = 0;

	ls->io->files->list(ls->io, path, &names);
	if (ls->all) {
		list_add(ls, &list, path, ".");
		list_add(ls, &list, path, "..");
	}
	for (size_t i = 0; i < names.n; i++)
		if (names.v[i][0] != '.' || ls->all || ls->nearly_all)
			list_add(ls, &list, path, names.v[i]);
	list_sort(ls, &list);
	for (size_t i = 0; i < list.n; i++)
		blocks += blocks_of(&list.v[i].stat);
	if (named)
		sink_printf(ls->io->out, "%s%s:\n", ls->printed ? "\n" : "", path);
	if (ls->rows) {
		struct str total = STR_INIT;

		add_size(ls, ls->human ? blocks * 1024 : blocks, &total);
		sink_printf(ls->io->out, "total %s\n", total.buf);
		str_release(&total);
	}
	put_list(ls, &list);
	ls->printed = true;
	for (size_t i = 0; ls->recursive && depth < 64 && i < list.n; i++)
		if (list.v[i].stat.folder && strcmp(list.v[i].name, ".") != 0 && strcmp(list.v[i].name, "..") != 0) {
			char *below = xasprintf("%s%s%s", path, str_ends(path, "/") ? "" : "/", list.v[i].name);

			put_folder(ls, below, true, depth + 1);
			free(below);
		}
	list_release(&list);
	io_names_release(&names);
}

static bool
is_there(const struct ls *ls, const char *path)
{
	struct str text = STR_INIT;
	size_t len = strlen(path);
	bool folder = io_is_folder(ls->io, path), there;

	there = folder || (len && path[len - 1] != '/' && ls->io->files->read(ls->io, path, &text) == IO_OK);
	if (!there) {
		enum io_result result = ls->io->files->read(ls->io, path, &text);

		sink_printf(ls->io->err, "ls: cannot access '%s': %s\n", path,
			io_result_text(result == IO_OK ? IO_NOT_DIR : result));
	}
	str_release(&text);
	return there;
}

/* Files first, then each folder. */
static int
put_words(struct ls *ls, const char *const *words, size_t n)
{
	struct ls_list files = VEC_INIT, folders = VEC_INIT;
	bool named = n > 1 || ls->recursive;
	int status = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_there(ls, words[i]))
			status = 2;
		else
			list_add(ls, !ls->themselves && io_is_folder(ls->io, words[i]) ? &folders : &files, NULL, words[i]);
	list_sort(ls, &files);
	list_sort(ls, &folders);
	put_list(ls, &files);
	ls->printed = files.n > 0;
	for (size_t i = 0; i < folders.n; i++)
		put_folder(ls, folders.v[i].name, named, 0);
	list_release(&files);
	list_release(&folders);
	return status;
}

static void
set_option(struct ls *ls, char letter)
{
	const struct {
		char letter;
		bool *set;
	} rows[] = {
		{ 'a', &ls->all }, { 'A', &ls->nearly_all }, { 'l', &ls->rows }, { '1', &ls->one_line }, { 'h', &ls->human },
		{ 't', &ls->by_time }, { 'S', &ls->by_size }, { 'r', &ls->reverse }, { 'R', &ls->recursive },
		{ 'd', &ls->themselves }, { 'p', &ls->slashes }, { 'F', &ls->marks },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].letter == letter)
			*rows[i].set = true;
}

static int
ls_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const char *const longs[] = { "all=a", "almost-all=A", "human-readable=h", "reverse=r", "recursive=R", "directory=d",
		"classify=F", "color=K", NULL };
	static const char *const here[] = { "." };
	struct ls ls = { .shell = shell, .io = io, .one_line = !io->tty };
	struct options options;
	int status = 2;

	options_init(&options, io, argc, argv, "alh1AtSrRdpFK::", longs);
	while (options_next(&options))
		set_option(&ls, options.letter);
	if (!options.failed)
		status = put_words(&ls, options.words.n ? options.words.v : here, options.words.n ? options.words.n : 1);
	options_release(&options);
	return status;
}

const struct command command_ls = { .name = "ls", .usage = "[-alhtrRd] [PATH..]", .help = "Lists files", .run = ls_main };
