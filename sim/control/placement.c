/* pkg/scheduler/framework/plugins: nodeaffinity, tainttoleration, nodeunschedulable. */
#include "control/placement.h"

#include <string.h>

static const char *
text(const struct value *map, const char *key)
{
	const char *found = value_get_text(map, key);

	return found ? found : "";
}

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

static bool
any_tolerates(const struct value *tolerations, const struct value *taint)
{
	for (size_t i = 0; i < value_count(tolerations); i++)
		if (tolerates(value_at(tolerations, i), taint))
			return true;
	return false;
}

/* One requirement of a node selector term; In, NotIn, Exists, DoesNotExist on one text. */
static bool
requirement_met(const struct value *requirement, const char *have)
{
	const char *operator = text(requirement, "operator");
	const struct value *values = value_get(requirement, "values");
	bool among = false;

	for (size_t i = 0; have && i < value_count(values); i++)
		among |= strcmp(have, value_text(value_at(values, i))) == 0;
	if (strcmp(operator, "In") == 0)
		return among;
	if (strcmp(operator, "NotIn") == 0)
		return !among;
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

static bool
affinity_met(const struct value *spec, const struct object *node)
{
	const struct value *terms = value_path(spec,
		"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");

	for (size_t i = 0; i < value_count(terms); i++)
		if (term_met(value_at(terms, i), node))
			return true;
	return !terms;
}

enum placement
placement_of(const struct value *spec, const struct node *node, const struct value **taint)
{
	static const char cordon[] = "node.kubernetes.io/unschedulable";
	const struct value *tolerations = value_get(spec, "tolerations");
	const struct value *taints = value_path(node->object->root, "spec.taints");

	*taint = NULL;
	if (node->unschedulable) {
		struct value_entry entries[] = {
			{ "key", &(struct value){ .type = VALUE_STRING, .string = { cordon, sizeof cordon - 1 } }, 0, 0 },
			{ "effect", &(struct value){ .type = VALUE_STRING, .string = { "NoSchedule", 10 } }, 0, 0 },
		};
		struct value implied = { .type = VALUE_MAP, .map = { entries, 2, 2 } };

		if (!any_tolerates(tolerations, &implied))
			return PLACEMENT_CORDONED;
	}
	if (!selector_matches_map(value_get(spec, "nodeSelector"), value_get(object_meta(node->object), "labels")) ||
		!affinity_met(spec, node->object))
		return PLACEMENT_SELECTOR;
	for (size_t i = 0; i < value_count(taints); i++) {
		const struct value *one = value_at(taints, i);

		if (strcmp(text(one, "key"), cordon) == 0 || strcmp(text(one, "effect"), "PreferNoSchedule") == 0)
			continue;
		if (!any_tolerates(tolerations, one)) {
			*taint = one;
			return PLACEMENT_TAINT;
		}
	}
	return PLACEMENT_OK;
}
