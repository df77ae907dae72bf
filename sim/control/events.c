/*
 * Recording Events.  Controllers of client-go's older recorder (k8s.io/client-go/tools/record: event.go, events_cache.go) count
 * a repeated Event up, say the tenth and later ones that differ in nothing but their message as one "combined from similar
 * events", and speak no more than 25 times about an object, then once in five minutes.  The scheduler uses the newer one
 * (tools/events), which writes eventTime instead of the two timestamps, and a series for repetitions.
 *
 * The real recorders remember what they said; here what they said is what the store still holds, so that a saved cluster goes
 * on as it was.  An Event goes past admission straight into the store: it has no defaults, and there are many.
 */
#include "control/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "control/controllers.h"
#include "control/workload.h"
#include "server/managedfields.h"

#define EVENT_TTL (3600 * CLOCK_SECOND)
#define SIMILAR_MAX 10
#define SIMILAR_TIME (600 * CLOCK_SECOND)
#define SERIES_TIME (360 * CLOCK_SECOND)	/* after that a repetition is an Event of its own */
#define BURST 25
#define COMBINED "(combined from similar events): "

static const struct event_row {
	const char *component, *type, *reason, *action;
} rows[] = {
#define EVENT_ROW(id, component, type, reason, action) { component, type, reason, action },
	EVENTS(EVENT_ROW)
#undef EVENT_ROW
};

/* What is being said, and what was said before about the same object by the same one. */
struct saying {
	struct server *server;
	const struct event_row *row;
	const struct object *about;
	const char *container;
	const char *message;
	const struct object *same, *combined;	/* to count up; NULL */
	size_t similar;				/* that differ in their message */
	int64_t last_similar;			/* when the newest of these was last seen */
	int64_t said, first;			/* how often anything was, and when it began */
};

static bool
text_is(const struct value *map, const char *key, const char *text)
{
	const char *have = value_get_text(map, key);

	return have && strcmp(have, text) == 0;
}

static int64_t
time_of(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

/* When it was last seen: the newer recorder keeps that in the series, which begins with the first repetition. */
static int64_t
last_seen(const struct value *event)
{
	int64_t last = time_of(event, "lastTimestamp"), again = time_of(value_get(event, "series"), "lastObservedTime");

	return again ? again : last ? last : time_of(event, "eventTime");
}

static const char *
namespace_of(const struct object *about)
{
	return about->kind->namespaced ? about->namespace : "default";
}

/* ---- what was said before ---- */

static char *
field_path(struct arena *arena, const char *container)
{
	return arena_printf(arena, "spec.containers{%s}", container);
}

static bool
is_about_container(const struct value *involved, const char *container)
{
	static const char before[] = "spec.containers{";
	const char *path = value_get_text(involved, "fieldPath");
	size_t len = strlen(container);

	return path && strncmp(path, before, sizeof before - 1) == 0 &&
		strncmp(path + sizeof before - 1, container, len) == 0 && path[sizeof before - 1 + len] == '}';
}

static void
remember(struct saying *saying, const struct object *event)
{
	const struct value *root = event->root, *involved = value_get(root, "involvedObject");
	const char *path = value_get_text(involved, "fieldPath"), *message = value_get_text(root, "message");
	int64_t first = time_of(root, "firstTimestamp"), last = time_of(root, "lastTimestamp");

	if (!text_is(involved, "uid", object_uid(saying->about)) || !text_is(root, "reportingComponent", saying->row->component))
		return;
	saying->said += value_get_int(root, "count", 1);
	if (!saying->first || first < saying->first)
		saying->first = first;
	if (!text_is(root, "reason", saying->row->reason) || !text_is(root, "type", saying->row->type))
		return;
	if (last > saying->last_similar)
		saying->last_similar = last;
	if (str_starts(message, COMBINED))
		saying->combined = event;
	else if (strcmp(message, saying->message) != 0)
		saying->similar++;
	else if (saying->container ? is_about_container(involved, saying->container) : !path)
		saying->same = event;
}

/* Below 0: the Event sorts before those of the object; 0: its name is the object's, a dot, and a number. */
static int
name_order(const struct object *event, const char *about)
{
	size_t len = strlen(about);
	int order = strncmp(event->name, about, len);

	return order ? order : event->name[len] - '.';
}

/* The Events of one object stand side by side: *n of them, from where the array begins. */
static const struct object *const *
events_of(const struct server *server, const struct object *about, size_t *n)
{
	size_t all, low = 0, high;
	const struct object *const *events = store_list(server->store, kind_by_kind("Event"), namespace_of(about), &all);

	for (high = all; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (name_order(events[mid], about->name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (high = low; high < all && name_order(events[high], about->name) == 0;)
		high++;
	*n = high - low;
	return events + low;
}

static void
recall(struct saying *saying)
{
	size_t n;
	const struct object *const *events = events_of(saying->server, saying->about, &n);

	for (size_t i = 0; i < n; i++)
		remember(saying, events[i]);
}

/* Two of one reason differ in their type: BackOff is said of images and of containers that end. */
static bool
is_of(const struct object *event, const struct event_row *row, const struct object *about, const char *container)
{
	const struct value *involved = value_get(event->root, "involvedObject");

	return text_is(event->root, "reason", row->reason) && text_is(event->root, "type", row->type) &&
		text_is(involved, "uid", object_uid(about)) && (!container || is_about_container(involved, container));
}

int64_t
event_last(const struct server *server, enum event event, const struct object *about, const char *container)
{
	size_t n;
	const struct object *const *events = events_of(server, about, &n);
	int64_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (is_of(events[i], &rows[event], about, container) && last_seen(events[i]->root) > last)
			last = last_seen(events[i]->root);
	return last;
}

int64_t
event_times(const struct server *server, enum event event, const struct object *about, const char *container)
{
	size_t n;
	const struct object *const *events = events_of(server, about, &n);
	int64_t times = 0;

	for (size_t i = 0; i < n; i++)
		if (is_of(events[i], &rows[event], about, container))
			times += value_get_int(events[i]->root, "count", 1);
	return times;
}

/* ---- saying it ---- */

/* The reporter's own program writes it: a controller's is the controller manager. */
static void
put_event(const struct saying *saying, const struct object *old, struct object *event)
{
	struct server *server = saying->server;
	const char *program = server->program, *component = saying->row->component;

	server->program = strcmp(component, "kubelet") == 0 ? "kubelet" :
		strcmp(component, "default-scheduler") == 0 ? "kube-scheduler" : "kube-controller-manager";
	managed_write(server, old, event);
	server->program = program;
	store_put(server->store, event);
}

/* Of the newer recorder. */
static void
go_on(struct saying *saying, const struct object *event)
{
	struct object *copy = object_copy(event);
	struct value *series = value_make_map(&copy->arena, copy->root, "series");
	char now[CLOCK_TEXT];

	value_set_int(&copy->arena, series, "count", value_get_int(series, "count", 1) + 1);
	value_set_text(&copy->arena, series, "lastObservedTime", clock_format_micro(saying->server->clock.now, now));
	put_event(saying, event, copy);
}

static void
count_up(struct saying *saying, const struct object *event)
{
	struct object *copy = object_copy(event);
	char now[CLOCK_TEXT];

	value_set_int(&copy->arena, copy->root, "count", value_get_int(copy->root, "count", 1) + 1);
	value_set_text(&copy->arena, copy->root, "lastTimestamp", clock_format(saying->server->clock.now, now));
	if (event == saying->combined)
		value_set(&copy->arena, copy->root, "message", value_stringf(&copy->arena, COMBINED "%s", saying->message));
	put_event(saying, event, copy);
}

static void
put_involved(const struct saying *saying, struct arena *arena, struct value *root)
{
	struct value *involved = value_make_map(arena, root, "involvedObject");
	const struct object *about = saying->about;
	const char *version = value_get_text(object_meta(about), "resourceVersion");
	char group[64];

	value_set_text(arena, involved, "apiVersion", kind_api_version(about->kind, group));
	if (saying->container)
		value_set_text(arena, involved, "fieldPath", field_path(arena, saying->container));
	value_set_text(arena, involved, "kind", about->kind->kind);
	value_set_text(arena, involved, "name", about->name);
	if (about->kind->namespaced)
		value_set_text(arena, involved, "namespace", about->namespace);
	if (version)
		value_set_text(arena, involved, "resourceVersion", version);
	value_set_text(arena, involved, "uid", object_uid(about));
}

/*
 * The real name ends in the time in nanoseconds, in hex: later ones sort behind earlier ones, and no two are equal.  So does
 * this, of the store's version, which says the same of every start.  The uid rolls dice of its own: pods' names don't depend
 * on what is said of them.
 */
static void
put_meta(const struct saying *saying, struct arena *arena, struct value *root, const char *now)
{
	struct value *meta = value_make_map(arena, root, "metadata");
	struct rng dice = { saying->server->rng.state ^ store_version(saying->server->store) };
	uint64_t number = UINT64_C(0x1800000000000000) + store_version(saying->server->store) * UINT64_C(0x9e3779b1);
	char uid[37];

	rng_uuid(&dice, uid);
	value_set_text(arena, meta, "creationTimestamp", now);
	value_set(arena, meta, "name", value_stringf(arena, "%s.%" PRIx64, saying->about->name, number));
	value_set_text(arena, meta, "namespace", namespace_of(saying->about));
	value_set_text(arena, meta, "uid", uid);
}

/* The machine that the reporter runs on: the pod's node, or the first of the control plane. */
static const char *
host_of(const struct saying *saying)
{
	size_t n;
	const struct object *const *nodes;

	if (strcmp(saying->row->component, "kubelet") == 0)
		return strcmp(saying->about->kind->kind, "Node") == 0 ? saying->about->name : pod_view(saying->about)->node;
	nodes = store_list(saying->server->store, kind_by_kind("Node"), NULL, &n);
	for (size_t i = 0; i < n; i++)
		if (node_view(nodes[i])->control_plane)
			return nodes[i]->name;
	return "localhost";
}

static void
put_times(const struct saying *saying, struct arena *arena, struct value *root, const char *now)
{
	struct value *source = value_make_map(arena, root, "source");
	const char *component = saying->row->component;

	value_set_text(arena, root, "reportingComponent", component);
	if (saying->row->action[0]) {
		char micro[CLOCK_TEXT];

		value_set_text(arena, root, "action", saying->row->action);
		value_set_text(arena, root, "eventTime", clock_format_micro(saying->server->clock.now, micro));
		value_set(arena, root, "firstTimestamp", value_null(arena));
		value_set(arena, root, "lastTimestamp", value_null(arena));
		value_set(arena, root, "reportingInstance", value_stringf(arena, "%s-%s", component, host_of(saying)));
		return;
	}
	value_set_int(arena, root, "count", 1);
	value_set(arena, root, "eventTime", value_null(arena));
	value_set_text(arena, root, "firstTimestamp", now);
	value_set_text(arena, root, "lastTimestamp", now);
	value_set_text(arena, source, "component", component);
	value_set_text(arena, root, "reportingInstance", "");
	if (strcmp(component, "kubelet") == 0) {
		value_set_text(arena, source, "host", host_of(saying));
		value_set_text(arena, root, "reportingInstance", host_of(saying));
	}
}

static void
say(const struct saying *saying, bool combined)
{
	struct object *event = object_new(kind_by_kind("Event"));
	struct arena *arena = &event->arena;
	char now[CLOCK_TEXT];

	event->root = value_map(arena);
	clock_format(saying->server->clock.now, now);
	value_set_text(arena, event->root, "apiVersion", "v1");
	value_set_text(arena, event->root, "kind", "Event");
	put_meta(saying, arena, event->root, now);
	put_involved(saying, arena, event->root);
	value_set(arena, event->root, "message", value_stringf(arena, "%s%s", combined ? COMBINED : "", saying->message));
	value_set_text(arena, event->root, "reason", saying->row->reason);
	value_set_text(arena, event->root, "type", saying->row->type);
	put_times(saying, arena, event->root, now);
	object_seal(event);
	put_event(saying, NULL, event);
}

/* The recorder's patience with one object. */
static bool
is_heard(const struct saying *saying)
{
	return saying->said < BURST + (saying->server->clock.now - saying->first) / EVENT_SILENCE;
}

bool
event_is_heard(const struct server *server, enum event event, const struct object *about)
{
	struct saying saying = { .server = (struct server *)(uintptr_t)server, .row = &rows[event], .about = about, .message = "" };

	recall(&saying);
	return is_heard(&saying);
}

static void
say_or_count(struct saying *saying)
{
	int64_t now = saying->server->clock.now;
	bool combined;

	recall(saying);
	if (saying->row->action[0]) {
		if (saying->same && now - last_seen(saying->same->root) <= SERIES_TIME)
			go_on(saying, saying->same);
		else
			say(saying, false);
		return;
	}
	if (!is_heard(saying))
		return;
	combined = saying->similar + 1 >= SIMILAR_MAX && now - saying->last_similar <= SIMILAR_TIME;
	if (saying->same)
		count_up(saying, saying->same);
	else if (combined && saying->combined)
		count_up(saying, saying->combined);
	else
		say(saying, combined);
}

void
event_record(struct server *server, enum event event, const struct object *about, const char *container,
	const char *fmt, ...)
{
	struct saying saying = { .server = server, .row = &rows[event], .about = about, .container = container };
	const struct object *namespace = store_get(server->store, kind_by_kind("Namespace"), "", namespace_of(about));
	struct str message = STR_INIT;
	va_list args;

	if (!namespace || object_is_deleting(namespace))
		return;
	va_start(args, fmt);
	str_vaddf(&message, fmt, args);
	va_end(args);
	saying.message = message.buf;
	say_or_count(&saying);
	str_release(&message);
}

/* ---- forgetting ---- */

/* The one that was changed least recently; NULL when there is none. */
static const struct object *
oldest(const struct server *server)
{
	size_t n;
	const struct object *const *events = store_list(server->store, kind_by_kind("Event"), NULL, &n);
	const struct object *oldest = NULL;

	for (size_t i = 0; i < n; i++)
		if (!oldest || events[i]->version < oldest->version)
			oldest = events[i];
	return oldest;
}

/* Whoever wrote it: one that a person made has perhaps no time but its creation. */
static int64_t
forgotten_at(const struct object *event)
{
	int64_t last = last_seen(event->root);

	return (last ? last : object_created(event)) + EVENT_TTL;
}

static int64_t
forget_next(const struct server *server)
{
	const struct object *event = oldest(server);

	return event ? forgotten_at(event) : CLOCK_NEVER;
}

static int64_t
reconcile(struct server *server)
{
	const struct object *event;

	while ((event = oldest(server)) && forgotten_at(event) <= server->clock.now)
		server_remove(server, event);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Event", NULL };
const struct controller controller_events = { "events", watches, reconcile, forget_next };
