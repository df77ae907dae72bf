/*
 * Which view the desk shows and which part of it, by keys and by lines that begin with a colon.
 */
#include <string.h>

#include "screen/desk.h"

#define FIRST_MODEL VIEW_CLUSTER

static const char *const names[] = {
#define DESK_VIEW_NAME(id, name, title, key, help, function) name,
	DESK_VIEWS(DESK_VIEW_NAME)
#undef DESK_VIEW_NAME
};

void
desk_show(struct screen *screen, enum view view)
{
	struct desk *desk = screen->state;

	desk->view = view;
	desk->first = desk->left = 0;
}

bool
desk_shows_model(const struct screen *screen)
{
	const struct desk *desk = screen->state;

	return desk->view >= FIRST_MODEL;
}

/* The pages that hold something, in turn; from a view of the cluster back to the task. */
enum after
desk_next_page(struct screen *screen)
{
	const struct desk *desk = screen->state;
	const struct drill *drill = screen->app->drill;
	const bool filled[FIRST_MODEL] = {
		[VIEW_TASK] = true,
		[VIEW_CHECKS] = drill->of > 0 && !screen_is_sitting(screen),
		[VIEW_HINTS] = drill->hints > 0,
		[VIEW_SOLUTION] = drill->explained,
	};
	size_t view = desk->view < FIRST_MODEL ? desk->view : FIRST_MODEL - 1;

	do
		view = (view + 1) % FIRST_MODEL;
	while (!filled[view]);
	desk_show(screen, (enum view)view);
	return AFTER_STAY;
}

/* The views of the cluster in turn, and then the task. */
enum after
desk_next_model(struct screen *screen)
{
	const struct desk *desk = screen->state;

	desk_show(screen, !desk_shows_model(screen) ? FIRST_MODEL : (enum view)((desk->view + 1) % VIEW_COUNT));
	return AFTER_STAY;
}

#define DESK_SHOW_ONE(id, name, title, key, help, function) \
	enum after \
	desk_show_##id(struct screen *screen) \
	{ \
		desk_show(screen, id); \
		return AFTER_STAY; \
	}
DESK_VIEWS(DESK_SHOW_ONE)
#undef DESK_SHOW_ONE

/* ---- scrolling ---- */

#define SIDEWAYS 8

enum after
desk_scroll_left(struct screen *screen)
{
	struct desk *desk = screen->state;

	desk->left -= desk->left < SIDEWAYS ? desk->left : SIDEWAYS;
	return AFTER_STAY;
}

enum after
desk_scroll_right(struct screen *screen)
{
	struct desk *desk = screen->state;
	size_t most = desk_excess(screen).columns;

	desk->left = desk->left + SIDEWAYS < most ? desk->left + SIDEWAYS : most;
	return AFTER_STAY;
}

enum after
desk_scroll_up(struct screen *screen)
{
	struct desk *desk = screen->state;

	desk->first -= desk->first > 0;
	return AFTER_STAY;
}

enum after
desk_scroll_down(struct screen *screen)
{
	struct desk *desk = screen->state;

	desk->first += desk->first < desk_excess(screen).rows;
	return AFTER_STAY;
}

/* ---- lines for the desk ---- */

static int
word_view(struct screen *screen, const char *name)
{
	const struct desk *desk = screen->state;

	for (size_t i = 0; i < VIEW_COUNT; i++)
		if (strcmp(names[i], name) == 0) {
			desk_show(screen, (enum view)i);
			return 0;
		}
	sink_put(desk->io.err, *name ? "no such view; there are" : "which view?  There are");
	for (size_t i = 0; i < VIEW_COUNT; i++)
		sink_printf(desk->io.err, " %s", names[i]);
	sink_put(desk->io.err, "\n");
	return 2;
}

/* The way is shown, and nothing of it printed. */
static int
word_trace(struct screen *screen, const char *words)
{
	struct desk *desk = screen->state;
	unsigned before = desk->trail;
	int status = drill_trace(screen->app->drill, &desk->io, words);

	desk_look_at_trail(screen);
	if (desk->trail != before)
		desk_show(screen, VIEW_PACKET);
	return status;
}

static const struct {
	const char *name;
	int (*run)(struct screen *screen, const char *rest);
} words[] = {
	{ ":view", word_view },
	{ ":trace", word_trace },
};
#define NWORDS (sizeof words / sizeof words[0])

bool
desk_is_word(const char *line)
{
	return line[0] == ':' && ascii_isalpha(line[1]);
}

int
desk_run_word(struct screen *screen, const char *line)
{
	const struct desk *desk = screen->state;
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < NWORDS; i++)
		if (strncmp(words[i].name, line, len) == 0 && !words[i].name[len])
			return words[i].run(screen, line + len + strspn(line + len, " "));
	sink_printf(desk->io.err, "no %.*s here; there are", (int)len, line);
	for (size_t i = 0; i < NWORDS; i++)
		sink_printf(desk->io.err, " %s", words[i].name);
	sink_put(desk->io.err, ", and F1 lists the keys\n");
	return 2;
}

void
desk_complete_word(const struct screen *screen, const char *line, size_t point, void (*fn)(void *to, const char *word),
	void *to)
{
	bool first = memchr(line, ' ', point) == NULL;

	for (size_t i = 0; first && i < NWORDS; i++)
		fn(to, words[i].name);
	if (!first && str_starts(line, ":trace "))
		drill_complete(screen->app->drill, line + 1, point - 1, fn, to);
	for (size_t i = 0; !first && str_starts(line, ":view ") && i < VIEW_COUNT; i++)
		fn(to, names[i]);
}
