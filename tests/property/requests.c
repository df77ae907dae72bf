#include "requests.h"

#include <stdio.h>
#include <string.h>

#include "api/yaml.h"

struct draw {
	struct rng *rng;
	bool dual_stack;
	struct str *body;
};

static unsigned
below(struct draw *d, unsigned n)
{
	return (unsigned)rng_below(d->rng, n);
}

static bool
sometimes(struct draw *d, unsigned percent)
{
	return below(d, 100) < percent;
}

static const char *
one_of(struct draw *d, const char *const *words)
{
	unsigned n = 0;

	while (words[n])
		n++;
	return words[below(d, n)];
}
#define ONE_OF(d, ...) one_of(d, (const char *const[]){ __VA_ARGS__, NULL })

void
asked_request_release(struct asked_request *asked)
{
	str_release(&asked->body);
}

/* ---- bodies: what stands below metadata ---- */

static void
service_addresses(struct draw *d)
{
	if (sometimes(d, 15))
		str_add(d->body, "  clusterIP: None\n");
	else if (sometimes(d, 15))
		str_addf(d->body, "  clusterIP: 10.96.0.%u\n", below(d, 40));
	if (d->dual_stack && sometimes(d, 50))
		str_addf(d->body, "  ipFamilyPolicy: %s\n",
			ONE_OF(d, "SingleStack", "PreferDualStack", "RequireDualStack", "Both"));
	if (d->dual_stack && sometimes(d, 30))
		str_addf(d->body, "  ipFamilies: [%s]\n",
			ONE_OF(d, "IPv4", "IPv6", "IPv4, IPv6", "IPv6, IPv4", "IPv4, IPv4"));
	if (sometimes(d, 15))
		str_addf(d->body, "  externalIPs: [%s]\n", ONE_OF(d, "198.51.100.7", "not-an-ip", "203.0.113.9"));
}

static void
service_ports(struct draw *d)
{
	unsigned n = sometimes(d, 5) ? 0 : 1 + below(d, 3);

	str_add(d->body, n ? "  ports:\n" : "  ports: []\n");
	for (unsigned i = 0; i < n; i++) {
		str_addf(d->body, "  - {port: %u", sometimes(d, 3) ? 0 : 80 + below(d, 4));
		if (n > 1 || sometimes(d, 30))
			str_addf(d->body, ", name: p%u", sometimes(d, 5) ? 0 : i);
		if (sometimes(d, 50))
			str_addf(d->body, ", targetPort: %s", ONE_OF(d, "80", "8080", "http", "metrics", "70000"));
		if (sometimes(d, 30))
			str_addf(d->body, ", nodePort: %u", sometimes(d, 10) ? 80 : 30000 + below(d, 6));
		if (sometimes(d, 20))
			str_addf(d->body, ", protocol: %s", ONE_OF(d, "UDP", "TCP", "SCTP", "tcp"));
		str_add(d->body, "}\n");
	}
}

static void
body_service(struct draw *d)
{
	const char *type =
		ONE_OF(d, "ClusterIP", "ClusterIP", "NodePort", "NodePort", "LoadBalancer", "ExternalName", "Bad");

	str_addf(d->body, "spec:\n  type: %s\n", type);
	if (strcmp(type, "ExternalName") == 0 || sometimes(d, 3))
		str_add(d->body, "  externalName: db.example.com\n");
	if (sometimes(d, 80))
		str_addf(d->body, "  selector: {app: a%u}\n", below(d, 4));
	service_addresses(d);
	service_ports(d);
	if (sometimes(d, 15))
		str_addf(d->body, "  externalTrafficPolicy: %s\n", ONE_OF(d, "Local", "Cluster", "Local", "Far"));
	if (sometimes(d, 10))
		str_addf(d->body, "  healthCheckNodePort: %u\n", 30000 + below(d, 6));
	if (sometimes(d, 10))
		str_add(d->body, "  internalTrafficPolicy: Local\n");
	if (sometimes(d, 10))
		str_addf(d->body, "  sessionAffinity: %s\n", ONE_OF(d, "ClientIP", "None", "Always"));
	if (sometimes(d, 10))
		str_addf(d->body, "  allocateLoadBalancerNodePorts: %s\n", ONE_OF(d, "false", "true"));
	if (sometimes(d, 10))
		str_add(d->body, "  publishNotReadyAddresses: true\n");
}

static void
pod_spec(struct draw *d, const char *indent)
{
	str_addf(d->body,
		"%sspec:\n%s  containers:\n%s  - {name: c, image: \"%s\", ports: [{name: http, containerPort: %u}]",
		indent, indent, indent, ONE_OF(d, "nginx", "nginx", "httpd", "busybox", "nginx:nope"),
		sometimes(d, 5) ? 0 : 80);
	if (sometimes(d, 10))
		str_addf(d->body, ", readinessProbe: {httpGet: {port: %u}}", 80 + below(d, 2));
	str_add(d->body, "}\n");
	if (sometimes(d, 5))
		str_addf(d->body, "%s  nodeSelector: {disk: ssd}\n", indent);
}

static void
body_pod(struct draw *d)
{
	pod_spec(d, "");
}

static void
template(struct draw *d, unsigned app)
{
	str_addf(d->body, "  selector: {matchLabels: {app: a%u}}\n  template:\n    metadata: {labels: {app: a%u}}\n",
		app, sometimes(d, 3) ? 9 : app);
	pod_spec(d, "    ");
}

static void
body_replicated(struct draw *d)
{
	str_addf(d->body, "spec:\n  replicas: %d\n", sometimes(d, 3) ? -1 : (int)below(d, 4));
	template(d, below(d, 4));
}

static void
body_statefulset(struct draw *d)
{
	str_addf(d->body, "spec:\n  serviceName: s%u\n  replicas: %u\n", below(d, 6), below(d, 3));
	template(d, below(d, 4));
}

static void
body_daemonset(struct draw *d)
{
	str_add(d->body, "spec:\n");
	template(d, below(d, 4));
}

static void
body_job(struct draw *d)
{
	str_addf(d->body, "spec:\n  completions: %u\n  template:\n    spec:\n      restartPolicy: %s\n"
		"      containers: [{name: c, image: busybox, command: [sleep, '%u']}]\n", 1 + below(d, 2),
		ONE_OF(d, "Never", "OnFailure", "Always"), below(d, 30));
}

static void
body_endpoints(struct draw *d)
{
	str_addf(d->body, "subsets:\n- addresses: [{ip: %s}]\n  ports: [{port: %u}]\n",
		ONE_OF(d, "192.168.1.9", "203.0.113.77", "127.0.0.1", "x"), 80 + below(d, 3));
}

static void
body_endpointslice(struct draw *d)
{
	str_addf(d->body,
		"addressType: IPv4\nendpoints: [{addresses: [%s]}]\nports: [{name: '', port: 80, protocol: TCP}]\n",
		ONE_OF(d, "192.168.1.9", "203.0.113.77", "127.0.0.1", "x"));
}

static void
body_networkpolicy(struct draw *d)
{
	str_addf(d->body, "spec: {podSelector: {matchLabels: {app: a%u}}, policyTypes: [%s]}\n", below(d, 4),
		ONE_OF(d, "Ingress", "Egress", "Ingress, Egress", "Both"));
}

static void
body_quota(struct draw *d)
{
	str_addf(d->body, "spec: {hard: {%s: '%u'}}\n",
		ONE_OF(d, "pods", "services", "services.nodeports", "services.loadbalancers"), below(d, 6));
}

static void
body_nothing(struct draw *d)
{
	(void)d;
}

static const struct subject {
	const char *kind, *api_version;
	const char *prefix;
	unsigned names, share;	/* share: how often it is drawn */
	void (*body)(struct draw *d);
} subjects[] = {
	{ "Service", "v1", "s", 6, 40, body_service },
	{ "Pod", "v1", "p", 5, 12, body_pod },
	{ "Deployment", "apps/v1", "d", 3, 12, body_replicated },
	{ "ReplicaSet", "apps/v1", "r", 2, 4, body_replicated },
	{ "StatefulSet", "apps/v1", "t", 2, 5, body_statefulset },
	{ "DaemonSet", "apps/v1", "m", 2, 3, body_daemonset },
	{ "Job", "batch/v1", "j", 3, 4, body_job },
	{ "Endpoints", "v1", "s", 6, 6, body_endpoints },
	{ "EndpointSlice", "discovery.k8s.io/v1", "e", 3, 4, body_endpointslice },
	{ "NetworkPolicy", "networking.k8s.io/v1", "n", 2, 2, body_networkpolicy },
	{ "ResourceQuota", "v1", "q", 1, 2, body_quota },
	{ "Namespace", "v1", "", 2, 2, body_nothing },
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

static const struct subject *
draw_subject(struct draw *d)
{
	unsigned total = 0, at;

	for (size_t i = 0; i < SUBJECTS; i++)
		total += subjects[i].share;
	at = below(d, total);
	for (size_t i = 0; i < SUBJECTS; i++) {
		if (at < subjects[i].share)
			return &subjects[i];
		at -= subjects[i].share;
	}
	return &subjects[0];
}

/* ---- requests ---- */

static void
whole_body(struct draw *d, const struct subject *subject, const struct asked_request *asked)
{
	str_addf(d->body, "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n", subject->api_version, subject->kind,
		asked->name);
	if (asked->namespace[0])
		str_addf(d->body, "  namespace: %s\n", asked->namespace);
	str_addf(d->body, "  labels: {app: a%u", below(d, 4));
	if (strcmp(subject->kind, "EndpointSlice") == 0)
		str_addf(d->body, ", kubernetes.io/service-name: s%u", below(d, 6));
	str_add(d->body, "}\n");
	if (sometimes(d, 1))
		str_add(d->body, "  finalizers: [example.com/hold]\n");
	subject->body(d);
}

static enum patch_type
small_patch(struct draw *d, const struct subject *subject)
{
	unsigned which = below(d, 6);

	if (which == 0)
		str_addf(d->body, "metadata: {labels: {app: a%u}}\n", below(d, 4));
	else if (which == 1)
		str_add(d->body, "metadata: {finalizers: null}\n");
	else if (strcmp(subject->kind, "Service") == 0 && which < 5)
		str_addf(d->body, "spec: {type: %s}\n",
			ONE_OF(d, "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"));
	else if (strcmp(subject->kind, "Service") == 0)
		str_addf(d->body, "spec: {selector: {app: a%u}, externalName: %s}\n", below(d, 4),
			ONE_OF(d, "x.example.com", "null"));
	else
		str_addf(d->body, "spec: {replicas: %u}\n", below(d, 4));
	return which % 2 ? PATCH_MERGE : PATCH_STRATEGIC;
}

static const struct value *
parse(const struct str *text, struct arena *arena)
{
	value_vec documents = VEC_INIT;
	struct err err = ERR_INIT;
	const struct value *document;

	if (yaml_read("request", text->buf, text->len, NULL, arena, &documents, &err) || documents.n != 1)
		BUG("%s: %s", text->buf, err.text);
	document = documents.v[0];
	vec_release(&documents);
	return document;
}

static void
draw_verb(struct draw *d, struct request *request)
{
	unsigned which = below(d, 100);

	request->verb = which < 45 ? REQUEST_CREATE
		: which < 60       ? REQUEST_UPDATE
		: which < 80       ? REQUEST_PATCH
				   : REQUEST_DELETE;
	request->dry_run = sometimes(d, 3);
}

static void
draw_body(struct draw *d, const struct subject *subject, struct request *request, struct asked_request *asked)
{
	switch (request->verb) {
	case REQUEST_CREATE:
		asked->verb = "create";
		whole_body(d, subject, asked);
		break;
	case REQUEST_UPDATE:
		asked->verb = "replace";
		whole_body(d, subject, asked);
		break;
	case REQUEST_PATCH:
		asked->verb = "patch";
		request->patch_type = small_patch(d, subject);
		break;
	case REQUEST_DELETE:
		asked->verb = "delete";
		request->propagation = (enum propagation)below(d, 3);
		request->grace_seconds = sometimes(d, 30) ? 0 : -1;
		break;
	}
}

/* Mostly an object that is there, for what isn't a creation. */
static void
draw_name(struct cluster *cluster, struct draw *d, const struct subject *subject, bool creates,
	struct asked_request *asked)
{
	const struct kind *kind = kind_by_kind(subject->kind);
	size_t n;
	const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);
	const struct object *there = n && !creates && sometimes(d, 80) ? objects[below(d, (unsigned)n)] : NULL;

	if (there && strlen(there->name) < sizeof asked->name && strlen(there->namespace) < sizeof asked->namespace) {
		strcpy(asked->name, there->name);
		strcpy(asked->namespace, there->namespace);
		return;
	}
	if (kind->namespaced)
		snprintf(asked->namespace, sizeof asked->namespace, "%s", ONE_OF(d, "default", "default", "x", "y"));
	if (subject->prefix[0])
		snprintf(asked->name, sizeof asked->name, "%s%u", subject->prefix, below(d, subject->names));
	else
		snprintf(asked->name, sizeof asked->name, "%s", ONE_OF(d, "x", "y"));
}

static void
some_time(struct cluster *cluster, struct draw *d, struct asked_request *asked)
{
	asked->time = true;
	asked->seconds = 1 + below(d, 100);
	cluster_tick(cluster, cluster->server.clock.now + asked->seconds * CLOCK_SECOND);
}

void
request_random(struct cluster *cluster, struct rng *rng, bool dual_stack, struct asked_request *asked)
{
	struct draw d = { rng, dual_stack, &asked->body };
	const struct subject *subject = draw_subject(&d);
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	struct arena arena = ARENA_INIT;

	*asked = (struct asked_request){ .body = STR_INIT };
	if (sometimes(&d, 4)) {
		some_time(cluster, &d, asked);
		return;
	}
	request.kind = kind_by_kind(subject->kind);
	asked->kind = subject->kind;
	draw_verb(&d, &request);
	draw_name(cluster, &d, subject, request.verb == REQUEST_CREATE, asked);
	draw_body(&d, subject, &request, asked);
	request.namespace = asked->namespace;
	request.name = asked->name;
	request.body = asked->body.len ? parse(&asked->body, &arena) : NULL;
	asked->accepted = server_do(&cluster->server, &request, NULL, &status) == 0;
	status_release(&status);
	arena_release(&arena);
}
