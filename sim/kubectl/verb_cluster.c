/* What kubectl says of the cluster itself: version, cluster-info, options. */
#include <string.h>

#include "api/yaml.h"
#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/print_output.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"
#include "kubectl/version.h"
#include "server/build.h"

#define CLIENT_VERSION "v1.32.13"
#define JSON_INDENT 2
#define KUSTOMIZE_VERSION "v5.5.0"
#define SERVER_ADDRESS "https://127.0.0.1:6443"

static const struct flag version_flags[] = {
	{ "client", 0, FLAG_BOOL, "false", "true", NULL, "Don't ask the server." },
	{ "output", 'o', FLAG_STRING, "", NULL, "yaml,json", "yaml or json." },
	FLAGS_END,
};
static const struct flag *const version_tables[] = { version_flags, NULL };

struct value *
version_info(struct arena *arena, const char *version)
{
	const struct build *build = build_of(version);
	const char *minor = strchr(version, '.') ? strchr(version, '.') + 1 : "";
	struct value *map = value_map(arena);

	value_set_text(arena, map, "major", arena_strndup(arena, version + 1, strcspn(version + 1, ".")));
	value_set_text(arena, map, "minor", arena_strndup(arena, minor, strcspn(minor, ".")));
	value_set_text(arena, map, "gitVersion", version);
	if (build)
		value_set_text(arena, map, "gitCommit", build->commit);
	value_set_text(arena, map, "gitTreeState", "clean");
	if (build)
		value_set_text(arena, map, "buildDate", build->date);
	if (build)
		value_set_text(arena, map, "goVersion", build->go);
	value_set_text(arena, map, "compiler", "gc");
	value_set_text(arena, map, "platform", "linux/amd64");
	return map;
}

static void
print_version(struct kubectl *kubectl, const struct flags *flags, bool yaml)
{
	struct arena arena = ARENA_INIT;
	struct value *root = value_map(&arena);
	struct str text = STR_INIT;

	value_set(&arena, root, "clientVersion", version_info(&arena, CLIENT_VERSION));
	value_set_text(&arena, root, "kustomizeVersion", KUSTOMIZE_VERSION);
	if (!flag_bool(flags, "client"))
		value_set(&arena, root, "serverVersion",
			version_info(&arena, kubectl->cluster->server.settings.kubernetes_version));
	if (yaml)
		yaml_write(root, &text);
	else
		output_typed_json(root, JSON_INDENT, &text);
	str_addch(&text, '\n');
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	arena_release(&arena);
}

static int
refuse_extra(struct kubectl *kubectl, const struct flags *flags)
{
	struct str words = STR_INIT;

	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
	print_failure(kubectl->io, "extra arguments: [%s]", words.buf);
	str_release(&words);
	return 1;
}

static int
version_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output");
	struct sink *out = kubectl->io->out;

	if (flags->nargs)
		return refuse_extra(kubectl, flags);
	if (strcmp(output, "yaml") == 0 || strcmp(output, "json") == 0) {
		print_version(kubectl, flags, *output == 'y');
		return 0;
	}
	if (*output)
		return print_failure(kubectl->io, "--output must be 'yaml' or 'json'");
	sink_printf(out, "Client Version: %s\nKustomize Version: %s\n", CLIENT_VERSION, KUSTOMIZE_VERSION);
	if (!flag_bool(flags, "client"))
		sink_printf(out, "Server Version: %s\n", kubectl->cluster->server.settings.kubernetes_version);
	return 0;
}

const struct verb verb_version = {
	.name = "version",
	.aliases = "",
	.usage = "version",
	.summary = "Show the versions of client and server",
	.help = "Shows the versions of kubectl and of the API server.",
	.examples = "kubectl version --client",
	.flags = version_tables,
	.args = "",
	.run = version_run,
	.asks = ASKS_THE_SERVER,
};

/* ---- cluster-info ---- */

/* The link of a Service that has an address outside: one for each port. */
static void
add_outside(const struct value *ingress, const struct value *ports, struct str *out)
{
	const char *ip = value_get_text(ingress, "ip"), *host = ip ? ip : value_get_text(ingress, "hostname");

	for (size_t i = 0; i < value_count(ports); i++)
		str_addf(out, "http://%s:%s ", host ? host : "", value_get_text(value_at(ports, i), "port"));
}

/* Else the API server's proxy leads there: [SCHEME:]NAME[:PORT], as net.JoinSchemeNamePort writes it. */
static void
add_proxy(const struct object *service, const struct value *port, struct str *out)
{
	const char *name = value_get_text(port, "name"), *number = value_get_text(port, "port");
	bool https = (name && strcmp(name, "https") == 0) || (number && strcmp(number, "443") == 0);

	str_addf(out, SERVER_ADDRESS "/api/v1/namespaces/%s/services/%s%s%s%s/proxy", service->namespace, https ? "https:" : "",
		service->name, name || https ? ":" : "", name ? name : "");
}

static void
add_service(const struct object *service, struct str *out)
{
	const struct value *ports = value_path(service->root, "spec.ports");
	const struct value *ingress = value_at(value_path(service->root, "status.loadBalancer.ingress"), 0);
	const char *title = object_label(service, "kubernetes.io/name");

	str_addf(out, "%s is running at ", title && *title ? title : service->name);
	if (ingress)
		add_outside(ingress, ports, out);
	else
		add_proxy(service, value_at(ports, 0), out);
	str_addch(out, '\n');
}

/* Services that are part of the cluster say so by a label. */
static int
cluster_info_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *given = flag_string(flags, "namespace");
	struct str text = STR_INIT;
	size_t n;
	const struct object *const *services = store_list(kubectl->cluster->server.store, kind_by_kind("Service"),
		*given ? given : "kube-system", &n);

	str_add(&text, "Kubernetes control plane is running at " SERVER_ADDRESS "\n");
	for (size_t i = 0; i < n; i++) {
		const char *mark = object_label(services[i], "kubernetes.io/cluster-service");

		if (mark && strcmp(mark, "true") == 0)
			add_service(services[i], &text);
	}
	str_add(&text, "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

static const struct flag dump_flags[] = {
	{ "namespaces", 0, FLAG_STRINGS, NULL, NULL, NULL, "Namespaces to collect from." },
	{ "output-directory", 0, FLAG_STRING, "", NULL, "@file", "A folder for the files." },
	{ "pod-running-timeout", 0, FLAG_DURATION, "20s", NULL, NULL, "How long to wait until a pod runs." },
	FLAGS_END,
};
static const struct flag *const dump_tables[] = { dump_flags, output_flags, all_namespaces_flag, NULL };

static int
dump_run(struct kubectl *kubectl, const struct flags *flags)
{
	(void)flags;
	return print_failure(kubectl->io, "nothing is collected here: kubectl get -A -o json and kubectl logs show each part");
}

static const struct verb verb_dump = {
	.name = "dump",
	.aliases = "",
	.usage = "cluster-info dump [flags]",
	.summary = "Collect what there is (refused here)",
	.help = "Refused: kubectl get -A -o json and kubectl logs show each part of what it collects.",
	.examples = "kubectl get nodes,pods,svc,events -A -o json",
	.flags = dump_tables,
	.args = "",
	.run = dump_run,
};

static const struct verb *const cluster_info_subverbs[] = { &verb_dump, NULL };

const struct verb verb_cluster_info = {
	.name = "cluster-info",
	.aliases = "",
	.usage = "cluster-info [flags]",
	.summary = "Show where the cluster's own services are",
	.help = "Shows the addresses of the control plane and of Services with the label kubernetes.io/cluster-service=true.",
	.examples = "kubectl cluster-info",
	.subverbs = cluster_info_subverbs,
	.args = "",
	.run = cluster_info_run,
	.asks = ASKS_THE_SERVER,
};

static int
options_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT;

	(void)flags;
	help_print_options(&text);
	sink_write(kubectl->io->out, text.buf, text.len);
	str_release(&text);
	return 0;
}

const struct verb verb_options = {
	.name = "options",
	.aliases = "",
	.usage = "options",
	.summary = "Show the flags that every command takes",
	.help = "Shows the flags that every command takes.",
	.examples = "kubectl options",
	.args = "",
	.run = options_run,
	.asks = ASKS_NOBODY,
};
