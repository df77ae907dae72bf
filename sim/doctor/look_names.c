/* Looks at names: a Service that isn't there, CoreDNS and what stands before it, and aliases that lead nowhere. */
#include <string.h>

#include "svcsim/distance.h"
#include "control/workload.h"
#include "doctor/patient.h"

/* ---- the Service itself ---- */

/* The Service whose name is nearest, of its own namespace or by the same name of another; NULL. */
static const struct object *
nearest_service(const struct patient *patient)
{
	size_t n, least = 3;
	const struct object *const *services =
		store_list(patient->cluster->server.store, kind_by_kind("Service"), NULL, &n);
	const struct object *best = NULL;

	for (size_t i = 0; i < n; i++) {
		bool here = strcmp(services[i]->namespace, patient->namespace) == 0;
		size_t distance = word_distance(services[i]->name, patient->name);

		if (distance < least && (here || distance == 0)) {
			least = distance;
			best = services[i];
		}
	}
	return best;
}

/* Nothing there is like it: what is looked at is not there itself. */
static struct finding *
missing_alone(struct patient *patient)
{
	const char *namespace = patient->namespace, *name = patient->name;
	struct finding *finding;

	if (store_get(patient->cluster->server.store, kind_by_kind("Namespace"), "", namespace)) {
		finding = finding_add_named(patient, "Service", namespace, name, "");
		finding_text(patient, finding, "namespace %s has no Service %s", namespace, name);
	} else {
		finding = finding_add_named(patient, "Namespace", "", namespace, "");
		finding_text(patient, finding, "there is no namespace %s, and so no Service %s in it", namespace, name);
	}
	return finding;
}

static struct finding *
missing_near(struct patient *patient, const struct object *near)
{
	struct finding *finding = finding_add(patient, near, "metadata.name");

	finding_value(patient, finding, "%s", near->name);
	if (strcmp(near->name, patient->name) == 0)
		finding_text(patient, finding,
			"namespace %s has no Service %s; namespace %s has: from elsewhere it is called %s.%s",
			patient->namespace, patient->name, near->namespace, near->name, near->namespace);
	else
		finding_text(patient, finding, "namespace %s has no Service %s; the nearest name is %s",
			patient->namespace, patient->name, near->name);
	return finding;
}

void
look_missing(struct patient *patient)
{
	const struct object *deployment, *near;
	struct finding *finding;

	if (patient->service || !patient->name[0])
		return;
	deployment = store_get(patient->cluster->server.store, kind_by_kind("Deployment"), patient->namespace, patient->name);
	near = nearest_service(patient);
	finding = near ? missing_near(patient, near) : missing_alone(patient);
	finding->met = true;
	if (deployment)
		finding_command(patient, finding, "kubectl expose deployment %s --port=80%s", patient->name,
			patient_n(patient, patient->namespace));
}

/* ---- CoreDNS ---- */

/* A pod asked for a name and got none; the name and the pod. */
static const struct connection *
unresolved(const struct patient *patient)
{
	const struct diagnosis *diagnosis = patient->diagnosis;

	for (size_t i = patient->first; i < diagnosis->connections.n; i++) {
		const struct trace *trace = &diagnosis->connections.v[i]->trace;

		if (trace->verdict == VERDICT_UNRESOLVED && trace->walk.from.pod)
			return diagnosis->connections.v[i];
	}
	return NULL;
}

#define KUBE_DNS "kube-dns"

static void
kube_dns_missing(struct patient *patient)
{
	const struct store *store = patient->cluster->server.store;
	const struct object *deployment = store_get(store, kind_by_kind("Deployment"), "kube-system", "coredns");
	struct cidr subnet = cidr_masked(&patient->cluster->server.settings.service_subnets[0]);
	struct ip tenth = ip_plus(&subnet.ip, 10);
	struct finding *finding;
	char text[IP_TEXT];

	finding = deployment ? finding_add(patient, deployment, "")
		: finding_add_named(patient, "Service", "kube-system", KUBE_DNS, "");
	finding->met = true;
	finding_text(
		patient, finding, "namespace kube-system has no Service %s, and every pod asks it for names", KUBE_DNS);
	if (deployment)
		finding_command(patient, finding,
			"kubectl create -f - <<'EOF'\n"
			"apiVersion: v1\nkind: Service\nmetadata: {name: kube-dns, namespace: kube-system}\nspec:\n  "
			"clusterIP: %s\n"
			"  selector: {k8s-app: kube-dns}\n  ports:\n  - {name: dns, port: 53, protocol: UDP}\n"
			"  - {name: dns-tcp, port: 53, protocol: TCP}\nEOF",
			ip_format(&tenth, text));
}

void
look_names(struct patient *patient)
{
	const struct connection *connection = unresolved(patient);
	const enum protocol udp = PROTOCOL_UDP;
	struct err err = ERR_INIT;
	struct patient dns;
	const struct pod *sender;

	if (!connection || strcmp(patient->name, KUBE_DNS) == 0)
		return;
	sender = connection->trace.walk.from.pod;
	patient_init(&dns, patient->cluster, patient->diagnosis, "kube-system", KUBE_DNS);
	dns.asked = 53;
	dns.order = patient->order;
	if (!dns.service)
		kube_dns_missing(patient);
	else if (patient_try(&dns, "svc/kube-system/" KUBE_DNS ":53",
			 arena_printf(&patient->diagnosis->arena, "pod/%s/%s", sender->object->namespace,
				 sender->object->name),
			 &udp, &err))
		err_release(&err);
	else if (patient_failed(&dns))
		patient_look(&dns);
	patient_release(&dns);
}

/* ---- aliases ---- */

static bool
knows(const struct patient *patient, const char *name)
{
	struct dns_answer answer;
	bool known = false;

	for (int type = DNS_A; type <= DNS_AAAA && !known; type++) {
		dns_answer_init(&answer);
		dns_query(&patient->cluster->dns, name, (enum dns_type)type, &answer);
		for (size_t i = 0; i < answer.records.n; i++)
			known = known || answer.records.v[i].type == (enum dns_type)type;
		dns_answer_release(&answer);
	}
	return known;
}

/* The cluster's name that is nearest to an alias' target: the Service by its name in the namespace that was said, or in any. */
static const char *
nearest_name(struct patient *patient, const char *target)
{
	const char *domain = patient->cluster->server.settings.dns_domain, *best = NULL;
	size_t n, least = (size_t)-1;
	const struct object *const *services =
		store_list(patient->cluster->server.store, kind_by_kind("Service"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		const char *full = arena_printf(&patient->diagnosis->arena, "%s.%s.svc.%s", services[i]->name,
			services[i]->namespace, domain);
		size_t distance = word_distance(full, target);
		bool starts = str_starts(target, services[i]->name);

		if (services[i] == patient->service->object || (distance > 3 && !starts))
			continue;
		if (distance < least) {
			least = distance;
			best = full;
		}
	}
	return best;
}

void
look_external_name(struct patient *patient)
{
	const struct service *service = patient->service;
	const char *domain = patient->cluster->server.settings.dns_domain, *better = NULL;
	struct finding *finding;
	struct ip ip;
	bool address;

	if (!service || service->type != SERVICE_EXTERNAL_NAME || knows(patient, service->external_name))
		return;
	address = ip_parse(service->external_name, &ip);
	finding = finding_add(patient, service->object, "spec.externalName");
	finding->met = true;
	finding_value(patient, finding, "%s", service->external_name);
	if (address) {
		finding_text(patient, finding,
			"externalName is the address %s, but CNAME leads to a name: nobody knows a name of digits;"
			" an address needs a Service without a selector and an EndpointSlice",
			service->external_name);
		return;
	}
	better = nearest_name(patient, service->external_name);
	finding_text(patient, finding, "Service %s is an alias for %s, and no name server knows that name%s%s",
		patient->name, service->external_name, better ? "; the nearest that is known is " : "",
		better ? better : "");
	if (better && (strstr(service->external_name, domain) || strstr(service->external_name, "svc") ||
		!strchr(service->external_name, '.') || word_distance(better, service->external_name) <= 3 ||
		str_starts(better, service->external_name)))
		finding_command(patient, finding,
			"kubectl patch service %s%s -p '{\"spec\":{\"externalName\":\"%s\"}}'", patient->name,
			patient_n(patient, patient->namespace), better);
}
