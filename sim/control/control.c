/*
 * The loop of the controllers: each runs when a kind that it watches has changed since its last run, or when the time it
 * asked for has come, until all are at rest.
 */
#include "control/control.h"

#include <string.h>

#define ROUNDS_MAX 10000	/* of one run: more means that two controllers undo each other's work */
#define LIVED_THROUGH (3600 * CLOCK_SECOND)	/* of a longer absence no more than this, as Events live: crash loops have no end */
#define NOT_ASKED INT64_MIN	/* in control->later */

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
	control->later = xcalloc(n, sizeof *control->later);
	for (size_t i = 0; i < n; i++)
		control->wake[i] = control->later[i] = CLOCK_NEVER;
}

void
control_release(struct control *control)
{
	free(control->seen);
	free(control->wake);
	free(control->later);
	memset(control, 0, sizeof *control);
}

/* Asked for only when somebody wants to know. */
static int64_t
later_of(const struct control *control, size_t i)
{
	if (control->later[i] == NOT_ASKED)
		control->later[i] = controllers[i]->later ? controllers[i]->later(control->server) : CLOCK_NEVER;
	return control->later[i];
}

static bool
is_due(const struct control *control, size_t i)
{
	const struct store *store = control->server->store;
	int64_t now = control->server->clock.now;

	if (control->wake[i] <= now || later_of(control, i) <= now)
		return true;
	for (const char *const *kind = controllers[i]->watches; *kind; kind++)
		if (store_kind_version(store, kind_by_kind(*kind)) > control->seen[i])
			return true;
	return false;
}

void
control_expect(struct control *control, size_t i)
{
	control->later[i] = NOT_ASKED;
}

void
control_put_waits(const struct control *control, struct arena *arena, struct value *waits)
{
	for (size_t i = 0; controllers[i]; i++) {
		struct value *times = value_list(arena);

		if (is_due(control, i))
			continue;
		value_append(arena, times, value_int(arena, control->wake[i]));
		value_append(arena, times, value_int(arena, later_of(control, i)));
		value_set(arena, waits, controllers[i]->name, times);
	}
}

void
control_take_waits(struct control *control, const struct value *waits)
{
	for (size_t i = 0; controllers[i]; i++) {
		const struct value *times = value_get(waits, controllers[i]->name);
		const struct value *wake = value_at(times, 0), *later = value_at(times, 1);
		bool known = wake && later && wake->type == VALUE_INT && later->type == VALUE_INT;

		control->wake[i] = known ? wake->integer : control->server->clock.now;
		control->later[i] = known ? later->integer : NOT_ASKED;
	}
}

void
control_poke(struct control *control)
{
	for (size_t i = 0; controllers[i]; i++)
		control->wake[i] = control->server->clock.now;
}

/* The program that the controller is part of. */
static const char *
program_of(const struct controller *controller)
{
	static const struct {
		const char *controller, *program;
	} others[] = {
		{ "cloudlb", "cloud-controller-manager" },
		{ "kubelet", "kubelet" },
		{ "nodestatus", "kubelet" },
		{ "scheduler", "kube-scheduler" },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(others[i].controller, controller->name))
			return others[i].program;
	return "kube-controller-manager";
}

/* One round of those that are due.  False: none was. */
static bool
run_due(struct control *control)
{
	bool worked = false;

	for (size_t i = 0; controllers[i]; i++) {
		if (!is_due(control, i))
			continue;
		worked = true;
		/* what it writes itself is new to it: it runs once more and finds nothing to do */
		control->seen[i] = store_version(control->server->store);
		control->server->program = program_of(controllers[i]);
		control->wake[i] = controllers[i]->reconcile(control->server);
		control->server->program = NULL;
		control_expect(control, i);
	}
	return worked;
}

void
control_run(struct control *control)
{
	for (int round = 0; run_due(control); round++)
		if (round == ROUNDS_MAX)
			BUG("the controllers find no rest");
}

static int64_t
earliest_wake(const struct control *control)
{
	int64_t next = CLOCK_NEVER;

	for (size_t i = 0; controllers[i]; i++)
		if (control->wake[i] < next)
			next = control->wake[i];
	return next;
}

int64_t
control_next(const struct control *control)
{
	int64_t next = earliest_wake(control);

	for (size_t i = 0; controllers[i]; i++)
		if (later_of(control, i) < next)
			next = later_of(control, i);
	return next;
}

/* To a wake's time, which is never before now. */
static void
jump(struct control *control, int64_t when)
{
	if (when > control->server->clock.now)
		control->server->clock.now = when;
	control_run(control);
}

bool
control_rests(const struct control *control, int64_t limit)
{
	return earliest_wake(control) > control->server->clock.now + limit;
}

void
control_settle(struct control *control, int64_t limit)
{
	int64_t end = control->server->clock.now + limit;

	control_run(control);
	while (earliest_wake(control) <= end)
		jump(control, control_next(control));
}

void
control_tick(struct control *control, int64_t now)
{
	control_run(control);
	if (now - control->server->clock.now > LIVED_THROUGH) {
		control_settle(control, now - LIVED_THROUGH - control->server->clock.now);
		jump(control, now - LIVED_THROUGH);
	}
	for (int64_t next = control_next(control); next <= now; next = control_next(control))
		jump(control, next);
	control->server->clock.now = now;
}
