/*
 * The checks of where a pod wants to run: affinity to nodes and pods, and topology spread.  Follows validateAffinity and
 * validateTopologySpreadConstraints, with what they call, in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define REQUIRED "requiredDuringSchedulingIgnoredDuringExecution"
#define PREFERRED "preferredDuringSchedulingIgnoredDuringExecution"
#define BOTH_SELECT "exists in both matchLabelKeys and labelSelector"

static void
operator_refuse(struct status *status, const struct value *requirement, const struct place *at)
{
	place_invalid_member(status, at, requirement, "operator", "not a valid selector operator");
}

/* How many values an operator goes with. */
static const struct {
	const char *name;
	size_t least, most;
	const char *complaint;
} operators[] = {
	{ "In", 1, SIZE_MAX, "must be specified when `operator` is 'In' or 'NotIn'" },
	{ "NotIn", 1, SIZE_MAX, "must be specified when `operator` is 'In' or 'NotIn'" },
	{ "Exists", 0, 0, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" },
	{ "DoesNotExist", 0, 0, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" },
	{ "Gt", 1, 1, "must be specified single value when `operator` is 'Lt' or 'Gt'" },
	{ "Lt", 1, 1, "must be specified single value when `operator` is 'Lt' or 'Gt'" },
};

/* The values of what is only preferred may be no labels' values. */
static void
label_requirement_validate(
	struct status *status, const struct value *requirement, bool preferred, const struct place *at)
{
	const char *name = value_get_text(requirement, "operator");
	const struct value *values = value_get(requirement, "values");
	const struct place list = { at, "values", 0 };
	size_t count = value_count(values), i = 0;

	while (i < sizeof operators / sizeof *operators && (!name || strcmp(operators[i].name, name) != 0))
		i++;
	if (i == sizeof operators / sizeof *operators)
		operator_refuse(status, requirement, at);
	else if (!operators[i].most && count)
		place_forbidden(status, at, "values", operators[i].complaint);
	else if (count < operators[i].least || count > operators[i].most)
		place_required(status, at, "values", operators[i].complaint);
	place_check_text(status, at, "key", value_get_text(requirement, "key"), check_qualified_name);
	for (size_t k = 0; !preferred && k < count; k++) {
		const struct place item = { &list, NULL, k };

		place_check_text(status, &item, NULL, value_text(value_at(values, k)), check_label_value);
	}
}

static void
field_requirement_validate(struct status *status, const struct value *requirement, const struct place *at)
{
	const char *name = value_get_text(requirement, "operator"), *key = value_get_text(requirement, "key");
	const struct value *values = value_get(requirement, "values");
	const struct place list = { at, "values", 0 };

	if (!name || (strcmp(name, "In") != 0 && strcmp(name, "NotIn") != 0))
		operator_refuse(status, requirement, at);
	else if (value_count(values) != 1)
		place_required(status, at, "values",
			"must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
	if (!key || strcmp(key, "metadata.name") != 0) {
		place_invalid_member(status, at, requirement, "key", "not a valid field selector key");
		return;
	}
	for (size_t i = 0; i < value_count(values); i++) {
		const struct place item = { &list, NULL, i };

		place_check_text(status, &item, NULL, value_text(value_at(values, i)), check_dns1123_subdomain);
	}
}

static void
node_term_validate(struct status *status, const struct value *term, bool preferred, const struct place *at)
{
	const struct value *labels = value_get(term, "matchExpressions"), *fields = value_get(term, "matchFields");
	const struct place labels_at = { at, "matchExpressions", 0 }, fields_at = { at, "matchFields", 0 };

	for (size_t i = 0; i < value_count(labels); i++) {
		const struct place item = { &labels_at, NULL, i };

		label_requirement_validate(status, value_at(labels, i), preferred, &item);
	}
	for (size_t i = 0; i < value_count(fields); i++) {
		const struct place item = { &fields_at, NULL, i };

		field_requirement_validate(status, value_at(fields, i), &item);
	}
}

static void
weight_validate(struct status *status, const struct value *term, const struct place *at)
{
	int64_t weight = value_get_int(term, "weight", 0);

	if (weight < 1 || weight > 100)
		place_invalid_int(status, at, "weight", weight, "must be in the range 1-100");
}

static void
node_affinity_validate(struct status *status, const struct value *affinity, const struct place *at)
{
	const struct value *required = value_get(affinity, REQUIRED), *preferred = value_get(affinity, PREFERRED);
	const struct value *terms = value_get(required, "nodeSelectorTerms");
	const struct place required_at = { at, REQUIRED, 0 }, terms_at = { &required_at, "nodeSelectorTerms", 0 };
	const struct place preferred_at = { at, PREFERRED, 0 };

	if (required && !value_count(terms))
		place_required(status, &terms_at, NULL, "must have at least one node selector term");
	for (size_t i = 0; i < value_count(terms); i++) {
		const struct place item = { &terms_at, NULL, i };

		node_term_validate(status, value_at(terms, i), false, &item);
	}
	for (size_t i = 0; i < value_count(preferred); i++) {
		const struct place item = { &preferred_at, NULL, i }, preference = { &item, "preference", 0 };

		weight_validate(status, value_at(preferred, i), &item);
		node_term_validate(status, value_get(value_at(preferred, i), "preference"), true, &preference);
	}
}

static bool
has_word(const struct value *list, const char *word)
{
	for (size_t i = 0; i < value_count(list); i++) {
		if (!strcmp(value_text(value_at(list, i)), word))
			return true;
	}
	return false;
}

static void
label_keys_validate(struct status *status, const struct value *term, const char *field, const struct place *path)
{
	const struct value *keys = value_get(term, field);
	const struct place list = { path, field, 0 };

	if (!value_count(keys))
		return;
	if (!value_get(term, "labelSelector")) {
		place_forbidden(status, &list, NULL, "must not be specified when labelSelector is not set");
		return;
	}
	for (size_t i = 0; i < value_count(keys); i++) {
		const struct place item = { &list, NULL, i };

		place_check_text(status, &item, NULL, value_text(value_at(keys, i)), check_qualified_name);
	}
}

static void
both_keys_validate(struct status *status, const struct value *term, const struct place *at)
{
	const struct value *match = value_get(term, "matchLabelKeys"), *mismatch = value_get(term, "mismatchLabelKeys");
	const struct place list = { at, "matchLabelKeys", 0 };

	for (size_t i = 0; i < value_count(match); i++) {
		const struct place item = { &list, NULL, i };

		if (has_word(mismatch, value_text(value_at(match, i))))
			place_invalid(status, &item, NULL, value_at(match, i),
				"exists in both matchLabelKeys and mismatchLabelKeys");
	}
}

static void
pod_term_validate(struct status *status, const struct value *term, const struct place *at)
{
	const struct value *namespaces = value_get(term, "namespaces");

	place_selector(status, at, term, "labelSelector");
	place_selector(status, at, term, "namespaceSelector");
	for (size_t i = 0; i < value_count(namespaces); i++)
		place_check_text(
			status, at, "namespace", value_text(value_at(namespaces, i)), check_dns1123_label);
	label_keys_validate(status, term, "matchLabelKeys", at);
	label_keys_validate(status, term, "mismatchLabelKeys", at);
	both_keys_validate(status, term, at);
	if (!place_has_text(term, "topologyKey"))
		place_required(status, at, "topologyKey", "can not be empty");
	place_check_text(status, at, "topologyKey", value_get_text(term, "topologyKey"), check_qualified_name);
}

static void
pod_side_validate(struct status *status, const struct value *side, const struct place *at)
{
	const struct value *required = value_get(side, REQUIRED), *preferred = value_get(side, PREFERRED);
	const struct place required_at = { at, REQUIRED, 0 }, preferred_at = { at, PREFERRED, 0 };

	for (size_t i = 0; i < value_count(required); i++) {
		const struct place item = { &required_at, NULL, i };

		pod_term_validate(status, value_at(required, i), &item);
	}
	for (size_t i = 0; i < value_count(preferred); i++) {
		const struct place item = { &preferred_at, NULL, i }, term = { &item, "podAffinityTerm", 0 };

		weight_validate(status, value_at(preferred, i), &item);
		pod_term_validate(status, value_get(value_at(preferred, i), "podAffinityTerm"), &term);
	}
}

/* ---- merging: applyMatchLabelKeysAndMismatchLabelKeys of pkg/registry/core/pod/strategy.go ---- */

/* A key that the pod has no label for says nothing. */
static void
merge_keys(struct arena *arena, struct value *term, const char *field, const char *operator, const struct value *labels)
{
	struct value *selector = value_get(term, "labelSelector");
	const struct value *keys = value_get(term, field);

	for (size_t i = 0; selector && i < value_count(keys); i++) {
		const char *key = value_text(value_at(keys, i)), *text = key ? value_get_text(labels, key) : NULL;
		struct value *expression = value_map(arena);

		if (!text)
			continue;
		value_set_text(arena, expression, "key", key);
		value_set_text(arena, expression, "operator", operator);
		value_append(arena, value_make_list(arena, expression, "values"), value_string(arena, text));
		value_append(arena, value_make_list(arena, selector, "matchExpressions"), expression);
	}
}

void
pod_affinity_merge_keys(struct arena *arena, struct value *pod)
{
	static const char *const sides[] = { "podAffinity", "podAntiAffinity" };
	const struct value *labels = value_path(pod, "metadata.labels");

	for (size_t i = 0; i < 4; i++) {
		struct value *side = value_get(value_path(pod, "spec.affinity"), sides[i / 2]);
		struct value *list = value_get(side, i % 2 ? PREFERRED : REQUIRED);

		for (size_t k = 0; k < value_count(list); k++) {
			struct value *term = i % 2 ? value_get(value_at(list, k), "podAffinityTerm") : value_at(list, k);

			merge_keys(arena, term, "matchLabelKeys", "In", labels);
			merge_keys(arena, term, "mismatchLabelKeys", "NotIn", labels);
		}
	}
}

void
pod_affinity_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *affinity = value_get(spec, "affinity");
	const struct place at = { path, "affinity", 0 }, nodes = { &at, "nodeAffinity", 0 };
	const struct place near = { &at, "podAffinity", 0 }, far = { &at, "podAntiAffinity", 0 };

	node_affinity_validate(status, value_get(affinity, "nodeAffinity"), &nodes);
	pod_side_validate(status, value_get(affinity, "podAffinity"), &near);
	pod_side_validate(status, value_get(affinity, "podAntiAffinity"), &far);
}

/* A later constraint of the same key and action makes this one a double. */
static void
double_validate(struct status *status, const struct value *constraints, size_t i, const struct place *at)
{
	const char *key = value_get_text(value_at(constraints, i), "topologyKey"),
		   *action = value_get_text(value_at(constraints, i), "whenUnsatisfiable");
	char *shown;

	for (size_t k = i + 1; k < value_count(constraints); k++) {
		const char *other = value_get_text(value_at(constraints, k), "topologyKey"),
			   *others = value_get_text(value_at(constraints, k), "whenUnsatisfiable");

		if (strcmp(key ? key : "", other ? other : "") != 0 || strcmp(action ? action : "", others ? others : "") != 0)
			continue;
		shown = xasprintf("\"{%s, %s}\"", key ? key : "", action ? action : "");
		place_duplicate(status, at, "{topologyKey, whenUnsatisfiable}", shown);
		free(shown);
		return;
	}
}

static void
domains_validate(struct status *status, const struct value *constraint, const struct place *at)
{
	const struct value *domains = value_get(constraint, "minDomains");
	const char *action = value_get_text(constraint, "whenUnsatisfiable");
	char *detail;

	if (!domains)
		return;
	if (domains->type == VALUE_INT && domains->integer <= 0)
		place_invalid(status, at, "minDomains", domains, "must be greater than zero");
	if (action && !strcmp(action, "DoNotSchedule"))
		return;
	detail = xasprintf(
		"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not %s", action ? action : "");
	place_invalid(status, at, "minDomains", domains, detail);
	free(detail);
}

static void
spread_keys_validate(struct status *status, const struct value *constraint, const struct place *at)
{
	const struct value *keys = value_get(constraint, "matchLabelKeys"),
			   *selector = value_get(constraint, "labelSelector"),
			   *expressions = value_get(selector, "matchExpressions");
	const struct place list = { at, "matchLabelKeys", 0 };

	if (value_count(keys) && !selector)
		place_forbidden(status, &list, NULL, "must not be specified when labelSelector is not set");
	for (size_t i = 0; i < value_count(keys); i++) {
		const char *key = value_text(value_at(keys, i));
		const struct place item = { &list, NULL, i };
		bool selected = value_get(value_get(selector, "matchLabels"), key) != NULL;

		for (size_t k = 0; k < value_count(expressions); k++) {
			const char *other = value_get_text(value_at(expressions, k), "key");

			selected |= other && !strcmp(other, key);
		}
		place_check_text(status, &item, NULL, key, check_qualified_name);
		if (selected)
			place_invalid(status, &item, NULL, value_at(keys, i), BOTH_SELECT);
	}
}

void
pod_spread_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const actions[] = { "DoNotSchedule", "ScheduleAnyway", NULL };
	static const char *const policies[] = { "Honor", "Ignore", NULL };
	static const char *const nodes[] = { "nodeAffinityPolicy", "nodeTaintsPolicy" };
	const struct value *constraints = value_get(spec, "topologySpreadConstraints");
	const struct place list = { path, "topologySpreadConstraints", 0 };

	for (size_t i = 0; i < value_count(constraints); i++) {
		const struct value *constraint = value_at(constraints, i);
		const struct place at = { &list, NULL, i };
		int64_t skew = value_get_int(constraint, "maxSkew", 0);

		if (skew <= 0)
			place_invalid_int(status, &at, "maxSkew", skew, "must be greater than zero");
		if (!place_has_text(constraint, "topologyKey"))
			place_required(status, &at, "topologyKey", "can not be empty");
		place_one_of(status, &at, constraint, "whenUnsatisfiable", actions);
		double_validate(status, constraints, i, &at);
		domains_validate(status, constraint, &at);
		for (size_t k = 0; k < 2; k++) {
			if (value_get(constraint, nodes[k]))
				place_one_of(status, &at, constraint, nodes[k], policies);
		}
		spread_keys_validate(status, constraint, &at);
		place_selector(status, &at, constraint, "labelSelector");
	}
}
