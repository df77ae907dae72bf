#include "screen/search.h"

#include <stdlib.h>
#include <string.h>

/* Letters count alike, whatever their case. */
static bool
contains(const char *text, const char *words)
{
	size_t len = strlen(words);

	for (; *text; text++) {
		size_t i = 0;

		while (i < len && ascii_tolower((unsigned char)text[i]) == ascii_tolower((unsigned char)words[i]))
			i++;
		if (i == len)
			return true;
	}
	return !len;
}

/* The mark goes to the next row that has the words, from skip rows after it on, and around the end. */
static void
go_on(struct app *app, size_t skip)
{
	const struct screen *screen = app->top;
	struct list *list = screen_list(app->top);

	for (size_t i = skip; i < list->n + skip; i++) {
		size_t at = (list->at + i) % list->n;
		struct str text = STR_INIT;
		bool found;

		screen->ops->row(screen, at, &text);
		found = contains(text.buf, app->search.buf);
		str_release(&text);
		if (!found)
			continue;
		list->at = at;
		if (screen->ops->moved)
			screen->ops->moved(app->top);
		return;
	}
	app_note(app, true, "nothing here has \"%s\"", app->search.buf);
}

static void
edit(struct app *app, int key)
{
	if (key == TERM_ENTER || key == TERM_ESCAPE) {
		app->searching = false;
		return;
	}
	if (key == TERM_BACKSPACE && app->search.len)
		str_truncate(&app->search, app->search.len - 1);
	else if (key >= ' ' && key < 127)
		str_addch(&app->search, (char)key);
	go_on(app, 0);
}

bool
search_key(struct app *app, int key)
{
	const struct screen_ops *ops = app->top->ops;

	if (app->searching) {
		edit(app, key);
		return true;
	}
	if (!ops->row || !screen_list(app->top)->n || (key != '/' && (key != 'n' || !app->search.len)))
		return false;
	if (key == '/') {
		str_clear(&app->search);
		app->searching = true;
	} else {
		go_on(app, 1);
	}
	return true;
}

void
search_draw(const struct app *app, struct cells line)
{
	char *text = xasprintf("/%s", app->search.buf);
	int columns = cells_text(line, 0, 1, STYLE_STRONG, text);

	cells_cursor(line, 0, 1 + columns);
	free(text);
}
