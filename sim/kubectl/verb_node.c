/*
 * kubectl cordon, uncordon, taint; follows k8s.io/kubectl/pkg/cmd/drain and cmd/taint.
 */
#include <stdlib.h>
#include <string.h>

#include "kubectl/node_args.h"
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

void
node_cordon(struct mutation *mutation, const struct resource *node, bool cordon)
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

/* NAME stands for nodes/NAME; TYPE/NAME is what it says, which must be a node. */
void
node_args_find(struct kubectl *kubectl, const struct flags *flags, struct resources *resources)
{
	char **words = xcalloc(flags->nargs + 1, sizeof *words);
	struct arena arena = ARENA_INIT;
	char type[] = "nodes";
	size_t n = flags->nargs;

	for (size_t i = 0; i < n; i++)
		words[i] = strchr(flags->args[i], '/') ? flags->args[i] : arena_printf(&arena, "nodes/%s", flags->args[i]);
	if (!n && *flag_string(flags, "selector"))
		words[n++] = type;
	resources_find(kubectl, flags, words, n, 0, resources);
	for (size_t i = 0; i < resources->list.n && !resources->failures.list.n; i++) {
		const struct kind *kind = resources->list.v[i].kind;

		if (strcmp(kind->kind, "Node") != 0)
			failures_add(&resources->failures, "expected resource of type node, got \"%s%s%s, Resource=%s\"", kind->group,
				"/", kind->version, kind->plural);
	}
	arena_release(&arena);
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
	node_args_find(kubectl, flags, &nodes);
	for (size_t i = 0; i < nodes.list.n && !nodes.failures.list.n; i++)
		node_cordon(&mutation, &nodes.list.v[i], cordon);
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
