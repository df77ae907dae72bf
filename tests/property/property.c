/*
 * What holds whatever is asked: random requests from seeds, and after each of them
 *   - no cluster IP and no node port is held twice, none is held by nobody, none is used without being held;
 *   - every endpoint that a controller wrote is a pod's that matches the selector, and a ready one's pod is ready;
 *   - every object's owner is there, or the object is on its way out;
 *   - a refused request has changed nothing;
 * and at the end of a seed that the same seed gives the same bytes again.
 *
 *	property [--seed N] [--seeds N] [--steps N] [-v]
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/yaml.h"
#include "base/hash.h"
#include "requests.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)
#define SEEDS 400
#define STEPS 250

#define NODES                                                                                                          \
	"apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nspec: {podCIDR: 192.168.1.0/24, podCIDRs: [%s]}\n"          \
	"status: {addresses: [{type: InternalIP, address: 172.30.2.2}%s], conditions: [{type: Ready, status: "         \
	"'True'}]}\n---\n"                                                                                             \
	"apiVersion: v1\nkind: Node\nmetadata: {name: n2, labels: {disk: ssd}}\nspec: {podCIDR: 192.168.2.0/24, "      \
	"podCIDRs: [%s]}\n"                                                                                            \
	"status: {addresses: [{type: InternalIP, address: 172.30.2.3}%s], conditions: [{type: Ready, status: "         \
	"'True'}]}\n"
#define SINGLE "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" \
	"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n"
#define DUAL "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n" \
	"networking: {serviceSubnet: '10.96.0.0/16,fd00:10:96::/112', podSubnet: '192.168.0.0/16,fd00:1::/48'}\n"

/* Where it is, for the report. */
static uint64_t now_seed;
static int now_step;
static bool verbose;

static void
report(int number)
{
	static const char text[] = "property: failed at --seed ";
	char digits[64];
	int len = snprintf(
		digits, sizeof digits, "%llu, step %d; see it with -v\n", (unsigned long long)now_seed, now_step);

	(void)number;
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0 || write(STDERR_FILENO, digits, (size_t)len) < 0)
		_exit(2);
}

/* ---- one seed ---- */

static void
make(struct cluster *cluster, uint64_t seed, bool dual)
{
	char *text = xasprintf("%s---\n" NODES, dual ? DUAL : SINGLE,
		dual ? "192.168.1.0/24, 'fd00:1:0:1::/64'" : "192.168.1.0/24",
		dual ? ", {type: InternalIP, address: 'fd00:2::2'}" : "",
		dual ? "192.168.2.0/24, 'fd00:1:0:2::/64'" : "192.168.2.0/24",
		dual ? ", {type: InternalIP, address: 'fd00:2::3'}" : "");
	struct cluster_text file = { "nodes", text, strlen(text) };
	struct err err = ERR_INIT;

	if (cluster_make(cluster, seed, NOW, &file, 1, false, &err)) {
		fprintf(stderr, "property: %u: %s\n", err.line, err.text);
		exit(2);
	}
	free(text);
}

static void
tell(const struct asked_request *asked, int step)
{
	if (asked->time)
		printf("# %d: %lld s pass\n", step, (long long)asked->seconds);
	else
		printf("# %d: %s %s %s/%s: %s\n%s", step, asked->verb, asked->kind, asked->namespace, asked->name,
			asked->accepted ? "accepted" : "refused", asked->body.buf);
	fflush(stdout);
}

static void
one_step(struct cluster *cluster, struct rng *rng, bool dual, long *accepted)
{
	uint64_t version = store_version(cluster->server.store);
	struct asked_request asked;

	request_random(cluster, rng, dual, &asked);
	if (verbose)
		tell(&asked, now_step);
	if (!asked.time && !asked.accepted && store_version(cluster->server.store) != version) {
		fprintf(stderr, "property: a refused request changed something\n");
		abort();
	}
	*accepted += asked.accepted;
	cluster_settle(cluster);
	cluster_check(cluster);
	asked_request_release(&asked);
}

/* All objects as text, and the dice: a digest. */
static void
digest(const struct cluster *cluster, char hex[static 65])
{
	struct str text = STR_INIT;

	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			json_write(objects[i]->root, 0, &text);
	}
	str_addf(&text, "%llu %lld", (unsigned long long)cluster->server.rng.state,
		(long long)cluster->server.clock.now);
	sha256_hex(text.buf, text.len, hex);
	str_release(&text);
}

static void
one_seed(uint64_t seed, int steps, char hex[static 65], long *accepted)
{
	bool dual = seed % 4 == 0;
	struct cluster cluster;
	struct rng rng;

	now_seed = seed;
	make(&cluster, seed, dual);
	rng_init(&rng, seed);
	rng = rng_fork(&rng, "requests");
	for (now_step = 1; now_step <= steps; now_step++)
		one_step(&cluster, &rng, dual, accepted);
	digest(&cluster, hex);
	cluster_release(&cluster);
}

static long
number_after(int argc, char **argv, const char *flag, long otherwise)
{
	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i], flag) == 0)
			return strtol(argv[i + 1], NULL, 10);
	}
	return otherwise;
}

#define REPLAY_EACH 8	/* seeds: one of so many is run again */

int
main(int argc, char **argv)
{
	long first = number_after(argc, argv, "--seed", 0),
	     seeds = number_after(argc, argv, "--seeds", first ? 1 : SEEDS);
	int steps = (int)number_after(argc, argv, "--steps", STEPS);
	long accepted = 0, replayed = 0, again = 0;
	char hex[65], other[65];

	for (int i = 1; i < argc; i++)
		verbose = verbose || strcmp(argv[i], "-v") == 0;
	signal(SIGABRT, report);
	first = first ? first : 1;
	for (long seed = first; seed < first + seeds; seed++) {
		one_seed((uint64_t)seed, steps, hex, &accepted);
		if (seed % REPLAY_EACH && seeds > 1)
			continue;
		one_seed((uint64_t)seed, steps, other, &replayed);
		again++;
		if (strcmp(hex, other) != 0) {
			fprintf(stderr, "property: --seed %ld gives other bytes the second time\n", seed);
			return 1;
		}
	}
	printf("property: %ld requests (%ld accepted) from %ld seeds, %ld of them replayed: all holds\n", seeds * steps,
		accepted, seeds, again);
	return 0;
}
