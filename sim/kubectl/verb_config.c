/* kubectl config: what shows the kubeconfig.  Follows k8s.io/kubectl/pkg/cmd/config. */
#include "kubectl/verb_config.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/print_output.h"
#include "kubectl/sources.h"
#include "kubectl/tabs.h"
#include "kubectl/verb_list.h"

/* ---- view ---- */

static const struct flag view_flags[] = {
	{ "flatten", 0, FLAG_BOOL, "false", "true", NULL, "Put the contents of files in their place." },
	{ "merge", 0, FLAG_BOOL, "true", "true", NULL, "Take all kubeconfig files together." },
	{ "minify", 0, FLAG_BOOL, "false", "true", NULL, "Only what the current context needs." },
	{ "raw", 0, FLAG_BOOL, "false", "true", NULL, "Show certificates and tokens." },
	FLAGS_END,
};
static const struct flag *const view_tables[] = { view_flags, output_flags, NULL };

static const struct {
	const char *list, *field, *shown;
} secrets[] = {
	{ "users", "token", "REDACTED" }, { "users", "password", "REDACTED" },
	{ "users", "client-certificate-data", "DATA+OMITTED" }, { "users", "client-key-data", "DATA+OMITTED" },
	{ "clusters", "certificate-authority-data", "DATA+OMITTED" },
};

static void
hide_secrets(struct kubeconfig *config)
{
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		const struct value *rows = value_get(config->root, secrets[i].list);

		for (size_t j = 0; j < value_count(rows); j++) {
			struct value *entry = value_get(value_at(rows, j), kubeconfig_inner(secrets[i].list));

			if (value_get(entry, secrets[i].field))
				value_set_text(&config->arena, entry, secrets[i].field, secrets[i].shown);
		}
	}
}

static void
keep_only(struct kubeconfig *config, const char *list, const char *name)
{
	struct value *rows = value_get(config->root, list);

	for (size_t i = value_count(rows); i-- > 0;)
		if (!name || strcmp(value_get_text(value_at(rows, i), "name"), name) != 0)
			value_remove_at(rows, i);
}

static int
minify(struct kubectl *kubectl, const struct flags *flags, struct kubeconfig *config)
{
	static const char *const parts[][2] = { { "users", "user" }, { "clusters", "cluster" } };
	const char *given = flag_string(flags, "context"), *name = *given ? given : kubeconfig_current(config->root);
	const struct value *context = kubeconfig_entry(config->root, "contexts", name);

	if (!*name)
		return print_failure(kubectl->io, "current-context must exist in order to minify");
	if (!context)
		return print_failure(kubectl->io, "cannot locate context %s", name);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *part = value_get_text(context, parts[i][1]);

		if (part && *part && !kubeconfig_entry(config->root, parts[i][0], part))
			return print_failure(kubectl->io, "cannot locate %s %s", parts[i][1], part);
		keep_only(config, parts[i][0], part);
	}
	keep_only(config, "contexts", name);
	value_set_text(&config->arena, config->root, "current-context", name);
	return 0;
}

static void
show_empty_lists(struct kubeconfig *config)
{
	struct value *root = config->root;

	for (size_t i = 0; i < root->map.n; i++)
		if (root->map.v[i].value->type == VALUE_LIST && !value_count(root->map.v[i].value))
			root->map.v[i].value = value_null(&config->arena);
}

/* The fields of Go's structs in their order, outer before inner ones; what has no place here comes behind. */
static const char *const field_order[] = {
	"kind", "apiVersion", "preferences", "clusters", "users", "contexts", "current-context",
	"name", "cluster", "user", "context", "namespace",
	"server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data",
	"proxy-url", "disable-compression",
	"client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "as", "as-uid",
	"as-groups", "as-user-extra", "username", "password", "auth-provider", "exec",
};

static struct value *
in_order(struct arena *arena, const struct value *from)
{
	struct value *to = value_map(arena);

	for (size_t i = 0; i < sizeof field_order / sizeof *field_order; i++)
		if (value_get(from, field_order[i]))
			value_set(arena, to, field_order[i], value_get(from, field_order[i]));
	for (size_t i = 0; i < value_count(from); i++)
		if (!value_get(to, from->map.v[i].key))
			value_set(arena, to, from->map.v[i].key, from->map.v[i].value);
	return to;
}

/* Fields that Go writes also when they are empty. */
static void
show_empty_fields(struct arena *arena, const char *inner, struct value *map)
{
	static const char *const always[][2] = { { "cluster", "server" }, { "context", "cluster" }, { "context", "user" } };

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (strcmp(always[i][0], inner) == 0 && !value_get(map, always[i][1]))
			value_set_text(arena, map, always[i][1], "");
}

/* As kubectl's own structs hold it: as JSON it keeps their order. */
static void
put_in_order(struct kubeconfig *config)
{
	static const char *const lists[][2] = {
#define LIST_AND_INNER(list, inner) { list, inner },
		KUBECONFIG_LISTS(LIST_AND_INNER)
#undef LIST_AND_INNER
	};

	config->root = in_order(&config->arena, config->root);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct value *list = value_get(config->root, lists[i][0]);

		for (size_t j = 0; j < value_count(list); j++) {
			struct value *entry = in_order(&config->arena, value_at(list, j)), *inner = value_get(entry, lists[i][1]);

			list->list.v[j] = entry;
			if (!inner || inner->type != VALUE_MAP)
				continue;
			show_empty_fields(&config->arena, lists[i][1], inner);
			value_set(&config->arena, entry, lists[i][1], in_order(&config->arena, inner));
		}
	}
}

/* The contents of the files that the entries of a list name, in place of their paths. */
static int
flatten_list(struct kubectl *kubectl, struct kubeconfig *config, const char *list, const char *field)
{
	const struct value *rows = value_get(config->root, list);
	const char *data = arena_printf(&config->arena, "%s-data", field);
	int status = 0;

	for (size_t i = 0; i < value_count(rows) && !status; i++) {
		struct value *entry = value_get(value_at(rows, i), kubeconfig_inner(list));
		const char *path = value_get_text(entry, field);
		struct str text = STR_INIT, encoded = STR_INIT;
		enum io_result result = path && *path ? kubectl->io->files->read(kubectl->io, path, &text) : IO_OK;

		if (path && *path && value_get(entry, data)) {
			status = print_failure(kubectl->io, "cannot have values for both path and contents");
		} else if (result != IO_OK) {
			status = print_failure(kubectl->io, "open %s: %s", path, result == IO_NOT_FOUND ?
				"no such file or directory" : io_result_text(result));
		} else if (path && *path) {
			sources_base64(text.buf, text.len, &encoded);
			value_set_text(&config->arena, entry, data, encoded.buf);
			value_remove(entry, field);
		}
		str_release(&text);
		str_release(&encoded);
	}
	return status;
}

static int
flatten(struct kubectl *kubectl, struct kubeconfig *config)
{
	return flatten_list(kubectl, config, "users", "client-certificate") || flatten_list(kubectl, config, "users", "client-key") ||
		flatten_list(kubectl, config, "clusters", "certificate-authority");
}

static int
refuse_words(struct kubectl *kubectl, const struct flags *flags)
{
	struct str words = STR_INIT;

	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&words, "%s%s", i ? " " : "", flags->args[i]);
	print_usage_error(kubectl->io, kubectl->command, "unexpected arguments: [%s]", words.buf);
	str_release(&words);
	return 1;
}

static int
view_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;
	struct output output;
	int status = 1;

	if (flags->nargs)
		return refuse_words(kubectl, flags);
	if (output_parse(kubectl, flags, false, &output))
		return 1;
	if (flag_given(flags, "merge") && !flag_bool(flags, "merge") && !*flag_string(flags, "kubeconfig")) {
		print_failure(kubectl->io, "if merge==false a precise file must be specified");
	} else if (!kubeconfig_open(kubectl, flags, &config)) {
		status = flag_bool(flags, "minify") ? minify(kubectl, flags, &config) : 0;
		if (!status && flag_bool(flags, "flatten"))
			status = flatten(kubectl, &config);
		else if (!flag_bool(flags, "raw"))
			hide_secrets(&config);
		show_empty_lists(&config);
		put_in_order(&config);
		if (output.format == OUTPUT_NONE)
			output.format = OUTPUT_YAML;
		if (!status)
			status = output_print(kubectl, &output, config.root, true);
		kubeconfig_release(&config);
	}
	output_release(&output);
	return status;
}

static const struct verb verb_view = {
	.name = "view",
	.aliases = "",
	.usage = "config view",
	.summary = "Show the kubeconfig",
	.help = "Shows the kubeconfig; secrets are left out.",
	.examples = "# The namespace of the current context\n"
		"kubectl config view --minify -o jsonpath='{.contexts[0].context.namespace}'",
	.flags = view_tables,
	.args = "",
	.run = view_run,
};

/* ---- contexts ---- */

static int
current_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;
	int status = 0;

	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (*kubeconfig_current(config.root))
		sink_printf(kubectl->io->out, "%s\n", kubeconfig_current(config.root));
	else
		status = print_failure(kubectl->io, "current-context is not set");
	kubeconfig_release(&config);
	return status;
}

static const struct verb verb_current_context = {
	.name = "current-context",
	.aliases = "",
	.usage = "config current-context",
	.summary = "Show the name of the current context",
	.help = "Shows the name of the current context.",
	.examples = "kubectl config current-context",
	.args = "",
	.run = current_context_run,
};

static const struct flag get_contexts_flags[] = {
	{ "no-headers", 0, FLAG_BOOL, "false", "true", NULL, "Leave out the line of column names." },
	{ "output", 'o', FLAG_STRING, "", NULL, "name", "name prints the names only." },
	FLAGS_END,
};
static const struct flag *const get_contexts_tables[] = { get_contexts_flags, NULL };

static void
add_context(const struct value *root, const char *name, bool name_only, struct str *text)
{
	static const char *const fields[] = { "cluster", "user", "namespace" };
	const struct value *context = kubeconfig_entry(root, "contexts", name);

	if (name_only) {
		str_addf(text, "%s\n", name);
		return;
	}
	str_addf(text, "%s\t%s", strcmp(kubeconfig_current(root), name) == 0 ? "*" : "", name);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *said = value_get_text(context, fields[i]);

		str_addf(text, "\t%s", said ? said : "");
	}
	str_add(text, "\n");
}

static int
print_contexts(struct kubectl *kubectl, const struct flags *flags, const struct value *root)
{
	bool name_only = strcmp(flag_string(flags, "output"), "name") == 0;
	const struct value *rows = value_get(root, "contexts");
	struct str text = STR_INIT, aligned = STR_INIT;
	struct failures failures = FAILURES_INIT;

	if (!flag_bool(flags, "no-headers") && !name_only)
		str_add(&text, "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
	for (size_t i = 0; !flags->nargs && i < value_count(rows); i++)
		add_context(root, value_get_text(value_at(rows, i), "name"), name_only, &text);
	for (size_t i = 0; i < flags->nargs; i++)
		if (kubeconfig_entry(root, "contexts", flags->args[i]))
			add_context(root, flags->args[i], name_only, &text);
		else
			failures_add(&failures, "context %s not found", flags->args[i]);
	tabs_align(text.buf, TABS_TABLE, &aligned);
	sink_write(kubectl->io->out, aligned.buf, aligned.len);
	str_release(&text);
	str_release(&aligned);
	return failures_print(&failures, kubectl->io);
}

static int
get_contexts_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *output = flag_string(flags, "output");
	struct kubeconfig config;
	int status;

	if (*output && strcmp(output, "name") != 0)
		return print_failure(kubectl->io, "--output %s is not available in kubectl config get-contexts; resetting to default "
			"output format", output);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	status = print_contexts(kubectl, flags, config.root);
	kubeconfig_release(&config);
	return status;
}

static const struct verb verb_get_contexts = {
	.name = "get-contexts",
	.aliases = "",
	.usage = "config get-contexts [(-o|--output=)name)]",
	.summary = "Show the contexts",
	.help = "Shows the contexts of the kubeconfig.",
	.examples = "kubectl config get-contexts",
	.flags = get_contexts_tables,
	.args = "",
	.run = get_contexts_run,
};

/* ---- lists of names ---- */

static int
print_names(struct kubectl *kubectl, const struct flags *flags, const char *list)
{
	struct kubeconfig config;

	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	sink_put(kubectl->io->out, "NAME\n");
	for (size_t i = 0; i < value_count(value_get(config.root, list)); i++)
		sink_printf(kubectl->io->out, "%s\n", value_get_text(value_at(value_get(config.root, list), i), "name"));
	kubeconfig_release(&config);
	return 0;
}

static int
get_clusters_run(struct kubectl *kubectl, const struct flags *flags)
{
	return print_names(kubectl, flags, "clusters");
}

static const struct verb verb_get_clusters = {
	.name = "get-clusters",
	.aliases = "",
	.usage = "config get-clusters",
	.summary = "Show the clusters",
	.help = "Shows the clusters of the kubeconfig.",
	.examples = "kubectl config get-clusters",
	.args = "",
	.run = get_clusters_run,
};

static int
get_users_run(struct kubectl *kubectl, const struct flags *flags)
{
	return print_names(kubectl, flags, "users");
}

static const struct verb verb_get_users = {
	.name = "get-users",
	.aliases = "",
	.usage = "config get-users",
	.summary = "Show the users",
	.help = "Shows the users of the kubeconfig.",
	.examples = "kubectl config get-users",
	.args = "",
	.run = get_users_run,
};

static const struct verb *const config_subverbs[] = {
	&verb_current_context, &verb_config_delete_cluster, &verb_config_delete_context, &verb_config_delete_user,
	&verb_get_clusters, &verb_get_contexts, &verb_get_users, &verb_config_rename_context, &verb_config_set,
	&verb_config_set_cluster, &verb_config_set_context, &verb_config_set_credentials, &verb_config_unset,
	&verb_config_use_context, &verb_view, NULL,
};

const struct verb verb_config = {
	.name = "config",
	.aliases = "",
	.usage = "config SUBCOMMAND",
	.summary = "Show and change the kubeconfig",
	.help = "Shows and changes the kubeconfig: which cluster, as whom, and in which namespace.",
	.examples = "",
	.subverbs = config_subverbs,
	.args = "",
	.run = run_subverb_missing,
	.asks = ASKS_NOBODY,
};
