/*
 * kubectl drain; follows k8s.io/kubectl/pkg/cmd/drain, pkg/drain/filters.go and drain.go.  Its many waits go on side by side, in
 * virtual time.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kubectl/node_args.h"
#include "kubectl/selector.h"
#include "kubectl/verb_list.h"
#include "server/eviction.h"

static const struct flag drain_flags[] = {
	{ "chunk-size", 0, FLAG_INT, "500", NULL, NULL, "How many objects one answer has." },
	{ "delete-emptydir-data", 0, FLAG_BOOL, "false", "true", NULL, "Go on though pods lose the data of an emptyDir." },
	{ "disable-eviction", 0, FLAG_BOOL, "false", "true", NULL, "Delete pods without asking for their eviction." },
	{ "force", 0, FLAG_BOOL, "false", "true", NULL, "Go on though nothing makes a pod anew." },
	{ "grace-period", 0, FLAG_INT, "-1", NULL, NULL, "Seconds that a pod is given to end; -1 for its own." },
	{ "ignore-daemonsets", 0, FLAG_BOOL, "false", "true", NULL, "Leave the pods of DaemonSets where they are." },
	{ "pod-selector", 0, FLAG_STRING, "", NULL, NULL, "Labels of the pods to take away." },
	{ "skip-wait-for-delete-timeout", 0, FLAG_INT, "0", NULL, NULL,
		"Seconds after which a pod that is being deleted is no longer waited for." },
	{ "timeout", 0, FLAG_DURATION, "0s", NULL, NULL, "How long to wait; 0 for as long as it takes." },
	FLAGS_END,
};
static const struct flag *const drain_tables[] = { drain_flags, dry_run_flag, selector_flag, NULL };

/* Why a pod isn't simply evicted: a flag stands for it, or the drain is refused. */
enum obstacle { OBSTACLE_DAEMON_SET, OBSTACLE_STORAGE, OBSTACLE_UNMANAGED, OBSTACLES };

static const struct {
	const char *flag, *fatal, *warning;
	bool evicts;	/* with the flag the pod goes; else it stays */
} obstacles[OBSTACLES] = {
	[OBSTACLE_DAEMON_SET] = { "ignore-daemonsets",
		"cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
		"ignoring DaemonSet-managed Pods", false },
	[OBSTACLE_STORAGE] = { "delete-emptydir-data",
		"cannot delete Pods with local storage (use --delete-emptydir-data to override)",
		"deleting Pods with local storage", true },
	[OBSTACLE_UNMANAGED] = { "force", "cannot delete cannot delete Pods that declare no controller (use --force to override)",
		"deleting Pods that declare no controller", true },
};

struct drain {
	struct mutation *mutation;
	const struct flags *flags;
	struct selector pods_wanted;
	VEC(const struct object *) pods;	/* to be evicted; references */
	struct str fatal[OBSTACLES], warning[OBSTACLES];
};

static const char *
controller_kind(const struct object *pod)
{
	const struct value *owners = value_get(object_meta(pod), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++)
		if (value_get_bool(value_at(owners, i), "controller", false))
			return value_get_text(value_at(owners, i), "kind");
	return NULL;
}

static bool
has_local_storage(const struct object *pod)
{
	const struct value *volumes = value_path(pod->root, "spec.volumes");

	for (size_t i = 0; i < value_count(volumes); i++)
		if (value_get(value_at(volumes, i), "emptyDir"))
			return true;
	return false;
}

/* The filters in their order: a refusal ends them, of several warnings the last one counts. */
static void
consider_pod(struct drain *drain, const struct object *pod)
{
	const char *phase = value_get_text(value_get(pod->root, "status"), "phase"), *owner = controller_kind(pod);
	bool ended = phase && (strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0);
	const bool in_the_way[OBSTACLES] = {
		[OBSTACLE_DAEMON_SET] = owner && strcmp(owner, "DaemonSet") == 0,
		[OBSTACLE_STORAGE] = has_local_storage(pod),
		[OBSTACLE_UNMANAGED] = !owner,
	};
	struct str *list = NULL;
	bool evict = true;

	if (object_annotation(pod, "kubernetes.io/config.mirror"))
		return;
	for (size_t i = 0; i < OBSTACLES && evict && !ended; i++) {
		if (!in_the_way[i])
			continue;
		evict = flag_bool(drain->flags, obstacles[i].flag) && obstacles[i].evicts;
		list = flag_bool(drain->flags, obstacles[i].flag) ? &drain->warning[i] : &drain->fatal[i];
	}
	if (list)
		str_addf(list, "%s%s/%s", list->len ? ", " : "", pod->namespace, pod->name);
	if (evict)
		*vec_push(&drain->pods) = object_ref(pod);
}

static void
find_pods(struct drain *drain, const char *node)
{
	size_t n;
	const struct object *const *pods = store_list(drain->mutation->kubectl->cluster->server.store, kind_by_kind("Pod"), NULL,
		&n);

	for (size_t i = 0; i < n; i++) {
		const char *place = value_get_text(value_get(pods[i]->root, "spec"), "nodeName");

		if (place && strcmp(place, node) == 0 && label_selector_matches(&drain->pods_wanted, pods[i]))
			consider_pod(drain, pods[i]);
	}
}

/* The lists of one sort, between separators; how many there are. */
static size_t
join_findings(const struct str *lists, bool fatal, const char *separator, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < OBSTACLES; i++)
		if (lists[i].len)
			str_addf(out, "%s%s: %s", n++ ? separator : "", fatal ? obstacles[i].fatal : obstacles[i].warning,
				lists[i].buf);
	return n;
}

/* ---- evictions ---- */

#define RETRY (5 * CLOCK_SECOND)
#define POLL CLOCK_SECOND
#define INTERRUPTED 130		/* as by Ctrl-C */
#define PATIENCE (120 * CLOCK_SECOND)	/* of one who waits without a --timeout for a budget that never has room */

enum leaving_state { LEAVING_STAYS, LEAVING_GOES, LEAVING_GONE, LEAVING_FAILED };

struct leaving {
	const struct object *pod;
	enum leaving_state state;
	int64_t again;		/* while it stays: when it is asked for the next time */
};

/* What went wrong with pods, in brackets when it is more than one, as an aggregate of Go prints it. */
struct troubles {
	struct str list, lines;
	size_t n;
};

PRINTF_LIKE(2, 3) static void
trouble(struct troubles *troubles, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	str_addf(&troubles->list, "%s%s", troubles->n ? ", " : "", text.buf);
	str_addf(&troubles->lines, "%s%s", troubles->n ? "\n" : "", text.buf);
	troubles->n++;
	str_release(&text);
}

/* Asks for one; what its budget doesn't allow now is asked for again. */
static void
evict_one(struct drain *drain, struct leaving *leaving, struct troubles *troubles)
{
	struct mutation *mutation = drain->mutation;
	struct cluster *cluster = mutation->kubectl->cluster;
	const struct object *pod = leaving->pod;
	struct request request = mutation_request(mutation, REQUEST_DELETE, pod->kind, pod->namespace);
	struct status status = STATUS_INIT;
	int failed;

	request.name = pod->name;
	request.grace_seconds = flag_int(drain->flags, "grace-period");
	failed = flag_bool(drain->flags, "disable-eviction") ? server_do(&cluster->server, &request, NULL, &status) :
		eviction_do(&cluster->server, &request, &status);
	control_run(&cluster->control);
	leaving->state = !failed ? LEAVING_GOES : status.reason == STATUS_NOT_FOUND ? LEAVING_GONE : LEAVING_FAILED;
	if (failed && status.reason == STATUS_TOO_MANY_REQUESTS) {
		leaving->state = LEAVING_STAYS;
		leaving->again = cluster->server.clock.now + RETRY;
		sink_printf(mutation->kubectl->io->err, "error when evicting pods/\"%s\" -n \"%s\" (will retry after 5s): %s\n", pod->name,
			pod->namespace, status.message);
	} else if (leaving->state == LEAVING_FAILED) {
		trouble(troubles, "error when evicting pods/\"%s\" -n \"%s\": %s", pod->name, pod->namespace, status.message);
	}
	status_release(&status);
}

static bool
is_there(const struct drain *drain, const struct object *pod)
{
	const struct object *now = store_get(drain->mutation->kubectl->cluster->server.store, pod->kind, pod->namespace, pod->name);

	return now && strcmp(object_uid(now), object_uid(pod)) == 0;
}

/* One round over all: who is to be asked for, who has gone.  How many are left. */
static size_t
evict_round(struct drain *drain, struct leaving *pods, size_t n, bool over, struct troubles *troubles)
{
	struct io *io = drain->mutation->kubectl->io;
	int64_t now = drain->mutation->kubectl->cluster->server.clock.now;
	bool deletes = flag_bool(drain->flags, "disable-eviction");
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		struct leaving *leaving = &pods[i];
		bool asks = leaving->state == LEAVING_STAYS && (over || leaving->again <= now);

		if (asks && !deletes)
			sink_printf(io->out, "evicting pod %s/%s\n", leaving->pod->namespace, leaving->pod->name);
		if (asks && over) {
			trouble(troubles, "error when evicting pods/\"%s\" -n \"%s\": global timeout reached: %s", leaving->pod->name,
				leaving->pod->namespace, flag_string(drain->flags, "timeout"));
			leaving->state = LEAVING_FAILED;
		} else if (asks) {
			evict_one(drain, leaving, troubles);
		} else if (leaving->state == LEAVING_GOES && !is_there(drain, leaving->pod)) {
			sink_printf(io->out, "pod/%s %s\n", leaving->pod->name, deletes ? "deleted" : "evicted");
			leaving->state = LEAVING_GONE;
		} else if (leaving->state == LEAVING_GOES && over) {
			trouble(troubles, "error when waiting for pod \"%s\" in namespace \"%s\" to terminate: context deadline "
				"exceeded", leaving->pod->name, leaving->pod->namespace);
			leaving->state = LEAVING_FAILED;
		}
		left += leaving->state == LEAVING_STAYS || leaving->state == LEAVING_GOES;
	}
	return left;
}

/* Nodes that couldn't be drained, which are told together at the end. */
struct remaining {
	struct str nodes;	/* a line each */
	struct str whole;	/* what stood in the way of each, a line for a node */
	struct str lines;	/* the same of the last node, a line for each reason */
	size_t n;
};

/* Says at once that the node stays, and why. */
static void
tell_remaining(struct sink *err, struct remaining *remaining, const char *node, const struct str *list, const struct str *lines,
	size_t reasons)
{
	const char *open = reasons > 1 ? "[" : "", *close = reasons > 1 ? "]" : "";

	sink_printf(err, "error: unable to drain node \"%s\" due to error: %s%s%s, continuing command...\n", node, open, list->buf, close);
	str_addf(&remaining->nodes, " %s\n", node);
	str_addf(&remaining->whole, "%s%s%s\n", open, list->buf, close);
	str_clear(&remaining->lines);
	str_addf(&remaining->lines, "%s\n", lines->buf);
	remaining->n++;
}

/* What is left on the node is told before it. */
static void
tell_troubles(struct drain *drain, const char *node, struct troubles *troubles, struct remaining *remaining)
{
	struct sink *err = drain->mutation->kubectl->io->err;
	struct str pending = STR_INIT;
	const char *open = troubles->n > 1 ? "[" : "", *close = troubles->n > 1 ? "]" : "";

	for (size_t i = 0; i < drain->pods.n; i++)
		if (is_there(drain, drain->pods.v[i]))
			str_addf(&pending, "pod/%s\n", drain->pods.v[i]->name);
	if (pending.len)
		sink_printf(err, "There are pending pods in node \"%s\" when an error occurred: %s%s%s\n%s", node, open, troubles->list.buf,
			close, pending.buf);
	tell_remaining(err, remaining, node, &troubles->list, &troubles->lines, troubles->n);
	str_release(&pending);
}

/* All are asked for at once, again and again while their budgets have no room, until all are gone or the time is over. */
static int
evict_pods(struct drain *drain, const char *node, struct remaining *remaining)
{
	static const char *const suffixes[] = { "", " (dry run)", " (server dry run)" };
	struct mutation *mutation = drain->mutation;
	struct cluster *cluster = mutation->kubectl->cluster;
	int64_t timeout = flag_duration(drain->flags, "timeout");
	int64_t end = cluster->server.clock.now + (timeout > 0 ? timeout : PATIENCE);
	struct leaving *pods = xcalloc(drain->pods.n + 1, sizeof *pods);
	struct troubles troubles = { STR_INIT, STR_INIT, 0 };
	int status = 0;

	for (size_t i = 0; i < drain->pods.n; i++) {
		pods[i] = (struct leaving){ drain->pods.v[i], LEAVING_STAYS, 0 };
		if (mutation->dry_run != DRY_RUN_NONE)
			sink_printf(mutation->kubectl->io->out, "evicting pod %s/%s%s\n", pods[i].pod->namespace, pods[i].pod->name,
				suffixes[mutation->dry_run]);
	}
	while (mutation->dry_run == DRY_RUN_NONE && evict_round(drain, pods, drain->pods.n, false, &troubles)) {
		if (cluster->server.clock.now + POLL > end) {
			cluster_tick(cluster, end);
			status = timeout > 0 && evict_round(drain, pods, drain->pods.n, true, &troubles) == 0 ? 0 : INTERRUPTED;
			break;
		}
		cluster_tick(cluster, cluster->server.clock.now + POLL);
	}
	if (troubles.n) {
		tell_troubles(drain, node, &troubles, remaining);
		status = 1;
	}
	str_release(&troubles.list);
	str_release(&troubles.lines);
	free(pods);
	return status;
}

static int
refuse_drain(const struct drain *drain, const char *node, struct remaining *remaining)
{
	struct str list = STR_INIT, lines = STR_INIT;
	size_t n = join_findings(drain->fatal, true, ", ", &list);

	if (n) {
		join_findings(drain->fatal, true, "\n", &lines);
		tell_remaining(drain->mutation->kubectl->io->err, remaining, node, &list, &lines, n);
	}
	str_release(&list);
	str_release(&lines);
	return n ? 1 : 0;
}

static int
drain_one(struct mutation *mutation, const struct flags *flags, const struct resource *node, struct remaining *remaining)
{
	struct drain drain = { .mutation = mutation, .flags = flags, .pods_wanted = SELECTOR_INIT };
	struct str warnings = STR_INIT;
	struct err err = ERR_INIT;
	int status = 1;

	if (label_selector_parse(flag_string(flags, "pod-selector"), &drain.pods_wanted, &err))
		BUG("a selector that was fine: %s", err.text);
	for (size_t i = 0; i < OBSTACLES; i++) {
		str_init(&drain.fatal[i]);
		str_init(&drain.warning[i]);
	}
	find_pods(&drain, node->name);
	if (!refuse_drain(&drain, node->name, remaining)) {
		if (join_findings(drain.warning, false, "; ", &warnings))
			sink_printf(mutation->kubectl->io->err, "Warning: %s\n", warnings.buf);
		status = evict_pods(&drain, node->name, remaining);
		if (!status)
			mutation_print(mutation, node->kind, node->name, node->object->root, false, "drained");
	}
	for (size_t i = 0; i < OBSTACLES; i++) {
		str_release(&drain.fatal[i]);
		str_release(&drain.warning[i]);
	}
	for (size_t i = 0; i < drain.pods.n; i++)
		object_unref((struct object *)drain.pods.v[i]);
	vec_release(&drain.pods);
	selector_release(&drain.pods_wanted);
	str_release(&warnings);
	return status;
}

static bool
pod_selector_is_fine(const struct flags *flags)
{
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;
	bool fine = !label_selector_parse(flag_string(flags, "pod-selector"), &selector, &err);

	err_release(&err);
	selector_release(&selector);
	return fine;
}

/* One after the other, and at the end those that stay.  The exit status. */
static int
drain_all(struct mutation *mutation, const struct flags *flags, const struct resources *nodes)
{
	struct remaining remaining = { STR_INIT, STR_INIT, STR_INIT, 0 };
	int status = 0;

	for (size_t i = 0; i < nodes->list.n; i++)
		node_cordon(mutation, &nodes->list.v[i], true);
	for (size_t i = 0; i < nodes->list.n; i++)
		status |= drain_one(mutation, flags, &nodes->list.v[i], &remaining);
	if (remaining.n)
		sink_printf(mutation->kubectl->io->err, "There are pending nodes to be drained:\n%s%s", remaining.nodes.buf,
			remaining.n > 1 ? remaining.whole.buf : remaining.lines.buf);
	str_release(&remaining.nodes);
	str_release(&remaining.whole);
	str_release(&remaining.lines);
	return status;
}

static int
drain_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct resources nodes = RESOURCES_INIT;
	struct mutation mutation;
	int refused = 0, status;

	if (!flags->nargs && !flag_given(flags, "selector"))
		return print_usage_error(kubectl->io, kubectl->command, "USAGE: drain NODE [flags]");
	if (flags->nargs && *flag_string(flags, "selector"))
		return print_usage_error(kubectl->io, kubectl->command,
			"cannot specify both a node name and a --selector option");
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	if (!pod_selector_is_fine(flags)) {
		failures_add(&mutation.failures, "--pod-selector=<pod_selector> must be a valid label selector");
		return mutation_end(&mutation);
	}
	node_args_find(kubectl, flags, &nodes);
	if (!nodes.failures.list.n)
		refused = drain_all(&mutation, flags, &nodes);
	failures_move(&mutation.failures, &nodes.failures);
	resources_release(&nodes);
	status = mutation_end(&mutation);
	return status ? status : refused;
}

const struct verb verb_drain = {
	.name = "drain",
	.aliases = "",
	.usage = "drain NODE",
	.summary = "Empty a node",
	.help = "Lets a node take no more pods, and evicts those that run there.",
	.examples = "kubectl drain node01 --ignore-daemonsets",
	.flags = drain_tables,
	.args = "name:node",
	.run = drain_run,
	.asks = ASKS_THE_SERVER,
};
