#include "screen/scrollback.h"

#include <stdlib.h>
#include <string.h>

#include "term/wrap.h"

void
scrollback_init(struct scrollback *scrollback)
{
	memset(scrollback, 0, sizeof *scrollback);
	str_init(&scrollback->partial);
}

void
scrollback_clear(struct scrollback *scrollback)
{
	for (size_t i = 0; i < scrollback->lines.n; i++)
		free(scrollback->lines.v[i]);
	vec_clear(&scrollback->lines);
	str_clear(&scrollback->partial);
	scrollback->up = 0;
}

void
scrollback_release(struct scrollback *scrollback)
{
	scrollback_clear(scrollback);
	vec_release(&scrollback->lines);
	str_release(&scrollback->partial);
}

/* A tenth at a time, so that a long output doesn't move the array for each line. */
static void
forget_old(struct scrollback *scrollback)
{
	size_t drop = SCROLLBACK_LINES / 10;

	if (scrollback->lines.n <= SCROLLBACK_LINES)
		return;
	for (size_t i = 0; i < drop; i++)
		free(scrollback->lines.v[i]);
	memmove(scrollback->lines.v, scrollback->lines.v + drop, (scrollback->lines.n - drop) * sizeof *scrollback->lines.v);
	scrollback->lines.n -= drop;
}

void
scrollback_add(struct scrollback *scrollback, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct str line = STR_INIT;

		if (text[i] != '\n') {
			str_addch(&scrollback->partial, text[i]);
			continue;
		}
		wrap_prepare(&line, scrollback->partial.buf, scrollback->partial.len);
		*vec_push(&scrollback->lines) = str_detach(&line);
		str_clear(&scrollback->partial);
		forget_old(scrollback);
	}
	scrollback->up = 0;
}

static void
line_rows(struct wrap *rows, const char *text, int width)
{
	if (*text)
		wrap_hard(rows, text, strlen(text), width);
	else
		(void)vec_push(rows);
}

/* One line's rows, from its last upwards; *y is the row above which to draw next. */
static void
draw_line(struct cells cells, const char *text, int *y, size_t *up)
{
	struct wrap rows = VEC_INIT;

	line_rows(&rows, text, cells.width);
	for (size_t i = rows.n; i-- > 0 && *y > 0;) {
		if (*up) {
			--*up;
			continue;
		}
		--*y;
		cells_textn(cells, *y, 0, STYLE_PLAIN, text + rows.v[i].start, rows.v[i].len);
	}
	wrap_release(&rows);
}

int
scrollback_rows(const struct scrollback *scrollback, int width, int most)
{
	int count = 0;

	for (size_t i = scrollback->lines.n; i-- > 0 && count < most;) {
		struct wrap rows = VEC_INIT;

		line_rows(&rows, scrollback->lines.v[i], width);
		count += (int)rows.n;
		wrap_release(&rows);
	}
	return count < most ? count : most;
}

void
scrollback_draw(const struct scrollback *scrollback, struct cells cells, size_t up)
{
	int y = cells.height;

	for (size_t i = scrollback->lines.n; i-- > 0 && y > 0;)
		draw_line(cells, scrollback->lines.v[i], &y, &up);
}
