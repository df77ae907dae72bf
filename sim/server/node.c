/* Nodes.  Follows pkg/apis/core/v1/defaults.go and ValidateNode, ValidateNodeUpdate in
 * pkg/apis/core/validation/validation.go. */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

const char *const taint_effects[] = { "NoSchedule", "PreferNoSchedule", "NoExecute", NULL };

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

static void
taints_validate(struct status *status, const struct value *taints)
{
	static const struct place list = { NULL, "metadata.taints", 0 };

	for (size_t i = 0; i < value_count(taints); i++) {
		const struct value *taint = value_at(taints, i);
		const struct place at = { &list, NULL, i };
		bool doubled = false;
		char *shown, *detailed;

		place_check_text(status, &at, "key", value_get_text(taint, "key"), check_qualified_name);
		place_check_joined(status, &at, "value", taint, "value", check_label_value);
		place_word(status, &at, taint, "effect", taint_effects, true);
		for (size_t k = 0; k < i && !doubled; k++)
			doubled = same_taint(taint, value_at(taints, k));
		if (!doubled)
			continue;
		shown = go_text("core.Taint", taint);
		detailed = xasprintf("%s: taints must be unique by key and effect pair", shown);
		place_duplicate(status, &at, NULL, detailed);
		free(detailed);
		free(shown);
	}
}

static void
amounts_validate(struct status *status, const struct value *node, const char *field)
{
	const struct value *amounts = value_get(value_get(node, "status"), field);
	const struct place at = { NULL, "status", 0 }, list = { &at, field, 0 };

	for (size_t i = 0; i < value_count(amounts); i++) {
		const struct place item = { &list, amounts->map.v[i].key, 0 };

		resource_amount_validate(status, amounts->map.v[i].key, amounts->map.v[i].value, &item);
	}
}

/* One range a family at most, none twice. */
static void
ranges_validate(struct status *status, const struct value *ranges)
{
	static const struct place list = { &spec_at, "podCIDRs", 0 };
	struct cidr found[2];
	bool valid = true;

	for (size_t i = 0; i < value_count(ranges); i++) {
		const struct place at = { &list, NULL, i };
		char *path = place_text(&at);

		valid &= validate_cidr(status, path, value_at(ranges, i));
		if (i < 2 && valid)
			cidr_parse_lenient(value_text(value_at(ranges, i)), &found[i]);
		free(path);
	}
	if (value_count(ranges) > 1 && valid && (value_count(ranges) > 2 || found[0].ip.family == found[1].ip.family))
		place_invalid(status, &list, NULL, ranges, "may specify no more than one CIDR for each IP family");
}

static void
update_validate(struct status *status, const struct value *spec, const struct value *old)
{
	const struct value *ranges = value_get(spec, "podCIDRs"), *before = value_get(old, "podCIDRs");
	const char *provider = value_get_text(spec, "providerID");

	if (value_count(before) && (!ranges || !value_equal(ranges, before)))
		place_forbidden(status, &spec_at, "podCIDRs",
			"node updates may not change podCIDR except from \"\" to valid");
	if (place_has_text(old, "providerID") &&
		(!provider || strcmp(provider, value_get_text(old, "providerID")) != 0))
		place_forbidden(status, &spec_at, "providerID",
			"node updates may not change providerID except from \"\" to valid");
}

static void
node_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");

	if (!change->old)
		taints_validate(change->status, value_get(spec, "taints"));
	amounts_validate(change->status, change->new, "capacity");
	amounts_validate(change->status, change->new, "allocatable");
	if (!change->old) {
		ranges_validate(change->status, value_get(spec, "podCIDRs"));
		return;
	}
	update_validate(change->status, spec, value_get(change->old, "spec"));
	taints_validate(change->status, value_get(spec, "taints"));
}

const struct strategy strategy_node = {
	.kind = "Node",
	.defaults = node_defaults,
	.validate = node_validate,
};
