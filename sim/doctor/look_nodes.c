/* Looks at nodes, and at what kube-proxy was told about them: silent kubelets, old rules, firewalls, traffic policies, balancers. */
#include <string.h>

#include "doctor/patient.h"

static struct finding *
about_node(struct patient *patient, const struct world_node *node, const char *field)
{
	struct finding *finding = finding_add(patient, node->view->object, field);

	finding->node = arena_strdup(&patient->diagnosis->arena, node->name);
	finding->met = true;
	return finding;
}

/* A pod of the Service is there, or a failed connection came by. */
static bool
concerns(const struct patient *patient, const struct world_node *node)
{
	const struct connection *connection;
	const struct walk *walk;
	size_t i = 0, path = 0;

	for (size_t p = 0; p < patient->npods; p++) {
		if (strcmp(pod_view(patient->pods[p])->node, node->name) == 0)
			return true;
	}
	while ((walk = patient_failed_path(patient, &i, &path, &connection)) != NULL) {
		if (connection->trace.walk.from.node == node)
			return true;
		for (size_t h = 0; h < walk->hops.n; h++) {
			if (strcmp(walk->hops.v[h].node, node->name) == 0)
				return true;
		}
	}
	return false;
}

void
look_node(struct patient *patient)
{
	struct world *world = &patient->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		const struct world_node *node = &world->nodes[i];
		struct finding *finding;

		if (!node->host.kubelet_stopped || !concerns(patient, node))
			continue;
		finding = about_node(patient, node, "status.conditions");
		finding_value(patient, finding, "%s", node->view->ready ? "Ready" : "NotReady");
		finding_text(patient, finding,
			"the kubelet of node %s is stopped: nobody starts, probes or reports its pods", node->name);
		finding_command(patient, finding, "systemctl start kubelet");
	}
}

void
look_kube_proxy(struct patient *patient)
{
	struct world *world = &patient->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		const struct world_node *node = &world->nodes[i];
		struct finding *finding;

		if (!node->host.proxy_stopped || !concerns(patient, node))
			continue;
		finding = about_node(patient, node, "");
		if (node->host.proxy_gone) {
			finding_text(patient, finding, "no pod of DaemonSet kube-system/kube-proxy runs on node %s: its rules are"
				" those of the time when the last one ended", node->name);
			continue;
		}
		finding_text(patient, finding,
			"kube-proxy is stopped on node %s: its rules are those of the time when it stopped",
			node->name);
		finding_command(patient, finding, "systemctl start kube-proxy");
	}
}

/* ---- firewalls ---- */

static const struct hop *
last_rule(const struct walk *walk)
{
	for (size_t i = walk->hops.n; i-- > 0;) {
		if (walk->hops.v[i].kind == HOP_RULE)
			return &walk->hops.v[i];
	}
	return NULL;
}

static void
firewall_rule(struct patient *patient, const struct hop *hop)
{
	bool filter = strcmp(hop->table, "filter") == 0;
	struct finding *finding = about_node(patient, world_node(&patient->cluster->world, hop->node), "");
	struct str rule = STR_INIT;

	rule_write_save(hop->rule, &rule);
	finding_value(patient, finding, "%s", rule.buf);
	finding_text(patient, finding, "a firewall rule of node %s's own in chain %s stops the packet", hop->node,
		hop->chain);
	finding_command(patient, finding, "iptables%s%s -D %s", filter ? "" : " -t ", filter ? "" : hop->table,
		rule.buf + strlen("-A "));
	str_release(&rule);
}

void
look_firewall(struct patient *patient)
{
	struct world *world = &patient->cluster->world;
	const struct walk *walk;
	size_t i = 0, path = 0;

	while ((walk = patient_failed_path(patient, &i, &path, NULL)) != NULL) {
		const struct hop *hop = last_rule(walk);
		const char *node, *chain;

		if (hop && !hop->rule->nft && !str_starts(hop->chain, "KUBE-") &&
			(hop->rule->target.kind == TARGET_DROP || hop->rule->target.kind == TARGET_REJECT)) {
			firewall_rule(patient, hop);
		} else if ((chain = walk_chain_policy(world, walk, &node)) != NULL) {
			struct finding *finding = about_node(patient, world_node(world, node), "");

			finding_value(patient, finding, "-P %s DROP", chain);
			finding_text(patient, finding, "chain %s of node %s drops what no rule accepts", chain, node);
			finding_command(patient, finding, "iptables -P %s ACCEPT", chain);
		}
	}
}

/* ---- traffic policies, ranges, balancers ---- */

void
look_traffic_policy(struct patient *patient)
{
	static const char *const fields[] = { "spec.externalTrafficPolicy", "spec.internalTrafficPolicy" };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct walk *walk = patient->service ? patient_blamed(patient, fields[i], NULL) : NULL;
		struct finding *finding;

		if (!walk || !patient->nready)
			continue;
		finding = finding_add(patient, patient->service->object, fields[i]);
		finding->met = true;
		finding_value(patient, finding, "Local");
		finding_text(patient, finding, "%s", walk->cause.text);
		finding_command(patient, finding, "kubectl patch service %s%s -p '{\"spec\":{\"%s\":\"Cluster\"}}'",
			patient->name, patient_n(patient, patient->namespace), fields[i] + strlen("spec."));
	}
}

void
look_source_ranges(struct patient *patient)
{
	const struct connection *connection;
	const struct walk *walk = patient->service ?
		patient_blamed(patient, "spec.loadBalancerSourceRanges", &connection) : NULL;
	const struct value *ranges;
	struct finding *finding;
	struct str text = STR_INIT;
	char client[IP_TEXT];

	if (!walk)
		return;
	ip_format(&connection->trace.walk.from.ip, client);
	ranges = value_path(patient->service->object->root, "spec.loadBalancerSourceRanges");
	for (size_t i = 0; i < value_count(ranges); i++)
		str_addf(&text, "%s%s", i ? ", " : "", value_text(value_at(ranges, i)));
	finding = finding_add(patient, patient->service->object, "spec.loadBalancerSourceRanges");
	finding->met = true;
	finding_value(patient, finding, "%s", text.buf);
	finding_text(
		patient, finding, "the balancer's address is open to %s only, and the client is %s", text.buf, client);
	finding_command(patient, finding, "kubectl patch service %s%s --type=json -p "
		"'[{\"op\":\"add\",\"path\":\"/spec/loadBalancerSourceRanges/-\",\"value\":\"%s/%d\"}]'", patient->name,
		patient_n(patient, patient->namespace), client,
		connection->trace.walk.from.ip.family == IP_V4 ? 32 : 128);
	str_release(&text);
}

/* Why a Service of type LoadBalancer waits, and what can be done. */
void
look_balancer(struct patient *patient)
{
	const struct service *service = patient->service;
	struct finding *finding;
	const char *n;

	if (!service || service->type != SERVICE_LOAD_BALANCER || service->ningress)
		return;
	n = patient_n(patient, patient->namespace);
	if (service->load_balancer_class && service->load_balancer_class[0]) {
		finding = finding_add(patient, service->object, "spec.loadBalancerClass");
		finding_value(patient, finding, "%s", service->load_balancer_class);
		finding_text(patient, finding,
			"no controller of this cluster serves loadBalancerClass %s, so EXTERNAL-IP stays <pending>",
			service->load_balancer_class);
		finding_command(patient, finding,
			"kubectl patch service %s%s -p '{\"spec\":{\"type\":\"NodePort\",\"loadBalancerClass\":null}}'",
			patient->name, n);
	} else {
		finding = finding_add(patient, service->object, "status.loadBalancer");
		finding_value(patient, finding, "<pending>");
		finding_text(patient, finding,
			patient->cluster->server.settings.cloud == CLOUD_NONE
				? "this cluster has no cloud (and no MetalLB) that would give Service %s an address: "
				  "it is reached by its node port"
				: "the balancer's pool has no address left for Service %s",
			patient->name);
		finding_command(patient, finding, "kubectl patch service %s%s -p '{\"spec\":{\"type\":\"NodePort\"}}'",
			patient->name, n);
	}
	finding->met = true;
}

void
look_loopback(struct patient *patient)
{
	enum proxy_mode mode = patient->cluster->server.settings.proxy.mode;
	const struct connection *connection;
	const struct walk *walk;
	size_t i = 0, path = 0;

	if (!patient->service || mode == PROXY_IPTABLES)
		return;
	while ((walk = patient_failed_path(patient, &i, &path, &connection)) != NULL) {
		const struct world_node *node = connection->trace.walk.from.node;
		struct finding *finding;
		char text[IP_TEXT];

		if (!ip_is_loopback(&connection->trace.walk.to) || !node || !node->view->nips)
			continue;
		finding = about_node(patient, node, "");
		finding_value(patient, finding, "%s", proxy_mode_name(mode));
		finding_text(patient, finding,
			"in mode %s kube-proxy opens node ports on the node's own addresses, not on 127.0.0.1",
			proxy_mode_name(mode));
		finding_command(patient, finding, "curl %s:%u", ip_format(&node->view->ips[0], text),
			connection->trace.walk.port);
		return;
	}
}

void
look_type(struct patient *patient)
{
	const struct connection *connection;
	struct finding *finding;

	if (!patient->service || patient->service->type != SERVICE_CLUSTER_IP || patient->service->headless)
		return;
	if (!patient_blamed(patient, "spec.type", &connection))
		return;
	finding = finding_add(patient, patient->service->object, "spec.type");
	finding->met = true;
	finding_value(patient, finding, "ClusterIP");
	finding_text(patient, finding,
		"the address of Service %s means something only to the cluster's own nodes and pods", patient->name);
	finding_command(patient, finding, "kubectl patch service %s%s -p '{\"spec\":{\"type\":\"NodePort\"}}'",
		patient->name, patient_n(patient, patient->namespace));
}
