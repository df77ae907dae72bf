/* kubectl config: what changes the kubeconfig.  Follows k8s.io/kubectl/pkg/cmd/config. */
#include "kubectl/verb_config.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/sources.h"
#include "kubectl/verb_list.h"

/* One of the verbs begins it with a small letter. */
int
config_refuse_args(struct kubectl *kubectl, const struct flags *flags)
{
	struct str text = STR_INIT;

	help_print(kubectl->verb, kubectl->command, &text);
	sink_write(kubectl->io->out, text.buf, text.len);
	str_clear(&text);
	str_addf(&text, "error: %cnexpected args: [", strcmp(kubectl->verb->name, "set-credentials") == 0 ? 'u' : 'U');
	for (size_t i = 0; i < flags->nargs; i++)
		str_addf(&text, "%s%s", i ? " " : "", flags->args[i]);
	str_add(&text, "]\n");
	sink_write(kubectl->io->err, text.buf, text.len);
	str_release(&text);
	return 1;
}

int
config_finish(struct kubectl *kubectl, struct kubeconfig *config, const char *said)
{
	int status = kubeconfig_save(kubectl, config) ? 1 : 0;

	if (!status)
		sink_put(kubectl->io->out, said);
	kubeconfig_release(config);
	return status;
}

int
config_give_up(struct kubeconfig *config)
{
	kubeconfig_release(config);
	return 1;
}

/* ---- entries from flags ---- */

/* A flag, kubectl's own or the verb's, and the field that it sets. */
struct setter {
	const char *flag, *field;
	enum { SETS_TEXT, SETS_NEEDED_TEXT, SETS_BOOL, SETS_FILE } sets;	/* an empty text is not written, unless it is needed */
};

static const struct setter cluster_setters[] = {
	{ "server", "server", SETS_NEEDED_TEXT }, { "certificate-authority", "certificate-authority", SETS_FILE },
	{ "insecure-skip-tls-verify", "insecure-skip-tls-verify", SETS_BOOL },
	{ "tls-server-name", "tls-server-name", SETS_TEXT }, { "proxy-url", "proxy-url", SETS_TEXT },
	{ NULL, NULL, SETS_TEXT },
};
static const struct setter user_setters[] = {
	{ "client-certificate", "client-certificate", SETS_FILE }, { "client-key", "client-key", SETS_FILE },
	{ "token", "token", SETS_TEXT }, { "username", "username", SETS_TEXT }, { "password", "password", SETS_TEXT },
	{ NULL, NULL, SETS_TEXT },
};
static const struct setter context_setters[] = {
	{ "cluster", "cluster", SETS_NEEDED_TEXT }, { "user", "user", SETS_NEEDED_TEXT }, { "namespace", "namespace", SETS_TEXT },
	{ NULL, NULL, SETS_TEXT },
};

/* --embed-certs: the file's contents in place of its path. */
static int
embed(struct kubectl *kubectl, struct kubeconfig *config, struct value *entry, const struct setter *setter,
	const char *path)
{
	struct str text = STR_INIT, encoded = STR_INIT;
	enum io_result result = kubectl->io->files->read(kubectl->io, path, &text);
	int status = 0;

	if (result == IO_OK) {
		sources_base64(text.buf, text.len, &encoded);
		value_remove(entry, setter->field);
		value_set_text(&config->arena, entry, arena_printf(&config->arena, "%s-data", setter->field), encoded.buf);
	} else {
		status = print_failure(kubectl->io, "could not stat %s file %s: stat %s: %s", setter->field, path, path,
			result == IO_NOT_FOUND ? "no such file or directory" : io_result_text(result));
	}
	str_release(&text);
	str_release(&encoded);
	return status;
}

/* false is what is not written. */
static void
set_bool(struct kubeconfig *config, struct value *entry, const char *field, bool boolean)
{
	if (boolean)
		value_set_bool(&config->arena, entry, field, true);
	else
		value_remove(entry, field);
}

static int
set_fields(struct kubectl *kubectl, const struct flags *flags, struct kubeconfig *config, struct value *entry,
	const struct setter *setters)
{
	bool embeds = kubectl_has_flag(kubectl, "embed-certs") && flag_bool(flags, "embed-certs");

	for (const struct setter *setter = setters; setter->flag; setter++) {
		const char *text = flag_string(flags, setter->flag);

		if (!flag_given(flags, setter->flag))
			continue;
		if (setter->sets == SETS_FILE && embeds) {
			if (embed(kubectl, config, entry, setter, text))
				return 1;
		} else if (setter->sets == SETS_BOOL) {
			set_bool(config, entry, setter->field, flag_bool(flags, setter->flag));
		} else if (*text || setter->sets == SETS_NEEDED_TEXT) {
			value_set_text(&config->arena, entry, setter->field, text);
		} else {
			value_remove(entry, setter->field);
		}
	}
	return 0;
}

static const struct flag set_cluster_flags[] = {
	{ "certificate-authority", 0, FLAG_STRING, "", NULL, "@file", "File with the authority's certificate." },
	{ "embed-certs", 0, FLAG_BOOL, "false", "true", NULL, "Put the certificate's contents in place of its path." },
	{ "insecure-skip-tls-verify", 0, FLAG_BOOL, "false", "true", NULL, "Don't check the server's certificate." },
	{ "proxy-url", 0, FLAG_STRING, "", NULL, NULL, "A proxy on the way to the cluster." },
	{ "server", 0, FLAG_STRING, "", NULL, NULL, "Address of the API server." },
	{ "tls-server-name", 0, FLAG_STRING, "", NULL, NULL, "Name to expect in the server's certificate." },
	FLAGS_END,
};
static const struct flag *const set_cluster_tables[] = { set_cluster_flags, NULL };

/* NULL: nothing is wrong. */
static const char *
cluster_problem(const struct flags *flags)
{
	const char *authority = flag_string(flags, "certificate-authority");

	if (!*flags->args[0])
		return "you must specify a non-empty cluster name";
	if (flag_bool(flags, "insecure-skip-tls-verify") && *authority)
		return "you cannot specify a certificate authority and insecure mode at the same time";
	if (flag_bool(flags, "embed-certs") && !*authority)
		return "you must specify a --certificate-authority to embed";
	return NULL;
}

/* What one value of a cluster takes away of the others. */
static void
clear_others_of_cluster(const struct flags *flags, struct value *cluster)
{
	if (flag_given(flags, "server"))
		value_remove(cluster, "tls-server-name");
	if (flag_given(flags, "insecure-skip-tls-verify") && flag_bool(flags, "insecure-skip-tls-verify")) {
		value_remove(cluster, "certificate-authority");
		value_remove(cluster, "certificate-authority-data");
	}
	if (*flag_string(flags, "certificate-authority")) {
		value_remove(cluster, "insecure-skip-tls-verify");
		value_remove(cluster, "certificate-authority-data");
	}
}

static int
set_cluster_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *problem = flags->nargs == 1 ? cluster_problem(flags) : NULL;
	struct kubeconfig config;
	struct value *cluster;

	if (flags->nargs != 1)
		return config_refuse_args(kubectl, flags);
	if (problem)
		return print_failure(kubectl->io, "%s", problem);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	cluster = kubeconfig_make_entry(&config, "clusters", flags->args[0]);
	clear_others_of_cluster(flags, cluster);
	if (set_fields(kubectl, flags, &config, cluster, cluster_setters))
		return config_give_up(&config);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Cluster \"%s\" set.\n", flags->args[0]));
}

const struct verb verb_config_set_cluster = {
	.name = "set-cluster",
	.aliases = "",
	.usage = "config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] "
		"[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
	.summary = "Set an entry of a cluster",
	.help = "Set an entry of a cluster.",
	.examples = "kubectl config set-cluster e2e --server=https://1.2.3.4",
	.flags = set_cluster_tables,
	.args = "",
	.run = set_cluster_run,
};

static const struct flag set_credentials_flags[] = {
	{ "auth-provider", 0, FLAG_STRING, "", NULL, NULL, "A plugin that logs in." },
	{ "auth-provider-arg", 0, FLAG_STRINGS, NULL, NULL, NULL, "key=value for that plugin, or key- to take it away." },
	{ "client-certificate", 0, FLAG_STRING, "", NULL, "@file", "File with the client's certificate." },
	{ "client-key", 0, FLAG_STRING, "", NULL, "@file", "File with the client's key." },
	{ "embed-certs", 0, FLAG_BOOL, "false", "true", NULL, "Put the contents of certificate and key in place of paths." },
	{ "exec-api-version", 0, FLAG_STRING, "", NULL, NULL, "API version of the program that logs in." },
	{ "exec-arg", 0, FLAG_STRINGS, NULL, NULL, NULL, "An argument of that program." },
	{ "exec-command", 0, FLAG_STRING, "", NULL, NULL, "A program that logs in." },
	{ "exec-env", 0, FLAG_ARRAY, NULL, NULL, NULL, "KEY=value for that program, or KEY- to take it away." },
	{ "exec-interactive-mode", 0, FLAG_STRING, "", NULL, "IfAvailable,Never,Always", "Whether that program may ask." },
	{ "exec-provide-cluster-info", 0, FLAG_BOOL, "false", "true", NULL, "Tell that program of the cluster." },
	{ "password", 0, FLAG_STRING, "", NULL, NULL, "Password for basic authentication." },
	{ "token", 0, FLAG_STRING, "", NULL, NULL, "Bearer token." },
	{ "username", 0, FLAG_STRING, "", NULL, NULL, "Name for basic authentication." },
	FLAGS_END,
};
static const struct flag *const set_credentials_tables[] = { set_credentials_flags, NULL };

/* KEY=VALUE, or KEY- that goes. */
static bool
is_pair(const char *word)
{
	return (strchr(word, '=') && *word != '=') || (str_ends(word, "-") && word[1]);
}

/* The help, and which words of a flag are no pairs; 0 when all are. */
static int
refuse_pairs(struct kubectl *kubectl, const struct flags *flags, const char *flag)
{
	struct str wrong = STR_INIT, text = STR_INIT;
	int status;

	for (size_t i = 0; i < flag_count(flags, flag); i++)
		if (!is_pair(flag_item(flags, flag, i)))
			str_addf(&wrong, "%s%s", wrong.len ? ", " : "", flag_item(flags, flag, i));
	status = wrong.len ? 1 : 0;
	if (wrong.len) {
		help_print(kubectl->verb, kubectl->command, &text);
		sink_write(kubectl->io->out, text.buf, text.len);
		print_failure(kubectl->io, "invalid %s format: %s", flag, wrong.buf);
	}
	str_release(&wrong);
	str_release(&text);
	return status;
}

/* NULL: nothing is wrong. */
static const char *
credentials_problem(const struct flags *flags)
{
	const char *mode = flag_string(flags, "exec-interactive-mode");
	bool certificate = *flag_string(flags, "client-certificate") || *flag_string(flags, "client-key");

	if (!*flags->args[0])
		return "you must specify a non-empty user name";
	if (*flag_string(flags, "token") && (*flag_string(flags, "username") || *flag_string(flags, "password")))
		return "you cannot specify more than one authentication method at the same time: --token, --username/--password";
	if (flag_bool(flags, "embed-certs") && !certificate)
		return "you must specify a --client-certificate or --client-key to embed";
	if (flag_given(flags, "exec-interactive-mode") && strcmp(mode, "IfAvailable") != 0 && strcmp(mode, "Never") != 0 &&
	    strcmp(mode, "Always") != 0)
		return "invalid interactive mode type, can be only IfAvailable, Never, Always";
	return NULL;
}

static void
set_provider(const struct flags *flags, struct kubeconfig *config, struct value *user)
{
	const char *name = flag_string(flags, "auth-provider");
	struct value *provider = value_get(user, "auth-provider"), *map;
	const char *old = value_get_text(provider, "name");

	if (flag_given(flags, "auth-provider") && (!old || strcmp(old, name) != 0)) {
		provider = value_map(&config->arena);
		value_set(&config->arena, user, "auth-provider", provider);
		value_set_text(&config->arena, provider, "name", name);
	}
	if (!provider)
		return;
	map = value_make_map(&config->arena, provider, "config");
	for (size_t i = 0; i < flag_count(flags, "auth-provider-arg"); i++) {
		const char *pair = flag_item(flags, "auth-provider-arg", i), *equals = strchr(pair, '=');
		const char *key = arena_strndup(&config->arena, pair, equals ? (size_t)(equals - pair) : strlen(pair) - 1);

		if (equals)
			value_set_text(&config->arena, map, key, equals + 1);
		else
			value_remove(map, key);
	}
}

static void
set_variable(struct arena *arena, struct value *list, const char *pair)
{
	const char *equals = strchr(pair, '='), *name = arena_strndup(arena, pair, equals ? (size_t)(equals - pair) : strlen(pair) - 1);
	struct value *entry = NULL;
	size_t at = 0;

	for (; at < value_count(list) && !entry; at++)
		if (strcmp(value_get_text(value_at(list, at), "name"), name) == 0)
			entry = value_at(list, at);
	if (!equals) {
		if (entry)
			value_remove_at(list, at - 1);
		return;
	}
	if (!entry) {
		entry = value_map(arena);
		value_set_text(arena, entry, "name", name);
		value_append(arena, list, entry);
	}
	value_set_text(arena, entry, "value", equals + 1);
}

static void
set_exec(const struct flags *flags, struct kubeconfig *config, struct value *user)
{
	struct arena *arena = &config->arena;
	struct value *exec = value_get(user, "exec");

	if (flag_given(flags, "exec-command")) {
		value_remove(exec, "args");
		exec = value_make_map(arena, user, "exec");
		value_set_text(arena, exec, "command", flag_string(flags, "exec-command"));
	}
	if (!exec)
		return;
	if (flag_count(flags, "exec-arg"))
		value_set(arena, exec, "args", value_list(arena));
	else if (!value_get(exec, "args"))
		value_set(arena, exec, "args", value_null(arena));
	if (!flag_count(flags, "exec-env") && !value_get(exec, "env"))
		value_set(arena, exec, "env", value_null(arena));
	else if (flag_count(flags, "exec-env") && !value_count(value_get(exec, "env")))
		value_set(arena, exec, "env", value_list(arena));
	for (size_t i = 0; i < flag_count(flags, "exec-arg"); i++)
		value_append(arena, value_get(exec, "args"), value_string(arena, flag_item(flags, "exec-arg", i)));
	for (size_t i = 0; i < flag_count(flags, "exec-env"); i++)
		set_variable(arena, value_get(exec, "env"), flag_item(flags, "exec-env", i));
	if (flag_given(flags, "exec-api-version"))
		value_set_text(arena, exec, "apiVersion", flag_string(flags, "exec-api-version"));
	if (flag_given(flags, "exec-interactive-mode"))
		value_set_text(arena, exec, "interactiveMode", flag_string(flags, "exec-interactive-mode"));
	if (flag_given(flags, "exec-provide-cluster-info") || !value_get(exec, "provideClusterInfo"))
		value_set_bool(arena, exec, "provideClusterInfo", flag_bool(flags, "exec-provide-cluster-info"));
}

static int
set_credentials_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *problem = flags->nargs == 1 ? credentials_problem(flags) : NULL;
	struct kubeconfig config;
	struct value *user;

	if (flags->nargs != 1)
		return config_refuse_args(kubectl, flags);
	if (refuse_pairs(kubectl, flags, "auth-provider-arg") || refuse_pairs(kubectl, flags, "exec-env"))
		return 1;
	if (problem)
		return print_failure(kubectl->io, "%s", problem);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	user = kubeconfig_make_entry(&config, "users", flags->args[0]);
	/* One way to log in takes the place of the other. */
	if (*flag_string(flags, "token")) {
		value_remove(user, "username");
		value_remove(user, "password");
	} else if (*flag_string(flags, "username") || *flag_string(flags, "password")) {
		value_remove(user, "token");
	}
	if (set_fields(kubectl, flags, &config, user, user_setters))
		return config_give_up(&config);
	set_provider(flags, &config, user);
	set_exec(flags, &config, user);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "User \"%s\" set.\n", flags->args[0]));
}

const struct verb verb_config_set_credentials = {
	.name = "set-credentials",
	.aliases = "",
	.usage = "config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] "
		"[--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] "
		"[--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] "
		"[--exec-arg=arg] [--exec-env=key=value]",
	.summary = "Set an entry of a user",
	.help = "Set an entry of a user.",
	.examples = "kubectl config set-credentials jane --client-certificate=jane.crt --client-key=jane.key",
	.flags = set_credentials_tables,
	.args = "",
	.run = set_credentials_run,
};

static const struct flag set_context_flags[] = {
	{ "cluster", 0, FLAG_STRING, "", NULL, NULL, "Cluster of the context." },
	{ "current", 0, FLAG_BOOL, "false", "true", NULL, "The current context." },
	{ "namespace", 0, FLAG_STRING, "", NULL, "@namespace", "Namespace of the context." },
	{ "user", 0, FLAG_STRING, "", NULL, NULL, "User of the context." },
	FLAGS_END,
};
static const struct flag *const set_context_tables[] = { set_context_flags, NULL };

static int
set_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool current = flag_bool(flags, "current"), named, known;
	struct kubeconfig config;
	const char *name;

	if (flags->nargs > 1)
		return config_refuse_args(kubectl, flags);
	named = flags->nargs && *flags->args[0];
	if (current && named)
		return print_failure(kubectl->io, "you cannot specify both a context name and --current");
	if (!current && !named)
		return print_failure(kubectl->io, "you must specify a non-empty context name or --current");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	name = current ? kubeconfig_current(config.root) : flags->args[0];
	if (!*name) {
		print_failure(kubectl->io, "no current context is set");
		return config_give_up(&config);
	}
	known = kubeconfig_entry(config.root, "contexts", name);
	if (set_fields(kubectl, flags, &config, kubeconfig_make_entry(&config, "contexts", name), context_setters))
		return config_give_up(&config);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Context \"%s\" %s.\n", name,
		known ? "modified" : "created"));
}

const struct verb verb_config_set_context = {
	.name = "set-context",
	.aliases = "",
	.usage = "config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] "
		"[--namespace=namespace]",
	.summary = "Set an entry of a context",
	.help = "Set an entry of a context.",
	.examples = "# What -n need not say any more\nkubectl config set-context --current --namespace=store",
	.flags = set_context_tables,
	.args = "config:contexts",
	.run = set_context_run,
};

static int
use_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;

	if (flags->nargs != 1)
		return config_refuse_args(kubectl, flags);
	if (!*flags->args[0])
		return print_failure(kubectl->io, "empty context names are not allowed");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (!kubeconfig_entry(config.root, "contexts", flags->args[0])) {
		print_failure(kubectl->io, "no context exists with the name: \"%s\"", flags->args[0]);
		return config_give_up(&config);
	}
	value_set_text(&config.arena, config.root, "current-context", flags->args[0]);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Switched to context \"%s\".\n", flags->args[0]));
}

const struct verb verb_config_use_context = {
	.name = "use-context",
	.aliases = "use",
	.usage = "config use-context CONTEXT_NAME",
	.summary = "Make a context the current one",
	.help = "Make a context the current one.",
	.examples = "kubectl config use-context kubernetes-admin@kubernetes",
	.args = "config:contexts",
	.run = use_context_run,
};

/* ---- entries that go ---- */

static int
delete_entry(struct kubectl *kubectl, const struct flags *flags, const char *list)
{
	const char *what = kubeconfig_inner(list);
	struct kubeconfig config;
	struct str text = STR_INIT;

	if (flags->nargs != 1 && strcmp(what, "user") == 0)
		return print_usage_error(kubectl->io, kubectl->command, "user to delete is required");
	if (flags->nargs != 1) {
		help_print(kubectl->verb, kubectl->command, &text);
		sink_write(kubectl->io->out, text.buf, text.len);
		str_release(&text);
		return 0;
	}
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (!kubeconfig_remove_entry(&config, list, flags->args[0])) {
		print_failure(kubectl->io, "cannot delete %s %s, not in %s", what, flags->args[0], config.path);
		return config_give_up(&config);
	}
	if (strcmp(what, "context") == 0 && strcmp(kubeconfig_current(config.root), flags->args[0]) == 0)
		sink_put(kubectl->io->err, "warning: this removed your active context, use \"kubectl config use-context\" to select a "
			"different one\n");
	return config_finish(kubectl, &config, arena_printf(&config.arena, "deleted %s %s from %s\n", what, flags->args[0],
		config.path));
}

static int
delete_cluster_run(struct kubectl *kubectl, const struct flags *flags)
{
	return delete_entry(kubectl, flags, "clusters");
}

const struct verb verb_config_delete_cluster = {
	.name = "delete-cluster",
	.aliases = "",
	.usage = "config delete-cluster NAME",
	.summary = "Delete the entry of a cluster",
	.help = "Delete the entry of a cluster.",
	.examples = "kubectl config delete-cluster minikube",
	.args = "config:clusters",
	.run = delete_cluster_run,
};

static int
delete_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	return delete_entry(kubectl, flags, "contexts");
}

const struct verb verb_config_delete_context = {
	.name = "delete-context",
	.aliases = "",
	.usage = "config delete-context NAME",
	.summary = "Delete the entry of a context",
	.help = "Delete the entry of a context.",
	.examples = "kubectl config delete-context minikube",
	.args = "config:contexts",
	.run = delete_context_run,
};

static int
delete_user_run(struct kubectl *kubectl, const struct flags *flags)
{
	return delete_entry(kubectl, flags, "users");
}

const struct verb verb_config_delete_user = {
	.name = "delete-user",
	.aliases = "",
	.usage = "config delete-user NAME",
	.summary = "Delete the entry of a user",
	.help = "Delete the entry of a user.",
	.examples = "kubectl config delete-user minikube",
	.args = "config:users",
	.run = delete_user_run,
};

static int
rename_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;
	struct value *context;
	const char *old, *new;

	if (flags->nargs != 2)
		return config_refuse_args(kubectl, flags);
	if (!*flags->args[1])
		return print_failure(kubectl->io, "You must specify a new non-empty context name");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	old = flags->args[0];
	new = flags->args[1];
	context = kubeconfig_entry(config.root, "contexts", old);
	if (!context || kubeconfig_entry(config.root, "contexts", new)) {
		if (context)
			print_failure(kubectl->io, "cannot rename the context \"%s\", the context \"%s\" already exists in %s", old, new,
				config.path);
		else
			print_failure(kubectl->io, "cannot rename the context \"%s\", it's not in %s", old, config.path);
		return config_give_up(&config);
	}
	if (strcmp(kubeconfig_current(config.root), old) == 0)
		value_set_text(&config.arena, config.root, "current-context", new);
	*kubeconfig_make_entry(&config, "contexts", new) = *context;
	kubeconfig_remove_entry(&config, "contexts", old);
	return config_finish(kubectl, &config, arena_printf(&config.arena, "Context \"%s\" renamed to \"%s\".\n", old, new));
}

const struct verb verb_config_rename_context = {
	.name = "rename-context",
	.aliases = "",
	.usage = "config rename-context CONTEXT_NAME NEW_NAME",
	.summary = "Give a context another name",
	.help = "Give a context another name.",
	.examples = "kubectl config rename-context old-name new-name",
	.args = "config:contexts",
	.run = rename_run,
};
