/*
 * kubectl wait: time goes on from one thing that happens to the next until the condition holds.  Follows
 * k8s.io/kubectl/pkg/cmd/wait.
 */
#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "api/jsonpath.h"
#include "base/clock.h"
#include "kubectl/mutation.h"
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

#define A_WEEK (INT64_C(168) * 3600 * CLOCK_SECOND)	/* what a negative --timeout means */
#define POLL (CLOCK_SECOND / 2)			/* --for=create asks again and again */

enum wait_for { WAIT_CREATE, WAIT_DELETE, WAIT_CONDITION, WAIT_JSONPATH };

struct waiting {
	struct mutation mutation;	/* -o; and what fails */
	struct arena arena;
	enum wait_for what;
	const char *name, *value;	/* value NULL of a jsonpath: any */
	int64_t timeout, end;
};

/* Where the path ends: at the first '=' alone, as "==" belongs to the path; NULL when there is none. */
static const char *
single_equals(const char *text)
{
	for (; *text; text++) {
		if (*text == '=' && text[1] != '=')
			return text;
		text += *text == '=';
	}
	return NULL;
}

/* A value without the quotes around it. */
static const char *
trim_quotes(struct arena *arena, const char *text)
{
	size_t len;

	text += strspn(text, "'\"");
	len = strlen(text);
	while (len && strchr("'\"", text[len - 1]))
		len--;
	return arena_strndup(arena, text, len);
}

/* {PATH}, or {PATH}=VALUE */
static int
parse_jsonpath(struct waiting *waiting, const char *text)
{
	struct io *io = waiting->mutation.kubectl->io;
	const char *equals = single_equals(text);
	struct value **found = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;
	int status = 0;

	if (equals && single_equals(equals + 1))
		return print_failure(io, "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
			"--for=jsonpath='{.status.readyReplicas}'");
	waiting->what = WAIT_JSONPATH;
	waiting->name = equals ? arena_strndup(&waiting->arena, text, (size_t)(equals - text)) : text;
	waiting->value = equals ? trim_quotes(&waiting->arena, equals + 1) : NULL;
	if (*waiting->name && jsonpath_find(waiting->name, value_map(&waiting->arena), true, &waiting->arena, &found, &n, &err))
		status = print_failure(io, "%s", err.text);
	else if (waiting->value && !*waiting->value)
		status = print_failure(io, "jsonpath wait has to have a value after equal sign, like "
			"--for=jsonpath='{.status.readyReplicas}'=3");
	else if (!*waiting->name)
		status = print_failure(io, "jsonpath expression cannot be empty");
	err_release(&err);
	return status;
}

static int
parse_for(struct waiting *waiting, const char *text)
{
	const char *equals;

	if (ascii_casecmp(text, "delete") == 0 || ascii_casecmp(text, "create") == 0) {
		waiting->what = ascii_casecmp(text, "delete") == 0 ? WAIT_DELETE : WAIT_CREATE;
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
	if (str_starts(text, "jsonpath="))
		return parse_jsonpath(waiting, text + strlen("jsonpath="));
	return print_failure(waiting->mutation.kubectl->io, "unrecognized condition: \"%s\"", text);
}

/* A condition of a generation that its controller has not seen yet says nothing. */
static bool
is_outdated(const struct value *condition, const struct object *object)
{
	const struct value *observed = value_get(condition, "observedGeneration");

	if (!observed)
		observed = value_path(object->root, "status.observedGeneration");
	return observed && observed->type == VALUE_INT &&
		observed->integer < value_get_int(value_get(object->root, "metadata"), "generation", 0);
}

static int
has_condition(const struct waiting *waiting, const struct object *object)
{
	const struct value *conditions = value_path(object->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);
		const char *type = value_get_text(condition, "type"), *status = value_get_text(condition, "status");

		if (type && status && ascii_casecmp(type, waiting->name) == 0)
			return !is_outdated(condition, object) && ascii_casecmp(status, waiting->value) == 0;
	}
	return 0;
}

static int
has_field(const struct waiting *waiting, const struct object *object, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct str text = STR_INIT;
	struct value **found = NULL;
	size_t n = 0;
	int result = 0;

	if (jsonpath_find(waiting->name, object->root, true, &arena, &found, &n, err)) {
		result = -1;
	} else if (n > 1) {
		result = err_set(err, ERR_FAILED, "given jsonpath expression matches more than one value");
	} else if (n == 1 && !waiting->value) {
		result = 1;
	} else if (n == 1 && (found[0]->type == VALUE_MAP || found[0]->type == VALUE_LIST)) {
		result = err_set(err, ERR_FAILED, "jsonpath leads to a nested object or list which is not supported");
	} else if (n == 1) {
		go_print_tree(&text, found[0], false);
		result = strcmp(text.buf, waiting->value) == 0;
	}
	str_release(&text);
	arena_release(&arena);
	return result;
}

/* 1: holds, 0: not yet; -1 and why it can't. */
static int
holds_now(const struct waiting *waiting, const struct resource *resource, struct err *err)
{
	const struct object *object = store_get(waiting->mutation.kubectl->cluster->server.store, resource->kind,
		resource->namespace, resource->name);

	switch (waiting->what) {
	case WAIT_CREATE:
		return object != NULL;
	case WAIT_DELETE:
		return !object;
	case WAIT_CONDITION:
		return object && has_condition(waiting, object);
	case WAIT_JSONPATH:
		return object ? has_field(waiting, object, err) : 0;
	}
	return 0;
}

/* To what happens next; false: the time is over before. */
static bool
time_goes_on(const struct waiting *waiting)
{
	struct cluster *cluster = waiting->mutation.kubectl->cluster;
	int64_t next = control_next(&cluster->control);

	cluster_tick(cluster, next > waiting->end ? waiting->end : next);
	return next <= waiting->end;
}

static void
wait_one(struct waiting *waiting, const struct resource *resource)
{
	const struct object *object;
	struct err err = ERR_INIT;
	int holds;

	while ((holds = holds_now(waiting, resource, &err)) == 0 && waiting->timeout && time_goes_on(waiting))
		;
	object = store_get(waiting->mutation.kubectl->cluster->server.store, resource->kind, resource->namespace, resource->name);
	if (holds > 0)
		mutation_print(&waiting->mutation, resource->kind, resource->name, (object ? object : resource->object)->root,
			false, "condition met");
	else if (holds < 0)
		failures_add(&waiting->mutation.failures, "%s", err.text);
	else
		failures_add(&waiting->mutation.failures, waiting->timeout ? "timed out waiting for the condition on %s/%s" :
			"condition not met for %s/%s", resource->kind->plural, resource->name);
	err_release(&err);
}

static bool
only_missing(const struct failures *failures)
{
	for (size_t i = 0; i < failures->list.n; i++)
		if (failures->list.v[i].status.reason != STATUS_NOT_FOUND)
			return false;
	return failures->list.n > 0;
}

/* What the line names; for --for=create as soon as it is there.  -1: not in time. */
static int
find_them(struct waiting *waiting, const struct flags *flags, struct resources *resources)
{
	struct kubectl *kubectl = waiting->mutation.kubectl;
	unsigned how = RESOURCES_ALL_OF_TYPE | (waiting->what == WAIT_DELETE ? RESOURCES_IGNORE_MISSING : 0);

	for (;;) {
		resources_find(kubectl, flags, flags->args, flags->nargs, how, resources);
		if (waiting->what != WAIT_CREATE || !only_missing(&resources->failures))
			return 0;
		if (kubectl->cluster->server.clock.now + POLL > waiting->end)
			return -1;
		resources_release(resources);
		*resources = (struct resources)RESOURCES_INIT;
		cluster_tick(kubectl->cluster, kubectl->cluster->server.clock.now + POLL);
	}
}

static int
wait_for_them(struct waiting *waiting, const struct flags *flags)
{
	struct resources resources = RESOURCES_INIT;
	struct failures *failures = &waiting->mutation.failures;
	bool found;

	if (flag_bool(flags, "local") && flags->nargs) {
		failures_add(failures, RESOURCES_LOCAL_ONLY);
		return mutation_end(&waiting->mutation);
	}
	found = !find_them(waiting, flags, &resources);

	if (!found)
		failures_add(failures, "timed out waiting for the condition");
	else
		failures_move(failures, &resources.failures);
	if (found && !resources.list.n && !failures->list.n && waiting->what != WAIT_DELETE)
		failures_add(failures, "no matching resources found");
	for (size_t i = 0; i < resources.list.n; i++)
		wait_one(waiting, &resources.list.v[i]);
	resources_release(&resources);
	return mutation_end(&waiting->mutation);
}

static int
wait_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct waiting waiting = { .what = WAIT_CONDITION, .name = "", .value = "", .timeout = flag_duration(flags, "timeout") };
	size_t n = flag_count(flags, "for");
	int status = 1;

	if (mutation_begin(&waiting.mutation, kubectl, flags))
		return 1;
	if (waiting.timeout < 0)
		waiting.timeout = A_WEEK;
	waiting.end = kubectl->cluster->server.clock.now + waiting.timeout;
	if (!parse_for(&waiting, n ? flag_item(flags, "for", n - 1) : ""))
		status = wait_for_them(&waiting, flags);
	else
		(void)mutation_end(&waiting.mutation);
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
	.args = "",
	.run = wait_run,
	.asks = ASKS_THE_SERVER,
};
