#include "draw.h"

/* Some have no pod, some have pods that aren't ready. */
static void
app(struct draw *d, unsigned i)
{
	str_addf(d->yaml, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a%u}\nspec:\n  replicas: %u\n"
		"  selector: {matchLabels: {app: a%u}}\n  template:\n    metadata: {labels: {app: a%u}}\n    spec:\n", i, draw_below(d, 4), i,
		i);
	if (draw_sometimes(d, 40))
		str_addf(d->yaml, "      nodeName: n%u\n", 1 + draw_below(d, d->nodes));
	str_addf(d->yaml, "      containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80}]%s}]\n---\n",
		draw_sometimes(d, 15) ? ", readinessProbe: {httpGet: {port: 81}}" : "");
}

static void
ports(struct draw *d, bool opens)
{
	unsigned n = 1 + draw_below(d, 2);

	str_add(d->yaml, "  ports:\n");
	for (unsigned i = 0; i < n; i++) {
		str_addf(d->yaml, "  - {name: p%u, port: %u, targetPort: %s", i, 80 + 1000 * i,
			DRAW_ONE(d, "80", "80", "http", "8080", "nope"));
		if (opens)
			str_addf(d->yaml, ", nodePort: %u", d->node_port++);
		str_add(d->yaml, "}\n");
	}
}

static void
service(struct draw *d, unsigned i)
{
	static const char *const types[] = { "ClusterIP", "NodePort", "NodePort", "LoadBalancer" };
	unsigned type = draw_below(d, 4);

	str_addf(d->yaml, "apiVersion: v1\nkind: Service\nmetadata: {name: s%u}\nspec:\n  type: %s\n  selector: {app: a%u}\n", i, types[type],
		draw_below(d, d->apps + 1));
	if (draw_sometimes(d, 30))
		str_add(d->yaml, "  internalTrafficPolicy: Local\n");
	if (type && draw_sometimes(d, 40))
		str_add(d->yaml, "  externalTrafficPolicy: Local\n");
	if (type == 3 && draw_sometimes(d, 40))
		str_addf(d->yaml, "  loadBalancerSourceRanges: [%s]\n", DRAW_ONE(d, "203.0.113.0/24", "198.51.100.0/24"));
	if (draw_sometimes(d, 25))
		str_addf(d->yaml, "  externalIPs: [198.51.100.%u]\n", 10 + i);
	if (draw_sometimes(d, 20))
		str_add(d->yaml, "  sessionAffinity: ClientIP\n");
	if (draw_sometimes(d, 20))
		str_add(d->yaml, "  publishNotReadyAddresses: true\n");
	if (draw_sometimes(d, 20))
		str_add(d->yaml, "  trafficDistribution: PreferClose\n");
	if (d->dual_stack && draw_sometimes(d, 70))
		str_addf(d->yaml, "  ipFamilyPolicy: %s\n", DRAW_ONE(d, "PreferDualStack", "RequireDualStack"));
	if (d->dual_stack && draw_sometimes(d, 10))
		str_add(d->yaml, "  ipFamilies: [IPv6]\n");
	ports(d, type > 0);
	str_add(d->yaml, "---\n");
}

void
draw_made(struct draw *d)
{
	d->apps = 1 + draw_below(d, 3);
	for (unsigned i = 0; i < d->apps; i++)
		app(d, i);
	for (unsigned i = 0, n = 2 + draw_below(d, 4); i < n; i++)
		service(d, i);
}
