#include "net/policy.h"

#include <string.h>

static const char *
text(const struct value *map, const char *key)
{
	const char *found = value_get_text(map, key);

	return found ? found : "";
}

/* policyTypes; absent: Ingress, and Egress when there is an egress rule. */
static bool
has_direction(const struct value *spec, bool ingress)
{
	const struct value *types = value_get(spec, "policyTypes");

	for (size_t i = 0; i < value_count(types); i++)
		if (strcmp(value_text(value_at(types, i)), ingress ? "Ingress" : "Egress") == 0)
			return true;
	return !value_count(types) && (ingress || value_count(value_get(spec, "egress")));
}

/* ---- ports ---- */

/* A port name means what the receiving pod calls so. */
static bool
named_port_matches(const struct policy_question *question, const char *name)
{
	const struct pod *target = question->target;

	for (size_t i = 0; target && i < target->nports; i++)
		if (strcmp(target->ports[i].name, name) == 0 && target->ports[i].protocol == question->protocol &&
			target->ports[i].port == question->port)
			return true;
	return false;
}

static bool
port_matches(const struct policy_question *question, const struct value *entry)
{
	const struct value *port = value_get(entry, "port");
	enum protocol protocol = PROTOCOL_TCP;
	const char *name = value_get_text(entry, "protocol");

	if (name)
		protocol_parse(name, &protocol);
	if (protocol != question->protocol)
		return false;
	if (value_is_null(port))
		return true;
	if (port->type == VALUE_STRING)
		return named_port_matches(question, port->string.text);
	return question->port >= port->integer && question->port <= value_get_int(entry, "endPort", port->integer);
}

static bool
ports_match(const struct policy_question *question, const struct value *ports)
{
	for (size_t i = 0; i < value_count(ports); i++)
		if (port_matches(question, value_at(ports, i)))
			return true;
	return !value_count(ports);
}

/* ---- peers ---- */

static bool
block_matches(const struct policy_question *question, const struct value *block)
{
	const struct value *except = value_get(block, "except");
	struct cidr cidr;

	if (!cidr_parse_lenient(text(block, "cidr"), &cidr) || !cidr_contains(&cidr, &question->peer_ip))
		return false;
	for (size_t i = 0; i < value_count(except); i++)
		if (cidr_parse_lenient(value_text(value_at(except, i)), &cidr) &&
			cidr_contains(&cidr, &question->peer_ip))
			return false;
	return true;
}

static const struct value *
labels_of(const struct object *object)
{
	static const struct value none = { .type = VALUE_MAP };
	const struct value *labels = object ? value_get(object_meta(object), "labels") : NULL;

	return labels ? labels : &none;
}

static bool
peer_matches(const struct store *store, const struct policy_question *question, const struct object *policy,
	const struct value *entry)
{
	const struct value *block = value_get(entry, "ipBlock"), *pods = value_get(entry, "podSelector");
	const struct value *namespaces = value_get(entry, "namespaceSelector");
	const struct pod *peer = question->peer;
	const struct object *namespace;

	if (block)
		return block_matches(question, block);
	if (!peer)
		return false;
	if (!namespaces && strcmp(peer->object->namespace, policy->namespace) != 0)
		return false;
	namespace = store_get(store, kind_by_kind("Namespace"), "", peer->object->namespace);
	if (namespaces && !selector_matches(namespaces, labels_of(namespace)))
		return false;
	return !pods || selector_matches(pods, labels_of(peer->object));
}

static bool
peers_match(const struct store *store, const struct policy_question *question, const struct object *policy,
	const struct value *peers)
{
	for (size_t i = 0; i < value_count(peers); i++)
		if (peer_matches(store, question, policy, value_at(peers, i)))
			return true;
	return !value_count(peers);
}

static bool
policy_allows(
	const struct store *store, const struct policy_question *question, const struct object *policy, size_t *rule)
{
	const struct value *rules = value_path(policy->root, question->ingress ? "spec.ingress" : "spec.egress");

	for (*rule = 0; *rule < value_count(rules); ++*rule) {
		const struct value *one = value_at(rules, *rule);

		if (peers_match(store, question, policy, value_get(one, question->ingress ? "from" : "to")) &&
			ports_match(question, value_get(one, "ports")))
			return true;
	}
	return false;
}

void
policy_ask(const struct store *store, const struct policy_question *question, struct policy_answer *answer)
{
	size_t n;
	const struct object *const *policies =
		store_list(store, kind_by_kind("NetworkPolicy"), question->subject->object->namespace, &n);

	*answer = (struct policy_answer){ .allowed = true };
	for (size_t i = 0; i < n; i++) {
		const struct value *spec = value_get(policies[i]->root, "spec");

		if (!has_direction(spec, question->ingress) ||
			!selector_matches(value_get(spec, "podSelector"), labels_of(question->subject->object)))
			continue;
		answer->isolating++;
		if (!answer->isolated)
			answer->policy = policies[i];
		if (!answer->isolated || !answer->allowed) {
			answer->allowed = policy_allows(store, question, policies[i], &answer->rule);
			if (answer->allowed)
				answer->policy = policies[i];
		}
		answer->isolated = true;
	}
}
