#include "random.h"

#include "base/rng.h"

#define FIRST_NODE_PORT 30080u

struct draw {
	struct rng rng;
	struct str *yaml;
	unsigned nodes, apps, node_port;
};

static unsigned
below(struct draw *d, unsigned n)
{
	return (unsigned)rng_below(&d->rng, n);
}

static bool
sometimes(struct draw *d, unsigned percent)
{
	return below(d, 100) < percent;
}

static void
settings(struct draw *d)
{
	str_add(d->yaml, "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n");
	if (sometimes(d, 50))
		str_add(d->yaml, "controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n");
	str_add(d->yaml, "---\n");
}

/* Not every kernel has the counters that kube-proxy uses where it finds them. */
static void
node(struct draw *d, unsigned i)
{
	str_addf(d->yaml, "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: n%u}\nspec: {nfacct: []}\n---\n"
		"apiVersion: v1\nkind: Node\nmetadata: {name: n%u}\nspec: {podCIDR: 192.168.%u.0/24, podCIDRs: [192.168.%u.0/24]}\n"
		"status: {addresses: [{type: InternalIP, address: 172.30.%u.2}], conditions: [{type: Ready, status: 'True'}]}\n---\n", i, i,
		i, i, i);
}

/* Some have no pod, some have pods that aren't ready. */
static void
app(struct draw *d, unsigned i)
{
	str_addf(d->yaml, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a%u}\nspec:\n  replicas: %u\n"
		"  selector: {matchLabels: {app: a%u}}\n  template:\n    metadata: {labels: {app: a%u}}\n    spec:\n", i, below(d, 4), i, i);
	if (sometimes(d, 40))
		str_addf(d->yaml, "      nodeName: n%u\n", 1 + below(d, d->nodes));
	str_addf(d->yaml, "      containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80}]%s}]\n---\n",
		sometimes(d, 15) ? ", readinessProbe: {httpGet: {port: 81}}" : "");
}

static const char *
target(struct draw *d)
{
	static const char *const targets[] = { "80", "80", "http", "8080", "nope" };

	return targets[below(d, sizeof targets / sizeof targets[0])];
}

static void
ports(struct draw *d, bool opens)
{
	unsigned n = 1 + below(d, 2);

	str_add(d->yaml, "  ports:\n");
	for (unsigned i = 0; i < n; i++) {
		str_addf(d->yaml, "  - {name: p%u, port: %u, targetPort: %s", i, 80 + 1000 * i, target(d));
		if (opens)
			str_addf(d->yaml, ", nodePort: %u", d->node_port++);
		str_add(d->yaml, "}\n");
	}
}

static void
service(struct draw *d, unsigned i)
{
	static const char *const types[] = { "ClusterIP", "NodePort", "NodePort", "LoadBalancer" };
	unsigned type = below(d, 4);

	str_addf(d->yaml, "apiVersion: v1\nkind: Service\nmetadata: {name: s%u}\nspec:\n  type: %s\n  selector: {app: a%u}\n", i, types[type],
		below(d, d->apps + 1));
	if (sometimes(d, 30))
		str_add(d->yaml, "  internalTrafficPolicy: Local\n");
	if (type && sometimes(d, 40))
		str_add(d->yaml, "  externalTrafficPolicy: Local\n");
	if (type == 3 && sometimes(d, 40))
		str_addf(d->yaml, "  loadBalancerSourceRanges: [%s]\n", sometimes(d, 50) ? "203.0.113.0/24" : "198.51.100.0/24");
	if (sometimes(d, 25))
		str_addf(d->yaml, "  externalIPs: [198.51.100.%u]\n", 10 + i);
	if (sometimes(d, 20))
		str_add(d->yaml, "  sessionAffinity: ClientIP\n");
	ports(d, type > 0);
	str_add(d->yaml, "---\n");
}

bool
random_cluster(uint64_t seed, struct str *yaml)
{
	struct draw d = { .yaml = yaml, .node_port = FIRST_NODE_PORT };

	rng_init(&d.rng, seed);
	d.nodes = 1 + below(&d, 3);
	d.apps = 1 + below(&d, 3);
	settings(&d);
	for (unsigned i = 1; i <= d.nodes; i++)
		node(&d, i);
	for (unsigned i = 0; i < d.apps; i++)
		app(&d, i);
	for (unsigned i = 0, n = 2 + below(&d, 4); i < n; i++)
		service(&d, i);
	return false;
}
