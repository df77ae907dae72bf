/*
 * The kernel is the referee: the cluster of a file is built from network namespaces, once for each mode of kube-proxy, our rules are
 * loaded with iptables-restore or nft, real TCP connections are opened, and who answered and which source it saw must be one of the
 * branches that the walk gives.  The ipvs mode is left out where the kernel has no ip_vs.
 *
 * Usage: referee CLUSTER.yaml.. [--seeds N] [--seed N] [--soak SECONDS]
 * --seeds: so many clusters drawn from seeds; --soak: one after the other until a connection differs.  Prints each difference, and
 * "N passed, N failed".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/walk.h"
#include "proxy/kubeproxy.h"
#include "proxy/nft.h"
#include "netns.h"
#include "random.h"

#define TRIES 4	/* connections of one kind: chance takes another branch now and then */

struct referee {
	struct cluster *cluster;
	struct netns netns;
	int passed, failed;
	bool inside;	/* only nodes and pods connect */
	size_t nmodes;	/* that this kernel can do */
};

static const char *const modes[] = { "iptables", "nftables", "ipvs" };

/* One kind of connection, what the walk expects of it, and what the kernel did. */
struct flow {
	struct walk_request request;
	char *from;			/* namespace */
	VEC(struct netns_answer) expected;
};

static void
expect_branch(void *arg, struct walk *walk)
{
	struct flow *flow = arg;
	struct netns_answer *answer = vec_push(&flow->expected);

	snprintf(answer->verdict, sizeof answer->verdict, "%s", verdict_name(walk->verdict));
	if (walk->verdict == VERDICT_ANSWERED) {
		if (walk->pod)
			snprintf(answer->who, sizeof answer->who, "pod-%s-%s", walk->pod->object->namespace,
				walk->pod->object->name);
		else
			snprintf(answer->who, sizeof answer->who, "node-%s", walk->node);
		ip_format(&walk->source_seen, answer->source);
	}
	walk_release(walk);
}

static bool
is_expected(const struct flow *flow, const struct netns_answer *got)
{
	for (size_t i = 0; i < flow->expected.n; i++) {
		const struct netns_answer *want = &flow->expected.v[i];

		if (strcmp(want->verdict, got->verdict) == 0 && strcmp(want->who, got->who) == 0 &&
			strcmp(want->source, got->source) == 0)
			return true;
	}
	return false;
}

static void
report(const struct flow *flow, const struct netns_answer *got)
{
	char to[IP_TEXT + 8];

	printf("differs: %s -> %s\n  kernel: %s %s saw %s\n", flow->from,
		ip_port_format(&flow->request.to, flow->request.port, to), got->verdict, got->who, got->source);
	for (size_t i = 0; i < flow->expected.n; i++)
		printf("  walk:   %s %s saw %s\n", flow->expected.v[i].verdict, flow->expected.v[i].who,
			flow->expected.v[i].source);
}

static void
try_flow(struct referee *referee, struct flow *flow)
{
	walk_all(&referee->cluster->world, &flow->request, expect_branch, flow);
	for (int i = 0; i < TRIES; i++) {
		struct netns_answer got;

		netns_connect(&referee->netns, flow->from, &flow->request.to, flow->request.port, &got);
		if (is_expected(flow, &got)) {
			referee->passed++;
			if (strcmp(got.verdict, "dropped") == 0)
				break;	/* once is enough: each silence has to be waited for */
			continue;
		}
		referee->failed++;
		report(flow, &got);
		break;
	}
	vec_release(&flow->expected);
}

/* From everywhere: outside, each node, each pod. */
static void
try_destination(struct referee *referee, const struct ip *to, uint16_t port)
{
	struct world *world = &referee->cluster->world;
	struct flow flow = { .from = NULL };
	size_t n;
	const struct object *const *pods = store_list(referee->cluster->server.store, kind_by_kind("Pod"), NULL, &n);

	flow.request.to = *to;
	flow.request.port = port;
	flow.request.protocol = PROTOCOL_TCP;
	if (!ip_is_loopback(to) && !referee->inside) {
		ip_parse(OUTSIDE_CLIENT, &flow.request.from.ip);
		flow.from = xstrdup("client");
		try_flow(referee, &flow);
		free(flow.from);
	}
	for (size_t i = 0; i < world->nnodes; i++) {
		flow.request.from = (struct walk_source){ .node = &world->nodes[i] };
		flow.from = xasprintf("node-%s", world->nodes[i].name);
		try_flow(referee, &flow);
		free(flow.from);
	}
	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);

		if (pod->host_network || !pod->nips || ip_is_loopback(to))
			continue;
		flow.request.from = (struct walk_source){ .pod = pod };
		flow.from = xasprintf("pod-%s-%s", pods[i]->namespace, pods[i]->name);
		try_flow(referee, &flow);
		free(flow.from);
	}
}

/* Addresses of balancers and external IPs, where kube-proxy takes them: on the nodes.  The outside has no route to them. */
static void
try_external(struct referee *referee, const struct service *service, uint16_t port)
{
	referee->inside = true;
	for (size_t i = 0; i < service->ningress; i++)
		try_destination(referee, &service->ingress[i].ip, port);
	for (size_t i = 0; i < service->nexternal_ips; i++) {
		struct ip ip;

		if (ip_parse(service->external_ips[i], &ip))
			try_destination(referee, &ip, port);
	}
	referee->inside = false;
}

static void
try_service(struct referee *referee, const struct service *service)
{
	struct world *world = &referee->cluster->world;
	struct ip loopback = ip4(0x7f000001);

	for (size_t p = 0; p < service->nports; p++) {
		if (service->ports[p].protocol != PROTOCOL_TCP)
			continue;
		for (size_t i = 0; i < service->ncluster_ips; i++)
			try_destination(referee, &service->cluster_ips[i], service->ports[p].port);
		try_external(referee, service, service->ports[p].port);
		if (!service->ports[p].node_port)
			continue;
		for (size_t i = 0; i < world->nnodes; i++)
			try_destination(referee, &world->nodes[i].view->ips[0], service->ports[p].node_port);
		try_destination(referee, &loopback, service->ports[p].node_port);
	}
}

static void
try_everything(struct referee *referee)
{
	struct store *store = referee->cluster->server.store;
	struct world *world = &referee->cluster->world;
	size_t nservices, npods;
	const struct object *const *services = store_list(store, kind_by_kind("Service"), "default", &nservices);
	const struct object *const *pods;

	for (size_t i = 0; i < nservices; i++)
		try_service(referee, service_view(services[i]));
	/* a port that the Service doesn't offer, and ports of nodes that nobody opened, or a daemon did */
	if (nservices && service_view(services[0])->ncluster_ips)
		try_destination(referee, &service_view(services[0])->cluster_ips[0], 81);
	try_destination(referee, &world->nodes[0].view->ips[0], 30999);
	try_destination(referee, &world->nodes[world->nnodes - 1].view->ips[0], 10250);
	pods = store_list(store, kind_by_kind("Pod"), "default", &npods);
	if (npods) {
		try_destination(referee, &pod_view(pods[0])->ip, 80);
		try_destination(referee, &pod_view(pods[0])->ip, 9);
	}
}

static void
judge_rules(struct referee *referee, const char *node, const char *command, const char *ours, const char *theirs)
{
	if (strcmp(ours, theirs) == 0) {
		referee->passed++;
		return;
	}
	printf("%s: %s differs\n", node, command);
	referee->failed++;
}

/* What iptables-save prints after the kernel took our text must be what we print. */
static void
compare_iptables(struct referee *referee, struct world_node *node)
{
	char *kernel = netns_output(&referee->netns, node->name, "iptables-save");
	struct ruleset read;
	struct str ours = STR_INIT, theirs = STR_INIT;
	struct err err = ERR_INIT;

	ruleset_init(&read, IP_V4);
	if (ruleset_read(&read, "iptables-save", kernel, strlen(kernel), &err)) {
		printf("%s: iptables-save can't be read: %s\n", node->name, err.text);
		referee->failed++;
	} else {
		ruleset_write_save(&read, &theirs);
		ruleset_write_save(world_rules(&referee->cluster->world, node, IP_V4), &ours);
		judge_rules(referee, node->name, "iptables-save", ours.buf, theirs.buf);
	}
	err_release(&err);
	str_release(&ours);
	str_release(&theirs);
	ruleset_release(&read);
	free(kernel);
}

static void
compare_nftables(struct referee *referee, struct world_node *node)
{
	static const char *const commands[] = { "nft list table ip " NFTABLES_TABLE, "nft list table ip6 " NFTABLES_TABLE };

	for (int family = IP_V4; family <= IP_V6; family++) {
		const char *command = commands[family - IP_V4];
		char *kernel = netns_output(&referee->netns, node->name, command);
		struct str ours = STR_INIT;

		nft_write_list(world_rules(&referee->cluster->world, node, (enum ip_family)family), &ours);
		judge_rules(referee, node->name, command, ours.buf, kernel);
		str_release(&ours);
		free(kernel);
	}
}

static void
compare_rules(struct referee *referee)
{
	struct world *world = &referee->cluster->world;

	for (size_t i = 0; i < world->nnodes; i++) {
		compare_iptables(referee, &world->nodes[i]);
		if (world->settings->proxy.mode == PROXY_NFTABLES)
			compare_nftables(referee, &world->nodes[i]);
	}
}

static void
read_file(const char *path, struct str *text)
{
	FILE *file = fopen(path, "r");
	char block[4096];
	size_t len;

	if (!file) {
		perror(path);
		exit(1);
	}
	while ((len = fread(block, 1, sizeof block, file)) > 0)
		str_addn(text, block, len);
	fclose(file);
}

static void
run_text(struct referee *referee, const char *path, const struct str *text, const char *mode)
{
	struct err err = ERR_INIT;
	struct cluster cluster;
	struct cluster_text given[2];
	char *config = xasprintf("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: %s\n", mode);

	given[0] = (struct cluster_text){ "mode", config, strlen(config) };
	given[1] = (struct cluster_text){ path, text->buf, text->len };
	memset(&cluster, 0, sizeof cluster);
	if (cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, given, 2, false, &err)) {
		fprintf(stderr, "%s: %u: %s\n", path, err.line, err.text);
		exit(1);
	}
	referee->cluster = &cluster;
	netns_init(&referee->netns, &cluster);
	compare_rules(referee);
	try_everything(referee);
	netns_release(&referee->netns);
	cluster_release(&cluster);
	free(config);
}

static void
run_file(struct referee *referee, const char *path)
{
	struct str text = STR_INIT;

	read_file(path, &text);
	for (size_t mode = 0; mode < referee->nmodes; mode++)
		run_text(referee, path, &text, modes[mode]);
	str_release(&text);
}

/* True when none of its connections differed. */
static bool
run_seed(struct referee *referee, uint64_t seed)
{
	struct str text = STR_INIT;
	char *name = xasprintf("--seed %llu", (unsigned long long)seed);
	int failed = referee->failed;

	random_cluster(seed, &text);
	for (size_t mode = 0; mode < referee->nmodes; mode++)
		run_text(referee, name, &text, modes[mode]);
	if (referee->failed != failed)
		printf("kernel: connections differ: %s\n", name);
	free(name);
	str_release(&text);
	return referee->failed == failed;
}

/* Until a connection differs, or for so many seconds; 0: until it is stopped. */
static void
soak(struct referee *referee, uint64_t seed, double seconds)
{
	time_t start = time(NULL);

	while (run_seed(referee, seed++) && (seconds <= 0 || difftime(time(NULL), start) < seconds)) {
		printf("kernel: %d connections, next --seed %llu\n", referee->passed, (unsigned long long)seed);
		fflush(stdout);
	}
}

static void
run_argument(struct referee *referee, const char *flag, const char *value)
{
	uint64_t number = strtoull(value, NULL, 10);

	if (strcmp(flag, "--seed") == 0)
		run_seed(referee, number);
	else if (strcmp(flag, "--soak") == 0)
		soak(referee, (uint64_t)time(NULL), (double)number);
	for (uint64_t seed = 1; strcmp(flag, "--seeds") == 0 && seed <= number; seed++)
		run_seed(referee, seed);
}

int
main(int argc, char **argv)
{
	const char *missing = netns_missing(), *no_ipvs;
	struct referee referee = { .cluster = NULL, .nmodes = sizeof modes / sizeof modes[0] };

	if (missing) {
		printf("kernel: skipped, %s\n", missing);
		return 0;
	}
	no_ipvs = netns_ipvs_missing();
	if (no_ipvs) {
		printf("kernel: ipvs mode skipped, %s\n", no_ipvs);
		referee.nmodes--;
	}
	for (int i = 1; i < argc; i++) {
		if (str_starts(argv[i], "--") && i + 1 < argc) {
			run_argument(&referee, argv[i], argv[i + 1]);
			i++;
		} else
			run_file(&referee, argv[i]);
	}
	printf("kernel: %d passed, %d failed\n", referee.passed, referee.failed);
	return referee.failed != 0;
}
