/*
 * Virtual time goes on from one thing that is due to the next, and what the store's log says of the objects is printed;
 * at rest the watch is over, as if it had been interrupted.  Follows k8s.io/kubectl/pkg/cmd/get/get.go (watch).
 */
#include "kubectl/watch.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "base/json_out.h"
#include "kubectl/selector.h"
#include "server/managed_view.h"

#define PATIENCE (60 * CLOCK_SECOND)	/* of one who watches without a --request-timeout */
#define JSON_INDENT 4

static const char *const event_names[] = {
	[STORE_ADDED] = "ADDED", [STORE_MODIFIED] = "MODIFIED", [STORE_DELETED] = "DELETED",
};

static void
print_rows(struct watch *watch, const struct object *const *objects, size_t n, const char *event)
{
	struct str out = STR_INIT;

	if (!n)
		return;
	watch->options.event = watch->events ? event : NULL;
	watch->options.now = watch->kubectl->cluster->server.clock.now;
	table_print(objects, n, &watch->options, &out);
	watch->options.no_headers = true;
	sink_write(watch->kubectl->io->out, out.buf, out.len);
	str_release(&out);
}

/* {"type": .., "object": ..}: a struct of Go, whose fields keep their order in JSON. */
static void
print_event_json(struct watch *watch, const struct value *object, const char *event)
{
	struct str text = STR_INIT, out = STR_INIT;

	json_write(object, JSON_INDENT, &text);
	str_addf(&out, "{\n    \"type\": \"%s\",\n    \"object\": ", event);
	for (const char *c = text.buf; *c; c++) {
		str_addch(&out, *c);
		if (*c == '\n')
			str_add(&out, "    ");
	}
	sink_printf(watch->kubectl->io->out, "%s\n}\n", out.buf);
	str_release(&text);
	str_release(&out);
}

static void
print_object(struct watch *watch, const struct object *object, const char *event)
{
	struct arena arena = ARENA_INIT;
	struct value *root = object->root, *whole;
	char buf[96];

	if (watch->output->format == OUTPUT_NAME) {
		sink_printf(watch->kubectl->io->out, "%s/%s\n", kind_qualified(object->kind, buf), object->name);
	} else if (watch->events && watch->output->format == OUTPUT_JSON) {
		print_event_json(watch, managed_view(&arena, root, watch->output->managed_fields), event);
	} else {
		if (watch->events) {
			whole = value_map(&arena);
			value_set(&arena, whole, "object",
				(struct value *)managed_view(&arena, root, watch->output->managed_fields));
			value_set_text(&arena, whole, "type", event);
			root = whole;
		}
		(void)output_print(watch->kubectl, watch->output, root, false);
	}
	arena_release(&arena);
}

static void
print_all(struct watch *watch, const struct object *const *objects, size_t n, enum store_event_type type)
{
	if (watch->output->format == OUTPUT_NONE || watch->output->format == OUTPUT_WIDE) {
		print_rows(watch, objects, n, event_names[type]);
		return;
	}
	for (size_t i = 0; i < n; i++)
		print_object(watch, objects[i], event_names[type]);
}

/* What is watched: one object, or those of a kind that the selectors pick. */
struct subject {
	const struct kind *kind;
	const char *namespace;	/* NULL: in all */
	const char *name;	/* NULL: of any */
	struct selector labels, fields;
};

static bool
is_watched(const struct subject *subject, const struct object *object)
{
	return object->kind == subject->kind &&
		(!subject->namespace || !strcmp(object->namespace, subject->namespace)) &&
		(!subject->name || !strcmp(object->name, subject->name)) &&
		label_selector_matches(&subject->labels, object) && field_selector_matches(&subject->fields, object);
}

static void
print_changes(struct watch *watch, const struct subject *subject, uint64_t *since)
{
	struct store *store = watch->kubectl->cluster->server.store;
	size_t n;
	const struct store_event *events = store_events(store, *since, &n);

	for (size_t i = 0; i < n; i++) {
		const struct object *object = events[i].object;

		*since = events[i].version;
		if (is_watched(subject, object))
			print_all(watch, &object, 1, events[i].type);
	}
}

static void
follow(struct watch *watch, const struct subject *subject, int64_t timeout)
{
	struct cluster *cluster = watch->kubectl->cluster;
	uint64_t since = store_version(cluster->server.store);
	int64_t end = cluster->server.clock.now + (timeout ? timeout : PATIENCE);

	for (;;) {
		int64_t next = control_next(&cluster->control);

		if (next > end)
			break;
		cluster_tick(cluster, next);
		print_changes(watch, subject, &since);
	}
	if (timeout)
		cluster_tick(cluster, end);
}

static int
subject_init(struct subject *subject, const struct watch *watch, const struct resources *resources)
{
	struct err err = ERR_INIT;
	int failed;

	*subject = (struct subject){ .kind = resources->kind, .labels = SELECTOR_INIT, .fields = SELECTOR_INIT };
	if (!kubectl_all_namespaces(watch->kubectl, watch->flags))
		subject->namespace = resources->kind->namespaced ? watch->kubectl->namespace : "";
	if (resources->single)
		subject->name = resources->list.v[0].name;
	failed = label_selector_parse(flag_string(watch->flags, "selector"), &subject->labels, &err) ||
		field_selector_parse(
			flag_string(watch->flags, "field-selector"), subject->kind, &subject->fields, &err);
	err_release(&err);
	return failed;
}

/* "10s" or "10": seconds; 0 for ever */
static int64_t
timeout_of(const struct flags *flags)
{
	double seconds = strtod(flag_string(flags, "request-timeout"), NULL);
	const char *text = flag_string(flags, "request-timeout");

	if (strchr(text, 'm') && !strstr(text, "ms"))
		seconds *= 60;
	return (int64_t)(seconds * (double)CLOCK_SECOND);
}

int
watch_run(struct watch *watch, const struct resources *resources)
{
	VEC(const struct object *) found = VEC_INIT;
	tab_widths widths = VEC_INIT;
	struct subject subject;

	watch->options.widths = &widths;
	for (size_t i = 0; i < resources->list.n; i++)
		*vec_push(&found) = resources->list.v[i].object;
	if (!watch->only)
		print_all(watch, found.v, found.n, STORE_ADDED);
	if (!subject_init(&subject, watch, resources))
		follow(watch, &subject, timeout_of(watch->flags));
	selector_release(&subject.labels);
	selector_release(&subject.fields);
	vec_release(&found);
	vec_release(&widths);
	return 0;
}
