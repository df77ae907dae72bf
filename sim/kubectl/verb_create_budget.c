/* kubectl create quota, poddisruptionbudget; follows k8s.io/kubectl/pkg/cmd/create/create_quota.go and create_pdb.go. */
#include "kubectl/verb_create.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/format.h"
#include "kubectl/selector.h"
#include "kubectl/typed.h"
#include "kubectl/verb_list.h"

/* Parts of a list with commas, in arena; *rest moves on. */
static const char *
next_part(struct arena *arena, const char **rest)
{
	size_t len = strcspn(*rest, ",");
	const char *part = arena_strndup(arena, *rest, len);

	*rest = (*rest)[len] ? *rest + len + 1 : NULL;
	return part;
}

/* ---- quota ---- */

static const struct flag quota_flags[] = {
	{ "hard", 0, FLAG_STRING, "", NULL, NULL, "resource=amount pairs, parted by commas." },
	{ "scopes", 0, FLAG_STRING, "", NULL, NULL, "Scopes, parted by commas: BestEffort, NotTerminating .." },
	FLAGS_END,
};
static const struct flag *const quota_tables[] = { quota_flags, CREATE_TABLES, NULL };

static int
fill_hard(struct typed *quota, const char *text, struct value *spec, struct failures *failures)
{
	for (const char *rest = *text ? text : NULL; rest; ) {
		const char *pair = next_part(&quota->arena, &rest), *equals = strchr(pair, '=');
		struct value *amount = value_string(&quota->arena, equals ? equals + 1 : "");
		double number;

		if (!equals || equals == pair || strchr(equals + 1, '=')) {
			failures_add(failures, "Invalid argument syntax %s, expected <resource>=<value>", pair);
			return -1;
		}
		if (!format_parse_amount(amount, &number)) {
			failures_add(failures, "quantities must match the regular expression "
				"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
			return -1;
		}
		value_set(&quota->arena, value_make_map(&quota->arena, spec, "hard"),
			arena_strndup(&quota->arena, pair, (size_t)(equals - pair)), amount);
	}
	return 0;
}

static int
fill_quota(struct typed *quota, const struct flags *flags, struct failures *failures)
{
	struct value *spec = value_make_map(&quota->arena, quota->root, "spec");
	const char *scopes = flag_string(flags, "scopes");

	value_make_map(&quota->arena, quota->root, "status");
	if (fill_hard(quota, flag_string(flags, "hard"), spec, failures))
		return -1;
	for (const char *rest = *scopes ? scopes : NULL; rest; ) {
		const char *scope = next_part(&quota->arena, &rest);

		if (!*scope) {
			failures_add(failures, "invalid resource quota scope \"\"");
			return -1;
		}
		value_append(&quota->arena, value_make_list(&quota->arena, spec, "scopes"), value_string(&quota->arena, scope));
	}
	return 0;
}

static int
create_quota_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *name = typed_name_argument(kubectl, flags);
	struct mutation mutation;
	struct typed quota;

	if (!name || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&quota, "ResourceQuota", name, kubectl, flags);
	if (!fill_quota(&quota, flags, &mutation.failures))
		typed_create(&quota, &mutation, flags, "failed to create quota:");
	typed_release(&quota);
	return mutation_end(&mutation);
}

const struct verb verb_create_quota = {
	.name = "quota",
	.aliases = "resourcequota",
	.usage = "create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
	.summary = "Make a quota of a namespace",
	.help = "Makes a quota: how much of each resource a namespace may hold.",
	.examples = "kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2,services=3",
	.flags = quota_tables,
	.args = "",
	.run = create_quota_run,
};

/* ---- poddisruptionbudget ---- */

static const struct flag pdb_flags[] = {
	{ "max-unavailable", 0, FLAG_STRING, "", NULL, NULL, "How many pods may be away, a number or a share (30%)." },
	{ "min-available", 0, FLAG_STRING, "", NULL, NULL, "How many pods must be there, a number or a share (30%)." },
	{ "selector", 0, FLAG_STRING, "", NULL, NULL, "Labels of the pods, only with = in them." },
	FLAGS_END,
};
static const struct flag *const pdb_tables[] = { pdb_flags, CREATE_TABLES, NULL };

/* "10" or "30%" */
static bool
is_amount(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && strcmp(text + digits, text[digits] ? "%" : "") == 0;
}

static int
check_pdb(struct kubectl *kubectl, const struct flags *flags)
{
	const char *min = flag_string(flags, "min-available"), *max = flag_string(flags, "max-unavailable");

	if (!*flag_string(flags, "selector"))
		return print_failure(kubectl->io, "a selector must be specified");
	if (!*min && !*max)
		return print_failure(kubectl->io, "one of min-available or max-unavailable must be specified");
	if (*min && *max)
		return print_failure(kubectl->io, "min-available and max-unavailable cannot be both specified");
	if (!is_amount(*min ? min : max))
		return print_failure(kubectl->io, "invalid format specified for %s", *min ? "min-available" : "max-unavailable");
	return 0;
}

static int
add_expression(struct typed *pdb, struct value *selector, const struct requirement *row, struct failures *failures)
{
	static const char *const operators[] = {
		[SELECTOR_IN] = "In", [SELECTOR_NOT_IN] = "NotIn", [SELECTOR_EXISTS] = "Exists",
		[SELECTOR_ABSENT] = "DoesNotExist", [SELECTOR_LESS] = NULL,
	};
	struct value *expression = value_map(&pdb->arena), *values;

	if (!operators[row->operator]) {
		failures_add(failures, row->operator == SELECTOR_DIFFERS ? "\"%s\" is not a valid label selector operator" :
			"\"%s\" isn't supported in label selectors", row->operator == SELECTOR_DIFFERS ? "!=" :
			row->operator == SELECTOR_GREATER ? "gt" : "lt");
		return -1;
	}
	value_set_text(&pdb->arena, expression, "key", arena_strdup(&pdb->arena, row->key));
	value_set_text(&pdb->arena, expression, "operator", operators[row->operator]);
	values = row->values.n ? value_make_list(&pdb->arena, expression, "values") : NULL;
	for (size_t i = 0; i < row->values.n; i++)
		value_append(&pdb->arena, values, value_string(&pdb->arena, row->values.v[i]));
	value_append(&pdb->arena, value_make_list(&pdb->arena, selector, "matchExpressions"), expression);
	return 0;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct requirement *)a)->key, ((const struct requirement *)b)->key);
}

static int
fill_selector(struct typed *pdb, const char *text, struct value *spec, struct failures *failures)
{
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;
	int status = label_selector_parse(text, &selector, &err);
	struct value *labels, *map, *whole;

	if (status)
		failures_add(failures, "couldn't parse the selector string \"%s\": %s", text, err.text);
	map = value_map(&pdb->arena);
	labels = value_map(&pdb->arena);
	if (selector.requirements.n)
		qsort(selector.requirements.v, selector.requirements.n, sizeof *selector.requirements.v, by_key);
	for (size_t i = 0; i < selector.requirements.n && !status; i++) {
		const struct requirement *row = &selector.requirements.v[i];

		if (row->operator == SELECTOR_EQUALS)
			value_set_text(&pdb->arena, labels, arena_strdup(&pdb->arena, row->key), row->values.v[0]);
		else
			status = add_expression(pdb, map, row, failures);
	}
	whole = value_make_map(&pdb->arena, spec, "selector");
	if (value_count(labels))
		value_set(&pdb->arena, whole, "matchLabels", labels);
	if (value_get(map, "matchExpressions"))
		value_set(&pdb->arena, whole, "matchExpressions", value_get(map, "matchExpressions"));
	err_release(&err);
	selector_release(&selector);
	return status;
}

static void
set_amount(struct typed *pdb, struct value *spec, const char *field, const char *amount)
{
	if (str_ends(amount, "%"))
		value_set_text(&pdb->arena, spec, field, amount);
	else
		value_set_int(&pdb->arena, spec, field, strtoll(amount, NULL, 10));
}

static int
fill_pdb(struct typed *pdb, const struct flags *flags, struct failures *failures)
{
	static const char *const counts[] = { "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods" };
	const char *min = flag_string(flags, "min-available");
	struct value *spec = value_make_map(&pdb->arena, pdb->root, "spec"), *status;

	if (*min)
		set_amount(pdb, spec, "minAvailable", min);
	if (fill_selector(pdb, flag_string(flags, "selector"), spec, failures))
		return -1;
	if (!*min)
		set_amount(pdb, spec, "maxUnavailable", flag_string(flags, "max-unavailable"));
	status = value_make_map(&pdb->arena, pdb->root, "status");
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		value_set_int(&pdb->arena, status, counts[i], 0);
	return 0;
}

static int
create_pdb_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *name = typed_name_argument(kubectl, flags);
	struct mutation mutation;
	struct typed pdb;

	if (!name || check_pdb(kubectl, flags) || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&pdb, "PodDisruptionBudget", name, kubectl, flags);
	if (!fill_pdb(&pdb, flags, &mutation.failures))
		typed_create(&pdb, &mutation, flags, "failed to create poddisruptionbudgets:");
	typed_release(&pdb);
	return mutation_end(&mutation);
}

const struct verb verb_create_pdb = {
	.name = "poddisruptionbudget",
	.aliases = "pdb",
	.usage = "create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
	.summary = "Make a budget of disruptions",
	.help = "Makes a budget: how many pods of a selector an eviction must leave, or may take away.",
	.examples = "kubectl create pdb my-pdb --selector=app=nginx --min-available=50%",
	.flags = pdb_tables,
	.args = "",
	.run = create_pdb_run,
};
