/*
 * NetworkPolicies: policyTypes follow from what is there, protocols are TCP.  Follows
 * pkg/apis/networking/v1/defaults.go and pkg/apis/networking/validation/validation.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

static const char *const policy_types[] = { "Ingress", "Egress", NULL };
static const char *const protocols[] = { "TCP", "UDP", "SCTP", NULL }; /* listed in this order here */

/* The two directions: where their rules stand, and their peers. */
static const struct direction {
	const char *rules, *peers;
} directions[] = { { "ingress", "from" }, { "egress", "to" } };

static void
policy_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *types;

	value_make_map(arena, spec, "podSelector");
	for (size_t d = 0; d < 2; d++) {
		const struct value *rules = value_get(spec, directions[d].rules);

		for (size_t i = 0; i < value_count(rules); i++) {
			const struct value *ports = value_get(value_at(rules, i), "ports");

			for (size_t k = 0; k < value_count(ports); k++) {
				if (!value_get(value_at(ports, k), "protocol"))
					value_set_text(arena, value_at(ports, k), "protocol", "TCP");
			}
		}
	}
	if (value_count(value_get(spec, "policyTypes")))
		return;
	types = value_list(arena);
	value_append(arena, types, value_string(arena, "Ingress"));
	if (value_count(value_get(spec, "egress")))
		value_append(arena, types, value_string(arena, "Egress"));
	value_set(arena, spec, "policyTypes", types);
}

static void
check_port(struct status *status, const char *path, const struct value *port)
{
	const struct value *number = value_get(port, "port"), *end = value_get(port, "endPort");
	char *at = xasprintf("%s.protocol", path), *end_path = xasprintf("%s.endPort", path);

	validate_given_word(status, at, value_get(port, "protocol"), protocols);
	free(at);
	if (!number) {
		if (end)
			status_add_invalid(status, end_path, end, "may not be specified when `port` is not specified");
	} else if (number->type == VALUE_INT) {
		validate_port_number(status, path, port, "port");
		if (end && value_get_int(port, "endPort", 0) < number->integer)
			status_add_invalid(status, end_path, number,
				"must be greater than or equal to `port`"); /* sic: the port */
		if (end)
			validate_port_number(status, path, port, "endPort");
	} else {
		if (end)
			status_add_invalid(status, end_path, end, "may not be specified when `port` is non-numeric");
		validate_port_number_or_name(status, path, port, "port");
	}
	free(end_path);
}

static bool
is_strictly_inside(const char *inner, const char *outer)
{
	struct cidr in, out;

	return cidr_parse_lenient(inner, &in) && cidr_parse_lenient(outer, &out) && in.prefix > out.prefix &&
		cidr_contains(&out, &in.ip);
}

static void
check_block(struct status *status, const char *path, const struct value *block)
{
	const struct value *cidr = value_get(block, "cidr"), *except = value_get(block, "except");
	char *at = xasprintf("%s.cidr", path);
	bool good;

	if (!value_text(cidr) || !*value_text(cidr)) {
		status_required(status, at, NULL);
		free(at);
		return;
	}
	good = validate_cidr(status, at, cidr);
	free(at);
	for (size_t i = 0; good && i < value_count(except); i++) {
		at = xasprintf("%s.except[%zu]", path, i);
		if (validate_cidr(status, at, value_at(except, i)) &&
			!is_strictly_inside(value_text(value_at(except, i)), value_text(cidr)))
			status_add_invalid(status, at, value_at(except, i), "must be a strict subset of `cidr`");
		free(at);
	}
}

static void
check_peer(struct status *status, const char *path, const struct value *peer)
{
	static const char *const selectors[] = { "podSelector", "namespaceSelector", NULL };
	const struct value *block = value_get(peer, "ipBlock");
	char *at;
	int count = block != NULL;

	for (size_t i = 0; selectors[i]; i++) {
		const struct value *selector = value_get(peer, selectors[i]);

		count += selector != NULL;
		at = xasprintf("%s.%s", path, selectors[i]);
		validate_label_selector(status, selector, at);
		free(at);
	}
	if (block) {
		at = xasprintf("%s.ipBlock", path);
		check_block(status, at, block);
		free(at);
	}
	if (!count)
		status_required(status, path, "must specify a peer");
	else if (count > 1 && block)
		status_forbidden(status, path, "may not specify both ipBlock and another peer");
}

static void
check_list(struct status *status, const char *rule_path, const struct value *rule, const char *field,
	void (*check)(struct status *status, const char *path, const struct value *item))
{
	const struct value *list = value_get(rule, field);

	for (size_t i = 0; i < value_count(list); i++) {
		char *path = xasprintf("%s.%s[%zu]", rule_path, field, i);

		check(status, path, value_at(list, i));
		free(path);
	}
}

static void
check_rules(struct status *status, const struct value *spec, const struct direction *direction)
{
	const struct value *rules = value_get(spec, direction->rules);

	for (size_t i = 0; i < value_count(rules); i++) {
		char *path = xasprintf("spec.%s[%zu]", direction->rules, i);

		check_list(status, path, value_at(rules, i), "ports", check_port);
		check_list(status, path, value_at(rules, i), direction->peers, check_peer);
		free(path);
	}
}

static void
check_types(struct status *status, const struct value *types)
{
	if (value_count(types) > 2) {
		char *text = status_value_text(types),
		     *typed = xasprintf("[]networking.PolicyType%s", text + strlen("[]string"));

		status_invalid_value(status, "spec.policyTypes", typed, "may not specify more than two policyTypes");
		free(typed);
		free(text);
		return;
	}
	for (size_t i = 0; i < value_count(types); i++) {
		char *path = xasprintf("spec.policyTypes[%zu]", i);

		validate_given_word(status, path, value_at(types, i), policy_types);
		free(path);
	}
}

static void
policy_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");

	validate_label_selector(change->status, value_get(spec, "podSelector"), "spec.podSelector");
	for (size_t d = 0; d < 2; d++)
		check_rules(change->status, spec, &directions[d]);
	check_types(change->status, value_get(spec, "policyTypes"));
}

const struct strategy strategy_networkpolicy = {
	.kind = "NetworkPolicy",
	.defaults = policy_defaults,
	.validate = policy_validate,
};
