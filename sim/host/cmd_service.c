/* What systemd and the container runtime say of a node: systemctl, journalctl, crictl. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "control/image.h"
#include "host/commands.h"
#include "host/node_host.h"
#include "host/options.h"

/* ---- units ---- */

static const struct unit {
	const char *name, *description, *docs;
	unsigned pid;
	const char *stops;	/* what node_host_run calls it; NULL: it always runs */
} units[] = {
	{ "kubelet", "kubelet: The Kubernetes Node Agent", "https://kubernetes.io/docs/", 1042, "kubelet" },
	{ "kube-proxy", "Kubernetes Kube-Proxy Server", "https://kubernetes.io/docs/", 1387, "kube-proxy" },
	{ "containerd", "containerd container runtime", "https://containerd.io", 811, NULL },
	{ "ssh", "OpenBSD Secure Shell server", "man:sshd(8)", 745, NULL },
};
#define UNITS (sizeof units / sizeof units[0])

static const struct unit *
unit_find(const char *name)
{
	size_t len = strlen(name) - (str_ends(name, ".service") ? 8 : 0);

	for (size_t i = 0; i < UNITS; i++)
		if (strlen(units[i].name) == len && strncmp(units[i].name, name, len) == 0)
			return &units[i];
	return NULL;
}

static bool
unit_runs(const struct world_node *node, const struct unit *unit)
{
	if (!unit->stops)
		return true;
	return strcmp(unit->stops, "kubelet") == 0 ? !node->host.kubelet_stopped : !node->host.proxy_stopped;
}

/* "Mon 2026-11-23 04:12:56 UTC" */
static void
add_time(int64_t when, struct str *out)
{
	char iso[CLOCK_TEXT], http[CLOCK_TEXT];

	clock_format(when, iso);
	clock_format_http(when, http);
	str_addf(out, "%.3s %.10s %.8s UTC", http, iso, iso + 11);
}

static int64_t
node_start(const struct world_node *node)
{
	const char *text = value_text(value_path(node->view->object->root, "metadata.creationTimestamp"));
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

static int
unit_status(struct io *io, const struct world_node *node, const struct unit *unit, int64_t now)
{
	bool runs = unit_runs(node, unit);
	struct str out = STR_INIT;
	char age[CLOCK_TEXT];

	str_addf(&out, "%s %s.service - %s\n     Loaded: loaded (/usr/lib/systemd/system/%s.service; enabled; preset: enabled)\n",
		runs ? "\u25cf" : "\u25cb", unit->name, unit->description, unit->name);
	if (strcmp(unit->name, "kubelet") == 0)
		str_add(&out, "    Drop-In: /usr/lib/systemd/system/kubelet.service.d\n             \u2514\u250010-kubeadm.conf\n");
	str_addf(&out, "     Active: %s since ", runs ? "active (running)" : "inactive (dead)");
	add_time(runs ? node_start(node) : now, &out);
	str_addf(&out, "; %s ago\n       Docs: %s\n", runs ? clock_age(now - node_start(node), age) : "0s", unit->docs);
	if (runs)
		str_addf(&out, "   Main PID: %u (%s)\n      Tasks: 11 (limit: 2309)\n     Memory: 34.5M (peak: 38.2M)\n        CPU: 4.310s\n"
			"     CGroup: /system.slice/%s.service\n             \u2514\u2500%u /usr/bin/%s\n", unit->pid,
			unit->name, unit->name,
			unit->pid, unit->name);
	sink_write(io->out, out.buf, out.len);
	str_release(&out);
	return runs ? 0 : 3;
}

static int
unit_missing(struct io *io, const char *verb, const char *name)
{
	const char *end = str_ends(name, ".service") ? "" : ".service";

	if (strcmp(verb, "status") == 0) {
		sink_printf(io->err, "Unit %s%s could not be found.\n", name, end);
		return 4;
	}
	if (strcmp(verb, "is-active") == 0 || strcmp(verb, "is-enabled") == 0) {
		sink_put(io->out, strcmp(verb, "is-active") == 0 ? "inactive\n" : "not-found\n");
		return 4;
	}
	sink_printf(io->err, "Failed to %s %s%s: Unit %s%s not found.\n", verb, name, end, name, end);
	return 5;
}

static int
unit_do(struct shell *shell, struct io *io, const struct world_node *node, const char *verb, const struct unit *unit)
{
	static const char *const starts[] = { "start", "restart", "reload-or-restart" };
	bool runs = unit_runs(node, unit);

	if (strcmp(verb, "status") == 0)
		return unit_status(io, node, unit, shell->cluster->server.clock.now);
	if (strcmp(verb, "is-active") == 0) {
		sink_put(io->out, runs ? "active\n" : "inactive\n");
		return runs ? 0 : 3;
	}
	if (strcmp(verb, "is-enabled") == 0) {
		sink_put(io->out, "enabled\n");
		return 0;
	}
	if (strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0 || strcmp(verb, "try-restart") == 0)
		return 0;
	if (strcmp(verb, "stop") == 0) {
		if (unit->stops && runs)
			node_host_run(shell, unit->stops, false);
		return 0;
	}
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (strcmp(verb, starts[i]) == 0) {
			if (unit->stops && !runs)
				node_host_run(shell, unit->stops, true);
			return 0;
		}
	sink_printf(io->err, "Unknown command verb '%s'.\n", verb);
	return 1;
}

static int
systemctl_list(struct io *io, const struct world_node *node)
{
	sink_put(io->out, "  UNIT               LOAD   ACTIVE   SUB     DESCRIPTION\n");
	for (size_t i = 0; i < UNITS; i++) {
		char *name = xasprintf("%s.service", units[i].name);
		bool runs = unit_runs(node, &units[i]);

		sink_printf(io->out, "  %-18s loaded %-8s %-7s %s\n", name, runs ? "active" : "inactive", runs
			? "running" : "dead",
			units[i].description);
		free(name);
	}
	return 0;
}

static int
systemctl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct world_node *node = node_here(shell);
	const char *verb = NULL;
	int status = 0;
	bool named = false, now = false;

	for (int i = 1; i < argc; i++)
		now |= strcmp(argv[i], "--now") == 0;
	for (int i = 1; i < argc && node; i++) {
		const struct unit *unit;

		if (argv[i][0] == '-')
			continue;
		if (!verb) {
			verb = now && strcmp(argv[i], "enable") == 0 ? "start"
				: now && strcmp(argv[i], "disable") == 0 ? "stop" : argv[i];
			continue;
		}
		named = true;
		unit = unit_find(argv[i]);
		status = unit ? unit_do(shell, io, node, verb, unit) : unit_missing(io, verb, argv[i]);
		node = node_here(shell);	/* what was stopped made the network anew */
	}
	if (!node)
		return 1;
	if (!verb || str_starts(verb, "list-units"))
		return systemctl_list(io, node);
	if (!named && strcmp(verb, "daemon-reload") != 0) {
		sink_put(io->err, "Too few arguments.\n");
		return 1;
	}
	return status;
}

const struct command command_systemctl = { .name = "systemctl", .usage = "status|start|stop|restart|is-active UNIT",
	.help = "What the node runs: kubelet, kube-proxy, containerd", .here = on_node, .run = systemctl_main };

/* ---- journalctl ---- */

static void
journal_line(struct str *out, const struct world_node *node, int64_t when, const char *who, unsigned pid,
	const char *text)
{
	char http[CLOCK_TEXT];

	clock_format_http(when, http);	/* "Mon, 23 Nov 2026 04:12:56 GMT" */
	str_addf(out, "%.3s %.2s %.8s %s %s[%u]: %s\n", http + 8, http + 5, http + 17, node->name, who, pid, text);
}

/* klog's head: "I1123 04:12:56.000000    1042 server.go:1] " */
static char *
klog(int64_t when, unsigned pid, const char *file, const char *text)
{
	char iso[CLOCK_TEXT];

	clock_format(when, iso);
	return xasprintf("I%.2s%.2s %.8s.%06d %7u %s] %s", iso + 5, iso + 8, iso + 11, 214000, pid, file, text);
}

static void
journal_pods(struct str *out, struct shell *shell, const struct world_node *node, const struct unit *unit)
{
	size_t n;
	const struct object *const *pods = store_list(shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		const char *text = value_text(value_path(pods[i]->root, "status.startTime"));
		int64_t when = 0;
		char *message, *line;

		if (strcmp(pod->node, node->name) != 0 || !text || !clock_parse(text, &when))
			continue;
		message = xasprintf("\"Observed pod startup duration\" pod=\"%s/%s\" podStartSLOduration=1.2",
			pods[i]->namespace,
			pods[i]->name);
		line = klog(when + 2 * CLOCK_SECOND, unit->pid, "pod_startup_latency_tracker.go:104", message);
		journal_line(out, node, when + 2 * CLOCK_SECOND, unit->name, unit->pid, line);
		free(message);
		free(line);
	}
}

static void
journal_of(struct str *out, struct shell *shell, const struct world_node *node, const struct unit *unit)
{
	int64_t start = node_start(node), now = shell->cluster->server.clock.now;
	char *line = xasprintf("Started %s.service - %s.", unit->name, unit->description);

	journal_line(out, node, start, "systemd", 1, line);
	free(line);
	if (strcmp(unit->name, "kubelet") == 0) {
		line = klog(start, unit->pid, "server.go:520", "\"Kubelet version\" kubeletVersion=\"v1.32.13\"");
		journal_line(out, node, start, unit->name, unit->pid, line);
		free(line);
		journal_pods(out, shell, node, unit);
	}
	if (strcmp(unit->name, "kube-proxy") == 0) {
		line = klog(start, unit->pid, "server_linux.go:66", "\"Using iptables proxy\"");
		journal_line(out, node, start, unit->name, unit->pid, line);
		free(line);
	}
	if (!unit_runs(node, unit)) {
		line = xasprintf("Stopping %s.service - %s...", unit->name, unit->description);
		journal_line(out, node, now, "systemd", 1, line);
		free(line);
		line = xasprintf("Stopped %s.service - %s.", unit->name, unit->description);
		journal_line(out, node, now, "systemd", 1, line);
		free(line);
	}
}

/* The last lines of a text; all when there are not that many. */
static const char *
last_lines(const struct str *text, size_t n)
{
	const char *at = text->buf + text->len;

	while (at > text->buf && n) {
		at--;
		while (at > text->buf && at[-1] != '\n')
			at--;
		n--;
	}
	return at;
}

static int
journalctl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct world_node *node = node_here(shell);
	struct str out = STR_INIT;
	struct options options;
	size_t lines = SIZE_MAX;
	const char *name = NULL;

	options_init(&options, io, argc, argv, "u:n:fexrqS:p:b",
		(const char *const[]){ "unit=u", "lines=n", "no-pager=q",
		"follow=f", "since=S", "priority=p", NULL });
	while (options_next(&options)) {
		if (options.letter == 'u')
			name = options.value;
		if (options.letter == 'n')
			options_number(&options, "number of lines", &lines);
	}
	for (size_t i = 0; node && !options.failed && i < UNITS; i++)
		if (!name || unit_find(name) == &units[i])
			journal_of(&out, shell, node, &units[i]);
	sink_put(io->out, out.len ? last_lines(&out, lines) : "-- No entries --\n");
	str_release(&out);
	options_release(&options);
	return options.failed || !node ? 1 : 0;
}

const struct command command_journalctl = { .name = "journalctl", .usage = "[-u UNIT] [-n LINES]",
	.help = "What the node's services wrote", .here = on_node, .run = journalctl_main };

/* ---- crictl ---- */

struct crictl {
	struct shell *shell;
	struct io *io;
	const struct world_node *node;
	bool all, quiet;
	const char *name;
};

/* Thirteen hexadecimal digits, as crictl cuts ids. */
static void
short_id(const char *text, char id[static 14])
{
	char digest[65];

	sha256_hex(text, strlen(text), digest);
	memcpy(id, digest, 13);
	id[13] = '\0';
}

static const char *
age_of(const struct crictl *c, const char *time, struct str *out)
{
	int64_t when = 0, seconds;

	str_clear(out);
	if (time)
		clock_parse(time, &when);
	seconds = (c->shell->cluster->server.clock.now - when) / CLOCK_SECOND;
	if (seconds < 1)
		str_add(out, "Less than a second ago");
	else if (seconds < 60)
		str_addf(out, "%lld second%s ago", (long long)seconds, seconds == 1 ? "" : "s");
	else if (seconds < 120)
		str_add(out, "About a minute ago");
	else if (seconds < 3600)
		str_addf(out, "%lld minutes ago", (long long)seconds / 60);
	else
		str_addf(out, "%lld hour%s ago", (long long)seconds / 3600, seconds < 7200 ? "" : "s");
	return out->buf;
}

static const char *
pod_uid(const struct pod *pod)
{
	const char *uid = value_text(value_path(pod->object->root, "metadata.uid"));

	return uid ? uid : pod->object->name;
}

static void
crictl_container(const struct crictl *c, const struct pod *pod, const struct value *status)
{
	const char *name = value_get_text(status, "name"), *image = value_get_text(status, "image");
	const char *started = value_text(value_path(status, "state.running.startedAt"));
	char *unique = xasprintf("%s/%s", pod_uid(pod), name ? name : ""), id[14], image_id[14], pod_id[14];
	struct str age = STR_INIT;

	short_id(unique, id);
	short_id(image ? image : "", image_id);
	short_id(pod_uid(pod), pod_id);
	if (!name || (!started && !c->all) || (c->name && !strstr(name, c->name)))
		;
	else if (c->quiet)
		sink_printf(c->io->out, "%s\n", id);
	else
		sink_printf(c->io->out, "%-19s %-19s %-19s %-19s %-19s %-19lld %-19s %-26s %s\n", id, image_id,
			age_of(c, started, &age), started ? "Running" : "Exited", name,
			(long long)value_get_int(status, "restartCount", 0), pod_id, pod->object->name,
			pod->object->namespace);
	str_release(&age);
	free(unique);
}

static void
crictl_pod(const struct crictl *c, const struct pod *pod)
{
	struct str age = STR_INIT;
	char id[14];

	short_id(pod_uid(pod), id);
	if (c->quiet)
		sink_printf(c->io->out, "%s\n", id);
	else
		sink_printf(c->io->out, "%-19s %-19s %-19s %-26s %-19s %-19s %s\n", id,
			age_of(c, value_text(value_path(pod->object->root, "status.startTime")), &age),
			strcmp(pod->phase, "Running") == 0 ? "Ready" : "NotReady", pod->object->name,
			pod->object->namespace, "0",
			"(default)");
	str_release(&age);
}

static void
crictl_image(const struct crictl *c, struct map *seen, const char *reference)
{
	const char *slash = strrchr(reference, '/'), *colon = strchr(slash ? slash : reference, ':');
	size_t len = colon ? (size_t)(colon - reference) : strlen(reference);
	char id[14], *name;

	if (map_get(seen, reference))
		return;
	map_set(seen, reference, seen);
	short_id(reference, id);
	name = xasprintf("%s%.*s", strchr(reference, '.') && slash ? "" : slash ? "docker.io/" : "docker.io/library/",
		(int)len,
		reference);
	sink_printf(c->io->out, "%-50s %-19s %-19s %lldMB\n", name, colon ? colon + 1 : "latest", id,
		(long long)(image_size(reference) / 1000000));
	free(name);
}

static void
crictl_each(const struct crictl *c, const char *what)
{
	struct map seen = MAP_INIT;
	size_t n;
	const struct object *const *pods = store_list(c->shell->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		const struct value *statuses = value_path(pods[i]->root, "status.containerStatuses");
		const struct value *containers = value_path(pods[i]->root, "spec.containers");

		if (strcmp(pod->node, c->node->name) != 0)
			continue;
		if (strcmp(what, "pods") == 0)
			crictl_pod(c, pod);
		for (size_t k = 0; strcmp(what, "ps") == 0 && k < value_count(statuses); k++)
			crictl_container(c, pod, value_at(statuses, k));
		for (size_t k = 0; strcmp(what, "images") == 0 && k < value_count(containers); k++)
			crictl_image(c, &seen, value_get_text(value_at(containers, k), "image"));
	}
	map_release(&seen);
}

static int
crictl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	static const struct {
		const char *verb, *what, *header;
	} verbs_known[] = {
		{ "ps", "ps", "CONTAINER           IMAGE               CREATED             STATE               NAME                "
			"ATTEMPT             POD ID              POD                        NAMESPACE" },
		{ "pods", "pods", "POD ID              CREATED             STATE               NAME                       "
			"NAMESPACE           ATTEMPT             RUNTIME" },
		{ "images", "images", "IMAGE                                              TAG                 IMAGE ID            SIZE" },
		{ "image", "images", "IMAGE                                              TAG                 IMAGE ID            SIZE" },
	};
	struct crictl c = { .shell = shell, .io = io, .node = node_here(shell) };
	const char *verb = NULL;

	for (int i = 1; i < argc; i++) {
		c.all |= strcmp(argv[i], "-a") == 0;
		c.quiet |= strcmp(argv[i], "-q") == 0;
		if (strcmp(argv[i], "--name") == 0 && i + 1 < argc)
			c.name = argv[++i];
		else if (argv[i][0] != '-' && !verb)
			verb = argv[i];
	}
	if (!c.node)
		return 1;
	for (size_t i = 0; verb && i < sizeof verbs_known / sizeof verbs_known[0]; i++)
		if (strcmp(verb, verbs_known[i].verb) == 0) {
			if (!c.quiet)
				sink_printf(io->out, "%s\n", verbs_known[i].header);
			crictl_each(&c, verbs_known[i].what);
			return 0;
		}
	sink_printf(io->err, "crictl: this simulator knows ps, pods and images\n");
	return 1;
}

const struct command command_crictl = { .name = "crictl", .usage = "ps|pods|images [-a] [-q]",
	.help = "The containers that run on the node", .here = on_node, .run = crictl_main };
