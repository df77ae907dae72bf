/* kubectl config: what changes the kubeconfig.  Follows k8s.io/kubectl/pkg/cmd/config. */
#include "kubectl/verb_config.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/failures.h"
#include "kubectl/help.h"
#include "kubectl/kubeconfig.h"
#include "kubectl/sources.h"
#include "kubectl/verb_list.h"

/* The help, then what is wrong, which one of the verbs begins with a small letter; 1. */
static int
refuse_args(struct kubectl *kubectl, const struct flags *flags)
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

/* Saves, and says so in one line. */
static int
finish(struct kubectl *kubectl, struct kubeconfig *config, const char *said)
{
	int status = kubeconfig_save(kubectl, config) ? 1 : 0;

	if (!status)
		sink_put(kubectl->io->out, said);
	kubeconfig_release(config);
	return status;
}

static int
give_up(struct kubeconfig *config)
{
	kubeconfig_release(config);
	return 1;
}

/* ---- entries from flags ---- */

/* A flag, kubectl's own or the verb's, and the field that it sets. */
struct setter {
	const char *flag, *field;
	bool is_bool, is_file;
};

static const struct setter cluster_setters[] = {
	{ "server", "server", false, false }, { "certificate-authority", "certificate-authority", false, true },
	{ "insecure-skip-tls-verify", "insecure-skip-tls-verify", true, false },
	{ "tls-server-name", "tls-server-name", false, false }, { "proxy-url", "proxy-url", false, false },
	{ NULL, NULL, false, false },
};
static const struct setter user_setters[] = {
	{ "client-certificate", "client-certificate", false, true }, { "client-key", "client-key", false, true },
	{ "token", "token", false, false }, { "username", "username", false, false },
	{ "password", "password", false, false }, { NULL, NULL, false, false },
};
static const struct setter context_setters[] = {
	{ "cluster", "cluster", false, false }, { "user", "user", false, false },
	{ "namespace", "namespace", false, false }, { NULL, NULL, false, false },
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
		if (!flag_given(flags, setter->flag))
			continue;
		if (setter->is_file && embeds) {
			if (embed(kubectl, config, entry, setter, flag_string(flags, setter->flag)))
				return 1;
		} else if (setter->is_bool) {
			set_bool(config, entry, setter->field, flag_bool(flags, setter->flag));
		} else {
			value_set_text(&config->arena, entry, setter->field, flag_string(flags, setter->flag));
		}
	}
	return 0;
}

static const struct flag set_cluster_flags[] = {
	{ "embed-certs", 0, FLAG_BOOL, "false", "true", NULL, "Put the certificate's contents in place of its path." },
	{ "proxy-url", 0, FLAG_STRING, "", NULL, NULL, "A proxy on the way to the cluster." },
	FLAGS_END,
};
static const struct flag *const set_cluster_tables[] = { set_cluster_flags, NULL };

static int
set_cluster_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;

	if (flags->nargs != 1)
		return refuse_args(kubectl, flags);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (set_fields(kubectl, flags, &config, kubeconfig_make_entry(&config, "clusters", flags->args[0]), cluster_setters))
		return give_up(&config);
	return finish(kubectl, &config, arena_printf(&config.arena, "Cluster \"%s\" set.\n", flags->args[0]));
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
	{ "auth-provider-arg", 0, FLAG_STRINGS, NULL, NULL, NULL, "key=value for that plugin." },
	{ "embed-certs", 0, FLAG_BOOL, "false", "true", NULL, "Put the contents of certificate and key in place of paths." },
	{ "exec-api-version", 0, FLAG_STRING, "", NULL, NULL, "API version of the program that logs in." },
	{ "exec-arg", 0, FLAG_STRINGS, NULL, NULL, NULL, "An argument of that program." },
	{ "exec-command", 0, FLAG_STRING, "", NULL, NULL, "A program that logs in." },
	{ "exec-env", 0, FLAG_ARRAY, NULL, NULL, NULL, "KEY=value for that program." },
	FLAGS_END,
};
static const struct flag *const set_credentials_tables[] = { set_credentials_flags, NULL };

static void
set_provider(const struct flags *flags, struct kubeconfig *config, struct value *user)
{
	struct value *provider;

	if (!flag_given(flags, "auth-provider"))
		return;
	provider = value_make_map(&config->arena, user, "auth-provider");
	value_set_text(&config->arena, provider, "name", flag_string(flags, "auth-provider"));
	for (size_t i = 0; i < flag_count(flags, "auth-provider-arg"); i++) {
		const char *pair = flag_item(flags, "auth-provider-arg", i), *equals = strchr(pair, '=');

		if (equals)
			value_set_text(&config->arena, value_make_map(&config->arena, provider, "config"),
				arena_strndup(&config->arena, pair, (size_t)(equals - pair)), equals + 1);
	}
}

static void
set_exec(const struct flags *flags, struct kubeconfig *config, struct value *user)
{
	struct arena *arena = &config->arena;
	struct value *exec;

	if (!flag_given(flags, "exec-command"))
		return;
	exec = value_make_map(arena, user, "exec");
	value_set_text(arena, exec, "command", flag_string(flags, "exec-command"));
	if (flag_count(flags, "exec-arg"))
		value_set(arena, exec, "args", value_list(arena));
	for (size_t i = 0; i < flag_count(flags, "exec-arg"); i++)
		value_append(arena, value_get(exec, "args"), value_string(arena, flag_item(flags, "exec-arg", i)));
	for (size_t i = 0; i < flag_count(flags, "exec-env"); i++) {
		const char *pair = flag_item(flags, "exec-env", i), *equals = strchr(pair, '=');
		struct value *entry = value_map(arena);

		value_set_text(arena, entry, "name", arena_strndup(arena, pair, equals ? (size_t)(equals - pair) : strlen(pair)));
		value_set_text(arena, entry, "value", equals ? equals + 1 : "");
		value_append(arena, value_make_list(arena, exec, "env"), entry);
	}
	if (flag_given(flags, "exec-api-version"))
		value_set_text(arena, exec, "apiVersion", flag_string(flags, "exec-api-version"));
	value_set_bool(arena, exec, "provideClusterInfo", false);
}

static int
set_credentials_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct kubeconfig config;
	struct value *user;

	if (flags->nargs != 1)
		return refuse_args(kubectl, flags);
	if (flag_given(flags, "token") && (flag_given(flags, "username") || flag_given(flags, "password")))
		return print_failure(kubectl->io, "you cannot specify more than one authentication method at the same time: --token, "
			"--username/--password");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	user = kubeconfig_make_entry(&config, "users", flags->args[0]);
	/* One way to log in takes the place of the other. */
	if (flag_given(flags, "token")) {
		value_remove(user, "username");
		value_remove(user, "password");
	} else if (flag_given(flags, "username") || flag_given(flags, "password")) {
		value_remove(user, "token");
	}
	if (set_fields(kubectl, flags, &config, user, user_setters))
		return give_up(&config);
	set_provider(flags, &config, user);
	set_exec(flags, &config, user);
	return finish(kubectl, &config, arena_printf(&config.arena, "User \"%s\" set.\n", flags->args[0]));
}

const struct verb verb_config_set_credentials = {
	.name = "set-credentials",
	.aliases = "",
	.usage = "config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] "
		"[--token=bearer_token] [--username=basic_user] [--password=basic_password]",
	.summary = "Set an entry of a user",
	.help = "Set an entry of a user.",
	.examples = "kubectl config set-credentials jane --client-certificate=jane.crt --client-key=jane.key",
	.flags = set_credentials_tables,
	.args = "",
	.run = set_credentials_run,
};

static const struct flag set_context_flags[] = {
	{ "current", 0, FLAG_BOOL, "false", "true", NULL, "The current context." },
	FLAGS_END,
};
static const struct flag *const set_context_tables[] = { set_context_flags, NULL };

static int
set_context_run(struct kubectl *kubectl, const struct flags *flags)
{
	bool current = flag_bool(flags, "current"), known;
	struct kubeconfig config;
	const char *name;

	if (current && flags->nargs)
		return print_failure(kubectl->io, "you cannot specify both a context name and --current");
	if (!current && flags->nargs != 1)
		return print_failure(kubectl->io, "you must specify a non-empty context name or --current");
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	name = current ? kubeconfig_current(config.root) : flags->args[0];
	if (!*name) {
		print_failure(kubectl->io, "no current context is set");
		return give_up(&config);
	}
	known = kubeconfig_entry(config.root, "contexts", name);
	if (set_fields(kubectl, flags, &config, kubeconfig_make_entry(&config, "contexts", name), context_setters))
		return give_up(&config);
	return finish(kubectl, &config, arena_printf(&config.arena, "Context \"%s\" %s.\n", name,
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
		return refuse_args(kubectl, flags);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	if (!kubeconfig_entry(config.root, "contexts", flags->args[0])) {
		print_failure(kubectl->io, "no context exists with the name: \"%s\"", flags->args[0]);
		return give_up(&config);
	}
	value_set_text(&config.arena, config.root, "current-context", flags->args[0]);
	return finish(kubectl, &config, arena_printf(&config.arena, "Switched to context \"%s\".\n", flags->args[0]));
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
		return give_up(&config);
	}
	if (strcmp(what, "context") == 0 && strcmp(kubeconfig_current(config.root), flags->args[0]) == 0)
		sink_put(kubectl->io->err, "warning: this removed your active context, use \"kubectl config use-context\" to select a "
			"different one\n");
	return finish(kubectl, &config, arena_printf(&config.arena, "deleted %s %s from %s\n", what, flags->args[0],
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
		return refuse_args(kubectl, flags);
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
		return give_up(&config);
	}
	if (strcmp(kubeconfig_current(config.root), old) == 0)
		value_set_text(&config.arena, config.root, "current-context", new);
	*kubeconfig_make_entry(&config, "contexts", new) = *context;
	kubeconfig_remove_entry(&config, "contexts", old);
	return finish(kubectl, &config, arena_printf(&config.arena, "Context \"%s\" renamed to \"%s\".\n", old, new));
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

/* ---- one property ---- */

static const struct {
	const char *list;	/* "" for the kubeconfig itself */
	const char *field;
	bool is_bool;
} properties[] = {
	{ "", "current-context", false },
	{ "clusters", "server", false }, { "clusters", "certificate-authority", false },
	{ "clusters", "certificate-authority-data", false }, { "clusters", "insecure-skip-tls-verify", true },
	{ "clusters", "tls-server-name", false }, { "clusters", "proxy-url", false },
	{ "contexts", "cluster", false }, { "contexts", "user", false }, { "contexts", "namespace", false },
	{ "users", "client-certificate", false }, { "users", "client-certificate-data", false },
	{ "users", "client-key", false }, { "users", "client-key-data", false }, { "users", "token", false },
	{ "users", "username", false }, { "users", "password", false },
};
#define NPROPERTIES (sizeof properties / sizeof *properties)

/* "contexts.dev.namespace": a list, a name that may hold dots, a field; name and field may be missing. */
struct property {
	const char *list, *name, *field;
	size_t row;	/* NPROPERTIES: no field of that list */
};

static bool
parse_property(struct arena *arena, const char *path, struct property *property)
{
	const char *dot = strchr(path, '.'), *last = strrchr(path, '.');

	*property = (struct property){ "", NULL, dot ? "" : path, 0 };
	if (dot) {
		property->list = arena_strndup(arena, path, (size_t)(dot - path));
		property->name = arena_strndup(arena, dot + 1, last > dot ? (size_t)(last - dot - 1) : strlen(dot + 1));
		property->field = last > dot ? arena_strdup(arena, last + 1) : NULL;
	} else if (kubeconfig_inner(path)) {
		property->list = path;
		property->field = NULL;
	}
	while (property->row < NPROPERTIES && !(property->field && strcmp(properties[property->row].list, property->list) == 0 &&
		strcmp(properties[property->row].field, property->field) == 0))
		property->row++;
	return kubeconfig_inner(property->list) || property->row < NPROPERTIES;
}

static int
refuse_property(struct kubectl *kubectl, struct kubeconfig *config, const char *path)
{
	print_failure(kubectl->io, "unable to parse %s after [] at api.Config", path);
	return give_up(config);
}

static const struct flag set_flags[] = {
	{ "set-raw-bytes", 0, FLAG_BOOL, "false", "true", NULL, "Take the value as it is, without decoding." },
	FLAGS_END,
};
static const struct flag *const set_tables[] = { set_flags, NULL };

static int
set_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *path, *text;
	struct property property;
	struct kubeconfig config;
	struct value *map;

	if (flags->nargs != 2)
		return refuse_args(kubectl, flags);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	path = flags->args[0];
	text = flags->args[1];
	if (!parse_property(&config.arena, path, &property))
		return refuse_property(kubectl, &config, path);
	if (property.row == NPROPERTIES) {
		print_failure(kubectl->io, "unable to parse one or more field values of %s", path);
		return give_up(&config);
	}
	map = *property.list ? kubeconfig_make_entry(&config, property.list, property.name) : config.root;
	if (!properties[property.row].is_bool) {
		value_set_text(&config.arena, map, property.field, text);
	} else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		set_bool(&config, map, property.field, *text == 't');
	} else {
		print_failure(kubectl->io, "strconv.ParseBool: parsing \"%s\": invalid syntax", text);
		return give_up(&config);
	}
	return finish(kubectl, &config, arena_printf(&config.arena, "Property \"%s\" set.\n", path));
}

const struct verb verb_config_set = {
	.name = "set",
	.aliases = "",
	.usage = "config set PROPERTY_NAME PROPERTY_VALUE",
	.summary = "Set one value of the kubeconfig",
	.help = "Set one value of the kubeconfig.",
	.examples = "kubectl config set contexts.dev.namespace store",
	.flags = set_tables,
	.args = "",
	.run = set_run,
};

static int
unset_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct property property;
	struct kubeconfig config;
	struct value *map;
	const char *path;

	if (flags->nargs != 1)
		return refuse_args(kubectl, flags);
	if (kubeconfig_open(kubectl, flags, &config))
		return 1;
	path = flags->args[0];
	if (!parse_property(&config.arena, path, &property))
		return refuse_property(kubectl, &config, path);
	map = property.name ? kubeconfig_entry(config.root, property.list, property.name) : config.root;
	if (property.name && property.field && !map) {
		print_failure(kubectl->io, "current map key `%s` is invalid", property.name);
		return give_up(&config);
	}
	if (property.field)
		value_remove(map, property.field);
	else if (property.name)
		kubeconfig_remove_entry(&config, property.list, property.name);
	else
		value_remove(config.root, property.list);
	return finish(kubectl, &config, arena_printf(&config.arena, "Property \"%s\" unset.\n", path));
}

const struct verb verb_config_unset = {
	.name = "unset",
	.aliases = "",
	.usage = "config unset PROPERTY_NAME",
	.summary = "Take one value out of the kubeconfig",
	.help = "Take one value out of the kubeconfig.",
	.examples = "kubectl config unset contexts.dev.namespace",
	.args = "",
	.run = unset_run,
};
