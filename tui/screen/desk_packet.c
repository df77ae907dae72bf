/*
 * Going through the last traced packet on the desk: a hop at a time by keys, or by itself at a speed at which one can
 * read.  Time is the drill's, so whoever sets that clock plays it.
 */
#include "screen/desk.h"

#define PLAY_NS INT64_C(1500000000)	/* a hop's time on view */

static const struct trail *
trail_of(const struct screen *screen)
{
	return sim_trail(drill_sim(screen->app->drill));
}

/* NULL: there is none, or it goes nowhere. */
static const struct trail_path *
path_of(const struct screen *screen)
{
	const struct desk *desk = screen->state;
	const struct trail *trail = trail_of(screen);

	return trail && desk->path < trail->npaths && trail->paths[desk->path].nhops ? &trail->paths[desk->path] : NULL;
}

void
desk_look_at_trail(struct screen *screen)
{
	struct desk *desk = screen->state;
	const struct trail *trail = trail_of(screen);
	unsigned serial = trail ? trail->serial : 0;

	if (desk->trail == serial)
		return;
	desk->trail = serial;
	desk->path = desk->hop = 0;
	desk->playing = false;
}

bool
desk_has_packet(const struct screen *screen)
{
	const struct desk *desk = screen->state;

	return desk->view == VIEW_PACKET && !desk->typing && !desk->writing && path_of(screen);
}

bool
desk_has_branches(const struct screen *screen)
{
	return desk_has_packet(screen) && trail_of(screen)->npaths > 1;
}

static enum after
go(struct screen *screen, size_t hop)
{
	struct desk *desk = screen->state;

	if (hop < path_of(screen)->nhops)
		desk->hop = hop;
	desk->first = 0;
	return AFTER_STAY;
}

enum after
desk_step_forth(struct screen *screen)
{
	return go(screen, ((const struct desk *)screen->state)->hop + 1);
}

enum after
desk_step_back(struct screen *screen)
{
	return go(screen, ((const struct desk *)screen->state)->hop - 1);
}

enum after
desk_step_first(struct screen *screen)
{
	return go(screen, 0);
}

enum after
desk_step_last(struct screen *screen)
{
	return go(screen, path_of(screen)->nhops - 1);
}

enum after
desk_next_branch(struct screen *screen)
{
	struct desk *desk = screen->state;

	desk->path = (desk->path + 1) % trail_of(screen)->npaths;
	desk->playing = false;
	return go(screen, 0);
}

/* From the end it plays again from the start. */
enum after
desk_toggle_play(struct screen *screen)
{
	struct desk *desk = screen->state;

	desk->playing = !desk->playing;
	desk->played = drill_now(screen->app->drill);
	return desk->playing && desk->hop + 1 == path_of(screen)->nhops ? go(screen, 0) : AFTER_STAY;
}

void
desk_play(struct screen *screen)
{
	struct desk *desk = screen->state;
	const struct trail_path *path = path_of(screen);

	while (desk->playing && path && drill_now(screen->app->drill) - desk->played >= PLAY_NS) {
		desk->played += PLAY_NS;
		go(screen, desk->hop + 1);
		desk->playing = desk->hop + 1 < path->nhops;
	}
}
