/*
 * kubectl cordon, uncordon, drain, taint; follows k8s.io/kubectl/pkg/cmd/drain, pkg/drain/filters.go and cmd/taint.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/selector.h"
#include "kubectl/verb_list.h"
#include "server/strategy.h"

/* ---- cordon ---- */

static const struct flag *const cordon_tables[] = { dry_run_flag, selector_flag, NULL };

static bool
send_node(struct mutation *mutation, const struct resource *node, const struct value *patch)
{
	struct request request = mutation_request(mutation, REQUEST_PATCH, node->kind, "");

	request.name = node->name;
	request.body = patch;
	request.patch_type = PATCH_MERGE;
	return mutation->dry_run == DRY_RUN_CLIENT || !mutation_send(mutation, &request, "", NULL);
}

static void
cordon_one(struct mutation *mutation, const struct resource *node, bool cordon)
{
	struct arena arena = ARENA_INIT;
	struct value *patch = value_map(&arena), *spec = value_make_map(&arena, patch, "spec");
	bool now = value_get_bool(value_get(node->object->root, "spec"), "unschedulable", false);

	if (now == cordon) {
		mutation_print(mutation, node->kind, node->name, node->object->root, false,
			cordon ? "already cordoned" : "already uncordoned");
	} else {
		value_set(&arena, spec, "unschedulable", cordon ? value_bool(&arena, true) : value_null(&arena));
		if (send_node(mutation, node, patch))
			mutation_print(mutation, node->kind, node->name, node->object->root, false, cordon ? "cordoned" : "uncordoned");
	}
	arena_release(&arena);
}

/* The nodes that words name, without a type before them; where one isn't there nothing is done to the others. */
static void
find_nodes(struct kubectl *kubectl, const struct flags *flags, struct resources *resources)
{
	char **words = xcalloc(flags->nargs + 1, sizeof *words);
	char type[] = "nodes";

	words[0] = type;
	for (size_t i = 0; i < flags->nargs; i++)
		words[i + 1] = flags->args[i];
	resources_find(kubectl, flags, words, flags->nargs || *flag_string(flags, "selector") ? flags->nargs + 1 : 0, 0, resources);
	free(words);
}

static int
cordon_nodes(struct kubectl *kubectl, const struct flags *flags, bool cordon)
{
	struct mutation mutation;
	struct resources nodes = RESOURCES_INIT;

	if (!flags->nargs && !flag_given(flags, "selector"))
		return print_usage_error(kubectl->io, kubectl->command, "USAGE: %s NODE [flags]", kubectl->command);
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	find_nodes(kubectl, flags, &nodes);
	for (size_t i = 0; i < nodes.list.n && !nodes.failures.list.n; i++)
		cordon_one(&mutation, &nodes.list.v[i], cordon);
	failures_move(&mutation.failures, &nodes.failures);
	resources_release(&nodes);
	return mutation_end(&mutation);
}

static int
cordon_run(struct kubectl *kubectl, const struct flags *flags)
{
	return cordon_nodes(kubectl, flags, true);
}

static int
uncordon_run(struct kubectl *kubectl, const struct flags *flags)
{
	return cordon_nodes(kubectl, flags, false);
}

const struct verb verb_cordon = {
	.name = "cordon",
	.aliases = "",
	.usage = "cordon NODE",
	.summary = "Let a node take no more pods",
	.help = "Marks a node so that no more pods are put on it; those that run there stay.",
	.examples = "kubectl cordon node01",
	.flags = cordon_tables,
	.args = "name:node",
	.run = cordon_run,
	.asks = ASKS_THE_SERVER,
};

const struct verb verb_uncordon = {
	.name = "uncordon",
	.aliases = "",
	.usage = "uncordon NODE",
	.summary = "Let a node take pods again",
	.help = "Takes the mark of cordon away.",
	.examples = "kubectl uncordon node01",
	.flags = cordon_tables,
	.args = "name:node",
	.run = uncordon_run,
	.asks = ASKS_THE_SERVER,
};

/* ---- drain ---- */

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

/* Evictions are asked for first; the pods are gone when the cluster has settled. */
static void
evict_pods(struct drain *drain)
{
	static const char *const suffixes[] = { "", " (dry run)", " (server dry run)" };
	struct mutation *mutation = drain->mutation;
	struct io *io = mutation->kubectl->io;

	for (size_t i = 0; i < drain->pods.n; i++) {
		const struct object *pod = drain->pods.v[i];
		struct request request = mutation_request(mutation, REQUEST_DELETE, pod->kind, pod->namespace);

		sink_printf(io->out, "evicting pod %s/%s%s\n", pod->namespace, pod->name, suffixes[mutation->dry_run]);
		request.name = pod->name;
		request.grace_seconds = flag_int(drain->flags, "grace-period");
		if (mutation->dry_run == DRY_RUN_NONE && mutation_send(mutation, &request, "", NULL))
			return;
	}
	if (mutation->dry_run != DRY_RUN_NONE)
		return;
	cluster_settle(mutation->kubectl->cluster);
	for (size_t i = 0; i < drain->pods.n; i++)
		sink_printf(io->out, "pod/%s evicted\n", drain->pods.v[i]->name);
}

/* What stands in the way of one node is said at once, and again at the end, a line for each reason. */
static int
refuse_drain(const struct drain *drain, const char *node)
{
	struct sink *err = drain->mutation->kubectl->io->err;
	struct str list = STR_INIT, lines = STR_INIT;
	size_t n = join_findings(drain->fatal, true, ", ", &list);

	if (n) {
		join_findings(drain->fatal, true, "\n", &lines);
		sink_printf(err, "error: unable to drain node \"%s\" due to error: %s%s%s, continuing command...\n"
			"There are pending nodes to be drained:\n %s\n%s\n", node, n > 1 ? "[" : "", list.buf, n > 1 ? "]" : "",
			node, lines.buf);
	}
	str_release(&list);
	str_release(&lines);
	return n ? 1 : 0;
}

static int
drain_one(struct mutation *mutation, const struct flags *flags, const struct resource *node)
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
	if (!refuse_drain(&drain, node->name)) {
		if (join_findings(drain.warning, false, "; ", &warnings))
			sink_printf(mutation->kubectl->io->err, "Warning: %s\n", warnings.buf);
		evict_pods(&drain);
		mutation_print(mutation, node->kind, node->name, node->object->root, false, "drained");
		status = 0;
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
	find_nodes(kubectl, flags, &nodes);
	if (!nodes.failures.list.n) {
		for (size_t i = 0; i < nodes.list.n; i++)
			cordon_one(&mutation, &nodes.list.v[i], true);
		for (size_t i = 0; i < nodes.list.n; i++)
			refused |= drain_one(&mutation, flags, &nodes.list.v[i]);
	}
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

/* ---- taint ---- */

static const struct flag taint_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-taint", NULL, NULL, "Name of the manager that owns the fields." },
	{ "overwrite", 0, FLAG_BOOL, "false", "true", NULL, "Change a taint that is there already." },
	FLAGS_END,
};
static const struct flag *const taint_tables[] = {
	taint_flags, output_flags, dry_run_flag, validate_flag, selector_flag, all_flag, NULL,
};

struct taint {
	const char *key, *value, *effect;	/* effect "" of a removal: all of the key */
	bool remove;
};

static bool
effect_is_known(const char *effect)
{
	return strcmp(effect, "NoSchedule") == 0 || strcmp(effect, "PreferNoSchedule") == 0 || strcmp(effect, "NoExecute") == 0;
}

/* why: reasons, one a line, or "". */
static int
refuse_taint(struct kubectl *kubectl, const char *spec, const char *why)
{
	struct str text = STR_INIT;

	str_addf(&text, "invalid taint spec: %s", spec);
	for (bool first = true; *why; first = false) {
		size_t len = strcspn(why, "\n");

		str_addf(&text, "%s%.*s", first ? ", " : "; ", (int)len, why);
		why += len + (why[len] == '\n');
	}
	print_usage_error(kubectl->io, kubectl->command, "%s", text.buf);
	str_release(&text);
	return -1;
}

/* KEY=VALUE:EFFECT, KEY:EFFECT, either with - to take it away, or KEY- */
static int
parse_taint(struct kubectl *kubectl, struct arena *arena, const char *text, struct taint *taint)
{
	size_t len = strlen(text);
	char *spec = arena_strdup(arena, text), *whole, *colon, *equals;
	struct str why = STR_INIT;
	int status = 0;

	taint->remove = len && spec[len - 1] == '-';
	if (taint->remove)
		spec[len - 1] = '\0';
	whole = arena_strdup(arena, spec);
	colon = strchr(spec, ':');
	taint->effect = colon ? colon + 1 : "";
	if (colon)
		*colon = '\0';
	equals = colon ? strchr(spec, '=') : NULL;
	taint->value = equals ? equals + 1 : "";
	if (equals)
		*equals = '\0';
	taint->key = spec;
	if (strchr(taint->effect, ':') || strchr(taint->value, '='))
		return refuse_taint(kubectl, whole, "");
	if (colon && !effect_is_known(taint->effect))
		return -print_usage_error(kubectl->io, kubectl->command, "invalid taint effect: %s, unsupported taint effect",
			taint->effect);
	if (check_label_value(taint->value, &why) || check_qualified_name(taint->key, &why))
		status = refuse_taint(kubectl, whole, why.buf);
	else if (!taint->remove && !colon)
		status = refuse_taint(kubectl, text, "");
	str_release(&why);
	return status;
}

static bool
is_same(const struct value *row, const struct taint *taint)
{
	const char *key = value_get_text(row, "key"), *effect = value_get_text(row, "effect");

	return key && effect && strcmp(key, taint->key) == 0 && (!*taint->effect || strcmp(effect, taint->effect) == 0);
}

static int
apply_taint(struct mutation *mutation, const struct flags *flags, struct arena *arena, const struct resource *node,
	struct value *list, const struct taint *taint)
{
	size_t before = value_count(list);
	struct value *row = value_map(arena);

	for (size_t i = before; i-- > 0; )
		if (is_same(value_at(list, i), taint))
			value_remove_at(list, i);
	if (taint->remove) {
		if (value_count(list) == before)
			failures_add(&mutation->failures, "taint \"%s%s%s\" not found", taint->key, *taint->effect ? ":" : "",
				taint->effect);
		return value_count(list) == before ? -1 : 0;
	}
	if (value_count(list) < before && !flag_bool(flags, "overwrite")) {
		failures_add(&mutation->failures, "node %s already has %s taint(s) with same effect(s) and --overwrite is false",
			node->name, taint->key);
		return -1;
	}
	value_set_text(arena, row, "key", taint->key);
	if (*taint->value)
		value_set_text(arena, row, "value", taint->value);
	value_set_text(arena, row, "effect", taint->effect);
	value_append(arena, list, row);
	return 0;
}

/* taint says the same of a dry run: its operation takes the place of the one that would tell. */
static void
print_tainted(struct mutation *mutation, const struct resource *node, const char *operation)
{
	enum dry_run dry_run = mutation->dry_run;

	mutation->dry_run = DRY_RUN_NONE;
	mutation_print(mutation, node->kind, node->name, node->object->root, false, operation);
	mutation->dry_run = dry_run;
}

static void
taint_one(struct mutation *mutation, const struct flags *flags, const struct resource *node, const struct taint *taints,
	size_t n)
{
	struct arena arena = ARENA_INIT;
	struct value *patch = value_map(&arena), *spec = value_make_map(&arena, patch, "spec");
	const struct value *now = value_path(node->object->root, "spec.taints");
	struct value *list = now ? value_copy(&arena, now) : value_list(&arena);
	size_t removed = 0, i = 0;

	while (i < n && !apply_taint(mutation, flags, &arena, node, list, &taints[i]))
		removed += taints[i++].remove;
	if (i == n) {
		value_set(&arena, spec, "taints", value_count(list) ? list : value_null(&arena));
		if (send_node(mutation, node, patch))
			print_tainted(mutation, node, flag_bool(flags, "overwrite") || (removed && removed < n) ? "modified" :
				removed ? "untainted" : "tainted");
	}
	arena_release(&arena);
}

/* TYPE NAME.., and where the taints begin. */
static size_t
taint_words(const struct flags *flags)
{
	size_t n = 0;

	while (n < flags->nargs && !strchr(flags->args[n], '=') && !strchr(flags->args[n], ':') && !str_ends(flags->args[n], "-"))
		n++;
	return n;
}

/* The type is a word of its own, and that of nodes. */
static int
check_type(struct kubectl *kubectl, const struct flags *flags, size_t nwords)
{
	const struct kind *kind = nwords ? kubectl_kind(kubectl, flags->args[0]) : NULL;

	if (!nwords)
		return -print_failure(kubectl->io, "one or more resources must be specified as <resource> <name>");
	if (kind && strcmp(kind->kind, "Node") != 0)
		return -print_failure(kubectl->io, "invalid resource type %s, only node types are supported", flags->args[0]);
	if (!kind)
		sink_printf(kubectl->io->err, "the server doesn't have a resource type \"%s\"\n", flags->args[0]);
	return kind ? 0 : -1;
}

/* One without an effect removes all of its key. */
static bool
removes(const struct taint *one, const struct taint *taint)
{
	return one->remove && strcmp(one->key, taint->key) == 0 && (!*one->effect || strcmp(one->effect, taint->effect) == 0);
}

/* Two taints of one line must not be about the same; -1 after printing which are. */
static int
check_pairs(struct kubectl *kubectl, const struct taint *taints, size_t n)
{
	struct str both = STR_INIT;
	int status = 0;

	for (size_t i = 0; i < n && !status; i++)
		for (size_t j = 0; j < i && !status; j++) {
			bool same = !strcmp(taints[i].key, taints[j].key) && !strcmp(taints[i].effect, taints[j].effect);

			if (same && !taints[i].remove && !taints[j].remove)
				status = -print_usage_error(kubectl->io, kubectl->command,
					"duplicated taints with the same key and effect: {%s %s %s <nil>}", taints[i].key,
					taints[i].value, taints[i].effect);
		}
	for (size_t i = 0; i < n && !status; i++)
		for (size_t j = 0; j < n; j++)
			if (!taints[i].remove && removes(&taints[j], &taints[i]))
				str_addf(&both, "%s%s=%s", both.len ? ", " : "", taints[j].key, taints[j].effect);
	if (!status && both.len)
		status = -print_failure(kubectl->io, "can not both modify and remove the following taint(s) in the same command: %s",
			both.buf);
	str_release(&both);
	return status;
}

static int
taint_run(struct kubectl *kubectl, const struct flags *flags)
{
	size_t nwords = taint_words(flags), n = flags->nargs - nwords;
	struct taint *taints = xcalloc(n + 1, sizeof *taints);
	struct arena arena = ARENA_INIT;
	struct mutation mutation;
	struct resources nodes = RESOURCES_INIT;
	int status = 1;

	if (check_type(kubectl, flags, nwords)) {
		status = 1;
	} else if (!n) {
		print_failure(kubectl->io, "at least one taint update is required");
	} else if (!mutation_begin_first(&mutation, kubectl, flags)) {
		size_t sound = 0;

		while (sound < n && !parse_taint(kubectl, &arena, flags->args[nwords + sound], &taints[sound]))
			sound++;
		if (sound == n && check_pairs(kubectl, taints, n))
			sound = n + 1;
		if (sound == n)
			resources_find(kubectl, flags, flags->args, nwords, 0, &nodes);
		for (size_t i = 0; i < nodes.list.n; i++)
			taint_one(&mutation, flags, &nodes.list.v[i], taints, n);
		failures_move(&mutation.failures, &nodes.failures);
		resources_release(&nodes);
		status = mutation_end(&mutation) | (sound != n);
	}
	free(taints);
	arena_release(&arena);
	return status;
}

const struct verb verb_taint = {
	.name = "taint",
	.aliases = "",
	.usage = "taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
	.summary = "Change the taints of nodes",
	.help = "Sets taints (KEY=VALUE:EFFECT), which keep pods without a matching toleration away, or takes them away with a\n"
		"- behind them.",
	.examples = "kubectl taint nodes node01 dedicated=db:NoSchedule\n\nkubectl taint nodes node01 dedicated-",
	.flags = taint_tables,
	.args = "objects:node",
	.run = taint_run,
};
