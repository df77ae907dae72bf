/*
 * kubectl wait: time goes on from one thing that happens to the next until the condition holds.  Follows
 * k8s.io/kubectl/pkg/cmd/wait.
 */
#include <stdlib.h>
#include <string.h>

#include "api/jsonpath.h"
#include "base/clock.h"
#include "kubectl/failures.h"
#include "kubectl/format.h"
#include "kubectl/print_output.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

static const struct flag wait_flags[] = {
	{ "for", 0, FLAG_ARRAY, NULL, NULL, "condition=,delete,create,jsonpath=",
		"What to wait for: create, delete, condition=NAME[=VALUE], jsonpath='{PATH}'[=VALUE]." },
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Look at the file's objects only." },
	{ "timeout", 0, FLAG_DURATION, "30s", NULL, NULL, "How long to wait; 0 looks once." },
	FLAGS_END,
};
static const struct flag *const wait_tables[] = {
	wait_flags, output_flags, filename_flags, selector_flag, field_selector_flag, all_flag, all_namespaces_flag, NULL,
};

enum wait_for { WAIT_CREATE, WAIT_DELETE, WAIT_CONDITION, WAIT_JSONPATH };

struct waiting {
	struct kubectl *kubectl;
	struct arena arena;
	enum wait_for what;
	const char *name, *value;	/* value NULL of a jsonpath: any */
};

static int
parse_for(struct waiting *waiting, const char *text)
{
	const char *equals;

	if (strcmp(text, "delete") == 0 || strcmp(text, "create") == 0) {
		waiting->what = *text == 'd' ? WAIT_DELETE : WAIT_CREATE;
		return 0;
	}
	if (str_starts(text, "condition=")) {
		const char *name = text + strlen("condition=");

		equals = strchr(name, '=');
		waiting->what = WAIT_CONDITION;
		waiting->name = arena_strndup(&waiting->arena, name, equals ? (size_t)(equals - name) : strlen(name));
		waiting->value = equals ? equals + 1 : "True";
		return 0;
	}
	if (str_starts(text, "jsonpath=")) {
		const char *path = text + strlen("jsonpath="), *brace = strrchr(path, '}');
		size_t len = brace ? (size_t)(brace - path) + 1 : strcspn(path, "=");

		waiting->what = WAIT_JSONPATH;
		waiting->name = arena_printf(&waiting->arena, *path == '{' ? "%.*s" : *path == '.' ? "{%.*s}" : "{.%.*s}", (int)len,
			path);
		waiting->value = path[len] == '=' ? path + len + 1 : NULL;
		return 0;
	}
	return print_failure(waiting->kubectl->io, "unrecognized condition: \"%s\"", text);
}

static bool
has_condition(const struct waiting *waiting, const struct object *object)
{
	const struct value *conditions = value_path(object->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *type = value_get_text(value_at(conditions, i), "type");
		const char *status = value_get_text(value_at(conditions, i), "status");

		if (type && status && ascii_casecmp(type, waiting->name) == 0)
			return ascii_casecmp(status, waiting->value) == 0;
	}
	return false;
}

static bool
has_field(const struct waiting *waiting, const struct object *object)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct value **found = NULL;
	size_t n = 0;
	bool holds = false;

	if (!jsonpath_find(waiting->name, object->root, true, &arena, &found, &n, &err) && n == 1 && !value_is_null(found[0])) {
		format_scalar(found[0], &text);
		holds = waiting->value ? strcmp(text.buf, waiting->value) == 0 : true;
	}
	err_release(&err);
	str_release(&text);
	arena_release(&arena);
	return holds;
}

static bool
holds_now(const struct waiting *waiting, const struct resource *resource)
{
	const struct object *object = store_get(waiting->kubectl->cluster->server.store, resource->kind, resource->namespace,
		resource->name);

	switch (waiting->what) {
	case WAIT_CREATE:
		return object;
	case WAIT_DELETE:
		return !object;
	case WAIT_CONDITION:
		return object && has_condition(waiting, object);
	case WAIT_JSONPATH:
		return object && has_field(waiting, object);
	}
	return false;
}

static void
wait_one(const struct waiting *waiting, const struct resource *resource, int64_t end, struct failures *failures)
{
	struct cluster *cluster = waiting->kubectl->cluster;
	char buf[96];

	while (!holds_now(waiting, resource)) {
		int64_t next = control_next(&cluster->control);

		if (next > end) {
			cluster_tick(cluster, end);
			failures_add(failures, "timed out waiting for the condition on %s/%s", kind_resource(resource->kind, buf),
				resource->name);
			return;
		}
		cluster_tick(cluster, next);
	}
	sink_printf(waiting->kubectl->io->out, "%s/%s condition met\n", kind_qualified(resource->kind, buf), resource->name);
}

static int
wait_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct waiting waiting = { kubectl, ARENA_INIT, WAIT_CONDITION, "", "" };
	struct resources resources = RESOURCES_INIT;
	int64_t end = kubectl->cluster->server.clock.now + flag_int(flags, "timeout") * CLOCK_SECOND;
	int status = 1;

	if (!flag_count(flags, "for")) {
		print_failure(kubectl->io, "unrecognized condition: \"\"");
	} else if (!parse_for(&waiting, flag_item(flags, "for", flag_count(flags, "for") - 1))) {
		unsigned how = waiting.what == WAIT_DELETE ? RESOURCES_IGNORE_MISSING : 0;

		resources_find(kubectl, flags, flags->args, flags->nargs, how, &resources);
		if (!resources.list.n && !resources.failures.list.n && waiting.what != WAIT_DELETE)
			failures_add(&resources.failures, "no matching resources found");
		for (size_t i = 0; i < resources.list.n; i++)
			wait_one(&waiting, &resources.list.v[i], end, &resources.failures);
		status = failures_print(&resources.failures, kubectl->io);
	}
	resources_release(&resources);
	arena_release(&waiting.arena);
	return status;
}

const struct verb verb_wait = {
	.name = "wait",
	.aliases = "",
	.usage = "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) "
		"[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
	.summary = "Wait until something holds of objects",
	.help = "Waits until objects have a condition or a field, exist, or are gone.",
	.examples = "kubectl wait --for=condition=Ready pod/web --timeout=60s\n\nkubectl wait --for=delete pod/web",
	.flags = wait_tables,
	.args = "kind name",
	.run = wait_run,
	.asks = ASKS_THE_SERVER,
};
