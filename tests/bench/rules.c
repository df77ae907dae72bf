/*
 * Times of the data plane over the Services of a file: making and compiling one node's rules, one walk without events, and the
 * same after one Service changed.
 *
 *	rules FILE [RESTORE]	prints "sync US", "walk NS", "any NS", "change US"; writes what kube-proxy feeds to iptables-restore into RESTORE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cluster/cluster.h"
#include "net/walk.h"

#define NODE "node01"
#define WALKS 50000
#define WARM 20000	/* walks that aren't timed: indexes are made by the first */

static double
now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void
read_file(const char *path, struct str *text)
{
	FILE *file = fopen(path, "rb");
	char bytes[65536];
	size_t n;

	if (!file)
		exit(2);
	while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
		str_addn(text, bytes, n);
	fclose(file);
}

static void
write_restore(struct cluster *cluster, const char *path)
{
	const struct proxy_input input = { cluster->server.store, &cluster->server.settings, NODE, IP_V4, NULL };
	struct ruleset rules;
	struct str text = STR_INIT;
	FILE *file = fopen(path, "wb");

	ruleset_init(&rules, IP_V4);
	iptables_sync(&input, &rules, NULL);
	ruleset_write_restore(&rules, &text);
	if (!file || fwrite(text.buf, 1, text.len, file) != text.len || fclose(file))
		exit(2);
	str_release(&text);
	ruleset_release(&rules);
}

/* Made and compiled from nothing, or from what the last change left. */
static double
sync_us(struct cluster *cluster)
{
	double start = now_us();

	world_sync(&cluster->world);
	world_engine(&cluster->world, world_node(&cluster->world, NODE), IP_V4);
	return now_us() - start;
}

static void
walk(struct world *world, struct dice *dice, const struct service *service)
{
	struct walk_request request = { .from = { .node = world_node(world, NODE) }, .port = 80, .no_events = true };
	struct walk walk;

	request.to = service->cluster_ips[0];
	walk_init(&walk);
	walk_run(world, &request, &dice->chooser, &walk);
	walk_release(&walk);
}

/* Of one Service again and again: what it costs that there are others.  Or of any: what the caches don't hold costs, too. */
static double
walk_ns(struct cluster *cluster, bool any)
{
	size_t n;
	const struct object *const *services =
		store_list(cluster->server.store, kind_by_kind("Service"), "default", &n);
	struct rng rng;
	struct dice dice;
	double start = 0;

	rng_init(&rng, 1);
	dice_init(&dice, &rng);
	for (size_t i = 0; i < WALKS + WARM; i++) {
		if (i == WARM)
			start = now_us();
		walk(&cluster->world, &dice, service_view(services[any ? rng_below(&rng, n) : n / 2]));
	}
	return (now_us() - start) * 1000 / WALKS;
}

/* One Service gets another port. */
static double
change_us(struct cluster *cluster)
{
	size_t n;
	const struct object *const *services =
		store_list(cluster->server.store, kind_by_kind("Service"), "default", &n);
	struct object *copy = object_copy(services[n / 2]);

	value_set_int(&copy->arena, value_path(copy->root, "spec.ports[0]"), "port", 8081);
	server_write(&cluster->server, copy);
	return sync_us(cluster);
}

int
main(int argc, char **argv)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct cluster cluster;
	struct cluster_text given;

	if (argc < 2)
		return 2;
	read_file(argv[1], &text);
	given = (struct cluster_text){ argv[1], text.buf, text.len };
	if (cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, &given, 1, false, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 3;
	}
	printf("sync %.0f\n", sync_us(&cluster));
	printf("walk %.0f\n", walk_ns(&cluster, false));
	printf("any %.0f\n", walk_ns(&cluster, true));
	if (argc > 2)
		write_restore(&cluster, argv[2]);
	printf("change %.0f\n", change_us(&cluster));
	cluster_release(&cluster);
	str_release(&text);
	return 0;
}
