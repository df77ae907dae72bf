/* What kubectl says of the cluster itself: version, cluster-info, api-versions, options. */
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/print_output.h"
#include "kubectl/verb_list.h"

#define CLIENT_VERSION "v1.32.13"
#define KUSTOMIZE_VERSION "v5.5.0"
#define SERVER_ADDRESS "https://127.0.0.1:6443"

static const struct flag version_flags[] = {
	{ "client", 0, FLAG_BOOL, "false", "true", NULL, "Don't ask the server." },
	{ "output", 'o', FLAG_STRING, "", NULL, "yaml,json", "yaml or json." },
	FLAGS_END,
};
static const struct flag *const version_tables[] = { version_flags, NULL };

static void
add_version(struct arena *arena, struct value *root, const char *key, const char *version)
{
	struct value *map = value_make_map(arena, root, key);

	value_set_text(arena, map, "major", "1");
	value_set_text(arena, map, "minor", "32");
	value_set_text(arena, map, "gitVersion", version);
	value_set_text(arena, map, "platform", "linux/amd64");
}

static int
print_version(struct kubectl *kubectl, const struct flags *flags, enum output_format format)
{
	struct arena arena = ARENA_INIT;
	struct value *root = value_map(&arena);
	struct output output = OUTPUT_INIT;
	int status;

	output.format = format;
	add_version(&arena, root, "clientVersion", CLIENT_VERSION);
	value_set_text(&arena, root, "kustomizeVersion", KUSTOMIZE_VERSION);
	if (!flag_bool(flags, "client"))
		add_version(&arena, root, "serverVersion", kubectl->cluster->server.settings.kubernetes_version);
	status = output_print(kubectl, &output, root, true);
	arena_release(&arena);
	return status;
}

static int
version_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output");
	struct sink *out = kubectl->io->out;

	if (flags->nargs)
		return print_failure(kubectl->io, "extra arguments: [%s]", flags->args[0]);
	if (strcmp(output, "yaml") == 0)
		return print_version(kubectl, flags, OUTPUT_YAML);
	if (strcmp(output, "json") == 0)
		return print_version(kubectl, flags, OUTPUT_JSON);
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

/* Services that are part of the cluster say so by a label. */
static int
cluster_info_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct sink *out = kubectl->io->out;
	size_t n;
	const struct object *const *services = store_list(kubectl->cluster->server.store, kind_by_kind("Service"),
		"kube-system", &n);

	(void)flags;
	sink_put(out, "Kubernetes control plane is running at " SERVER_ADDRESS "\n");
	for (size_t i = 0; i < n; i++) {
		const char *mark = object_label(services[i], "kubernetes.io/cluster-service");
		const char *title = object_label(services[i], "kubernetes.io/name");
		const char *port = value_get_text(value_at(value_path(services[i]->root, "spec.ports"), 0), "name");

		if (mark && strcmp(mark, "true") == 0)
			sink_printf(out, "%s is running at " SERVER_ADDRESS "/api/v1/namespaces/kube-system/services/%s%s%s/proxy\n",
				title ? title : services[i]->name, services[i]->name, port ? ":" : "", port ? port : "");
	}
	sink_put(out, "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
	return 0;
}

const struct verb verb_cluster_info = {
	.name = "cluster-info",
	.aliases = "clusterinfo",
	.usage = "cluster-info",
	.summary = "Show where the cluster's own services are",
	.help = "Shows the addresses of the control plane and of Services with the label kubernetes.io/cluster-service=true.",
	.examples = "kubectl cluster-info",
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
