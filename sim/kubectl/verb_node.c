/* kubectl cordon, uncordon, taint; follows k8s.io/kubectl/pkg/cmd/drain and cmd/taint. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/mutation.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

/* ---- cordon ---- */

static const struct flag *const cordon_tables[] = { dry_run_flag, selector_flag, NULL };

static void
send_node(struct mutation *mutation, const struct resource *node, const struct value *patch, const char *operation)
{
	struct request request = mutation_request(mutation, REQUEST_PATCH, node->kind, "");

	request.name = node->name;
	request.body = patch;
	request.patch_type = PATCH_MERGE;
	if (mutation->dry_run == DRY_RUN_CLIENT || !mutation_send(mutation, &request, "", NULL))
		mutation_print(mutation, node->kind, node->name, node->object->root, false, operation);
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
		send_node(mutation, node, patch, cordon ? "cordoned" : "uncordoned");
	}
	arena_release(&arena);
}

/* The nodes that words name, without a type before them. */
static void
find_nodes(struct kubectl *kubectl, const struct flags *flags, struct resources *resources)
{
	char **words = xcalloc(flags->nargs + 1, sizeof *words);
	char type[] = "nodes";

	words[0] = type;
	for (size_t i = 0; i < flags->nargs; i++)
		words[i + 1] = flags->args[i];
	resources_find(kubectl, flags, words, flags->nargs + 1, 0, resources);
	free(words);
}

static int
cordon_nodes(struct kubectl *kubectl, const struct flags *flags, bool cordon)
{
	struct mutation mutation;
	struct resources nodes = RESOURCES_INIT;

	if (!flags->nargs && !*flag_string(flags, "selector"))
		return print_usage_error(kubectl->io, kubectl->command, "USAGE: %s NODE [flags]", kubectl->command);
	if (mutation_begin(&mutation, kubectl, flags))
		return 1;
	find_nodes(kubectl, flags, &nodes);
	for (size_t i = 0; i < nodes.list.n; i++)
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
	.args = "node",
	.run = cordon_run,
};

const struct verb verb_uncordon = {
	.name = "uncordon",
	.aliases = "",
	.usage = "uncordon NODE",
	.summary = "Let a node take pods again",
	.help = "Takes the mark of cordon away.",
	.examples = "kubectl uncordon node01",
	.flags = cordon_tables,
	.args = "node",
	.run = uncordon_run,
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

/* KEY=VALUE:EFFECT, KEY:EFFECT, either with - to take it away, or KEY- */
static int
parse_taint(struct mutation *mutation, struct arena *arena, const char *text, struct taint *taint)
{
	size_t len = strlen(text);
	char *spec = arena_strdup(arena, text), *colon, *equals;

	taint->remove = len && spec[len - 1] == '-';
	if (taint->remove)
		spec[len - 1] = '\0';
	colon = strchr(spec, ':');
	taint->effect = colon ? colon + 1 : "";
	if (colon)
		*colon = '\0';
	equals = strchr(spec, '=');
	taint->value = equals ? equals + 1 : "";
	if (equals)
		*equals = '\0';
	taint->key = spec;
	if (!taint->remove && !colon)
		failures_add(&mutation->failures, "unknown taint spec: %s", text);
	else if (*taint->effect && !effect_is_known(taint->effect))
		failures_add(&mutation->failures, "invalid taint effect: %s, unsupported taint effect", taint->effect);
	else
		return 0;
	return -1;
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
		send_node(mutation, node, patch, !removed ? "tainted" : removed == n ? "untainted" : "modified");
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

static int
taint_run(struct kubectl *kubectl, const struct flags *flags)
{
	size_t nwords = taint_words(flags), n = flags->nargs - nwords;
	struct taint *taints = xcalloc(n + 1, sizeof *taints);
	struct arena arena = ARENA_INIT;
	struct mutation mutation;
	struct resources nodes = RESOURCES_INIT;
	int status = 1;

	if (!n) {
		print_failure(kubectl->io, "at least one taint update is required");
	} else if (!mutation_begin(&mutation, kubectl, flags)) {
		for (size_t i = 0; i < n; i++)
			if (parse_taint(&mutation, &arena, flags->args[nwords + i], &taints[i]))
				break;
		if (!mutation.failures.list.n)
			resources_find(kubectl, flags, flags->args, nwords, 0, &nodes);
		for (size_t i = 0; i < nodes.list.n; i++)
			taint_one(&mutation, flags, &nodes.list.v[i], taints, n);
		failures_move(&mutation.failures, &nodes.failures);
		resources_release(&nodes);
		status = mutation_end(&mutation);
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
	.args = "kind name",
	.run = taint_run,
};
