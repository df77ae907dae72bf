/* kubectl events; follows k8s.io/kubectl/pkg/cmd/events. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/event_text.h"
#include "kubectl/failures.h"
#include "kubectl/format.h"
#include "kubectl/print_output.h"
#include "kubectl/resource_args.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

static const struct flag events_flags[] = {
	{ "chunk-size", 0, FLAG_INT, "500", NULL, NULL, "How many objects to ask for at a time; 0 for all at once." },
	{ "for", 0, FLAG_STRING, "", NULL, NULL, "Only events about this TYPE/NAME." },
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave out the line of column names." },
	{ "types", 0, FLAG_STRINGS, NULL, NULL, "Normal,Warning", "Only events of these types." },
	{ "watch", 'w', FLAG_BOOL, "false", "true", NULL, "Go on to show events." },
	FLAGS_END,
};
static const struct flag *const events_tables[] = { events_flags, output_flags, all_namespaces_flag, NULL };

struct event_filter {
	const struct flags *flags;
	const struct kind *kind;	/* of --for; NULL for any */
	const char *name;
	char api_version[64];
};

static const char *
text_at(const struct value *root, const char *path)
{
	const char *text = value_text(value_path(root, path));

	return text ? text : "";
}

static bool
is_wanted(const struct event_filter *filter, const struct value *event)
{
	bool any = !flag_count(filter->flags, "types");

	for (size_t i = 0; i < flag_count(filter->flags, "types"); i++)
		any |= ascii_casecmp(flag_item(filter->flags, "types", i), text_at(event, "type")) == 0;
	return any && (!filter->kind || (strcmp(filter->kind->kind, text_at(event, "involvedObject.kind")) == 0 &&
		strcmp(filter->api_version, text_at(event, "involvedObject.apiVersion")) == 0 &&
		strcmp(filter->name, text_at(event, "involvedObject.name")) == 0));
}

static const char *
event_time(const struct object *event)
{
	const char *last = event_last_time(event->root);

	return last ? last : "";
}

/* Oldest first; the same second in the order of the list. */
static void
sort_events(const struct object **events, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j && strcmp(event_time(events[j - 1]), event_time(events[j])) > 0; j--) {
			const struct object *event = events[j];

			events[j] = events[j - 1];
			events[j - 1] = event;
		}
}

static void
add_row(struct kubectl *kubectl, const struct object *event, bool namespaces, struct str *text)
{
	int64_t now = kubectl->cluster->server.clock.now, count = event_count(event->root);

	if (namespaces)
		str_addf(text, "%s\t", event->namespace);
	format_age(event_time(event), now, text);
	if (count > 1) {
		str_addf(text, " (x%lld over ", (long long)count);
		format_age(event_first_time(event->root), now, text);
		str_add(text, ")");
	}
	str_addf(text, "\t%s\t%s\t%s/%s\t%s\n", text_at(event->root, "type"), text_at(event->root, "reason"),
		text_at(event->root, "involvedObject.kind"), text_at(event->root, "involvedObject.name"),
		text_at(event->root, "message"));
}

/* As -o asks: an EventList, which -o name passes over in silence. */
static int
print_list(struct kubectl *kubectl, struct output *output, const struct object **events, size_t n)
{
	struct arena arena = ARENA_INIT;
	struct value *list, *items;
	int status;

	if (output->format == OUTPUT_NAME)
		return 0;
	list = value_map(&arena);
	value_set_text(&arena, list, "kind", "EventList");
	value_set_text(&arena, list, "apiVersion", "v1");
	value_make_map(&arena, list, "metadata");
	items = value_make_list(&arena, list, "items");
	for (size_t i = 0; i < n; i++)
		value_append(&arena, items, events[i]->root);
	status = output_print(kubectl, output, list, true);
	arena_release(&arena);
	return status;
}

static void
print_rows(struct kubectl *kubectl, const struct flags *flags, const struct object **events, size_t n)
{
	bool namespaces = kubectl_all_namespaces(kubectl, flags);
	struct str text = STR_INIT, aligned = STR_INIT;

	if (!flag_bool(flags, "no-headers"))
		str_addf(&text, "%sLAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n", namespaces ? "NAMESPACE\t" : "");
	for (size_t i = 0; i < n; i++)
		add_row(kubectl, events[i], namespaces, &text);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
}

static int
print_events(struct kubectl *kubectl, const struct flags *flags, struct output *output, const struct object **events,
	size_t n)
{
	if (!n) {
		sink_printf(kubectl->io->err, kubectl_all_namespaces(kubectl, flags) ? "No events found.\n" :
			"No events found in %s namespace.\n", kubectl->namespace);
		return 0;
	}
	sort_events(events, n);
	if (output->format != OUTPUT_NONE)
		return print_list(kubectl, output, events, n);
	print_rows(kubectl, flags, events, n);
	return 0;
}

/* --for TYPE/NAME */
static int
read_filter(struct kubectl *kubectl, const struct flags *flags, struct event_filter *filter)
{
	const char *text = flag_string(flags, "for"), *slash = strchr(text, '/');
	struct failures failures = FAILURES_INIT;
	char *type;

	*filter = (struct event_filter){ .flags = flags, .name = slash ? slash + 1 : "" };
	if (!*text)
		return 0;
	if (!slash)
		return print_failure(kubectl->io, "--for must be in resource/name form");
	if (strchr(slash + 1, '/'))
		return print_failure(kubectl->io, "arguments in resource/name form may not have more than one slash");
	type = xstrndup(text, (size_t)(slash - text));
	filter->kind = kind_from_word(kubectl, type, &failures);
	if (filter->kind)
		kind_api_version(filter->kind, filter->api_version);
	free(type);
	return failures_print(&failures, kubectl->io);
}

static int
check_types(struct kubectl *kubectl, const struct flags *flags)
{
	for (size_t i = 0; i < flag_count(flags, "types"); i++)
		if (ascii_casecmp(flag_item(flags, "types", i), "Normal") != 0 &&
		    ascii_casecmp(flag_item(flags, "types", i), "Warning") != 0)
			return print_failure(kubectl->io, "valid --types are Normal or Warning");
	return 0;
}

static int
list_events(struct kubectl *kubectl, const struct event_filter *filter, struct output *output)
{
	size_t n, kept = 0;
	const struct object *const *all = store_list(kubectl->cluster->server.store, kind_by_kind("Event"),
		kubectl_all_namespaces(kubectl, filter->flags) ? NULL : kubectl->namespace, &n);
	const struct object **events = xcalloc(n + 1, sizeof *events);
	int status;

	for (size_t i = 0; i < n; i++)
		if (is_wanted(filter, all[i]->root))
			events[kept++] = all[i];
	status = print_events(kubectl, filter->flags, output, events, kept);
	free(events);
	return status;
}

static int
events_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct event_filter filter;
	struct output output;
	int status = 1;

	if (read_filter(kubectl, flags, &filter) || output_parse(kubectl, flags, false, &output))
		return 1;
	if (!check_types(kubectl, flags))
		status = list_events(kubectl, &filter, &output);
	output_release(&output);
	return status;
}

const struct verb verb_events = {
	.name = "events",
	.aliases = "",
	.usage = "events [(-o|--output=)json|yaml|name] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
	.summary = "Show what happened",
	.help = "Shows events, oldest first.",
	.examples = "kubectl events --for pod/web --types=Warning",
	.flags = events_tables,
	.args = "",
	.run = events_run,
};
