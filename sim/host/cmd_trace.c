/* trace, rules, on: svcsim's own commands, the same in the shell and on the command line. */
#include <string.h>

#include "host/commands.h"
#include "host/dump.h"
#include "host/timeline.h"
#include "host/vfs.h"
#include "net/walk.h"
#include "proxy/ipvs.h"
#include "proxy/nft.h"
#include "svcsim/flag.h"
#include "trace/trail.h"

/* ---- trace ---- */

static const struct flag trace_flags[] = {
	{ .name = "from", .type = FLAG_STRING, .complete = "@source",
		.help = "Who sends: external, pod/[NS/]NAME, node/NAME, an address" },
	{ .name = "namespace", .letter = 'n', .type = FLAG_STRING, .complete = "@namespace",
		.help = "Where names without a namespace are looked for" },
	{ .name = "protocol", .type = FLAG_STRING, .complete = "tcp,udp,sctp",
		.help = "tcp, udp or sctp; else the Service's own" },
	{ .name = "all", .type = FLAG_BOOL, .help = "Every branch that chance can take, with its probability" },
	{ .name = "on", .type = FLAG_STRING, .complete = "@node",
		.help = "The node where a packet from a bare address comes in" },
	{ .name = "tables-only", .type = FLAG_BOOL, .help = "Only what kube-proxy's own chains of the node do: no routes, no listeners, no rules of others" },
	{ .name = "rules", .type = FLAG_STRING, .complete = "@file",
		.help = "The node's rules are this iptables-save dump instead of kube-proxy's" },
	{ .name = "reply", .type = FLAG_BOOL, .standard = "true", .help = "Show the answer's way back" },
	{ .name = "no-reply", .type = FLAG_BOOL, .help = "Leave the answer's way back out" },
	{ .name = "explain", .type = FLAG_BOOL, .help = "Say at each step what it is for" },
	{ .name = "diff", .type = FLAG_BOOL,
		.help = "What is different since the last change of the cluster in this shell" },
	{ .name = "ipv4", .letter = '4', .type = FLAG_BOOL, .help = "The target's IPv4 address" },
	{ .name = "ipv6", .letter = '6', .type = FLAG_BOOL, .help = "The target's IPv6 address" },
	{ .name = "output", .letter = 'o', .type = FLAG_STRING, .standard = "text", .complete = "text,json,dot",
		.help = "text, json (for programs) or dot (for graphviz)" },
	{ .name = NULL },
};
static const struct flag *const trace_tables[] = { trace_flags, NULL };

static struct trace_style
style_of(const struct flags *flags, const struct io *io)
{
	return (struct trace_style){ .color = io->color,
		.reply = flag_bool(flags, "reply") && !flag_bool(flags, "no-reply"),
		.explain = flag_bool(flags, "explain") };
}

static void
print_text(const struct trace *trace, const struct flags *flags, const struct io *io, struct str *out)
{
	const struct trace_style style = style_of(flags, io);

	trace_print_text(trace, &style, out);
}

static void
print_json(const struct trace *trace, const struct flags *flags, const struct io *io, struct str *out)
{
	(void)flags;
	(void)io;
	trace_print_json(trace, out);
}

static void
print_dot(const struct trace *trace, const struct flags *flags, const struct io *io, struct str *out)
{
	(void)flags;
	(void)io;
	trace_print_dot(trace, out);
}

static const struct {
	const char *name;
	void (*print)(const struct trace *trace, const struct flags *flags, const struct io *io, struct str *out);
} trace_outputs[] = {
	{ "text", print_text },
	{ "json", print_json },
	{ "dot", print_dot },
};
#define TRACE_OUTPUTS (sizeof trace_outputs / sizeof trace_outputs[0])

static size_t
trace_output(const char *name)
{
	size_t i = 0;

	while (i < TRACE_OUTPUTS && strcmp(trace_outputs[i].name, name) != 0)
		i++;
	return i;
}

/* Another network plugin's pods have other interfaces: its rules for them, policies among them, are never met. */
static void
tell_interfaces(const char *dump, const struct io *io)
{
	struct str names = STR_INIT;

	dump_strange_interfaces(dump, &names);
	if (names.len)
		sink_printf(io->err, "trace: not certain: the dump has rules for %s, and packets go over eth0 and cni0 here, so "
			"they are not met\n", names.buf);
	str_release(&names);
}

/* The dump stands on one node, or, when none is named, on every one. */
static int
use_rules(struct cluster *cluster, struct io *io, const char *file, const struct trace_request *request, struct err *err)
{
	const char *on = request->on;
	struct world *world = &cluster->world;
	struct str text = STR_INIT;
	enum io_result result;
	int failed = 0;

	world_sync(world);
	if (on && !world_node(world, on))
		return err_set(err, ERR_INPUT, "nodes \"%s\" not found", on);
	result = io->files->read(io, file, &text);
	if (result != IO_OK)
		failed = err_at(err, file, 0, 0, "%s", io_result_text(result));
	else
		failed = dump_check(file, text.buf, err);
	for (size_t i = 0; !failed && i < world->nnodes; i++)
		if (!on || strcmp(on, world->nodes[i].name) == 0)
			failed = world_use_rules(world, world->nodes[i].name, file, text.buf, text.len, err);
	if (!failed && !request->tables_only)
		tell_interfaces(text.buf, io);
	str_release(&text);
	return failed;
}

static bool
is_nobodys(struct world *world, const struct ip *ip)
{
	return !world_pod_by_ip(world, ip) && !world_node_by_ip(world, ip) && !world_node_by_pod_cidr(world, ip);
}

/* A dump alone has no objects: where its addresses are nobody's here, that is said, and what would help. */
static void
tell_stranger(struct world *world, const struct trace *trace, const struct io *io)
{
	const struct walk *path = trace->npaths ? &trace->paths[0] : NULL;
	const struct hop *last = path && path->hops.n ? &path->hops.v[path->hops.n - 1] : NULL;
	bool rewritten = false, entered = false;
	char text[IP_TEXT];

	for (size_t i = 0; path && i < path->hops.n; i++) {
		rewritten |= path->hops.v[i].kind == HOP_DNAT;
		entered |= path->hops.v[i].node[0] != '\0';
	}
	if (trace->verdict == VERDICT_DROPPED && rewritten && is_nobodys(world, &last->packet.dst))
		sink_printf(io->err, "trace: not certain: the rules send it on to %s, which is nobody's in this cluster, so "
			"rules for the interface behind which it is (-o docker0, say) are not met\n",
			ip_format(&last->packet.dst, text));
	if (trace->verdict != VERDICT_UNREACHABLE || !last)
		return;
	if (!entered)
		sink_put(io->err, "trace: the packet came to no node, so no rule was asked; --on NODE says where it comes in\n");
	else if (rewritten && last->kind == HOP_LOST)
		sink_printf(io->err, "trace: the rules send it on to %s, which is nobody's in this cluster; give the dump's own "
			"objects with -f (kubectl get svc,endpointslices,pods,nodes,ns,netpol -A -o yaml), or only --tables-only\n",
			ip_format(&last->packet.dst, text));
}

/* Without --on a dump stands on every node alike: the one that is asked for, else any that has pods. */
static const char *
any_node(struct cluster *cluster, const char *to)
{
	const struct world *world = &cluster->world;
	size_t len = strcspn(to, ":");

	for (size_t i = 0; i < world->nnodes; i++)
		if (strncmp(world->nodes[i].name, to, len) == 0 && !world->nodes[i].name[len])
			return world->nodes[i].name;
	return world->nnodes ? world->nodes[world->nnodes - 1].name : NULL;
}

/* The request's words; NULL namespace is the context's. */
static int
trace_request_read(const struct shell *shell, const struct flags *flags, struct trace_request *request, struct err *err)
{
	const char *protocol = flag_string(flags, "protocol"), *namespace = flag_string(flags, "namespace");
	const char *output = flag_string(flags, "output");

	if (flags->nargs != 1)
		return err_set(err, ERR_USAGE,
			flags->nargs ? "one destination at a time" : "say where to: svc/web, node:30080, IP:PORT");
	*request = (struct trace_request){ .to = flags->args[0], .from = flag_string(flags, "from"),
		.namespace = namespace ? namespace : shell->context_namespace,
		.all = flag_bool(flags, "all"), .tables_only = flag_bool(flags, "tables-only"),
		.on = flag_string(flags, "on"), .protocol_given = protocol != NULL };
	if (protocol && (!protocol_parse(protocol, &request->protocol) || request->protocol == PROTOCOL_ICMP))
		return err_set(err, ERR_USAGE, "--protocol: \"%s\" is neither tcp nor udp nor sctp", protocol);
	if (flag_bool(flags, "ipv4") && flag_bool(flags, "ipv6"))
		return err_set(err, ERR_USAGE, "-4 and -6 exclude each other");
	if (flag_bool(flags, "ipv4") || flag_bool(flags, "ipv6"))
		request->family = flag_bool(flags, "ipv4") ? IP_V4 : IP_V6;
	if (trace_output(output) == TRACE_OUTPUTS)
		return err_set(err, ERR_USAGE, "-o: \"%s\" is neither text nor json nor dot", output);
	return 0;
}

/* For who wants to go through it again, hop by hop; of bare tables there is no way to go. */
static void
keep_trail(struct shell *shell, const struct trace *trace)
{
	unsigned serial = shell->trail ? shell->trail->serial + 1 : 1;

	if (trace->tables_given)
		return;
	trail_free(shell->trail);
	shell->trail = trail_new(trace, serial);
}

static int
trace_print(struct shell *shell, struct io *io, const struct flags *flags, const struct trace_request *request,
	struct err *err)
{
	struct str text = STR_INIT;
	struct trace trace;
	int status;

	if (trace_run(shell->cluster, request, &trace, err))
		return -1;
	trace_outputs[trace_output(flag_string(flags, "output"))].print(&trace, flags, io, &text);
	sink_write(io->out, text.buf, text.len);
	if (flag_given(flags, "rules"))
		tell_stranger(&shell->cluster->world, &trace, io);
	keep_trail(shell, &trace);
	status = trace.verdict == VERDICT_ANSWERED ? 0 : 1;
	str_release(&text);
	trace_release(&trace);
	return status;
}

/* The same words asked of the cluster as it was before the last change, and as it is. */
static int
trace_diff(struct shell *shell, struct io *io, const struct flags *flags, const struct trace_request *request,
	struct err *err)
{
	const struct trace_style style = style_of(flags, io);
	const char *output = flag_string(flags, "output"), *line;
	struct trace before, after;
	struct str text = STR_INIT;
	struct cluster past;
	int status = -1;

	if (strcmp(output, "dot") == 0)
		return err_set(err, ERR_USAGE, "--diff is text or json, not dot");
	if (timeline_past(shell, &past, &line, err))
		return -1;
	if (trace_run(&past, request, &before, err) == 0) {
		if (trace_run(shell->cluster, request, &after, err) == 0) {
			if (strcmp(output, "json") == 0)
				trace_print_diff_json(&before, &after, line, &text);
			else
				trace_print_diff(&before, &after, line, &style, &text);
			keep_trail(shell, &after);
			status = after.verdict == VERDICT_ANSWERED ? 0 : 1;
			trace_release(&after);
		}
		trace_release(&before);
	}
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	cluster_release(&past);
	return status;
}

static int
trace_do(struct shell *shell, struct io *io, const struct flags *flags, struct err *err)
{
	const char *rules = flag_string(flags, "rules");
	struct trace_request request;
	int status;

	if (trace_request_read(shell, flags, &request, err))
		return -1;
	if (flag_bool(flags, "diff"))
		return rules ? err_set(err, ERR_USAGE, "--diff compares the cluster's own rules, not those of --rules")
			: trace_diff(shell, io, flags, &request, err);
	if (!rules)
		return trace_print(shell, io, flags, &request, err);
	status = use_rules(shell->cluster, io, rules, &request, err);
	if (request.tables_only && !request.on && !request.from)
		request.on = any_node(shell->cluster, request.to);
	if (!status)
		status = trace_print(shell, io, flags, &request, err);
	cluster_forget_network(shell->cluster);	/* only now: the walk points at them */
	return status;
}

static int
trace_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct err err = ERR_INIT;
	struct flags flags;
	int status;

	if (flags_parse(&flags, trace_tables, argc - 1, argv + 1, &err))
		return command_fail(io, "trace", &err);
	status = trace_do(shell, io, &flags, &err);
	flags_release(&flags);
	return status < 0 ? command_fail(io, "trace", &err) : status;
}

const struct command command_trace = { .name = "trace", .usage = "[--from SRC] DST",
	.help = "Where a packet goes, and why",
	.flags = trace_tables, .run = trace_main };

/* ---- rules ---- */

static const struct flag rules_flags[] = {
	{ .name = "as", .type = FLAG_STRING, .complete = "save,restore,nft,ipvs,ipvs-save,ipset,ipvs-addresses",
		.help = "save: what iptables-save prints there; nft: what nft list ruleset prints; restore: what kube-proxy"
			" feeds to iptables-restore or nft; ipvs: what ipvsadm -Ln prints, ipvs-save: ipvsadm -Sn, ipset: ipset save,"
			" ipvs-addresses: the addresses of kube-ipvs0; else by kube-proxy's mode" },
	{ .name = "table", .letter = 't', .type = FLAG_STRING, .complete = "nat,filter,mangle",
		.help = "Only this table, which may be empty" },
	{ .name = "ipv6", .letter = '6', .type = FLAG_BOOL, .help = "The IPv6 rules" },
	{ .name = NULL },
};
static const struct flag *const rules_tables[] = { rules_flags, NULL };

struct rules_request {
	struct cluster *cluster;
	struct world_node *node;
	enum ip_family family;		/* IP_NONE: not said */
	const char *table;		/* NULL: all */
	struct str *out;
};

/* The tables that have rules: mangle, where kubelet and kube-proxy keep empty chains, only when it is asked for. */
static void
rules_as_save(const struct rules_request *request)
{
	enum ip_family family = request->family ? request->family : IP_V4;
	const struct ruleset *ruleset = world_rules(&request->cluster->world, request->node, family);

	for (size_t i = 0; ruleset_save_order[i]; i++) {
		const struct table *table = ruleset_find_table(ruleset, ruleset_save_order[i]);

		if (table && (request->table ? strcmp(request->table, table->name) == 0 : table->rules.n > 0))
			table_write_save(table, request->out);
	}
}

/* What kube-proxy makes in one mode, whatever its mode is. */
struct made {
	struct settings settings;
	struct ruleset ruleset;
	struct ipvs ipvs;
};

static void
make_rules(const struct rules_request *request, enum ip_family family, enum proxy_mode mode, struct made *made)
{
	struct proxy_input input = world_proxy_input(&request->cluster->world, request->node, family);
	struct err err = ERR_INIT;

	memset(made, 0, sizeof *made);
	made->settings = request->cluster->server.settings;
	made->settings.proxy.mode = mode;
	input.settings = &made->settings;
	ruleset_init(&made->ruleset, family);
	if (mode == PROXY_IPVS)
		ipvs_sync(&input, &made->ipvs, &made->ruleset);
	else if (mode == PROXY_NFTABLES)
		nftables_sync(&input, &made->ruleset);
	else
		iptables_sync(&input, &made->ruleset, NULL);
	if (mode == PROXY_NFTABLES && ruleset_link(&made->ruleset, request->node->name, &err))
		BUG("rules of %s: %s", request->node->name, err.text);
}

static void
made_release(struct made *made)
{
	ruleset_release(&made->ruleset);
	ipvs_release(&made->ipvs);
}

static void
rules_write(const struct rules_request *request, enum ip_family family, enum proxy_mode mode,
	void (*write)(const struct ruleset *ruleset, struct str *out))
{
	struct made made;

	make_rules(request, family, mode, &made);
	write(&made.ruleset, request->out);
	made_release(&made);
}

/* Nothing is there where kube-proxy never ran. */
static void
rules_write_families(const struct rules_request *request, enum proxy_mode mode,
	void (*write)(const struct ruleset *ruleset, struct str *out))
{
	for (int family = IP_V4; family <= IP_V6 && node_host_has_rules(&request->node->host); family++) {
		if (!request->family || request->family == (enum ip_family)family)
			rules_write(request, (enum ip_family)family, mode, write);
	}
}

static void
rules_as_nft(const struct rules_request *request)
{
	rules_write_families(request, PROXY_NFTABLES, nft_write_list);
}

static void
rules_as_ipset(const struct rules_request *request)
{
	rules_write_families(request, PROXY_IPVS, ipset_write_save);
}

/* Of both families in one list. */
static void
write_servers(const struct rules_request *request,
	void (*write)(const struct ipvs *v4, const struct ipvs *v6, struct str *out))
{
	bool absent = !node_host_has_rules(&request->node->host);
	struct made v4, v6;

	make_rules(request, IP_V4, PROXY_IPVS, &v4);
	make_rules(request, IP_V6, PROXY_IPVS, &v6);
	write(absent || request->family == IP_V6 ? NULL : &v4.ipvs, absent ? NULL : &v6.ipvs, request->out);
	made_release(&v4);
	made_release(&v6);
}

static void
rules_as_ipvs(const struct rules_request *request)
{
	write_servers(request, ipvs_write_list);
}

static void
rules_as_ipvs_save(const struct rules_request *request)
{
	write_servers(request, ipvs_write_save);
}

static void
rules_as_addresses(const struct rules_request *request)
{
	write_servers(request, ipvs_write_addresses);
}

static void
rules_as_restore(const struct rules_request *request)
{
	enum ip_family family = request->family ? request->family : IP_V4;
	enum proxy_mode mode = request->cluster->server.settings.proxy.mode;

	rules_write(request, family, mode, mode == PROXY_NFTABLES ? nft_write_commands : ruleset_write_restore);
}

static const struct rules_form {
	const char *name;
	void (*write)(const struct rules_request *request);
	int mode;	/* that has such rules; -1: any */
} rules_forms[] = {
	{ "save", rules_as_save, -1 },
	{ "restore", rules_as_restore, -1 },
	{ "nft", rules_as_nft, PROXY_NFTABLES },
	{ "ipvs", rules_as_ipvs, PROXY_IPVS },
	{ "ipvs-save", rules_as_ipvs_save, PROXY_IPVS },
	{ "ipset", rules_as_ipset, PROXY_IPVS },
	{ "ipvs-addresses", rules_as_addresses, PROXY_IPVS },
};
/* What shows the rules of each mode. */
static const char *const rules_of_mode[] = { [PROXY_IPTABLES] = "save", [PROXY_NFTABLES] = "nft",
	[PROXY_IPVS] = "ipvs" };

static const struct rules_form *
rules_form(const char *name)
{
	for (size_t i = 0; i < sizeof rules_forms / sizeof rules_forms[0]; i++) {
		if (strcmp(rules_forms[i].name, name) == 0)
			return &rules_forms[i];
	}
	return NULL;
}

static int
rules_do(struct shell *shell, const struct flags *flags, struct io *io, struct str *out, struct err *err)
{
	struct cluster *cluster = shell->cluster;
	enum proxy_mode mode = cluster->server.settings.proxy.mode;
	const char *as = flag_string(flags, "as") ? flag_string(flags, "as") : rules_of_mode[mode];
	struct rules_request request = { .cluster = cluster, .table = flag_string(flags, "table"), .out = out,
		.family = flag_bool(flags, "ipv6") ? IP_V6 : IP_NONE };
	const struct rules_form *form = rules_form(as);

	if (flags->nargs != 1)
		return err_set(err, ERR_USAGE, "say which node: rules node01");
	if (request.table && !table_builtins(request.table))
		return err_set(err, ERR_USAGE, "-t: there is no table \"%s\"", request.table);
	if (!form)
		return err_set(err, ERR_USAGE, "--as: \"%s\" is none of save, restore, nft, ipvs, ipvs-save, ipset, ipvs-addresses", as);
	world_sync(&cluster->world);
	request.node = world_node(&cluster->world, flags->args[0]);
	if (!request.node)
		return err_set(err, ERR_INPUT, "nodes \"%s\" not found", flags->args[0]);
	if (form->mode >= 0 && form->mode != (int)mode)
		sink_printf(io->err, "rules: kube-proxy is not in %s mode here; if it were, this is what it would make\n",
			proxy_mode_name((enum proxy_mode)form->mode));
	form->write(&request);
	return 0;
}

static int
rules_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct flags flags;
	int status = 0;

	if (flags_parse(&flags, rules_tables, argc - 1, argv + 1, &err))
		return command_fail(io, "rules", &err);
	if (rules_do(shell, &flags, io, &text, &err))
		status = command_fail(io, "rules", &err);
	sink_write(io->out, text.buf, text.len);
	str_release(&text);
	flags_release(&flags);
	return status;
}

const struct command command_rules = { .name = "rules", .usage = "NODE [--as save|restore|nft|ipvs]",
	.help = "kube-proxy's rules on a node", .flags = rules_tables, .run = rules_main };

/* ---- on ---- */

/* "pod/[NS/]NAME", "node/NAME", "client"; *name owned by the caller, NULL for the client. */
static int
place_read(const struct shell *shell, const char *where, enum place *place, char **name, struct err *err)
{
	const struct store *store = shell->cluster->server.store;

	*name = NULL;
	if (strcmp(where, "client") == 0) {
		*place = PLACE_CLIENT;
		return 0;
	}
	if (str_starts(where, "node/")) {
		*place = PLACE_NODE;
		if (!store_get(store, kind_by_kind("Node"), "", where + 5))
			return err_set(err, ERR_INPUT, "nodes \"%s\" not found", where + 5);
		*name = xstrdup(where + 5);
		return 0;
	}
	if (str_starts(where, "pod/")) {
		const char *slash = strchr(where + 4, '/');
		char *namespace = slash ? xstrndup(where + 4, (size_t)(slash - where - 4))
			: xstrdup(shell->context_namespace ? shell->context_namespace : "default");
		const char *pod = slash ? slash + 1 : where + 4;
		const struct object *object = store_get(store, kind_by_kind("Pod"), namespace, pod);

		*place = PLACE_POD;
		if (object)
			*name = xasprintf("%s/%s", namespace, object->name);
		else
			err_set(err, ERR_INPUT, "pods \"%s\" not found in namespace %s", pod, namespace);
		free(namespace);
		return object ? 0 : -1;
	}
	return err_set(err, ERR_USAGE, "\"%s\" is neither pod/[NS/]NAME nor node/NAME nor client", where);
}

/* One command there; the shell itself stays where it is. */
static int
run_at(struct shell *shell, struct io *io, enum place place, const char *name, int argc, const char *const *argv)
{
	struct vfs_state state;
	struct io there = place == PLACE_CLIENT ? *io : vfs_io(shell, io, &state);
	bool before = shell->every_program;
	int status;

	shell_enter(shell, place, name);
	shell->every_program = true;	/* as from a machine that is in the pod's network */
	status = shell_command(shell, &there, argc, argv);
	shell->exited = false;
	shell->every_program = before;
	shell_leave(shell);
	return status;
}

static int
on_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct err err = ERR_INIT;
	enum place place;
	char *name;
	int status, first = argc > 2 && strcmp(argv[2], "--") == 0 ? 3 : 2;

	if (argc <= first) {
		err_set(&err, ERR_USAGE, "say where and what: on pod/client -- curl web");
		return command_fail(io, "on", &err);
	}
	if (place_read(shell, argv[1], &place, &name, &err))
		return command_fail(io, "on", &err);
	status = run_at(shell, io, place, name, argc - first, argv + first);
	free(name);
	return status;
}

const struct command command_on = { .name = "on", .usage = "WHERE -- CMD..",
	.help = "One command at pod/[NS/]NAME, node/NAME or client", .run = on_main };
