/*
 * pkg/scheduler/framework/plugins: nodeunschedulable, tainttoleration, nodeaffinity; terms of node selectors as in
 * k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
 */
#include "control/placement.h"

#include <stdlib.h>
#include <string.h>

static const char cordon[] = "node.kubernetes.io/unschedulable";

static const char *
text(const struct value *map, const char *key)
{
	const char *found = value_get_text(map, key);

	return found ? found : "";
}

/* ---- taints ---- */

static bool
tolerates(const struct value *toleration, const struct value *taint)
{
	bool exists = strcmp(text(toleration, "operator"), "Exists") == 0;
	const char *key = text(toleration, "key");

	if (text(toleration, "effect")[0] && strcmp(text(toleration, "effect"), text(taint, "effect")) != 0)
		return false;
	if (!key[0])
		return exists;
	return strcmp(key, text(taint, "key")) == 0 &&
		(exists || strcmp(text(toleration, "value"), text(taint, "value")) == 0);
}

const struct value *
placement_toleration(const struct value *spec, const struct value *taint)
{
	const struct value *tolerations = value_get(spec, "tolerations");

	for (size_t i = 0; i < value_count(tolerations); i++)
		if (tolerates(value_at(tolerations, i), taint))
			return value_at(tolerations, i);
	return NULL;
}

static bool
any_tolerates(const struct value *spec, const struct value *taint)
{
	return placement_toleration(spec, taint) != NULL;
}

bool
placement_cordoned(const struct value *spec, const struct node *node)
{
	struct value_entry entries[] = {
		{ "key", &(struct value){ .type = VALUE_STRING, .string = { cordon, sizeof cordon - 1 } }, 0, 0 },
		{ "effect", &(struct value){ .type = VALUE_STRING, .string = { "NoSchedule", 10 } }, 0, 0 },
	};
	const struct value implied = { .type = VALUE_MAP, .map = { entries, 2, 2 } };

	return node->unschedulable && !any_tolerates(spec, &implied);
}

/* The cordon's own taint says nothing that spec.unschedulable doesn't; in a dump it may be left over. */
static bool
is_in_force(const struct value *taint, bool no_execute)
{
	if (strcmp(text(taint, "key"), cordon) == 0)
		return false;
	return strcmp(text(taint, "effect"), "NoExecute") == 0 || (!no_execute &&
		strcmp(text(taint, "effect"), "NoSchedule") == 0);
}

const struct value *
placement_taint(const struct value *spec, const struct node *node, bool no_execute)
{
	const struct value *taints = value_path(node->object->root, "spec.taints");

	for (size_t i = 0; i < value_count(taints); i++)
		if (is_in_force(value_at(taints, i), no_execute) && !any_tolerates(spec, value_at(taints, i)))
			return value_at(taints, i);
	return NULL;
}

int64_t
placement_disliked(const struct value *spec, const struct node *node)
{
	const struct value *taints = value_path(node->object->root, "spec.taints");
	int64_t count = 0;

	for (size_t i = 0; i < value_count(taints); i++)
		count += strcmp(text(value_at(taints, i), "effect"), "PreferNoSchedule") == 0 &&
			!any_tolerates(spec, value_at(taints, i));
	return count;
}

/* ---- node affinity ---- */

static bool
is_among(const struct value *values, const char *have)
{
	for (size_t i = 0; have && i < value_count(values); i++)
		if (strcmp(have, value_text(value_at(values, i))) == 0)
			return true;
	return false;
}

static bool
is_above(const char *have, const struct value *values)
{
	return have && strtoll(have, NULL, 10) > strtoll(value_text(value_at(values, 0)), NULL, 10);
}

static bool
is_below(const char *have, const struct value *values)
{
	return have && strtoll(have, NULL, 10) < strtoll(value_text(value_at(values, 0)), NULL, 10);
}

/* One requirement of a node selector term, on one text. */
static bool
requirement_met(const struct value *requirement, const char *have)
{
	const char *operator = text(requirement, "operator");
	const struct value *values = value_get(requirement, "values");

	if (strcmp(operator, "In") == 0)
		return is_among(values, have);
	if (strcmp(operator, "NotIn") == 0)
		return !is_among(values, have);
	if (strcmp(operator, "Gt") == 0)
		return is_above(have, values);
	if (strcmp(operator, "Lt") == 0)
		return is_below(have, values);
	return (strcmp(operator, "Exists") == 0) == (have != NULL);
}

static bool
term_met(const struct value *term, const struct object *node)
{
	const struct value *fields = value_get(term, "matchFields"), *labels = value_get(term, "matchExpressions");

	for (size_t i = 0; i < value_count(fields); i++)
		if (!requirement_met(value_at(fields, i), node->name))
			return false;
	for (size_t i = 0; i < value_count(labels); i++)
		if (!requirement_met(value_at(labels, i), object_label(node, text(value_at(labels, i), "key"))))
			return false;
	return value_count(fields) + value_count(labels) > 0;
}

static const struct value *
required_terms(const struct value *spec)
{
	return value_path(spec,
		"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
}

bool
placement_selected(const struct value *spec, const struct node *node)
{
	const struct value *terms = required_terms(spec);

	if (!selector_matches_map(value_get(spec, "nodeSelector"), value_get(object_meta(node->object), "labels")))
		return false;
	for (size_t i = 0; i < value_count(terms); i++)
		if (term_met(value_at(terms, i), node->object))
			return true;
	return !terms;
}

int64_t
placement_preferred(const struct value *spec, const struct node *node)
{
	const struct value *list = value_path(spec,
		"affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution");
	int64_t sum = 0;

	for (size_t i = 0; i < value_count(list); i++)
		if (term_met(value_get(value_at(list, i), "preference"), node->object))
			sum += value_get_int(value_at(list, i), "weight", 0);
	return sum;
}

/* Is the name in all of the term's lists of names?  *named: it has such lists. */
static bool
term_names(const struct value *term, const char *name, bool *named)
{
	const struct value *fields = value_get(term, "matchFields");
	bool all = true;

	*named = false;
	for (size_t i = 0; i < value_count(fields); i++) {
		if (strcmp(text(value_at(fields, i), "operator"), "In") != 0)
			continue;
		*named = true;
		all = all && is_among(value_get(value_at(fields, i), "values"), name);
	}
	return *named && all;
}

bool
placement_names_others(const struct value *spec, const struct node *node)
{
	const struct value *terms = required_terms(spec);
	bool named = false, this_one = false;

	for (size_t i = 0; i < value_count(terms); i++) {
		this_one |= term_names(value_at(terms, i), node->object->name, &named);
		if (!named)
			return false;
	}
	return named && !this_one;
}
