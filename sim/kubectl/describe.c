/* The parts that all pages share; follows k8s.io/kubectl/pkg/describe/describe.go. */
#include "kubectl/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kubectl/event_text.h"
#include "kubectl/format.h"
#include "kubectl/mutation.h"
#include "kubectl/tabs.h"

#define ANNOTATION_MAX 140

static const struct describer describers[] = {
	{ "Pod", describe_pod },
	{ "Service", describe_service },
	{ "Endpoints", describe_endpoints },
	{ "EndpointSlice", describe_slice },
	{ "Deployment", describe_deployment },
	{ "ReplicaSet", describe_replicaset },
	{ "ReplicationController", describe_replicaset },
	{ "StatefulSet", describe_statefulset },
	{ "DaemonSet", describe_daemonset },
	{ "Job", describe_job },
	{ "CronJob", describe_cronjob },
	{ "HorizontalPodAutoscaler", describe_autoscaler },
	{ "PodDisruptionBudget", describe_budget },
	{ "Node", describe_node },
	{ "Namespace", describe_namespace },
	{ "ConfigMap", describe_configmap },
	{ "Secret", describe_secret },
	{ "ResourceQuota", describe_quota },
	{ "ServiceAccount", describe_serviceaccount },
	{ "Ingress", describe_ingress },
	{ "IngressClass", describe_ingressclass },
	{ "NetworkPolicy", describe_networkpolicy },
};

void
describe_object(struct describe *page, const struct object *object)
{
	void (*describe)(struct describe *, const struct object *) = describe_generic;

	for (size_t i = 0; i < sizeof describers / sizeof *describers; i++)
		if (strcmp(describers[i].kind, object->kind->kind) == 0)
			describe = describers[i].describe;
	describe(page, object);
	describe_flush(page);
}

void
describe_line(struct describe *page, unsigned level, const char *fmt, ...)
{
	va_list args;

	str_addrep(&page->text, ' ', level * 2);
	va_start(args, fmt);
	str_vaddf(&page->text, fmt, args);
	va_end(args);
	str_addch(&page->text, '\n');
}

void
describe_flush(struct describe *page)
{
	tabs_align(page->text.buf, TABS_DESCRIBE, &page->out);
	str_clear(&page->text);
}

const char *
describe_text(const struct value *map, const char *key, const char *otherwise)
{
	const char *text = value_get_text(map, key);

	return text && *text ? text : otherwise;
}

void
describe_labels(struct describe *page, const char *title, const struct value *labels)
{
	size_t n;
	const struct value_entry **entries = format_sorted(labels, &n);

	if (!n)
		describe_line(page, 0, "%s:\t<none>", title);
	for (size_t i = 0; i < n; i++)
		describe_line(page, 0, "%s%s\t%s=%s", i ? "" : title, i ? "" : ":", entries[i]->key,
			value_text(entries[i]->value) ? value_text(entries[i]->value) : "");
	free(entries);
}

/* A value that is long or has several lines stands below its key. */
static void
annotation(struct describe *page, const char *title, const char *key, const char *value)
{
	const char *colon = *title ? ":" : "";
	size_t len = strlen(value);

	if (len && value[len - 1] == '\n')
		len--;
	if (len + strlen(key) + 2 <= ANNOTATION_MAX && !memchr(value, '\n', len)) {
		describe_line(page, 0, "%s%s\t%s: %.*s", title, colon, key, (int)len, value);
		return;
	}
	describe_line(page, 0, "%s%s\t%s:", title, colon, key);
	while (len) {
		size_t line = strcspn(value, "\n") < len ? strcspn(value, "\n") : len;
		bool cut = line > ANNOTATION_MAX - 2;

		describe_line(page, 0, "\t  %.*s%s", (int)(cut ? ANNOTATION_MAX - 2 : line), value, cut ? "..." : "");
		line += line < len;
		value += line;
		len -= line;
	}
}

void
describe_annotations(struct describe *page, const char *title, const struct value *annotations)
{
	size_t n, shown = 0;
	const struct value_entry **entries = format_sorted(annotations, &n);

	for (size_t i = 0; i < n; i++) {
		const char *value = value_text(entries[i]->value);

		if (strcmp(entries[i]->key, LAST_APPLIED) == 0)
			continue;
		annotation(page, shown++ ? "" : title, entries[i]->key, value ? value : "");
	}
	if (!shown)
		describe_line(page, 0, "%s:\t<none>", title);
	free(entries);
}

void
describe_meta(struct describe *page, const struct object *object)
{
	const struct value *meta = object_meta(object);

	describe_line(page, 0, "Name:\t%s", object->name);
	if (object->kind->namespaced)
		describe_line(page, 0, "Namespace:\t%s", object->namespace);
	describe_labels(page, "Labels", value_get(meta, "labels"));
	describe_annotations(page, "Annotations", value_get(meta, "annotations"));
}

const struct value **
describe_sorted(const struct value *list, const char *key)
{
	size_t n = value_count(list);
	const struct value **sorted = xcalloc(n + 1, sizeof *sorted);

	for (size_t i = 0, j; i < n; i++) {
		for (j = i; j && strcmp(describe_text(sorted[j - 1], key, ""), describe_text(value_at(list, i), key, "")) > 0; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = value_at(list, i);
	}
	return sorted;
}

const char *
describe_time(struct arena *arena, const char *timestamp)
{
	static const char days[] = "ThuFriSatSunMonTueWed";	/* 1970 began on a Thursday */
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[CLOCK_TEXT];
	int64_t when;
	int month;

	if (!timestamp || !clock_parse(timestamp, &when))
		return "<unset>";
	clock_format(when, text);	/* in UTC, whatever the offset was */
	month = (text[5] - '0') * 10 + text[6] - '0';
	return arena_printf(arena, "%.3s, %.2s %.3s %.4s %.8s +0000", days + when / CLOCK_SECOND / 86400 % 7 * 3, text + 8,
		months + (month - 1) * 3, text, text + 11);
}

const char *
describe_age(struct arena *arena, const struct describe *page, const char *timestamp)
{
	struct str text = STR_INIT;
	const char *age;

	format_age(timestamp, page->kubectl->cluster->server.clock.now, &text);
	age = arena_strdup(arena, text.buf);
	str_release(&text);
	return age;
}

const char *
describe_controller(struct arena *arena, const struct object *object)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++)
		if (value_get_bool(value_at(owners, i), "controller", false))
			return arena_printf(arena, "%s/%s", describe_text(value_at(owners, i), "kind", ""),
				describe_text(value_at(owners, i), "name", ""));
	return NULL;
}

/* ---- events ---- */

static bool
is_about(const struct value *event, const struct object *object)
{
	const struct value *involved = value_get(event, "involvedObject");
	const char *uid = value_get_text(involved, "uid");

	return strcmp(describe_text(involved, "kind", ""), object->kind->kind) == 0 &&
		strcmp(describe_text(involved, "name", ""), object->name) == 0 &&
		(!object->kind->namespaced || strcmp(describe_text(involved, "namespace", ""), object->namespace) == 0) &&
		uid && (!object_uid(object) || strcmp(uid, object_uid(object)) == 0 || strcmp(uid, object->name) == 0);
}

/* Those of the newer recorder have no such time, and stand before all others. */
static const char *
sort_time(const struct value *event)
{
	return describe_text(event, "lastTimestamp", "");
}

/* The events about the object, oldest first, in an array of the caller's. */
static const struct value **
find_events(const struct describe *page, const struct object *object, size_t *found)
{
	size_t n;
	const struct object *const *events = store_list(page->kubectl->cluster->server.store, kind_by_kind("Event"), NULL, &n);
	const struct value **list = xcalloc(n + 1, sizeof *list);

	*found = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = *found;

		if (!is_about(events[i]->root, object))
			continue;
		for (; at && strcmp(sort_time(list[at - 1]), sort_time(events[i]->root)) > 0; at--)
			list[at] = list[at - 1];
		list[at] = events[i]->root;
		++*found;
	}
	return list;
}

static void
event_line(struct describe *page, const struct value *event)
{
	struct arena arena = ARENA_INIT;
	const char *age = describe_age(&arena, page, event_first_time(event));
	long long count = event_count(event);
	const char *source = value_text(value_path(event, "source.component")), *message = describe_text(event, "message", "");
	size_t len = strlen(message);

	if (count > 1)
		age = arena_printf(&arena, "%s (x%lld over %s)", describe_age(&arena, page, event_last_time(event)), count, age);
	while (len && ascii_isspace((unsigned char)message[len - 1]))
		len--;
	describe_line(page, 1, "%s\t%s\t%s\t%s\t%.*s", describe_text(event, "type", ""), describe_text(event, "reason", ""), age,
		source ? source : describe_text(event, "reportingComponent", ""), (int)len, message);
	arena_release(&arena);
}

void
describe_events(struct describe *page, const struct object *object)
{
	const struct value **events;
	size_t n;

	if (!page->events)
		return;
	events = find_events(page, object, &n);
	if (!n) {
		describe_line(page, 0, "Events:\t<none>");
	} else {
		describe_flush(page);
		describe_line(page, 0, "Events:");
		describe_line(page, 1, "Type\tReason\tAge\tFrom\tMessage");
		describe_line(page, 1, "----\t------\t----\t----\t-------");
		for (size_t i = 0; i < n; i++)
			event_line(page, events[i]);
	}
	free(events);
}
