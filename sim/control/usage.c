/* Idle programs as `kubectl top` shows them on a small kubeadm cluster. */
#include "control/usage.h"

#include <string.h>

#include "api/quantity.h"
#include "base/clock.h"
#include "control/demand.h"

#define USAGE_ANNOTATION "svcsim/usage"
#define MEASURED_AFTER (15 * CLOCK_SECOND)	/* metrics-server's --metric-resolution */
#define MEBIBYTE (INT64_C(1024) * 1024)

static const struct {
	const char *image;
	int64_t cpu, mebibytes;
} idle[] = {
	{ "nginx", 1, 4 }, { "httpd", 1, 7 }, { "busybox", 0, 1 }, { "alpine", 0, 1 }, { "agnhost", 1, 9 }, { "redis", 3, 5 },
	{ "postgres", 3, 32 }, { "mysql", 8, 385 }, { "mariadb", 2, 98 }, { "mongo", 9, 165 }, { "tomcat", 3, 92 },
	{ "coredns", 2, 15 }, { "kube-proxy", 1, 17 }, { "etcd", 22, 48 }, { "kube-apiserver", 44, 247 },
	{ "kube-controller-manager", 15, 51 }, { "kube-scheduler", 4, 20 }, { "metrics-server", 4, 18 },
};
static const struct usage idle_other = { 1, 12 * MEBIBYTE };
static const struct usage idle_system = { 38, 460 * MEBIBYTE };	/* kubelet, containerd and what else a node runs */

enum metrics
metrics_of(const struct store *store)
{
	const struct object *server = store_get(store, kind_by_kind("Deployment"), "kube-system", "metrics-server");
	const struct value *ready = server ? value_path(server->root, "status.readyReplicas") : NULL;

	return !server ? METRICS_ABSENT : ready && ready->type == VALUE_INT && ready->integer > 0 ? METRICS_UP : METRICS_DOWN;
}

int64_t
usage_since(const struct pod *pod)
{
	const struct value *statuses = value_path(pod->object->root, "status.containerStatuses");
	int64_t last = value_count(statuses) ? 0 : CLOCK_NEVER;

	for (size_t i = 0; i < value_count(statuses) && last != CLOCK_NEVER; i++) {
		const char *text = value_text(value_path(value_at(statuses, i), "state.running.startedAt"));
		int64_t started;

		if (!text || !clock_parse(text, &started))
			last = CLOCK_NEVER;
		else if (started > last)
			last = started;
	}
	return last == CLOCK_NEVER ? last : last + MEASURED_AFTER;
}

static struct usage
idle_usage(const struct value *container)
{
	const char *reference = value_get_text(container, "image"), *slash = reference ? strrchr(reference, '/') : NULL;
	const char *name = slash ? slash + 1 : reference ? reference : "";
	size_t len = strcspn(name, ":@");

	for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++)
		if (strlen(idle[i].image) == len && strncmp(idle[i].image, name, len) == 0)
			return (struct usage){ idle[i].cpu, idle[i].mebibytes * MEBIBYTE };
	return idle_other;
}

/* "cpu=250m,memory=64Mi"; what it doesn't name stays. */
static void
read_annotation(const char *text, struct usage *usage)
{
	while (*text) {
		size_t len = strcspn(text, ","), name = strcspn(text, "=");
		char *amount = name < len ? xstrndup(text + name + 1, len - name - 1) : xstrdup("");

		if (name == 3 && strncmp(text, "cpu", 3) == 0)
			usage->cpu = quantity_milli(amount);
		else if (name == 6 && strncmp(text, "memory", 6) == 0)
			usage->memory = quantity_milli(amount) / 1000;
		free(amount);
		text += len + (text[len] == ',');
	}
}

static void
bound(int64_t *amount, int64_t limit)
{
	if (limit && *amount > limit)
		*amount = limit;
}

struct usage
usage_of_container(const struct pod *pod, const struct value *container)
{
	const char *said = object_annotation(pod->object, USAGE_ANNOTATION);
	const struct value *limits = value_path(container, "resources.limits");
	struct usage usage = idle_usage(container);

	if (said && container == value_at(value_path(pod->object->root, "spec.containers"), 0))
		read_annotation(said, &usage);
	bound(&usage.cpu, demand_in_map(limits, "cpu"));
	bound(&usage.memory, demand_in_map(limits, "memory") / 1000);
	return usage;
}

static void
add(struct usage *sum, struct usage one)
{
	sum->cpu += one.cpu;
	sum->memory += one.memory;
}

struct usage
usage_of_pod(const struct pod *pod)
{
	const struct value *containers = value_path(pod->object->root, "spec.containers");
	struct usage sum = { 0, 0 };

	for (size_t i = 0; i < value_count(containers); i++)
		add(&sum, usage_of_container(pod, value_at(containers, i)));
	return sum;
}

struct usage
usage_of_node(const struct store *store, const char *node, int64_t now)
{
	struct usage sum = idle_system;
	size_t n;
	const struct object *const *pods = store_list(store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (strcmp(pod->node, node) == 0 && usage_since(pod) <= now)
			add(&sum, usage_of_pod(pod));
	}
	return sum;
}
