/* kubectl set image, env, resources, serviceaccount, selector; follows k8s.io/kubectl/pkg/cmd/set. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/format.h"
#include "kubectl/selector.h"
#include "kubectl/verb_list.h"
#include "kubectl/workload.h"

static const struct flag local_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-set", NULL, NULL, "Name of the manager that owns the fields." },
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Change the file's object only, and print it." },
	FLAGS_END,
};
#define SET_TABLES local_flags, output_flags, dry_run_flag, filename_flags, all_flag

struct setting {
	struct mutation mutation;
	const struct flags *flags;
	struct arena arena;
	struct resources resources;
	bool local;
};

static bool
is_pair(const char *word)
{
	return (strchr(word, '=') && *word != '=') || (str_ends(word, "-") && word[1]);
}

/* How many words are resources: those before the first KEY=VALUE or KEY-. */
static size_t
resource_words(const struct flags *flags)
{
	size_t n = 0;

	while (n < flags->nargs && !is_pair(flags->args[n]))
		n++;
	return n;
}

/* Finds the objects among the first nwords words; -1 when something is wrong, which setting_end then prints. */
static int
setting_begin(struct setting *setting, struct kubectl *kubectl, const struct flags *flags)
{
	*setting = (struct setting){ .flags = flags, .arena = ARENA_INIT, .resources = RESOURCES_INIT,
		.local = flag_bool(flags, "local") };
	return mutation_begin(&setting->mutation, kubectl, flags);
}

static int
find_resources(struct setting *setting, size_t nwords)
{
	if (setting->local && !manifests_given(setting->flags)) {
		failures_add(&setting->mutation.failures, "you must specify resources by --filename when --local is set.\n"
			"Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
		return -1;
	}
	resources_find(setting->mutation.kubectl, setting->flags, setting->flags->args, nwords,
		RESOURCES_TYPED | (setting->local ? RESOURCES_UNFETCHED : 0), &setting->resources);
	failures_move(&setting->mutation.failures, &setting->resources.failures);
	return setting->mutation.failures.list.n ? -1 : 0;
}

static int
setting_end(struct setting *setting)
{
	resources_release(&setting->resources);
	arena_release(&setting->arena);
	return mutation_end(&setting->mutation);
}

/* A copy of the object to change, and its pod spec; NULL after the failure that it has none. */
static struct value *
copy_with_pod_spec(struct setting *setting, const struct resource *resource, struct value **spec)
{
	struct value *copy = value_copy(&setting->arena, workload_root(resource));
	char buf[96];

	*spec = workload_pod_spec(resource->kind, copy);
	if (*spec)
		return copy;
	failures_add(&setting->mutation.failures, "%s/%s the object is not a pod or does not have a pod template: %s",
		kind_resource(resource->kind, buf), resource->name, resource->kind->kind);
	return NULL;
}

/* Sends the copy if it differs. */
static void
finish(struct setting *setting, const struct resource *resource, struct value *changed, const char *operation)
{
	if (!value_equal(changed, workload_root(resource)) || setting->mutation.output.format != OUTPUT_NONE)
		workload_update(&setting->mutation, resource, changed, &(struct workload_change){ operation, "failed: ", setting->local });
}

/* "a,b*" of --containers, "*" for all. */
static bool
is_chosen(const char *patterns, const struct value *container)
{
	const char *name = value_get_text(container, "name");

	while (*patterns && name) {
		size_t len = strcspn(patterns, ",");
		bool prefix = len && patterns[len - 1] == '*';

		if (prefix ? strncmp(patterns, name, len - 1) == 0 : strlen(name) == len && strncmp(patterns, name, len) == 0)
			return true;
		patterns += len + (patterns[len] == ',');
	}
	return false;
}

/* ---- image ---- */

static const struct flag *const image_tables[] = { SET_TABLES, selector_flag, NULL };

static bool
set_image_in(struct setting *setting, struct value *containers, const char *name, const char *image)
{
	bool found = false;

	for (size_t i = 0; i < value_count(containers); i++) {
		const char *own = value_get_text(value_at(containers, i), "name");

		if (strcmp(name, "*") != 0 && (!own || strcmp(own, name) != 0))
			continue;
		value_set_text(&setting->arena, value_at(containers, i), "image", image);
		found = true;
	}
	return found;
}

static void
set_images(struct setting *setting, const struct resource *resource, size_t first)
{
	struct value *spec, *changed = copy_with_pod_spec(setting, resource, &spec);

	for (size_t i = first; changed && i < setting->flags->nargs; i++) {
		const char *pair = setting->flags->args[i], *equals = strchr(pair, '=');
		const char *name = arena_strndup(&setting->arena, pair, equals ? (size_t)(equals - pair) : strlen(pair));
		bool found = equals && set_image_in(setting, value_get(spec, "containers"), name, equals + 1);

		found |= equals && set_image_in(setting, value_get(spec, "initContainers"), name, equals + 1);
		if (!found) {
			failures_add(&setting->mutation.failures, "unable to find container named \"%s\"", name);
			return;
		}
	}
	if (changed)
		finish(setting, resource, changed, "image updated");
}

static int
set_image_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	size_t nwords = resource_words(flags);

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (!find_resources(&setting, nwords)) {
		if (nwords == flags->nargs)
			failures_add(&setting.mutation.failures, "at least one image update is required");
		for (size_t i = 0; i < setting.resources.list.n && nwords < flags->nargs; i++)
			set_images(&setting, &setting.resources.list.v[i], nwords);
	}
	return setting_end(&setting);
}

static const struct verb verb_set_image = {
	.name = "image",
	.aliases = "",
	.usage = "set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... "
		"CONTAINER_NAME_N=CONTAINER_IMAGE_N",
	.summary = "Change the image of a pod template",
	.help = "Changes the images of containers; * stands for all containers.",
	.examples = "kubectl set image deployment/web nginx=nginx:1.27",
	.flags = image_tables,
	.args = "kind name",
	.run = set_image_run,
};

/* ---- env ---- */

static const struct flag env_flags[] = {
	{ "containers", 'c', FLAG_STRING, "*", NULL, NULL, "Names of the containers to change." },
	{ "env", 'e', FLAG_ARRAY, NULL, NULL, NULL, "NAME=VALUE to set." },
	{ "from", 0, FLAG_STRING, "", NULL, NULL, "configmap/NAME or secret/NAME to take the variables from." },
	{ "keys", 0, FLAG_STRINGS, NULL, NULL, NULL, "With --from: only these keys." },
	{ "list", 0, FLAG_BOOL, "false", "true", NULL, "Show the variables." },
	{ "overwrite", 0, FLAG_BOOL, "true", "true", NULL, "Change variables that exist." },
	{ "prefix", 0, FLAG_STRING, "", NULL, NULL, "With --from: stands before each name." },
	{ "resolve", 0, FLAG_BOOL, "false", "true", NULL, "With --list: show what references stand for." },
	FLAGS_END,
};
static const struct flag *const env_tables[] = { env_flags, SET_TABLES, selector_flag, NULL };

static size_t
find_variable(const struct value *env, const char *name)
{
	size_t i = 0;

	for (; i < value_count(env); i++)
		if (strcmp(value_get_text(value_at(env, i), "name"), name) == 0)
			break;
	return i;
}

/* row NULL: the variable goes. */
static void
change_variable(struct setting *setting, struct value *container, const char *name, struct value *row)
{
	struct value *env = value_make_list(&setting->arena, container, "env");
	size_t at = find_variable(env, name);

	if (row && at < value_count(env))
		env->list.v[at] = row;
	else if (row)
		value_append(&setting->arena, env, row);
	else if (at < value_count(env))
		value_remove_at(env, at);
	if (!value_count(env))
		value_remove(container, "env");
}

static void
apply_pair(struct setting *setting, struct value *container, const char *pair)
{
	const char *equals = strchr(pair, '=');
	size_t len = equals ? (size_t)(equals - pair) : strlen(pair) - 1;
	const char *name = arena_strndup(&setting->arena, pair, len);
	struct value *row = equals ? value_map(&setting->arena) : NULL;

	if (row) {
		value_set_text(&setting->arena, row, "name", name);
		value_set_text(&setting->arena, row, "value", equals + 1);
	}
	change_variable(setting, container, name, row);
}

/* A key as the name of a variable: capitals, and _ for what no name may hold. */
static char *
variable_name(struct arena *arena, const char *prefix, const char *key)
{
	char *name = arena_printf(arena, "%s%s", prefix, key);

	for (char *c = name; *c; c++)
		*c = ascii_isalnum((unsigned char)*c) ? (char)ascii_toupper((unsigned char)*c) : '_';
	return name;
}

static bool
key_is_wanted(const struct flags *flags, const char *key)
{
	for (size_t i = 0; i < flag_count(flags, "keys"); i++)
		if (strcmp(flag_item(flags, "keys", i), key) == 0)
			return true;
	return !flag_count(flags, "keys");
}

static void
apply_from(struct setting *setting, struct value *container, const struct object *source)
{
	struct arena *arena = &setting->arena;
	bool secret = strcmp(source->kind->kind, "Secret") == 0;
	size_t n;
	const struct value_entry **data = format_sorted(value_get(source->root, "data"), &n);

	for (size_t i = 0; i < n; i++) {
		struct value *row = value_map(arena), *ref;
		const char *name = variable_name(arena, flag_string(setting->flags, "prefix"), data[i]->key);

		if (!key_is_wanted(setting->flags, data[i]->key))
			continue;
		value_set_text(arena, row, "name", name);
		ref = value_make_map(arena, value_make_map(arena, row, "valueFrom"), secret ? "secretKeyRef" : "configMapKeyRef");
		value_set_text(arena, ref, "name", source->name);
		value_set_text(arena, ref, "key", data[i]->key);
		change_variable(setting, container, name, row);
	}
	free(data);
}

static void
list_variables(struct setting *setting, const struct resource *resource, const struct value *container)
{
	struct sink *out = setting->mutation.kubectl->io->out;
	const struct value *env = value_get(container, "env");

	sink_printf(out, "# %s %s, container %s\n", resource->kind->kind, resource->name, value_get_text(container, "name"));
	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *from = value_get(value_at(env, i), "valueFrom");
		const struct value *secret = value_get(from, "secretKeyRef"), *config = value_get(from, "configMapKeyRef");
		const struct value *ref = secret ? secret : config;
		const char *name = value_get_text(value_at(env, i), "name"), *text = value_get_text(value_at(env, i), "value");

		if (ref)
			sink_printf(out, "# %s from %s %s, key %s\n", name, secret ? "secret" : "configmap", value_get_text(ref, "name"),
				value_get_text(ref, "key"));
		else
			sink_printf(out, "%s=%s\n", name, text ? text : "");
	}
}

static void
set_env(struct setting *setting, const struct resource *resource, size_t first, const struct object *source)
{
	const struct flags *flags = setting->flags;
	struct value *spec, *changed = copy_with_pod_spec(setting, resource, &spec);
	struct value *containers = value_get(spec, "containers");

	for (size_t c = 0; changed && c < value_count(containers); c++) {
		struct value *container = value_at(containers, c);

		if (!is_chosen(flag_string(flags, "containers"), container))
			continue;
		for (size_t i = first; i < flags->nargs; i++)
			apply_pair(setting, container, flags->args[i]);
		for (size_t i = 0; i < flag_count(flags, "env"); i++)
			apply_pair(setting, container, flag_item(flags, "env", i));
		if (source)
			apply_from(setting, container, source);
		if (flag_bool(flags, "list"))
			list_variables(setting, resource, container);
	}
	if (changed && !flag_bool(flags, "list"))
		finish(setting, resource, changed, "env updated");
}

/* The object of --from; NULL and *status -1 when there is none such. */
static const struct object *
find_source(struct setting *setting, int *status)
{
	struct kubectl *kubectl = setting->mutation.kubectl;
	const char *from = flag_string(setting->flags, "from"), *slash = strchr(from, '/');
	const struct object *object;
	const struct kind *kind;
	struct status refusal = STATUS_INIT;

	*status = 0;
	if (!*from)
		return NULL;
	kind = slash ? kind_by_name(arena_strndup(&setting->arena, from, (size_t)(slash - from))) : NULL;
	*status = -1;
	if (!kind || (strcmp(kind->kind, "ConfigMap") != 0 && strcmp(kind->kind, "Secret") != 0)) {
		failures_add(&setting->mutation.failures, "unsupported resource specified in --from");
		return NULL;
	}
	object = store_get(kubectl->cluster->server.store, kind, kubectl->namespace, slash + 1);
	if (object) {
		*status = 0;
		return object;
	}
	(void)status_not_found(&refusal, kind, slash + 1);
	failures_add_status(&setting->mutation.failures, &refusal, "");
	return NULL;
}

static int
set_env_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	size_t nwords = resource_words(flags);
	const struct object *source;
	int status;

	if (nwords == flags->nargs && !flag_count(flags, "env") && !*flag_string(flags, "from") && !flag_bool(flags, "list"))
		return print_usage_error(kubectl->io, kubectl->command, "at least one environment variable must be provided");
	if (setting_begin(&setting, kubectl, flags))
		return 1;
	source = find_source(&setting, &status);
	if (!status && !find_resources(&setting, nwords))
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_env(&setting, &setting.resources.list.v[i], nwords, source);
	return setting_end(&setting);
}

static const struct verb verb_set_env = {
	.name = "env",
	.aliases = "",
	.usage = "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
	.summary = "Change environment variables of a pod template",
	.help = "Sets environment variables (NAME=VALUE) of containers, or takes them away (NAME-).",
	.examples = "kubectl set env deployment/web MODE=test\n\nkubectl set env deployment/web --list",
	.flags = env_tables,
	.args = "kind name",
	.run = set_env_run,
};

/* ---- resources ---- */

static const struct flag resources_flags[] = {
	{ "containers", 'c', FLAG_STRING, "*", NULL, NULL, "Names of the containers to change." },
	{ "limits", 0, FLAG_STRING, "", NULL, NULL, "Limits, e.g. cpu=100m,memory=256Mi." },
	{ "requests", 0, FLAG_STRING, "", NULL, NULL, "Requests, e.g. cpu=100m,memory=256Mi." },
	FLAGS_END,
};
static const struct flag *const resources_tables[] = { resources_flags, SET_TABLES, selector_flag, NULL };

static int
set_amounts(struct setting *setting, struct value *container, const char *side)
{
	struct arena *arena = &setting->arena;
	const char *text = flag_string(setting->flags, side);

	while (*text) {
		size_t len = strcspn(text, ",");
		char *pair = arena_strndup(arena, text, len), *equals = strchr(pair, '=');

		if (!equals) {
			failures_add(&setting->mutation.failures, "Invalid argument syntax %s, expected <resource>=<quantity>", pair);
			return -1;
		}
		*equals = '\0';
		value_set_text(arena, value_make_map(arena, value_make_map(arena, container, "resources"), side), pair, equals + 1);
		text += len + (text[len] == ',');
	}
	return 0;
}

static void
set_resources(struct setting *setting, const struct resource *resource)
{
	struct value *spec, *changed = copy_with_pod_spec(setting, resource, &spec);
	struct value *containers = value_get(spec, "containers");

	for (size_t c = 0; changed && c < value_count(containers); c++)
		if (is_chosen(flag_string(setting->flags, "containers"), value_at(containers, c)) &&
		    (set_amounts(setting, value_at(containers, c), "limits") ||
		     set_amounts(setting, value_at(containers, c), "requests")))
			return;
	if (changed)
		finish(setting, resource, changed, "resource requirements updated");
}

static int
set_resources_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;

	if (!*flag_string(flags, "limits") && !*flag_string(flags, "requests"))
		return print_failure(kubectl->io, "you must specify an update to requests or limits (in the form of "
			"--requests/--limits)");
	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (!find_resources(&setting, flags->nargs))
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_resources(&setting, &setting.resources.list.v[i]);
	return setting_end(&setting);
}

static const struct verb verb_set_resources = {
	.name = "resources",
	.aliases = "",
	.usage = "set resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
	.summary = "Change what containers ask for and may use",
	.help = "Sets the CPU and memory that containers ask for (requests) and may use at most (limits).",
	.examples = "kubectl set resources deployment web --limits=cpu=200m,memory=512Mi",
	.flags = resources_tables,
	.args = "kind name",
	.run = set_resources_run,
};

/* ---- serviceaccount ---- */

static const struct flag *const serviceaccount_tables[] = { SET_TABLES, NULL };

static int
set_serviceaccount_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;

	if (!flags->nargs)
		return print_failure(kubectl->io, "serviceaccount is required");
	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (!find_resources(&setting, flags->nargs - 1))
		for (size_t i = 0; i < setting.resources.list.n; i++) {
			const struct resource *resource = &setting.resources.list.v[i];
			struct value *spec, *changed = copy_with_pod_spec(&setting, resource, &spec);

			if (!changed)
				continue;
			value_set_text(&setting.arena, spec, "serviceAccountName", flags->args[flags->nargs - 1]);
			value_remove(spec, "serviceAccount");
			workload_update(&setting.mutation, resource, changed, &(struct workload_change){ "serviceaccount updated", "failed to patch ServiceAccountName ", setting.local });
		}
	return setting_end(&setting);
}

static const struct verb verb_set_serviceaccount = {
	.name = "serviceaccount",
	.aliases = "sa",
	.usage = "set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
	.summary = "Change the service account of a pod template",
	.help = "Changes the service account under which pods run.",
	.examples = "kubectl set serviceaccount deployment web robot",
	.flags = serviceaccount_tables,
	.args = "kind name",
	.run = set_serviceaccount_run,
};

/* ---- selector ---- */

static const struct flag selector_flags[] = {
	{ "resource-version", 0, FLAG_STRING, "", NULL, NULL, "Only change an object of this version." },
	FLAGS_END,
};
static const struct flag *const selector_tables[] = { selector_flags, SET_TABLES, NULL };

/* Requirements as Go prints them: [{app In [a b]}]. */
static void
refuse_expressions(struct setting *setting, const struct selector *selector)
{
	static const char *const operators[] = { "In", "NotIn", "Exists", "DoesNotExist", "In", "NotIn", "Gt", "Lt" };
	struct str text = STR_INIT;

	for (size_t i = 0; i < selector->requirements.n; i++) {
		const struct requirement *row = &selector->requirements.v[i];

		if (row->operator == SELECTOR_EQUALS)
			continue;
		str_addf(&text, "%s{%s %s [", text.len ? " " : "", row->key, operators[row->operator]);
		for (size_t j = 0; j < row->values.n; j++)
			str_addf(&text, "%s%s", j ? " " : "", row->values.v[j]);
		str_add(&text, "]}");
	}
	failures_add(&setting->mutation.failures, "match expression [%s] not supported on this object", text.buf);
	str_release(&text);
}

static void
set_selector(struct setting *setting, const struct resource *resource, const struct selector *selector)
{
	struct arena *arena = &setting->arena;
	struct value *changed = value_copy(arena, workload_root(resource)), *labels = value_map(arena);
	const char *version = flag_string(setting->flags, "resource-version");
	bool plain = true;

	if (strcmp(resource->kind->kind, "Service") != 0) {
		failures_add(&setting->mutation.failures, "setting a selector is only supported for Services");
		return;
	}
	for (size_t i = 0; i < selector->requirements.n; i++) {
		const struct requirement *row = &selector->requirements.v[i];

		plain = plain && row->operator == SELECTOR_EQUALS;
		if (plain)
			value_set_text(arena, labels, row->key, row->values.v[0]);
	}
	if (!plain) {
		refuse_expressions(setting, selector);
		return;
	}
	value_set(arena, value_make_map(arena, changed, "spec"), "selector", labels);
	if (*version)
		value_set_text(arena, value_make_map(arena, changed, "metadata"), "resourceVersion", version);
	workload_update(&setting->mutation, resource, changed, &(struct workload_change){ "selector updated", NULL, setting->local });
}

static int
set_selector_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	struct selector selector = SELECTOR_INIT;
	struct err err = ERR_INIT;

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (!flags->nargs)
		failures_add(&setting.mutation.failures, "one or more resources must be specified as <resource> <name> or "
			"<resource>/<name>");
	else if (label_selector_parse(flags->args[flags->nargs - 1], &selector, &err))
		failures_add(&setting.mutation.failures, "%s", err.text);
	else if (!find_resources(&setting, flags->nargs - 1))
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_selector(&setting, &setting.resources.list.v[i], &selector);
	err_release(&err);
	selector_release(&selector);
	return setting_end(&setting);
}

static const struct verb verb_set_selector = {
	.name = "selector",
	.aliases = "",
	.usage = "set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
	.summary = "Change the selector of a Service",
	.help = "Puts another selector in the place of a Service's own; only key=value pairs, with commas between.",
	.examples = "kubectl set selector service web app=web,tier=fe",
	.flags = selector_tables,
	.args = "kind name",
	.run = set_selector_run,
};

static const struct verb *const set_subverbs[] = {
	&verb_set_env, &verb_set_image, &verb_set_resources, &verb_set_selector, &verb_set_serviceaccount, NULL,
};

const struct verb verb_set = {
	.name = "set",
	.aliases = "",
	.usage = "set SUBCOMMAND",
	.summary = "Change certain features of objects",
	.help = "Changes images, environment variables, resources, service accounts and selectors in place.",
	.examples = "",
	.subverbs = set_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
