/*
 * The kernel is the referee: the cluster of a file is built from network namespaces, once for each mode of kube-proxy, our rules are
 * loaded with iptables-restore or nft, real connections are opened, and who answered and which source it saw must be one of the
 * branches that the walk gives.  README.md says what is drawn and compared.
 *
 * Usage: referee CLUSTER.yaml.. [--seeds N] [--seed N] [--soak SECONDS]
 * --seeds: so many clusters drawn from seeds; --soak: one after the other until something differs, or for SECONDS.  Prints each
 * difference, and "N passed, N failed".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "listeners.h"
#include "load.h"
#include "random.h"
#include "rules.h"
#include "sticky.h"
#include "tries.h"

struct referee {
	struct tally tally;
	size_t nmodes;	/* that this kernel can do */
};

static const char *const modes[] = { "iptables", "nftables", "ipvs" };

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
judge_cluster(struct cluster *cluster, struct tally *tally)
{
	struct netns netns;
	struct flows flows = { .netns = &netns };

	netns_init(&netns, cluster);
	rules_judge(&netns, tally);
	sticky_judge(&netns, tally);
	tries_make(&flows);
	flows_judge(&flows, tally);
	flows_release(&flows);
	netns_release(&netns);
}

static void
run_text(struct referee *referee, const char *path, const char *text, bool as_stored, const char *mode)
{
	struct err err = ERR_INIT;
	struct cluster cluster;
	struct cluster_text given[2];
	char *config = xasprintf("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: %s\n", mode);
	int failed = referee->tally.failed;

	given[0] = (struct cluster_text){ "mode", config, strlen(config) };
	given[1] = (struct cluster_text){ path, text, strlen(text) };
	memset(&cluster, 0, sizeof cluster);
	if (cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, given, 2, as_stored, &err)) {
		fprintf(stderr, "%s: %u: %s\n", path, err.line, err.text);
		exit(1);
	}
	judge_cluster(&cluster, &referee->tally);
	if (referee->tally.failed != failed)
		printf("kernel: the above in %s mode of %s\n", mode, path);
	cluster_release(&cluster);
	free(config);
}

static void
run_file(struct referee *referee, const char *path)
{
	struct str text = STR_INIT;

	read_file(path, &text);
	for (size_t mode = 0; mode < referee->nmodes; mode++)
		run_text(referee, path, text.buf, false, modes[mode]);
	str_release(&text);
}

/* True when nothing of it differed. */
static bool
run_seed(struct referee *referee, uint64_t seed)
{
	char *name = xasprintf("--seed %llu", (unsigned long long)seed);
	int failed = referee->tally.failed;

	for (size_t mode = 0; mode < referee->nmodes; mode++) {
		struct str text = STR_INIT;
		bool as_stored = random_cluster(seed, &text);

		run_text(referee, name, text.buf, as_stored, modes[mode]);
		str_release(&text);
	}
	free(name);
	return referee->tally.failed == failed;
}

/* Until something differs, or for so many seconds; 0: until it is stopped. */
static void
soak(struct referee *referee, uint64_t seed, double seconds)
{
	time_t start = time(NULL);

	while (run_seed(referee, seed++) && (seconds <= 0 || difftime(time(NULL), start) < seconds)) {
		printf("kernel: %d passed, next --seed %llu\n", referee->tally.passed, (unsigned long long)seed);
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

/* False: nothing can be tried here at all. */
static bool
say_what_is_skipped(struct referee *referee)
{
	const char *missing = netns_missing(), *no_ipvs;

	if (missing) {
		printf("kernel: skipped, %s\n", missing);
		return false;
	}
	no_ipvs = load_ipvs_missing();
	if (no_ipvs) {
		printf("kernel: ipvs mode skipped, %s\n", no_ipvs);
		referee->nmodes--;
	}
	if (!listeners_speak(PROTOCOL_SCTP))
		printf("kernel: SCTP connections skipped, this kernel has no SCTP; its rules are loaded and compared\n");
	return true;
}

int
main(int argc, char **argv)
{
	struct referee referee = { .nmodes = sizeof modes / sizeof modes[0] };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!say_what_is_skipped(&referee))
		return 0;
	for (int i = 1; i < argc; i++) {
		if (str_starts(argv[i], "--") && i + 1 < argc) {
			run_argument(&referee, argv[i], argv[i + 1]);
			i++;
		} else
			run_file(&referee, argv[i]);
	}
	printf("kernel: %d passed, %d failed\n", referee.tally.passed, referee.tally.failed);
	return referee.tally.failed != 0;
}
