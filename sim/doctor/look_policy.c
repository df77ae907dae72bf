/* Looks at NetworkPolicies in front of either end: which one isolates it, and the rule that would let this connection through. */
#include <string.h>

#include "doctor/patient.h"
#include "net/policy.h"

/* Labels that stand for a pod in a rule: all but those that its controller made up. */
static const char *
peer_labels(const struct patient *patient, const struct pod *pod)
{
	const struct value *labels = value_get(object_meta(pod->object), "labels");
	struct str text = STR_INIT;
	const char *kept;

	for (size_t i = 0; i < value_count(labels); i++) {
		if (!patient_is_made_up(labels->map.v[i].key))
			str_addf(&text, "%s\"%s\":\"%s\"", text.len ? "," : "", labels->map.v[i].key,
				value_text(labels->map.v[i].value));
	}
	kept = arena_strndup(&patient->diagnosis->arena, text.buf, text.len);
	str_release(&text);
	return kept;
}

/* The other end as a rule's peer. */
static const char *
peer_of(const struct patient *patient, const struct policy_question *question)
{
	struct arena *arena = &patient->diagnosis->arena;
	const struct pod *peer = question->peer;
	char text[IP_TEXT];

	if (!peer || peer->host_network)
		return arena_printf(arena, "{\"ipBlock\":{\"cidr\":\"%s/%d\"}}", ip_format(&question->peer_ip, text),
			question->peer_ip.family == IP_V4 ? 32 : 128);
	if (strcmp(peer->object->namespace, question->subject->object->namespace) == 0)
		return arena_printf(arena, "{\"podSelector\":{\"matchLabels\":{%s}}}", peer_labels(patient, peer));
	return arena_printf(arena, "{\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"%s\"}},"
		"\"podSelector\":{\"matchLabels\":{%s}}}", peer->object->namespace, peer_labels(patient, peer));
}

/* One end is asked; a refusal becomes a finding. */
static void
ask(struct patient *patient, const struct policy_question *question)
{
	struct arena *arena = &patient->diagnosis->arena;
	const char *side = question->ingress ? "ingress" : "egress", *rule, *op;
	struct policy_answer answer;
	struct finding *finding;
	const struct value *rules;

	policy_ask(patient->cluster->server.store, question, &answer);
	if (!answer.isolated || answer.allowed)
		return;
	rules = value_path(answer.policy->root, arena_printf(arena, "spec.%s", side));
	rule = arena_printf(arena, "{\"%s\":[%s],\"ports\":[{\"protocol\":\"%s\",\"port\":%u}]}",
		question->ingress ? "from" : "to", peer_of(patient, question), protocol_name(question->protocol),
		question->port);
	op = value_count(rules)
		? arena_printf(arena, "{\"op\":\"add\",\"path\":\"/spec/%s/-\",\"value\":%s}", side, rule)
		: arena_printf(arena, "{\"op\":\"add\",\"path\":\"/spec/%s\",\"value\":[%s]}", side, rule);
	finding = finding_add(patient, answer.policy, arena_printf(arena, "spec.%s", side));
	finding->met = true;
	finding_value(patient, finding, "%zu rule%s", value_count(rules), value_count(rules) == 1 ? "" : "s");
	finding_text(patient, finding,
		"NetworkPolicy %s isolates pod %s for %s, and no rule%s lets port %u (%s) %s %s through",
		answer.policy->name, question->subject->object->name, side,
		answer.isolating > 1 ? " of it or its kin" : " of it", question->port,
		protocol_name(question->protocol), question->ingress ? "from" : "to",
		question->peer              ? question->peer->object->name
			: question->ingress ? "outside"
					    : "that address");
	finding_command(patient, finding, "kubectl patch networkpolicy %s%s --type=json -p '[%s]'", answer.policy->name,
		patient_n(patient, answer.policy->namespace), op);
}

/* The packet where the policy stopped it. */
static const struct packet *
stopped_packet(const struct walk *walk)
{
	for (size_t i = walk->hops.n; i-- > 0;) {
		if (walk->hops.v[i].kind == HOP_POLICY)
			return &walk->hops.v[i].packet;
	}
	return walk->hops.n ? &walk->hops.v[walk->hops.n - 1].packet : NULL;
}

/* Both ends, as policy sees them: after DNAT, so with the endpoint's address and port. */
static void
ask_both(struct patient *patient, const struct walk *walk, const struct connection *connection)
{
	const struct packet *packet = stopped_packet(walk);
	const struct pod *sender = connection->trace.walk.from.pod, *receiver;
	struct policy_question question = { .protocol = connection->trace.walk.protocol };

	if (!packet)
		return;
	receiver = world_pod_by_ip(&patient->cluster->world, &packet->dst);
	question.target = receiver;
	question.port = packet->dport;
	if (sender && !sender->host_network) {
		question.subject = sender;
		question.peer = receiver;
		question.peer_ip = packet->dst;
		ask(patient, &question);
	}
	if (receiver && !receiver->host_network) {
		question.subject = receiver;
		question.ingress = true;
		question.peer = world_pod_by_ip(&patient->cluster->world, &packet->src);
		question.peer_ip = packet->src;
		ask(patient, &question);
	}
}

void
look_policy(struct patient *patient)
{
	const struct connection *connection;
	const struct walk *walk;
	size_t i = 0, path = 0;

	while ((walk = patient_failed_path(patient, &i, &path, &connection)) != NULL) {
		if (walk->policy)
			ask_both(patient, walk, connection);
	}
}
