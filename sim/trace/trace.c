/*
 * A trace: the words become an address and a sender, then one branch is walked by the seed's dice, or all of them.
 */
#include "trace/trace.h"

#include <string.h>

#include "trace/destination.h"

static void
add_path(void *arg, struct walk *walk)
{
	struct trace *trace = arg;

	if (trace->npaths == trace->paths_cap) {
		trace->paths_cap = trace->paths_cap ? 2 * trace->paths_cap : 4;
		trace->paths = xreallocarray(trace->paths, trace->paths_cap, sizeof *trace->paths);
	}
	trace->paths[trace->npaths++] = *walk;
}

/* Answered only if every branch is; else what the likeliest failing branch says. */
static void
judge(struct trace *trace)
{
	const struct walk *worst = NULL;

	trace->verdict = VERDICT_ANSWERED;
	for (size_t i = 0; i < trace->npaths; i++) {
		const struct walk *path = &trace->paths[i];

		if (path->verdict != VERDICT_ANSWERED && (!worst || path->probability > worst->probability))
			worst = path;
	}
	if (worst) {
		trace->verdict = worst->verdict;
		trace->cause = worst->cause;
	}
}

static int
tables_only(struct cluster *cluster, const struct trace_request *request, const struct destination *destination,
	struct trace *trace, struct err *err)
{
	struct world_node *node = request->on ? world_node(&cluster->world, request->on) : trace->walk.from.node;
	const struct ip *local;
	size_t nlocal;
	struct packet packet = { .protocol = trace->walk.protocol, .dst = destination->ip, .dport = destination->port };

	if (!node)
		return err_set(err, ERR_USAGE, "--tables-only: say on which node, with --on NODE");
	if (request->from && !ip_parse(request->from, &packet.src))
		packet.src = trace->walk.from.pod ? trace->walk.from.pod->ip : trace->walk.from.ip;
	else if (!request->from)
		packet.src = trace->walk.from.ip;
	local = world_addresses(&cluster->world, node, packet.dst.family, &nlocal);
	engine_tables_walk(world_engine(&cluster->world, node, packet.dst.family), &packet, local, nlocal,
		&trace->arena, &trace->tables);
	trace->tables_given = true;
	trace->verdict = strcmp(trace->tables.verdict, "ACCEPT") == 0 ? VERDICT_ANSWERED
		: strcmp(trace->tables.verdict, "DROP") == 0 ? VERDICT_DROPPED : VERDICT_REFUSED;
	return 0;
}

static void
walk_one(struct cluster *cluster, struct trace *trace)
{
	struct rng rng = cluster_dice(cluster);
	struct dice dice;
	struct walk walk;

	dice_init(&dice, &rng);
	walk_init(&walk);
	walk_run(&cluster->world, &trace->walk, &dice.chooser, &walk);
	add_path(trace, &walk);
}

/* There is nothing to send to: a name without an address, or an address that isn't there yet. */
static void
nowhere(struct trace *trace, const struct destination *destination)
{
	trace->verdict = trace->dns_name ? VERDICT_UNRESOLVED : VERDICT_UNREACHABLE;
	trace->cause = destination->cause;
	if (!trace->dns_name || destination->cause.text)
		return;
	trace->cause.kind = destination->service ? "Service" : NULL;
	if (destination->service) {
		trace->cause.namespace = destination->service->object->namespace;
		trace->cause.name = destination->service->object->name;
	}
	trace->cause.field = "";
	trace->cause.text = arena_printf(&trace->arena, "no name server knows \"%s\"", trace->dns_name);
}

/*
 * The node that a packet from outside comes in by, when it is said: by name, or with a pod as destination, which no route
 * outside leads to; the question is then what happens to a packet that somebody brings to its node.
 */
static struct world_node *
entrance(struct cluster *cluster, const struct trace_request *request, const struct destination *destination)
{
	if (request->on)
		return world_node(&cluster->world, request->on);
	return destination->pod ? world_node(&cluster->world, destination->pod->node) : NULL;
}

static int
run(struct cluster *cluster, const struct trace_request *request, struct trace *trace, struct err *err)
{
	struct destination destination = { .namespace = NULL };

	if (destination_read(cluster, request, trace, &destination, err) ||
		source_read(cluster, request, &destination, trace, err))
		return -1;
	if (request->on && !world_node(&cluster->world, request->on))
		return err_set(err, ERR_INPUT, "nodes \"%s\" not found", request->on);
	trace->walk.to = destination.ip;
	trace->walk.port = destination.port;
	trace->walk.now = cluster->server.clock.now;
	trace->walk.enter = entrance(cluster, request, &destination);
	if (request->tables_only)
		return tables_only(cluster, request, &destination, trace, err);
	if (destination.ip.family == IP_NONE) {
		nowhere(trace, &destination);
		return 0;
	}
	trace->all_complete = true;
	if (request->all)
		trace->all_complete = walk_all(&cluster->world, &trace->walk, add_path, trace);
	else
		walk_one(cluster, trace);
	judge(trace);
	return 0;
}

int
trace_run(struct cluster *cluster, const struct trace_request *request, struct trace *trace, struct err *err)
{
	memset(trace, 0, sizeof *trace);
	trace->to = arena_strdup(&trace->arena, request->to);
	trace->all = request->all;
	trace->walk.protocol = request->protocol;
	if (run(cluster, request, trace, err) == 0)
		return 0;
	trace_release(trace);
	return -1;
}

void
trace_release(struct trace *trace)
{
	for (size_t i = 0; i < trace->npaths; i++)
		walk_release(&trace->paths[i]);
	free(trace->paths);
	arena_release(&trace->arena);
	memset(trace, 0, sizeof *trace);
}
