/* kubectl set; image, serviceaccount and selector are here.  Follows k8s.io/kubectl/pkg/cmd/set. */
#include "kubectl/verb_set.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "kubectl/selector.h"

const struct flag set_flags[] = {
	{ "field-manager", 0, FLAG_STRING, "kubectl-set", NULL, NULL, "Name of the manager that owns the fields." },
	{ "local", 0, FLAG_BOOL, "false", "true", NULL, "Change the file's object only, and print it." },
	FLAGS_END,
};

int
setting_begin(struct setting *setting, struct kubectl *kubectl, const struct flags *flags)
{
	*setting = (struct setting){ .flags = flags, .arena = ARENA_INIT, .resources = RESOURCES_INIT,
		.local = flag_bool(flags, "local") };
	return mutation_begin(&setting->mutation, kubectl, flags);
}

int
setting_end(struct setting *setting)
{
	resources_release(&setting->resources);
	arena_release(&setting->arena);
	return mutation_end(&setting->mutation);
}

/* The file's object as kubectl's own type holds it. */
static void
decode(struct setting *setting, struct resource *resource)
{
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;

	if (schema_decode(resource->kind->type, resource->manifest, &setting->arena, &resource->manifest, &unknown, &err))
		failures_add(&setting->mutation.failures, "unable to decode \"%s\": %s", resource->source, err.text);
	schema_findings_release(&unknown);
	err_release(&err);
}

bool
setting_find(struct setting *setting, size_t nwords)
{
	unsigned how = RESOURCES_TYPED | RESOURCES_ALL_OF_TYPE | (setting->local ? RESOURCES_UNFETCHED : 0);

	resources_find(setting->mutation.kubectl, setting->flags, setting->flags->args, setting->local ? 0 : nwords, how,
		&setting->resources);
	failures_move(&setting->mutation.failures, &setting->resources.failures);
	for (size_t i = 0; setting->local && i < setting->resources.list.n; i++)
		decode(setting, &setting->resources.list.v[i]);
	return !setting->mutation.failures.list.n;
}

bool
setting_find_files(struct setting *setting, size_t nwords)
{
	if (!setting->local || !nwords)
		return setting_find(setting, nwords);
	failures_add(&setting->mutation.failures, RESOURCES_LOCAL_ONLY);
	return false;
}

bool
setting_refuses_server(struct setting *setting)
{
	if (!setting->local || setting->mutation.dry_run != DRY_RUN_SERVER)
		return false;
	failures_add(&setting->mutation.failures, "cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
	return true;
}

bool
setting_refuses_selector(struct setting *setting)
{
	if (!flag_bool(setting->flags, "all") || !*flag_string(setting->flags, "selector"))
		return false;
	failures_add(&setting->mutation.failures, "cannot set --all and --selector at the same time");
	return true;
}

/* A file's object is named by its kind, behind which a newline stands where it has a group (sic). */
void
setting_refuse(struct setting *setting, const struct resource *resource, const char *fmt, ...)
{
	struct str text = STR_INIT;
	char buf[96];
	va_list args;

	if (setting->local)
		str_addf(&text, "%s/%s%s", kind_qualified(resource->kind, buf), resource->name, *resource->kind->group ? "\n" : "");
	else
		str_addf(&text, "%s/%s", resource->kind->plural, resource->name);
	str_add(&text, " ");
	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	failures_add(&setting->mutation.failures, "error: %s\n", text.buf);
	str_release(&text);
}

struct value *
setting_copy(struct setting *setting, const struct resource *resource, struct value **spec)
{
	struct value *copy = value_copy(&setting->arena, workload_root(resource));

	*spec = workload_pod_spec(resource->kind, copy);
	if (*spec)
		return copy;
	setting_refuse(setting, resource, "the object is not a pod or does not have a pod template: *%s.%s",
		resource->kind->version, resource->kind->kind);
	return NULL;
}

bool
setting_send(struct setting *setting, const struct resource *resource, struct value *changed, const char *operation,
	const char *failing)
{
	const struct workload_change change = { operation, failing, setting->local };
	size_t before = setting->mutation.failures.list.n;

	mutation_note_cause(&setting->mutation, &setting->arena, changed);
	if (value_equal(changed, workload_root(resource)))
		return false;
	workload_update(&setting->mutation, resource, changed, &change);
	return setting->mutation.failures.list.n == before;
}

/* Parts between stars are looked for one after the other; the last one must end the name (selectString). */
static bool
matches(const char *name, const char *pattern)
{
	size_t at = 0;

	if (strcmp(pattern, "*") == 0 || !strchr(pattern, '*'))
		return *pattern == '*' || strcmp(pattern, name) == 0;
	for (const char *part = pattern; ; ) {
		size_t len = strcspn(part, "*");
		char *word = xstrndup(part, len);
		const char *found = strstr(name + at, word);
		size_t next = found ? (size_t)(found - (name + at)) : 0;
		bool bad = len && (!found || next < at || (!part[len] && strlen(name) != len + next));

		free(word);
		if (bad)
			return false;
		at = len ? next : at;
		if (!part[len])
			return true;
		part += len + 1;
	}
}

static void
add_matching(const struct value *list, const char *pattern, container_vec *containers)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *name = value_get_text(value_at(list, i), "name");

		if (matches(name ? name : "", pattern))
			*vec_push(containers) = value_at(list, i);
	}
}

void
setting_containers(const struct value *spec, const char *pattern, container_vec *containers)
{
	add_matching(value_get(spec, "containers"), pattern, containers);
	add_matching(value_get(spec, "initContainers"), pattern, containers);
}

/* ---- image ---- */

static const struct flag *const image_tables[] = { record_flag, SET_TABLES, selector_flag, NULL };

static bool
is_pair(const char *word)
{
	return (strchr(word, '=') && *word != '=') || (str_ends(word, "-") && word[1]);
}

/* How many words are resources: those before the first KEY=VALUE or KEY-; false after the failure that one is none. */
static bool
split_images(struct setting *setting, size_t *nwords)
{
	const struct flags *flags = setting->flags;
	struct str invalid = STR_INIT;
	bool sound;

	for (*nwords = 0; *nwords < flags->nargs && !is_pair(flags->args[*nwords]); )
		(*nwords)++;
	for (size_t i = *nwords; i < flags->nargs; i++) {
		if (!is_pair(flags->args[i])) {
			failures_add(&setting->mutation.failures, "all resources must be specified before image changes: %s",
				flags->args[i]);
			str_release(&invalid);
			return false;
		}
		if (!strchr(flags->args[i], '='))
			str_addf(&invalid, "%s%s", invalid.len ? ", " : "", flags->args[i]);
	}
	sound = !invalid.len;
	if (!sound)
		failures_add(&setting->mutation.failures, "invalid image format: %s", invalid.buf);
	str_release(&invalid);
	return sound;
}

static bool
check_images(struct setting *setting, size_t first)
{
	const struct flags *flags = setting->flags;
	bool star = false;

	(void)setting_refuses_selector(setting);
	for (size_t i = first; i < flags->nargs; i++)
		star = star || str_starts(flags->args[i], "*=");
	if (first == flags->nargs)
		failures_add(&setting->mutation.failures, "at least one image update is required");
	else if (star && flags->nargs - first > 1)
		failures_add(&setting->mutation.failures, "all containers are already specified by *, but saw more than one "
			"container_name=container_image pairs");
	(void)setting_refuses_server(setting);
	return !setting->mutation.failures.list.n;
}

static bool
set_image(struct setting *setting, struct value *containers, const char *name, const char *image)
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
	struct value *spec, *changed = setting_copy(setting, resource, &spec);

	for (size_t i = first; changed && i < setting->flags->nargs; i++) {
		const char *pair = setting->flags->args[i], *equals = strchr(pair, '=');
		const char *name = arena_strndup(&setting->arena, pair, (size_t)(equals - pair));
		bool found = set_image(setting, value_get(spec, "containers"), name, equals + 1);

		found |= set_image(setting, value_get(spec, "initContainers"), name, equals + 1);
		if (!found)
			failures_add(&setting->mutation.failures, "error: unable to find container named \"%s\"", name);
	}
	if (changed)
		(void)setting_send(setting, resource, changed, "image updated", "failed to patch image update to pod template: ");
}

static int
set_image_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	size_t nwords;

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (split_images(&setting, &nwords) && setting_find_files(&setting, nwords) && check_images(&setting, nwords))
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_images(&setting, &setting.resources.list.v[i], nwords);
	return setting_end(&setting);
}

const struct verb verb_set_image = {
	.name = "image",
	.aliases = "",
	.usage = "set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... "
		"CONTAINER_NAME_N=CONTAINER_IMAGE_N",
	.summary = "Change the image of a pod template",
	.help = "Changes the images of containers; * stands for all containers.",
	.examples = "kubectl set image deployment/web nginx=nginx:1.27",
	.flags = image_tables,
	.args = "object:daemonsets,deployments,pods,cronjobs,replicasets,replicationcontrollers,statefulsets",
	.run = set_image_run,
};

/* ---- serviceaccount ---- */

static const struct flag *const serviceaccount_tables[] = { record_flag, SET_TABLES, NULL };

/* Sent also where it changes nothing (sic). */
static void
set_serviceaccount(struct setting *setting, const struct resource *resource, const char *name)
{
	const struct workload_change change = { "serviceaccount updated", "failed to patch ServiceAccountName ", setting->local };
	struct value *spec, *changed = setting_copy(setting, resource, &spec);

	if (!changed)
		return;
	value_set_text(&setting->arena, spec, "serviceAccountName", name);
	workload_update(&setting->mutation, resource, changed, &change);
}

static int
set_serviceaccount_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (setting_refuses_server(&setting))
		return setting_end(&setting);
	if (!flags->nargs)
		failures_add(&setting.mutation.failures, "serviceaccount is required");
	else if (setting_find(&setting, flags->nargs - 1))
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_serviceaccount(&setting, &setting.resources.list.v[i], flags->args[flags->nargs - 1]);
	return setting_end(&setting);
}

const struct verb verb_set_serviceaccount = {
	.name = "serviceaccount",
	.aliases = "sa",
	.usage = "set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
	.summary = "Change the service account of a pod template",
	.help = "Changes the service account under which pods run.",
	.examples = "kubectl set serviceaccount deployment web robot",
	.flags = serviceaccount_tables,
	.args = "",
	.run = set_serviceaccount_run,
};

/* ---- selector ---- */

static const struct flag selector_flags[] = {
	{ "resource-version", 0, FLAG_STRING, "", NULL, NULL, "Only change an object of this version." },
	FLAGS_END,
};
static const struct flag *const selector_tables[] = { selector_flags, record_flag, SET_TABLES, NULL };

/* What metav1.ParseToLabelSelector makes expressions of; NULL: it is a label, or refused. */
static const char *const expression_operators[] = {
	[SELECTOR_IN] = "In", [SELECTOR_NOT_IN] = "NotIn", [SELECTOR_EXISTS] = "Exists", [SELECTOR_ABSENT] = "DoesNotExist",
	[SELECTOR_EQUALS] = NULL, [SELECTOR_DIFFERS] = NULL, [SELECTOR_GREATER] = NULL, [SELECTOR_LESS] = NULL,
};
/* Why the others are none; NULL: they are. */
static const char *const refused_operators[] = {
	[SELECTOR_IN] = NULL, [SELECTOR_NOT_IN] = NULL, [SELECTOR_EXISTS] = NULL, [SELECTOR_ABSENT] = NULL,
	[SELECTOR_EQUALS] = NULL, [SELECTOR_DIFFERS] = "\"!=\" is not a valid label selector operator",
	[SELECTOR_GREATER] = "\"gt\" isn't supported in label selectors",
	[SELECTOR_LESS] = "\"lt\" isn't supported in label selectors",
};

static int
parse_selector(struct setting *setting, const char *text, struct selector *selector)
{
	struct err err = ERR_INIT;
	int failed = label_selector_parse(text, selector, &err);

	if (failed)
		failures_add(&setting->mutation.failures, "couldn't parse the selector string \"%s\": %s", text, err.text);
	err_release(&err);
	for (size_t i = 0; i < selector->requirements.n && !failed; i++) {
		const char *refused = refused_operators[selector->requirements.v[i].operator];

		if (!refused)
			continue;
		failures_add(&setting->mutation.failures, "%s", refused);
		failed = -1;
	}
	return failed;
}

/* Expressions as Go prints them: {app In [a b]} {x Exists []}. */
static void
add_expressions(const struct selector *selector, struct str *text)
{
	for (size_t i = 0; i < selector->requirements.n; i++) {
		const struct requirement *row = &selector->requirements.v[i];

		if (!expression_operators[row->operator])
			continue;
		str_addf(text, "%s{%s %s [", text->len ? " " : "", row->key, expression_operators[row->operator]);
		for (size_t j = 0; j < row->values.n; j++)
			str_addf(text, "%s%s", j ? " " : "", row->values.v[j]);
		str_add(text, "]}");
	}
}

static void
set_selector(struct setting *setting, const struct resource *resource, const struct selector *selector)
{
	const struct workload_change change = { "selector updated", NULL, setting->local };
	struct arena *arena = &setting->arena;
	struct value *changed = value_copy(arena, workload_root(resource)), *labels = value_map(arena);
	const char *version = flag_string(setting->flags, "resource-version");
	struct str expressions = STR_INIT;

	add_expressions(selector, &expressions);
	for (size_t i = 0; i < selector->requirements.n && !expressions.len; i++)
		value_set_text(arena, labels, selector->requirements.v[i].key, selector->requirements.v[i].values.v[0]);
	if (value_count(labels))
		value_set(arena, value_make_map(arena, changed, "spec"), "selector", labels);
	else
		value_remove(value_get(changed, "spec"), "selector");
	if (*version)
		value_set_text(arena, value_make_map(arena, changed, "metadata"), "resourceVersion", version);
	if (strcmp(resource->kind->kind, "Service") != 0)
		failures_add(&setting->mutation.failures, "setting a selector is only supported for Services");
	else if (expressions.len)
		failures_add(&setting->mutation.failures, "match expression [%s] not supported on this object", expressions.buf);
	else
		workload_update(&setting->mutation, resource, changed, &change);
	str_release(&expressions);
}

static int
set_selector_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct setting setting;
	struct selector selector = SELECTOR_INIT;

	if (setting_begin(&setting, kubectl, flags))
		return 1;
	if (!flags->nargs)
		failures_add(&setting.mutation.failures, "one selector is required");
	else if (!parse_selector(&setting, flags->args[flags->nargs - 1], &selector)) {
		struct failures missing = FAILURES_INIT;

		(void)setting_find_files(&setting, flags->nargs - 1);
		failures_move(&missing, &setting.mutation.failures);
		for (size_t i = 0; i < setting.resources.list.n; i++)
			set_selector(&setting, &setting.resources.list.v[i], &selector);
		failures_move(&setting.mutation.failures, &missing);
	}
	selector_release(&selector);
	return setting_end(&setting);
}

const struct verb verb_set_selector = {
	.name = "selector",
	.aliases = "",
	.usage = "set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
	.summary = "Change the selector of a Service",
	.help = "Puts another selector in the place of a Service's own; only key=value pairs, with commas between.",
	.examples = "kubectl set selector service web app=web,tier=fe",
	.flags = selector_tables,
	.args = "",
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
