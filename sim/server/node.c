/* Nodes.  Follows pkg/apis/core/v1/defaults.go and ValidateNode, ValidateNodeUpdate in
 * pkg/apis/core/validation/validation.go. */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const struct place spec_at = { NULL, "spec", 0 };

/* A node that says nothing of what it can give gives all that it has. */
static void
node_defaults(struct arena *arena, struct value *object)
{
	struct value *status = value_get(object, "status");
	const struct value *capacity = value_get(status, "capacity");

	if (value_count(capacity) && !value_get(status, "allocatable"))
		value_set(arena, status, "allocatable", value_copy(arena, capacity));
}

static bool
same_taint(const struct value *a, const struct value *b)
{
	static const char *const fields[] = { "key", "effect" };

	for (size_t i = 0; i < 2; i++) {
		const char *x = value_get_text(a, fields[i]), *y = value_get_text(b, fields[i]);

		if (strcmp(x ? x : "", y ? y : "") != 0)
			return false;
	}
	return true;
}

/* core.Taint{Key:"a", Value:"", Effect:"NoSchedule", TimeAdded:<nil>} */
static char *
taint_text(const struct value *taint)
{
	const char *key = value_get_text(taint, "key"), *value = value_get_text(taint, "value");
	const char *effect = value_get_text(taint, "effect");

	return xasprintf("core.Taint{Key:\"%s\", Value:\"%s\", Effect:\"%s\", TimeAdded:<nil>}", key ? key : "",
		value ? value : "", effect ? effect : "");
}

static void
taints_validate(struct status *status, const struct value *taints)
{
	static const char *const effects[] = { "NoSchedule", "PreferNoSchedule", "NoExecute", NULL };
	static const struct place list = { &spec_at, "taints", 0 };

	for (size_t i = 0; i < value_count(taints); i++) {
		const struct value *taint = value_at(taints, i);
		const struct place at = { &list, NULL, i };
		bool doubled = false;
		char *shown;

		place_check(status, &at, taint, "key", check_qualified_name);
		place_check(status, &at, taint, "value", check_label_value);
		place_word(status, &at, taint, "effect", effects, true);
		for (size_t k = 0; k < i && !doubled; k++)
			doubled = same_taint(taint, value_at(taints, k));
		if (!doubled)
			continue;
		shown = taint_text(taint);
		place_duplicate(status, &at, NULL, shown);
		free(shown);
	}
}

static void
node_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *old = value_get(change->old, "spec");
	const struct value *range = value_get(spec, "podCIDR"), *before = value_get(old, "podCIDR");

	taints_validate(change->status, value_get(spec, "taints"));
	if (before && (!range || !value_equal(range, before)))
		place_forbidden(change->status, &spec_at, "podCIDRs",
			"node updates may not change podCIDR except from \"\" to valid");
}

const struct strategy strategy_node = {
	.kind = "Node",
	.defaults = node_defaults,
	.validate = node_validate,
};
