/*
 * Destinations: one row a form, tried in order; the first whose prefix fits reads the words.  A word without a prefix is a
 * node's name, an address, or a name for DNS, in that order.
 */
#include "trace/destination.h"

#include <stdio.h>
#include <string.h>

struct form;
struct reader {
	const struct form *form;	/* the one that reads */
	struct cluster *cluster;
	const struct trace_request *request;
	struct trace *trace;
	struct destination *destination;
	struct err *err;
};

struct form {
	const char *prefix;
	int (*read)(struct reader *r, const char *words);
	const char *kind;	/* of the object that it names; NULL */
	bool sender_first;	/* DNS may be asked, and only a pod can */
};

/* Whose pods may stand for it: the rows of destinations and of sources. */
#define WORKLOADS(read) \
	{ "deploy/", read, "Deployment", false }, \
	{ "deployment/", read, "Deployment", false }, \
	{ "sts/", read, "StatefulSet", false }, \
	{ "statefulset/", read, "StatefulSet", false }, \
	{ "ds/", read, "DaemonSet", false }, \
	{ "daemonset/", read, "DaemonSet", false }, \
	{ "rs/", read, "ReplicaSet", false }, \
	{ "replicaset/", read, "ReplicaSet", false }, \
	{ "rc/", read, "ReplicationController", false }, \
	{ "replicationcontroller/", read, "ReplicationController", false }, \
	{ "job/", read, "Job", false }, \
	{ "cj/", read, "CronJob", false }, \
	{ "cronjob/", read, "CronJob", false },

/* "host", "host:port", "[v6]:port": host in the trace's arena, port "" when there is none. */
static void
split_port(struct reader *r, const char *text, const char **host, const char **port)
{
	const char *colon = strrchr(text, ':');
	const char *bracket = strchr(text, ']');

	*port = "";
	if (text[0] == '[' && bracket) {
		*host = arena_strndup(&r->trace->arena, text + 1, (size_t)(bracket - text - 1));
		if (bracket[1] == ':')
			*port = bracket + 2;
	} else if (colon && strchr(text, ':') == colon) {
		*host = arena_strndup(&r->trace->arena, text, (size_t)(colon - text));
		*port = colon + 1;
	} else
		*host = text;
}

static int
read_port(struct reader *r, const char *text, uint16_t *port)
{
	long value = 0;

	if (!text[0])
		return err_set(r->err, ERR_USAGE, "%s: say which port, as in %s:80", r->request->to, r->request->to);
	for (const char *c = text; *c; c++) {
		if (!ascii_isdigit(*c))
			return err_set(r->err, ERR_USAGE, "%s: \"%s\" is no port number", r->request->to, text);
		value = value * 10 + (*c - '0');
		if (value > 65535)
			break;
	}
	if (value < 1 || value > 65535)
		return err_set(r->err, ERR_USAGE, "%s: port %s is not between 1 and 65535", r->request->to, text);
	*port = (uint16_t)value;
	return 0;
}

/* "[NS/]NAME": the object; without a namespace the given one, else the only one there is. */
static const struct object *
find_object(struct reader *r, const char *kind_name, const char *words)
{
	const struct kind *kind = kind_by_kind(kind_name);
	const struct store *store = r->cluster->server.store;
	const char *slash = strchr(words, '/');
	const char *name = slash ? slash + 1 : words;
	const char *namespace = slash ? arena_strndup(&r->trace->arena, words, (size_t)(slash - words))
		: r->request->namespace ? r->request->namespace : "default";
	const struct object *found = store_get(store, kind, namespace, name);
	size_t n, matching = 0;
	const struct object *const *objects = store_list(store, kind, NULL, &n);
	char resource[96];

	if (found || slash || r->request->namespace) {
		if (!found)
			err_set(r->err, ERR_INPUT, "%s \"%s\" not found in namespace %s", kind_resource(kind, resource), name,
				namespace);
		return found;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(objects[i]->name, name) == 0) {
			found = objects[i];
			matching++;
		}
	if (matching == 0)
		err_set(r->err, ERR_INPUT, "%s \"%s\" not found in any namespace", kind_resource(kind, resource), name);
	if (matching > 1)
		err_set(r->err, ERR_USAGE, "%zu namespaces have %s \"%s\": say which, as in %s/%s", matching,
			kind_resource(kind, resource), name, found->namespace, name);
	return matching == 1 ? found : NULL;
}

static bool
family_wanted(const struct reader *r, const struct ip *ip)
{
	return r->request->family == IP_NONE || r->request->family == ip->family;
}

/* ---- Services ---- */

static void
use_service_port(struct reader *r, const struct service_port *port)
{
	r->destination->port = port->port;
	if (!r->request->protocol_given)
		r->trace->walk.protocol = port->protocol;
}

static int
several_ports(struct reader *r, const struct service *service)
{
	struct str ports = STR_INIT;

	for (size_t i = 0; i < service->nports; i++)
		str_addf(&ports, "%s%u%s%s", i ? ", " : "", service->ports[i].port, service->ports[i].name[0] ? " " : "",
			service->ports[i].name);
	err_set(r->err, ERR_USAGE, "Service %s has several ports (%s): say which, as in %s:%u", service->object->name,
		ports.buf, r->request->to, service->ports[0].port);
	str_release(&ports);
	return -1;
}

/* A port's number or name; none: the only port. */
static int
service_port_read(struct reader *r, const struct service *service, const char *word)
{
	for (size_t i = 0; i < service->nports && word[0]; i++) {
		char number[8];

		snprintf(number, sizeof number, "%u", service->ports[i].port);
		if ((strcmp(service->ports[i].name, word) == 0 || strcmp(number, word) == 0) &&
			(!r->request->protocol_given || service->ports[i].protocol == r->request->protocol)) {
			use_service_port(r, &service->ports[i]);
			return 0;
		}
	}
	if (word[0])
		return read_port(r, word, &r->destination->port);
	if (service->nports > 1)
		return several_ports(r, service);
	if (service->nports == 0)
		return err_set(r->err, ERR_USAGE, "Service %s has no ports: say one, as in %s:80", service->object->name,
			r->request->to);
	use_service_port(r, &service->ports[0]);
	return 0;
}

static int ask_dns(struct reader *r, const char *name);

/* A headless Service has no address of its own: a client takes one that DNS gives, and the pods' own port. */
static int
headless_read(struct reader *r, const struct service *service, bool port_given)
{
	if (!port_given && service->nports && !service->ports[0].target_name && service->ports[0].target_port)
		r->destination->port = service->ports[0].target_port;
	return ask_dns(r, arena_printf(&r->trace->arena, "%s.%s", service->object->name, service->object->namespace));
}

static int any_node_read(struct reader *r, const char *port);

/* From outside a Service of type LoadBalancer is its balancer's address, or, as long as there is none, a node port. */
static int
balanced_read(struct reader *r, const struct service *service)
{
	for (size_t i = 0; i < service->ningress; i++)
		if (service->ingress[i].ip.family != IP_NONE && family_wanted(r, &service->ingress[i].ip)) {
			r->destination->ip = service->ingress[i].ip;
			return 0;
		}
	for (size_t i = 0; i < service->nports; i++)
		if (service->ports[i].port == r->destination->port &&
			service->ports[i].protocol == r->trace->walk.protocol && service->ports[i].node_port)
			return any_node_read(r, arena_printf(&r->trace->arena, "%u", service->ports[i].node_port));
	r->destination->ip = service->cluster_ips[0];
	return 0;
}

static int
service_read(struct reader *r, const char *words)
{
	const char *name, *port;
	const struct object *object;
	const struct service *service;

	split_port(r, words, &name, &port);
	object = find_object(r, "Service", name);
	if (!object)
		return -1;
	service = service_view(object);
	r->destination->service = service;
	r->destination->namespace = object->namespace;
	if (service_port_read(r, service, port))
		return -1;
	if (service->type == SERVICE_LOAD_BALANCER && !r->trace->walk.from.pod && !r->trace->walk.from.node)
		return balanced_read(r, service);
	if (service->headless || service->type == SERVICE_EXTERNAL_NAME)
		return headless_read(r, service, port[0] != '\0');
	for (size_t i = 0; i < service->ncluster_ips; i++)
		if (family_wanted(r, &service->cluster_ips[i])) {
			r->destination->ip = service->cluster_ips[i];
			return 0;
		}
	return err_set(r->err, ERR_INPUT, "Service %s has no cluster IP of that family", object->name);
}

static int
balancer_read(struct reader *r, const char *words)
{
	const char *name, *port;
	const struct object *object;
	const struct service *service;

	split_port(r, words, &name, &port);
	object = find_object(r, "Service", name);
	if (!object)
		return -1;
	service = service_view(object);
	r->destination->service = service;
	if (service_port_read(r, service, port))
		return -1;
	for (size_t i = 0; i < service->ningress; i++)
		if (service->ingress[i].ip.family != IP_NONE && family_wanted(r, &service->ingress[i].ip)) {
			r->destination->ip = service->ingress[i].ip;
			return 0;
		}
	r->destination->cause = (struct cause){ "Service", object->namespace, object->name,
		service->type == SERVICE_LOAD_BALANCER ? "status.loadBalancer" : "spec.type",
		service->type == SERVICE_LOAD_BALANCER
			? "EXTERNAL-IP is <pending>: this cluster has no cloud (and no MetalLB) that would give the Service an address"
			: "the Service is not of type LoadBalancer, so no balancer has an address for it" };
	return 0;
}

/* ---- pods ---- */

static int
use_pod(struct reader *r, const struct pod *pod, const char *port)
{
	r->destination->namespace = pod->object->namespace;
	r->destination->pod = pod;
	for (size_t i = 0; i < pod->nips; i++)
		if (family_wanted(r, &pod->ips[i])) {
			r->destination->ip = pod->ips[i];
			break;
		}
	if (r->destination->ip.family == IP_NONE)
		r->destination->cause = (struct cause){ "Pod", pod->object->namespace, pod->object->name, "status.podIP",
			"the pod has no address yet" };
	if (!port[0] && pod->nports) {
		r->destination->port = pod->ports[0].port;
		if (!r->request->protocol_given)
			r->trace->walk.protocol = pod->ports[0].protocol;
		return 0;
	}
	return read_port(r, port, &r->destination->port);
}

static int
pod_read(struct reader *r, const char *words)
{
	const char *name, *port;
	const struct object *object;

	split_port(r, words, &name, &port);
	object = find_object(r, "Pod", name);
	return object ? use_pod(r, pod_view(object), port) : -1;
}

static bool
owned_by(const struct object *object, const struct object *owner)
{
	const struct value *owners = value_get(object_meta(object), "ownerReferences");

	for (size_t i = 0; i < value_count(owners); i++) {
		const char *uid = value_get_text(value_at(owners, i), "uid");

		if (uid && strcmp(uid, object_uid(owner)) == 0)
			return true;
	}
	return false;
}

/* A CronJob's pods are those of its jobs; every other workload has a selector, a ReplicationController a plain map. */
static bool
workload_has(const struct store *store, const struct object *workload, const struct object *pod)
{
	const struct value *selector = value_path(workload->root, "spec.selector");
	const struct value *labels = value_get(object_meta(pod), "labels");
	const char *name = value_get_text(labels, "batch.kubernetes.io/job-name");
	const struct object *job;

	if (selector && strcmp(workload->kind->kind, "ReplicationController") == 0)
		return selector_matches_map(selector, labels);
	if (selector)
		return selector_matches(selector, labels);
	job = name ? store_get(store, kind_by_kind("Job"), pod->namespace, name) : NULL;
	return job && owned_by(job, workload);
}

/* The first of a workload's pods that has an address; one that is being deleted only where there is no other. */
static const struct pod *
workload_pod(struct reader *r, const struct object *workload)
{
	const struct store *store = r->cluster->server.store;
	size_t n;
	const struct object *const *pods = store_list(store, kind_by_kind("Pod"), workload->namespace, &n);
	const struct pod *leaving = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!workload_has(store, workload, pods[i]) || !pod_view(pods[i])->nips)
			continue;
		if (!object_is_deleting(pods[i]))
			return pod_view(pods[i]);
		leaving = leaving ? leaving : pod_view(pods[i]);
	}
	if (leaving)
		return leaving;
	err_set(r->err, ERR_INPUT, "%s %s has no running pod", workload->kind->kind, workload->name);
	return NULL;
}

static int
workload_read(struct reader *r, const char *words)
{
	const char *name, *port;
	const struct object *object;
	const struct pod *pod;

	split_port(r, words, &name, &port);
	object = find_object(r, r->form->kind, name);
	pod = object ? workload_pod(r, object) : NULL;
	return pod ? use_pod(r, pod, port) : -1;
}

/* ---- nodes, addresses, names ---- */

static int
use_node(struct reader *r, const struct world_node *node, const char *port)
{
	for (size_t i = 0; i < node->view->nips; i++)
		if (family_wanted(r, &node->view->ips[i])) {
			r->destination->ip = node->view->ips[i];
			return read_port(r, port, &r->destination->port);
		}
	return err_set(r->err, ERR_INPUT, "node %s has no address of that family", node->name);
}

/* node:PORT: any worker, by the seed's choice; without workers the control plane. */
static int
any_node_read(struct reader *r, const char *port)
{
	struct world *world = &r->cluster->world;
	struct rng dice = cluster_dice(r->cluster);
	size_t workers = 0, pick;

	for (size_t i = 0; i < world->nnodes; i++)
		workers += !world->nodes[i].view->control_plane;
	if (!world->nnodes)
		return err_set(r->err, ERR_INPUT, "the cluster has no nodes");
	if (!workers)
		return use_node(r, &world->nodes[0], port);
	pick = rng_below(&dice, workers);
	for (size_t i = 0; i < world->nnodes; i++)
		if (!world->nodes[i].view->control_plane && pick-- == 0)
			return use_node(r, &world->nodes[i], port);
	BUG("a worker that was counted is gone");
}

/* The question goes to the first name server as a packet like any other; false: it is lost, and why is in the cause. */
static bool
dns_reached(struct reader *r, const struct resolv_conf *conf)
{
	struct cluster *cluster = r->cluster;
	struct walk_request request = { .from = r->trace->walk.from, .port = 53, .protocol = PROTOCOL_UDP,
		.now = cluster->server.clock.now };
	struct rng rng = cluster_dice(cluster);
	struct cause *cause = &r->destination->cause;
	struct dice dice;
	struct walk walk;
	bool reached;

	if (!conf->nameservers.n || !ip_parse(conf->nameservers.v[0], &request.to))
		return false;
	dice_init(&dice, &rng);
	walk_init(&walk);
	walk_run(&cluster->world, &request, &dice.chooser, &walk);
	reached = walk.verdict == VERDICT_ANSWERED;
	if (!reached && walk.cause.kind) {
		cause->kind = arena_strdup(&r->trace->arena, walk.cause.kind);
		cause->namespace = arena_strdup(&r->trace->arena, walk.cause.namespace);
		cause->name = arena_strdup(&r->trace->arena, walk.cause.name);
		cause->field = arena_strdup(&r->trace->arena, walk.cause.field);
	}
	if (!reached)
		cause->text = arena_printf(&r->trace->arena, "the name server %s does not answer (%s)%s%s",
			conf->nameservers.v[0], verdict_name(walk.verdict), walk.cause.text ? ": " : "",
			walk.cause.text ? walk.cause.text : "");
	walk_release(&walk);
	return reached;
}

static int
ask_dns(struct reader *r, const char *name)
{
	struct trace *trace = r->trace;
	enum dns_type type = r->request->family == IP_V6 ? DNS_AAAA : DNS_A;
	struct resolv_conf conf;
	struct dns_answer answer;
	const char **tried;
	size_t ntried;

	if (!trace->from_pod) {
		err_set(r->err, ERR_USAGE, "%s: cluster names are known only inside pods: say --from pod/NAME", name);
		return -1;
	}
	trace->dns_name = arena_strdup(&trace->arena, name);
	resolv_conf_of(&r->cluster->dns, trace->from_pod, &conf);
	if (!dns_reached(r, &conf)) {
		resolv_conf_release(&conf);
		return 0;
	}
	dns_answer_init(&answer);
	dns_lookup(&r->cluster->dns, &conf, name, type, &answer, &tried, &ntried);
	trace->dns_tried = arena_alloc(&trace->arena, (ntried + 1) * sizeof *tried);
	for (size_t i = 0; i < ntried; i++)
		trace->dns_tried[i] = arena_strdup(&trace->arena, tried[i]);
	trace->ndns_tried = ntried;
	for (size_t i = 0; i < answer.records.n; i++)
		if (answer.records.v[i].type == type && r->destination->ip.family == IP_NONE)
			r->destination->ip = answer.records.v[i].ip;
	dns_answer_release(&answer);
	resolv_conf_release(&conf);
	return 0;
}

static int
plain_read(struct reader *r, const char *words)
{
	const char *host, *port;
	struct world_node *node;

	split_port(r, words, &host, &port);
	if (strcmp(host, "node") == 0)
		return any_node_read(r, port);
	node = world_node(&r->cluster->world, host);
	if (node)
		return use_node(r, node, port);
	if (read_port(r, port, &r->destination->port))
		return -1;
	if (ip_parse(host, &r->destination->ip))
		return 0;
	r->destination->namespace = r->request->namespace ? r->request->namespace : "default";
	if (!r->trace->from_pod && source_read(r->cluster, r->request, r->destination, r->trace, r->err))
		return -1;
	return ask_dns(r, host);
}

static int
url_read(struct reader *r, const char *words, const char *port)
{
	const char *slash = strchr(words, '/');
	const char *host = slash ? arena_strndup(&r->trace->arena, words, (size_t)(slash - words)) : words;

	return plain_read(r, strchr(host, ':') ? host : arena_printf(&r->trace->arena, "%s:%s", host, port));
}

static int
http_read(struct reader *r, const char *words)
{
	return url_read(r, words, "80");
}

static int
https_read(struct reader *r, const char *words)
{
	return url_read(r, words, "443");
}

static const struct form forms[] = {
	{ "svc/", service_read, "Service", true },
	{ "service/", service_read, "Service", true },
	{ "lb/", balancer_read, "Service", false },
	{ "pod/", pod_read, "Pod", false },
	WORKLOADS(workload_read)
	{ "http://", http_read, NULL, false },
	{ "https://", https_read, NULL, false },
	{ "", plain_read, NULL, false },
};

const struct trace_form trace_destinations[] = {
	{ "node:PORT", "the port on any worker node" },
	{ "NODE:PORT", "the port on that node" },
	{ "IP:PORT", "the port at an address; /udp or /sctp behind any port" },
	{ "svc/[NS/]NAME[:PORT]", "a Service by its cluster IP (a headless one by DNS)" },
	{ "lb/[NS/]NAME[:PORT]", "a Service by its balancer's address" },
	{ "pod/[NS/]NAME:PORT", "a pod" },
	{ "deploy/[NS/]NAME:PORT", "a pod of a Deployment; so with sts, ds, rs, rc, job and cj" },
	{ "NAME[.NS[.svc[.cluster.local]]]:PORT", "a name, asked of the cluster's DNS by the pod that sends" },
	{ "http[s]://HOST[:PORT]/PATH", "a web address" },
	{ NULL, NULL },
};

/* The namespace of "svc/NS/NAME" and of the Service that is meant, so that a sender is at hand before DNS is asked. */
static int
sender_first(struct reader *r, const char *words)
{
	const char *name, *port;
	const struct object *object;

	split_port(r, words, &name, &port);
	object = find_object(r, "Service", name);
	if (!object)
		return -1;
	r->destination->service = service_view(object);
	r->destination->namespace = object->namespace;
	return source_read(r->cluster, r->request, r->destination, r->trace, r->err);
}

/* ":53/udp" says the protocol with the port, as checks and listings write it. */
static int
take_protocol(struct reader *r, struct trace_request *plain)
{
	const char *colon = strrchr(plain->to, ':'), *slash = colon ? strchr(colon, '/') : NULL;
	enum protocol protocol;

	if (!slash || !protocol_parse(slash + 1, &protocol))
		return 0;
	if (plain->protocol_given && plain->protocol != protocol)
		return err_set(r->err, ERR_USAGE, "%s: --protocol says another protocol", plain->to);
	plain->to = arena_strndup(&r->trace->arena, plain->to, (size_t)(slash - plain->to));
	plain->protocol = r->trace->walk.protocol = protocol;
	plain->protocol_given = true;
	return 0;
}

int
destination_read(struct cluster *cluster, const struct trace_request *request, struct trace *trace,
	struct destination *destination, struct err *err)
{
	struct trace_request plain = *request;
	struct reader r = { NULL, cluster, &plain, trace, destination, err };

	world_sync(&cluster->world);
	if (take_protocol(&r, &plain))
		return -1;
	for (const struct form *form = forms;; form++) {
		size_t len = strlen(form->prefix);

		if (strncmp(plain.to, form->prefix, len) != 0)
			continue;
		r.form = form;
		if (form->sender_first && sender_first(&r, plain.to + len))
			return -1;
		return form->read(&r, plain.to + len);
	}
}

/* ---- sources ---- */

static const char *
pod_text(struct arena *arena, const struct pod *pod)
{
	return arena_printf(arena, "pod %s/%s", pod->object->namespace, pod->object->name);
}

static int
send_from_pod(struct trace *trace, const struct pod *pod, struct world *world)
{
	trace->from_text = pod_text(&trace->arena, pod);
	trace->from_pod = pod;
	if (pod->host_network)	/* it has no address of its own: it is a process of its node */
		trace->walk.from.node = world_node(world, pod->node);
	else
		trace->walk.from.pod = pod;
	return 0;
}

static void
send_from_outside(struct trace *trace, const struct ip *ip)
{
	trace->walk.from.ip = *ip;
	trace->from_text = "external";
}

/* A pod of the namespace that the Service doesn't select, else any of it, else any pod at all. */
static const struct pod *
default_sender(struct cluster *cluster, const struct destination *destination)
{
	size_t n;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), NULL, &n);
	const struct pod *best = NULL;
	int best_score = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		bool here = destination->namespace && strcmp(pods[i]->namespace, destination->namespace) == 0;
		bool selected = destination->service && destination->service->selector &&
			selector_matches_map(destination->service->selector, value_get(object_meta(pods[i]), "labels"));
		int score = 1 + 2 * !selected + 4 * here;

		if (pod->host_network || !pod->nips || strcmp(pod->phase, "Running") != 0)
			continue;
		if (score > best_score) {
			best = pod;
			best_score = score;
		}
	}
	return best;
}

static int
send_by_default(struct cluster *cluster, const struct destination *destination, struct trace *trace)
{
	const struct pod *pod = destination->namespace ? default_sender(cluster, destination) : NULL;
	struct ip ip;

	if (pod)
		return send_from_pod(trace, pod, &cluster->world);
	if (destination->namespace && cluster->world.nnodes) {
		trace->walk.from.node = &cluster->world.nodes[cluster->world.nnodes - 1];
		trace->from_text = arena_printf(&trace->arena, "node %s", trace->walk.from.node->name);
		return 0;
	}
	ip_parse(OUTSIDE_CLIENT, &ip);
	send_from_outside(trace, &ip);
	return 0;
}

static int
send_from_address(struct cluster *cluster, const char *text, struct trace *trace, struct err *err)
{
	const struct pod *pod;
	struct world_node *node;
	struct ip ip;

	if (!ip_parse(text, &ip))
		return err_set(err, ERR_USAGE, "--from %s: say external, external/IP, pod/NAME, deploy/NAME, node/NAME or an address",
			text);
	pod = world_pod_by_ip(&cluster->world, &ip);
	node = pod ? NULL : world_node_by_ip(&cluster->world, &ip);
	if (pod)
		return send_from_pod(trace, pod, &cluster->world);
	if (node) {
		trace->walk.from.node = node;
		trace->from_text = arena_printf(&trace->arena, "node %s", node->name);
	} else
		send_from_outside(trace, &ip);
	return 0;
}

static int
from_external(struct reader *r, const char *words)
{
	struct ip ip;

	if (words[0] != '/')
		ip_parse(r->destination->ip.family == IP_V6 ? OUTSIDE_CLIENT_V6 : OUTSIDE_CLIENT, &ip);
	else if (!ip_parse(words + 1, &ip))
		return err_set(r->err, ERR_USAGE, "--from external%s: \"%s\" is no address", words, words + 1);
	send_from_outside(r->trace, &ip);
	return 0;
}

static int
from_pod(struct reader *r, const char *words)
{
	const struct object *object = find_object(r, "Pod", words);

	return object ? send_from_pod(r->trace, pod_view(object), &r->cluster->world) : -1;
}

static int
from_workload(struct reader *r, const char *words)
{
	const struct object *object = find_object(r, r->form->kind, words);
	const struct pod *pod = object ? workload_pod(r, object) : NULL;

	return pod ? send_from_pod(r->trace, pod, &r->cluster->world) : -1;
}

static int
from_node(struct reader *r, const char *words)
{
	r->trace->walk.from.node = world_node(&r->cluster->world, words);
	if (!r->trace->walk.from.node)
		return err_set(r->err, ERR_INPUT, "nodes \"%s\" not found", words);
	r->trace->from_text = arena_printf(&r->trace->arena, "node %s", words);
	return 0;
}

static int
from_address(struct reader *r, const char *words)
{
	return send_from_address(r->cluster, words, r->trace, r->err);
}

static const struct form source_forms[] = {
	{ "external", from_external, NULL, false },
	{ "pod/", from_pod, "Pod", false },
	WORKLOADS(from_workload)
	{ "node/", from_node, "Node", false },
	{ "", from_address, NULL, false },
};

const struct trace_form trace_sources[] = {
	{ "external", "a client outside the cluster, " OUTSIDE_CLIENT },
	{ "external/IP", "a client outside with that address" },
	{ "pod/[NS/]NAME", "a pod" },
	{ "deploy/[NS/]NAME", "a pod of a Deployment; so with sts, ds, rs, rc, job and cj" },
	{ "node/NAME", "a process on a node" },
	{ "IP", "whoever has that address" },
	{ NULL, NULL },
};

int
source_read(struct cluster *cluster, const struct trace_request *request, struct destination *destination,
	struct trace *trace, struct err *err)
{
	struct reader r = { NULL, cluster, request, trace, destination, err };

	if (trace->from_text)
		return 0;
	if (!request->from)
		return send_by_default(cluster, destination, trace);
	for (const struct form *form = source_forms;; form++) {
		size_t len = strlen(form->prefix);

		if (strncmp(request->from, form->prefix, len) != 0)
			continue;
		r.form = form;
		return form->read(&r, request->from + len);
	}
}
