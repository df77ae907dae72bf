/*
 * Making a cluster: every document of every text is read first; settings documents are taken out, then the API server starts, then the
 * objects go through it in order, and the controllers run until they are at rest.
 */
#include "cluster/cluster.h"

#include <stdio.h>
#include <string.h>

#include "api/yaml.h"
#include "cluster/nodehost.h"
#include "server/proxyconfig.h"

#define DEFINITION "CustomResourceDefinition"
#define SETTLE_LIMIT (120 * CLOCK_SECOND)

/* One object to be made, and the text that it is from. */
struct item {
	const char *file;
	const struct value *object;
};

struct making {
	struct cluster *cluster;
	struct arena arena;
	VEC(struct item) items;
	bool as_stored, has_node;	/* has_node: the texts bring their own nodes */
	bool has_definition;		/* .. or CustomResourceDefinitions */
	struct err *err;
};

static bool
is_list(const struct value *document)
{
	const char *kind = value_get_text(document, "kind");

	return kind && str_ends(kind, "List") && value_get(document, "items");
}

/* A document is settings, a list of objects, or an object. */
static int
sort_document(struct making *making, const char *file, const struct value *document)
{
	const struct value *items = value_get(document, "items");
	const char *kind = value_get_text(document, "kind");
	struct item *item;

	if (document->type != VALUE_MAP)
		return err_at(making->err, file, document->line, document->column, "a manifest is a map with apiVersion and kind");
	if (settings_owns(document))
		return settings_read(&making->cluster->server.settings, file, document, making->err);
	if (is_list(document)) {
		for (size_t i = 0; i < value_count(items); i++)
			if (sort_document(making, file, value_at(items, i)))
				return -1;
		return 0;
	}
	making->has_node |= kind && strcmp(kind, "Node") == 0;
	making->has_definition |= kind && strcmp(kind, DEFINITION) == 0;
	item = vec_push(&making->items);
	item->file = file;
	item->object = document;
	return 0;
}

static int
read_text(struct making *making, const struct cluster_text *text)
{
	const struct yaml_options options = { .unique_keys = false };
	value_vec documents = VEC_INIT;
	int failed = yaml_read(text->file, text->text, text->len, &options, &making->arena, &documents, making->err);

	for (size_t i = 0; !failed && i < documents.n; i++)
		failed = sort_document(making, text->file, documents.v[i]);
	if (!failed && !documents.n && text->len)
		failed = err_at(making->err, text->file, 0, 0, "there is no document in this file");
	else if (!failed && !documents.n)
		failed = err_at(making->err, text->file, 0, 0, "the file is empty");
	vec_release(&documents);
	return failed;
}

static int
refuse(struct making *making, const struct item *item, const char *why)
{
	return err_at(making->err, item->file, item->object->line, item->object->column, "%s", why);
}

/*
 * Texts that have custom resources and say nothing of their definitions are of a cluster that has these in some release
 * of the Gateway API, perhaps a newer one than our tables.
 */
static bool
is_of_any_release(const struct making *making)
{
	return !making->has_definition && !making->cluster->server.settings.gateway_api;
}

/* The custom kind of that name and group, in whatever version. */
static const struct kind *
custom_kind(const char *version, const char *name)
{
	size_t group = strcspn(version, "/");

	for (const struct kind *kind = kinds; kind->kind; kind++)
		if (kind->custom && !strcmp(kind->kind, name) && strlen(kind->group) == group &&
			!memcmp(kind->group, version, group))
			return kind;
	return NULL;
}

static const struct kind *
kind_of(struct making *making, const struct item *item)
{
	const char *version = value_get_text(item->object, "apiVersion"), *name = value_get_text(item->object, "kind");
	const struct kind *kind = version && name ? kind_by_gvk(version, name) : NULL;

	if (version && name && !kind && is_of_any_release(making))
		kind = custom_kind(version, name);
	if (!version || !name)
		refuse(making, item, !version ? "apiVersion is not set" : "kind is not set");
	else if (!kind)
		err_at(making->err, item->file, item->object->line, item->object->column,
			"no matches for kind \"%s\" in version \"%s\"", name, version);
	return kind;
}

static int
make_object(struct making *making, const struct item *item)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	const char *namespace = value_text(value_path(item->object, "metadata.namespace"));
	int failed;

	request.verb = REQUEST_CREATE;
	request.kind = kind_of(making, item);
	if (!request.kind)
		return -1;
	request.namespace = !request.kind->namespaced ? "" : namespace ? namespace : "default";
	request.body = item->object;
	request.as_stored = making->as_stored;
	request.newer = request.kind->custom && is_of_any_release(making);
	if (request.newer)
		server_install_gateway_api(&making->cluster->server);
	/* a Node says its status itself: no kubelet does */
	request.system = strcmp(request.kind->kind, "Node") == 0;
	request.manager = request.system ? "kubelet" : item->file && !strcmp(item->file, "base") ? "kubeadm" : "kubectl-create";
	failed = server_do(&making->cluster->server, &request, NULL, &status);
	if (failed)
		refuse(making, item, status.message);
	status_release(&status);
	return failed;
}

/* Definitions are made before the others: there may be objects of theirs. */
static int
make_items(struct making *making)
{
	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < making->items.n; i++) {
			const char *kind = value_get_text(making->items.v[i].object, "kind");
			bool definition = kind && strcmp(kind, DEFINITION) == 0;

			if (definition != others && make_object(making, &making->items.v[i]))
				return -1;
		}
	return 0;
}

static void
cluster_tie(struct cluster *cluster)
{
	control_init(&cluster->control, &cluster->server);
	world_init(&cluster->world, cluster->server.store, &cluster->server.settings);
	cluster->dns = (struct dns){ cluster->server.store, &cluster->server.settings };
}

static void
on_settle(void *arg)
{
	cluster_settle(arg);
}

static int
make(struct making *making, const struct cluster_text *texts, size_t n)
{
	const struct cluster_text base = { "base", cluster_base_yaml, strlen(cluster_base_yaml) };
	const struct cluster_text metrics = { "metrics-server", cluster_metrics_yaml, strlen(cluster_metrics_yaml) };
	const struct cluster_text example = { "example", cluster_example_yaml, strlen(cluster_example_yaml) };
	struct cluster *cluster = making->cluster;
	struct str proxy = STR_INIT;

	for (size_t i = 0; i < n; i++)
		if (read_text(making, &texts[i]))
			return -1;
	if (cluster->server.settings.metrics_server && read_text(making, &metrics))
		return -1;
	if (world_check_hosts(&cluster->server.settings, making->err))
		return -1;
	if (!making->as_stored && !making->has_node) {
		proxyconfig_write(&cluster->server.settings, &proxy);
		/* below what is given: a Deployment of the same name as one of the base is refused, as it would be */
		VEC(struct item) given;

		memcpy(&given, &making->items, sizeof given);
		memset(&making->items, 0, sizeof making->items);
		if (read_text(making, &base) ||
			read_text(making, &(struct cluster_text){ "kube-proxy", proxy.buf, proxy.len }) || (!n && read_text(making, &example)))
			BUG("the base cluster: %s", making->err->text);
		for (size_t i = 0; i < given.n; i++)
			*vec_push(&making->items) = given.v[i];
		vec_release(&given);
		str_release(&proxy);
	}
	if (!making->as_stored && server_bootstrap(&cluster->server, making->err))
		return -1;
	if (cluster->server.settings.gateway_api)
		server_install_gateway_api(&cluster->server);
	if (make_items(making))
		return -1;
	if (making->as_stored)
		server_recount(&cluster->server);
	return 0;
}

int
cluster_make(struct cluster *cluster, uint64_t seed, int64_t now, const struct cluster_text *texts, size_t n,
	bool as_stored, struct err *err)
{
	struct making making = { .cluster = cluster, .as_stored = as_stored, .err = err };
	int failed;

	memset(cluster, 0, sizeof *cluster);
	server_init(&cluster->server, seed, now);
	cluster_tie(cluster);
	failed = make(&making, texts, n);
	if (!failed && !as_stored) {
		cluster->server.settle = on_settle;
		cluster->server.settle_arg = cluster;
		cluster_settle(cluster);
	}
	vec_release(&making.items);
	arena_release(&making.arena);
	if (failed)
		cluster_release(cluster);
	return failed;
}

int
cluster_restore(struct cluster *cluster, uint64_t seed, int64_t now, const struct value *documents, struct err *err)
{
	memset(cluster, 0, sizeof *cluster);
	server_init(&cluster->server, seed, now);
	cluster_tie(cluster);
	for (size_t i = 0; i < value_count(documents); i++)
		if (settings_read(&cluster->server.settings, "settings", value_at(documents, i), err)) {
			cluster_release(cluster);
			return -1;
		}
	cluster->server.settle = on_settle;
	cluster->server.settle_arg = cluster;
	return 0;
}

void
cluster_restored(struct cluster *cluster, bool at_rest)
{
	server_recount(&cluster->server);
	/* nothing that is there is news to a controller; what it waited for, it says when it runs once more */
	for (size_t i = 0; controllers[i]; i++) {
		cluster->control.seen[i] = store_version(cluster->server.store);
		cluster->control.wake[i] = at_rest ? CLOCK_NEVER : cluster->server.clock.now;
		control_expect(&cluster->control, i);
	}
	nodehost_begin(cluster);
}

void
cluster_release(struct cluster *cluster)
{
	if (!cluster->server.store)
		return;
	logs_release(&cluster->logs);
	map_release(&cluster->proxies);
	world_release(&cluster->world);
	control_release(&cluster->control);
	server_release(&cluster->server);
	memset(cluster, 0, sizeof *cluster);
}

void
cluster_forget_network(struct cluster *cluster)
{
	world_release(&cluster->world);
	world_init(&cluster->world, cluster->server.store, &cluster->server.settings);
}

void
cluster_settle(struct cluster *cluster)
{
	if (cluster->held)
		return;
	cluster->restless = false;
	control_settle(&cluster->control, SETTLE_LIMIT);
	nodehost_follow(cluster);
}

void
cluster_leave(struct cluster *cluster)
{
	if (cluster->held)
		return;
	control_run(&cluster->control);
	nodehost_follow(cluster);
	cluster->restless = !control_rests(&cluster->control, SETTLE_LIMIT);
}

void
cluster_rest(struct cluster *cluster)
{
	if (cluster->restless)
		cluster_settle(cluster);
}

void
cluster_tick(struct cluster *cluster, int64_t now)
{
	if (cluster->held) {
		cluster->server.clock.now = now;
		return;
	}
	if (now >= cluster->server.clock.now)
		control_tick(&cluster->control, now);
	nodehost_follow(cluster);
}

struct rng
cluster_dice(struct cluster *cluster)
{
	char purpose[32];

	snprintf(purpose, sizeof purpose, "connection %llu", (unsigned long long)cluster->connections++);
	return rng_fork(&cluster->server.rng, purpose);
}
