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

static void
print_events(struct kubectl *kubectl, const struct flags *flags, const struct object **events, size_t n)
{
	bool namespaces = kubectl_all_namespaces(kubectl, flags);
	struct str text = STR_INIT, aligned = STR_INIT;

	if (!n) {
		sink_printf(kubectl->io->err, namespaces ? "No events found.\n" : "No events found in %s namespace.\n",
			kubectl->namespace);
		return;
	}
	sort_events(events, n);
	if (!flag_bool(flags, "no-headers"))
		str_addf(&text, "%sLAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n", namespaces ? "NAMESPACE\t" : "");
	for (size_t i = 0; i < n; i++)
		add_row(kubectl, events[i], namespaces, &text);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
}

/* --for TYPE/NAME */
static int
read_filter(struct kubectl *kubectl, const struct flags *flags, struct event_filter *filter)
{
	const char *text = flag_string(flags, "for"), *slash = strchr(text, '/');
	struct failures failures = FAILURES_INIT;
	char *type;

	*filter = (struct event_filter){ flags, NULL, slash ? slash + 1 : "" };
	if (!*text)
		return 0;
	if (!slash)
		return print_failure(kubectl->io, "--for must be in resource/name form");
	type = xstrndup(text, (size_t)(slash - text));
	filter->kind = kind_from_word(kubectl, type, &failures);
	free(type);
	return failures_print(&failures, kubectl->io);
}

static int
events_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct event_filter filter;
	size_t n, kept = 0;
	const struct object *const *all = store_list(kubectl->cluster->server.store, kind_by_kind("Event"),
		kubectl_all_namespaces(kubectl, flags) ? NULL : kubectl->namespace, &n);
	const struct object **events;

	if (read_filter(kubectl, flags, &filter))
		return 1;
	events = xcalloc(n + 1, sizeof *events);
	for (size_t i = 0; i < n; i++)
		if (is_wanted(&filter, all[i]->root))
			events[kept++] = all[i];
	print_events(kubectl, flags, events, kept);
	free(events);
	return 0;
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
