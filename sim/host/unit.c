#include "host/unit.h"

#include <string.h>

#include "cluster/nodehost.h"
#include "host/node_host.h"

#define CHANGES_MAX 200		/* that are remembered of a node */
#define PID_STEP 1117		/* how much later processes are numbered */

const struct unit units[] = {
	{ "kubelet", "kubelet: The Kubernetes Node Agent", "https://kubernetes.io/docs/",
		"/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS",
		"/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf "
		"--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml "
		"--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock "
		"--pod-infra-container-image=registry.k8s.io/pause:3.10", 1042, true },
	{ "kube-proxy", "Kubernetes Kube-Proxy Server", "https://kubernetes.io/docs/",
		"/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf",
		"/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf", 1387, true },
	{ "containerd", "containerd container runtime", "https://containerd.io", "/usr/bin/containerd", "/usr/bin/containerd", 811,
		false },
	{ "ssh", "OpenBSD Secure Shell server", "man:sshd(8)", "/usr/sbin/sshd -D $SSHD_OPTS",
		"sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 745, false },
	{ NULL, NULL, NULL, NULL, NULL, 0, false },
};

const struct unit *
unit_find(const char *name)
{
	size_t len = strlen(name) - (str_ends(name, ".service") ? 8 : 0);

	for (const struct unit *unit = units; unit->name; unit++)
		if (strlen(unit->name) == len && strncmp(unit->name, name, len) == 0)
			return unit;
	return NULL;
}

int64_t
unit_node_start(const struct world_node *node)
{
	const char *text = value_text(value_path(node->view->object->root, "metadata.creationTimestamp"));
	int64_t when = 0;

	return text && clock_parse(text, &when) ? when : 0;
}

/* "2026-11-23T04:12:56Z kubelet stopped" */
static bool
change_read(const char *text, const struct unit *unit, struct unit_change *change)
{
	const char *name = strchr(text, ' '), *to = name ? strchr(name + 1, ' ') : NULL;
	char *when;
	bool ok;

	if (!to || (size_t)(to - name) - 1 != strlen(unit->name) || strncmp(name + 1, unit->name, strlen(unit->name)) != 0)
		return false;
	when = xstrndup(text, (size_t)(name - text));
	ok = clock_parse(when, &change->when);
	free(when);
	change->runs = strcmp(to + 1, "running") == 0;
	return ok;
}

bool
unit_change(const struct world_node *node, const struct unit *unit, size_t i, struct unit_change *change)
{
	unsigned pid = unit->pid;

	for (size_t at = 0; at < value_count(node->host.unit_changes); at++) {
		const char *text = value_text(value_at(node->host.unit_changes, at));

		if (!text || !change_read(text, unit, change))
			continue;
		pid += change->runs ? PID_STEP : 0;
		change->pid = pid;
		if (i-- == 0)
			return true;
	}
	return false;
}

struct unit_state
unit_state(const struct world_node *node, const struct unit *unit)
{
	int64_t start = unit_node_start(node);
	struct unit_state state = { true, true, unit->pid, start, start };
	struct unit_change change;

	for (size_t i = 0; unit_change(node, unit, i, &change); i++) {
		state.began = change.runs ? change.when : state.began;
		state.since = change.when;
		state.pid = change.pid;
	}
	if (unit->stops)
		state.runs = strcmp(unit->name, "kubelet") == 0 ? !node->host.kubelet_stopped : !node->host.proxy_stopped;
	for (size_t i = 0; i < value_count(node->host.disabled_units); i++) {
		const char *text = value_text(value_at(node->host.disabled_units, i));

		state.enabled &= !text || strcmp(text, unit->name) != 0;
	}
	return state;
}

/* Remembers them as things of now. */
static void
note_changes(struct shell *shell, const struct unit *unit, const char *const *to, size_t nto)
{
	struct cluster *cluster = shell->cluster;
	struct arena arena = ARENA_INIT;
	struct value *document = nodehost_document(&cluster->server.settings, shell->place_name, &arena);
	struct value *spec = value_make_map(&arena, document, "spec"), *changes = value_list(&arena);
	const struct value *old = value_get(spec, "unitChanges");
	size_t n = value_count(old);
	char time[CLOCK_TEXT];

	for (size_t i = n + nto > CHANGES_MAX ? n + nto - CHANGES_MAX : 0; i < n; i++)
		value_append(&arena, changes, value_copy(&arena, value_at(old, i)));
	clock_format(cluster->server.clock.now, time);
	for (size_t i = 0; i < nto; i++)
		value_append(&arena, changes, value_stringf(&arena, "%s %s %s", time, unit->name, to[i]));
	value_set(&arena, spec, "unitChanges", changes);
	node_host_put(shell, document);
	arena_release(&arena);
}

void
unit_run(struct shell *shell, const struct unit *unit, bool run)
{
	note_changes(shell, unit, (const char *const[]){ run ? "running" : "stopped" }, 1);
	node_host_run(shell, unit->name, run);
}

void
unit_restart(struct shell *shell, const struct unit *unit)
{
	note_changes(shell, unit, (const char *const[]){ "stopped", "running" }, 2);
}

void
unit_enable(struct shell *shell, const struct unit *unit, bool enable)
{
	struct arena arena = ARENA_INIT;
	struct value *document = nodehost_document(&shell->cluster->server.settings, shell->place_name, &arena);
	struct value *spec = value_make_map(&arena, document, "spec"), *disabled = value_list(&arena);
	const struct value *old = value_get(spec, "disabledUnits");

	for (size_t i = 0; i < value_count(old); i++) {
		const char *text = value_text(value_at(old, i));

		if (text && strcmp(text, unit->name) != 0)
			value_append(&arena, disabled, value_copy(&arena, value_at(old, i)));
	}
	if (!enable)
		value_append(&arena, disabled, value_string(&arena, unit->name));
	value_set(&arena, spec, "disabledUnits", disabled);
	node_host_put(shell, document);
	arena_release(&arena);
}
