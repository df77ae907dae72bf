/* kubectl create service TYPE; follows k8s.io/kubectl/pkg/cmd/create/create_service.go. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/ports.h"
#include "kubectl/typed.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"
#include "server/strategy.h"

#define TCP_FLAG { "tcp", 0, FLAG_STRINGS, NULL, NULL, NULL, "Ports as PORT or PORT:TARGETPORT; may be repeated." }

static const struct flag clusterip_flags[] = {
	TCP_FLAG,
	{ "clusterip", 0, FLAG_STRING, "", NULL, NULL, "The cluster IP to take, or None for a headless Service." },
	FLAGS_END,
};
static const struct flag nodeport_flags[] = {
	TCP_FLAG,
	{ "node-port", 0, FLAG_INT, "0", NULL, NULL, "The port to open on every node." },
	FLAGS_END,
};
static const struct flag loadbalancer_flags[] = { TCP_FLAG, FLAGS_END };
static const struct flag externalname_flags[] = {
	TCP_FLAG,
	{ "external-name", 0, FLAG_STRING, "", NULL, NULL, "The name that the Service's name is an alias of." },
	FLAGS_END,
};

static const struct flag *const clusterip_tables[] = { clusterip_flags, CREATE_TABLES, NULL };
static const struct flag *const nodeport_tables[] = { nodeport_flags, CREATE_TABLES, NULL };
static const struct flag *const loadbalancer_tables[] = { loadbalancer_flags, CREATE_TABLES, NULL };
static const struct flag *const externalname_tables[] = { externalname_flags, CREATE_TABLES, NULL };

struct service_words {
	const char *type, *cluster_ip, *external_name;
	int64_t node_port;
};

static const char *
port_name(struct arena *arena, const char *text)
{
	char *name = arena_strdup(arena, text);

	for (char *c = name; *c; c++)
		if (*c == ':')
			*c = '-';
	return name;
}

static int
add_port(struct typed *typed, const struct service_words *words, const char *text, struct value *ports, struct err *err)
{
	struct arena *arena = &typed->arena;
	struct value *row = value_map(arena), *target;
	int64_t port;

	if (ports_parse_pair(arena, text, &port, &target, err))
		return -1;
	value_set_text(arena, row, "name", port_name(arena, text));
	value_set_text(arena, row, "protocol", "TCP");
	value_set_int(arena, row, "port", port);
	value_set(arena, row, "targetPort", target);
	if (words->node_port)
		value_set_int(arena, row, "nodePort", words->node_port);
	value_append(arena, ports, row);
	return 0;
}

static int
fill_service(struct typed *typed, const struct service_words *words, const struct flags *flags, const char *name,
	struct err *err)
{
	struct arena *arena = &typed->arena;
	struct value *spec, *ports = NULL;

	typed_label(typed, "app", name);
	spec = value_make_map(arena, typed->root, "spec");
	for (size_t i = 0; i < flag_count(flags, "tcp"); i++) {
		if (!ports)
			ports = value_make_list(arena, spec, "ports");
		if (add_port(typed, words, flag_item(flags, "tcp", i), ports, err))
			return -1;
	}
	value_set_text(arena, value_make_map(arena, spec, "selector"), "app", name);
	if (*words->cluster_ip)
		value_set_text(arena, spec, "clusterIP", words->cluster_ip);
	value_set_text(arena, spec, "type", words->type);
	if (*words->external_name)
		value_set_text(arena, spec, "externalName", words->external_name);
	value_make_map(arena, value_make_map(arena, typed->root, "status"), "loadBalancer");
	return 0;
}

static int
check_words(struct kubectl *kubectl, const struct service_words *words, const struct flags *flags)
{
	struct str why = STR_INIT;
	int bad;

	if (strcmp(words->type, "ExternalName") != 0) {
		if (strcmp(words->cluster_ip, "None") == 0 || flag_count(flags, "tcp"))
			return 0;
		return print_failure(kubectl->io, "at least one tcp port specifier must be provided");
	}
	bad = check_dns1123_subdomain(words->external_name, &why);
	str_release(&why);
	return bad ? print_failure(kubectl->io, "invalid service external name %s", words->external_name) : 0;
}

static int
create_service(struct kubectl *kubectl, const struct flags *flags, const struct service_words *words)
{
	struct mutation mutation;
	struct typed typed;
	struct err err = ERR_INIT;
	const char *name = typed_name_argument(kubectl, flags);
	char *failing;

	if (!name || check_words(kubectl, words, flags) || mutation_begin(&mutation, kubectl, flags))
		return 1;
	failing = xasprintf("failed to create %s service:", words->type);
	typed_init(&typed, "Service", name, kubectl, flags);
	if (fill_service(&typed, words, flags, name, &err))
		failures_add(&mutation.failures, "%s", err.text);
	else
		typed_create(&typed, &mutation, flags, failing);
	typed_release(&typed);
	free(failing);
	err_release(&err);
	return mutation_end(&mutation);
}

static int
clusterip_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_service(kubectl, flags, &(struct service_words){ "ClusterIP", flag_string(flags, "clusterip"), "", 0 });
}

static int
nodeport_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_service(kubectl, flags, &(struct service_words){ "NodePort", "", "", flag_int(flags, "node-port") });
}

static int
loadbalancer_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_service(kubectl, flags, &(struct service_words){ "LoadBalancer", "", "", 0 });
}

static int
externalname_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_service(kubectl, flags,
		&(struct service_words){ "ExternalName", "", flag_string(flags, "external-name"), 0 });
}

static const struct verb verb_clusterip = {
	.name = "clusterip",
	.aliases = "",
	.usage = "create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
	.summary = "Make a ClusterIP Service",
	.help = "Makes a ClusterIP Service of this name that selects the pods with the label app=NAME.",
	.examples = "# Port 5678, which goes to 8080 of the pods\nkubectl create service clusterip my-cs --tcp=5678:8080\n\n"
		"# Headless\nkubectl create service clusterip my-cs --clusterip=None",
	.flags = clusterip_tables,
	.args = "",
	.run = clusterip_run,
};

static const struct verb verb_nodeport = {
	.name = "nodeport",
	.aliases = "",
	.usage = "create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
	.summary = "Make a NodePort Service",
	.help = "Makes a NodePort Service of this name that selects the pods with the label app=NAME.",
	.examples = "# Node port 30080\nkubectl create service nodeport my-ns --tcp=80:8080 --node-port=30080",
	.flags = nodeport_tables,
	.args = "",
	.run = nodeport_run,
};

static const struct verb verb_loadbalancer = {
	.name = "loadbalancer",
	.aliases = "",
	.usage = "create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
	.summary = "Make a LoadBalancer Service",
	.help = "Makes a LoadBalancer Service of this name that selects the pods with the label app=NAME.",
	.examples = "# Port 5678, which goes to 8080 of the pods\nkubectl create service loadbalancer my-lbs --tcp=5678:8080",
	.flags = loadbalancer_tables,
	.args = "",
	.run = loadbalancer_run,
};

static const struct verb verb_externalname = {
	.name = "externalname",
	.aliases = "",
	.usage = "create service externalname NAME --external-name external.name [--dry-run=server|client|none]",
	.summary = "Make an ExternalName Service",
	.help = "Makes a Service whose name is an alias (a CNAME record) of a name outside the cluster.",
	.examples = "# An alias of db.example.com\nkubectl create service externalname my-db --external-name db.example.com",
	.flags = externalname_tables,
	.args = "",
	.required = "external-name",
	.run = externalname_run,
};

static const struct verb *const service_subverbs[] = {
	&verb_clusterip, &verb_externalname, &verb_loadbalancer, &verb_nodeport, NULL,
};

const struct verb verb_create_service = {
	.name = "service",
	.aliases = "svc",
	.usage = "create service [flags]",
	.summary = "Make a Service of one of the types",
	.help = "Makes a Service; the subcommand says of which type.",
	.examples = "",
	.subverbs = service_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
