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
fill_selector(struct typed *pdb, const char *text, struct value *spec, struct failures *failures)
{
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;
	int status = label_selector_parse(text, &selector, &err);
	struct value *labels;

	if (status)
		failures_add(failures, "couldn't parse the selector string \"%s\": %s", text, err.text);
	labels = value_make_map(&pdb->arena, value_make_map(&pdb->arena, spec, "selector"), "matchLabels");
	for (size_t i = 0; i < selector.requirements.n && !status; i++) {
		const struct requirement *row = &selector.requirements.v[i];

		if (row->operator == SELECTOR_EQUALS) {
			value_set_text(&pdb->arena, labels, arena_strdup(&pdb->arena, row->key), row->values.v[0]);
		} else {
			failures_add(failures, "\"%s\" is not a valid label selector operator", row->operator == SELECTOR_DIFFERS ? "!=" :
				row->operator == SELECTOR_IN ? "in" : row->operator == SELECTOR_NOT_IN ? "notin" : "exists");
			status = -1;
		}
	}
	err_release(&err);
	selector_release(&selector);
	return status;
}

static int
fill_pdb(struct typed *pdb, const struct flags *flags, struct failures *failures)
{
	static const char *const counts[] = { "currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods" };
	const char *min = flag_string(flags, "min-available"), *amount = *min ? min : flag_string(flags, "max-unavailable");
	struct value *spec = value_make_map(&pdb->arena, pdb->root, "spec"), *status;
	const char *field = *min ? "minAvailable" : "maxUnavailable";

	if (str_ends(amount, "%"))
		value_set_text(&pdb->arena, spec, field, amount);
	else
		value_set_int(&pdb->arena, spec, field, strtoll(amount, NULL, 10));
	if (fill_selector(pdb, flag_string(flags, "selector"), spec, failures))
		return -1;
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
