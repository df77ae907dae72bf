/*
 * Namespaces.  Each gets its name as a label (NamespaceDefaultLabelName) and the finalizer that its controller
 * takes away when it is empty; what other controllers put into every namespace, ServiceAccount default and
 * ConfigMap kube-root-ca.crt, is made with it. Follows pkg/registry/core/namespace/strategy.go.
 */
#include "server/strategy.h"

#include <string.h>

#define NAME_LABEL "kubernetes.io/metadata.name"

static void
namespace_defaults(struct arena *arena, struct value *object)
{
	struct value *meta = value_get(object, "metadata");
	const char *name = value_get_text(meta, "name");

	if (name && *name)
		value_set_text(arena, value_make_map(arena, meta, "labels"), NAME_LABEL, name);
	value_make_map(arena, object, "spec");
}

static void
namespace_prepare(struct change *change)
{
	struct value *spec = value_make_map(change->arena, change->new, "spec");
	const struct value *old = value_get(value_get(change->old, "spec"), "finalizers");
	struct value *finalizers;

	if (change->old) {
		if (old)
			value_set(change->arena, spec, "finalizers", value_copy(change->arena, old));
		return;
	}
	finalizers = value_list(change->arena);
	value_append(change->arena, finalizers, value_string(change->arena, "kubernetes"));
	value_set(change->arena, spec, "finalizers", finalizers);
	value_set_text(change->arena, value_make_map(change->arena, change->new, "status"), "phase", "Active");
}

static void
make_inside(struct server *server, const char *kind, const char *namespace, const char *name, const char *key,
	const char *text)
{
	struct arena arena = ARENA_INIT;
	struct value *body = value_map(&arena);
	const char *program = server->program;
	char version[64];

	value_set_text(&arena, body, "apiVersion", kind_api_version(kind_by_kind(kind), version));
	value_set_text(&arena, body, "kind", kind);
	value_set_text(&arena, value_make_map(&arena, body, "metadata"), "name", name);
	if (key)
		value_set_text(&arena, value_make_map(&arena, body, "data"), key, text);
	server->program = "kube-controller-manager";
	server_create(server, kind_by_kind(kind), namespace, body);
	server->program = program;
	arena_release(&arena);
}

static void
namespace_settle(struct change *change, bool undo)
{
	const char *name = value_get_text(value_get(change->new, "metadata"), "name");

	if (undo || change->old)
		return;
	make_inside(change->server, "ServiceAccount", name, "default", NULL, NULL);
	make_inside(change->server, "ConfigMap", name, "kube-root-ca.crt", "ca.crt",
		"-----BEGIN CERTIFICATE-----\nof a cluster that is simulated\n-----END CERTIFICATE-----\n");
}

const struct strategy strategy_namespace = {
	.kind = "Namespace",
	.check_name = check_dns1123_label,
	.defaults = namespace_defaults,
	.prepare = namespace_prepare,
	.settle = namespace_settle,
};
