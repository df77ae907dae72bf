/*
 * The algorithm of Go's text/tabwriter (src/text/tabwriter/tabwriter.go, format and writeLines): a block of lines is
 * cut at its first column into smaller blocks, each of which knows the widths of all columns to its left.
 */
#include "kubectl/tabs.h"

#include <string.h>

struct tab_cell {
	const char *text;
	size_t len, width;
};

struct tab_line {
	size_t first, n;	/* cells; the last one ends no column */
};

struct tabs {
	VEC(struct tab_cell) cells;
	VEC(struct tab_line) lines;
	VEC(size_t) widths;
	size_t min_width, padding;
	tab_widths *remembered;	/* NULL: nothing is */
	struct str *out;
};

static void
add_cell(struct tabs *tabs, const char *text, size_t len)
{
	struct tab_cell *cell = vec_push(&tabs->cells);

	cell->text = text;
	cell->len = len;
	for (size_t i = 0; i < len; i++)
		cell->width += ((unsigned char)text[i] & 0xc0) != 0x80;
}

static void
split_lines(struct tabs *tabs, const char *text)
{
	while (*text) {
		struct tab_line line = { tabs->cells.n, 0 };
		size_t len;

		for (;;) {
			len = strcspn(text, "\t\n");
			add_cell(tabs, text, len);
			line.n++;
			text += len;
			if (*text != '\t')
				break;
			text++;
		}
		*vec_push(&tabs->lines) = line;
		if (*text == '\n')
			text++;
	}
}

static void
write_lines(struct tabs *tabs, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct tab_line *line = &tabs->lines.v[i];

		for (size_t j = 0; j < line->n; j++) {
			const struct tab_cell *cell = &tabs->cells.v[line->first + j];

			str_addn(tabs->out, cell->text, cell->len);
			if (j < tabs->widths.n && tabs->widths.v[j] > cell->width)
				str_addrep(tabs->out, ' ', tabs->widths.v[j] - cell->width);
		}
		str_addch(tabs->out, '\n');
	}
}

/* The lines from .. end of the block in which the column exists; sets its width. */
static size_t
column_block(const struct tabs *tabs, size_t from, size_t to, size_t column, size_t *width)
{
	*width = tabs->min_width;
	for (; from < to && column + 1 < tabs->lines.v[from].n; from++) {
		size_t need = tabs->cells.v[tabs->lines.v[from].first + column].width + tabs->padding;

		if (need > *width)
			*width = need;
	}
	return from;
}

static size_t
remember(tab_widths *widths, size_t column, size_t width)
{
	while (widths->n <= column)
		*vec_push(widths) = 0;
	if (widths->v[column] < width)
		widths->v[column] = width;
	return widths->v[column];
}

static void
format_block(struct tabs *tabs, size_t from, size_t to)
{
	size_t column = tabs->widths.n;
	size_t i = from;

	while (i < to) {
		size_t end, width;

		if (column + 1 >= tabs->lines.v[i].n) {
			i++;
			continue;
		}
		write_lines(tabs, from, i);
		end = column_block(tabs, i, to, column, &width);
		if (tabs->remembered)
			width = remember(tabs->remembered, column, width);
		*vec_push(&tabs->widths) = width;
		format_block(tabs, i, end);
		tabs->widths.n--;
		from = i = end;
	}
	write_lines(tabs, from, to);
}

void
tabs_align(const char *text, size_t min_width, size_t padding, struct str *out)
{
	tabs_align_on(text, min_width, padding, NULL, out);
}

void
tabs_align_on(const char *text, size_t min_width, size_t padding, tab_widths *widths, struct str *out)
{
	struct tabs tabs = { VEC_INIT, VEC_INIT, VEC_INIT, min_width, padding, widths, out };

	split_lines(&tabs, text);
	format_block(&tabs, 0, tabs.lines.n);
	vec_release(&tabs.cells);
	vec_release(&tabs.lines);
	vec_release(&tabs.widths);
}
