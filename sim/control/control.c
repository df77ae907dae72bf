/*
 * The loop of the controllers: each runs when a kind that it watches has changed since its last run, or when the time it
 * asked for has come, until all are at rest.
 */
#include "control/control.h"

#include <string.h>

#define ROUNDS_MAX 10000	/* of one run: more means that two controllers undo each other's work */

static size_t
controller_count(void)
{
	size_t n = 0;

	while (controllers[n])
		n++;
	return n;
}

void
control_init(struct control *control, struct server *server)
{
	size_t n = controller_count();

	control->server = server;
	control->seen = xcalloc(n, sizeof *control->seen);
	control->wake = xcalloc(n, sizeof *control->wake);
	for (size_t i = 0; i < n; i++)
		control->wake[i] = CLOCK_NEVER;
}

void
control_release(struct control *control)
{
	free(control->seen);
	free(control->wake);
	memset(control, 0, sizeof *control);
}

static bool
is_due(const struct control *control, size_t i)
{
	const struct store *store = control->server->store;

	if (control->wake[i] <= control->server->clock.now)
		return true;
	for (const char *const *kind = controllers[i]->watches; *kind; kind++)
		if (store_kind_version(store, kind_by_kind(*kind)) > control->seen[i])
			return true;
	return false;
}

/* One round of those that are due.  False: none was. */
static bool
run_due(struct control *control, bool background)
{
	bool worked = false;

	for (size_t i = 0; controllers[i]; i++) {
		if (controllers[i]->background != background || !is_due(control, i))
			continue;
		worked = true;
		/* what it writes itself is new to it: it runs once more and finds nothing to do */
		control->seen[i] = store_version(control->server->store);
		control->wake[i] = controllers[i]->reconcile(control->server);
	}
	return worked;
}

void
control_run(struct control *control)
{
	for (int round = 0; run_due(control, false) || run_due(control, true); round++)
		if (round == ROUNDS_MAX)
			BUG("the controllers find no rest");
}

static int64_t
next_wake(const struct control *control, bool with_background)
{
	int64_t next = CLOCK_NEVER;

	for (size_t i = 0; controllers[i]; i++)
		if ((with_background || !controllers[i]->background) && control->wake[i] < next)
			next = control->wake[i];
	return next;
}

int64_t
control_next(const struct control *control)
{
	return next_wake(control, true);
}

void
control_settle(struct control *control, int64_t limit)
{
	struct clock *clock = &control->server->clock;
	int64_t end = clock->now + limit;

	control_run(control);
	for (int64_t next = next_wake(control, false); next <= end; next = next_wake(control, false)) {
		if (next > clock->now)
			clock->now = next;
		control_run(control);
	}
}

void
control_tick(struct control *control, int64_t now)
{
	control_settle(control, now - control->server->clock.now);
	control->server->clock.now = now;
	control_settle(control, 0);
}
