/* Follows k8s.io/client-go/tools/clientcmd: loader.go, client_config.go, validation.go. */
#include "kubectl/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "api/object.h"
#include "api/yaml.h"
#include "kubectl/failures.h"

#define OWN_PATH "/root/.kube/config"
#define CLUSTER_NAME "kubernetes"
#define USER_NAME "kubernetes-admin"
#define USER_TOKEN "kubernetes-admin"	/* who comes with it is let in */
#define SERVER_PORT "6443"

static const char *const own_paths[] = { "~/.kube/config", OWN_PATH, "$HOME/.kube/config", "/etc/kubernetes/admin.conf" };

static const struct {
	const char *list, *inner;
} lists[] = {
#define KUBECONFIG_LIST(list, inner) { list, inner },
	KUBECONFIG_LISTS(KUBECONFIG_LIST)
#undef KUBECONFIG_LIST
};
#define NLISTS (sizeof lists / sizeof *lists)

/* ---- entries ---- */

const char *
kubeconfig_inner(const char *list)
{
	for (size_t i = 0; i < NLISTS; i++)
		if (strcmp(lists[i].list, list) == 0)
			return lists[i].inner;
	return NULL;
}

static size_t
find_entry(const struct value *rows, const char *name)
{
	size_t i = 0;

	for (; i < value_count(rows); i++) {
		const char *own = value_get_text(value_at(rows, i), "name");

		if (own && strcmp(own, name) == 0)
			break;
	}
	return i;
}

struct value *
kubeconfig_entry(const struct value *root, const char *list, const char *name)
{
	const struct value *rows = value_get(root, list);

	return value_get(value_at(rows, find_entry(rows, name)), kubeconfig_inner(list));
}

/* Entries stand in the order of their names. */
struct value *
kubeconfig_make_entry(struct kubeconfig *config, const char *list, const char *name)
{
	struct value *rows = value_make_list(&config->arena, config->root, list), *row;
	size_t at;

	if (kubeconfig_entry(config->root, list, name))
		return kubeconfig_entry(config->root, list, name);
	row = value_map(&config->arena);
	value_set_text(&config->arena, row, "name", name);
	value_make_map(&config->arena, row, kubeconfig_inner(list));
	value_append(&config->arena, rows, row);
	for (at = rows->list.n - 1; at && strcmp(value_get_text(rows->list.v[at - 1], "name"), name) > 0; at--)
		rows->list.v[at] = rows->list.v[at - 1];
	rows->list.v[at] = row;
	return value_get(row, kubeconfig_inner(list));
}

bool
kubeconfig_remove_entry(struct kubeconfig *config, const char *list, const char *name)
{
	struct value *rows = value_get(config->root, list);
	size_t i = find_entry(rows, name);

	if (i == value_count(rows))
		return false;
	value_remove_at(rows, i);
	return true;
}

const char *
kubeconfig_current(const struct value *root)
{
	const char *current = value_get_text(root, "current-context");

	return current ? current : "";
}

/* ---- reading and keeping ---- */

/* A kubeconfig has all its lists; one without entries is written as null. */
static void
settle_lists(struct kubeconfig *config)
{
	if (!config->root || config->root->type != VALUE_MAP)
		config->root = value_map(&config->arena);
	value_set_text(&config->arena, config->root, "kind", "Config");
	value_set_text(&config->arena, config->root, "apiVersion", "v1");
	value_make_map(&config->arena, config->root, "preferences");
	for (size_t i = 0; i < NLISTS; i++) {
		struct value *rows = value_get(config->root, lists[i].list);

		if (!rows || rows->type != VALUE_LIST)
			value_set(&config->arena, config->root, lists[i].list, value_list(&config->arena));
	}
	if (!value_get_text(config->root, "current-context"))
		value_set_text(&config->arena, config->root, "current-context", "");
}

/* As kubeadm left it. */
static void
make_own(struct kubectl *kubectl, struct kubeconfig *config)
{
	const char *namespace = kubectl->context_namespace ? *kubectl->context_namespace : NULL;
	struct value *entry;

	settle_lists(config);
	entry = kubeconfig_make_entry(config, "clusters", CLUSTER_NAME);
	value_set_text(&config->arena, entry, "server", "https://127.0.0.1:" SERVER_PORT);
	value_set_text(&config->arena, entry, "certificate-authority", "/etc/kubernetes/pki/ca.crt");
	value_set_text(&config->arena, kubeconfig_make_entry(config, "users", USER_NAME), "token", USER_TOKEN);
	entry = kubeconfig_make_entry(config, "contexts", KUBECTL_CONTEXT);
	value_set_text(&config->arena, entry, "cluster", CLUSTER_NAME);
	value_set_text(&config->arena, entry, "user", USER_NAME);
	value_set_text(&config->arena, entry, "namespace", namespace ? namespace : "default");
	value_set_text(&config->arena, config->root, "current-context", KUBECTL_CONTEXT);
}

static int
read_text(struct kubectl *kubectl, struct kubeconfig *config, const char *text, size_t len)
{
	value_vec documents = VEC_INIT;
	struct str why = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (yaml_read(config->path, text, len, NULL, &config->arena, &documents, &err)) {
		yaml_problem_add(&err, &why);
		print_failure(kubectl->io, "error loading config file \"%s\": %s", config->path, why.buf);
		status = -1;
	}
	config->root = documents.n ? documents.v[0] : NULL;
	vec_release(&documents);
	str_release(&why);
	err_release(&err);
	return status;
}

static bool
is_own_path(const char *path)
{
	for (size_t i = 0; i < sizeof own_paths / sizeof *own_paths; i++)
		if (strcmp(own_paths[i], path) == 0)
			return true;
	return !*path;
}

static int
open_file(struct kubectl *kubectl, struct kubeconfig *config)
{
	struct str text = STR_INIT;
	enum io_result result = kubectl->io->files->read(kubectl->io, config->path, &text);
	int status = 0;

	if (result == IO_OK) {
		status = read_text(kubectl, config, text.buf, text.len);
	} else if (result == IO_NOT_FOUND) {
		config->is_missing = true;
	} else {
		print_failure(kubectl->io, "error loading config file \"%s\": %s", config->path, io_result_text(result));
		status = -1;
	}
	str_release(&text);
	return status;
}

static const char *
wanted_path(const struct kubectl *kubectl, const struct flags *flags)
{
	const char *given = flag_string(flags, "kubeconfig");

	return *given ? given : kubectl->kubeconfig ? kubectl->kubeconfig : "";
}

int
kubeconfig_open(struct kubectl *kubectl, const struct flags *flags, struct kubeconfig *config)
{
	const char *path = wanted_path(kubectl, flags);
	int status = 0;

	*config = (struct kubeconfig){ ARENA_INIT, NULL, OWN_PATH, !is_own_path(path), false };
	if (config->is_file) {
		config->path = arena_strdup(&config->arena, path);
		status = open_file(kubectl, config);
	} else if (kubectl->config && *kubectl->config) {
		status = read_text(kubectl, config, *kubectl->config, strlen(*kubectl->config));
	} else {
		make_own(kubectl, config);
	}
	settle_lists(config);
	if (status)
		kubeconfig_release(config);
	return status;
}

void
kubeconfig_release(struct kubeconfig *config)
{
	arena_release(&config->arena);
}

static void
keep(char **place, const char *text)
{
	char *copy = text ? xstrdup(text) : NULL;

	free(*place);
	*place = copy;
}

/* The namespace of the current context is what everybody else here asks for. */
static void
keep_own(struct kubectl *kubectl, const struct kubeconfig *config, const char *text)
{
	const struct value *context = kubeconfig_entry(config->root, "contexts", kubeconfig_current(config->root));

	keep(kubectl->config, text);
	keep(kubectl->context_namespace, value_get_text(context, "namespace"));
}

int
kubeconfig_save(struct kubectl *kubectl, struct kubeconfig *config)
{
	enum io_result result = IO_OK;
	struct str text = STR_INIT;

	for (size_t i = 0; i < NLISTS; i++)
		if (!value_count(value_get(config->root, lists[i].list)))
			value_set(&config->arena, config->root, lists[i].list, value_null(&config->arena));
	yaml_write(config->root, &text);
	if (config->is_file)
		result = kubectl->io->files->write(kubectl->io, config->path, text.buf, text.len, false);
	else if (!kubectl->config)
		result = IO_DENIED;
	else
		keep_own(kubectl, config, text.buf);
	str_release(&text);
	if (result == IO_OK)
		return 0;
	print_failure(kubectl->io, "open %s: %s", config->path, io_result_text(result));
	return -1;
}

/* ---- where a context leads ---- */

/* "https://10.0.0.1:6443" into host and port */
static void
split_server(struct arena *arena, const char *server, const char **host, const char **port)
{
	const char *start = strstr(server, "://") ? strstr(server, "://") + 3 : server;
	size_t len = strcspn(start, "/");
	const char *end = start + len, *colon = end;

	while (colon > start && *colon != ':' && *colon != ']')
		colon--;
	if (*colon != ':' || colon == end)
		colon = end;
	*port = colon < end ? arena_strndup(arena, colon + 1, (size_t)(end - colon - 1)) :
		str_starts(server, "http://") ? "80" : "443";
	*host = *start == '[' ? arena_strndup(arena, start + 1, (size_t)(colon - start) - 2) :
		arena_strndup(arena, start, (size_t)(colon - start));
}

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || str_starts(host, "127.") || strcmp(host, "::1") == 0;
}

/* The API server listens on every address of a control-plane node. */
static bool
is_api_server(const struct kubectl *kubectl, const char *host, const char *port)
{
	size_t n;
	const struct object *const *nodes = store_list(kubectl->cluster->server.store, kind_by_kind("Node"), "", &n);

	if (strcmp(port, SERVER_PORT) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct value *addresses = value_path(nodes[i]->root, "status.addresses");

		for (size_t j = 0; object_label(nodes[i], "node-role.kubernetes.io/control-plane") && j < value_count(addresses); j++)
			if (strcmp(value_get_text(value_at(addresses, j), "address"), host) == 0)
				return true;
	}
	return is_loopback(host);
}

static bool
is_address(const char *host)
{
	return !host[strspn(host, "0123456789.")] || strchr(host, ':');
}

void
kubeconfig_unreachable(const char *host, const char *port, struct str *out)
{
	if (is_loopback(host))
		str_addf(out, "The connection to the server %s:%s was refused - did you specify the right host or port?", host, port);
	else if (is_address(host))
		str_addf(out, "Unable to connect to the server: dial tcp %s:%s: i/o timeout", host, port);
	else
		str_addf(out, "Unable to connect to the server: dial tcp: lookup %s: no such host", host);
}

static int
refuse_server(struct kubectl *kubectl, const char *host, const char *port)
{
	struct str text = STR_INIT;

	kubeconfig_unreachable(host, port, &text);
	sink_printf(kubectl->io->err, "%s\n", text.buf);
	str_release(&text);
	return -1;
}

/* Files that a user's entry names must be there; -1 after printing which are not. */
static int
check_files(struct kubectl *kubectl, const char *name, const struct value *user)
{
	static const char *const fields[][2] = { { "client-certificate", "client-cert" }, { "client-key", "client-key" } };
	struct str reasons = STR_INIT, text = STR_INIT;
	int status;

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *path = value_get_text(user, fields[i][0]);

		if (path && kubectl->io->files->read(kubectl->io, path, &text) == IO_NOT_FOUND)
			str_addf(&reasons, "* unable to read %s %s for %s due to open %s: no such file or directory\n", fields[i][1], path,
				name, path);
	}
	if (reasons.len)
		sink_printf(kubectl->io->err, "Error in configuration: \n%s", reasons.buf);
	status = reasons.len ? -1 : 0;
	str_release(&reasons);
	str_release(&text);
	return status;
}

static int
check_user(struct kubectl *kubectl, const struct kubeconfig *config, const char *name)
{
	const struct value *user = kubeconfig_entry(config->root, "users", name);
	const char *token = value_get_text(user, "token");

	if (check_files(kubectl, name, user))
		return -1;
	if (token && strcmp(token, USER_TOKEN) == 0)
		return 0;
	print_failure(kubectl->io, "You must be logged in to the server (Unauthorized)");
	return -1;
}

static int
check_cluster(struct kubectl *kubectl, struct kubeconfig *config, const char *name)
{
	const char *server = value_get_text(kubeconfig_entry(config->root, "clusters", name), "server");
	const char *host = "localhost", *port = "8080";

	if (server && *server)
		split_server(&config->arena, server, &host, &port);
	return is_api_server(kubectl, host, port) ? 0 : refuse_server(kubectl, host, port);
}

/* Was kubectl's own flag of that name given?  (A verb may have one of its own.) */
static bool
is_given(const struct kubectl *kubectl, const struct flags *flags, const char *name)
{
	for (size_t i = 0; kubectl->verb->flags && kubectl->verb->flags[i]; i++)
		for (const struct flag *row = kubectl->verb->flags[i]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return false;
	return flag_given(flags, name);
}

static const char *
pick(const struct kubectl *kubectl, const struct flags *flags, const char *flag, const struct value *context, const char *field)
{
	const char *said = value_get_text(context, field);

	return is_given(kubectl, flags, flag) ? flag_string(flags, flag) : said ? said : "";
}

static int
refuse_context(struct kubectl *kubectl, bool server_first, const char *name)
{
	if (server_first)
		print_failure(kubectl->io, "context \"%s\" does not exist", name);
	else
		sink_printf(kubectl->io->err, "Error in configuration: context was not found for specified context: %s\n", name);
	return -1;
}

int
kubeconfig_connect(struct kubectl *kubectl, const struct flags *flags, bool server_first, struct kubeconfig *config,
	const char **namespace)
{
	const char *name = flag_string(flags, "context"), *user, *cluster;
	const struct value *context;

	if (kubeconfig_open(kubectl, flags, config))
		return -1;
	/* KUBECONFIG may name what isn't there. */
	if (config->is_missing && *flag_string(flags, "kubeconfig"))
		return print_failure(kubectl->io, "stat %s: no such file or directory", config->path), -1;
	name = *name ? name : kubeconfig_current(config->root);
	context = kubeconfig_entry(config->root, "contexts", name);
	user = pick(kubectl, flags, "user", context, "user");
	cluster = pick(kubectl, flags, "cluster", context, "cluster");
	*namespace = value_get_text(context, "namespace");
	if (!context && *name)
		return refuse_context(kubectl, server_first, name);
	if (is_given(kubectl, flags, "user") && !kubeconfig_entry(config->root, "users", user))
		return print_failure(kubectl->io, "auth info \"%s\" does not exist", user), -1;
	if (is_given(kubectl, flags, "cluster") && !kubeconfig_entry(config->root, "clusters", cluster))
		return print_failure(kubectl->io, "no server found for cluster \"%s\"", cluster), -1;
	if (!*flag_string(flags, "as") && (flag_count(flags, "as-group") || *flag_string(flags, "as-uid")))
		return print_failure(kubectl->io, "requesting uid, groups or user-extra for %s without impersonating a user", user), -1;
	return check_cluster(kubectl, config, cluster) || check_user(kubectl, config, user) ? -1 : 0;
}
