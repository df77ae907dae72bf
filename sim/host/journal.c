#include "host/journal.h"

#include <stdlib.h>
#include <string.h>

struct line {
	int64_t when;
	size_t number;		/* of lines of one moment the first that was written comes first */
	char *text;
};
struct journal {
	struct shell *shell;
	const struct world_node *node;
	VEC(struct line) lines;
};

static void PRINTF_LIKE(5, 6)
add(struct journal *journal, int64_t when, const char *who, unsigned pid, const char *fmt, ...)
{
	struct line *line = vec_push(&journal->lines);
	struct str text = STR_INIT;
	char http[CLOCK_TEXT];
	va_list args;

	clock_format_http(when, http);	/* "Mon, 23 Nov 2026 04:12:56 GMT" */
	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	*line = (struct line){ when, journal->lines.n, xasprintf("%.3s %.2s %.8s %s %s[%u]: %s", http + 8, http + 5, http + 17,
		journal->node->name, who, pid, text.buf) };
	str_release(&text);
}

/* klog's head: "I1123 04:12:56.214000    1042 server.go:520] " */
static void
add_klog(struct journal *journal, int64_t when, const struct unit *unit, unsigned pid, const char *file, const char *text)
{
	char iso[CLOCK_TEXT];

	clock_format(when, iso);
	add(journal, when, unit->name, pid, "I%.2s%.2s %.8s.214000 %7u %s] %s", iso + 5, iso + 8, iso + 11, pid, file, text);
}

/* ---- what systemd says ---- */

static void
add_started(struct journal *journal, const struct unit *unit, int64_t when, unsigned pid)
{
	add(journal, when, "systemd", 1, "Started %s.service - %s.", unit->name, unit->description);
	if (strcmp(unit->name, "kubelet") == 0) {
		char *text = xasprintf("\"Kubelet version\" kubeletVersion=\"%s\"", journal->shell->cluster->server.settings.kubernetes_version);

		add_klog(journal, when, unit, pid, "server.go:520", text);
		free(text);
	}
}

static void
add_stopped(struct journal *journal, const struct unit *unit, int64_t when)
{
	add(journal, when, "systemd", 1, "Stopping %s.service - %s...", unit->name, unit->description);
	add(journal, when, "systemd", 1, "%s.service: Deactivated successfully.", unit->name);
	add(journal, when, "systemd", 1, "Stopped %s.service - %s.", unit->name, unit->description);
}

/* ---- what the kubelet says ---- */

static unsigned
pid_at(const struct journal *journal, const struct unit *unit, int64_t when)
{
	struct unit_change change;
	unsigned pid = unit->pid;

	for (size_t i = 0; unit_change(journal->node, unit, i, &change) && change.when <= when; i++)
		pid = change.pid;
	return pid;
}

/* "2026-11-23 04:12:56 +0000 UTC" */
static void
add_go_time(int64_t when, struct str *out)
{
	char iso[CLOCK_TEXT];

	clock_format(when, iso);
	str_addf(out, "%.10s %.8s +0000 UTC", iso, iso + 11);
}

static void
add_pod(struct journal *journal, const struct unit *unit, const struct object *pod)
{
	const char *created = value_text(value_path(pod->root, "metadata.creationTimestamp"));
	const char *started = value_text(value_path(value_at(value_path(pod->root, "status.containerStatuses"), 0), "state.running.startedAt"));
	int64_t from = 0, to = 0;
	struct str text = STR_INIT;

	if (!created || !started || !clock_parse(created, &from) || !clock_parse(started, &to))
		return;
	str_addf(&text, "\"Observed pod startup duration\" pod=\"%s/%s\" podStartSLOduration=%lld podStartE2EDuration=\"%llds\" "
		"podCreationTimestamp=\"", pod->namespace, pod->name, (long long)((to - from) / CLOCK_SECOND),
		(long long)((to - from) / CLOCK_SECOND));
	add_go_time(from, &text);
	str_add(&text, "\" firstStartedPulling=\"0001-01-01 00:00:00 +0000 UTC\" lastFinishedPulling=\"0001-01-01 00:00:00 +0000 UTC\" "
		"observedRunningTime=\"");
	add_go_time(to, &text);
	str_add(&text, "\" watchObservedRunningTime=\"");
	add_go_time(to, &text);
	str_addch(&text, '"');
	add_klog(journal, to, unit, pid_at(journal, unit, to), "pod_startup_latency_tracker.go:104", text.buf);
	str_release(&text);
}

static void
add_pods(struct journal *journal, const struct unit *unit)
{
	size_t n;
	const struct object *const *pods = store_list(journal->shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(pod_view(pods[i])->node, journal->node->name) == 0)
			add_pod(journal, unit, pods[i]);
}

static void
add_unit(struct journal *journal, const struct unit *unit)
{
	struct unit_change change;

	add_started(journal, unit, unit_node_start(journal->node), unit->pid);
	for (size_t i = 0; unit_change(journal->node, unit, i, &change); i++) {
		if (change.runs)
			add_started(journal, unit, change.when, change.pid);
		else
			add_stopped(journal, unit, change.when);
	}
	if (strcmp(unit->name, "kubelet") == 0)
		add_pods(journal, unit);
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

void
journal_write(struct shell *shell, const struct world_node *node, const struct unit *unit, size_t lines, bool backwards,
	struct str *out)
{
	struct journal journal = { shell, node, VEC_INIT };
	size_t n, first;

	for (const struct unit *each = units; each->name; each++)
		if (!unit || unit == each)
			add_unit(&journal, each);
	n = journal.lines.n;
	first = n > lines ? n - lines : 0;
	if (n)
		qsort(journal.lines.v, n, sizeof *journal.lines.v, by_time);
	for (size_t i = first; i < n; i++)
		str_addf(out, "%s\n", journal.lines.v[backwards ? n - 1 - (i - first) : i].text);
	for (size_t i = 0; i < n; i++)
		free(journal.lines.v[i].text);
	vec_release(&journal.lines);
}
